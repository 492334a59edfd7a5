/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/lint.h"

#include "policy_sample.h"
#include "unit.h"

#define POLICY(message) \
	"apiVersion: gabion.dev/v1\n" \
	"kind: Policy\n" \
	"id: a.b\n" \
	"title: T\n" \
	"layer: cluster\n" \
	"subject: pod\n" \
	"owner: customer\n" \
	"risk: high\n" \
	"message: " message "\n"
#define REST "remediation: {text: do not}\nmappings: {cis: ['5']}\n"
#define TEST \
	"---\napiVersion: gabion.dev/v1\nkind: PolicyTest\npolicy: a.b\n" \
	"cases: [{name: c, expect: deny, subject: {}}]\n"
#define HOST POLICY("m") "forbid: pod.spec.hostNetwork\n"

static const struct {
	const char *text, *told;
} rows[] = {
	{HOST REST TEST, ""},
	{HOST REST, "warning p.yaml:3:5: `a.b` has no test; write one beside it, in "
		    "<policy>.test.yaml\n"},
	{HOST "remediation: {text: do not}\n" TEST,
		"warning p.yaml:1:1: `a.b` maps to no standard; say which controls it serves, for "
		"example mappings: {cis: [5.2.2]}\n"},
	{HOST "mappings: {cis: ['5']}\n" TEST,
		"warning p.yaml:1:1: `a.b` has no remediation; say what a person does about it, in "
		"remediation: {text: ...}\n"},
	{POLICY("'\"pod \" + pod.metadata.name'") "forbid: pod.spec.hostNetwork\n" REST TEST,
		"warning p.yaml:9:10: `message` is a text, but shows an expression that nothing "
		"evaluates; move it to messageExpression\n"},
	{POLICY("'{{ pod.metadata.name }} is bad'") "forbid: pod.spec.hostNetwork\n" REST TEST,
		"warning p.yaml:9:10: `message` is a text, but shows an expression that nothing "
		"evaluates; move it to messageExpression\n"},
	{POLICY("pod") "forbid: pod.spec.hostNetwork\n" REST TEST, ""},
	{POLICY("m") "forbid: 'false && pod.spec.hostPID'\n" REST TEST,
		"warning p.yaml:10:9: `forbid` is false for every subject, even an empty one; let "
		"it "
		"depend on the subject, or remove it\n"},
	{HOST "match: 1 < 2\n" REST TEST,
		"warning p.yaml:11:8: `match` is true for every subject, even an empty one; let it "
		"depend on the subject, or remove it\n"},
	{POLICY("m") "forbid: 'true'\neach: [{name: c, expression: 'pod.containers.filter(c, "
		     "c.name == \"x\")'}]\n" REST TEST,
		""},
	{HOST "variables: [{name: used, expression: '1'}, {name: idle, expression: "
	      "variables.used}]\n" REST TEST,
		"warning p.yaml:11:51: the variable `idle` is never used; remove it\n"},
	{HOST "parameters: {idle: 1, used: 2}\nmatch: params.used == kubernetes.minor\n" REST TEST,
		"warning p.yaml:11:14: the parameter `idle` is never used; remove it\n"},
	{POLICY("m") "require: pod.containers.all(a, pod.containers.all(b, pod.containers.all(c, "
		     "pod.containers.all(d, a.name != b.name || c.name != d.name))))\n" REST TEST,
		"warning p.yaml:1:1: `a.b` may cost about 28356923 units for lists of 40 items; "
		"all "
		"policies over a subject together have 10000000; compute what the inner loop needs "
		"once, in a variable\n"},
};

START_TEST(what_is_valid_but_not_as_it_should_be_is_a_warning)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sample sample;
		sample_init(&sample);
		const struct catalogue *catalogue = sample_catalogue(&sample, rows[i].text);
		size_t count = policy_lint(catalogue, catalogue_policy(catalogue, 0), &sample.arena,
			sample_tell, &sample);
		struct str told = buf_str(&sample.told);
		ck_assert_msg(str_equal(told, str_from(rows[i].told)),
			"%s--- told:\n%.*s--- expected:\n%s", rows[i].text, STR_ARGS(told),
			rows[i].told);
		ck_assert_uint_eq(count, sample.problems);
		sample_release(&sample);
	}
}
END_TEST

START_TEST(every_check_has_a_name_and_a_meaning)
{
	for (size_t i = 0; i < policy_lint_count(); i++) {
		ck_assert(policy_lint_check(i).name[0] != '\0');
		ck_assert(policy_lint_check(i).meaning[0] != '\0');
	}
}
END_TEST

UNIT_TESTS("lint", what_is_valid_but_not_as_it_should_be_is_a_warning,
	every_check_has_a_name_and_a_meaning)
