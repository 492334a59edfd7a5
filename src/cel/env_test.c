/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/env.h"
#include "cel/libraries.h"
#include "cel/signature.h"
#include "unit.h"

static struct arena arena;

static struct str type_text(const struct cel_type *type)
{
	struct buf out;
	buf_init_arena(&out, &arena, 64);
	cel_type_print(type, &out);
	return buf_str(&out);
}

START_TEST(types_are_read_and_written)
{
	static const char *const cases[][2] = {
		{"int", "int"},
		{"null_type", "null"},
		{"google.protobuf.Timestamp", "timestamp"},
		{"list", "list(dyn)"},
		{"map(string,list( int ))", "map(string, list(int))"},
		{"optional_type(T)", "optional_type(T)"},
		{"type(A)", "type(A)"},
		{"net.IP", "net.IP"},
		{"tuple(A, B, C)", "tuple(A, B, C)"},
		{"", NULL},
		{"list(", NULL},
		{"list(int", NULL},
		{"list(int))", NULL},
		{"map(int)", NULL},
		{"tuple(A, B, C, D)", NULL},
		{"list(int) x", NULL},
	};
	arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct cel_type *type = cel_type_parse(&arena, str_from(cases[i][0]));
		ck_assert_msg(!type == !cases[i][1], "%s", cases[i][0]);
		if (type)
			ASSERT_STR(type_text(type), str_from(cases[i][1]));
	}
	arena_release(&arena);
}
END_TEST

static const struct {
	const char *signature, *name;
	bool is_member;
	uint8_t arity;
	const char *first, *result;
} signatures[] = {
	{"size(string) -> int", "size", false, 1, "string", "int"},
	{"string.startsWith(string) -> bool", "startsWith", true, 2, "string", "bool"},
	{"list(A).join() -> string", "join", true, 1, "list(A)", "string"},
	{"_+_(int, int) -> int", "_+_", false, 2, "int", "int"},
	{"_>_(int, int) -> bool", "_>_", false, 2, "int", "bool"},
	{"_?_:_(bool, A, A) -> A", "_?_:_", false, 3, "bool", "A"},
	{"@in(A, list(A)) -> bool", "@in", false, 2, "A", "bool"},
	{"optional.none() -> optional_type(A)", "optional.none", false, 0, NULL,
		"optional_type(A)"},
	{"optional_type(A).or(optional_type(A)) -> optional_type(A)", "or", true, 2,
		"optional_type(A)", "optional_type(A)"},
	{"net.IP.family() -> int", "family", true, 1, "net.IP", "int"},
	{"timestamp.getHours(string) -> int", "getHours", true, 2, "timestamp", "int"},
	{"ip.isCanonical(string) -> bool", "ip.isCanonical", false, 1, "string", "bool"},
	{"a.b.c(int) -> int", "a.b.c", false, 1, "int", "int"},
	{"size(string)", NULL, false, 0, NULL, NULL},
	{"size(string -> int", NULL, false, 0, NULL, NULL},
	{"size(string,) -> int", NULL, false, 0, NULL, NULL},
	{"size(string int) -> int", NULL, false, 0, NULL, NULL},
	{"(string) -> int", NULL, false, 0, NULL, NULL},
	{"size(string) -> ", NULL, false, 0, NULL, NULL},
	{"f(A, B, C, D, E, F, G, H, I) -> int", NULL, false, 0, NULL, NULL},
};

START_TEST(signatures_are_read)
{
	arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
		struct cel_overload_row row = {.id = "x", .signature = signatures[i].signature};
		struct cel_overload overload;
		struct str name;
		int result = signature_read(&arena, &row, &overload, &name);
		ck_assert_msg(result == (signatures[i].name ? 0 : -1), "%s", row.signature);
		if (result < 0)
			continue;
		ASSERT_STR(name, str_from(signatures[i].name));
		ck_assert_int_eq(overload.is_member, signatures[i].is_member);
		ck_assert_uint_eq(overload.arity, signatures[i].arity);
		if (signatures[i].first)
			ASSERT_STR(type_text(overload.params[0]), str_from(signatures[i].first));
		ASSERT_STR(type_text(overload.result), str_from(signatures[i].result));
	}
	arena_release(&arena);
}
END_TEST

START_TEST(every_row_of_every_library_is_well_formed)
{
	arena_init(&arena, 16 << 20);
	for (const struct cel_library *const *library = cel_libraries; *library; library++) {
		for (size_t i = 0; i < (*library)->count; i++) {
			const struct cel_overload_row *row = &(*library)->rows[i];
			struct cel_overload overload;
			struct str name;
			ck_assert_msg(signature_read(&arena, row, &overload, &name) == 0,
				"%s: %s: %s", (*library)->name, row->id, row->signature);
		}
	}
	arena_release(&arena);
}
END_TEST

START_TEST(rows_exist_where_they_say)
{
	static const struct {
		uint16_t since;
		bool native;
		unsigned first, last; /* Kubernetes versions that have it */
	} cases[] = {
		{0, true, 24, 37},
		{30, true, 30, 37},
		{CEL_NATIVE_ONLY, true, 1, 0},
		{CEL_KUBERNETES_ONLY_BIT | 27, false, 27, 37},
		{CEL_KUBERNETES_ONLY_BIT, false, 24, 37},
	};
	arena_init(&arena, 16 << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cel_options options = {.profile = CEL_PROFILE_NATIVE};
		ck_assert_int_eq(cel_env_offers(cel_env_new(&arena, &options), cases[i].since),
			cases[i].native);
		options.profile = CEL_PROFILE_KUBERNETES;
		for (unsigned minor = 24; minor <= 37; minor++) {
			options.kubernetes_minor = minor;
			bool offered = minor >= cases[i].first && minor <= cases[i].last;
			ck_assert_int_eq(
				cel_env_offers(cel_env_new(&arena, &options), cases[i].since),
				offered);
		}
	}
	arena_release(&arena);
}
END_TEST

START_TEST(an_extended_environment_leaves_the_first_as_it_was)
{
	static const struct cel_overload_row row = {
		.id = "extra", .signature = "extra(int) -> int"};
	struct error err = {.kind = ERROR_NONE};
	arena_init(&arena, 16 << 20);
	struct cel_options options = {.profile = CEL_PROFILE_NATIVE};
	struct cel_env *first = cel_env_new(&arena, &options);
	ck_assert_uint_eq(cel_env_declare(first, STR("a"), &cel_type_int), 0);
	struct cel_env *second = cel_env_extend(&arena, first);
	ck_assert_uint_eq(cel_env_declare(second, STR("b"), &cel_type_int), 1);
	ck_assert_int_eq(cel_env_declare_overload(second, &row, &err), 0);
	ck_assert_uint_eq(cel_env_slots(first), 1);
	ck_assert_ptr_null(cel_env_variable(first, STR("b")));
	ck_assert_ptr_null(cel_env_function(first, STR("extra"), false, 1));
	ck_assert_uint_eq(cel_env_variable(second, STR("a"))->slot, 0);
	ck_assert_ptr_nonnull(cel_env_function(second, STR("extra"), false, 1));
	ck_assert_ptr_nonnull(cel_env_function(second, STR("_+_"), false, 2));
	arena_release(&arena);
}
END_TEST

START_TEST(many_variables_are_found)
{
	arena_init(&arena, 16 << 20);
	struct cel_options options = {.profile = CEL_PROFILE_NATIVE};
	struct cel_env *env = cel_env_new(&arena, &options);
	for (int i = 0; i < 1000; i++)
		cel_env_declare(env, str_format(&arena, "v%d", i), &cel_type_int);
	for (int i = 0; i < 1000; i++) {
		struct str name = str_format(&arena, "v%d", i);
		ck_assert_uint_eq(cel_env_variable(env, name)->slot, (unsigned)i);
	}
	ck_assert_ptr_null(cel_env_variable(env, STR("v1000")));
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("cel env", types_are_read_and_written, signatures_are_read,
	every_row_of_every_library_is_well_formed, rows_exist_where_they_say,
	an_extended_environment_leaves_the_first_as_it_was, many_variables_are_found)
