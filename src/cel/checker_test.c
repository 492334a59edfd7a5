/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/checker.h"
#include "cel/parse.h"
#include "cel_unparse.h"
#include "unit.h"

static struct arena arena;

/* What no library has, and cases need. */
static const struct cel_overload_row rows[] = {
	{"tuple", "tuple(T, U, V) -> tuple(T, U, V)", NULL, NULL, 0},
	{"sort", "sort(tuple(T, T, T)) -> tuple(T, T, T)", NULL, NULL, 0},
	{"space", "space.f(int) -> string", NULL, NULL, 0},
	{"address", "address(string) -> test.Address", NULL, NULL, 0},
};

static const struct cel_type container = {.kind = CEL_TYPE_STRUCT,
	.name = "Container",
	.fields = (const struct cel_field[]){{"name", &cel_type_string},
		{"image", &cel_type_string}, {"ports", &cel_type_list_dyn}, {NULL, NULL}}};
static const struct cel_type containers = {.kind = CEL_TYPE_LIST, .parameters = {&container}};
static const struct cel_type pod = {.kind = CEL_TYPE_STRUCT,
	.name = "Pod",
	.fields = (const struct cel_field[]){
		{"containers", &containers}, {"hostNetwork", &cel_type_bool}, {NULL, NULL}}};
static const struct cel_type open_object = {.kind = CEL_TYPE_STRUCT,
	.name = "Object",
	.fields = (const struct cel_field[]){{"kind", &cel_type_string}, {NULL, NULL}},
	.open = true};

static struct cel_env *new_env(struct cel_options options)
{
	arena_init(&arena, 256 << 20);
	struct cel_env *env = cel_env_new(&arena, &options);
	struct error err = {.kind = ERROR_NONE};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(cel_env_declare_overload(env, &rows[i], &err) == 0, "%s", rows[i].id);
	cel_env_declare(env, STR("i"), &cel_type_int);
	cel_env_declare(env, STR("s"), &cel_type_string);
	cel_env_declare(env, STR("d"), &cel_type_dyn);
	cel_env_declare(env, STR("pod"), &pod);
	cel_env_declare(env, STR("object"), &open_object);
	cel_env_declare(env, STR("a.b.c"), &cel_type_string);
	cel_env_declare(env, STR("a.b"), cel_type_parse(&arena, STR("map(string, int)")));
	cel_env_declare(env, STR("x.y.z"), &cel_type_bytes);
	cel_env_declare(env, STR("x.z"), &cel_type_double);
	cel_env_declare(env, STR("z"), &cel_type_uint);
	return env;
}

static struct cel_env *native_env(void)
{
	return new_env((struct cel_options){.profile = CEL_PROFILE_NATIVE});
}

static int check_text(
	const struct cel_env *env, struct str text, struct cel_ast *ast, struct error *err)
{
	*err = (struct error){.kind = ERROR_NONE};
	return cel_parse(env, &arena, text, ast, err) < 0 ? -1 : cel_check(env, &arena, ast, err);
}

static struct str type_text(const struct cel_type *type)
{
	struct buf out;
	buf_init_arena(&out, &arena, 64);
	cel_type_print(type, &out);
	return buf_str(&out);
}

static void expect_type(const struct cel_env *env, const char *text, const char *type)
{
	struct cel_ast ast;
	struct error err;
	int result = check_text(env, str_from(text), &ast, &err);
	ck_assert_msg(result == 0, "%s: %s", text, err.message);
	struct str found = type_text(ast.root->type);
	ck_assert_msg(str_equal(found, str_from(type)), "%s: %.*s", text, STR_ARGS(found));
}

static const char *const deduced[][2] = {
	{"1", "int"},
	{"1u", "uint"},
	{"null", "null"},
	{"b''", "bytes"},
	{"[]", "list(dyn)"},
	{"{}", "map(dyn, dyn)"},
	{"[1, 2]", "list(int)"},
	{"[1, 'a']", "list(dyn)"},
	{"[1, dyn(2)]", "list(dyn)"},
	{"{'abc': 123}", "map(string, int)"},
	{"{'a': 1, 2: 'b'}", "map(dyn, dyn)"},
	{"['foo'][0]", "string"},
	{"{'abc': 123}['abc']", "int"},
	{"('foo' + 'bar').startsWith('foo')", "bool"},
	{"[[], [[]], [[[]]], [[[[]]]]]", "list(list(list(list(list(dyn)))))"},
	{"[[[[[]]]], [], [[[]]]]", "list(list(list(list(list(dyn)))))"},
	{"([].map(x,x))[0].foo", "dyn"},
	{"[optional.none(), optional.of(1)]", "list(optional_type(int))"},
	{"[optional.of(1), optional.none()]", "list(optional_type(int))"},
	{"[optional.of(1), optional.of(dyn(1))]", "list(optional_type(dyn))"},
	{"[optional.of(dyn(1)), optional.of(1)]", "list(optional_type(dyn))"},
	{"true ? optional.of(dyn(1)) : optional.of(1)", "optional_type(dyn)"},
	{"[optional.of(1), null][0]", "optional_type(int)"},
	{"[null, optional.of(1)][0]", "optional_type(int)"},
	{"[timestamp('x'), null][0]", "timestamp"},
	{"false ? null : timestamp('x')", "timestamp"},
	{"[tuple(1, 2u, 3.0), tuple(dyn(1), dyn(2u), dyn(3.0))][0]", "tuple(dyn, dyn, dyn)"},
	{"sort(tuple(dyn(1), 2u, 3.0))", "tuple(dyn, dyn, dyn)"},
	{"tuple(1, 2u, 3.0) == tuple(1, dyn(2u), dyn(3.0))", "bool"},
	{"tuple(dyn(1), dyn(2u), 3.0) == tuple(1, 2u, 3.0)", "bool"},
	{"[1].map(x, x + 1)", "list(int)"},
	{"[1].map(x, x > 0, 'a')", "list(string)"},
	{"{'a': 1}.map(k, k)", "list(string)"},
	{"{'a': 1}.filter(k, k == 'a')", "list(string)"},
	{"[1].transformList(i, v, i + v)", "list(int)"},
	{"{'a': 1}.transformMap(k, v, k)", "map(string, string)"},
	{"['a'].transformMap(k, v, v)", "map(int, string)"},
	{"{'a': 1}.transformMapEntry(k, v, {v: k})", "map(int, string)"},
	{"['b', 'a'].sortBy(x, x)", "list(string)"},
	{"[1].exists_one(x, x > 1)", "bool"},
	{"optional.of(1).optMap(x, 'a')", "optional_type(string)"},
	{"optional.of(1).optFlatMap(x, optional.of('a'))", "optional_type(string)"},
	{"optional.none().optMap(y, y + 1)", "optional_type(int)"},
	{"optional.none().or(optional.none()).orValue(42)", "int"},
	{"{}.?x", "optional_type(dyn)"},
	{"pod.?hostNetwork", "optional_type(bool)"},
	{"{'a': 1}.?a.orValue(0)", "int"},
	{"{'a': {'b': 1}}.?a.b", "optional_type(int)"},
	{"{'a': {'b': 1}}.?a['b']", "optional_type(int)"},
	{"[?optional.of(1), 2]", "list(int)"},
	{"{?'a': optional.of(1)}", "map(string, int)"},
	{"[?d, 1]", "list(dyn)"},
	{"cel.bind(x, [1], x + x)", "list(int)"},
	{"cel.block([1, cel.index(0) + 1, 'a'], [cel.index(1)])", "list(int)"},
	{"d.a.b[0] + 1", "int"},
	{"d + d", "dyn"},
	{"d == 1", "bool"},
	{"d ? 1 : 2", "int"},
	{"i < 1", "bool"},
	{"-i", "int"},
	{"type(1)", "type(int)"},
	{"type(1) == string", "bool"},
	{"int", "type(int)"},
	{"google.protobuf.Timestamp", "type(timestamp)"},
	{"type(address('::1')) == test.Address", "bool"},
	{"null_type", "type(null)"},
	{"pod.containers.map(c, c.image)", "list(string)"},
	{"pod.containers[0].ports[0].x", "dyn"},
	{"pod['hostNetwork']", "bool"},
	{"'hostNetwork' in pod", "bool"},
	{"pod == {'a': 1}", "bool"},
	{"pod == null", "bool"},
	{"pod.map(k, k)", "list(string)"},
	{"object.whatever.x", "dyn"},
	{"object.kind", "string"},
	{"has(pod.containers)", "bool"},
	{"has(d.a.b)", "bool"},
	{"a.b.c", "string"},
	{"a.b.d", "int"},
	{"a.b['c']", "int"},
	{"space.f(1)", "string"},
	{"d.f.g.h", "dyn"},
	{"!!true", "bool"},
	{"true && d || false", "bool"},
};

START_TEST(types_are_deduced)
{
	const struct cel_env *env = native_env();
	for (size_t i = 0; i < sizeof(deduced) / sizeof(deduced[0]); i++)
		expect_type(env, deduced[i][0], deduced[i][1]);
	arena_release(&arena);
}
END_TEST

START_TEST(faults_are_explained)
{
	static const struct {
		const char *text;
		uint32_t column;
		const char *message, *remedy;
	} cases[] = {
		{"objct.kind", 1, "there is no variable objct", "did you mean object?"},
		{"1 + nothing", 5, "there is no variable nothing", ""},
		{"x.w", 1, "there is no variable x.w", "did you mean x.z?"},
		{"[1].all(item, itme > 0)", 15, "there is no variable itme", "did you mean item?"},
		{"pod.containers[0].imgae", 19, "Container has no field imgae",
			"did you mean image?"},
		{"pod['hostNetwrok']", 5, "Pod has no field hostNetwrok",
			"did you mean hostNetwork?"},
		{"has(pod.contaners)", 9, "Pod has no field contaners", "did you mean containers?"},
		{"pod.containers.image", 16, "list(Container) has no fields, so no image",
			"name an item, [0], or ask about all of them, .all(x, x.image ...)"},
		{"1 + 'a'", 3, "+ does not take int and string", ""},
		{"1 + 1.0", 3, "+ does not take int and double",
			"convert one of them: int(x), uint(x) or double(x)"},
		{"!1", 1, "! does not take int", ""},
		{"s.startsWith(1)", 3, "startsWith() does not take string, int",
			"there is string.startsWith(string)"},
		{"s.startsWith()", 3, "startsWith() takes 1 argument, not 0", ""},
		{"s.startWith('a')", 3, "there is no method startWith()",
			"did you mean startsWith()?"},
		{"startsWith(s, 'a')", 1, "startsWith() is a method, not a function",
			"write value.startsWith(...)"},
		{"s.dyn()", 3, "dyn() is a function, not a method", "write dyn(...)"},
		{"sise(s)", 1, "there is no function sise()", "did you mean size()?"},
		{"space.g(1)", 7, "there is no function space.g()", "did you mean space.f()?"},
		{"[1].all(x)", 5, "all() is not used like this", "write list.all(x, condition)"},
		{"[1].all(x, x)", 12, "the condition for an item must be a bool, this is int", ""},
		{"1.all(x, true)", 3, "only lists and maps have items, this is int", ""},
		{"true && 1", 9, "&& needs a bool, this is int", ""},
		{"1 ? 2 : 3", 1, "?: needs a bool, this is int", ""},
		{"true ? 1 : 'a'", 6, "both results of ?: need one type, these are int and string",
			"wrap one of them in dyn()"},
		{"[?1]", 3, "? needs an optional value, this is int",
			"leave out the ?, or write optional.of(...)"},
		{"i.x", 3, "int has no fields, so no x", ""},
		{"cel.block([cel.index(0)], 1)", 16,
			"cel.index(0) names no earlier value of a cel.block()", ""},
		{"cel.index(0)", 5, "cel.index(0) names no earlier value of a cel.block()", ""},
		{"[[1]].sortBy(x, x)", 17, "items cannot be sorted by list(int)", ""},
		{"[1].transformMapEntry(k, v, v)", 29,
			"transformMapEntry() needs a map of entries, this is int", ""},
		{"[1].optMap(x, x)", 1, "an optional value must stand here, this is list(int)", ""},
	};
	const struct cel_env *env = native_env();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cel_ast ast;
		struct error err;
		int result = check_text(env, str_from(cases[i].text), &ast, &err);
		ck_assert_msg(result == -1, "%s", cases[i].text);
		ASSERT_STR(str_from(err.message), str_from(cases[i].message));
		ASSERT_STR(str_from(err.remedy), str_from(cases[i].remedy));
		ck_assert_msg(err.origin.column == cases[i].column && err.length > 0, "%s: %u",
			cases[i].text, err.origin.column);
	}
	arena_release(&arena);
}
END_TEST

START_TEST(names_are_looked_for_in_the_container)
{
	static const struct {
		const char *container, *text, *type;
	} cases[] = {
		{"", "z", "uint"},
		{"x", "z", "double"},
		{"x.y", "z", "bytes"},
		{"x.y", ".z", "uint"},
		{"x.y", ".x.z", "double"},
		{"x", "y.z", "bytes"},
		{"x.y", "[1].map(z, z)", "list(int)"},
		{"x.y", "[1].map(z, .z)", "list(uint)"},
		{"x.y", "[{'z': 1}].map(y, y.z)", "list(int)"},
		{"x.y", "cel.bind(z, 'a', z)", "string"},
		{"google.protobuf", "Timestamp", "type(timestamp)"},
		{"space", "f(1)", "string"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct cel_env *env =
			new_env((struct cel_options){.container = str_from(cases[i].container)});
		expect_type(env, cases[i].text, cases[i].type);
		arena_release(&arena);
	}
}
END_TEST

START_TEST(without_the_check_only_names_are_resolved)
{
	static const struct {
		const char *text;
		uint32_t slot;
	} cases[] = {
		{"a.b.c", 5},
		{"unknown", CEL_SLOT_UNKNOWN},
		{"z", 9},
	};
	const struct cel_env *env = new_env((struct cel_options){.disable_check = true});
	struct cel_ast ast;
	struct error err;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_int_eq(check_text(env, str_from(cases[i].text), &ast, &err), 0);
		ck_assert_int_eq(ast.root->kind, CEL_NODE_IDENT);
		ck_assert_uint_eq(ast.root->ident.slot, cases[i].slot);
	}
	ck_assert_int_eq(check_text(env, STR("f_unknown(1 + 'a').as() || true"), &ast, &err), 0);
	const struct cel_node *call = ast.root->call.arguments[0];
	ck_assert_ptr_null(call->call.resolved);
	ck_assert_ptr_null(call->call.target->call.resolved);
	ck_assert_ptr_nonnull(call->call.target->call.arguments[0]->call.resolved);
	arena_release(&arena);
}
END_TEST

START_TEST(overloads_that_cannot_apply_are_left_out)
{
	static const struct {
		const char *text;
		size_t count;
	} cases[] = {
		{"1 + i", 1},
		{"d + i", 1},
		{"[] + []", 1},
		{"space.f(d)", 1},
	};
	const struct cel_env *env = native_env();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cel_ast ast;
		struct error err;
		ck_assert_int_eq(check_text(env, str_from(cases[i].text), &ast, &err), 0);
		ck_assert_msg(ast.root->call.resolved->count == cases[i].count, "%s: %zu",
			cases[i].text, ast.root->call.resolved->count);
	}
	arena_release(&arena);
}
END_TEST

START_TEST(variables_of_macros_share_slots_where_they_may)
{
	static const struct {
		const char *text;
		uint32_t slots;
	} cases[] = {
		{"1", 0},
		{"[1].all(x, [2].all(y, x == y))", 2},
		{"[1].all(x, x == 1) && [2].all(y, y == 2)", 1},
		{"[1].map(x, x).map(y, y)", 1},
		{"[1].all(i, v, i == v)", 2},
		{"cel.bind(v, [1].map(x, x), [2].map(y, v))", 3},
		{"cel.block([1, [2].map(x, x)], [1].map(y, y))", 4},
	};
	const struct cel_env *env = native_env();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cel_ast ast;
		struct error err;
		ck_assert_int_eq(check_text(env, str_from(cases[i].text), &ast, &err), 0);
		ck_assert_msg(ast.local_slots == cases[i].slots, "%s: %u", cases[i].text,
			ast.local_slots);
	}
	arena_release(&arena);
}
END_TEST

START_TEST(kubernetes_wants_one_type_in_a_literal)
{
	static const struct {
		const char *text;
		unsigned first_refusal; /* version, 0: never refused */
	} cases[] = {
		{"[1, 'a']", 24},
		{"{'a': 1, 'b': 'c'}", 24},
		{"{'a': 1, 2: 2}", 24},
		{"[1, 1u]", 24},
		{"[1, dyn('a')]", 29},
		{"[dyn(1), dyn('a')]", 0},
		{"[[], [1]]", 0},
		{"[1, 2]", 0},
		{"{'a': dyn(1), 'b': 2}", 29},
	};
	for (unsigned minor = 24; minor <= 37; minor++) {
		const struct cel_env *env = new_env((struct cel_options){
			.profile = CEL_PROFILE_KUBERNETES, .kubernetes_minor = minor});
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			struct cel_ast ast;
			struct error err;
			bool refused =
				cases[i].first_refusal > 0 && minor >= cases[i].first_refusal;
			int result = check_text(env, str_from(cases[i].text), &ast, &err);
			ck_assert_msg(result == (refused ? -1 : 0), "%u: %s: %s", minor,
				cases[i].text, err.message);
		}
		arena_release(&arena);
	}
}
END_TEST

START_TEST(kubernetes_reads_literals_since_1_29)
{
	static const struct {
		const char *text;
		bool valid;
		uint32_t column;
	} cases[] = {
		{"duration('1h') == duration('60m')", true, 0},
		{"duration('1x') == duration('60m')", false, 10},
		{"timestamp('2020-01-01T00:00:00Z') == timestamp(s)", true, 0},
		{"d == timestamp('yesterday')", false, 16},
		{"s.matches('^a+$')", true, 0},
		{"s.matches('(')", false, 11},
		{"matches(s, '(')", false, 12},
		{"s.matches(s)", true, 0},
	};
	for (unsigned minor = 28; minor <= 29; minor++) {
		const struct cel_env *env = new_env((struct cel_options){
			.profile = CEL_PROFILE_KUBERNETES, .kubernetes_minor = minor});
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			struct cel_ast ast;
			struct error err;
			int result = check_text(env, str_from(cases[i].text), &ast, &err);
			bool refused = minor == 29 && !cases[i].valid;
			ck_assert_msg(result == (refused ? -1 : 0), "%u: %s: %s", minor,
				cases[i].text, err.message);
			if (refused)
				ck_assert_uint_eq(err.origin.column, cases[i].column);
		}
		arena_release(&arena);
	}
}
END_TEST

START_TEST(what_a_version_lacks_is_said)
{
	static const struct {
		unsigned minor;
		const char *text, *message;
	} cases[] = {
		{31, "[1].transformList(i, v, v)",
			"transformList() needs Kubernetes 1.32 or newer; this expression targets "
			"1.31"},
		{33, "[1].sortBy(x, x)",
			"sortBy() needs Kubernetes 1.34 or newer; this expression targets 1.33"},
		{37, "cel.bind(x, 1, x)",
			"cel.bind() does not exist in Kubernetes, only in the native profile"},
		{27, "s.optMap(x, x)",
			"optMap() needs Kubernetes 1.28 or newer; this expression targets 1.27"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct cel_env *env = new_env((struct cel_options){
			.profile = CEL_PROFILE_KUBERNETES, .kubernetes_minor = cases[i].minor});
		struct cel_ast ast;
		struct error err;
		ck_assert_int_eq(check_text(env, str_from(cases[i].text), &ast, &err), -1);
		ASSERT_STR(str_from(err.message), str_from(cases[i].message));
		arena_release(&arena);
	}
}
END_TEST

static struct str repeated(const char *head, const char *part, size_t count, const char *tail)
{
	struct buf out;
	buf_init_arena(&out, &arena, 256);
	buf_put(&out, str_from(head));
	for (size_t i = 0; i < count; i++)
		buf_put(&out, str_from(part));
	buf_put(&out, str_from(tail));
	return buf_str(&out);
}

START_TEST(long_chains_are_checked_and_doubling_types_are_refused)
{
	static const struct {
		const char *head, *part;
		size_t count;
		const char *tail;
		int result;
	} cases[] = {
		{"i", " + i", 20000, "", 0},
		{"true", " && true", 12000, "", 0},
		{"d", ".b", 40000, "", 0},
		{"d", "[0]", 30000, "", 0},
		{"[1]", ".map(x,x)", 9000, "", 0},
		{"[", "[1],", 20000, "]", 0},
		{"(((", "{1:", 60, "", -1},
	};
	const struct cel_env *env = native_env();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cel_ast ast;
		struct error err;
		struct str text =
			repeated(cases[i].head, cases[i].part, cases[i].count, cases[i].tail);
		int result = check_text(env, text, &ast, &err);
		ck_assert_msg(result == cases[i].result, "%zu: %s", i, err.message);
	}
	struct buf doubling;
	buf_init_arena(&doubling, &arena, 256);
	for (int i = 0; i < 120; i++)
		buf_printf(&doubling, "cel.bind(x, %s, ", i == 0 ? "{1: []}" : "{x: x}");
	buf_puts(&doubling, "x == {[]: x}");
	for (int i = 0; i < 120; i++)
		buf_put_char(&doubling, ')');
	struct cel_ast ast;
	struct error err;
	ck_assert_int_eq(check_text(env, buf_str(&doubling), &ast, &err), -1);
	ck_assert_int_eq(err.kind, ERROR_LIMIT);
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("cel checker", types_are_deduced, faults_are_explained,
	names_are_looked_for_in_the_container, without_the_check_only_names_are_resolved,
	overloads_that_cannot_apply_are_left_out, variables_of_macros_share_slots_where_they_may,
	kubernetes_wants_one_type_in_a_literal, kubernetes_reads_literals_since_1_29,
	what_a_version_lacks_is_said, long_chains_are_checked_and_doubling_types_are_refused)
