/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/record.h"

#include "base/arena.h"
#include "data/canonical.h"
#include "data/document.h"
#include "fuzz.h"
#include "report/metrics.h"

enum { ENTRY_BYTES = 65535 };

static bool read_json(struct arena *arena, struct str text, struct value *ret)
{
	struct documents documents;
	struct error err = {0};
	documents_init(&documents, text, STR("record"), DOCUMENT_JSON, DOCUMENT_CEL);
	bool one = documents_next(&documents, arena, ret, &err) == 1;
	documents_release(&documents);
	return one;
}

/* A record is canonical JSON: reading and writing it again changes nothing; and figures can be
 * computed from it. */
static void check_record(struct arena *arena, struct str record, struct metrics_sum *sum)
{
	struct value value;
	struct buf again;
	struct error err = {0};
	buf_init_arena(&again, arena, record.len + 64);
	PROPERTY(record.len > 0 && record.len <= ENTRY_BYTES);
	PROPERTY(read_json(arena, record, &value));
	PROPERTY(canonical_put(arena, &value, &again, &err) == 0);
	PROPERTY(str_equal(buf_str(&again), record));
	metrics_add(sum, &value);
}

static void check_own(struct arena *arena, struct str text, struct metrics_sum *sum)
{
	struct record_time time = {.seconds = 1767225600, .nanoseconds = 5};
	struct record_prune prune = {.first = 0, .minimum = 256, .archive = STR("an archive")};
	struct buf gap, pruned;
	buf_init_arena(&gap, arena, 1024);
	buf_init_arena(&pruned, arena, 1024);
	record_print_gap(&gap, time, str_slice(text, 0, text.len < 16 ? text.len : 16), 1, 2);
	record_print_prune(arena, &pruned, time, &prune);
	check_record(arena, buf_str(&gap), sum);
	check_record(arena, buf_str(&pruned), sum);
}

/* Documents that people and programs want kept, and records that somebody else wrote. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct str text = {(const char *)data, size};
	struct record_head head = {.time = {.seconds = 1767225600},
		.node = STR("node"),
		.program = STR("fuzz"),
		.user = STR("somebody"),
		.person = STR(""),
		.incident = STR("")};
	struct metrics metrics;
	struct value document;
	arena_init(&arena, 1 << 28);
	struct metrics_sum *sum = metrics_begin(&arena, METRICS_AT_END);
	check_own(&arena, text, sum);
	if (read_json(&arena, text, &document)) {
		struct buf note, event;
		struct error err = {0};
		buf_init_arena(&note, &arena, 1024);
		buf_init_arena(&event, &arena, 1024);
		metrics_add(sum, &document);
		if (value_is(&document, VALUE_MAP) &&
			record_print_note(&arena, &head, &document, &note, &err) == 0)
			check_record(&arena, buf_str(&note), sum);
		err = (struct error){0};
		if (record_print_event(&arena, &head, &document, &event, &err) == 0)
			check_record(&arena, buf_str(&event), sum);
	}
	metrics_end(sum, &metrics);
	arena_release(&arena);
	return 0;
}
