/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/archive.h"

#include "base/limits.h"
#include "base/number.h"
#include "data/document.h"
#include "data/map.h"
#include "ipc/notary_client.h"
#include "logstore/verify.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/ledger.h"
#include "report/escape.h"
#include "sys/clock.h"
#include "sys/durable.h"

#include <stdlib.h>
#include <sys/random.h>

/* PCI DSS 10.5.1 wants audit logs kept for twelve months. */
enum { RETENTION_DAYS = 365, DAY_S = 86400, PRUNE_TIMEOUT_MS = 60000, RECORD_BYTES = 16 << 20 };

/* What the command line asks for. */
struct wish {
	const char *folder; /* absolute: the record of the pruning names it */
	uint64_t before;    /* UINT64_MAX: as many as are old enough */
	uint64_t older_than_days;
	bool forced;
};

static int absolute(struct arena *arena, struct str path, const char **ret_path, struct error *err)
{
	char *here = path.data[0] == '/' ? NULL : realpath(".", NULL);
	if (path.data[0] != '/' && !here)
		return durable_fail(err, "find", "the current folder");
	*ret_path = here ? str_format(arena, "%s/%.*s", here, STR_ARGS(path)).data
			 : str_copy(arena, path).data;
	free(here);
	return 0;
}

static int read_wish(struct invocation *invocation, struct wish *ret_wish, struct error *err)
{
	struct str folder = invocation_value(invocation, OPTION_TO, STR(""));
	*ret_wish = (struct wish){.before = UINT64_MAX,
		.older_than_days = RETENTION_DAYS,
		.forced = invocation_has(invocation, OPTION_FORCE)};
	if (folder.len == 0) {
		ERROR_SET(err, ERROR_POLICY, NO_ORIGIN, "an archive needs a folder");
		error_set_remedy(err, "name one with --to, on another disk than the ledger's");
		return -1;
	}
	if (ledger_number(invocation, OPTION_BEFORE, &ret_wish->before, err) < 0 ||
		ledger_number(invocation, OPTION_OLDER_THAN, &ret_wish->older_than_days, err) < 0)
		return -1;
	if (ret_wish->older_than_days < RETENTION_DAYS && !ret_wish->forced) {
		ERROR_SET(err, ERROR_POLICY, NO_ORIGIN,
			"records stay in the ledger for at least %d days", RETENTION_DAYS);
		error_set_remedy(
			err, "--force prunes earlier, and the record of the pruning says so");
		return -1;
	}
	return absolute(invocation->arena, folder, &ret_wish->folder, err);
}

static bool is_before(struct arena *scratch, struct str entry, struct str bound)
{
	struct documents documents;
	struct value record;
	struct error malformed = {0};
	documents_init(&documents, entry, STR("record"), DOCUMENT_JSON, DOCUMENT_CEL);
	bool before = documents_next(&documents, scratch, &record, &malformed) == 1;
	documents_release(&documents);
	const struct value *time = before ? map_get_str(&record, STR("time")) : NULL;
	/* Times of records are all of one form, so that their order is that of their bytes. */
	struct str text = time && value_is(time, VALUE_STRING) ? value_str(time) : STR("");
	before = text.len == bound.len && str_compare(text, bound) < 0;
	arena_reset(scratch);
	return before;
}

/* The first record that is younger than the bound, or has no time: nobody knows how old it is. */
static int find_young(
	struct log_reader *reader, uint64_t limit, uint64_t days, uint64_t *ret, struct error *err)
{
	char memory[64];
	struct buf bound;
	struct arena scratch;
	struct str entry;
	buf_init_fixed(&bound, memory, sizeof(memory));
	int64_t now = clock_now_s(),
		start = (uint64_t)now / DAY_S < days ? 0 : now - (int64_t)days * DAY_S;
	record_print_time((struct record_time){.seconds = start}, &bound);
	arena_init(&scratch, RECORD_BYTES);
	int result = 0;
	for (*ret = reader->range.first; *ret < limit; ++*ret) {
		result = log_read_entry(reader, *ret, &entry, err);
		if (result < 0 || !is_before(&scratch, entry, buf_str(&bound)))
			break;
	}
	arena_release(&scratch);
	return result;
}

/* Up to which record: whole bundles that a checkpoint covers, and old enough. */
static int choose_end(
	const struct wish *wish, struct log_reader *reader, uint64_t *ret_end, struct error *err)
{
	uint64_t size = reader->checkpoint.size, young;
	uint64_t limit = wish->before < size ? wish->before : size;
	limit = limit / TILE_WIDTH * TILE_WIDTH;
	if (find_young(reader, limit, wish->older_than_days, &young, err) < 0)
		return -1;
	bool asked = wish->before != UINT64_MAX;
	if (asked && young < limit && !wish->forced) {
		ERROR_SET(err, ERROR_POLICY, NO_ORIGIN,
			"record %llu is younger than %llu days, or has no time",
			(unsigned long long)young, (unsigned long long)wish->older_than_days);
		error_set_remedy(err,
			"--force prunes it all the same, and the record of the pruning says so");
		return -1;
	}
	*ret_end = (asked ? limit : young) / TILE_WIDTH * TILE_WIDTH;
	return 0;
}

static int verify_whole(struct log_reader *reader, const char *what, struct error *err)
{
	struct log_fault fault;
	int result = log_verify(reader, &fault, err);
	if (result == 1)
		ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"%s is not what was signed, so nothing is pruned: '%s', byte %llu: %.*s",
			what, fault.path, (unsigned long long)fault.offset, STR_ARGS(fault.what));
	return result == 0 ? 0 : -1;
}

/* As whoever will need it one day: from the disk, by the key, from the first record on. */
static int verify_archive(struct invocation *invocation, const struct wish *wish,
	const struct log_reader *ledger, struct error *err)
{
	struct log_reader archive;
	struct buf key;
	buf_init_arena(&key, invocation->arena, 512);
	note_key_print(&ledger->key, &key);
	int result = log_reader_open(&archive, invocation->arena, wish->folder, buf_str(&key), err);
	if (result == 0)
		result = verify_whole(&archive, "the archive", err);
	log_reader_close(&archive);
	return result;
}

static int prune(struct invocation *invocation, const struct wish *wish, uint64_t end,
	struct notary_answer *ret_answer, struct error *err)
{
	struct str socket =
		invocation_value(invocation, OPTION_NOTARY, STR("/run/gabion/notary.sock"));
	unsigned char producer[NOTARY_PRODUCER_BYTES];
	struct notary_client client;
	if (getrandom(producer, sizeof(producer), 0) != (ssize_t)sizeof(producer))
		return durable_fail(err, "ask for", "random bytes");
	if (notary_connect(&client, socket.data, producer, PRUNE_TIMEOUT_MS, err) < 0) {
		error_set_remedy(err, "the archive is whole; start the notary and run this again "
				      "to prune the ledger");
		return -1;
	}
	int result =
		notary_prune(&client, end, str_from(wish->folder), wish->forced, ret_answer, err);
	notary_disconnect(&client);
	return result;
}

static int archive(struct invocation *invocation, const struct wish *wish,
	struct log_reader *reader, struct error *err)
{
	struct notary_answer answer = {0};
	struct buf *out = &invocation->console->out.buf;
	uint64_t end;
	if (choose_end(wish, reader, &end, err) < 0)
		return -1;
	if (end <= reader->range.first) {
		buf_puts(out, "nothing to archive: no whole bundle of 256 records is old enough\n");
		return 0;
	}
	if (verify_whole(reader, "the ledger", err) < 0 ||
		log_archive(reader, end, wish->folder, err) < 0 ||
		verify_archive(invocation, wish, reader, err) < 0 ||
		prune(invocation, wish, end, &answer, err) < 0)
		return -1;
	buf_printf(out, "archived: records %llu to %llu, verified in ",
		(unsigned long long)reader->range.first, (unsigned long long)end - 1);
	escape_put(out, MEDIUM_TERMINAL, str_from(wish->folder));
	buf_printf(out, "\npruned: record %llu says so\n", (unsigned long long)answer.first_index);
	return 0;
}

int command_ledger_archive(struct invocation *invocation)
{
	struct log_reader reader;
	struct error err = {0};
	struct wish wish;
	if (read_wish(invocation, &wish, &err) < 0)
		return ledger_tell(invocation, &err);
	int code = ledger_open(invocation, &reader);
	if (code != EXIT_ALLOWED)
		return code;
	if (reader.range.archived)
		ERROR_SET(&err, ERROR_POLICY, NO_ORIGIN, "this folder is an archive already");
	else
		(void)archive(invocation, &wish, &reader, &err);
	log_reader_close(&reader);
	return err.kind == ERROR_NONE ? EXIT_ALLOWED : ledger_tell(invocation, &err);
}
