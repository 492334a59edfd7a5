/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/ledger_witness.h"

#include "base/number.h"
#include "ledger/witness.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/http.h"
#include "programs/gabion/ledger.h"
#include "programs/gabion/witnessed.h"
#include "report/escape.h"
#include "sys/durable.h"
#include "sys/files.h"

enum { FILE_MODE = 0644 };

/* The ledger's side: one checkpoint, and the cosignatures it has so far. */
struct collection {
	struct invocation *invocation;
	struct arena *arena; /* not the reader's */
	struct log_reader reader;
	const struct trust_policy *policy;
	struct note *note; /* the checkpoint that is to be cosigned */
	uint64_t size;     /* of it */
	struct note_signature signatures[TRUST_WITNESSES];
	uint64_t have; /* a bit per witness */
};

/* The lines of an answer, under the checkpoint they are about, are a note. */
static int parse_answer(
	struct collection *collection, struct str lines, struct note *ret_note, struct error *err)
{
	struct buf text;
	buf_init_arena(&text, collection->arena, collection->note->text.len + lines.len + 1);
	buf_put(&text, collection->note->text);
	buf_put_char(&text, '\n');
	buf_put(&text, lines);
	return note_parse(collection->arena, buf_str(&text), ret_note, err);
}

static void keep_signatures(
	struct collection *collection, const struct note *note, uint64_t witnesses)
{
	for (size_t i = 0; i < collection->policy->witness_count; i++) {
		const struct note_key *key = &collection->policy->witnesses[i].key;
		for (size_t j = 0; (witnesses >> i & 1) && j < note->count; j++)
			if (note->signatures[j].id == key->id &&
				str_equal(note->signatures[j].name, key->name))
				collection->signatures[i] = note->signatures[j];
	}
	collection->have |= witnesses;
}

/* Whoever's signatures an answer brings: those of witnesses of the policy, and only valid ones. */
static int take_answer(
	struct collection *collection, struct str lines, uint64_t *ret_new, struct error *err)
{
	struct note *note = ARENA_NEW(collection->arena, struct note);
	struct trust_verdict verdict;
	struct error short_of_quorum = {0};
	if (parse_answer(collection, lines, note, err) < 0)
		return -1;
	int result = witnessed_check(
		collection->arena, collection->policy, note, &verdict, &short_of_quorum);
	if (result < 0) {
		*err = short_of_quorum;
		return -1;
	}
	if (verdict.witnesses == 0)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"the answer holds no signature of a witness of the policy, or one from the "
			"future");
	keep_signatures(collection, note, verdict.witnesses);
	*ret_new = verdict.witnesses;
	return 0;
}

/* The size that a witness holds, when the last checkpoint it signed is known; else 0 asks it. */
static uint64_t known_size(struct collection *collection, size_t witness)
{
	struct note *note = ARENA_NEW(collection->arena, struct note);
	struct checkpoint checkpoint;
	struct str text;
	struct error unknown = {0};
	if (log_read_file(&collection->reader, WITNESSED_FILE, NOTE_MAX_BYTES, &text, &unknown) !=
			1 ||
		note_parse(collection->arena, text, note, &unknown) < 0 ||
		checkpoint_parse(note->text, &checkpoint, &unknown) < 0)
		return 0;
	int signed_by = note_verify(collection->arena, note,
		&collection->policy->witnesses[witness].key, NULL, &unknown);
	return signed_by == 1 && checkpoint.size <= collection->size ? checkpoint.size : 0;
}

static int make_request(
	struct collection *collection, uint64_t old_size, struct buf *out, struct error *err)
{
	struct witness_request request = {
		.old_size = old_size, .checkpoint = collection->reader.checkpoint_text};
	struct ledger_nodes nodes = log_nodes(&collection->reader);
	if (old_size > collection->size)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"the witness has signed %llu records, and the ledger has only %llu: an "
			"older "
			"copy was put in its place",
			(unsigned long long)old_size, (unsigned long long)collection->size);
	if (old_size > 0 && ledger_prove_consistency(
				    &nodes, old_size, collection->size, &request.path, err) < 0)
		return -1;
	witness_request_print(&request, out);
	return 0;
}

static int post_request(struct collection *collection, struct str url, uint64_t old_size,
	struct http_answer *ret_answer, struct error *err)
{
	struct buf body;
	while (str_ends_with(url, STR("/")))
		url.len--;
	buf_init_arena(&body, collection->arena, 4096);
	if (make_request(collection, old_size, &body, err) < 0)
		return -1;
	return http_post(collection->arena,
		str_format(collection->arena, "%.*s/add-checkpoint", STR_ARGS(url)).data,
		buf_str(&body), ret_answer, err);
}

/* What a witness says when it holds another size than was thought. */
static bool parse_conflict(const struct http_answer *answer, uint64_t *ret_size)
{
	return answer->status == WITNESS_CONFLICT &&
	       str_equal(answer->content_type, STR("text/x.tlog.size")) &&
	       str_ends_with(answer->body, STR("\n")) &&
	       number_parse_uint(str_slice(answer->body, 0, answer->body.len - 1), 10, ret_size);
}

static int ask_witness(struct collection *collection, size_t index, struct error *err)
{
	const struct trust_witness *witness = &collection->policy->witnesses[index];
	uint64_t old_size = known_size(collection, index), held, taken;
	struct http_answer answer;
	if (post_request(collection, witness->url, old_size, &answer, err) < 0)
		return -1;
	if (parse_conflict(&answer, &held) && held != old_size &&
		post_request(collection, witness->url, held, &answer, err) < 0)
		return -1;
	if (answer.status != WITNESS_OK)
		return ERROR_SET(err, ERROR_DENIED, NO_ORIGIN, "it answers with status %ld: %.*s",
			answer.status, (int)(answer.body.len > 200 ? 200 : answer.body.len),
			answer.body.data);
	if (take_answer(collection, answer.body, &taken, err) < 0)
		return -1;
	if (!(taken >> index & 1))
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"the answer holds the signature of another witness");
	return 0;
}

static void ask_all(struct collection *collection)
{
	struct buf *out = &collection->invocation->console->out.buf;
	for (size_t i = 0; i < collection->policy->witness_count; i++) {
		const struct trust_witness *witness = &collection->policy->witnesses[i];
		struct error err = {0};
		if (witness->url.len == 0 || (collection->have >> i & 1))
			continue;
		int result = ask_witness(collection, i, &err);
		escape_put(out, MEDIUM_TERMINAL, witness->name);
		if (result == 0)
			buf_puts(out, ": signed");
		else
			buf_puts(out, ": did not sign: ");
		escape_put(out, MEDIUM_TERMINAL, str_from(err.message));
		buf_put_char(out, '\n');
	}
}

/* Signatures that the same checkpoint has from before. */
static void take_earlier(struct collection *collection)
{
	struct note *note = ARENA_NEW(collection->arena, struct note);
	struct str text;
	struct error none = {0};
	struct trust_verdict verdict;
	if (log_read_file(&collection->reader, WITNESSED_FILE, NOTE_MAX_BYTES, &text, &none) == 1 &&
		note_parse(collection->arena, text, note, &none) == 0 &&
		str_equal(note->text, collection->note->text) &&
		witnessed_check(collection->arena, collection->policy, note, &verdict, &none) >= 0)
		keep_signatures(collection, note, verdict.witnesses);
}

static void put_witnessed(struct collection *collection, struct buf *out)
{
	const struct note_key *key = &collection->reader.key;
	buf_put(out, collection->note->text);
	buf_put_char(out, '\n');
	for (size_t i = 0; i < collection->note->count; i++)
		if (collection->note->signatures[i].id == key->id &&
			str_equal(collection->note->signatures[i].name, key->name))
			note_signature_print(
				collection->arena, &collection->note->signatures[i], out);
	for (size_t i = 0; i < collection->policy->witness_count; i++)
		if (collection->have >> i & 1)
			note_signature_print(collection->arena, &collection->signatures[i], out);
}

/* A checkpoint replaces the last witnessed one only when it is worth as much. */
static int finish(struct collection *collection, struct error *err)
{
	struct buf text, *out = &collection->invocation->console->out.buf;
	struct buf names;
	buf_init_arena(&names, collection->arena, 256);
	trust_put_names(collection->policy, collection->have, &names);
	if (!trust_is_quorum(collection->policy, collection->have)) {
		ERROR_SET(err, ERROR_DENIED, NO_ORIGIN,
			"the quorum '%.*s' is not reached: of %zu witnesses, %.*s signed",
			STR_ARGS(collection->policy->quorum_name),
			collection->policy->witness_count, STR_ARGS(buf_str(&names)));
		error_set_remedy(err, "the last witnessed checkpoint stays as it was");
		return -1;
	}
	buf_init_arena(&text, collection->arena, 4096);
	put_witnessed(collection, &text);
	if (durable_replace(collection->reader.folder_fd, WITNESSED_FILE, buf_str(&text), FILE_MODE,
		    err) < 0)
		return -1;
	buf_printf(out, "witnessed: %llu records, by %.*s\n", (unsigned long long)collection->size,
		STR_ARGS(buf_str(&names)));
	return 0;
}

static int read_file(
	struct collection *collection, struct str path, struct str *ret_text, struct error *err)
{
	struct file_source source = {NULL, path.data, path.data};
	return file_read(collection->arena, &source, WITNESS_BODY_BYTES, ret_text, err);
}

/* Answers that came by another way than HTTP, to a request made by --old-size. */
static int merge(struct collection *collection, struct error *err)
{
	const struct invocation *invocation = collection->invocation;
	struct witness_request request;
	struct checkpoint checkpoint;
	struct note *note = ARENA_NEW(collection->arena, struct note);
	struct str text;
	uint64_t taken;
	if (read_file(collection, invocation->arguments[0], &text, err) < 0 ||
		witness_request_parse(text, &request, err) < 0 ||
		checkpoint_open(collection->arena, request.checkpoint, collection->reader.key.name,
			&collection->reader.key, &checkpoint, note, err) < 0)
		return -1;
	collection->note = note;
	collection->size = checkpoint.size;
	take_earlier(collection);
	for (size_t i = 1; i < invocation->argument_count; i++)
		if (read_file(collection, invocation->arguments[i], &text, err) < 0 ||
			take_answer(collection, text, &taken, err) < 0) {
			error_set_file(err, invocation->arguments[i]);
			return -1;
		}
	return finish(collection, err);
}

static int collect(struct collection *collection, struct error *err)
{
	struct invocation *invocation = collection->invocation;
	struct str old_size = invocation_value(invocation, OPTION_OLD_SIZE, STR(""));
	uint64_t old;
	if (old_size.len > 0) {
		if (!number_parse_uint(old_size, 10, &old))
			return ERROR_SET(err, ERROR_POLICY, NO_ORIGIN,
				"--old-size takes a whole number, not '%.*s'", STR_ARGS(old_size));
		return make_request(collection, old, &invocation->console->out.buf, err);
	}
	if (witnessed_policy(invocation, &collection->policy, err) < 0)
		return -1;
	if (invocation->argument_count > 0)
		return merge(collection, err);
	take_earlier(collection);
	ask_all(collection);
	return finish(collection, err);
}

static int witness_ledger(struct invocation *invocation)
{
	struct collection *collection = ARENA_NEW(invocation->arena, struct collection);
	struct error err = {0};
	collection->invocation = invocation;
	collection->arena = invocation->arena;
	int code = ledger_open(invocation, &collection->reader);
	if (code != EXIT_ALLOWED)
		return code;
	collection->note = collection->reader.note;
	collection->size = collection->reader.checkpoint.size;
	int result = collect(collection, &err);
	log_reader_close(&collection->reader);
	if (result == 0)
		return EXIT_ALLOWED;
	code = ledger_tell(invocation, &err);
	return err.kind == ERROR_DENIED && err.system_errno == 0 ? EXIT_DENIED : code;
}

static int say_usage(struct invocation *invocation)
{
	struct error err = {0};
	ERROR_SET(&err, ERROR_POLICY, NO_ORIGIN,
		"it is not clear whether to ask witnesses, to be one, or to make one");
	error_set_remedy(&err,
		"--policy asks; --policy, --key and --state answer; --origin, --key and "
		"--state make");
	return ledger_tell(invocation, &err);
}

int command_ledger_witness(struct invocation *invocation)
{
	bool key = invocation_has(invocation, OPTION_KEY);
	bool state = invocation_has(invocation, OPTION_STATE);
	bool policy = invocation_has(invocation, OPTION_TRUST_POLICY);
	if (key != state || invocation->argument_count == 1)
		return say_usage(invocation);
	if (key && invocation_has(invocation, OPTION_ORIGIN))
		return witness_make(invocation);
	if (key && policy)
		return witness_serve(invocation);
	if (key || (!policy && !invocation_has(invocation, OPTION_OLD_SIZE)))
		return say_usage(invocation);
	return witness_ledger(invocation);
}
