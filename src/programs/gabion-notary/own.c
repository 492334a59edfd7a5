/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-notary/own.h"

struct buf own_begin(struct own_records *own)
{
	struct buf out;
	buf_init_fixed(&out, own->memory[own->count] + PRODUCER_PREFIX_BYTES, OWN_RECORD_BYTES);
	return out;
}

struct str own_end(
	struct own_records *own, const struct producers *producers, const struct buf *record)
{
	char *memory = own->memory[own->count++];
	struct producer producer = {.id = {0}};
	producer.sequence = producers_get(producers, producer.id) + own->count;
	producer_put(&producer, memory);
	return (struct str){memory, PRODUCER_PREFIX_BYTES + record->len};
}
