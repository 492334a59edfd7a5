/* SPDX-License-Identifier: Apache-2.0 */
#include "context_sample.h"
#include "data/json.h"
#include "data/pointer.h"
#include "data/print.h"
#include "layers/context/harden.h"
#include "layers/context/schema.h"
#include "unit.h"

#define POLICY(id, rest) \
	"---\napiVersion: gabion.dev/v1\nkind: Policy\nid: test." id \
	"\ntitle: T\nlayer: context\n" \
	"subject: start\nowner: customer\nrisk: high\nmessage: m\n" rest

static const char policies[] = POLICY("calls",
	"forbid: effective.systemCalls.size() > 0\nat: config.linux.seccomp\n"
	"remediation: {text: t, patch: {op: add, valueExpression: effective.seccomp}}\n")
	POLICY("landlock", "forbid: effective.landlock.size() > 0\n"
			   "at: config.annotations[\"dev.gabion.landlock\"]\n"
			   "remediation: {text: t, patch: {op: add, valueExpression: "
			   "effective.landlockRules}}\n")
		POLICY("rights", "each:\n  - name: right\n    expression: "
				 "config.?process.?capabilities.?bounding.orValue([])\n"
				 "forbid: 'true'\nat: right\n"
				 "remediation: {text: t, patch: {op: remove}}\n")
			POLICY("host", "forbid: config.?hostname.orValue(\"\") == \"host\"\n");

static void ignore(void *context, const struct error *err, enum problem_level level)
{
	(void)context;
	printf("# %u:%u: %s; %s (%d)\n", err->origin.line, err->origin.column, err->message,
		err->remedy, (int)level);
}

static const struct catalogue *load(struct arena *arena)
{
	static const struct policy_schema *const schemas[] = {&context_schema, NULL};
	const struct catalogue_options options = {.kubernetes_minor = 30};
	struct policy_source *source = ARENA_NEW(arena, struct policy_source);
	*source = (struct policy_source){STR("p.yaml"), str_from(policies), false};
	return catalogue_load(arena, source, 1, schemas, &options, ignore, NULL);
}

#define HEAD \
	"\"ociVersion\": \"1.2.0\", \"root\": {\"path\": \"r\"}, \"process\": {\"cwd\": \"/\", " \
	"\"args\": [\"a\"], \"user\": {\"uid\": 1, \"gid\": 1}"

static const struct {
	const char *config, *pointer, *expected;
	size_t changes;
	enum verdict_kind verdict;
} rows[] = {
	{"{" HEAD "}}", "/linux/seccomp/defaultAction", "\"SCMP_ACT_ERRNO\"", 2, VERDICT_ALLOW},
	{"{" HEAD ", \"capabilities\": {\"bounding\": [\"CAP_CHOWN\", \"CAP_KILL\"]}}}",
		"/process/capabilities/bounding", "[]", 4, VERDICT_ALLOW},
	{"{" HEAD "}, \"annotations\": {\"dev.gabion.landlock\": \"read /etc; write /usr\"}}",
		"/annotations/dev.gabion.landlock", "\"read /etc; bind; connect; scope abstract\"",
		2, VERDICT_ALLOW},
	{"{" HEAD "}, \"linux\": {\"seccomp\": {\"defaultAction\": \"SCMP_ACT_ERRNO\", "
	 "\"syscalls\": [{\"names\": [\"bpf\", \"read\"], \"action\": \"SCMP_ACT_ALLOW\"}]}}}",
		"/linux/seccomp/syscalls/0/names", "[\"read\"]", 2, VERDICT_ALLOW},
	{"{" HEAD "}, \"linux\": {\"namespaces\": [{\"type\": \"uts\"}]}, \"hostname\": \"host\"}",
		"/hostname", "\"host\"", 2, VERDICT_DENY},
};

static int harden(struct arena *arena, const struct catalogue *catalogue,
	const struct context *context, struct str text, struct hardened *hardened)
{
	const struct decide_context decide = {.now_s = 0};
	struct value config;
	struct error err = {0};
	if (ARENA_LIMIT_REACHED(arena))
		return 1;
	int done = json_read(arena, text, DOCUMENT_CEL, &config, &err);
	if (done == 0)
		done = context_harden(arena, catalogue, context, &config, &decide, hardened, &err);
	arena_unguard(arena);
	ck_assert_msg(done == 0, "%s", err.message);
	return done;
}

static struct str print(struct arena *arena, const struct value *value)
{
	struct buf text;
	buf_init_arena(&text, arena, 1024);
	print_json(value, (struct print_style){0}, &text);
	return buf_str(&text);
}

START_TEST(what_is_asked_for_beyond_is_taken_away_and_a_second_time_nothing)
{
	struct context_sample sample;
	ck_assert_int_eq(context_sample_make(&sample, NULL, 0), 0);
	const struct catalogue *catalogue = load(&sample.arena);
	ck_assert_ptr_nonnull(catalogue);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena *arena = &sample.arena;
		struct hardened first, second;
		harden(arena, catalogue, &sample.context, str_from(rows[i].config), &first);
		const struct value *found = pointer_find(&first.config, str_from(rows[i].pointer));
		ck_assert_msg(found != NULL, "row %zu", i);
		ASSERT_STR(print(arena, found), str_from(rows[i].expected));
		ck_assert_uint_eq(first.change_count, rows[i].changes);
		ck_assert_int_eq(first.verdict.kind, rows[i].verdict);
		struct str text = print(arena, &first.config);
		harden(arena, catalogue, &sample.context, text, &second);
		ck_assert_uint_eq(second.change_count, 0);
		ASSERT_STR(print(arena, &second.config), text);
	}
	context_sample_release(&sample);
}
END_TEST

START_TEST(at_any_cap_hardening_ends_at_the_boundary)
{
	struct context_sample sample;
	int done = 1;
	ck_assert_int_eq(context_sample_make(&sample, NULL, 0), 0);
	const struct catalogue *catalogue = load(&sample.arena);
	for (size_t cap = 4096; done == 1; cap += cap / 8) {
		struct arena arena;
		struct hardened hardened;
		ck_assert_uint_lt(cap, 64 << 20);
		arena_init(&arena, cap);
		done = harden(
			&arena, catalogue, &sample.context, str_from(rows[1].config), &hardened);
		arena_release(&arena);
	}
	context_sample_release(&sample);
}
END_TEST

UNIT_TESTS("harden", what_is_asked_for_beyond_is_taken_away_and_a_second_time_nothing,
	at_any_cap_hardening_ends_at_the_boundary)
