/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/segment.h"

#include "ledger/hash.h"

#include <endian.h>

/* As on disk, little-endian. */
struct header {
	uint32_t length;
	uint32_t left;
	uint64_t index;
	uint64_t group;
	uint64_t check;
};

_Static_assert(sizeof(struct header) == JOURNAL_HEADER_BYTES, "the header is the format");

static uint64_t check_of(const struct header *header, struct str entry)
{
	struct str head = {(const char *)header, offsetof(struct header, check)};
	struct ledger_hash hash = ledger_plain_hash(head, entry);
	uint64_t check;
	memcpy(&check, hash.bytes, sizeof(check));
	return check;
}

size_t frame_put(char *room, const struct frame *frame)
{
	size_t bytes = journal_frame_bytes(frame->entry.len);
	struct header header = {.length = htole32((uint32_t)frame->entry.len),
		.left = htole32(frame->left),
		.index = htole64(frame->index),
		.group = htole64(frame->group)};
	header.check = check_of(&header, frame->entry);
	memcpy(room, &header, sizeof(header));
	memcpy(room + sizeof(header), frame->entry.data, frame->entry.len);
	memset(room + sizeof(header) + frame->entry.len, 0,
		bytes - sizeof(header) - frame->entry.len);
	return bytes;
}

bool frame_get(struct str segment, size_t offset, struct frame *ret_frame)
{
	struct header header;
	if (offset > segment.len || segment.len - offset < sizeof(header))
		return false;
	memcpy(&header, segment.data + offset, sizeof(header));
	size_t length = le32toh(header.length);
	if (header.check == 0 || length > JOURNAL_ENTRY_BYTES ||
		journal_frame_bytes(length) > segment.len - offset)
		return false;
	struct str entry = {segment.data + offset + sizeof(header), length};
	if (check_of(&header, entry) != header.check)
		return false;
	*ret_frame = (struct frame){.left = le32toh(header.left),
		.index = le64toh(header.index),
		.group = le64toh(header.group),
		.entry = entry,
		.bytes = journal_frame_bytes(length)};
	return true;
}

bool frame_begun(struct str segment, size_t offset, uint64_t index, uint64_t group)
{
	struct header header;
	if (offset > segment.len || segment.len - offset < sizeof(header))
		return false;
	memcpy(&header, segment.data + offset, sizeof(header));
	return le32toh(header.length) > 0 && le64toh(header.index) == index &&
	       le64toh(header.group) == group;
}

/*
 * What stands behind the end of the journal is mostly old frames, seen from inside, and text: only
 * a group that can follow in this segment is worth the hashing of a check.
 */
static bool may_have_group(struct str segment, size_t offset, uint64_t group)
{
	struct header header;
	if (segment.len - offset < sizeof(header))
		return false;
	memcpy(&header, segment.data + offset, sizeof(header));
	uint64_t ahead = le64toh(header.group) - group; /* a smaller one becomes huge */
	return ahead <= JOURNAL_SEGMENT_BYTES / JOURNAL_HEADER_BYTES;
}

bool segment_has_group(struct str segment, size_t offset, uint64_t group)
{
	struct frame frame;
	for (; offset < segment.len; offset += 8)
		if (may_have_group(segment, offset, group) && frame_get(segment, offset, &frame) &&
			frame.group >= group)
			return true;
	return false;
}
