/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/ledger.h"
#include "programs/gabion/ledger_find.h"
#include "report/json.h"
#include "search/index.h"
#include "sys/durable.h"
#include "sys/files.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct search {
	struct invocation *invocation;
	struct search_query query;
	struct log_reader
		reader; /* lives in the arena of the run, in which nothing else is made now */
	struct log_proven log;
	struct arena work;   /* the index: blocks, then hits */
	struct arena record; /* the one at hand */
	struct search_index index;
	struct search_hits hits;
	bool indexed;
	uint64_t limit, found;
	char path[PATH_MAX];
};

static void put_record(
	struct search *search, uint64_t number, struct str entry, const struct value *record)
{
	struct buf *out = &search->invocation->console->out.buf;
	struct value nothing = value_null();
	if (invocation_has(search->invocation, OPTION_COUNT))
		return;
	if (invocation_word(search->invocation, OPTION_FORM) != 1) {
		ledger_put_line(out, number, record ? record : &nothing);
		return;
	}
	struct json json = {.out = out};
	json_open(&json, "", '{');
	json_uint(&json, "number", number);
	if (record)
		json_value(&json, "record", record);
	else
		json_str(&json, "bytes", entry);
	json_close(&json, '}');
	buf_puts(out, "\n");
}

/* The index named a record that does not match: nothing that it says can be believed. */
static int tell_altered(struct search *search, uint64_t number)
{
	struct error err = {0};
	search_index_close(&search->index);
	search_index_remove(search->path);
	ERROR_SET(&err, ERROR_INPUT, NO_ORIGIN,
		"the index names record %llu, which does not match: it was altered, and is removed",
		(unsigned long long)number);
	error_set_remedy(
		&err, "search again; what was shown is what was signed, but not all of it");
	return ledger_tell(search->invocation, &err);
}

static int try_record(struct search *search, uint64_t number)
{
	struct str entry;
	struct value room;
	struct log_fault fault;
	struct error err = {0};
	int result = log_read_proven(&search->log, number, &entry, &fault, &err);
	if (result != 0)
		return result > 0 ? ledger_tell_fault(search->invocation, &fault)
				  : ledger_tell(search->invocation, &err);
	if (!search_match_entry(&search->query, number, entry))
		return EXIT_ALLOWED;
	const struct value *record = search_read(&search->record, entry, &room);
	bool matches = search_match(&search->query, record);
	if (matches) {
		search->found++;
		put_record(search, number, entry, record);
	}
	arena_reset(&search->record);
	return search->indexed && !matches ? tell_altered(search, number) : EXIT_ALLOWED;
}

static bool is_candidate(const struct search *search, uint64_t number)
{
	return !search->indexed || (search->hits.bits[number / 8] >> number % 8 & 1) != 0;
}

static int try_all(struct search *search)
{
	const struct search_query *query = &search->query;
	const struct log_range *here = &search->reader.range;
	uint64_t first = query->first > here->first ? query->first : here->first;
	uint64_t end = query->last < here->end ? query->last + 1 : here->end;
	bool newest = invocation_has(search->invocation, OPTION_NEWEST);
	const struct output *out = &search->invocation->console->out;
	for (uint64_t i = first; i < end && search->found < search->limit && out->failure == 0;
		i++) {
		uint64_t number = newest ? end - 1 - (i - first) : i;
		int code = is_candidate(search, number) ? try_record(search, number) : EXIT_ALLOWED;
		if (code != EXIT_ALLOWED)
			return code;
	}
	return EXIT_ALLOWED;
}

/* Named after the ledger: a copy of it shares the index. */
static int default_path(struct search *search, struct error *err)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	struct ledger_hash name = ledger_plain_hash(search->reader.checkpoint.origin, STR(""));
	struct buf path;
	buf_init_fixed(&path, search->path, sizeof(search->path) - 1);
	if (cache && cache[0] == '/')
		buf_put(&path, str_from(cache));
	else if (home && home[0] == '/')
		buf_printf(&path, "%s/.cache", home);
	else
		return ERROR_SET(err, ERROR_SYSTEM, NO_ORIGIN, "there is no cache folder");
	(void)mkdir(search->path, 0700);
	buf_puts(&path, "/gabion");
	if (mkdir(search->path, 0700) < 0 && !file_is_folder(search->path))
		return durable_fail(err, "make the folder", search->path);
	buf_puts(&path, "/");
	for (size_t i = 0; i < sizeof(name.bytes); i++)
		buf_printf(&path, "%02x", name.bytes[i]);
	buf_puts(&path, ".sqlite");
	return path.truncated ? ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
					"the name of the cache folder is too long")
			      : 0;
}

static int find_path(struct search *search, struct error *err)
{
	struct str given = invocation_value(search->invocation, OPTION_INDEX, STR(""));
	if (given.len == 0)
		return default_path(search, err);
	if (given.len >= sizeof(search->path))
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN, "the name of the index is too long");
	memcpy(search->path, given.data, given.len + 1);
	return 0;
}

static void say_replaced(struct search *search)
{
	struct error notice = {0};
	if (!search->index.replaced)
		return;
	ERROR_SET(&notice, ERROR_INPUT, NO_ORIGIN, "the index was made anew: %s",
		search->index.replaced);
	console_tell(search->invocation->console, "notice", &notice, STR(""));
}

/* The first index of a large ledger takes a while, in which a person would wonder. */
static void say_first(struct search *search)
{
	enum { QUICK_RECORDS = 100000 };
	struct console *console = search->invocation->console;
	if (search->reader.checkpoint.size > QUICK_RECORDS && console->err_terminal.interactive &&
		access(search->path, F_OK) < 0)
		console_say(console, STR("making an index of this ledger, which is done once\n"));
}

/* 0, or 1 and a fault. Without an index the search is slow, and right. */
static int use_index(struct search *search, struct log_fault *fault)
{
	struct search_index_request request = {.path = search->path,
		.is_ours = !invocation_has(search->invocation, OPTION_INDEX),
		.log = &search->log,
		.arena = &search->work};
	struct error err = {0};
	int result = find_path(search, &err);
	if (result == 0)
		say_first(search);
	if (result == 0)
		result = search_index_open(&search->index, &request, fault, &err);
	if (result > 0)
		return 1;
	if (result == 0) {
		say_replaced(search);
		result = search_index_find(
			&search->index, &search->query, &search->work, &search->hits, &err);
	}
	search->indexed = result == 0;
	if (result < 0) {
		error_set_remedy(&err, "the whole ledger is read instead, as by --no-index");
		console_tell(search->invocation->console, "notice", &err, STR(""));
	}
	return 0;
}

static int run(struct search *search)
{
	struct log_fault fault;
	bool wants_index = !invocation_has(search->invocation, OPTION_NO_INDEX) &&
			   !search->reader.range.archived;
	ledger_find_say_absent(search->invocation, &search->reader, &search->query);
	log_proven_init(&search->log, &search->reader);
	if (wants_index && use_index(search, &fault) > 0)
		return ledger_tell_fault(search->invocation, &fault);
	int code = try_all(search);
	if (code == EXIT_ALLOWED && invocation_has(search->invocation, OPTION_COUNT)) {
		buf_put_uint(&search->invocation->console->out.buf, search->found);
		buf_puts(&search->invocation->console->out.buf, "\n");
	}
	search_index_close(&search->index);
	return code;
}

int command_ledger_search(struct invocation *invocation)
{
	struct search search = {.invocation = invocation};
	int code = ledger_find_query(invocation, &search.query);
	if (code == EXIT_ALLOWED)
		code = ledger_find_number(invocation, OPTION_LIMIT, UINT64_MAX, &search.limit);
	if (code == EXIT_ALLOWED)
		code = ledger_open(invocation, &search.reader);
	if (code != EXIT_ALLOWED)
		return code;
	arena_init(&search.work, LIMIT_SUBJECT_BYTES);
	arena_init(&search.record, SEARCH_RECORD_BYTES);
	code = run(&search);
	arena_release(&search.record);
	arena_release(&search.work);
	log_reader_close(&search.reader);
	return code;
}
