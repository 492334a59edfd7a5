/* SPDX-License-Identifier: Apache-2.0 */
#include "data/map.h"
#include "data/print.h"
#include "layers/context/grants.h"
#include "layers/context/schema.h"
#include "layers/context/syscall_groups.h"
#include "policy/context.h"
#include "policy/date.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/contexts.h"
#include "report/escape.h"
#include "report/json.h"
#include "report/words.h"
#include "sys/clock.h"
#include "sys/landlock.h"

static bool wants_json(const struct invocation *invocation)
{
	return invocation_word(invocation, OPTION_FORM) == 1;
}

static void put_padded(struct buf *out, struct str text, size_t columns)
{
	escape_put(out, MEDIUM_TERMINAL, text);
	for (size_t i = text.len; i < columns; i++)
		buf_put_char(out, ' ');
}

static void put_date(struct buf *out, int64_t seconds)
{
	char text[DATE_BYTES];
	size_t len = date_print(seconds - 1, text); /* the last second it holds */
	buf_put(out, len > 10 ? (struct str){text, 10} : STR("for ever"));
}

static void put_grant_text(struct buf *out, const struct policy_grant *grant, bool expired)
{
	buf_puts(out, "  ");
	put_padded(out, str_from(grant->opt_in->name), 15);
	buf_puts(out, " ");
	put_padded(out, grant->value, 20);
	buf_put(out, expired ? STR("  EXPIRED ") : STR("  until "));
	put_date(out, grant->expires_s);
	buf_puts(out, "  ");
	escape_put(out, MEDIUM_TERMINAL, grant->owner);
	buf_puts(out, ": ");
	escape_put(out, MEDIUM_TERMINAL, grant->reason);
	buf_puts(out, "\n");
}

static void put_grant_json(struct json *json, const struct policy_grant *grant, bool expired)
{
	json_open(json, "", '{');
	json_text(json, "allow", grant->opt_in->name);
	if (grant->value.len > 0)
		json_str(json, "value", grant->value);
	json_str(json, "reason", grant->reason);
	json_str(json, "owner", grant->owner);
	json_bool(json, "expired", expired);
	json_close(json, '}');
}

static const struct value *part(const struct value *config, const char *first, const char *second)
{
	return map_get_str(map_get_str(config, str_from(first)), str_from(second));
}

static size_t count_calls(const struct value *config)
{
	const struct value *rules = map_get_str(part(config, "linux", "seccomp"), STR("syscalls"));
	size_t count = 0;
	for (uint32_t i = 0; value_is(rules, VALUE_LIST) && i < rules->count; i++) {
		const struct value *action = map_get_str(&rules->items[i], STR("action"));
		const struct value *names = map_get_str(&rules->items[i], STR("names"));
		if (str_equal(value_str(action), STR("SCMP_ACT_ALLOW")))
			count += names->count;
	}
	return count;
}

/* Words in lines that fit a terminal, under each other. */
struct wrapped {
	struct buf *out;
	size_t column;
	bool empty; /* this line has no word yet */
};
enum { WRAPPED_INDENT = 18, WRAPPED_COLUMNS = 96 };

static struct wrapped wrapped_begin(struct buf *out, const char *title)
{
	buf_printf(out, "  %-15s", title);
	return (struct wrapped){out, WRAPPED_INDENT, true};
}

static void wrapped_break(struct wrapped *lines)
{
	buf_printf(lines->out, "\n%*s", WRAPPED_INDENT - 1, "");
	lines->column = WRAPPED_INDENT;
	lines->empty = true;
}

static void wrapped_word(struct wrapped *lines, struct str word)
{
	if (!lines->empty && lines->column + word.len > WRAPPED_COLUMNS)
		wrapped_break(lines);
	buf_puts(lines->out, " ");
	escape_put(lines->out, MEDIUM_TERMINAL, word);
	lines->column += word.len + 1;
	lines->empty = false;
}

static void put_texts(struct buf *out, const char *title, const struct value *list, const char *key)
{
	struct wrapped lines = wrapped_begin(out, title);
	uint32_t count = value_is(list, VALUE_LIST) ? list->count : 0;
	for (uint32_t i = 0; i < count; i++) {
		const struct value *item = &list->items[i];
		wrapped_word(&lines,
			value_str(key[0] != '\0' ? map_get_str(item, str_from(key)) : item));
	}
	buf_put(out, count == 0 ? STR(" none\n") : STR("\n"));
}

/* Rules of Landlock as our annotation has them, each in a line of its own. */
static void put_rules(struct buf *out, const char *title, const struct value *text)
{
	struct wrapped lines = wrapped_begin(out, title);
	struct str rest = value_is(text, VALUE_STRING) ? value_str(text) : STR("none"), word;
	while (str_next_part(&rest, ' ', &word)) {
		wrapped_word(&lines, word);
		if (rest.len > 0 && str_ends_with(word, STR(";")))
			wrapped_break(&lines);
	}
	buf_puts(out, "\n");
}

static void put_number(struct buf *out, const char *title, const struct value *number)
{
	buf_printf(out, "  %-15s ", title);
	if (value_is(number, VALUE_INT))
		buf_put_int(out, number->integer);
	else
		buf_puts(out, "no limit");
	buf_puts(out, "\n");
}

/* What Landlock of this kernel cannot restrict; the other barriers stand without it. */
static void put_kernel(struct buf *out)
{
	static const struct {
		int abi;
		const char *what;
	} since[] = {{1, "files"}, {2, "links between folders"}, {3, "cutting files"}, {4, "ports"},
		{5, "ioctl on devices"}, {6, "abstract sockets and signals"}};
	enum { COUNT = sizeof(since) / sizeof(since[0]) };
	int abi = landlock_abi();
	const char *separator = "";
	if (abi >= since[COUNT - 1].abi)
		return;
	buf_printf(out, "  %-15s ", "not by Landlock");
	for (size_t i = 0; i < COUNT; i++)
		if (since[i].abi > abi) {
			buf_printf(out, "%s%s", separator, since[i].what);
			separator = ", ";
		}
	buf_puts(out, ": unknown to this kernel's\n");
}

void contexts_put_config(struct buf *out, const struct value *config)
{
	const struct value *resources = part(config, "linux", "resources");
	const struct value *user = part(config, "process", "user");
	put_number(out, "user", map_get_str(user, STR("uid")));
	put_texts(out, "capabilities",
		map_get_str(part(config, "process", "capabilities"), STR("bounding")), "");
	put_texts(out, "namespaces", part(config, "linux", "namespaces"), "type");
	buf_printf(out, "  %-15s %zu, some of them with conditions\n", "system calls",
		count_calls(config));
	put_texts(out, "file systems", map_get_str(config, STR("mounts")), "destination");
	put_number(out, "memory, bytes",
		map_get_str(map_get_str(resources, STR("memory")), STR("limit")));
	put_number(
		out, "processes", map_get_str(map_get_str(resources, STR("pids")), STR("limit")));
	put_texts(out, "hidden", part(config, "linux", "maskedPaths"), "");
	put_texts(out, "read-only", part(config, "linux", "readonlyPaths"), "");
	put_rules(out, "Landlock", part(config, "annotations", "dev.gabion.landlock"));
	put_kernel(out);
}

static void put_text(struct invocation *invocation, const struct context *context)
{
	struct buf *out = &invocation->console->out.buf;
	const struct policy_context *policy = context->policy;
	escape_put(out, MEDIUM_TERMINAL, policy ? policy->id : STR("default"));
	buf_puts(out, ": ");
	escape_put(out, MEDIUM_TERMINAL,
		policy ? policy->title : STR("as strict as a workload can live in"));
	buf_puts(out, "\n\nOpt-ins\n");
	for (size_t i = 0; i < context->granted_count; i++)
		put_grant_text(out, context->granted[i], false);
	for (size_t i = 0; i < context->expired_count; i++)
		put_grant_text(out, context->expired[i], true);
	if (context->granted_count + context->expired_count == 0)
		buf_puts(out, "  none\n");
	buf_puts(out, "\nWhat it may do\n");
	contexts_put_config(out, &context->config);
}

static void put_json(struct invocation *invocation, const struct context *context)
{
	struct json json = {.out = &invocation->console->out.buf};
	json_open(&json, "", '{');
	json_text(&json, "apiVersion", "gabion.dev/v1");
	json_text(&json, "kind", "ContextReport");
	json_str(&json, "id", context->policy ? context->policy->id : STR("default"));
	json_open(&json, "optIns", '[');
	for (size_t i = 0; i < context->granted_count; i++)
		put_grant_json(&json, context->granted[i], false);
	for (size_t i = 0; i < context->expired_count; i++)
		put_grant_json(&json, context->expired[i], true);
	json_close(&json, ']');
	json_value(&json, "config", &context->config);
	json_close(&json, '}');
	buf_puts(json.out, "\n");
}

int command_context_show(struct invocation *invocation)
{
	struct loaded loaded;
	struct context context;
	int code = load_catalogue(invocation, &loaded);
	if (code == EXIT_ALLOWED)
		code = contexts_named(invocation, &loaded,
			invocation->argument_count > 0 ? invocation->arguments[0] : STR("default"),
			clock_now_s(), &context);
	if (code != EXIT_ALLOWED)
		return code;
	if (wants_json(invocation))
		put_json(invocation, &context);
	else
		put_text(invocation, &context);
	return EXIT_ALLOWED;
}

int command_context_list(struct invocation *invocation)
{
	struct loaded loaded;
	struct json json = {.out = &invocation->console->out.buf};
	int code = load_catalogue(invocation, &loaded);
	if (code != EXIT_ALLOWED)
		return code;
	if (wants_json(invocation))
		json_open(&json, "", '[');
	else
		buf_puts(json.out, "default               as strict as a workload can live in\n");
	for (size_t i = 0; i < catalogue_context_count(loaded.catalogue); i++) {
		const struct policy_context *context = catalogue_context_at(loaded.catalogue, i);
		if (wants_json(invocation)) {
			json_open(&json, "", '{');
			json_str(&json, "id", context->id);
			json_str(&json, "title", context->title);
			json_uint(&json, "optIns", context->grant_count);
			json_close(&json, '}');
			continue;
		}
		put_padded(json.out, context->id, 20);
		buf_puts(json.out, "  ");
		escape_put(json.out, MEDIUM_TERMINAL, context->title);
		buf_puts(json.out, "\n");
	}
	if (wants_json(invocation)) {
		json_close(&json, ']');
		buf_puts(json.out, "\n");
	}
	return EXIT_ALLOWED;
}

static void put_opt_ins_json(struct json *json)
{
	json_open(json, "", '{');
	json_open(json, "optIns", '[');
	for (const struct policy_opt_in *at = context_schema.opt_ins; at->name; at++) {
		json_open(json, "", '{');
		json_text(json, "name", at->name);
		if (at->value)
			json_text(json, "value", at->value);
		json_text(json, "meaning", at->meaning);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_open(json, "systemCalls", '[');
	for (const struct syscall_group *at = syscall_groups; at->name; at++) {
		json_open(json, "", '{');
		json_text(json, "name", at->name);
		json_text(json, "opens", at->opens);
		json_text(json, "why", at->why);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_close(json, '}');
	buf_puts(json->out, "\n");
}

int command_context_grants(struct invocation *invocation)
{
	struct json json = {.out = &invocation->console->out.buf};
	if (wants_json(invocation)) {
		put_opt_ins_json(&json);
		return EXIT_ALLOWED;
	}
	for (const struct policy_opt_in *at = context_schema.opt_ins; at->name; at++) {
		buf_printf(json.out, "%-15s  %s", at->name, at->meaning);
		if (at->value)
			buf_printf(json.out, " value: %s", at->value);
		buf_puts(json.out, "\n");
	}
	buf_puts(json.out, "\nvalues of system-calls\n");
	for (const struct syscall_group *at = syscall_groups; at->name; at++)
		buf_printf(json.out, "  %-18s  %s; closed otherwise because %s\n", at->name,
			at->opens, at->why);
	return EXIT_ALLOWED;
}

/* What one grants and the other does not. */
static size_t put_difference(
	struct buf *out, char sign, const struct context *from, const struct context *without)
{
	size_t count = 0;
	for (size_t i = 0; i < from->granted_count; i++) {
		const struct policy_grant *grant = from->granted[i];
		enum opt_in opt_in = grant_opt_in(grant);
		bool same = false;
		for (size_t j = 0; j < without->granted_count; j++)
			same = same || (without->granted[j]->opt_in == grant->opt_in &&
					       str_equal(without->granted[j]->value, grant->value));
		if (same || opt_in >= OPT_IN_COUNT)
			continue;
		count++;
		buf_put_char(out, sign);
		put_grant_text(out, grant, false);
	}
	return count;
}

int command_context_diff(struct invocation *invocation)
{
	struct loaded loaded;
	struct context contexts[2];
	struct buf *out = &invocation->console->out.buf;
	int64_t now_s = clock_now_s();
	int code = load_catalogue(invocation, &loaded);
	for (size_t i = 0; i < 2 && code == EXIT_ALLOWED; i++)
		code = contexts_named(
			invocation, &loaded, invocation->arguments[i], now_s, &contexts[i]);
	if (code != EXIT_ALLOWED)
		return code;
	size_t count = put_difference(out, '-', &contexts[0], &contexts[1]) +
		       put_difference(out, '+', &contexts[1], &contexts[0]);
	if (value_equal(&contexts[0].config, &contexts[1].config) && count == 0)
		return EXIT_ALLOWED;
	const size_t calls[] = {count_calls(&contexts[0].config), count_calls(&contexts[1].config)};
	buf_printf(out, "system calls: %zu and %zu\n", calls[0], calls[1]);
	return EXIT_DENIED;
}
