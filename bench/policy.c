/* SPDX-License-Identifier: Apache-2.0 */
#include "base/embed.h"
#include "bench.h"
#include "data/document.h"
#include "flow/flow.h"
#include "policy/catalogue.h"

#include <stdio.h>
#include <stdlib.h>

/* Made by tools/embed from the folder catalogue/. */
extern const struct embedded embedded_catalogue;

static struct policy_source *sources;

static void fail(void *context, const struct error *err, enum problem_level level)
{
	(void)context;
	(void)level;
	fprintf(stderr, "%.*s:%u: %s\n", STR_ARGS(err->file), err->origin.line, err->message);
	exit(1);
}

static const struct catalogue *load(struct arena *arena, const char *profile)
{
	struct catalogue_options options = {.profile = str_from(profile), .kubernetes_minor = 30};
	return catalogue_load(
		arena, sources, embedded_catalogue.count, flow_schemas, &options, fail, NULL);
}

static void compile(void *context, uint64_t times)
{
	struct arena arena;
	arena_init(&arena, 256 << 20);
	for (uint64_t i = 0; i < times; i++) {
		bench_use(load(&arena, context));
		arena_reset(&arena);
	}
	arena_release(&arena);
}

struct deciding {
	const struct catalogue *catalogue;
	struct subject subject;
};

static void decide(void *context, uint64_t times)
{
	const struct deciding *deciding = context;
	struct decide_context now = {.now_s = 1793404800};
	struct arena arena;
	arena_init(&arena, 64 << 20);
	for (uint64_t i = 0; i < times; i++) {
		struct verdict verdict =
			policy_decide(deciding->catalogue, &deciding->subject, &now, &arena);
		bench_use(&verdict);
		arena_reset(&arena);
	}
	arena_release(&arena);
}

static struct subject read_subject(struct arena *arena, struct str text)
{
	struct layer_input input = {.file = STR("pod.json"), .text = text, .kubernetes_minor = 30};
	struct subject subject;
	struct error err = {0};
	void *state = flow_layers[0]->open(arena, &input);
	if (flow_layers[0]->next(state, arena, &subject, &err) != 1) {
		fprintf(stderr, "%s\n", err.message);
		exit(1);
	}
	return subject;
}

static struct str many_containers(struct arena *arena, unsigned count)
{
	struct buf buf;
	buf_init_arena(&buf, arena, 4096);
	buf_puts(&buf,
		"{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"p\"}, "
		"\"spec\": {\"securityContext\": {\"runAsNonRoot\": true, "
		"\"seccompProfile\": {\"type\": \"RuntimeDefault\"}}, \"volumes\": "
		"[{\"name\": \"v\", \"emptyDir\": {}}], \"containers\": [");
	for (unsigned i = 0; i < count; i++)
		buf_printf(&buf,
			"%s{\"name\": \"c%u\", \"image\": \"registry.example.com/app/c%u:1.%u\", "
			"\"ports\": [{\"containerPort\": 80}], \"securityContext\": "
			"{\"allowPrivilegeEscalation\": false, \"capabilities\": {\"drop\": "
			"[\"ALL\"], \"add\": [\"NET_BIND_SERVICE\"]}}}",
			i > 0 ? ", " : "", i, i, i);
	buf_puts(&buf, "]}}");
	return buf_str(&buf);
}

int main(void)
{
	static char all[] = "all";
	struct arena arena;
	arena_init(&arena, 256 << 20);
	sources = ARENA_NEW_ARRAY(&arena, struct policy_source, embedded_catalogue.count);
	for (size_t i = 0; i < embedded_catalogue.count; i++)
		sources[i] = (struct policy_source){.path = embedded_catalogue.files[i].path,
			.text = embedded_catalogue.files[i].content};
	bench_one("load, check and compile the built-in catalogue", compile, all, 1e7);
	struct deciding deciding = {.catalogue = load(&arena, "pss-restricted")};
	deciding.subject = read_subject(&arena, many_containers(&arena, 2));
	bench_one("decide: Pod Security, 2 containers", decide, &deciding, 25000);
	deciding.subject = read_subject(&arena, many_containers(&arena, 6));
	bench_one("decide: Pod Security, 6 containers", decide, &deciding, 25000);
	deciding.catalogue = load(&arena, "all");
	bench_one("decide: the whole catalogue, 6 containers", decide, &deciding, 0);
	arena_release(&arena);
	return bench_status();
}
