/* SPDX-License-Identifier: Apache-2.0 */
#include "age/age.h"
#include "age/bech32.h"
#include "fuzz.h"

enum { MOST_BYTES = 4096, KEY_BYTES = 32 };

/* A checksum notices any single change of a character. */
static void check_recipient(const char *memory, size_t size)
{
	static const char symbols[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
	char changed[MOST_BYTES];
	unsigned char key[KEY_BYTES];
	memcpy(changed, memory, size);
	for (size_t at = 4; at < size; at++) {
		char was = changed[at];
		changed[at] = symbols[(at * 7 + (unsigned char)was) % 32];
		PROPERTY(changed[at] == was ||
			 !bech32_decode((struct str){changed, size}, STR("age"), key, KEY_BYTES));
		changed[at] = was;
	}
}

/* Recipients, alone and as a file: one that is read has 62 characters and a checksum, and a file
 * that is read is a list of such. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size}, rest = text, line;
	struct age_recipients alone = {.count = 0}, listed = {.count = 0};
	struct error err = {0};
	if (size > MOST_BYTES)
		return 0;
	if (age_add_recipient(&alone, text, &err) == 0) {
		PROPERTY(size == 62 && alone.count == 1);
		check_recipient(text.data, size);
	}
	err = (struct error){0};
	if (age_add_recipients(&listed, text, &err) < 0) {
		PROPERTY(err.kind != ERROR_NONE && err.origin.line > 0);
		return 0;
	}
	size_t count = 0;
	while (str_next_part(&rest, '\n', &line)) {
		line = str_trim(line);
		count += line.len > 0 && line.data[0] != '#';
	}
	PROPERTY(count == listed.count);
	return 0;
}
