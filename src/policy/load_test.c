/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "policy_sample.h"
#include "unit.h"

#define HEAD \
	"apiVersion: gabion.dev/v1\n" \
	"kind: Policy\n"
/* Lines 3 to 8; what follows begins on line 9. */
#define POLICY \
	HEAD "id: a.b\n" \
	     "title: T\n" \
	     "layer: cluster\n" \
	     "subject: pod\n" \
	     "owner: customer\n" \
	     "risk: high\n"
#define COMPLETE POLICY "message: m\nrequire: pod.spec.hostNetwork\n"

struct row {
	const char *text;
	const char *told; /* all lines */
};

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct sample sample;
		sample_init(&sample);
		const struct catalogue *catalogue = sample_load(&sample, rows[i].text);
		struct str told = buf_str(&sample.told);
		ck_assert_msg(str_equal(told, str_from(rows[i].told)),
			"row %zu:\n%s--- told:\n%.*s--- expected:\n%s", i, rows[i].text,
			STR_ARGS(told), rows[i].told);
		ck_assert(!catalogue == (rows[i].told[0] != '\0'));
		sample_release(&sample);
	}
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]))

static const struct row rows_of_documents[] = {
	{COMPLETE, ""},
	{"", ""},
	{"- 1\n", "error p.yaml:1:1: this is no policy document: it must be a map, not a "
		  "list; begin it with apiVersion: gabion.dev/v1 and kind: Policy\n"},
	{"apiVersion: v1\n", "error p.yaml:1:1: this is no policy document: it lacks `kind`; "
			     "begin it with apiVersion: gabion.dev/v1 and kind: Policy\n"},
	{"apiVersion: gabion.dev/v1\nkind: Polcy\n",
		"error p.yaml:2:7: `kind` must be Policy, Profile, Rollout, Waiver or "
		"PolicyTest; did you mean `Policy`?\n"},
	{"apiVersion: v1\nkind: Pod\n",
		"error p.yaml:2:7: `kind` must be Policy, Profile, Rollout, Waiver or "
		"PolicyTest; this is no policy document\n"},
	{COMPLETE "remedation: {text: x}\n",
		"error p.yaml:11:1: `Policy` has no field `remedation`; did you mean "
		"`remediation`?\n"},
	{COMPLETE "remediation: {txt: x}\n",
		"error p.yaml:11:15: `remediation` has no field `txt`; did you mean "
		"`text`?\n"
		"error p.yaml:11:14: `remediation` lacks `text`; add `text`: What a person "
		"does about it, as one sentence.\n"},
	{HEAD "id: A_b\ntitle: T\nlayer: cluster\nsubject: pod\nowner: me\nrisk: hgih\n"
	      "message: m\nrequire: pod.spec.hostNetwork\n",
		"error p.yaml:3:5: `A_b` is no id: lower-case words of letters and digits "
		"joined by '.' or '-', at most 128 bytes; write for example "
		"images.no-latest-tag\n"
		"error p.yaml:7:8: `owner` must be provider, customer or shared, not `me`\n"
		"error p.yaml:8:7: `risk` must be low, medium, high or critical, not "
		"`hgih`; "
		"did you mean `high`?\n"},
	{POLICY "message: 7\nrequire: true\nmappings: {cis: [5.2]}\n",
		"error p.yaml:9:10: `message` must be a text, not a number; put it in "
		"quotes "
		"to make it a text\n"
		"error p.yaml:10:10: `require` must be an expression, not a bool; put it "
		"in "
		"quotes to make it a text\n"
		"error p.yaml:11:18: `cis` must be a text, not a number; put it in quotes "
		"to "
		"make it a text\n"},
	{POLICY "message:\nrequire: ' '\n",
		"error p.yaml:9:9: `message` must be a text, not nothing; give it a value, "
		"or "
		"remove it\n"
		"error p.yaml:10:10: `require` is empty; give it a text, or remove it\n"},
	{POLICY "message: m\n", "error p.yaml:1:1: `Policy` lacks `require` or `forbid`; "
				"say what must hold, "
				"or what must not\n"},
	{POLICY "require: pod.spec.hostNetwork\n",
		"error p.yaml:1:1: `Policy` lacks `message` or `messageExpression`; say "
		"what "
		"is wrong, as one phrase\n"},
	{COMPLETE "forbid: pod.spec.hostPID\n", "error p.yaml:11:9: a policy has either "
						"`require` or `forbid`, not both; keep "
						"one of them\n"},
	{COMPLETE "---\n" COMPLETE, "error p.yaml:14:5: there are two policies with the id "
				    "`a.b`; the first is in "
				    "p.yaml:1; give one of them another id\n"},
	{COMPLETE "each: [{name: in, expression: pod.containers}, {name: pod, expression: "
		  "pod.containers}, {name: 1x, expression: '[1]'}]\n",
		"error p.yaml:11:15: `in` is reserved: an expression means something else "
		"by "
		"it; choose another name\n"
		"error p.yaml:11:96: `1x` is no name that an expression could use; use "
		"letters, digits and _, and no digit first\n"
		"error p.yaml:11:55: `pod` is already a name in this policy; give it "
		"another "
		"name\n"},
	{COMPLETE "remediation: {text: x, patch: {op: add}}\n",
		"error p.yaml:11:31: a patch that adds or replaces has either `value` or "
		"`valueExpression`; write the `value` to be written, or its expression\n"},
	{COMPLETE "remediation: {text: x, patch: {op: remove, valueExpression: '1'}}\n",
		"error p.yaml:11:61: a patch that removes has no value; remove it\n"},
	{COMPLETE "remediation: {text: x, patch: {op: add, valueExpression: 'pod.nmae'}}\n",
		"error p.yaml:11:63: Pod has no field nmae\n"},
	{COMPLETE "parameters: {in: 1}\n", "error p.yaml:11:14: `in` is reserved: an "
					   "expression means something else by "
					   "it; choose another name\n"},
	{HEAD "id: a.b\ntitle: T\nlayer: image\nsubject: pod\nowner: customer\nrisk: low\n"
	      "message: m\nrequire: 'true'\n",
		"error p.yaml:5:8: nothing here brings facts of the layer `image`\n"},
	{HEAD "id: a.b\ntitle: T\nlayer: cluster\nsubject: pdo\nowner: customer\nrisk: "
	      "low\n"
	      "message: m\nrequire: 'true'\n",
		"error p.yaml:6:10: the layer cluster has no subjects of kind `pdo`; did "
		"you "
		"mean `pod`?\n"},
};

START_TEST(what_is_wrong_with_a_document_is_told_with_its_place_and_remedy)
{
	CHECK_ROWS(rows_of_documents);
}
END_TEST

static const struct row rows_of_names[] = {
	{POLICY "message: m\nrequire: pod.spec.hostNetwrok\n",
		"error p.yaml:10:19: PodSpec has no field hostNetwrok; did you mean "
		"hostNetwork?\n"},
	{POLICY "message: m\nrequire: 'pod.spec.hostPID && pod.spec.hostNetwrok'\n",
		"error p.yaml:10:40: PodSpec has no field hostNetwrok; did you mean "
		"hostNetwork?\n"},
	{POLICY "message: m\nrequire: \"pod.metadata.name != \\\"\\u00e9\\\" && "
		"pod.spec.hostNetwrok\"\n",
		"error p.yaml:10:55: PodSpec has no field hostNetwrok; did you mean "
		"hostNetwork?\n"},
	{POLICY "message: m\nrequire: |\n  pod.spec.hostPID\n    && pod.spec.hostNetwrok\n",
		"error p.yaml:12:17: PodSpec has no field hostNetwrok; did you mean "
		"hostNetwork?\n"},
	{POLICY "message: m\nrequire: >-\n  pod.spec.hostPID\n  && pod.spec.hostNetwrok\n",
		"error p.yaml:12:15: PodSpec has no field hostNetwrok; did you mean "
		"hostNetwork?\n"},
	{POLICY "message: m\nrequire: 'pod.metadata.name != ''a'' && "
		"pod.spec.hostNetwrok'\n",
		"error p.yaml:10:50: PodSpec has no field hostNetwrok; did you mean "
		"hostNetwork?\n"},
	{POLICY "message: m\nrequire: pod.spec.hostPID\n  && pod.spec.hostNetwrok\n",
		"error p.yaml:11:15: PodSpec has no field hostNetwrok; did you mean "
		"hostNetwork?\n"},
	{"{\"apiVersion\": \"gabion.dev/v1\", \"kind\": \"Policy\", \"id\": \"a\", "
	 "\"title\": "
	 "\"T\", \"layer\": \"cluster\", \"subject\": \"pod\", \"owner\": \"shared\", "
	 "\"risk\": "
	 "\"low\", \"message\": \"m\",\n\"require\": \"pod.metadata.name != "
	 "\\\"\\u00e9\\\" && "
	 "pod.spec.hostNetwrok\"}\n",
		"error p.yaml:2:57: PodSpec has no field hostNetwrok; did you mean hostNetwork?\n"},
	{POLICY "message: m\nrequire: pdo.spec.hostPID\n",
		"error p.yaml:10:10: there is no variable pdo; did you mean pod?\n"},
	{POLICY "message: m\nrequire: pod.spec.hostPID &&\n",
		"error p.yaml:10:29: the expression ends where a value should be\n"},
	{POLICY "message: m\nrequire: pod.spec.hostPID == 'a'\n",
		"error p.yaml:10:27: == does not take bool and string\n"},
	{POLICY "message: m\nrequire: pod.metadata.name.startWith('a')\n",
		"error p.yaml:10:28: there is no method startWith(); did you mean startsWith()?\n"},
};

START_TEST(a_misspelt_name_in_an_expression_is_told_with_its_place_in_the_yaml)
{
	CHECK_ROWS(rows_of_names);
}
END_TEST

static const struct row rows_of_types[] = {
	{POLICY "message: m\nrequire: pod.metadata.name\n",
		"error p.yaml:10:10: `require` must be a bool, but its type is string\n"},
	{POLICY "message: m\nrequire: pod.spec.?hostPID\n",
		"error p.yaml:10:10: `require` must be a bool, but its type is "
		"optional_type(bool); end it with .orValue(...) to say what holds when it "
		"is "
		"missing\n"},
	{COMPLETE "match: kubernetes.minor\n",
		"error p.yaml:11:8: `match` must be a bool, but its type is int\n"},
	{COMPLETE "each: [{name: x, expression: pod.metadata.name}]\n",
		"error p.yaml:11:30: `expression` must be a list, but its type is "
		"string\n"},
	{COMPLETE "messageExpression: 1 + 1\n",
		"error p.yaml:11:20: `messageExpression` must be a string, but its type is "
		"int\n"},
	{POLICY "message: m\nrequire: object.spec.anything\n", ""},
};

START_TEST(an_expression_must_have_the_type_its_field_needs)
{
	CHECK_ROWS(rows_of_types);
}
END_TEST

static const struct row rows_of_variables[] = {
	{COMPLETE "variables:\n- {name: a, expression: '1'}\n"
		  "- {name: b, expression: variables.a + 1}\n",
		""},
	{COMPLETE "variables:\n- {name: a, expression: variables.a + 1}\n",
		"error p.yaml:12:35: variables form a cycle: a -> a; let each variable use "
		"only those above it\n"},
	{COMPLETE "variables:\n- {name: a, expression: variables.b}\n"
		  "- {name: b, expression: variables.c}\n"
		  "- {name: c, expression: variables.a}\n",
		"error p.yaml:12:35: variables form a cycle: a -> b -> c -> a; let each "
		"variable use only those above it\n"},
	{COMPLETE "variables:\n- {name: a, expression: variables.b}\n"
		  "- {name: b, expression: '1'}\n",
		"error p.yaml:12:35: the variable `a` uses `b`, which is defined after it; "
		"move `b` above `a`\n"},
	{COMPLETE "variables:\n- {name: count, expression: '1'}\n"
		  "- {name: b, expression: variables.cuont}\n",
		"error p.yaml:13:35: there is no variable `cuont` in this policy; did you "
		"mean `count`?\n"},
	{POLICY "message: m\nrequire: variables.x\n",
		"error p.yaml:10:20: there is no variable `x` in this policy\n"},
	{COMPLETE "variables:\n- {name: a, expression: '1'}\n- {name: a, expression: '2'}\n",
		"error p.yaml:13:10: there are two variables `a`; give it another name\n"},
	{COMPLETE "variables:\n- {expression: '1'}\n- {expression: '2'}\n",
		"error p.yaml:12:3: `variables` lacks `name`; add `name`: What expressions call "
		"it.\n"
		"error p.yaml:13:3: `variables` lacks `name`; add `name`: What expressions call "
		"it.\n"},
	{COMPLETE "variables:\n- {name: a, expression: c.name}\n"
		  "each: [{name: c, expression: pod.containers}]\n",
		"error p.yaml:12:25: there is no variable c\n"},
};

START_TEST(variables_use_those_above_them_and_nothing_else)
{
	CHECK_ROWS(rows_of_variables);
}
END_TEST

static const struct row rows_of_paths[] = {
	{COMPLETE "at: pod.metadata.labels[\"a/b\"]\n", ""},
	{COMPLETE "at: pod.metadata.labels['a/b']\n", ""},
	{COMPLETE "at: pod.metadata.labels.`a/b`\n", ""},
	{COMPLETE "at: pod.containers[0].ports[1].hostPort\n", ""},
	{COMPLETE "at: object.any.thing\n", ""},
	{COMPLETE "at: pdo.spec\n",
		"error p.yaml:11:5: `at` must begin with a name of `each` or a root of the "
		"subject, not `pdo`; did you mean `pod`?\n"},
	{COMPLETE "at: params.x\n",
		"error p.yaml:11:5: `at` must begin with a name of `each` or a root of the "
		"subject, not `params`\n"},
	{COMPLETE "at: pod.spec.hostNetwrok\n", "error p.yaml:11:13: `at` leads to a field "
						"`hostNetwrok` that does not exist; "
						"did you mean `hostNetwork`?\n"},
	{COMPLETE "at: pod.metadata.name.first\n",
		"error p.yaml:11:22: `at` can never lead here: what stands before it has "
		"no "
		"such part\n"},
	{COMPLETE "at: pod.containers[*].image\n",
		"error p.yaml:11:19: `at` is no path; write a.b, a[0], a[\"key\"] or "
		"a.`key`\n"},
	{COMPLETE "at: pod..spec\n", "error p.yaml:11:8: `at` is no path; write a.b, a[0], "
				     "a[\"key\"] or a.`key`\n"},
};

START_TEST(a_path_leads_from_a_known_name_along_known_fields)
{
	CHECK_ROWS(rows_of_paths);
}
END_TEST

static const struct row rows_of_languages[] = {
	{COMPLETE "language: kubernetes\nmatch: math.greatest(1, 2) == 2\n",
		"error p.yaml:12:13: math.greatest() does not exist in Kubernetes, only in the "
		"native profile\n"},
	{COMPLETE "match: math.greatest(1, 2) == 2\n", ""},
	{COMPLETE "language: kubernetes\nmatch: '[1, 2].isSorted()'\n", ""},
	{COMPLETE "language: kubernetes\nmatch: '[1, 2].reverse() == [2, 1]'\n",
		"error p.yaml:12:16: reverse() needs Kubernetes 1.34 or newer; this expression "
		"targets 1.30\n"},
	{COMPLETE "language: kubernets\n",
		"error p.yaml:11:11: `language` must be native or kubernetes, not "
		"`kubernets`; did you mean `kubernetes`?\n"},
};

START_TEST(the_kubernetes_language_is_that_of_the_chosen_version)
{
	CHECK_ROWS(rows_of_languages);
}
END_TEST

#define SECOND "---\napiVersion: gabion.dev/v1\n" /* lines 11 and 12 */

static const struct row rows_of_scopes[] = {
	{COMPLETE SECOND "kind: Profile\nid: p\ntitle: P\npolicies: [a.*, a.c]\nexclude: [b]\n",
		"error p.yaml:16:17: `a.c` matches no policy; did you mean `a.b`?\n"
		"error p.yaml:17:11: `b` matches no policy\n"},
	{COMPLETE SECOND "kind: Profile\nid: p\ntitle: P\npolicies: []\n",
		"error p.yaml:16:11: `policies` is an empty list\n"},
	{COMPLETE SECOND "kind: Profile\nid: p\ntitle: P\npolicies: [a.b]\n"
			 "phases: [{phase: warn}, {phase: wran, risks: [low]}]\n",
		"error p.yaml:17:33: `phase` must be audit, warn or enforce, not `wran`; "
		"did "
		"you mean `warn`?\n"
		"error p.yaml:17:10: an entry of `phases` has either `policies` or "
		"`risks`; "
		"keep one of them, or write two entries\n"},
	{COMPLETE SECOND "kind: Profile\nid: default\ntitle: P\npolicies: [a.b]\n"
			 "phases: [{phase: warn, risks: [low, high]}, {phase: audit, risks: "
			 "[high]}]\n",
		"error p.yaml:17:45: the phase of `a.b` is ambiguous: another entry says "
		"warn "
		"just as strongly; name the policy by its id in one of them\n"},
	{COMPLETE "parameters: {limit: 5, names: [a]}\n" SECOND
		  "kind: Profile\nid: default\ntitle: P\npolicies: [a.b]\nparameters:\n"
		  "  a.b: {limti: 7, limit: x, names: [b, 1]}\n  a.c: {}\n",
		"error p.yaml:19:9: `a.b` has no parameter `limti`; did you mean `limit`?\n"
		"error p.yaml:19:26: the parameter `limit` must be int; the type of a "
		"parameter is the type of its default\n"
		"error p.yaml:19:36: the parameter `names` must be list(string); the type "
		"of a "
		"parameter is the type of its default\n"
		"error p.yaml:20:3: `a.c` matches no policy; did you mean `a.b`?\n"},
	{COMPLETE SECOND "kind: Waiver\npolicies: [a.c]\nscope: {}\nexpires: tomorrow\n",
		"error p.yaml:16:10: `expires` is no date; write 2026-12-31 or "
		"2026-12-31T18:00:00Z\n"
		"error p.yaml:12:1: `Waiver` lacks `owner`; add `owner`: Who answers for "
		"it.\n"
		"error p.yaml:12:1: `Waiver` lacks `reason`; add `reason`: Why it is "
		"needed.\n"
		"error p.yaml:14:12: `a.c` matches no policy; did you mean `a.b`?\n"
		"error p.yaml:15:8: `scope` is empty; name what it is for, or write "
		"namespaces: "
		"['*'] if it is for everything\n"},
	{COMPLETE SECOND "kind: PolicyTest\npolicy: a.c\ncases: [{name: c, expect: deny}]\n",
		"error p.yaml:14:9: `a.c` matches no policy; did you mean `a.b`?\n"},
};

START_TEST(profiles_rollouts_and_waivers_name_what_there_is)
{
	CHECK_ROWS(rows_of_scopes);
}
END_TEST

#define ROLLOUT(id, scope, phase) \
	"---\napiVersion: gabion.dev/v1\nkind: Rollout\nid: " id \
	"\npolicies: ['*']\nscope: " scope "\nphase: " phase "\nreason: r\napprovedBy: me\n"

static const struct row rows_of_rollouts[] = {
	{COMPLETE ROLLOUT("a", "{namespaces: [dev-*]}", "warn")
			ROLLOUT("b", "{namespaces: [dev-eu-*]}", "audit"),
		""},
	{COMPLETE ROLLOUT("a", "{namespaces: [dev]}", "warn")
			ROLLOUT("b", "{kinds: [Pod]}", "audit"),
		""},
	{COMPLETE ROLLOUT("a", "{namespaces: [dev-*]}", "warn")
			ROLLOUT("b", "{namespaces: ['*-dev']}", "warn"),
		""},
	{COMPLETE ROLLOUT("a", "{namespaces: [dev]}", "warn")
			ROLLOUT("b", "{namespaces: [prod]}", "audit"),
		""},
	{COMPLETE ROLLOUT("a", "{namespaces: [dev-*]}", "warn")
			ROLLOUT("b", "{namespaces: ['*-dev']}", "audit"),
		"error p.yaml:26:8: the phase of `a.b` is ambiguous: the rollout `a` says "
		"warn "
		"just as strongly for some subjects of both; make the scope of one of them "
		"narrower, or give both the same phase\n"},
	{COMPLETE ROLLOUT("a", "{namespaces: [dev]}", "warn")
			ROLLOUT("a", "{namespaces: [prod]}", "audit"),
		"error p.yaml:23:5: there are two documents of kind Rollout with the id "
		"`a`; "
		"the first is in p.yaml:12; give one of them another id\n"},
};

START_TEST(rollouts_that_are_equally_specific_must_agree)
{
	CHECK_ROWS(rows_of_rollouts);
}
END_TEST

#define CONTEXT(opt_ins) \
	"apiVersion: gabion.dev/v1\nkind: Context\nid: web\ntitle: W\noptIns:\n" opt_ins
#define BECAUSE "reason: r, owner: o, expires: 2027-01-31}\n"

static const struct row rows_of_contexts[] = {
	{CONTEXT("- {allow: capability, value: CHOWN, " BECAUSE "- {allow: host-network, " BECAUSE),
		""},
	{CONTEXT("- {allow: capabilty, value: CHOWN, " BECAUSE),
		"error p.yaml:6:11: there is no opt-in `capabilty`; did you mean `capability`?\n"},
	{CONTEXT("- {allow: capability, " BECAUSE),
		"error p.yaml:6:3: `capability` needs a value: its name; add it as `value`\n"},
	{CONTEXT("- {allow: host-network, value: yes please, " BECAUSE),
		"error p.yaml:6:32: `host-network` takes no value; remove it\n"},
	{CONTEXT("- {allow: host-network, reason: r, owner: o}\n"),
		"error p.yaml:6:3: `optIns` lacks `expires`; add `expires`: The last day "
		"(in UTC) on which it holds, or the second from which it is void.\n"},
	{CONTEXT("- {allow: host-network, " BECAUSE) "---\n" CONTEXT(
		 "- {allow: host-network, " BECAUSE),
		"error p.yaml:10:5: there are two documents of kind Context with the id `web`; the "
		"first is in p.yaml:1; give one of them another id\n"},
};

START_TEST(a_context_grants_what_a_layer_knows_with_reason_owner_and_end)
{
	CHECK_ROWS(rows_of_contexts);
}
END_TEST

static const char *repeat(struct arena *arena, const char *part, size_t times)
{
	struct buf buf;
	buf_init_arena(&buf, arena, 1 << 16);
	for (size_t i = 0; i < times; i++)
		buf_put(&buf, str_from(part));
	buf_put_char(&buf, '\0');
	return buf_str(&buf).data;
}

START_TEST(too_much_of_anything_is_one_error)
{
	static const struct {
		const char *part;
		size_t times;
		const char *told;
	} limits[] = {
		{"---\napiVersion: gabion.dev/v1\nkind: Waiver\npolicies: [a]\nscope: {names: "
		 "[a]}\nowner: o\nreason: r\nexpires: 2026-12-31\n",
			LIMIT_CATALOGUE_DOCUMENTS + 5,
			"error :0:0: a catalogue has at most 16384 documents, not 16385\n"},
		{"---\n" COMPLETE, LIMIT_CATALOGUE_POLICIES + 1,
			"error :0:0: a catalogue has at most 4096 policies, not 4097\n"},
	};
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct sample sample;
		sample_init(&sample);
		const char *text = repeat(&sample.arena, limits[i].part, limits[i].times);
		ck_assert(sample_load(&sample, text) == NULL);
		ASSERT_STR(buf_str(&sample.told), str_from(limits[i].told));
		sample_release(&sample);
	}
}
END_TEST

START_TEST(problems_beyond_the_limit_are_not_listed)
{
	struct sample sample;
	sample_init(&sample);
	const char *text = repeat(&sample.arena, "- x\n---\n", 2 * LIMIT_POLICY_PROBLEMS);
	ck_assert(sample_load(&sample, text) == NULL);
	ck_assert_uint_eq(sample.problems, LIMIT_POLICY_PROBLEMS + 1);
	sample_release(&sample);
}
END_TEST

UNIT_TESTS("load", what_is_wrong_with_a_document_is_told_with_its_place_and_remedy,
	a_misspelt_name_in_an_expression_is_told_with_its_place_in_the_yaml,
	an_expression_must_have_the_type_its_field_needs,
	variables_use_those_above_them_and_nothing_else,
	a_path_leads_from_a_known_name_along_known_fields,
	the_kubernetes_language_is_that_of_the_chosen_version,
	profiles_rollouts_and_waivers_name_what_there_is,
	rollouts_that_are_equally_specific_must_agree,
	a_context_grants_what_a_layer_knows_with_reason_owner_and_end,
	too_much_of_anything_is_one_error, problems_beyond_the_limit_are_not_listed)
