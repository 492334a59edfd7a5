/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/producers.h"

#include "base/number.h"

#include <endian.h>

#define FILE_TYPE STR("gabion-producers/v1")

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

static void put_line(struct buf *out, const struct producer *producer)
{
	for (size_t i = 0; i < PRODUCER_ID_BYTES; i++)
		buf_printf(out, "%02x", producer->id[i]);
	buf_put_char(out, ' ');
	buf_put_uint(out, producer->sequence);
	buf_put_char(out, '\n');
}

int producers_print(const struct producers *producers, uint64_t size,
	const struct note_signer *signer, struct arena *arena, struct buf *out, struct error *err)
{
	struct buf body;
	buf_init_arena(&body, arena, (producers->count + 2) * PRODUCERS_LINE_BYTES);
	buf_put(&body, FILE_TYPE);
	buf_puts(&body, "\nsize ");
	buf_put_uint(&body, size);
	buf_put_char(&body, '\n');
	for (size_t i = 0; i < producers->count; i++)
		put_line(&body, &producers->items[i]);
	buf_put(out, buf_str(&body));
	buf_put_char(out, '\n');
	return note_sign(arena, signer, buf_str(&body), 0, out, err);
}

/* Decimal as it is printed: no zeros in front. */
static bool parse_decimal(struct str text, uint64_t *ret)
{
	return (text.len < 2 || text.data[0] != '0') && number_parse_uint(text, 10, ret);
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool parse_line(struct str line, struct producer *ret)
{
	uint64_t byte;
	if (line.len < 2 * PRODUCER_ID_BYTES + 2 || line.data[2 * PRODUCER_ID_BYTES] != ' ')
		return false;
	for (size_t i = 0; i < PRODUCER_ID_BYTES; i++) {
		/* As it is printed: one id has one text. */
		if (is_upper(line.data[2 * i]) || is_upper(line.data[2 * i + 1]))
			return false;
		if (!number_parse_uint(str_slice(line, 2 * i, 2 * i + 2), 16, &byte))
			return false;
		ret->id[i] = (unsigned char)byte;
	}
	return parse_decimal(str_slice(line, 2 * PRODUCER_ID_BYTES + 1, line.len), &ret->sequence);
}

static bool parse_lines(struct str lines, struct producers *ret)
{
	struct str line;
	ret->count = 0;
	while (lines.len > 0 && str_next_part(&lines, '\n', &line)) {
		struct producer *item = ret->items + ret->count;
		if (ret->count == PRODUCERS_MAX || !parse_line(line, item))
			return false;
		if (ret->count > 0 && memcmp(item[-1].id, item->id, PRODUCER_ID_BYTES) >= 0)
			return false;
		ret->count++;
	}
	return true;
}

int producers_parse(struct str text, uint64_t size, const struct note_key *key, struct arena *arena,
	struct producers *ret_producers, struct error *err)
{
	struct note *note = ARENA_NEW(arena, struct note);
	struct str type, size_line, rest;
	uint64_t written_size;
	if (note_parse(arena, text, note, err) < 0)
		return -1;
	int verified = note_verify(arena, note, key, NULL, err);
	if (verified < 0)
		return -1;
	rest = note->text;
	bool formed = verified == 1 && str_next_part(&rest, '\n', &type) &&
		      str_equal(type, FILE_TYPE) && str_next_part(&rest, '\n', &size_line) &&
		      str_starts_with(size_line, STR("size ")) &&
		      parse_decimal(str_slice(size_line, 5, size_line.len), &written_size) &&
		      parse_lines(rest, ret_producers);
	if (!formed)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"the table of producers is not one that the log's key signed");
	if (written_size < size)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"the table of producers is of %llu records, the checkpoint of %llu",
			(unsigned long long)written_size, (unsigned long long)size);
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
