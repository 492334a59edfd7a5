/* SPDX-License-Identifier: Apache-2.0 */
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

UNIT_TESTS("decide", a_reason_points_at_what_is_there_or_at_the_deepest_that_is)
