/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "data/print.h"
#include "policy_sample.h"
#include "unit.h"

#define POLICY(id) \
	"apiVersion: gabion.dev/v1\n" \
	"kind: Policy\n" \
	"id: " id "\n" \
	"title: T\n" \
	"layer: cluster\n" \
	"subject: pod\n" \
	"owner: customer\n" \
	"risk: high\n" \
	"message: m\n"

static const char pod[] = "apiVersion: v1\n"
			  "kind: Pod\n"
			  "metadata:\n"
			  "  name: web\n"
			  "  namespace: shop\n"
			  "spec:\n"
			  "  hostNetwork: true\n"
			  "  containers:\n"
			  "  - name: a\n"
			  "    image: nginx\n"
			  "  - name: b\n"
			  "    image: busybox\n"
			  "    securityContext:\n"
			  "      privileged: true\n"
			  "    ports:\n"
			  "    - hostPort: 80\n"
			  "    - hostPort: 90\n";

/* "verdict; phase policy line:column path pointer: message" of each reason. */
static struct str describe(struct sample *sample, const struct verdict *verdict)
{
	static const char *const verdicts[] = {"allow", "warn", "deny"};
	struct buf buf;
	buf_init_arena(&buf, &sample->arena, 256);
	buf_printf(&buf, "%s", verdicts[verdict->kind]);
	for (size_t i = 0; i < verdict->count; i++) {
		const struct reason *reason = &verdict->reasons[i];
		buf_printf(&buf, "\n%s%s %.*s %u:%u+%u %.*s %.*s: %.*s",
			policy_phase_name(reason->phase), reason->waiver ? " (waived)" : "",
			STR_ARGS(reason->policy->id), reason->origin.line, reason->origin.column,
			reason->length, STR_ARGS(reason->path), STR_ARGS(reason->pointer),
			STR_ARGS(reason->message));
	}
	return buf_str(&buf);
}

static struct str decide(struct sample *sample, const char *policies, const char *text)
{
	const struct catalogue *catalogue = sample_catalogue(sample, policies);
	struct subject subject = sample_read(sample, text);
	struct decide_context context = {.now_s = 1793404800}; /* 2026-10-31 */
	struct verdict verdict = policy_decide(catalogue, &subject, &context, &sample->arena);
	return describe(sample, &verdict);
}

START_TEST(a_reason_points_at_what_is_there_or_at_the_deepest_that_is)
{
	static const struct {
		const char *policy;
		const char *expected;
	} rows[] = {
		{POLICY("a") "require: pod.spec.hostNetwork\n", "allow"},
		{POLICY("a") "forbid: pod.spec.hostNetwork\n", "deny\nenforce a 1:1+0  : m"},
		{POLICY("a") "forbid: pod.spec.hostNetwork\nat: pod.spec.hostNetwork\n",
			"deny\nenforce a 7:16+4 spec.hostNetwork /spec/hostNetwork: m"},
		{POLICY("a") "require: has(pod.spec.hostPID)\nat: pod.spec.hostPID\n",
			"deny\nenforce a 6:1+4 spec.hostPID /spec/hostPID: m"},
		{POLICY("a") "each: [{name: c, expression: pod.containers}]\n"
			     "forbid: c.?securityContext.?privileged.orValue(false)\n",
			"deny\nenforce a 11:5+0 spec.containers[1] /spec/containers/1: m"},
		{POLICY("a") "each: [{name: c, expression: pod.containers}]\n"
			     "require: c.?securityContext.?runAsUser.hasValue()\n"
			     "at: c.securityContext.runAsUser\n",
			"deny\n"
			"enforce a 9:5+0 spec.containers[0].securityContext.runAsUser "
			"/spec/containers/0/securityContext/runAsUser: m\n"
			"enforce a 13:5+15 spec.containers[1].securityContext.runAsUser "
			"/spec/containers/1/securityContext/runAsUser: m"},
		{POLICY("a") "each:\n- {name: c, expression: pod.containers}\n"
			     "- {name: port, expression: 'c.?ports.orValue([])'}\n"
			     "forbid: port.hostPort > 80\n"
			     "at: port.hostPort\n"
			     "messageExpression: '\"container \" + c.name + \" takes port \" + "
			     "string(port.hostPort)'\n",
			"deny\nenforce a 17:17+2 spec.containers[1].ports[1].hostPort "
			"/spec/containers/1/ports/1/hostPort: container b takes port 90"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sample sample;
		sample_init(&sample);
		ASSERT_STR(decide(&sample, rows[i].policy, pod), str_from(rows[i].expected));
		sample_release(&sample);
	}
}
END_TEST

/* What each reason would write, as JSON; "-" for none. */
static struct str patches(struct sample *sample, const char *policy)
{
	const struct catalogue *catalogue = sample_catalogue(sample, policy);
	struct subject subject = sample_read(sample, pod);
	struct decide_context context = {0};
	struct verdict verdict = policy_decide(catalogue, &subject, &context, &sample->arena);
	struct buf text;
	buf_init_arena(&text, &sample->arena, 64);
	for (size_t i = 0; i < verdict.count; i++) {
		buf_put(&text, i > 0 ? STR(" ") : STR(""));
		if (verdict.reasons[i].has_patch)
			print_json(&verdict.reasons[i].patch_value, (struct print_style){0}, &text);
		else
			buf_puts(&text, "-");
	}
	return buf_str(&text);
}

#define EACH_CONTAINER "each: [{name: c, expression: pod.containers}]\nforbid: c.name != ''\n"
#define PATCH(value)   "remediation: {text: x, patch: {op: add, " value "}}\n"

START_TEST(a_patch_has_a_fixed_value_or_one_of_its_reason)
{
	static const struct {
		const char *policy, *expected;
	} rows[] = {
		{POLICY("a") EACH_CONTAINER PATCH("value: [1]"), "[1] [1]"},
		{POLICY("a") EACH_CONTAINER PATCH("valueExpression: '[c.name, \"x\"]'"),
			"[\"a\",\"x\"] [\"b\",\"x\"]"},
		{POLICY("a") EACH_CONTAINER PATCH("valueExpression: 'c.ports[1].hostPort'"),
			"- 90"},
		{POLICY("a") EACH_CONTAINER PATCH("valueExpression: 'type(c)'"), "- -"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sample sample;
		sample_init(&sample);
		ASSERT_STR(patches(&sample, rows[i].policy), str_from(rows[i].expected));
		sample_release(&sample);
	}
}
END_TEST

START_TEST(what_cannot_be_decided_is_a_reason)
{
	static const struct {
		const char *policy;
		const char *expected;
	} rows[] = {
		{POLICY("a") "require: pod.spec.hostPID\nat: pod.spec.hostPID\n",
			"deny\nenforce a 6:1+4 spec.hostPID /spec/hostPID: could not be decided: "
			"no "
			"such key: hostPID"},
		{POLICY("a") "forbid: pod.spec.hostPID\nmatch: pod.spec.hostPID\n",
			"deny\nenforce a 1:1+0  : could not be decided: no such key: hostPID"},
		{POLICY("a") "each: [{name: x, expression: object.spec.missing}]\nforbid: 'true'\n",
			"deny\nenforce a 1:1+0  : could not be decided: no such key: missing"},
		{POLICY("a") "each: [{name: x, expression: object.kind}]\nforbid: 'true'\n",
			"deny\nenforce a 1:1+0  : could not be decided: an expression gave no "
			"list"},
		{POLICY("a") "require: object.kind\n", "deny\nenforce a 1:1+0  : could not be "
						       "decided: an expression gave no bool"},
		{POLICY("a") "each: [{name: c, expression: pod.containers}]\n"
			     "require: c.securityContext.privileged\n",
			"deny\nenforce a 9:5+0 spec.containers[0] /spec/containers/0: could not be "
			"decided: no such key: securityContext"},
		{POLICY("a") "variables: [{name: v, expression: pod.spec.hostPID}]\n"
			     "require: variables.v || true\n",
			"allow"},
		{POLICY("a") "variables: [{name: v, expression: pod.spec.hostPID}]\n"
			     "require: variables.v\n",
			"deny\nenforce a 1:1+0  : could not be decided: variables.v: no such key: "
			"hostPID"},
		{POLICY("a") "forbid: pod.spec.hostNetwork\nmessageExpression: "
			     "object.spec.missing\n",
			"deny\nenforce a 1:1+0  : m"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sample sample;
		sample_init(&sample);
		ASSERT_STR(decide(&sample, rows[i].policy, pod), str_from(rows[i].expected));
		sample_release(&sample);
	}
}
END_TEST

#define PROFILE(rest) \
	"---\napiVersion: gabion.dev/v1\nkind: Profile\nid: default\ntitle: P\npolicies: " \
	"['*']\n" rest
#define ROLLOUT(scope, phase) \
	"---\napiVersion: gabion.dev/v1\nkind: Rollout\npolicies: ['*']\nscope: " scope \
	"\nphase: " phase "\nreason: r\napprovedBy: me\n"
#define WAIVER(policies, scope, expires) \
	"---\napiVersion: gabion.dev/v1\nkind: Waiver\nid: w\npolicies: [" policies \
	"]\nscope: " scope "\nowner: o\nreason: r\nexpires: " expires "\n"
#define HOST POLICY("host") "forbid: pod.spec.hostNetwork\n"

static void check_decisions(const char *const rows[][2], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct sample sample;
		sample_init(&sample);
		ASSERT_STR(decide(&sample, rows[i][0], pod), str_from(rows[i][1]));
		sample_release(&sample);
	}
}

#define CHECK_DECISIONS(rows) check_decisions(rows, sizeof(rows) / sizeof((rows)[0]))

START_TEST(the_phase_decides_what_a_reason_does)
{
	static const char *const rows[][2] = {
		{HOST PROFILE("phase: audit\n"), "allow\naudit host 1:1+0  : m"},
		{HOST PROFILE("phase: warn\n"), "warn\nwarn host 1:1+0  : m"},
		{HOST PROFILE(""), "deny\nenforce host 1:1+0  : m"},
		{HOST PROFILE("phases: [{risks: [high], phase: warn}]\n"),
			"warn\nwarn host 1:1+0  : m"},
		{HOST PROFILE("phases: [{policies: [host], phase: audit}, {risks: [high], phase: "
			      "warn}]\n"),
			"allow\naudit host 1:1+0  : m"},
		{HOST PROFILE("phases: [{policies: ['h*'], phase: audit}, {policies: ['ho*'], "
			      "phase: warn}]\n"),
			"warn\nwarn host 1:1+0  : m"},
		{HOST PROFILE("exclude: [h*]\n"), "allow"},
	};
	CHECK_DECISIONS(rows);
}
END_TEST

START_TEST(the_most_specific_rollout_wins)
{
	static const char *const rows[][2] = {
		{HOST ROLLOUT("{namespaces: [shop]}", "warn"), "warn\nwarn host 1:1+0  : m"},
		{HOST ROLLOUT("{namespaces: [shop-*]}", "warn"), "deny\nenforce host 1:1+0  : m"},
		{HOST ROLLOUT("{namespaces: ['*']}", "warn")
				ROLLOUT("{namespaces: [sh*]}", "audit"),
			"allow\naudit host 1:1+0  : m"},
		{HOST ROLLOUT("{namespaces: [shop]}", "warn") ROLLOUT("{names: ['w*']}", "audit"),
			"allow\naudit host 1:1+0  : m"},
		{HOST ROLLOUT("{kinds: [Pod]}", "audit") ROLLOUT("{namespaces: [s*]}", "warn"),
			"warn\nwarn host 1:1+0  : m"},
		{HOST ROLLOUT("{kinds: [Pod], names: [x]}", "audit"),
			"deny\nenforce host 1:1+0  : m"},
	};
	CHECK_DECISIONS(rows);
}
END_TEST

START_TEST(a_waiver_holds_until_it_expires_and_not_a_second_longer)
{
	/* It is 2026-10-31T00:00:00Z. */
	static const char *const rows[][2] = {
		{HOST WAIVER("host", "{names: [web]}", "2026-10-31"),
			"allow\nenforce (waived) host 1:1+0  : m"},
		{HOST WAIVER("host", "{names: [web]}", "2026-10-30"),
			"deny\nenforce host 1:1+0  : m"},
		{HOST WAIVER("h*", "{kinds: [Pod]}", "2026-10-31T00:00:01Z"),
			"allow\nenforce (waived) host 1:1+0  : m"},
		{HOST WAIVER("host", "{names: [web]}", "2026-10-31T00:00:00Z"),
			"deny\nenforce host 1:1+0  : m"},
		{HOST WAIVER("host", "{namespaces: [shop], names: [api]}", "2027-01-01"),
			"deny\nenforce host 1:1+0  : m"},
	};
	CHECK_DECISIONS(rows);
}
END_TEST

START_TEST(a_pod_is_judged_as_an_object_too_and_reasons_stand_in_order_of_the_text)
{
	static const char *const rows[][2] = {
		{"apiVersion: gabion.dev/v1\nkind: Policy\nid: z\ntitle: T\nlayer: cluster\n"
		 "subject: object\nowner: shared\nrisk: low\nmessage: m\n"
		 "parameters: {wanted: x}\nforbid: object.kind != params.wanted\nat: object.kind\n"
		 "---\n" POLICY("w") "parameters: {wanted: v}\n"
				     "forbid: pod.metadata.name != params.wanted\n"
				     "at: pod.metadata.name\n"
				     "---\n" POLICY("v") "each: [{name: c, expression: "
							 "pod.containers}]\n"
							 "forbid: c.image == 'nginx'\n"
							 "at: pod.metadata.name\n",
			"deny\nenforce z 2:7+3 kind /kind: m\n"
			"enforce v 4:9+3 metadata.name /metadata/name: m\n"
			"enforce w 4:9+3 metadata.name /metadata/name: m"},
	};
	CHECK_DECISIONS(rows);
}
END_TEST

START_TEST(parameters_are_what_the_profile_says)
{
	static const char *const rows[][2] = {
		{POLICY("a") "parameters: {names: [web], ratio: 0.5}\n"
			     "forbid: pod.metadata.name in params.names && params.ratio < 1.0\n",
			"deny\nenforce a 1:1+0  : m"},
		{POLICY("a") "parameters: {names: [web], ratio: 0.5}\n"
			     "forbid: pod.metadata.name in params.names && params.ratio < "
			     "1.0\n" PROFILE("parameters: {a: {names: []}}\n"),
			"allow"},
		{POLICY("a") "parameters: {names: [web], ratio: 0.5}\n"
			     "forbid: pod.metadata.name in params.names && params.ratio < "
			     "1.0\n" PROFILE("parameters: {a: {ratio: 2}}\n"),
			"allow"},
	};
	CHECK_DECISIONS(rows);
}
END_TEST

static struct str long_pod(struct arena *arena, unsigned containers)
{
	struct buf buf;
	buf_init_arena(&buf, arena, 4096);
	buf_puts(&buf, "kind: Pod\nspec:\n  containers:\n");
	for (unsigned i = 0; i < containers; i++)
		buf_printf(&buf, "  - name: c%u\n", i);
	buf_put_char(&buf, '\0');
	return buf_str(&buf);
}

START_TEST(more_reasons_than_the_limit_end_with_one_that_says_how_many)
{
	struct sample sample;
	sample_init(&sample);
	const struct catalogue *catalogue = sample_catalogue(&sample,
		POLICY("a") "each: [{name: c, expression: pod.containers}]\nforbid: "
			    "'true'\n" PROFILE("phase: warn\n"));
	struct subject subject =
		sample_read(&sample, long_pod(&sample.arena, LIMIT_REASONS + 234).data);
	struct decide_context context = {0};
	struct verdict verdict = policy_decide(catalogue, &subject, &context, &sample.arena);
	ck_assert_uint_eq(verdict.count, LIMIT_REASONS + 1);
	const struct reason *last = &verdict.reasons[LIMIT_REASONS];
	ck_assert(last->policy == &policy_reasons_limit && last->phase == PHASE_WARN);
	ck_assert(verdict.kind == VERDICT_WARN);
	ASSERT_STR(last->message, STR("234 more reasons are not listed"));
	sample_release(&sample);
}
END_TEST

#define SPENT ": could not be decided: the cost of the expression exceeds its limit"

START_TEST(a_budget_that_is_spent_leaves_what_follows_undecided)
{
	struct sample sample;
	sample_init(&sample);
	const struct catalogue *catalogue = sample_catalogue(&sample,
		POLICY("a") "require: 'pod.containers.all(a, pod.containers.all(b, "
			    "pod.containers.all(c, c.name != \"x\")))'\n"
			    "---\n" POLICY("b") "require: pod.containers.all(c, c.name != 'x')\n"
						"---\n" POLICY("c") "require: 'true'\n");
	struct subject subject = sample_read(&sample, long_pod(&sample.arena, 100).data);
	struct decide_context context = {.budget = 10000};
	struct verdict verdict = policy_decide(catalogue, &subject, &context, &sample.arena);
	ASSERT_STR(describe(&sample, &verdict),
		STR("deny\nenforce a 1:1+0  " SPENT "\nenforce b 1:1+0  " SPENT
		    "\nenforce c 1:1+0  " SPENT));
	context.budget = 0;
	verdict = policy_decide(catalogue, &subject, &context, &sample.arena);
	ASSERT_STR(describe(&sample, &verdict), STR("allow"));
	sample_release(&sample);
}
END_TEST

START_TEST(an_expression_in_the_kubernetes_language_has_the_api_servers_limit)
{
	static const char expression[] =
		"require: 'pod.containers.all(a, pod.containers.all(b, pod.containers.all(c, "
		"c.name != \"x\")))'\n";
	struct sample sample;
	sample_init(&sample);
	struct str text = str_format(&sample.arena, "%s%s---\n%s%slanguage: kubernetes\n",
		POLICY("a"), expression, POLICY("b"), expression);
	const struct catalogue *catalogue = sample_catalogue(&sample, text.data);
	struct subject subject = sample_read(&sample, long_pod(&sample.arena, 100).data);
	struct decide_context context = {.budget = UINT64_MAX};
	struct verdict verdict = policy_decide(catalogue, &subject, &context, &sample.arena);
	ASSERT_STR(describe(&sample, &verdict), STR("deny\nenforce b 1:1+0  " SPENT));
	sample_release(&sample);
}
END_TEST

/* Decides in an arena of that cap: true when it was enough. */
static bool decide_within(const struct catalogue *catalogue, const struct subject *subject,
	size_t cap_bytes, struct verdict *ret_verdict, struct arena *arena)
{
	struct decide_context context = {0};
	arena_init(arena, cap_bytes);
	if (ARENA_LIMIT_REACHED(arena))
		return false;
	*ret_verdict = policy_decide(catalogue, subject, &context, arena);
	return true;
}

START_TEST(whatever_the_memory_a_decision_is_complete_or_stops_at_the_cap)
{
	struct sample sample;
	struct arena arena;
	struct verdict whole, verdict;
	sample_init(&sample);
	const struct catalogue *catalogue = sample_catalogue(&sample,
		POLICY("a") "variables: [{name: names, expression: 'pod.containers.map(c, "
			    "c.name)'}]\n"
			    "each: [{name: c, expression: pod.containers}]\n"
			    "forbid: c.name in variables.names\n"
			    "messageExpression: '\"container \" + c.name'\n");
	struct subject subject = sample_read(&sample, long_pod(&sample.arena, 300).data);
	ck_assert(decide_within(catalogue, &subject, 16 << 20, &whole, &arena));
	struct str expected = describe(&sample, &whole);
	size_t needed_bytes = arena.held_bytes;
	arena_release(&arena);
	for (size_t cap = 0; cap <= needed_bytes + 65536; cap += 1023) {
		if (decide_within(catalogue, &subject, cap, &verdict, &arena))
			ASSERT_STR(describe(&sample, &verdict), expected);
		else
			ck_assert(cap < needed_bytes + 65536);
		arena_release(&arena);
	}
	sample_release(&sample);
}
END_TEST

UNIT_TESTS("decide", a_reason_points_at_what_is_there_or_at_the_deepest_that_is,
	a_patch_has_a_fixed_value_or_one_of_its_reason, what_cannot_be_decided_is_a_reason,
	the_phase_decides_what_a_reason_does, the_most_specific_rollout_wins,
	a_waiver_holds_until_it_expires_and_not_a_second_longer,
	a_pod_is_judged_as_an_object_too_and_reasons_stand_in_order_of_the_text,
	parameters_are_what_the_profile_says,
	more_reasons_than_the_limit_end_with_one_that_says_how_many,
	a_budget_that_is_spent_leaves_what_follows_undecided,
	an_expression_in_the_kubernetes_language_has_the_api_servers_limit,
	whatever_the_memory_a_decision_is_complete_or_stops_at_the_cap)
