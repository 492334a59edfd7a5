/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/producers.h"

#include <endian.h>

/* The place of an id, or where it belongs. */
static size_t place_of(const struct producers *producers, const unsigned char *id, bool *ret_found)
{
	size_t low = 0, high = producers->count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (memcmp(producers->items[middle].id, id, PRODUCER_ID_BYTES) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_found = low < producers->count &&
		     memcmp(producers->items[low].id, id, PRODUCER_ID_BYTES) == 0;
	return low;
}

uint64_t producers_get(const struct producers *producers, const unsigned char id[PRODUCER_ID_BYTES])
{
	bool found;
	size_t at = place_of(producers, id, &found);
	return found ? producers->items[at].sequence : 0;
}

bool producers_raise(
	struct producers *producers, const unsigned char id[PRODUCER_ID_BYTES], uint64_t sequence)
{
	bool found;
	size_t at = place_of(producers, id, &found);
	struct producer *item = &producers->items[at];
	if (!found) {
		if (producers->count == PRODUCERS_MAX)
			return false;
		memmove(item + 1, item, (producers->count - at) * sizeof(*item));
		memcpy(item->id, id, PRODUCER_ID_BYTES);
		item->sequence = 0;
		producers->count++;
	}
	if (sequence > item->sequence)
		item->sequence = sequence;
	return true;
}

void producers_print(const struct producers *producers, struct buf *out)
{
	for (size_t i = 0; i < producers->count; i++) {
		char prefix[PRODUCER_PREFIX_BYTES];
		producer_put(&producers->items[i], prefix);
		buf_put(out, (struct str){prefix, sizeof(prefix)});
	}
}

int producers_parse(struct str bytes, struct producers *ret_producers, struct error *err)
{
	ret_producers->count = 0;
	if (bytes.len % PRODUCER_PREFIX_BYTES != 0 ||
		bytes.len / PRODUCER_PREFIX_BYTES > PRODUCERS_MAX)
		return ERROR_SET(
			err, ERROR_INPUT, NO_ORIGIN, "the table of producers is not whole");
	for (size_t at = 0; at < bytes.len; at += PRODUCER_PREFIX_BYTES) {
		struct producer item = producer_of(bytes.data + at);
		struct producer *last = ret_producers->items + ret_producers->count;
		if (at > 0 && memcmp(last[-1].id, item.id, PRODUCER_ID_BYTES) >= 0)
			return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
				"the table of producers is not sorted");
		*last = item;
		ret_producers->count++;
	}
	return 0;
}

struct producer producer_of(const char prefix[PRODUCER_PREFIX_BYTES])
{
	struct producer producer;
	uint64_t sequence;
	memcpy(producer.id, prefix, PRODUCER_ID_BYTES);
	memcpy(&sequence, prefix + PRODUCER_ID_BYTES, sizeof(sequence));
	producer.sequence = le64toh(sequence);
	return producer;
}

void producer_put(const struct producer *producer, char ret_prefix[PRODUCER_PREFIX_BYTES])
{
	uint64_t sequence = htole64(producer->sequence);
	memcpy(ret_prefix, producer->id, PRODUCER_ID_BYTES);
	memcpy(ret_prefix + PRODUCER_ID_BYTES, &sequence, sizeof(sequence));
}
