/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/limits.h"
#include "cel/cel.h"
#include "data/document.h"
#include "data/map.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/judge.h"
#include "report/escape.h"
#include "report/json.h"
#include "sys/files.h"
#include "sys/zones.h"

#include <unistd.h>

enum { EVAL_COST_LIMIT = 10000000, EVAL_MAX_VARIABLES = 1000, MINOR_WITH_CEL = 24 };

static const char expression_name[] = "<expression>";

struct evaluation {
	struct invocation *invocation;
	struct str expression;
	struct str data_file, data_text;
	struct value data;
	bool has_data, kubernetes;
	struct cel_options options;
	struct zones zones;
	const struct cel_program *program;
	struct value result;
	uint64_t cost;
};

static int read_data(struct evaluation *evaluation, struct str path, struct error *err)
{
	int fd;
	struct arena *arena = evaluation->invocation->arena;
	struct file_source source = {NULL, path.data, path.data};
	bool is_stream = judge_is_descriptor(path, &fd);
	evaluation->data_file = is_stream && fd == STDIN_FILENO ? STR("<stdin>") : path;
	if (!is_stream)
		return file_read(arena, &source, LIMIT_INPUT_BYTES, &evaluation->data_text, err);
	return file_read_stream(arena, fd, evaluation->data_file.data, LIMIT_INPUT_BYTES,
		&evaluation->data_text, err);
}

/* A second document would be left out: better to hear of it. */
static void warn_of_more(struct evaluation *evaluation, struct documents *documents)
{
	struct error err = {0}, ignored = {0};
	struct value more;
	if (documents_next(documents, evaluation->invocation->arena, &more, &ignored) == 0)
		return;
	ERROR_SET(&err, ERROR_INPUT, NO_ORIGIN, "the data has more than one document");
	error_set_file(&err, evaluation->data_file);
	error_set_remedy(&err, "only the first is used: split the file to use another");
	console_tell(evaluation->invocation->console, "warning", &err, STR(""));
}

static int load_data(struct evaluation *evaluation, struct error *err)
{
	struct documents documents;
	if (!invocation_has(evaluation->invocation, OPTION_DATA))
		return 0;
	struct str path = invocation_value(evaluation->invocation, OPTION_DATA, STR(""));
	if (read_data(evaluation, path, err) < 0)
		return -1;
	documents_init(&documents, evaluation->data_text, evaluation->data_file, DOCUMENT_DETECT,
		evaluation->kubernetes ? DOCUMENT_KUBERNETES : DOCUMENT_CEL);
	int found =
		documents_next(&documents, evaluation->invocation->arena, &evaluation->data, err);
	if (found == 0)
		ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "the data holds no document");
	if (found > 0)
		warn_of_more(evaluation, &documents);
	documents_release(&documents);
	evaluation->has_data = found > 0;
	error_set_file(err, evaluation->data_file);
	return found > 0 ? 0 : -1;
}

static bool is_name(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
		if (!letter && (i == 0 || c < '0' || c > '9'))
			return false;
	}
	return text.len > 0 && !str_equal(text, STR("object"));
}

/* `object` is the document; its top-level keys that can be names are variables, too. */
static struct value *declare(struct evaluation *evaluation, struct cel_env *env)
{
	struct arena *arena = evaluation->invocation->arena;
	const struct value *data = &evaluation->data;
	size_t count = data->kind == VALUE_MAP ? data->count : 0;
	count = count < EVAL_MAX_VARIABLES ? count : EVAL_MAX_VARIABLES;
	struct value *slots = ARENA_NEW_ARRAY(arena, struct value, count + 1);
	if (!evaluation->has_data)
		return slots;
	slots[cel_env_declare(env, STR("object"), &cel_type_dyn)] = *data;
	for (size_t i = 0; i < count; i++) {
		const struct value_entry *entry = &data->entries[i];
		if (entry->key.kind == VALUE_STRING && is_name(value_str(&entry->key)))
			slots[cel_env_declare(env, value_str(&entry->key), &cel_type_dyn)] =
				entry->value;
	}
	return slots;
}

static int compile_and_run(struct evaluation *evaluation, struct error *err)
{
	struct arena *arena = evaluation->invocation->arena;
	struct cel_env *env = cel_env_new(arena, &evaluation->options);
	struct value *slots = declare(evaluation, env);
	evaluation->program = cel_compile(env, arena, evaluation->expression, err);
	if (!evaluation->program)
		return -1;
	struct cel_run run = {.arena = arena, .slots = slots, .cost_limit = EVAL_COST_LIMIT};
	evaluation->result = cel_eval(evaluation->program, &run);
	evaluation->cost = run.cost;
	return 0;
}

static int choose_language(struct evaluation *evaluation, struct error *err)
{
	const struct invocation *invocation = evaluation->invocation;
	struct str version = invocation_value(invocation, OPTION_KUBERNETES, STR("latest"));
	unsigned minor;
	evaluation->kubernetes = invocation_word(invocation, OPTION_LANGUAGE) == 1;
	evaluation->zones.arena = invocation->arena;
	if (!load_version(version, &minor) || minor < MINOR_WITH_CEL) {
		ERROR_SET(err, ERROR_POLICY, NO_ORIGIN,
			"no API server of the version '%.*s' evaluates expressions",
			STR_ARGS(version));
		error_set_remedy(err, "write one of 1.%d to 1.%d, or latest", MINOR_WITH_CEL,
			KUBERNETES_NEWEST);
		return -1;
	}
	evaluation->options = (struct cel_options){
		.profile = evaluation->kubernetes ? CEL_PROFILE_KUBERNETES : CEL_PROFILE_NATIVE,
		.kubernetes_minor = minor,
		.load_zone = zones_load,
		.zone_context = &evaluation->zones,
	};
	return 0;
}

/* Whether JSON has all of it. */
static bool is_json(const struct value *value)
{
	bool plain = value->kind < VALUE_KINDS;
	for (size_t i = 0; plain && value->kind == VALUE_LIST && i < value->count; i++)
		plain = is_json(&value->items[i]);
	for (size_t i = 0; plain && value->kind == VALUE_MAP && i < value->count; i++)
		plain = is_json(&value->entries[i].value);
	return plain && value->kind != VALUE_BYTES;
}

static struct str text_of(struct evaluation *evaluation)
{
	struct buf text;
	buf_init_arena(&text, evaluation->invocation->arena, 256);
	cel_print(&evaluation->result, &text);
	return buf_str(&text);
}

static void put_type(struct evaluation *evaluation, struct buf *out)
{
	cel_type_print(cel_type_of(evaluation->invocation->arena, &evaluation->result), out);
}

static void put_text(struct evaluation *evaluation)
{
	struct buf *out = &evaluation->invocation->console->out.buf;
	struct json json = {.out = out};
	buf_puts(out, "value: ");
	if (is_json(&evaluation->result))
		json_value(&json, "", &evaluation->result);
	else
		escape_put(out, MEDIUM_TERMINAL, text_of(evaluation));
	buf_puts(out, "\ntype:  ");
	put_type(evaluation, out);
	buf_printf(out, "\ncost:  %llu\n", (unsigned long long)evaluation->cost);
}

static void begin_json(struct evaluation *evaluation, struct json *json)
{
	json_open(json, "", '{');
	json_text(json, "apiVersion", "gabion.dev/v1");
	json_text(json, "kind", "Evaluation");
	json_str(json, "expression", evaluation->expression);
}

static void put_json(struct evaluation *evaluation)
{
	struct json json = {.out = &evaluation->invocation->console->out.buf};
	struct buf type;
	buf_init_arena(&type, evaluation->invocation->arena, 64);
	put_type(evaluation, &type);
	begin_json(evaluation, &json);
	if (is_json(&evaluation->result))
		json_value(&json, "value", &evaluation->result);
	json_str(&json, "text", text_of(evaluation));
	json_str(&json, "type", buf_str(&type));
	json_uint(&json, "cost", evaluation->cost);
	json_close(&json, '}');
	buf_puts(json.out, "\n");
}

static void put_json_error(
	struct evaluation *evaluation, const struct error *err, struct origin data)
{
	struct json json = {.out = &evaluation->invocation->console->out.buf};
	begin_json(evaluation, &json);
	json_open(&json, "error", '{');
	json_text(&json, "message", err->message);
	json_text(&json, "remedy", err->remedy);
	json_uint(&json, "line", err->origin.line);
	json_uint(&json, "column", err->origin.column);
	json_uint(&json, "length", err->length);
	if (data.line > 0) {
		json_open(&json, "data", '{');
		json_str(&json, "file", evaluation->data_file);
		json_uint(&json, "line", data.line);
		json_uint(&json, "column", data.column);
		json_close(&json, '}');
	}
	json_close(&json, '}');
	json_close(&json, '}');
	buf_puts(json.out, "\n");
}

static bool wants_json(const struct evaluation *evaluation)
{
	return invocation_word(evaluation->invocation, OPTION_FORM) == 1;
}

/* What is wrong with the expression, and with the data when a value was at fault. */
static void tell(struct evaluation *evaluation, struct error *err, struct origin data)
{
	struct console *console = evaluation->invocation->console;
	if (wants_json(evaluation)) {
		put_json_error(evaluation, err, data);
		return;
	}
	console_tell(console, "error", err, evaluation->expression);
	if (data.line == 0)
		return;
	struct error place = {.file = evaluation->data_file, .origin = data};
	ERROR_SET(&place, ERROR_INPUT, data, "the value came from here");
	console_tell(console, "notice", &place, evaluation->data_text);
}

static int tell_failure(struct evaluation *evaluation)
{
	const struct cel_failure *failure = evaluation->result.pointer;
	struct error err = {.file = str_from(expression_name), .length = failure->length};
	ERROR_SET(&err, ERROR_INPUT, failure->expression, "%.*s", STR_ARGS(failure->message));
	tell(evaluation, &err, failure->data);
	return EXIT_UNDECIDED;
}

int command_eval(struct invocation *invocation)
{
	struct error err = {0};
	struct evaluation evaluation = {
		.invocation = invocation, .expression = invocation->arguments[0]};
	if (choose_language(&evaluation, &err) < 0) {
		tell(&evaluation, &err, NO_ORIGIN);
		return EXIT_INVALID;
	}
	if (load_data(&evaluation, &err) < 0) {
		console_tell(invocation->console, "error", &err, evaluation.data_text);
		return EXIT_UNDECIDED;
	}
	if (compile_and_run(&evaluation, &err) < 0) {
		error_set_file(&err, str_from(expression_name));
		tell(&evaluation, &err, NO_ORIGIN);
		return EXIT_INVALID;
	}
	if (cel_is_error(&evaluation.result))
		return tell_failure(&evaluation);
	if (wants_json(&evaluation))
		put_json(&evaluation);
	else
		put_text(&evaluation);
	return EXIT_ALLOWED;
}
