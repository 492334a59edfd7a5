/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "logstore/journal.h"

/* The frames of one segment, as bytes: nothing here touches a file. */

/* A frame taken apart. */
struct frame {
	uint32_t left; /* frames of its group behind it */
	uint64_t index;
	uint64_t group;
	struct str entry;
	size_t bytes; /* with header and padding */
};

/** Write one frame; room is journal_frame_bytes(entry.len). Returns the bytes written. */
size_t frame_put(char *room, const struct frame *frame);

/** True when a whole frame with a correct check stands at offset. */
bool frame_get(struct str segment, size_t offset, struct frame *ret_frame);

/** True when the header of this very frame stands at offset, whatever follows it. */
bool frame_begun(struct str segment, size_t offset, uint64_t index, uint64_t group);

/** True when a valid frame of a group >= group stands anywhere at or behind offset. */
bool segment_has_group(struct str segment, size_t offset, uint64_t group);
