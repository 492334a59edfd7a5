/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/witness.h"

#include "base/base64.h"
#include "base/number.h"

enum { HASH_TEXT_BYTES = 44 };

void witness_request_print(const struct witness_request *request, struct buf *out)
{
	buf_puts(out, "old ");
	buf_put_uint(out, request->old_size);
	buf_put_char(out, '\n');
	for (size_t i = 0; i < request->path.count; i++) {
		base64_put(out, ledger_hash_str(&request->path.hashes[i]));
		buf_put_char(out, '\n');
	}
	buf_put_char(out, '\n');
	buf_put(out, request->checkpoint);
}

static bool parse_size(struct str digits, uint64_t *ret_size)
{
	bool padded = digits.len > 1 && digits.data[0] == '0';
	return !padded && number_parse_uint(digits, 10, ret_size) && *ret_size <= INT64_MAX;
}

static bool parse_hash(struct str text, struct ledger_hash *ret_hash)
{
	char bytes[48];
	size_t len;
	if (text.len != HASH_TEXT_BYTES || !base64_decode(text, bytes, &len) ||
		len != sizeof(ret_hash->bytes))
		return false;
	memcpy(ret_hash->bytes, bytes, sizeof(ret_hash->bytes));
	return true;
}

int witness_request_parse(struct str text, struct witness_request *ret_request, struct error *err)
{
	struct str rest = text, line;
	memset(ret_request, 0, sizeof(*ret_request));
	if (text.len > WITNESS_BODY_BYTES)
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
			"a request has %zu bytes, at most %d are read", text.len,
			WITNESS_BODY_BYTES);
	if (!str_next_part(&rest, '\n', &line) || !str_starts_with(line, STR("old ")) ||
		!parse_size(str_slice(line, STR("old ").len, line.len), &ret_request->old_size))
		return ERROR_SET(err, ERROR_INPUT, ((struct origin){1, 1}),
			"a request does not begin with a line 'old <size>'");
	for (uint32_t number = 2;; number++) {
		if (!str_next_part(&rest, '\n', &line) || !rest.data)
			return ERROR_SET(err, ERROR_INPUT, ((struct origin){number, 1}),
				"a request lacks the empty line before its checkpoint");
		if (line.len == 0)
			break;
		struct ledger_path *path = &ret_request->path;
		if (path->count == WITNESS_PROOF_LINES ||
			!parse_hash(line, &path->hashes[path->count++]))
			return ERROR_SET(err, ERROR_INPUT, ((struct origin){number, 1}),
				"a line of the proof is not the base64 of a hash, or is the 64th");
	}
	ret_request->checkpoint = rest;
	return 0;
}

static bool parse_memory(struct str line, struct witness_memory *ret_memory)
{
	struct str size, root;
	bool whole = str_next_part(&line, ' ', &size) && str_next_part(&line, ' ', &root) &&
		     line.data && line.len > 0;
	ret_memory->origin = line;
	return whole && parse_size(size, &ret_memory->size) && parse_hash(root, &ret_memory->root);
}

int witness_state_parse(struct str text, struct witness_state *ret_state, struct error *err)
{
	struct str rest = text, line;
	ret_state->count = 0;
	while (rest.len > 0 && str_next_part(&rest, '\n', &line)) {
		struct witness_memory memory;
		bool fits =
			rest.data && ret_state->count < TRUST_LOGS && parse_memory(line, &memory);
		for (size_t i = 0; fits && i < ret_state->count; i++)
			fits = !str_equal(ret_state->logs[i].origin, memory.origin);
		if (!fits)
			return ERROR_SET(err, ERROR_INPUT,
				((struct origin){(uint32_t)ret_state->count + 1, 1}),
				"the state of the witness is damaged");
		ret_state->logs[ret_state->count++] = memory;
	}
	return 0;
}

void witness_state_print(const struct witness_state *state, struct buf *out)
{
	for (size_t i = 0; i < state->count; i++) {
		buf_put_uint(out, state->logs[i].size);
		buf_put_char(out, ' ');
		base64_put(out, ledger_hash_str(&state->logs[i].root));
		buf_put_char(out, ' ');
		buf_put(out, state->logs[i].origin);
		buf_put_char(out, '\n');
	}
}

struct witness_memory *witness_state_of(struct witness_state *state, struct str origin)
{
	for (size_t i = 0; i < state->count; i++)
		if (str_equal(state->logs[i].origin, origin))
			return &state->logs[i];
	if (state->count == TRUST_LOGS)
		return NULL;
	struct witness_memory *memory = &state->logs[state->count++];
	*memory = (struct witness_memory){.origin = origin, .root = ledger_empty_root()};
	return memory;
}

/* Who is speaking: a checkpoint of a known log, under its key. */
static enum witness_status identify(struct arena *arena, const struct trust_policy *policy,
	struct str text, struct checkpoint *ret_checkpoint, struct note *ret_note,
	struct error *err)
{
	if (note_parse(arena, text, ret_note, err) < 0 ||
		checkpoint_parse(ret_note->text, ret_checkpoint, err) < 0)
		return WITNESS_BAD_REQUEST;
	const struct note_key *key = trust_log_key(policy, ret_checkpoint->origin, ret_note);
	if (!key) {
		ERROR_SET(err, ERROR_DENIED, NO_ORIGIN, "the log '%.*s' is unknown here",
			STR_ARGS(ret_checkpoint->origin));
		return WITNESS_NOT_FOUND;
	}
	int verified = note_verify(arena, ret_note, key, NULL, err);
	if (verified == 0)
		ERROR_SET(err, ERROR_DENIED, NO_ORIGIN,
			"the checkpoint is not signed by key '%.*s'", STR_ARGS(key->name));
	return verified == 1 ? WITNESS_OK : WITNESS_FORBIDDEN;
}

static enum witness_status compare(const struct witness_request *request,
	const struct witness_memory *memory, const struct checkpoint *checkpoint, struct error *err)
{
	if (request->old_size > checkpoint->size) {
		ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "the old size is above the checkpoint's");
		return WITNESS_BAD_REQUEST;
	}
	bool same_size = memory->size == checkpoint->size;
	if (request->old_size != memory->size ||
		(same_size && !ledger_hash_equal(&memory->root, &checkpoint->root))) {
		ERROR_SET(err, ERROR_DENIED, NO_ORIGIN,
			"this witness has signed another tree of %llu records",
			(unsigned long long)memory->size);
		return WITNESS_CONFLICT;
	}
	if (ledger_verify_consistency(memory->size, &memory->root, checkpoint->size,
		    &checkpoint->root, &request->path))
		return WITNESS_OK;
	ERROR_SET(err, ERROR_DENIED, NO_ORIGIN, "the proof does not lead from %llu to %llu records",
		(unsigned long long)memory->size, (unsigned long long)checkpoint->size);
	return WITNESS_UNPROCESSABLE;
}

enum witness_status witness_judge(struct arena *arena, const struct trust_policy *policy,
	struct str body, struct witness_state *state, struct witness_memory **ret_memory,
	struct checkpoint *ret_checkpoint, struct note *ret_note, struct error *err)
{
	struct witness_request request;
	*ret_memory = NULL;
	if (witness_request_parse(body, &request, err) < 0)
		return WITNESS_BAD_REQUEST;
	enum witness_status status =
		identify(arena, policy, request.checkpoint, ret_checkpoint, ret_note, err);
	if (status != WITNESS_OK)
		return status;
	*ret_memory = witness_state_of(state, ret_checkpoint->origin);
	if (!*ret_memory) {
		ERROR_SET(
			err, ERROR_LIMIT, NO_ORIGIN, "a witness knows at most %d logs", TRUST_LOGS);
		return WITNESS_NOT_FOUND;
	}
	return compare(&request, *ret_memory, ret_checkpoint, err);
}
