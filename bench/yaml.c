/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "bench.h"
#include "data/document.h"
#include "services.h"

#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

#define TARGET_RATIO 1.3
enum { DOCUMENTS = 12000, TEXT_BYTES_MAX = 8 << 20 };

struct subject {
	struct arena arena;
	struct str text;
};

static void read_ours(void *context, uint64_t times)
{
	struct subject *subject = context;
	while (times-- > 0) {
		struct documents documents;
		struct value root;
		int result;
		documents_init(&documents, subject->text, STR("bench"), DOCUMENT_YAML,
			DOCUMENT_KUBERNETES);
		do {
			struct error err = {0};
			arena_reset(&subject->arena);
			result = documents_next(&documents, &subject->arena, &root, &err);
			bench_use(&root);
		} while (result > 0);
		if (result < 0)
			abort();
		documents_release(&documents);
	}
}

/* What any reader on top of libyaml pays. */
static void read_events(void *context, uint64_t times)
{
	struct subject *subject = context;
	while (times-- > 0) {
		yaml_parser_t parser;
		yaml_event_t event;
		bool more = true;
		if (!yaml_parser_initialize(&parser))
			abort();
		yaml_parser_set_input_string(
			&parser, (const unsigned char *)subject->text.data, subject->text.len);
		while (more) {
			if (!yaml_parser_parse(&parser, &event))
				abort();
			more = event.type != YAML_STREAM_END_EVENT;
			yaml_event_delete(&event);
		}
		yaml_parser_delete(&parser);
	}
}

static void compare(const char *title, struct subject *subject)
{
	const struct bench_side sides[] = {
		{"gabion", read_ours, subject},
		{"libyaml, bare events", read_events, subject},
	};
	double ns = bench_against(title, sides, sizeof(sides) / sizeof(sides[0]), TARGET_RATIO);
	bench_figure("speed", (double)subject->text.len * 1e3 / ns, "MB/s", 0);
	bench_figure("size", (double)subject->text.len, "bytes", 0);
}

static struct str load(struct arena *arena, const char *name)
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
	struct arena texts;
	arena_init(&texts, 64 << 20);
	struct subject subject = {.text = load(&texts, "manifests/argo-cd-install.yaml")};
	arena_init(&subject.arena, 256 << 20);
	if (subject.text.len > 0)
		compare("a GitOps controller's installation", &subject);
	subject.text = bench_services(&texts, DOCUMENTS);
	compare("12,000 small documents", &subject);
	arena_release(&subject.arena);
	arena_release(&texts);
	return bench_status();
}
