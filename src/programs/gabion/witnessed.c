/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/witnessed.h"

#include "sys/clock.h"
#include "sys/files.h"

/* A witness's clock may be ahead of ours by that much. */
enum { CLOCK_SKEW_S = 300, CHECKPOINT_BYTES = 64 << 10 };

int witnessed_policy(
	struct invocation *invocation, const struct trust_policy **ret_policy, struct error *err)
{
	struct str path = invocation_value(invocation, OPTION_TRUST_POLICY, STR("")), text;
	struct file_source source = {NULL, path.data, path.data};
	struct trust_policy *policy = ARENA_NEW(invocation->arena, struct trust_policy);
	int result = file_read(invocation->arena, &source, TRUST_POLICY_BYTES, &text, err);
	if (result == 0)
		result = trust_policy_parse(invocation->arena, text, policy, err);
	if (result < 0)
		error_set_file(err, path);
	*ret_policy = policy;
	return result;
}

static int say_missing(const struct trust_policy *policy, uint64_t signed_by, struct error *err)
{
	char memory[ERROR_MESSAGE_BYTES / 2];
	struct buf names;
	buf_init_fixed(&names, memory, sizeof(memory));
	trust_put_names(policy, signed_by, &names);
	ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
		"the quorum '%.*s' is not reached: of %zu witnesses, %.*s signed this checkpoint",
		STR_ARGS(policy->quorum_name), policy->witness_count, STR_ARGS(buf_str(&names)));
	error_set_remedy(err, "ask the witnesses: gabion ledger witness --policy FILE");
	return 0;
}

int witnessed_check(struct arena *arena, const struct trust_policy *policy, const struct note *note,
	struct trust_verdict *ret_verdict, struct error *err)
{
	uint64_t latest = (uint64_t)clock_now_s() + CLOCK_SKEW_S;
	if (trust_check(arena, policy, note, ret_verdict, err) < 0)
		return -1;
	for (size_t i = 0; i < policy->witness_count; i++)
		if (ret_verdict->times_s[i] > latest)
			ret_verdict->witnesses &= ~((uint64_t)1 << i);
	if (trust_is_quorum(policy, ret_verdict->witnesses))
		return 1;
	return say_missing(policy, ret_verdict->witnesses, err);
}

static int check_extension(
	struct log_reader *reader, const struct checkpoint *witnessed, struct error *err)
{
	struct ledger_nodes nodes = log_nodes(reader);
	struct ledger_hash root = ledger_empty_root();
	if (witnessed->size > reader->checkpoint.size) {
		ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"witnesses have signed %llu records, and the ledger has only %llu: an "
			"older "
			"copy was put in its place",
			(unsigned long long)witnessed->size,
			(unsigned long long)reader->checkpoint.size);
		return 0;
	}
	if (witnessed->size > 0 && ledger_range_root(&nodes, 0, witnessed->size, &root, err) < 0)
		return -1;
	if (ledger_hash_equal(&root, &witnessed->root))
		return 1;
	ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
		"the ledger is not an extension of the %llu records that witnesses have signed",
		(unsigned long long)witnessed->size);
	return 0;
}

int witnessed_verify(struct log_reader *reader, const struct trust_policy *policy,
	struct witnessed *ret_witnessed, struct error *err)
{
	struct note *note = ARENA_NEW(reader->arena, struct note);
	struct str text;
	int found = log_read_file(reader, WITNESSED_FILE, CHECKPOINT_BYTES, &text, err);
	if (found < 0)
		return -1;
	if (found == 0 && policy->quorum != TRUST_NONE)
		return say_missing(policy, 0, err);
	if (found == 0)
		text = reader->checkpoint_text;
	if (checkpoint_open(reader->arena, text, reader->key.name, &reader->key,
		    &ret_witnessed->checkpoint, note, err) < 0) {
		error_set_file(err, STR(WITNESSED_FILE));
		return 0;
	}
	int result = witnessed_check(reader->arena, policy, note, &ret_witnessed->verdict, err);
	if (result != 1) {
		error_set_file(err, STR(WITNESSED_FILE));
		return 0;
	}
	return check_extension(reader, &ret_witnessed->checkpoint, err);
}
