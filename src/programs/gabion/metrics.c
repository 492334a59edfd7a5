/* SPDX-License-Identifier: Apache-2.0 */
#include "report/metrics_put.h"

#include "base/arena.h"
#include "base/limits.h"
#include "data/document.h"
#include "logstore/verify.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/ledger.h"

/* One record costs at most what a document of 65,535 bytes takes. */
enum { RECORD_BYTES = 16 << 20 };

static void add_entry(struct metrics_sum *sum, struct arena *scratch, struct str entry)
{
	struct documents documents;
	struct value record;
	struct error err = {0};
	documents_init(&documents, entry, STR("record"), DOCUMENT_JSON, DOCUMENT_CEL);
	int found = documents_next(&documents, scratch, &record, &err);
	metrics_add(sum, found == 1 ? &record : NULL);
	documents_release(&documents);
	arena_reset(scratch);
}

static int add_all(struct metrics_sum *sum, struct log_reader *reader, struct arena *scratch,
	struct error *err)
{
	struct str entry;
	for (uint64_t i = reader->range.first; i < reader->range.end; i++) {
		if (log_read_entry(reader, i, &entry, err) < 0)
			return -1;
		add_entry(sum, scratch, entry);
	}
	return 0;
}

static void put(struct invocation *invocation, const struct metrics *metrics)
{
	static void (*const forms[])(const struct metrics *metrics, struct buf *out) = {
		metrics_put_text, metrics_put_json, metrics_put_prometheus};
	int form = invocation_word(invocation, OPTION_METRICS_FORM);
	forms[form < 0 ? 0 : form](metrics, &invocation->console->out.buf);
}

/* Figures from records that nobody vouches for would be worse than none. */
static int verify_first(struct invocation *invocation, struct log_reader *reader)
{
	struct log_fault fault;
	struct error err = {0};
	int result = log_verify(reader, &fault, &err);
	if (result == 0)
		return EXIT_ALLOWED;
	if (result == 1) {
		ERROR_SET(&err, ERROR_INPUT, NO_ORIGIN,
			"record %llu of this ledger is not verified: %.*s",
			(unsigned long long)fault.record, STR_ARGS(fault.what));
		error_set_remedy(&err, "gabion ledger verify names the place");
	}
	(void)ledger_tell(invocation, &err);
	return result == 1 ? EXIT_DENIED : EXIT_UNDECIDED;
}

/* The reader rewinds its own arena: the sum lives in another, and scratch holds one record. */
static int compute(struct log_reader *reader, int64_t at_us, struct arena *arena,
	struct arena *scratch, struct metrics *ret_metrics, struct error *err)
{
	if (ARENA_LIMIT_REACHED(arena))
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
			"the figures of this ledger need more than %d MiB of memory",
			LIMIT_RUN_BYTES >> 20);
	struct metrics_sum *sum = metrics_begin(arena, at_us);
	if (add_all(sum, reader, scratch, err) < 0)
		return -1;
	metrics_end(sum, ret_metrics);
	ret_metrics->origin = reader->checkpoint.origin;
	ret_metrics->archived = reader->range.first;
	return 0;
}

static int put_verified(struct invocation *invocation, struct log_reader *reader, int64_t at_us)
{
	struct arena arena, scratch;
	struct metrics metrics;
	struct error err = {0};
	int code = EXIT_ALLOWED;
	arena_init(&arena, LIMIT_RUN_BYTES);
	arena_init(&scratch, RECORD_BYTES);
	if (compute(reader, at_us, &arena, &scratch, &metrics, &err) < 0)
		code = ledger_tell(invocation, &err);
	else
		put(invocation, &metrics);
	arena_release(&scratch);
	arena_release(&arena);
	return code;
}

/* The moment of the figures, as --at says. */
static int parse_at(struct invocation *invocation, int64_t *ret_us)
{
	struct error err = {0};
	struct str at = invocation_value(invocation, OPTION_AT, STR(""));
	*ret_us = METRICS_AT_END;
	if (at.len == 0 || metrics_parse_moment(at, ret_us))
		return EXIT_ALLOWED;
	ERROR_SET(&err, ERROR_POLICY, NO_ORIGIN, "--at takes a time, not '%.*s'", STR_ARGS(at));
	error_set_remedy(&err, "write 2026-12-31T18:00:00Z");
	return ledger_tell(invocation, &err);
}

int command_metrics(struct invocation *invocation)
{
	struct log_reader reader;
	int64_t at_us;
	int code = parse_at(invocation, &at_us);
	if (code == EXIT_ALLOWED)
		code = ledger_open(invocation, &reader);
	if (code != EXIT_ALLOWED)
		return code;
	code = verify_first(invocation, &reader);
	if (code == EXIT_ALLOWED)
		code = put_verified(invocation, &reader, at_us);
	log_reader_close(&reader);
	return code;
}
