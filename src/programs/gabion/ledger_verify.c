/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "ledger/proof.h"
#include "logstore/verify.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/ledger.h"
#include "programs/gabion/witnessed.h"
#include "report/escape.h"
#include "report/json.h"
#include "sys/files.h"

enum { PROOF_BYTES = 1 << 20 };

static bool wants_json(const struct invocation *invocation)
{
	return invocation_word(invocation, OPTION_FORM) == 1;
}

static void put_json(struct invocation *invocation, const struct log_reader *reader,
	const struct log_fault *fault, const struct witnessed *witnessed)
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
	if (witnessed)
		json_uint(&json, "witnessed", witnessed->checkpoint.size);
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

/* Who signed, and how far: what comes behind is vouched for by the ledger's key alone. */
static void put_witnesses(
	struct buf *out, const struct trust_policy *policy, const struct witnessed *witnessed)
{
	buf_puts(out, "witnessed: the first ");
	buf_put_uint(out, witnessed->checkpoint.size);
	buf_puts(out, " records, by ");
	trust_put_names(policy, witnessed->verdict.witnesses, out);
	buf_put_char(out, '\n');
}

/* Demand the quorum of --policy of a ledger whose tiles were verified. */
static int verify_witnesses(
	struct invocation *invocation, struct log_reader *reader, struct witnessed *ret_witnessed)
{
	const struct trust_policy *policy;
	struct error err = {0};
	if (witnessed_policy(invocation, &policy, &err) < 0)
		return ledger_tell(invocation, &err);
	const struct note_key *key = trust_log_key(policy, reader->key.name, reader->note);
	if (policy->log_count > 0 && (!key || key->id != reader->key.id ||
					     !str_equal(key->public_key, reader->key.public_key)))
		ERROR_SET(&err, ERROR_INPUT, NO_ORIGIN,
			"the policy does not know the key that signs this ledger");
	int result =
		err.kind == ERROR_NONE ? witnessed_verify(reader, policy, ret_witnessed, &err) : 0;
	if (result == 1) {
		if (!wants_json(invocation))
			put_witnesses(&invocation->console->out.buf, policy, ret_witnessed);
		return EXIT_ALLOWED;
	}
	int code = ledger_tell(invocation, &err);
	return result == 0 ? EXIT_DENIED : code;
}

static int verify_log(struct invocation *invocation)
{
	struct log_reader reader;
	struct log_fault fault;
	struct witnessed witnessed = {.checkpoint = {.size = 0}};
	struct error err = {0};
	int code = ledger_open(invocation, &reader);
	if (code != EXIT_ALLOWED)
		return code;
	bool asks = invocation_has(invocation, OPTION_TRUST_POLICY);
	int result = log_verify(&reader, &fault, &err);
	if (result == 0 && asks)
		code = verify_witnesses(invocation, &reader, &witnessed);
	if (result < 0)
		code = ledger_tell(invocation, &err);
	else if (code == EXIT_ALLOWED && wants_json(invocation))
		put_json(invocation, &reader, result == 1 ? &fault : NULL,
			result == 0 && asks ? &witnessed : NULL);
	else if (code == EXIT_ALLOWED)
		put_text(invocation, &reader, result == 1 ? &fault : NULL);
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

/* What a proof is verified against. */
struct offline {
	struct str record;
	struct proof_file proof;
	struct note_key key;
	const struct trust_policy *policy; /* NULL: no witness is asked for */
	struct note *note;
};

/* The key of --trust, or that of the policy for the log that the checkpoint names. */
static int find_key(struct invocation *invocation, struct offline *offline, struct error *err)
{
	struct checkpoint checkpoint;
	if (offline->key.name.len > 0)
		return 0;
	if (note_parse(invocation->arena, offline->proof.checkpoint, offline->note, err) < 0 ||
		checkpoint_parse(offline->note->text, &checkpoint, err) < 0)
		return -1;
	const struct note_key *key =
		trust_log_key(offline->policy, checkpoint.origin, offline->note);
	if (!key)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"the policy does not know the log '%.*s'", STR_ARGS(checkpoint.origin));
	offline->key = *key;
	return 0;
}

static int read_offline(struct invocation *invocation, struct offline *offline, struct error *err)
{
	struct str text;
	bool has_policy = invocation_has(invocation, OPTION_TRUST_POLICY);
	if ((!has_policy && !invocation_has(invocation, OPTION_TRUST)) ||
		!invocation_has(invocation, OPTION_RECORD)) {
		ERROR_SET(err, ERROR_POLICY, NO_ORIGIN,
			"a proof is verified against a record and a verifier key");
		error_set_remedy(
			err, "name them with --record FILE and --trust KEY, or --policy FILE");
		return -1;
	}
	struct str trusted = invocation_value(invocation, OPTION_TRUST, STR(""));
	if (trusted.len > 0 && note_key_parse(invocation->arena, trusted, &offline->key, err) < 0)
		return -1;
	offline->note = ARENA_NEW(invocation->arena, struct note);
	if ((has_policy && witnessed_policy(invocation, &offline->policy, err) < 0) ||
		read_text(invocation, OPTION_PROOF, &text, err) < 0 ||
		read_text(invocation, OPTION_RECORD, &offline->record, err) < 0)
		return -1;
	if (str_ends_with(offline->record, STR("\n")))
		offline->record.len--; /* as `show` ends its output */
	return proof_parse(invocation->arena, text, &offline->proof, err);
}

static void put_proven(struct invocation *invocation, const struct offline *offline,
	const struct witnessed *witnessed)
{
	struct buf *out = &invocation->console->out.buf;
	struct json json = {.out = out};
	if (!wants_json(invocation)) {
		if (offline->policy)
			put_witnesses(out, offline->policy, witnessed);
		buf_puts(out, "verified: record ");
		buf_put_uint(out, offline->proof.index);
		buf_puts(out, " of ");
		escape_put(out, MEDIUM_TERMINAL, witnessed->checkpoint.origin);
		buf_puts(out, "\n");
		return;
	}
	json_open(&json, "", '{');
	json_text(&json, "apiVersion", "gabion.dev/v1");
	json_text(&json, "kind", "ProofVerification");
	json_bool(&json, "verified", true);
	json_str(&json, "origin", witnessed->checkpoint.origin);
	json_uint(&json, "record", offline->proof.index);
	json_uint(&json, "records", witnessed->checkpoint.size);
	json_bool(&json, "witnessed", offline->policy != NULL);
	json_close(&json, '}');
	buf_puts(out, "\n");
}

/* Offline: nothing but the proof, the record, the key and the policy. */
static int verify_proof(struct invocation *invocation)
{
	struct arena *arena = invocation->arena;
	struct offline offline = {.policy = NULL};
	struct witnessed witnessed;
	struct error err = {0};
	if (read_offline(invocation, &offline, &err) < 0)
		return ledger_tell(invocation, &err);
	if (find_key(invocation, &offline, &err) < 0 ||
		proof_verify(arena, &offline.proof, offline.record, offline.key.name, &offline.key,
			&witnessed.checkpoint, offline.note, &err) < 0 ||
		(offline.policy && witnessed_check(arena, offline.policy, offline.note,
					   &witnessed.verdict, &err) != 1)) {
		ledger_tell(invocation, &err);
		return EXIT_DENIED;
	}
	put_proven(invocation, &offline, &witnessed);
	return EXIT_ALLOWED;
}

int command_ledger_verify(struct invocation *invocation)
{
	return invocation_has(invocation, OPTION_PROOF) ? verify_proof(invocation)
							: verify_log(invocation);
}
