/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/ops.h"

#include "base/arena.h"
#include "cel/library.h"
#include "cel/operators.h"
#include "cel/vm.h"
#include "data/map.h"

const struct cel_op *cel_op_constant(struct cel_vm *vm, const struct cel_op *op)
{
	cel_copy(vm->top++, op->constant);
	return cel_vm_charge(vm, op, op->a, op + 1);
}

const struct cel_op *cel_op_end(struct cel_vm *vm, const struct cel_op *op)
{
	(void)vm;
	return op; /* never called: whoever runs operations stops before it */
}

const struct cel_op *cel_op_failure(struct cel_vm *vm, const struct cel_op *op)
{
	struct value error = cel_fail(vm->run, "%.*s", STR_ARGS(value_str(op->constant)));
	return cel_vm_fail(vm, op, &error);
}

const struct cel_op *cel_op_index(struct cel_vm *vm, const struct cel_op *op)
{
	const struct value *pair = vm->top -= 2;
	struct value found =
		op->a ? cel_optional_index(vm->run, pair, 2) : cel_index(vm->run, pair, 2);
	bool absent = found.kind == CEL_OPTIONAL && found.count == 0;
	return cel_vm_push(vm, op, &found, op->c + !absent);
}

/* An optional item of a literal: 1 and the value in place of the optional, 0 when there is none, -1
 * when it is no optional. */
static int unwrap(struct value *item)
{
	if (item->kind != CEL_OPTIONAL)
		return -1;
	if (item->count == 0)
		return 0;
	*item = *item->items;
	return 1;
}

const struct cel_op *cel_op_list(struct cel_vm *vm, const struct cel_op *op)
{
	struct value *items = vm->top -= op->a;
	size_t count = 0;
	for (size_t i = 0; i < op->a; i++) {
		int given = op->optional && op->optional[i] ? unwrap(&items[i]) : 1;
		if (given < 0) {
			struct value error = cel_fail_at(vm->run, &items[i],
				"an optional item of a list must be an optional");
			return cel_vm_fail(vm, op, &error);
		}
		if (given)
			items[count++] = items[i];
	}
	struct value *kept = arena_alloc(vm->run->arena, count * sizeof(*kept));
	memcpy(kept, items, count * sizeof(*kept));
	*vm->top++ = value_list(kept, count);
	return cel_vm_charge(vm, op, op->b, op + 1);
}

static bool is_key(const struct value *key, bool kubernetes)
{
	switch (key->kind) {
	case VALUE_BOOL:
	case VALUE_INT:
	case VALUE_UINT:
	case VALUE_STRING:
		return true;
	default:
		return kubernetes && key->kind == VALUE_DOUBLE;
	}
}

enum { MOST_REPEATED = 1000 }; /* entries among which equal keys are searched one by one */

/* In cel-go the last of equal keys counts; everywhere else a repeated key is an error. */
static size_t without_repeated(struct value_entry *entries, size_t count)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		struct value so_far = {
			.kind = VALUE_MAP, .count = (uint32_t)kept, .entries = entries};
		const struct value_entry *same = map_find(&so_far, &entries[i].key);
		size_t at = same ? (size_t)(same - entries) : kept++;
		entries[at] = entries[i];
	}
	return kept;
}

/* The entries on the stack that are there, as entries; -1 with an error value. */
static int64_t take_entries(struct cel_vm *vm, const struct cel_op *op, struct value *from,
	struct value_entry *entries, struct value *ret_error)
{
	int64_t count = 0;
	for (size_t i = 0; i < op->a; i++, from += 2) {
		int given = op->optional && op->optional[i] ? unwrap(&from[1]) : 1;
		if (given < 0) {
			*ret_error = cel_fail_at(vm->run, &from[1],
				"an optional entry of a map must be an optional");
			return -1;
		}
		if (!is_key(&from[0], cel_run_kubernetes(vm->run))) {
			*ret_error = cel_fail_at(
				vm->run, &from[0], "a key must be bool, int, uint or string");
			return -1;
		}
		if (given)
			entries[count++] = (struct value_entry){from[0], from[1]};
	}
	return count;
}

struct value cel_make_map(struct cel_run *run, struct value_entry *entries, size_t count)
{
	struct value made;
	struct error err = {0};
	if (map_make(entries, count, &made, &err) == 0)
		return made;
	if (!cel_run_kubernetes(run) || count > MOST_REPEATED)
		return cel_fail(run, "%s", err.message);
	count = without_repeated(entries, count);
	(void)map_make(entries, count, &made, &err);
	return made;
}

const struct cel_op *cel_op_map(struct cel_vm *vm, const struct cel_op *op)
{
	struct value *from = vm->top -= 2 * (size_t)op->a;
	struct value_entry *entries = map_entries_new(vm->run->arena, op->a);
	struct value made = {0};
	int64_t count = take_entries(vm, op, from, entries, &made);
	if (count >= 0)
		made = cel_make_map(vm->run, entries, (size_t)count);
	return cel_vm_push(vm, op, &made, op->b);
}
