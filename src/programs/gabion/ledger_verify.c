/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "ledger/proof.h"
#include "logstore/verify.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/ledger.h"
#include "report/escape.h"
#include "report/json.h"
#include "sys/files.h"

enum { PROOF_BYTES = 1 << 20 };

static bool wants_json(const struct invocation *invocation)
{
	return invocation_word(invocation, OPTION_FORM) == 1;
}

static void put_json(struct invocation *invocation, const struct log_reader *reader,
	const struct log_fault *fault)
{
	struct json json = {.out = &invocation->console->out.buf};
	json_open(&json, "", '{');
	json_text(&json, "apiVersion", "gabion.dev/v1");
	json_text(&json, "kind", "LedgerVerification");
	json_bool(&json, "verified", !fault);
	json_str(&json, "origin", reader->checkpoint.origin);
	json_uint(&json, "records", reader->checkpoint.size);
	json_uint(&json, "first", reader->range.first);
	json_uint(&json, "end", reader->range.end);
	if (fault) {
		json_text(&json, "file", fault->path);
		json_uint(&json, "byte", fault->offset);
		json_uint(&json, "record", fault->record);
		json_str(&json, "what", fault->what);
	}
	json_close(&json, '}');
	buf_puts(json.out, "\n");
}

/* What was read, and what is known of the rest: the hashes of all records were compared. */
static void put_verified(struct buf *out, const struct log_reader *reader)
{
	const struct log_range *range = &reader->range;
	bool whole = range->first == 0 && range->end == reader->checkpoint.size;
	buf_puts(out, "verified: ");
	if (!whole)
		buf_printf(out, "records %llu to %llu of the ", (unsigned long long)range->first,
			(unsigned long long)range->end - 1);
	buf_put_uint(out, reader->checkpoint.size);
	buf_puts(out, " records of ");
	escape_put(out, MEDIUM_TERMINAL, reader->checkpoint.origin);
	buf_puts(out, " are what was signed\n");
	if (!range->archived && range->first > 0)
		buf_printf(out,
			"the records before %llu were pruned, as record %llu says: their hashes "
			"are in the signed root\n",
			(unsigned long long)range->first, (unsigned long long)range->pruned_by);
}

static void put_text(struct invocation *invocation, const struct log_reader *reader,
	const struct log_fault *fault)
{
	struct buf *out = &invocation->console->out.buf;
	if (!fault) {
		put_verified(out, reader);
		return;
	}
	buf_puts(out, "NOT verified: ");
	buf_put(out, fault->what);
	buf_puts(out, "\n  --> ");
	buf_put(out, str_from(fault->path));
	buf_puts(out, ", byte ");
	buf_put_uint(out, fault->offset);
	buf_puts(out, " (record ");
	buf_put_uint(out, fault->record);
	buf_puts(
		out, ")\n  = fix: restore the ledger from a copy; keep this one, it is evidence\n");
}

static int verify_log(struct invocation *invocation)
{
	struct log_reader reader;
	struct log_fault fault;
	struct error err = {0};
	int code = ledger_open(invocation, &reader);
	if (code != EXIT_ALLOWED)
		return code;
	int result = log_verify(&reader, &fault, &err);
	if (result < 0)
		code = ledger_tell(invocation, &err);
	else
		(wants_json(invocation) ? put_json : put_text)(
			invocation, &reader, result == 1 ? &fault : NULL);
	log_reader_close(&reader);
	return result == 1 ? EXIT_DENIED : code;
}

static int read_text(
	struct invocation *invocation, enum option_id id, struct str *ret_text, struct error *err)
{
	struct str path = invocation_value(invocation, id, STR(""));
	struct file_source source = {NULL, path.data, path.data};
	return file_read(invocation->arena, &source, PROOF_BYTES, ret_text, err);
}

/* Offline: nothing but the proof, the record and the key. */
static int verify_proof(struct invocation *invocation)
{
	struct arena *arena = invocation->arena;
	struct str text, record, trusted = invocation_value(invocation, OPTION_TRUST, STR(""));
	struct proof_file proof;
	struct checkpoint checkpoint;
	struct note_key key;
	struct note *note = ARENA_NEW(arena, struct note);
	struct error err = {0};
	if (trusted.len == 0 || !invocation_has(invocation, OPTION_RECORD)) {
		ERROR_SET(&err, ERROR_POLICY, NO_ORIGIN,
			"a proof is verified against a record and a verifier key");
		error_set_remedy(&err, "name them with --record FILE and --trust KEY");
		return ledger_tell(invocation, &err);
	}
	if (note_key_parse(arena, trusted, &key, &err) < 0 ||
		read_text(invocation, OPTION_PROOF, &text, &err) < 0 ||
		read_text(invocation, OPTION_RECORD, &record, &err) < 0)
		return ledger_tell(invocation, &err);
	if (record.len > 0 && record.data[record.len - 1] == '\n')
		record.len--; /* as `show` ends its output */
	if (proof_parse(arena, text, &proof, &err) < 0 ||
		proof_verify(arena, &proof, record, key.name, &key, &checkpoint, note, &err) < 0) {
		ledger_tell(invocation, &err);
		return EXIT_DENIED;
	}
	struct buf *out = &invocation->console->out.buf;
	buf_puts(out, "verified: record ");
	buf_put_uint(out, proof.index);
	buf_puts(out, " of ");
	escape_put(out, MEDIUM_TERMINAL, checkpoint.origin);
	buf_puts(out, "\n");
	return EXIT_ALLOWED;
}

int command_ledger_verify(struct invocation *invocation)
{
	return invocation_has(invocation, OPTION_PROOF) ? verify_proof(invocation)
							: verify_log(invocation);
}
