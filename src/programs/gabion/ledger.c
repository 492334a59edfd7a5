/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/ledger.h"

#include "base/number.h"
#include "logstore/pruning.h"
#include "programs/gabion/console.h"
#include "sys/clock.h"
#include "sys/durable.h"
#include "sys/secret.h"

#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum { SEED_BYTES = 32 };

const char *ledger_folder(const struct invocation *invocation)
{
	return invocation_value(invocation, OPTION_LEDGER, STR("/var/lib/gabion/ledger")).data;
}

int ledger_number(
	const struct invocation *invocation, enum option_id id, uint64_t *number, struct error *err)
{
	struct str text = invocation_value(invocation, id, STR(""));
	if (text.len == 0 || number_parse_uint(text, 10, number))
		return 0;
	return ERROR_SET(err, ERROR_POLICY, NO_ORIGIN, "--%s takes a whole number, not '%.*s'",
		option_row(id)->name, STR_ARGS(text));
}

int ledger_tell(struct invocation *invocation, const struct error *err)
{
	console_tell(invocation->console, "error", err, STR(""));
	return err->kind == ERROR_POLICY ? EXIT_INVALID : EXIT_UNDECIDED;
}

int ledger_tell_fault(struct invocation *invocation, const struct log_fault *fault)
{
	struct error err = {0};
	ERROR_SET(&err, ERROR_INPUT, NO_ORIGIN,
		"record %llu of this ledger is not verified: %.*s (%s, byte %llu)",
		(unsigned long long)fault->record, STR_ARGS(fault->what), fault->path,
		(unsigned long long)fault->offset);
	error_set_remedy(&err, "restore the ledger from a copy; keep this one, it is evidence");
	(void)ledger_tell(invocation, &err);
	return EXIT_DENIED;
}

int ledger_open(struct invocation *invocation, struct log_reader *ret_reader)
{
	struct error err = {0};
	struct str trusted = invocation_value(invocation, OPTION_TRUST, STR(""));
	if (log_reader_open(
		    ret_reader, invocation->arena, ledger_folder(invocation), trusted, &err) == 0)
		return EXIT_ALLOWED;
	log_reader_close(ret_reader);
	return ledger_tell(invocation, &err);
}

struct record_head ledger_head(struct arena *arena, const char *command)
{
	char node[256] = "";
	struct timespec now = {0};
	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)gethostname(node, sizeof(node) - 1);
	return (struct record_head){.time = {now.tv_sec, (uint32_t)now.tv_nsec},
		.node = str_copy(arena, str_from(node)),
		.program = str_from(command),
		.user = str_format(arena, "%u", getuid())};
}

int ledger_make_signer(struct arena *arena, struct str name, enum note_type type,
	struct note_signer *ret_signer, struct error *err)
{
	char seed[SEED_BYTES];
	if (getrandom(seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		return durable_fail(err, "ask for", "random bytes");
	int result = note_signer_new(
		arena, name, type, (struct str){seed, sizeof(seed)}, ret_signer, err);
	explicit_bzero(seed, sizeof(seed));
	return result;
}

int ledger_write_key(const char *path, const struct note_signer *signer, struct error *err)
{
	char memory[512];
	struct buf text;
	buf_init_fixed(&text, memory, sizeof(memory));
	note_signer_print(signer, &text);
	buf_put_char(&text, '\n');
	int result = secret_write(path, buf_str(&text), err);
	explicit_bzero(memory, sizeof(memory));
	return result;
}

void ledger_say_archive(struct log_reader *reader, uint64_t index, struct error *err)
{
	struct log_pruning pruning;
	struct error unread = {0};
	if (index >= reader->range.first || reader->range.archived ||
		log_pruning_read(reader, &pruning, &unread) != 1)
		return;
	err->remedy[0] = '\0';
	if (index < pruning.first)
		error_set_remedy(err,
			"it went before record %llu moved those from %llu on; the records of "
			"earlier moves say where: gabion ledger search --type prune",
			(unsigned long long)reader->range.pruned_by,
			(unsigned long long)pruning.first);
	else
		error_set_remedy(err, "record %llu says where it went: --ledger %.*s",
			(unsigned long long)reader->range.pruned_by, STR_ARGS(pruning.archive));
}
