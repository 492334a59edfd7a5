/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/trust.h"

#include "base/number.h"

/* A policy being read. */
struct reading {
	struct arena *arena;
	struct trust_policy *policy;
	struct error *err;
	uint32_t line;
	uint64_t used_witnesses, used_groups; /* members of some group: nobody counts twice */
	bool has_quorum;
};

/* An error in the line being read; what takes one word. */
#define WRONG(reading, what, word) \
	ERROR_SET((reading)->err, ERROR_POLICY, ((struct origin){(reading)->line, 1}), what, \
		STR_ARGS(word))

/* Space and tab are the only white space there is. */
static struct str next_word(struct str *rest)
{
	size_t start = 0, end;
	while (start < rest->len && (rest->data[start] == ' ' || rest->data[start] == '\t'))
		start++;
	for (end = start; end < rest->len && rest->data[end] != ' ' && rest->data[end] != '\t';)
		end++;
	struct str word = str_slice(*rest, start, end);
	*rest = str_slice(*rest, end, rest->len);
	return word;
}

static int find_name(const struct trust_policy *policy, struct str name)
{
	for (size_t i = 0; i < policy->witness_count; i++)
		if (str_equal(policy->witnesses[i].name, name))
			return (int)i;
	for (size_t i = 0; i < policy->group_count; i++)
		if (str_equal(policy->groups[i].name, name))
			return TRUST_WITNESSES + (int)i;
	return TRUST_NONE;
}

static int read_key(
	struct reading *reading, struct str text, enum note_type type, struct note_key *ret_key)
{
	struct error bad = {0};
	if (note_key_parse(reading->arena, text, ret_key, &bad) < 0)
		return ERROR_SET(reading->err, ERROR_POLICY, ((struct origin){reading->line, 1}),
			"%s", bad.message);
	if (ret_key->type != (uint8_t)type)
		return type == NOTE_ED25519
			       ? WRONG(reading, "key '%.*s' is not one of a log", ret_key->name)
			       : WRONG(reading, "key '%.*s' is not one of a witness",
					 ret_key->name);
	return 0;
}

static int read_end(struct reading *reading, struct str rest)
{
	struct str word = next_word(&rest);
	return word.len == 0 ? 0 : WRONG(reading, "'%.*s' is one word too many", word);
}

static int read_log(struct reading *reading, struct str rest)
{
	struct trust_policy *policy = reading->policy;
	if (policy->log_count == TRUST_LOGS)
		return WRONG(reading, "a policy has at most 64 logs%.*s", STR(""));
	struct trust_log *log = &policy->logs[policy->log_count];
	if (read_key(reading, next_word(&rest), NOTE_ED25519, &log->key) < 0)
		return -1;
	for (size_t i = 0; i < policy->log_count; i++)
		if (str_equal(policy->logs[i].key.public_key, log->key.public_key))
			return WRONG(
				reading, "the key of log '%.*s' is there twice", log->key.name);
	log->url = next_word(&rest);
	policy->log_count++;
	return read_end(reading, rest);
}

static int check_new_name(struct reading *reading, struct str name)
{
	if (name.len == 0)
		return WRONG(reading, "a name is missing%.*s", STR(""));
	if (str_equal(name, STR("none")) || find_name(reading->policy, name) != TRUST_NONE)
		return WRONG(reading, "the name '%.*s' is taken", name);
	return 0;
}

static int read_witness(struct reading *reading, struct str rest)
{
	struct trust_policy *policy = reading->policy;
	if (policy->witness_count == TRUST_WITNESSES)
		return WRONG(reading, "a policy has at most 64 witnesses%.*s", STR(""));
	struct trust_witness *witness = &policy->witnesses[policy->witness_count];
	witness->name = next_word(&rest);
	if (check_new_name(reading, witness->name) < 0 ||
		read_key(reading, next_word(&rest), NOTE_ED25519_COSIGNATURE, &witness->key) < 0)
		return -1;
	for (size_t i = 0; i < policy->witness_count; i++)
		if (str_equal(policy->witnesses[i].key.public_key, witness->key.public_key))
			return WRONG(
				reading, "the key of witness '%.*s' is there twice", witness->name);
	witness->url = next_word(&rest);
	policy->witness_count++;
	return read_end(reading, rest);
}

static int add_member(struct reading *reading, struct trust_group *group, struct str name)
{
	int found = find_name(reading->policy, name);
	if (found == TRUST_NONE)
		return WRONG(reading, "'%.*s' is not defined on a line before", name);
	bool is_group = found >= TRUST_WITNESSES;
	uint64_t bit = (uint64_t)1 << (is_group ? found - TRUST_WITNESSES : found);
	uint64_t *used = is_group ? &reading->used_groups : &reading->used_witnesses;
	if (*used & bit)
		return WRONG(reading, "'%.*s' is a member already, and counts once only", name);
	*used |= bit;
	*(is_group ? &group->groups : &group->witnesses) |= bit;
	return 0;
}

static bool read_threshold(struct str word, unsigned members, unsigned *ret_needed)
{
	uint64_t number = str_equal(word, STR("any")) ? 1 : members;
	bool named = str_equal(word, STR("any")) || str_equal(word, STR("all"));
	if (!named && !number_parse_uint(word, 10, &number))
		return false;
	*ret_needed = (unsigned)number;
	return number >= 1 && number <= members;
}

static int read_group(struct reading *reading, struct str rest)
{
	struct trust_policy *policy = reading->policy;
	if (policy->group_count == TRUST_GROUPS)
		return WRONG(reading, "a policy has at most 64 groups%.*s", STR(""));
	struct trust_group group = {.name = next_word(&rest)};
	struct str threshold = next_word(&rest), member;
	unsigned members = 0;
	if (check_new_name(reading, group.name) < 0)
		return -1;
	for (; (member = next_word(&rest)).len > 0; members++)
		if (add_member(reading, &group, member) < 0)
			return -1;
	if (members == 0)
		return WRONG(reading, "group '%.*s' has no members", group.name);
	if (!read_threshold(threshold, members, &group.needed))
		return WRONG(reading, "'%.*s' is not all, any, or from 1 to the number of members",
			threshold);
	policy->groups[policy->group_count++] = group;
	return 0;
}

static int read_quorum(struct reading *reading, struct str rest)
{
	struct trust_policy *policy = reading->policy;
	struct str name = next_word(&rest);
	if (reading->has_quorum)
		return WRONG(reading, "there is a quorum already%.*s", STR(""));
	reading->has_quorum = true;
	policy->quorum_name = name;
	policy->quorum = find_name(policy, name);
	if (policy->quorum == TRUST_NONE && !str_equal(name, STR("none")))
		return WRONG(reading, "'%.*s' is not defined on a line before", name);
	return read_end(reading, rest);
}

static int read_line(struct reading *reading, struct str line)
{
	static const struct {
		struct str word;
		int (*read)(struct reading *reading, struct str rest);
	} lines[] = {
		{STR_INIT("log"), read_log},
		{STR_INIT("witness"), read_witness},
		{STR_INIT("group"), read_group},
		{STR_INIT("quorum"), read_quorum},
	};
	struct str rest = line, word = next_word(&rest);
	if (word.len == 0 || word.data[0] == '#')
		return 0;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (str_equal(word, lines[i].word))
			return lines[i].read(reading, rest);
	return WRONG(reading, "a line begins with log, witness, group or quorum, not '%.*s'", word);
}

static int check_bytes(struct str text, struct error *err)
{
	if (text.len > TRUST_POLICY_BYTES)
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
			"a trust policy has %zu bytes, at most %d are read", text.len,
			TRUST_POLICY_BYTES);
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];
		if ((c < ' ' && c != '\t' && c != '\n') || c == 0x7F)
			return ERROR_SET(err, ERROR_POLICY, NO_ORIGIN,
				"a trust policy holds the control character 0x%02x", c);
	}
	if (text.len > 0 && text.data[text.len - 1] != '\n')
		return ERROR_SET(err, ERROR_POLICY, NO_ORIGIN,
			"the last line of a trust policy does not end: it may have been cut");
	return 0;
}

int trust_policy_parse(
	struct arena *arena, struct str text, struct trust_policy *ret_policy, struct error *err)
{
	struct reading reading = {.arena = arena, .policy = ret_policy, .err = err};
	struct str rest = text, line;
	memset(ret_policy, 0, sizeof(*ret_policy));
	if (check_bytes(text, err) < 0)
		return -1;
	while (str_next_part(&rest, '\n', &line)) {
		reading.line++;
		if (read_line(&reading, line) < 0)
			return -1;
	}
	if (reading.has_quorum)
		return 0;
	ERROR_SET(err, ERROR_POLICY, NO_ORIGIN, "a trust policy has no quorum");
	error_set_remedy(
		err, "end it with 'quorum NAME', or 'quorum none' when no witness is needed");
	return -1;
}

/* Groups name earlier ones only, so that one pass decides them all. */
bool trust_is_quorum(const struct trust_policy *policy, uint64_t witnesses)
{
	uint64_t groups = 0;
	for (size_t i = 0; i < policy->group_count; i++) {
		const struct trust_group *group = &policy->groups[i];
		int count = __builtin_popcountll(group->witnesses & witnesses) +
			    __builtin_popcountll(group->groups & groups);
		if ((unsigned)count >= group->needed)
			groups |= (uint64_t)1 << i;
	}
	if (policy->quorum == TRUST_NONE)
		return true;
	return policy->quorum < TRUST_WITNESSES ? witnesses >> policy->quorum & 1
						: groups >> (policy->quorum - TRUST_WITNESSES) & 1;
}

int trust_check(struct arena *arena, const struct trust_policy *policy, const struct note *note,
	struct trust_verdict *ret_verdict, struct error *err)
{
	memset(ret_verdict, 0, sizeof(*ret_verdict));
	for (size_t i = 0; i < policy->witness_count; i++) {
		int signed_by = note_verify(
			arena, note, &policy->witnesses[i].key, &ret_verdict->times_s[i], err);
		if (signed_by < 0)
			return -1;
		if (signed_by == 1)
			ret_verdict->witnesses |= (uint64_t)1 << i;
	}
	return trust_is_quorum(policy, ret_verdict->witnesses);
}

static bool has_signed(const struct note *note, const struct note_key *key)
{
	for (size_t i = 0; i < note->count; i++)
		if (note->signatures[i].id == key->id &&
			str_equal(note->signatures[i].name, key->name))
			return true;
	return false;
}

const struct note_key *trust_log_key(
	const struct trust_policy *policy, struct str origin, const struct note *note)
{
	const struct note_key *known = NULL;
	for (size_t i = 0; i < policy->log_count; i++) {
		const struct note_key *key = &policy->logs[i].key;
		if (!str_equal(key->name, origin))
			continue;
		if (has_signed(note, key))
			return key;
		known = key;
	}
	return known;
}

void trust_put_names(const struct trust_policy *policy, uint64_t witnesses, struct buf *out)
{
	bool first = true;
	for (size_t i = 0; i < policy->witness_count; i++) {
		if (!(witnesses >> i & 1))
			continue;
		if (!first)
			buf_puts(out, ", ");
		buf_put_escaped(out, policy->witnesses[i].name);
		first = false;
	}
	if (first)
		buf_puts(out, "nobody");
}
