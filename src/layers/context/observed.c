/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/observed.h"

void observed_call(struct observed *observed, int64_t number, unsigned from)
{
	if (number < 0 || number >= OBSERVED_CALLS) {
		observed->other_calls++;
		return;
	}
	bool known = observed->calls[number] & (OBSERVED_SEEN | OBSERVED_MERGED);
	if (!known && (from & OBSERVED_SEEN) && observed->run_count > 0)
		observed->runs[observed->run_count - 1].new_calls++;
	observed->calls[number] |= (uint8_t)from;
}

/* FNV-1a: paths of one folder differ in their middle. */
static uint32_t hash_of(struct str text)
{
	uint32_t hash = 2166136261U;
	for (size_t i = 0; i < text.len; i++)
		hash = (hash ^ (unsigned char)text.data[i]) * 16777619U;
	return hash;
}

/* Where a text is, or is to be: there is always a free slot, for half of them stay free. */
static uint16_t *slot_of(struct observed *observed, struct str text)
{
	size_t at = hash_of(text) % OBSERVED_SLOTS;
	while (observed->slots[at] != 0) {
		const struct observed_text *there = &observed->texts[observed->slots[at] - 1];
		if (str_equal(observed_str(observed, there), text))
			break;
		at = (at + 1) % OBSERVED_SLOTS;
	}
	return &observed->slots[at];
}

void observed_text(struct observed *observed, struct str text, unsigned uses)
{
	uint16_t *slot = slot_of(observed, text);
	if (*slot != 0) {
		observed->texts[*slot - 1].uses |= uses;
		return;
	}
	if (observed->text_count == OBSERVED_TEXTS || text.len > OBSERVED_TEXT_BYTES ||
		text.len > OBSERVED_BYTES - observed->byte_count) {
		observed->lost++;
		return;
	}
	memcpy(observed->bytes + observed->byte_count, text.data, text.len);
	observed->texts[observed->text_count] = (struct observed_text){
		.at = observed->byte_count, .len = (uint32_t)text.len, .uses = uses};
	observed->byte_count += (uint32_t)text.len;
	*slot = (uint16_t)++observed->text_count;
}
