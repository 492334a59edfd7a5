/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/segment.h"
#include "fuzz.h"
#include "ledger/tile.h"

static void check_bundle(struct str rest)
{
	struct error err = {0};
	struct str entry;
	size_t total = rest.len, seen = 0;
	int result;
	while ((result = bundle_next(&rest, &entry, &err)) == 1)
		seen += 2 + entry.len;
	PROPERTY(result < 0 || seen == total);
}

/* Frames and bundles of any bytes: what is read lies inside, and a frame written over them is read
 * back. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = {(const char *)data, size};
	struct frame frame;
	check_bundle(bytes);
	for (size_t offset = 0; offset < size; offset += 8)
		if (frame_get(bytes, offset, &frame))
			PROPERTY(frame.bytes <= size - offset && frame.entry.len < frame.bytes);
	if (size > JOURNAL_ENTRY_BYTES)
		return 0;
	char *room = malloc(journal_frame_bytes(size));
	struct frame written = {.left = 3, .index = 1, .group = 2, .entry = bytes};
	PROPERTY(room && frame_put(room, &written) == journal_frame_bytes(size));
	PROPERTY(frame_get((struct str){room, journal_frame_bytes(size)}, 0, &frame));
	PROPERTY(str_equal(frame.entry, bytes) && frame.left == 3 && frame.index == 1 &&
		 frame.group == 2);
	free(room);
	return 0;
}
