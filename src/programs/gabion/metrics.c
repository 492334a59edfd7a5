/* SPDX-License-Identifier: Apache-2.0 */
#include "report/metrics_put.h"

#include "base/arena.h"
#include "base/base64.h"
#include "base/limits.h"
#include "data/document.h"
#include "ledger/cache.h"
#include "ledger/uuid.h"
#include "logstore/verify.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/ledger.h"
#include "report/oscal_results.h"

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

enum { FORM_OSCAL = 3 };

/* A ledger from which many records are proven in their order. */
struct proving {
	struct log_reader *reader;
	struct ledger_cache cache;
};

/* Where a record is and its proof, for readers of the ledger's files. */
static int locate(
	void *context, uint64_t index, struct buf *href, struct buf *proof, struct error *err)
{
	struct proving *proving = context;
	char path[TILE_PATH_BYTES];
	struct ledger_path hashes;
	struct ledger_nodes nodes = ledger_cache_nodes(&proving->cache);
	struct tile tile = log_tile_at(proving->reader, TILE_ENTRIES, index);
	if (ledger_prove_inclusion(&nodes, index, proving->reader->checkpoint.size, &hashes, err) <
		0)
		return -1;
	buf_put(href, tile_print_path(&tile, path));
	buf_printf(href, "#%llu", (unsigned long long)(index % TILE_WIDTH));
	for (size_t i = 0; i < hashes.count; i++) {
		const char *bytes = (const char *)hashes.hashes[i].bytes;
		if (i > 0)
			buf_put_char(proof, ' ');
		base64_put(proof, (struct str){bytes, sizeof(hashes.hashes[i].bytes)});
	}
	return 0;
}

static int put(struct invocation *invocation, struct log_reader *reader,
	const struct metrics_sum *sum, const struct metrics *metrics, struct arena *arena,
	struct error *err)
{
	static void (*const forms[])(const struct metrics *metrics, struct buf *out) = {
		metrics_put_text, metrics_put_json, metrics_put_prometheus};
	static const struct oscal_context context = {
		.version = GABION_VERSION, .uuid = uuid_of_name};
	struct buf *out = &invocation->console->out.buf;
	int form = invocation_word(invocation, OPTION_METRICS_FORM);
	if (form != FORM_OSCAL) {
		forms[form < 0 ? 0 : form](metrics, out);
		return 0;
	}
	struct proving proving = {.reader = reader};
	struct ledger_nodes nodes = log_nodes(reader);
	ledger_cache_init(&proving.cache, &nodes);
	struct oscal_ledger ledger = {.checkpoint = reader->checkpoint_text,
		.size = reader->checkpoint.size,
		.first = reader->range.first,
		.locate = locate,
		.context = &proving};
	return oscal_put_results(sum, metrics, &context, &ledger, arena, out, err);
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
static int compute(struct invocation *invocation, struct log_reader *reader, int64_t at_us,
	struct arena *arena, struct arena *scratch, struct error *err)
{
	struct metrics metrics;
	if (ARENA_LIMIT_REACHED(arena))
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
			"the figures of this ledger need more than %d MiB of memory",
			LIMIT_RUN_BYTES >> 20);
	struct metrics_sum *sum = metrics_begin(arena, at_us);
	if (add_all(sum, reader, scratch, err) < 0)
		return -1;
	metrics_end(sum, &metrics);
	metrics.origin = reader->checkpoint.origin;
	metrics.archived = reader->range.first;
	return put(invocation, reader, sum, &metrics, arena, err);
}

static int put_verified(struct invocation *invocation, struct log_reader *reader, int64_t at_us)
{
	struct arena arena, scratch;
	struct error err = {0};
	int code = EXIT_ALLOWED;
	arena_init(&arena, LIMIT_RUN_BYTES);
	arena_init(&scratch, RECORD_BYTES);
	if (compute(invocation, reader, at_us, &arena, &scratch, &err) < 0)
		code = ledger_tell(invocation, &err);
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
