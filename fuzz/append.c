/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc/append.h"
#include "fuzz.h"

static const unsigned char producer[NOTARY_PRODUCER_BYTES] = "the fuzzed one.";

/* A body that is accepted is what its items print to, byte for byte. */
static void check_reading(const struct notary_request *request, struct str body)
{
	struct append_reader reader;
	struct str item;
	uint32_t items = 0;
	size_t bytes = 0;
	int result = -1;
	char *again = malloc(body.len + 1);
	PROPERTY(again != NULL);
	if (append_begin(&reader, request, producer, body))
		while ((result = append_next(&reader, &item)) == 1) {
			PROPERTY(item.len > APPEND_PREFIX_BYTES && item.data >= body.data &&
				 item.data + item.len <= body.data + body.len);
			bytes += append_put(again + bytes, producer, request->sequence + items,
				str_slice(item, APPEND_PREFIX_BYTES, item.len));
			items++;
		}
	if (result == 0)
		PROPERTY(items == request->count && bytes == body.len &&
			 memcmp(again, body.data, bytes) == 0);
	free(again);
}

/* Records of any bytes, cut at the zeros of the input, are read back as they were written. */
static void check_writing(struct str text)
{
	struct notary_request request = {.kind = NOTARY_APPEND, .sequence = 7};
	struct append_reader reader;
	struct str rest = text, record, item;
	size_t bytes = 0;
	char *body = malloc((text.len + 1) * (APPEND_ITEM_BYTES + 1));
	PROPERTY(body != NULL);
	while (rest.len > 0 && str_next_part(&rest, '\0', &record))
		if (record.len > 0 && record.len <= APPEND_RECORD_BYTES)
			bytes += append_put(
				body + bytes, producer, request.sequence + request.count++, record);
	bool can_be = append_begin(&reader, &request, producer, (struct str){body, bytes});
	PROPERTY(can_be == (request.count > 0));
	rest = text;
	while (can_be && rest.len > 0 && str_next_part(&rest, '\0', &record)) {
		if (record.len == 0 || record.len > APPEND_RECORD_BYTES)
			continue;
		PROPERTY(append_next(&reader, &item) == 1);
		PROPERTY(str_equal(str_slice(item, APPEND_PREFIX_BYTES, item.len), record));
	}
	PROPERTY(!can_be || append_next(&reader, &item) == 0);
	free(body);
}

/* The requests of producers to the notary: a header, then items. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct notary_request request;
	struct str message = {(const char *)data, size};
	if (size >= sizeof(request)) {
		memcpy(&request, data, sizeof(request));
		check_reading(&request, str_slice(message, sizeof(request), size));
	}
	check_writing(message);
	return 0;
}
