/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/targets.h"

#include "base/arena.h"
#include "programs/gabion/console.h"
#include "programs/gabion/suggest.h"

struct target {
	const struct report_format *format;
	struct output *file; /* NULL: standard output */
	struct str path;
	struct report_context context;
	void *state;
};

static int unknown_format(struct str name, struct error *err)
{
	struct suggestion suggestion = {0};
	char memory[128];
	struct buf all;
	buf_init_fixed(&all, memory, sizeof(memory));
	for (const struct report_format *const *at = report_formats; *at; at++) {
		suggest_offer(&suggestion, name, str_from((*at)->name));
		buf_printf(&all, "%s%s", all.len > 0 ? ", " : "", (*at)->name);
	}
	ERROR_SET(err, ERROR_POLICY, NO_ORIGIN, "--output has no format '%.*s'", STR_ARGS(name));
	if (suggest_found(&suggestion))
		error_set_remedy(err, "did you mean %.*s? It has %.*s", STR_ARGS(suggestion.best),
			STR_ARGS(buf_str(&all)));
	else
		error_set_remedy(err, "it has %.*s", STR_ARGS(buf_str(&all)));
	return -1;
}

static int same_place_twice(const struct targets *targets, struct str path, struct error *err)
{
	for (size_t i = 0; i < targets->count; i++) {
		if (!str_equal(targets->items[i].path, path))
			continue;
		if (path.len == 0) {
			ERROR_SET(err, ERROR_POLICY, NO_ORIGIN,
				"two reports cannot both go to standard output");
			error_set_remedy(err, "give one of them a file: -o %s=FILE",
				targets->items[i].format->name);
		} else {
			ERROR_SET(err, ERROR_POLICY, NO_ORIGIN,
				"two reports cannot both go to '%.*s'", STR_ARGS(path));
			error_set_remedy(err, "give each a file of its own");
		}
		return -1;
	}
	return 0;
}

static int add_target(
	struct targets *targets, struct arena *arena, struct str value, struct error *err)
{
	size_t equals = str_find_char(value, '=');
	struct str name = str_slice(value, 0, equals);
	struct str path = equals == SIZE_MAX ? STR("") : str_slice(value, equals + 1, value.len);
	const struct report_format *format = report_format_find(name);
	if (!format)
		return unknown_format(name, err);
	if (equals != SIZE_MAX && path.len == 0) {
		ERROR_SET(err, ERROR_POLICY, NO_ORIGIN, "--output %s= names no file", format->name);
		error_set_remedy(err, "write -o %s=FILE, or -o %s for standard output",
			format->name, format->name);
		return -1;
	}
	if (same_place_twice(targets, path, err) < 0)
		return -1;
	struct target *target = &targets->items[targets->count];
	*target = (struct target){.format = format, .path = path};
	if (path.len > 0) {
		target->file = ARENA_NEW(arena, struct output);
		/* The end of a value is the end of its text, so path is terminated. */
		if (output_to_file(target->file, arena, path.data, err) < 0)
			return -1;
	}
	targets->on_stdout |= path.len == 0;
	targets->count++;
	return 0;
}

int targets_open(struct targets *targets, struct invocation *invocation, struct error *err)
{
	static struct str text[] = {STR_INIT("text")};
	struct option_use use = invocation->options[OPTION_OUTPUT];
	if (use.count == 0)
		use = (struct option_use){.values = text, .count = 1};
	*targets = (struct targets){
		.items = ARENA_NEW_ARRAY(invocation->arena, struct target, use.count)};
	for (size_t i = 0; i < use.count; i++) {
		if (add_target(targets, invocation->arena, use.values[i], err) < 0) {
			targets_discard(targets);
			return -1;
		}
	}
	return 0;
}

void targets_begin(struct targets *targets, struct invocation *invocation,
	const struct report_context *context)
{
	struct console *console = invocation->console;
	for (size_t i = 0; i < targets->count; i++) {
		struct target *target = &targets->items[i];
		target->context = *context;
		target->context.out = target->file ? &target->file->buf : &console->out.buf;
		target->context.colour = !target->file && console->out_terminal.colour;
		target->context.unicode = target->file || console->out_terminal.unicode;
		target->context.quiet = invocation_has(invocation, OPTION_QUIET);
		target->state = target->format->begin(&target->context);
	}
}

void targets_subject(
	struct targets *targets, const struct subject *subject, const struct verdict *verdict)
{
	for (size_t i = 0; i < targets->count; i++)
		targets->items[i].format->subject(targets->items[i].state, subject, verdict);
}

void targets_problem(struct targets *targets, const struct report_problem *problem)
{
	for (size_t i = 0; i < targets->count; i++)
		targets->items[i].format->problem(targets->items[i].state, problem);
}

void targets_end(struct targets *targets, const struct report_summary *summary)
{
	for (size_t i = 0; i < targets->count; i++)
		targets->items[i].format->end(targets->items[i].state, summary);
}

size_t targets_commit(struct targets *targets, struct invocation *invocation)
{
	size_t failures = 0;
	for (size_t i = 0; i < targets->count; i++) {
		struct error err = {0};
		if (!targets->items[i].file || output_commit(targets->items[i].file, &err) == 0)
			continue;
		console_tell(invocation->console, "error", &err, STR(""));
		failures++;
	}
	return failures;
}

void targets_discard(struct targets *targets)
{
	for (size_t i = 0; i < targets->count; i++)
		if (targets->items[i].file)
			output_discard(targets->items[i].file);
}
