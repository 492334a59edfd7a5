/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "cel/cel.h"
#include "cel/kind.h"
#include "data/json.h"
#include "fuzz.h"

enum { ARENA_BYTES = 64 << 20, COST_LIMIT = 20000, PRINTED_BYTES = 4096 };

/* What came of one evaluation. */
struct outcome {
	bool compiled, failed, over_budget;
	uint64_t cost;
	size_t len;
	char printed[PRINTED_BYTES];
};

static const char object[] =
	"{\"kind\": \"Pod\", \"metadata\": {\"name\": \"a-b\", \"labels\": {\"a\": \"é\"}},"
	" \"spec\": {\"replicas\": 3, \"hostNetwork\": true, \"ratio\": 0.5, \"none\": null,"
	" \"containers\": [{\"name\": \"x\", \"image\": \"r/x:1\", \"ports\": [80, 443]},"
	" {\"name\": \"y\", \"image\": \"r/y@sha256:0\", \"ports\": []}]}}";

enum { NATIVE, KUBERNETES, UNCHECKED, ENVIRONMENTS };

/* Made once: making one takes longer than judging most inputs. */
static const struct cel_env *environment(size_t index)
{
	static const struct cel_options options[ENVIRONMENTS] = {
		[NATIVE] = {.profile = CEL_PROFILE_NATIVE},
		[KUBERNETES] = {.profile = CEL_PROFILE_KUBERNETES, .kubernetes_minor = 37},
		[UNCHECKED] = {.profile = CEL_PROFILE_NATIVE, .disable_check = true},
	};
	static struct arena arena;
	static struct cel_env *made[ENVIRONMENTS];
	if (arena.cap_bytes == 0)
		arena_init(&arena, ARENA_BYTES);
	if (made[index])
		return made[index];
	made[index] = cel_env_new(&arena, &options[index]);
	(void)cel_env_declare(made[index], STR("object"), &cel_type_dyn);
	(void)cel_env_declare(made[index], STR("unset"), &cel_type_int);
	return made[index];
}

static void evaluate(struct arena *arena, const struct cel_env *env, struct str text,
	uint64_t cost_limit, struct outcome *outcome)
{
	struct error err = {.kind = ERROR_NONE};
	struct value slots[2];
	PROPERTY(json_read(arena, str_from(object), DOCUMENT_KUBERNETES, &slots[0], &err) == 0);
	slots[1] = (struct value){.kind = CEL_UNSET};
	const struct cel_program *program = cel_compile(env, arena, text, &err);
	outcome->compiled = program != NULL;
	PROPERTY(program || err.message[0] != '\0');
	if (!program)
		return;
	struct cel_run run = {.arena = arena, .slots = slots, .cost_limit = cost_limit};
	struct value result = cel_eval(program, &run);
	struct buf out;
	buf_init_fixed(&out, outcome->printed, sizeof(outcome->printed));
	cel_print(&result, &out);
	outcome->len = out.len;
	outcome->cost = run.cost;
	outcome->failed = result.kind == CEL_ERROR;
	outcome->over_budget = run.cost > cost_limit;
	PROPERTY(result.kind != CEL_UNSET);
	PROPERTY(outcome->failed || !outcome->over_budget);
}

static bool evaluate_apart(
	size_t index, struct str text, uint64_t cost_limit, struct outcome *outcome)
{
	struct arena arena;
	*outcome = (struct outcome){.compiled = false};
	arena_init(&arena, ARENA_BYTES);
	bool done = !ARENA_LIMIT_REACHED(&arena);
	if (done)
		evaluate(&arena, environment(index), text, cost_limit, outcome);
	arena_release(&arena);
	return done;
}

static bool same(const struct outcome *a, const struct outcome *b)
{
	return a->failed == b->failed && a->len == b->len &&
	       memcmp(a->printed, b->printed, a->len) == 0;
}

/* Evaluating twice gives the same at the same cost; with exactly that much to spend it succeeds
 * again, with less it does not; and the checker changes no result. */
static void judge(size_t index, struct str text)
{
	static struct outcome first, second;
	if (!evaluate_apart(index, text, COST_LIMIT, &first) || !first.compiled)
		return;
	PROPERTY(evaluate_apart(index, text, COST_LIMIT, &second));
	PROPERTY(same(&first, &second) && first.cost == second.cost);
	if (first.failed)
		return;
	PROPERTY(evaluate_apart(index, text, first.cost, &second));
	PROPERTY(same(&first, &second) && first.cost == second.cost);
	if (first.cost > 0 && evaluate_apart(index, text, first.cost - 1, &second))
		PROPERTY(second.failed);
	if (index == KUBERNETES)
		return; /* there, what is known beforehand decides what is looked at */
	if (evaluate_apart(UNCHECKED, text, COST_LIMIT, &second) && !second.over_budget)
		PROPERTY(same(&first, &second));
}

/* The first byte chooses the profile. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 0)
		judge(data[0] % 2 ? KUBERNETES : NATIVE,
			(struct str){(const char *)data + 1, size - 1});
	return 0;
}
