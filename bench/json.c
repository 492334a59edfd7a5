/* SPDX-License-Identifier: Apache-2.0 */
#include "data/json.h"
#include "base/arena.h"
#include "bench.h"
#include "pod.h"

#include <stdio.h>
#include <stdlib.h>
#ifdef HAVE_JANSSON
#include <jansson.h>
#endif

#define TARGET_NS 15e3

struct subject {
	struct arena arena;
	struct str text;
	char *copy; /* where the bound of the memory writes to */
};

static void read_ours(void *context, uint64_t times)
{
	struct subject *subject = context;
	while (times-- > 0) {
		struct error err = {0};
		struct value root;
		arena_reset(&subject->arena);
		if (json_read(&subject->arena, subject->text, DOCUMENT_KUBERNETES, &root, &err) < 0)
			abort();
		bench_use(&root);
	}
}

static void copy_bytes(void *context, uint64_t times)
{
	struct subject *subject = context;
	while (times-- > 0) {
		memcpy(subject->copy, subject->text.data, subject->text.len);
		bench_use(subject->copy);
	}
}

#ifdef HAVE_JANSSON
static void read_jansson(void *context, uint64_t times)
{
	struct subject *subject = context;
	while (times-- > 0) {
		json_t *root = json_loadb(
			subject->text.data, subject->text.len, JSON_REJECT_DUPLICATES, NULL);
		bench_use(root);
		json_decref(root);
	}
}
#endif

static void compare(const char *title, struct subject *subject, double target_ns)
{
	const struct bench_side sides[] = {
		{"gabion", read_ours, subject},
		{"memcpy", copy_bytes, subject},
#ifdef HAVE_JANSSON
		{"jansson, duplicates rejected", read_jansson, subject},
#endif
	};
	double ns = bench_compare(title, sides, sizeof(sides) / sizeof(sides[0]), target_ns);
	bench_figure("size", (double)subject->text.len, "bytes", 0);
	bench_figure("speed", (double)subject->text.len * 1e3 / ns, "MB/s", 0);
	bench_figure("held by the arena", (double)subject->arena.held_bytes, "bytes", 0);
}

/* With a line and two spaces of indentation per level, as kubectl prints it. */
static void put_indented(struct buf *out, struct str text)
{
	int depth = 0;
	bool quoted = false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		quoted ^= c == '"';
		depth -= !quoted && (c == '}' || c == ']');
		if (!quoted && (c == '}' || c == ']'))
			buf_printf(out, "\n%*s", depth * 2, "");
		buf_put_char(out, c);
		depth += !quoted && (c == '{' || c == '[');
		if (!quoted && (c == '{' || c == '[' || c == ','))
			buf_printf(out, "\n%*s", depth * 2, "");
		else if (!quoted && c == ':')
			buf_put_char(out, ' ');
	}
}

int main(void)
{
	struct arena texts;
	arena_init(&texts, 64 << 20);
	struct buf compact, indented, list;
	buf_init_arena(&compact, &texts, 1 << 14);
	bench_put_pod(&compact);
	buf_init_arena(&indented, &texts, 1 << 16);
	put_indented(&indented, buf_str(&compact));
	buf_init_arena(&list, &texts, 8 << 20);
	buf_puts(&list, "[");
	for (int i = 0; i < 500; i++) {
		buf_put(&list, buf_str(&compact));
		buf_put_char(&list, i < 499 ? ',' : ']');
	}
	struct subject subject = {.copy = malloc(8 << 20)};
	arena_init(&subject.arena, 256 << 20);
	subject.text = buf_str(&compact);
	compare("a Pod, compact", &subject, TARGET_NS);
	subject.text = buf_str(&indented);
	compare("the same Pod, indented", &subject, 0);
	subject.text = buf_str(&list);
	compare("500 Pods in a list", &subject, 0);
	arena_release(&subject.arena);
	arena_release(&texts);
	free(subject.copy);
	return bench_status();
}
