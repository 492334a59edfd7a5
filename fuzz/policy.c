/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/decide.h"

#include "data/document.h"
#include "fuzz.h"
#include "layers/cluster/kinds.h"
#include "layers/cluster/layer.h"

static const struct policy_schema *const schemas[] = {&cluster_schema, NULL};

static const char pod[] =
	"apiVersion: v1\n"
	"kind: Pod\n"
	"metadata: {name: web, namespace: shop, labels: {app: web}}\n"
	"spec:\n"
	"  hostNetwork: true\n"
	"  containers:\n"
	"  - {name: a, image: nginx, ports: [{hostPort: 80}]}\n"
	"  - {name: b, image: 'busybox:1', securityContext: {privileged: true}}\n";

static void ignore(void *context, const struct error *err, enum problem_level level)
{
	(void)level;
	PROPERTY(err->kind != ERROR_NONE && err->message[0] != '\0');
	++*(size_t *)context;
}

static const struct catalogue *load(struct arena *arena, struct str text, size_t *ret_problems)
{
	struct policy_source source = {.path = STR("p.yaml"), .text = text, .always = true};
	struct catalogue_options options = {.kubernetes_minor = 30};
	*ret_problems = 0;
	return catalogue_load(arena, &source, 1, schemas, &options, ignore, ret_problems);
}

static struct verdict decide(const struct catalogue *catalogue, struct arena *arena)
{
	struct layer_input input = {
		.file = STR("s.yaml"), .text = str_from(pod), .kubernetes_minor = 30};
	struct decide_context context = {.now_s = 1793404800, .budget = 100000};
	struct subject subject;
	struct error err = {0};
	void *state = cluster_layer.open(arena, &input);
	PROPERTY(cluster_layer.next(state, arena, &subject, &err) == 1);
	return policy_decide(catalogue, &subject, &context, arena);
}

static void compare(const struct verdict *a, const struct verdict *b)
{
	PROPERTY(a->kind == b->kind && a->count == b->count && a->waived == b->waived);
	for (size_t i = 0; i < a->count; i++) {
		PROPERTY(a->reasons[i].policy == b->reasons[i].policy);
		PROPERTY(str_equal(a->reasons[i].path, b->reasons[i].path));
		PROPERTY(str_equal(a->reasons[i].message, b->reasons[i].message));
	}
}

static void decide_twice(const struct catalogue *catalogue, struct arena arenas[2])
{
	if (ARENA_LIMIT_REACHED(&arenas[0]) || ARENA_LIMIT_REACHED(&arenas[1]))
		return;
	struct verdict first = decide(catalogue, &arenas[0]);
	struct verdict second = decide(catalogue, &arenas[1]);
	compare(&first, &second);
}

/* A text either loads or says why not; loading and deciding twice is the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct arena arena, again, subjects[2];
	size_t problems, problems_again;
	arena_init(&arena, 64 << 20);
	arena_init(&again, 64 << 20);
	arena_init(&subjects[0], 64 << 20);
	arena_init(&subjects[1], 64 << 20);
	const struct catalogue *catalogue = load(&arena, text, &problems);
	const struct catalogue *second = load(&again, text, &problems_again);
	PROPERTY(problems == problems_again && !catalogue == (problems > 0));
	PROPERTY(!catalogue == !second);
	if (catalogue) {
		PROPERTY(str_equal(catalogue_digest(catalogue), catalogue_digest(second)));
		decide_twice(catalogue, subjects);
	}
	arena_release(&arena);
	arena_release(&again);
	arena_release(&subjects[0]);
	arena_release(&subjects[1]);
	return 0;
}
