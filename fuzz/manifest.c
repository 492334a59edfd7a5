/* SPDX-License-Identifier: Apache-2.0 */
#include "base/embed.h"
#include "flow/flow.h"
#include "fuzz.h"

#include <string.h>

/* The folder catalogue/. */
extern const struct embedded catalogue_with_tests;

enum { DIGEST_BYTES = 1 << 16 };

/* What came of one run, in few bytes, for comparing it with another. */
struct outcome {
	struct str text;
	bool begun;
	struct report_summary summary;
	struct buf digest;
};

static void unexpected(void *context, const struct error *err, enum problem_level level)
{
	(void)context;
	(void)level;
	fprintf(stderr, "%s\n", err->message);
	abort();
}

static const struct catalogue *load(struct arena *arena)
{
	size_t count = catalogue_with_tests.count;
	struct policy_source *sources = ARENA_NEW_ARRAY(arena, struct policy_source, count);
	for (size_t i = 0; i < count; i++)
		sources[i] = (struct policy_source){.path = catalogue_with_tests.files[i].path,
			.text = catalogue_with_tests.files[i].content};
	struct catalogue_options options = {.profile = STR("all"), .kubernetes_minor = 37};
	return catalogue_load(arena, sources, count, flow_schemas, &options, unexpected, NULL);
}

static int give(
	void *context, struct arena *arena, struct layer_input *ret_input, struct error *err)
{
	struct outcome *outcome = context;
	(void)arena;
	(void)err;
	if (outcome->begun)
		return 0;
	outcome->begun = true;
	*ret_input = (struct layer_input){
		.file = STR("m.yaml"), .text = outcome->text, .kubernetes_minor = 37};
	return 1;
}

static void record(void *context, const struct subject *subject, const struct verdict *verdict)
{
	struct outcome *outcome = context;
	PROPERTY((verdict->kind == VERDICT_DENY) == (verdict->count > 0));
	PROPERTY(subject->object_kind.len > 0 && subject->api_version.len > 0);
	for (size_t i = 0; i < verdict->count; i++) {
		const struct reason *reason = &verdict->reasons[i];
		PROPERTY(reason->message.len > 0 && reason->origin.line > 0);
		buf_put(&outcome->digest, reason->policy->id);
		buf_put(&outcome->digest, reason->path);
		buf_put_uint(&outcome->digest, reason->origin.line);
	}
}

static void problem(void *context, const struct error *err)
{
	struct outcome *outcome = context;
	PROPERTY(err->kind != ERROR_NONE && err->kind != ERROR_BUG && err->message[0] != '\0');
	buf_put(&outcome->digest, str_from(err->message));
}

static void judge(const struct catalogue *catalogue, struct outcome *outcome)
{
	struct flow flow = {.catalogue = catalogue,
		.layer = flow_layers[0],
		.decide = {.budget = 200000},
		.input = give,
		.record = record,
		.problem = problem,
		.context = outcome};
	flow_run(&flow, &outcome->summary);
	const struct report_summary *sum = &outcome->summary;
	PROPERTY(sum->subjects == sum->allowed + sum->warned + sum->denied);
}

/* Any text is judged under the whole catalogue, object by object, twice the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	static const struct catalogue *catalogue;
	static char digests[2][DIGEST_BYTES];
	if (!catalogue) {
		arena_init(&arena, (size_t)256 << 20);
		catalogue = load(&arena);
	}
	struct outcome outcomes[2];
	for (size_t i = 0; i < 2; i++) {
		outcomes[i] = (struct outcome){.text = {(const char *)data, size}};
		buf_init_fixed(&outcomes[i].digest, digests[i], DIGEST_BYTES);
		judge(catalogue, &outcomes[i]);
	}
	PROPERTY(memcmp(&outcomes[0].summary, &outcomes[1].summary, sizeof(outcomes[0].summary)) ==
		 0);
	PROPERTY(str_equal(buf_str(&outcomes[0].digest), buf_str(&outcomes[1].digest)));
	return 0;
}
