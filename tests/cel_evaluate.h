/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "cel/cel.h"
#include "cel/env.h"
#include "cel/kind.h"
#include "data/json.h"
#include "unit.h"

/* One expression over the variables of a JSON object, evaluated. */
struct evaluation {
	bool typed; /* variables have the types of their values, instead of dyn */
	struct arena arena;
	struct value result;
	struct error err; /* of the compiler */
	uint64_t cost;
	char printed[512];
};

static inline const struct cel_type *evaluation_type(bool typed, const struct value *v)
{
	static const struct cel_type *const types[] = {[VALUE_NULL] = &cel_type_dyn,
		[VALUE_BOOL] = &cel_type_bool,
		[VALUE_INT] = &cel_type_int,
		[VALUE_UINT] = &cel_type_uint,
		[VALUE_DOUBLE] = &cel_type_double,
		[VALUE_STRING] = &cel_type_string,
		[VALUE_LIST] = &cel_type_list_dyn,
		[VALUE_MAP] = &cel_type_map_dyn};
	return typed ? types[v->kind] : &cel_type_dyn;
}

static inline struct cel_env *evaluation_env(struct evaluation *evaluation,
	const struct cel_options *options, const struct value *data, struct value **ret_slots)
{
	struct cel_env *env = cel_env_new(&evaluation->arena, options);
	struct value *slots = ARENA_NEW_ARRAY(&evaluation->arena, struct value, data->count + 1);
	for (uint32_t i = 0; i < data->count; i++) {
		const struct value_entry *entry = &data->entries[i];
		uint32_t slot = cel_env_declare(env, value_str(&entry->key),
			evaluation_type(evaluation->typed, &entry->value));
		slots[slot] = entry->value;
	}
	*ret_slots = slots;
	return env;
}

static inline void evaluate_with(struct evaluation *evaluation, const struct cel_options *options,
	const char *text, const char *json, uint64_t cost_limit)
{
	arena_init(&evaluation->arena, 64 << 20);
	struct value data, *slots;
	struct error err = {0};
	ck_assert_msg(json_read(&evaluation->arena, str_from(json), DOCUMENT_CEL, &data, &err) == 0,
		"%s: %s", json, err.message);
	struct cel_env *env = evaluation_env(evaluation, options, &data, &slots);
	const struct cel_program *program =
		cel_compile(env, &evaluation->arena, str_from(text), &evaluation->err);
	evaluation->result.kind = CEL_UNSET;
	if (!program)
		return;
	struct cel_run run = {
		.arena = &evaluation->arena, .slots = slots, .cost_limit = cost_limit};
	evaluation->result = cel_eval(program, &run);
	evaluation->cost = run.cost;
	struct buf out;
	buf_init_fixed(&out, evaluation->printed, sizeof(evaluation->printed) - 1);
	cel_print(&evaluation->result, &out);
	evaluation->printed[out.len] = '\0';
}

static inline void evaluate(struct evaluation *evaluation, const char *text, const char *json)
{
	static const struct cel_options options = {.profile = CEL_PROFILE_NATIVE};
	*evaluation = (struct evaluation){.typed = false};
	evaluate_with(evaluation, &options, text, json, 1000000);
}

static inline void evaluation_release(struct evaluation *evaluation)
{
	arena_release(&evaluation->arena);
}
