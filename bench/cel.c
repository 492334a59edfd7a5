/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/cel.h"
#include "base/arena.h"
#include "bench.h"
#include "cel/kind.h"
#include "data/json.h"
#include "pod.h"

#include <stdio.h>
#include <stdlib.h>

/* One expression, compiled, over one object. */
struct evaluation {
	struct arena *arena;
	const struct cel_program *program;
	struct cel_run run;
};

static void evaluate(void *context, uint64_t times)
{
	struct evaluation *evaluation = context;
	struct arena_mark mark = arena_mark(evaluation->arena);
	for (uint64_t i = 0; i < times; i++) {
		evaluation->run.cost = evaluation->run.work = 0;
		struct value result = cel_eval(evaluation->program, &evaluation->run);
		bench_use(&result);
		if (i % 64 == 63)
			arena_rewind(evaluation->arena, mark);
	}
	arena_rewind(evaluation->arena, mark);
}

struct compilation {
	struct arena *arena;
	const struct cel_env *env;
};

static const char *const policies[] = {
	"object.spec.replicas <= 5",
	"object.spec.containers.all(c, has(c.securityContext) && has(c.securityContext.privileged)"
	" && c.securityContext.privileged == false)",
	"!has(object.spec.hostNetwork) || object.spec.hostNetwork == false",
	"object.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
	"object.spec.containers.map(c, c.image).filter(i, !i.contains('@sha256:')).size() == 0",
};
enum { POLICIES = sizeof(policies) / sizeof(policies[0]) };

/* A thousand different expressions, as a catalogue has them. */
static void compile_thousand(void *context, uint64_t times)
{
	struct compilation *compilation = context;
	for (uint64_t i = 0; i < times; i++) {
		struct arena_mark mark = arena_mark(compilation->arena);
		for (int n = 0; n < 1000; n++) {
			struct error err = {0};
			struct str text = str_from(policies[n % POLICIES]);
			bench_use(cel_compile(compilation->env, compilation->arena, text, &err));
		}
		arena_rewind(compilation->arena, mark);
	}
}

static struct evaluation prepare(
	struct arena *arena, const struct cel_env *env, struct value *slots, const char *text)
{
	struct error err = {0};
	struct evaluation evaluation = {
		arena, cel_compile(env, arena, str_from(text), &err), {.arena = arena}};
	if (!evaluation.program) {
		fprintf(stderr, "%s: %s\n", text, err.message);
		exit(2);
	}
	evaluation.run.slots = slots;
	evaluation.run.cost_limit = 10000000;
	return evaluation;
}

/* Nanoseconds of one evaluation, and of one unit of its cost. */
static void measure(struct arena *arena, const struct cel_env *env, struct value *slots,
	const char *text, double target_ns)
{
	struct evaluation evaluation = prepare(arena, env, slots, text);
	struct value result = cel_eval(evaluation.program, &evaluation.run);
	if (result.kind == CEL_ERROR) {
		const struct cel_failure *failure = result.pointer;
		fprintf(stderr, "%s: %.*s\n", text, STR_ARGS(failure->message));
		exit(2);
	}
	double units = (double)evaluation.run.cost;
	double ns = bench_one(text, evaluate, &evaluation, target_ns);
	if (units > 4)
		bench_figure("  per unit of cost", ns / units, "ns", 12);
}

static struct value read_object(struct arena *arena, struct str json)
{
	struct error err = {0};
	struct value object;
	if (json_read(arena, json, DOCUMENT_KUBERNETES, &object, &err) < 0) {
		fprintf(stderr, "%s\n", err.message);
		exit(2);
	}
	return object;
}

int main(void)
{
	static const struct cel_options options = {
		.profile = CEL_PROFILE_KUBERNETES, .kubernetes_minor = 37};
	struct arena arena;
	arena_init(&arena, 1 << 30);
	struct cel_env *env = cel_env_new(&arena, &options);
	(void)cel_env_declare(env, STR("object"), &cel_type_dyn);
	(void)cel_env_declare(env, STR("pod"), &cel_type_dyn);
	struct buf pod;
	buf_init_arena(&pod, &arena, 16 << 10);
	bench_put_pod(&pod);
	struct value slots[] = {
		read_object(
			&arena, STR("{\"apiVersion\": \"apps/v1\", \"kind\": \"Deployment\","
				    "\"metadata\": {\"name\": \"orders\", \"namespace\": \"shop\"},"
				    "\"spec\": {\"replicas\": 3, \"paused\": false}}")),
		read_object(&arena, buf_str(&pod)),
	};
	measure(&arena, env, slots, "object.spec.replicas <= 5", 25);
	measure(&arena, env, slots, "object.metadata.namespace == 'shop'", 0);
	measure(&arena, env, slots, "has(object.spec.paused) && !object.spec.paused", 0);
	measure(&arena, env, slots, "object.metadata.name in ['a', 'b', 'orders']", 0);
	measure(&arena, env, slots, "object.metadata.name.startsWith('ord')", 0);
	measure(&arena, env, slots, "pod.spec.containers.all(c, c.image.contains('@sha256:'))", 0);
	measure(&arena, env, slots,
		"pod.spec.containers.all(c, has(c.securityContext) &&"
		" has(c.securityContext.allowPrivilegeEscalation) &&"
		" c.securityContext.allowPrivilegeEscalation == false)",
		0);
	measure(&arena, env, slots,
		"pod.spec.containers.map(c, c.ports.map(p, p.containerPort)).size()", 0);
	measure(&arena, env, slots, "pod.spec.?securityContext.?runAsUser.orValue(0) == 0", 0);
	struct compilation compilation = {&arena, env};
	(void)bench_one("compile 1,000 expressions", compile_thousand, &compilation, 20e6);
	arena_release(&arena);
	return bench_status();
}
