/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/checker.h"
#include "cel/parse.h"
#include "cel_unparse.h"
#include "fuzz.h"

enum { ARENA_BYTES = 256 << 20 };

static struct str print(struct arena *arena, const struct cel_ast *ast)
{
	struct buf out;
	buf_init_arena(&out, arena, 256);
	cel_unparse(ast->root, &out);
	return buf_str(&out);
}

static void must_point_into(const struct error *err, struct str text)
{
	uint32_t lines = 1;
	for (size_t i = 0; i < text.len; i++)
		lines += text.data[i] == '\n';
	PROPERTY(err->message[0] != '\0');
	PROPERTY(err->origin.line <= lines && err->origin.column <= text.len + 1);
}

static struct cel_env *new_env(struct arena *arena, const struct cel_options *options)
{
	static const struct cel_field fields[] = {
		{"name", &cel_type_string}, {"ports", &cel_type_list_dyn}, {NULL, NULL}};
	static const struct cel_type object = {
		.kind = CEL_TYPE_STRUCT, .name = "Object", .fields = fields};
	struct cel_env *env = cel_env_new(arena, options);
	cel_env_declare(env, STR("a"), &cel_type_dyn);
	cel_env_declare(env, STR("i"), &cel_type_int);
	cel_env_declare(env, STR("a.b.c"), &cel_type_string);
	cel_env_declare(env, STR("object"), &object);
	return env;
}

/* What is printed parses back to itself, if it is not over a limit. */
static void print_and_parse(
	const struct cel_env *env, struct arena *arena, const struct cel_ast *ast)
{
	struct str printed = print(arena, ast);
	struct cel_ast again;
	struct error err = {.kind = ERROR_NONE};
	int parsed = cel_parse(env, arena, printed, &again, &err);
	PROPERTY(parsed == 0 || err.kind == ERROR_LIMIT);
	PROPERTY(parsed < 0 || str_equal(print(arena, &again), printed));
}

static void judge(struct arena *arena, struct str text, const struct cel_env *env)
{
	struct cel_ast ast;
	struct error err = {.kind = ERROR_NONE};
	if (cel_parse(env, arena, text, &ast, &err) < 0) {
		must_point_into(&err, text);
		return;
	}
	print_and_parse(env, arena, &ast);
	if (cel_check(env, arena, &ast, &err) < 0)
		must_point_into(&err, text);
	else
		PROPERTY(ast.root->type && !ast.root->type->generic);
}

enum { ENVIRONMENTS = 4 };

/* Made once: making one takes longer than judging most inputs. */
static const struct cel_env *environment(size_t index)
{
	static const struct cel_options options[ENVIRONMENTS] = {
		{.profile = CEL_PROFILE_NATIVE},
		{.profile = CEL_PROFILE_NATIVE, .disable_check = true},
		{.profile = CEL_PROFILE_KUBERNETES, .kubernetes_minor = 37},
		{.profile = CEL_PROFILE_KUBERNETES, .kubernetes_minor = 27},
	};
	static struct arena arena;
	static const struct cel_env *made[ENVIRONMENTS];
	if (arena.cap_bytes == 0)
		arena_init(&arena, ARENA_BYTES);
	if (!made[index])
		made[index] = new_env(&arena, &options[index]);
	return made[index];
}

/* The first byte chooses the environment. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	const struct cel_env *env = environment(data[0] % ENVIRONMENTS);
	struct arena arena;
	arena_init(&arena, ARENA_BYTES);
	struct str text = {(const char *)data + 1, size - 1};
	if (!ARENA_LIMIT_REACHED(&arena))
		judge(&arena, text, env);
	arena_release(&arena);
	return 0;
}
