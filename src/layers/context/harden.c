/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/harden.h"

#include "base/limits.h"
#include "base/number.h"
#include "data/edit.h"
#include "layers/context/source.h"

#include <stdlib.h>

/* Hardening in progress. */
struct hardening {
	struct arena *arena;
	struct hardened *hardened;
	struct context_change *changes;
	size_t capacity;
	struct error *err;
};

/* Later places first, so that removing an item moves none that is still to be changed. */
static int by_place(const void *a, const void *b)
{
	struct str left = (*(const struct reason *const *)a)->pointer;
	struct str right = (*(const struct reason *const *)b)->pointer;
	struct str x, y;
	bool more_left, more_right;
	for (;;) {
		uint64_t i, j;
		more_left = str_next_part(&left, '/', &x);
		more_right = str_next_part(&right, '/', &y);
		if (!more_left || !more_right)
			return more_right - more_left;
		bool indexes = number_parse_uint(x, 10, &i) && number_parse_uint(y, 10, &j);
		if (indexes && i != j)
			return i > j ? -1 : 1;
		int order = str_compare(y, x);
		if (order != 0)
			return order;
	}
}

/* Whether a change at one place moves, or already covers, another place. */
static bool disturbs(struct str changed, struct str pointer)
{
	return str_starts_with(pointer, changed) &&
	       (pointer.len == changed.len || pointer.data[changed.len] == '/');
}

static void keep_change(struct hardening *hardening, const struct reason *reason)
{
	struct hardened *hardened = hardening->hardened;
	if (!hardening->changes || hardened->change_count == hardening->capacity)
		hardening->changes = arena_grow(hardening->arena, hardening->changes,
			hardened->change_count, &hardening->capacity, sizeof(*hardening->changes));
	hardening->changes[hardened->change_count++] =
		(struct context_change){.policy = reason->policy,
			.operation = reason->policy->patch.operation,
			.path = reason->path,
			.message = reason->message};
	hardened->changes = hardening->changes;
}

static bool apply(struct hardening *hardening, const struct reason *reason)
{
	struct edit edit = {.pointer = reason->pointer, .value = &reason->patch_value};
	struct error unfit = {0}; /* the reason stays, and says what is wrong */
	struct value changed;
	if (!edit_operation_named(reason->policy->patch.operation, &edit.operation) ||
		value_edit(hardening->arena, &hardening->hardened->config, &edit, &changed,
			&unfit) < 0)
		return false;
	hardening->hardened->config = changed;
	keep_change(hardening, reason);
	return true;
}

/* Apply all patches of a verdict that do not disturb each other: how many. */
static size_t apply_round(struct hardening *hardening)
{
	const struct verdict *verdict = &hardening->hardened->verdict;
	const struct reason **reasons =
		ARENA_NEW_ARRAY(hardening->arena, const struct reason *, verdict->count + 1);
	size_t count = 0, applied = 0;
	struct str last = STR("");
	for (size_t i = 0; i < verdict->count; i++)
		if (verdict->reasons[i].has_patch && !verdict->reasons[i].waiver)
			reasons[count++] = &verdict->reasons[i];
	if (count > 0)
		qsort(reasons, count, sizeof(*reasons), by_place);
	for (size_t i = 0; i < count; i++) {
		if (last.len > 0 && (disturbs(last, reasons[i]->pointer) ||
					    disturbs(reasons[i]->pointer, last)))
			continue;
		if (apply(hardening, reasons[i])) {
			last = reasons[i]->pointer;
			applied++;
		}
	}
	return applied;
}

int context_harden(struct arena *arena, const struct catalogue *catalogue,
	const struct context *context, const struct value *config,
	const struct decide_context *decide, struct hardened *ret_hardened, struct error *err)
{
	struct hardening hardening = {.arena = arena, .hardened = ret_hardened, .err = err};
	*ret_hardened = (struct hardened){.config = *config};
	for (int round = 0;; round++) {
		struct subject subject;
		if (context_subject(arena, context, &ret_hardened->config, STR(""), STR(""),
			    &subject, err) < 0)
			return -1;
		ret_hardened->verdict = policy_decide(catalogue, &subject, decide, arena);
		if (round == LIMIT_HARDEN_ROUNDS || apply_round(&hardening) == 0)
			return 0;
	}
}
