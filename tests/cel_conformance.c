/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/base64.h"
#include "base/number.h"
#include "cel/cel.h"
#include "cel/datetime.h"
#include "cel/env.h"
#include "data/json.h"
#include "data/map.h"

#include <math.h>
#include <stdio.h>

/*
 * Runs files of the expression language's conformance data:
 *
 *	cel-conformance FILE...
 *
 * Each file is a JSON list of cases. Prints every case that fails and, at last, how many passed and
 * failed. Exit status: 0 all passed, 1 some failed, 3 a file is not what it should be.
 */
enum { EXIT_FAILED = 1, EXIT_UNREADABLE = 3, CASE_BYTES = 256 << 20, FILE_BYTES = 64 << 20 };
enum { ZONE_BYTES = 1 << 20, COST_LIMIT = 100000000 };

struct tally {
	struct arena files, cases;
	unsigned passed, failed;
};

/* One case while it runs. */
struct attempt {
	struct arena *arena;
	const struct value *test;
	struct cel_env *env;
	struct value *slots;
	size_t slot_count;
	struct error err;
	struct buf got; /* what came instead of what was expected */
};

static const struct value *get(const struct value *map, const char *key)
{
	return map_get_str(map, str_from(key));
}

/* The text under a key, empty when there is none. */
static struct str text_of(const struct value *map, const char *key)
{
	const struct value *v = get(map, key);
	return value_is(v, VALUE_STRING) ? value_str(v) : STR("");
}

static bool flag(const struct value *map, const char *key)
{
	const struct value *v = get(map, key);
	return value_is(v, VALUE_BOOL) && v->boolean;
}

static int unknown_form(struct attempt *attempt, const struct value *at, const char *what)
{
	return ERROR_SET(&attempt->err, ERROR_INPUT, at->origin, "%s is of no known form", what);
}

static struct str read_file(struct arena *arena, const char *path, size_t most)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		return (struct str){NULL, 0};
	char *bytes = arena_alloc(arena, most);
	size_t len = fread(bytes, 1, most, file);
	bool whole = feof(file) && !ferror(file);
	(void)fclose(file);
	return whole ? (struct str){bytes, len} : (struct str){NULL, 0};
}

static bool load_zone(void *context, struct str name, struct str *ret_tzif)
{
	struct arena *arena = context;
	struct str path = str_format(arena, "/usr/share/zoneinfo/%.*s", (int)name.len, name.data);
	*ret_tzif = read_file(arena, path.data, ZONE_BYTES);
	return ret_tzif->data != NULL;
}

static bool parse_double(struct str text, double *ret_real)
{
	static const struct {
		struct str text;
		double real;
	} words[] = {
		{STR_INIT("inf"), INFINITY}, {STR_INIT("-inf"), -INFINITY}, {STR_INIT("nan"), NAN}};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!str_equal(words[i].text, text))
			continue;
		*ret_real = words[i].real;
		return true;
	}
	return number_parse_double(text, ret_real);
}

static bool read_time(const struct value *tagged, bool timestamp, struct value *ret_value)
{
	const struct value *nanos = get(tagged, "nanos");
	int64_t seconds, part = value_is(nanos, VALUE_INT) ? nanos->integer : 0;
	if (!number_parse_int(text_of(tagged, "seconds"), &seconds) ||
		part <= -TIME_NANOS_PER_SECOND || part >= TIME_NANOS_PER_SECOND)
		return false;
	if (part < 0) {
		part += TIME_NANOS_PER_SECOND;
		seconds--;
	}
	return timestamp ? time_make_timestamp(seconds, (uint32_t)part, ret_value)
			 : time_make_duration(seconds, (uint32_t)part, ret_value);
}

static int read_value(struct attempt *attempt, const struct value *tagged, struct value *ret_value);

static int read_list(struct attempt *attempt, const struct value *from, struct value *ret_value)
{
	if (!value_is(from, VALUE_LIST))
		return -1;
	struct value *items = ARENA_NEW_ARRAY(attempt->arena, struct value, from->count);
	for (uint32_t i = 0; i < from->count; i++)
		if (read_value(attempt, &from->items[i], &items[i]) < 0)
			return -1;
	*ret_value = value_list(items, from->count);
	return 0;
}

static int read_map(struct attempt *attempt, const struct value *from, struct value *ret_value)
{
	if (!value_is(from, VALUE_LIST))
		return -1;
	struct value_entry *entries = map_entries_new(attempt->arena, from->count);
	for (uint32_t i = 0; i < from->count; i++) {
		const struct value *pair = &from->items[i];
		if (pair->kind != VALUE_LIST || pair->count != 2 ||
			read_value(attempt, &pair->items[0], &entries[i].key) < 0 ||
			read_value(attempt, &pair->items[1], &entries[i].value) < 0)
			return -1;
	}
	return map_make(entries, from->count, ret_value, &attempt->err);
}

static bool read_bytes(struct arena *arena, struct str text, struct value *ret_value)
{
	size_t len;
	char *bytes = arena_alloc(arena, base64_decoded_max(text.len));
	if (!base64_decode(text, bytes, &len))
		return false;
	*ret_value = value_bytes((struct str){bytes, len});
	return true;
}

/* Numbers and what else has no parts; false for other types and for malformed ones. */
static bool read_scalar(struct attempt *attempt, const struct value *tagged, struct value *v)
{
	struct str type = text_of(tagged, "type"), text = text_of(tagged, "value");
	const struct value *value = get(tagged, "value");
	*v = value_null();
	if (str_equal(type, STR("null")))
		return true;
	if (str_equal(type, STR("bool"))) {
		*v = value_bool(value_is(value, VALUE_BOOL) && value->boolean);
		return value_is(value, VALUE_BOOL);
	}
	if (str_equal(type, STR("int"))) {
		v->kind = VALUE_INT;
		return number_parse_int(text, &v->integer);
	}
	if (str_equal(type, STR("uint"))) {
		v->kind = VALUE_UINT;
		return number_parse_uint(text, 10, &v->natural);
	}
	if (str_equal(type, STR("double"))) {
		v->kind = VALUE_DOUBLE;
		return parse_double(text, &v->real);
	}
	if (str_equal(type, STR("string"))) {
		*v = value_is(value, VALUE_STRING) ? value_string(text) : *v;
		return value_is(value, VALUE_STRING);
	}
	if (str_equal(type, STR("bytes")))
		return read_bytes(attempt->arena, text_of(tagged, "base64"), v);
	bool timestamp = str_equal(type, STR("timestamp"));
	return (timestamp || str_equal(type, STR("duration"))) && read_time(tagged, timestamp, v);
}

static int read_value(struct attempt *attempt, const struct value *tagged, struct value *ret_value)
{
	struct str type = text_of(tagged, "type");
	int done = -1;
	if (str_equal(type, STR("list"))) {
		done = read_list(attempt, get(tagged, "value"), ret_value);
	} else if (str_equal(type, STR("map"))) {
		done = read_map(attempt, get(tagged, "value"), ret_value);
	} else if (str_equal(type, STR("optional"))) {
		struct value *item = ARENA_NEW(attempt->arena, struct value);
		const struct value *inner = get(tagged, "value");
		bool some = inner && inner->kind != VALUE_NULL;
		done = some ? read_value(attempt, inner, item) : 0;
		*ret_value = (struct value){.kind = CEL_OPTIONAL, .count = some, .items = item};
	} else {
		done = read_scalar(attempt, tagged, ret_value) ? 0 : -1;
	}
	if (done < 0)
		(void)unknown_form(attempt, tagged, "a value");
	return done;
}

static bool same(struct attempt *attempt, const struct value *expected, const struct value *got);

static bool same_items(
	struct attempt *attempt, const struct value *expected, const struct value *got)
{
	if (expected->count != got->count)
		return false;
	for (uint32_t i = 0; i < got->count; i++)
		if (!same(attempt, &expected->items[i], &got->items[i]))
			return false;
	return true;
}

static bool same_entries(
	struct attempt *attempt, const struct value *expected, const struct value *got)
{
	if (expected->count != got->count)
		return false;
	for (uint32_t i = 0; i < got->count; i++) {
		const struct value_entry *other = map_find(expected, &got->entries[i].key);
		if (!other || !same(attempt, &other->key, &got->entries[i].key) ||
			!same(attempt, &other->value, &got->entries[i].value))
			return false;
	}
	return true;
}

/* Stricter than equality: kinds must agree, and NaN is itself. */
static bool same(struct attempt *attempt, const struct value *expected, const struct value *got)
{
	if (expected->kind != got->kind)
		return false;
	if (got->kind == VALUE_LIST || got->kind == CEL_OPTIONAL)
		return same_items(attempt, expected, got);
	if (got->kind == VALUE_MAP)
		return same_entries(attempt, expected, got);
	if (got->kind == VALUE_DOUBLE && isnan(got->real))
		return isnan(expected->real);
	return cel_equal(expected, got);
}

/* Types and addresses are compared by their text; 1 when the value is as expected, 0 when not. */
static int check_value(
	struct attempt *attempt, const struct value *expected, const struct value *got)
{
	struct str type = text_of(expected, "type");
	struct value wanted;
	if (got->kind == CEL_TYPE || got->kind == CEL_OPAQUE) {
		struct buf text;
		buf_init_arena(&text, attempt->arena, 64);
		cel_print(got, &text);
		struct str name = cel_type_name(cel_type_of(attempt->arena, got));
		bool same_type = str_equal(type, got->kind == CEL_TYPE ? STR("type") : name);
		return same_type && str_equal(text_of(expected, "value"), buf_str(&text));
	}
	if (str_equal(type, STR("type")) || str_starts_with(type, STR("net.")))
		return 0;
	if (read_value(attempt, expected, &wanted) < 0)
		return -1;
	return same(attempt, &wanted, got);
}

static bool same_type(struct attempt *attempt, struct str expected, const struct cel_type *type)
{
	struct buf text, plain;
	buf_init_arena(&text, attempt->arena, 64);
	buf_init_arena(&plain, attempt->arena, 64);
	cel_type_print(type, &text);
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] != ' ')
			buf_put_char(&plain, text.data[i]);
	return str_equal(expected, buf_str(&plain));
}

static bool is_list_of_strings(const struct value *list)
{
	if (!value_is(list, VALUE_LIST))
		return false;
	for (uint32_t i = 0; i < list->count; i++)
		if (list->items[i].kind != VALUE_STRING)
			return false;
	return true;
}

static int declare_function(struct attempt *attempt, struct str name, const struct value *overload)
{
	const struct value *params = get(overload, "params");
	bool is_member = flag(overload, "member");
	if (!is_list_of_strings(params) || (is_member && params->count == 0))
		return unknown_form(attempt, overload, "an overload");
	struct buf text;
	buf_init_arena(&text, attempt->arena, 64);
	if (is_member) {
		buf_put(&text, value_str(&params->items[0]));
		buf_put_char(&text, '.');
	}
	buf_printf(&text, "%.*s(", STR_ARGS(name));
	for (uint32_t i = is_member; i < params->count; i++)
		buf_printf(&text, "%s%.*s", i > is_member ? ", " : "",
			STR_ARGS(value_str(&params->items[i])));
	buf_printf(&text, ") -> %.*s", STR_ARGS(text_of(overload, "result")));
	struct cel_overload_row *row = ARENA_NEW(attempt->arena, struct cel_overload_row);
	row->id = str_copy(attempt->arena, text_of(overload, "id")).data;
	row->signature = str_copy(attempt->arena, buf_str(&text)).data;
	return cel_env_declare_overload(attempt->env, row, &attempt->err);
}

static int declare(struct attempt *attempt, const struct value *declaration)
{
	struct str name = text_of(declaration, "name");
	const struct value *overloads = get(declaration, "overloads");
	if (value_is(overloads, VALUE_LIST)) {
		for (uint32_t i = 0; i < overloads->count; i++)
			if (declare_function(attempt, name, &overloads->items[i]) < 0)
				return -1;
		return 0;
	}
	const struct cel_type *type = cel_type_parse(attempt->arena, text_of(declaration, "type"));
	if (!type || name.len == 0)
		return unknown_form(attempt, declaration, "a declaration");
	(void)cel_env_declare(attempt->env, name, type);
	return 0;
}

/* Variables that are bound without being declared are dyn. */
static int bind(struct attempt *attempt, const struct value *bindings)
{
	for (uint32_t i = 0; i < bindings->count; i++) {
		struct str name = value_str(&bindings->entries[i].key);
		if (!cel_env_variable(attempt->env, name))
			(void)cel_env_declare(attempt->env, name, &cel_type_dyn);
	}
	attempt->slot_count = cel_env_slots(attempt->env);
	attempt->slots = ARENA_NEW_ARRAY(attempt->arena, struct value, attempt->slot_count);
	for (size_t i = 0; i < attempt->slot_count; i++)
		attempt->slots[i].kind = CEL_UNSET;
	for (uint32_t i = 0; i < bindings->count; i++) {
		struct str name = value_str(&bindings->entries[i].key);
		uint32_t slot = cel_env_variable(attempt->env, name)->slot;
		if (read_value(attempt, &bindings->entries[i].value, &attempt->slots[slot]) < 0)
			return -1;
	}
	return 0;
}

static int prepare(struct attempt *attempt)
{
	const struct value *declarations = get(attempt->test, "type_env");
	const struct value *bindings = get(attempt->test, "bindings");
	static const struct value nothing = {.kind = VALUE_MAP};
	struct cel_options *options = ARENA_NEW(attempt->arena, struct cel_options);
	options->profile = CEL_PROFILE_NATIVE;
	options->container = text_of(attempt->test, "container");
	options->disable_check = flag(attempt->test, "disable_check");
	options->disable_macros = flag(attempt->test, "disable_macros");
	options->load_zone = load_zone;
	options->zone_context = attempt->arena;
	attempt->env = cel_env_new(attempt->arena, options);
	if (declarations && declarations->kind != VALUE_LIST)
		return unknown_form(attempt, declarations, "the list of declarations");
	for (uint32_t i = 0; declarations && i < declarations->count; i++)
		if (declare(attempt, &declarations->items[i]) < 0)
			return -1;
	return bind(attempt, value_is(bindings, VALUE_MAP) ? bindings : &nothing);
}

static void show(struct attempt *attempt, const struct value *got)
{
	buf_put(&attempt->got, cel_type_name(cel_type_of(attempt->arena, got)));
	buf_puts(&attempt->got, " ");
	cel_print(got, &attempt->got);
}

/* 1 passed, 0 failed, -1 the case is not understood. */
static int judge(struct attempt *attempt, const struct cel_program *program)
{
	const struct value *expect = get(attempt->test, "expect");
	const struct value *value = get(expect, "value"), *error = get(expect, "error");
	struct str type = text_of(expect, "deduced_type");
	if (!program)
		buf_puts(&attempt->got, "an error at compile time: ");
	if (!program)
		buf_put(&attempt->got, str_from(attempt->err.message));
	if (!program)
		return error != NULL;
	if (type.len > 0 && !same_type(attempt, type, cel_program_type(program))) {
		buf_puts(&attempt->got, "type ");
		cel_type_print(cel_program_type(program), &attempt->got);
		return 0;
	}
	if (flag(attempt->test, "check_only") || (type.len > 0 && !value && !error))
		return 1;
	struct cel_run run = {
		.arena = attempt->arena, .slots = attempt->slots, .cost_limit = COST_LIMIT};
	struct value got = cel_eval(program, &run);
	show(attempt, &got);
	if (error)
		return cel_is_error(&got);
	if (!value)
		return get(expect, "unknown") ? 0 : unknown_form(attempt, attempt->test, "a case");
	return check_value(attempt, value, &got);
}

static int attempt_case(struct attempt *attempt)
{
	if (!value_is(get(attempt->test, "expr"), VALUE_STRING) ||
		!value_is(get(attempt->test, "expect"), VALUE_MAP))
		return unknown_form(attempt, attempt->test, "a case");
	if (prepare(attempt) < 0)
		return -1;
	struct error compile = {0};
	const struct cel_program *program =
		cel_compile(attempt->env, attempt->arena, text_of(attempt->test, "expr"), &compile);
	if (!program)
		attempt->err = compile;
	return judge(attempt, program);
}

static void print_escaped(const char *label, struct str text)
{
	char line[2048];
	struct buf out;
	buf_init_fixed(&out, line, sizeof(line));
	buf_put_escaped(&out, text);
	printf("  %-9s%.*s\n", label, (int)out.len, out.data);
}

/* The JSON of what was expected, as it stands in the file but on one line. */
static struct str source(struct arena *arena, struct str text, const struct value *test)
{
	const struct value *expect = get(test, "expect");
	for (uint32_t line = 1; line < expect->origin.line; line++)
		text = str_slice(text, str_find_char(text, '\n') + 1, text.len);
	text = str_slice(text, expect->origin.column - 1, text.len);
	struct buf out;
	buf_init_arena(&out, arena, 64);
	for (size_t at = 0, depth = 0; at < text.len && at < 400; at++) {
		depth += text.data[at] == '{';
		if (text.data[at] != '\n')
			buf_put_char(&out, text.data[at]);
		if (text.data[at] == '}' && --depth == 0)
			break;
	}
	return buf_str(&out);
}

static void print_failed(const struct attempt *attempt, struct str text)
{
	const struct value *test = attempt->test;
	printf("FAILED %.*s/%.*s/%.*s\n", STR_ARGS(text_of(test, "file")),
		STR_ARGS(text_of(test, "section")), STR_ARGS(text_of(test, "name")));
	print_escaped("expr", text_of(test, "expr"));
	print_escaped("expected", source(attempt->arena, text, test));
	print_escaped("got", buf_str(&attempt->got));
}

/* One case in an arena of its own. 0, or -1 when the file is not what it should be. */
static int run_case(
	struct tally *tally, const struct value *test, struct str text, struct error *err)
{
	arena_reset(&tally->cases);
	struct attempt attempt = {.arena = &tally->cases, .test = test};
	if (ARENA_LIMIT_REACHED(&tally->cases)) {
		tally->failed++;
		printf("FAILED %.*s: out of memory\n", STR_ARGS(text_of(test, "name")));
		return 0;
	}
	buf_init_arena(&attempt.got, attempt.arena, 64);
	int outcome = attempt_case(&attempt);
	if (outcome < 0)
		*err = attempt.err;
	else if (outcome > 0)
		tally->passed++;
	else
		tally->failed++;
	if (outcome == 0)
		print_failed(&attempt, text);
	return outcome < 0 ? -1 : 0;
}

static int run_cases(struct tally *tally, struct str text, struct error *err)
{
	struct value root;
	if (json_read(&tally->files, text, DOCUMENT_CEL, &root, err) < 0)
		return -1;
	if (root.kind != VALUE_LIST)
		return ERROR_SET(err, ERROR_INPUT, root.origin, "the file is no list of cases");
	for (uint32_t i = 0; i < root.count; i++)
		if (run_case(tally, &root.items[i], text, err) < 0)
			return -1;
	return 0;
}

static int run_file(struct tally *tally, const char *path)
{
	struct error err = {0};
	arena_reset(&tally->files);
	if (ARENA_LIMIT_REACHED(&tally->files)) {
		fprintf(stderr, "%s: the file is too large\n", path);
		return -1;
	}
	struct str text = read_file(&tally->files, path, FILE_BYTES);
	if (!text.data) {
		fprintf(stderr, "%s: cannot be read, or is larger than %d bytes\n", path,
			FILE_BYTES);
		return -1;
	}
	if (run_cases(tally, text, &err) == 0)
		return 0;
	char message[2 * ERROR_MESSAGE_BYTES];
	struct buf out;
	buf_init_fixed(&out, message, sizeof(message));
	buf_put_escaped(&out, str_from(err.message));
	fprintf(stderr, "%s:%u:%u: %.*s\n", path, err.origin.line, err.origin.column, (int)out.len,
		out.data);
	return -1;
}

int main(int argc, char **argv)
{
	struct tally tally = {.passed = 0};
	int status = 0;
	if (argc < 2) {
		fputs("usage: cel-conformance FILE...\n", stderr);
		return EXIT_UNREADABLE;
	}
	arena_init(&tally.files, 8ull * FILE_BYTES);
	arena_init(&tally.cases, CASE_BYTES);
	for (int i = 1; i < argc; i++)
		if (run_file(&tally, argv[i]) < 0)
			status = EXIT_UNREADABLE;
	printf("%u passed, %u failed\n", tally.passed, tally.failed);
	arena_release(&tally.files);
	arena_release(&tally.cases);
	return status == 0 && tally.failed > 0 ? EXIT_FAILED : status;
}
