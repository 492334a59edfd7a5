/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/flow.h"
#include "base/embed.h"
#include "bench.h"
#include "pod.h"
#include "services.h"

#include <stdio.h>
#include <stdlib.h>

/* Made by tools/embed from the folder catalogue/. */
extern const struct embedded embedded_catalogue;

enum { DOCUMENTS = 12000, TEXT_BYTES_MAX = 8 << 20, MINOR = 37 };

struct job {
	struct flow flow;
	struct str text;
	bool begun;
};

static void fail(void *context, const struct error *err, enum problem_level level)
{
	(void)context;
	(void)level;
	fprintf(stderr, "%.*s:%u: %s\n", STR_ARGS(err->file), err->origin.line, err->message);
	exit(1);
}

static void problem(void *context, const struct error *err)
{
	fail(context, err, PROBLEM_ERROR);
}

static void record(void *context, const struct subject *subject, const struct verdict *verdict)
{
	(void)context;
	bench_use(subject);
	bench_use(verdict);
}

static int give(
	void *context, struct arena *arena, struct layer_input *ret_input, struct error *err)
{
	struct job *job = context;
	(void)arena;
	(void)err;
	job->begun = !job->begun;
	if (job->begun)
		*ret_input = (struct layer_input){
			.file = STR("bench"), .text = job->text, .kubernetes_minor = MINOR};
	return job->begun;
}

static void judge(void *context, uint64_t times)
{
	struct job *job = context;
	while (times-- > 0) {
		struct report_summary summary;
		flow_run(&job->flow, &summary);
		bench_use(&summary);
	}
}

static const struct catalogue *load(struct arena *arena, const char *profile)
{
	size_t count = embedded_catalogue.count;
	struct policy_source *sources = ARENA_NEW_ARRAY(arena, struct policy_source, count);
	for (size_t i = 0; i < count; i++)
		sources[i] = (struct policy_source){.path = embedded_catalogue.files[i].path,
			.text = embedded_catalogue.files[i].content};
	struct catalogue_options options = {
		.profile = str_from(profile), .kubernetes_minor = MINOR};
	return catalogue_load(arena, sources, count, flow_schemas, &options, fail, NULL);
}

static void measure(
	const char *title, const struct catalogue *catalogue, struct str text, double target_ns)
{
	struct job job = {.text = text};
	job.flow = (struct flow){.catalogue = catalogue,
		.layer = flow_layers[0],
		.input = give,
		.record = record,
		.problem = problem,
		.context = &job};
	if (text.len == 0)
		return;
	bench_one(title, judge, &job, target_ns);
	bench_figure("size", (double)text.len, "bytes", 0);
}

static struct str pod(struct arena *arena)
{
	struct buf out;
	buf_init_arena(&out, arena, 16 << 10);
	bench_put_pod(&out);
	return buf_str(&out);
}

static struct str read_corpus(struct arena *arena, const char *name)
{
	const char *folder = getenv("GABION_CORPORA");
	struct str path = str_format(arena, "%s/%s", folder ? folder : CORPORA, name);
	FILE *file = fopen(path.data, "rb");
	if (!file) {
		printf("skipped: no %s\n", path.data);
		return STR("");
	}
	char *memory = arena_alloc(arena, TEXT_BYTES_MAX);
	size_t len = fread(memory, 1, TEXT_BYTES_MAX, file);
	fclose(file);
	return (struct str){memory, len};
}

int main(void)
{
	struct arena arena;
	arena_init(&arena, 512 << 20);
	const struct catalogue *all = load(&arena, "all");
	measure("read and judge a 10 KB pod, Pod Security restricted",
		load(&arena, "pss-restricted"), pod(&arena), 40e3);
	measure("read and judge a 10 KB pod, whole catalogue", all, pod(&arena), 0);
	measure("12,000 small documents, whole catalogue", all, bench_services(&arena, DOCUMENTS),
		250e6);
	measure("a GitOps controller's installation, whole catalogue", all,
		read_corpus(&arena, "manifests/argo-cd-install.yaml"), 60e6);
	arena_release(&arena);
	return bench_status();
}
