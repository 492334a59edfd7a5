/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/library.h"
#include "cel/operators.h"
#include "cel/ops.h"
#include "cel/vm.h"
#include "data/map.h"

/*
 * Names, what is selected from them, has() and comparisons: the operations most policies consist
 * of. What is compared to a constant or tested is so where it lies, without being pushed.
 */

static bool is_text(const struct value *v)
{
	return v->kind == VALUE_STRING || v->kind == VALUE_BYTES;
}

/* cel_cost_shorter() of two strings. */
static inline uint64_t string_cost(const struct value *a, const struct value *b)
{
	if (!(a->flags & b->flags & VALUE_ASCII))
		return cel_cost_shorter(a, b);
	double tenths = (a->count < b->count ? a->count : b->count) * 0.1;
	uint32_t whole = (uint32_t)tenths;
	return whole + (whole < tenths);
}

/* Equality by the operator's function. */
static const struct cel_op *equal_any(struct cel_vm *vm, const struct cel_op *op,
	const struct value *a, const struct value *b, unsigned taken)
{
	const struct value pair[] = {*a, *b};
	struct value result = cel_equals(vm->run, pair, 2);
	if (cel_is_error(&result))
		return cel_vm_fail(vm, op, &result);
	uint64_t cost = op->c + cel_cost_shorter(a, b);
	vm->top -= taken;
	cel_put_bool(vm->top++, result.boolean != op->a, pair[0].origin);
	return cel_vm_charge(vm, op, cost, op + 1);
}

/* Takes a pair that need not lie on the stack; what it leaves replaces the top `taken` values;
 * paid: what getting at them cost. */
static inline const struct cel_op *equal(struct cel_vm *vm, const struct cel_op *op,
	const struct value *a, const struct value *b, unsigned taken, uint64_t paid)
{
	uint64_t cost = paid + op->c + 1;
	bool same;
	if (a->kind == VALUE_STRING && b->kind == VALUE_STRING) {
		same = value_string_equal(a, b);
		cost = paid + op->c + string_cost(a, b);
	} else if (a->kind == VALUE_BOOL && b->kind == VALUE_BOOL) {
		same = a->boolean == b->boolean;
	} else if (a->kind == VALUE_INT && b->kind == VALUE_INT) {
		same = a->integer == b->integer;
	} else {
		vm->run->cost += paid;
		return equal_any(vm, op, a, b, taken);
	}
	struct origin origin = a->origin;
	vm->top -= taken;
	cel_put_bool(vm->top++, same != op->a, origin);
	return cel_vm_charge(vm, op, cost, op + 1);
}

const struct cel_op *cel_op_equal(struct cel_vm *vm, const struct cel_op *op)
{
	return equal(vm, op, &vm->top[-2], &vm->top[-1], 2, 0);
}

const struct cel_op *cel_op_equal_constant(struct cel_vm *vm, const struct cel_op *op)
{
	return equal(vm, op, &vm->top[-1], op->constant, 1, 0);
}

/* Names of the ordering operators, by cel_order_set. */
static const char *const order_names[] = {
	[CEL_SET_LESS] = "_<_",
	[CEL_SET_LESS | CEL_SET_EQUAL] = "_<=_",
	[CEL_SET_GREATER] = "_>_",
	[CEL_SET_GREATER | CEL_SET_EQUAL] = "_>=_",
};

/* Order by the operator's function. */
static const struct cel_op *order_any(struct cel_vm *vm, const struct cel_op *op,
	const struct value *a, const struct value *b, unsigned taken)
{
	const struct value pair[] = {*a, *b};
	struct value result = cel_compare(vm->run, pair, op->a, order_names[op->a]);
	uint64_t cost = 1;
	if (op->b && is_text(a) && is_text(b))
		cost = cel_cost_shorter(a, b);
	vm->top -= taken;
	return cel_vm_push(vm, op, &result, op->c + cost);
}

static inline const struct cel_op *order(struct cel_vm *vm, const struct cel_op *op,
	const struct value *a, const struct value *b, unsigned taken, uint64_t paid)
{
	if (a->kind != VALUE_INT || b->kind != VALUE_INT) {
		vm->run->cost += paid;
		return order_any(vm, op, a, b, taken);
	}
	int stands = (a->integer > b->integer) - (a->integer < b->integer);
	struct origin origin = a->origin;
	vm->top -= taken;
	cel_put_bool(vm->top++, op->a >> (stands + 1) & 1, origin);
	return cel_vm_charge(vm, op, paid + op->c + 1, op + 1);
}

const struct cel_op *cel_op_order(struct cel_vm *vm, const struct cel_op *op)
{
	return order(vm, op, &vm->top[-2], &vm->top[-1], 2, 0);
}

const struct cel_op *cel_op_order_constant(struct cel_vm *vm, const struct cel_op *op)
{
	return order(vm, op, &vm->top[-1], op->constant, 1, 0);
}

/* An attribute on its way through its steps. */
struct walk {
	const struct value *at;
	const struct cel_step *step, *end;
	bool optional; /* what is reached will be an optional */
};

static const struct cel_op *arrive(struct cel_vm *vm, const struct cel_op *op, struct walk *walk)
{
	*vm->top++ = walk->optional ? cel_some(vm->run, *walk->at) : *walk->at;
	return cel_vm_charge(vm, op, op->c + op->b, op + 1);
}

/* The step leads nowhere: none for an optional one, else an error. */
static const struct cel_op *miss(
	struct cel_vm *vm, const struct cel_op *op, struct walk *walk, bool sensible)
{
	const struct cel_step *step = walk->step;
	uint64_t cost = op->c + (uint64_t)(step - op->steps);
	if (walk->optional && (sensible || cel_run_kubernetes(vm->run))) {
		*vm->top++ = value_at(cel_none(), walk->at->origin);
		return cel_vm_charge(vm, op, cost, op + 1);
	}
	vm->run->cost += cost + 1;
	const struct value pair[] = {*walk->at, step->key};
	struct value error = sensible ? cel_missing_element(vm->run, walk->at, &step->key)
				      : cel_no_overload(vm->run, STR("_[_]"), pair, 2);
	return cel_vm_fail_at(vm, op, &error, step->key.origin, step->length);
}

/* Steps of any kind, from any value. */
static __attribute__((noinline)) const struct cel_op *go_on(
	struct cel_vm *vm, const struct cel_op *op, struct walk walk)
{
	for (; walk.step < walk.end; walk.step++) {
		walk.optional |= walk.step->optional;
		if (walk.at->kind == CEL_OPTIONAL) {
			walk.optional = true;
			if (walk.at->count == 0)
				return miss(vm, op, &walk, true);
			walk.at = walk.at->items;
		}
		bool sensible;
		const struct value *found = cel_element(walk.at, &walk.step->key, &sensible);
		if (!found)
			return miss(vm, op, &walk, sensible);
		walk.at = found;
	}
	return arrive(vm, op, &walk);
}

static inline bool same_ends(const char *a, const char *b, size_t len, size_t end)
{
	return memcmp(a, b, end) == 0 && memcmp(a + len - end, b + len - end, end) == 0;
}

/* Texts of one length and hash. Names of fields are short: comparing both ends, which compilers do
 * in place, takes less than a call. */
static inline bool same_text(const char *a, const char *b, size_t len)
{
	if (len > 16)
		return memcmp(a, b, len) == 0;
	if (len >= 8)
		return same_ends(a, b, len, 8);
	if (len >= 4)
		return same_ends(a, b, len, 4);
	return len == 0 || (a[0] == b[0] && a[len / 2] == b[len / 2] && a[len - 1] == b[len - 1]);
}

/* The value of a key in a small map, whose keys are compared by their heads. */
static inline const struct value *field(const struct value *map, const struct value *key)
{
	uint64_t wanted, head;
	memcpy(&wanted, key, sizeof(wanted));
	const struct value_entry *entry = map->entries;
	for (uint32_t left = map->count; left > 0; left--, entry++) {
		memcpy(&head, &entry->key, sizeof(head));
		if (head == wanted && same_text(entry->key.text, key->text, key->count))
			return &entry->value;
	}
	return NULL;
}

/* Nearly all steps select a field of a small map by its name. Where they lead, or NULL with what
 * follows the general way in vm->next. */
static inline __attribute__((always_inline)) const struct value *follow(
	struct cel_vm *vm, const struct cel_op *op, const struct value *from)
{
	const struct cel_step *step = op->steps;
	const struct cel_step *end = op->b > 0 ? step + op->b : step; /* no steps are NULL */
	for (; step < end; step++) {
		const struct value *found = NULL;
		if (from->kind == VALUE_MAP && !(from->flags & VALUE_INDEXED) &&
			step->key.kind == VALUE_STRING && !step->optional)
			found = field(from, &step->key);
		if (__builtin_expect(!found, 0)) {
			vm->next = go_on(vm, op, (struct walk){from, step, end, false});
			return NULL;
		}
		from = found;
	}
	return from;
}

static inline const struct cel_op *push(
	struct cel_vm *vm, const struct cel_op *op, const struct value *from)
{
	const struct value *reached = follow(vm, op, from);
	if (!reached)
		return vm->next;
	cel_copy(vm->top++, reached);
	return cel_vm_charge(vm, op, op->c + op->b, op + 1);
}

static bool is_present(const struct value *from, const struct value *key)
{
	if (from->kind == VALUE_MAP && !(from->flags & VALUE_INDEXED))
		return field(from, key) != NULL;
	return map_get(from, key) != NULL;
}

/* Whether a value that need not lie on the stack has a field; replaces the top `taken` values. */
static inline const struct cel_op *has(struct cel_vm *vm, const struct cel_op *op,
	const struct value *of, unsigned taken, uint64_t paid)
{
	const struct cel_step *step = op->steps;
	const struct value *from = of->kind == CEL_OPTIONAL && of->count > 0 ? of->items : of;
	bool none = of->kind == CEL_OPTIONAL && of->count == 0;
	if (from->kind != VALUE_MAP && !none && !cel_run_kubernetes(vm->run)) {
		struct value error = cel_no_overload(vm->run, STR("has"), from, 1);
		vm->run->cost += paid + op->c;
		return cel_vm_fail_at(vm, op, &error, step->key.origin, step->length);
	}
	bool present = is_present(from, &step->key);
	struct origin origin = from->origin;
	vm->top -= taken;
	cel_put_bool(vm->top++, present, origin);
	return cel_vm_charge(vm, op, paid + op->c, op + 1);
}

const struct cel_op *cel_op_has(struct cel_vm *vm, const struct cel_op *op)
{
	return has(vm, op, &vm->top[-1], 1, 0);
}

/* The next operation takes one value: both are done at once. */
static inline const struct cel_op *push_into(
	struct cel_vm *vm, const struct cel_op *op, const struct value *from)
{
	const struct value *reached = follow(vm, op, from);
	if (!reached)
		return vm->next;
	const struct cel_op *next = op + 1;
	uint64_t paid = op->c + op->b;
	if (next->run == cel_op_has)
		return has(vm, next, reached, 0, paid);
	return next->run == cel_op_order_constant
		       ? order(vm, next, reached, next->constant, 0, paid)
		       : equal(vm, next, reached, next->constant, 0, paid);
}

/* The value of a slot, or NULL with what follows its absence in vm->next. */
static inline const struct value *bound(struct cel_vm *vm, const struct cel_op *op)
{
	const struct value *found = &vm->run->slots[op->a];
	if (__builtin_expect(found->kind < CEL_ERROR, 1))
		return found;
	found = cel_vm_slot(vm, op->a);
	if (!cel_is_error(found))
		return found;
	vm->run->cost += op->c;
	vm->next = cel_vm_fail(vm, op, found);
	return NULL;
}

const struct cel_op *cel_op_slot(struct cel_vm *vm, const struct cel_op *op)
{
	const struct value *from = bound(vm, op);
	return from ? push(vm, op, from) : vm->next;
}

const struct cel_op *cel_op_slot_into(struct cel_vm *vm, const struct cel_op *op)
{
	const struct value *from = bound(vm, op);
	return from ? push_into(vm, op, from) : vm->next;
}

const struct cel_op *cel_op_local(struct cel_vm *vm, const struct cel_op *op)
{
	return push(vm, op, &vm->locals[op->a]);
}

const struct cel_op *cel_op_local_into(struct cel_vm *vm, const struct cel_op *op)
{
	return push_into(vm, op, &vm->locals[op->a]);
}

const struct cel_op *cel_op_steps(struct cel_vm *vm, const struct cel_op *op)
{
	struct value from __attribute__((uninitialized));
	cel_copy(&from, --vm->top);
	return push(vm, op, &from);
}
