/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "cel/library.h"
#include "cel/quantity.h"

/* Kubernetes' quantity library: the type kubernetes.Quantity. */

struct quantity_value {
	struct cel_opaque opaque;
	struct quantity quantity;
};

static const struct quantity *quantity_of(const struct value *v)
{
	return &((const struct quantity_value *)v->pointer)->quantity;
}

static bool equal(const struct cel_opaque *a, const struct cel_opaque *b)
{
	const struct quantity_value *x = (const struct quantity_value *)a;
	const struct quantity_value *y = (const struct quantity_value *)b;
	return quantity_compare(&x->quantity, &y->quantity) == 0;
}

static void print(const struct cel_opaque *opaque, struct buf *out)
{
	quantity_print(&((const struct quantity_value *)opaque)->quantity, out);
}

static const struct cel_opaque_class quantity_class = {"kubernetes.Quantity", equal, print};

static struct value new_quantity(struct cel_run *run, const struct quantity *q)
{
	struct quantity_value *made = ARENA_NEW(cel_run_arena(run), struct quantity_value);
	made->opaque.class = &quantity_class;
	made->quantity = *q;
	return cel_opaque_value(&made->opaque);
}

/* Pay for work on the digits of up to two quantities. */
static bool pay(struct cel_run *run, const struct quantity *a, const struct quantity *b)
{
	return cel_run_work(run, 1 + (a->digits.len + b->digits.len) / 8);
}

static struct value quantity(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct quantity parsed;
	const char *fault = quantity_parse(cel_run_arena(run), value_str(arguments), &parsed);
	if (fault)
		return cel_fail_at(run, arguments, "'%.*s' is no quantity: %s",
			arguments->count > 64 ? 64 : (int)arguments->count, arguments->text, fault);
	return value_at(new_quantity(run, &parsed), arguments->origin);
}

static struct value is_quantity(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct quantity unused;
	return value_bool(!quantity_parse(cel_run_arena(run), value_str(arguments), &unused));
}

static struct value sign(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return value_int(quantity_sign(quantity_of(arguments)));
}

static struct value compare(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	const struct quantity *a = quantity_of(&arguments[0]), *b = quantity_of(&arguments[1]);
	return pay(run, a, b) ? value_int(quantity_compare(a, b)) : cel_fail_budget(run);
}

static struct value is_greater(struct cel_run *run, const struct value *arguments, size_t count)
{
	struct value order = compare(run, arguments, count);
	return cel_is_error(&order) ? order : value_bool(order.integer > 0);
}

static struct value is_less(struct cel_run *run, const struct value *arguments, size_t count)
{
	struct value order = compare(run, arguments, count);
	return cel_is_error(&order) ? order : value_bool(order.integer < 0);
}

static struct value as_float(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return value_double(quantity_real(quantity_of(arguments)));
}

static struct value as_integer(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	int64_t integer;
	if (!quantity_integer(quantity_of(arguments), &integer))
		return cel_fail_at(run, arguments, "the quantity is no integer of 64 bits");
	return value_int(integer);
}

static struct value is_integer(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	int64_t unused;
	return value_bool(quantity_integer(quantity_of(arguments), &unused));
}

/* The second operand is a quantity or an int. */
static struct value sum(struct cel_run *run, const struct value *arguments, bool subtract)
{
	struct quantity number = {.format = QUANTITY_EXPONENT, .is_small = true}, made;
	const struct quantity *a = quantity_of(&arguments[0]), *b = &number;
	if (arguments[1].kind == CEL_OPAQUE)
		b = quantity_of(&arguments[1]);
	else
		number.value = arguments[1].integer;
	if (!pay(run, a, b))
		return cel_fail_budget(run);
	if (!quantity_add(cel_run_arena(run), a, b, subtract, &made))
		return cel_fail_at(run, arguments,
			"the quantities are too far apart: their sum "
			"would have more than %d digits",
			QUANTITY_MAX_DIGITS);
	return new_quantity(run, &made);
}

static struct value add(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	return sum(run, arguments, false);
}

static struct value sub(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	return sum(run, arguments, true);
}

#define Q "kubernetes.Quantity"
#define ROW(id, signature, call, cost) \
	{ \
		id, signature, call, cost, KUBERNETES_SINCE(28) \
	}

static const struct cel_overload_row rows[] = {
	ROW("string_to_quantity", "quantity(string) -> " Q, quantity, cel_cost_read),
	ROW("is_quantity_string", "isQuantity(string) -> bool", is_quantity, cel_cost_read),
	ROW("quantity_sign", "sign(" Q ") -> int", sign, NULL),
	ROW("quantity_is_greater_than", Q ".isGreaterThan(" Q ") -> bool", is_greater, NULL),
	ROW("quantity_is_less_than", Q ".isLessThan(" Q ") -> bool", is_less, NULL),
	ROW("quantity_compare_to", Q ".compareTo(" Q ") -> int", compare, NULL),
	ROW("quantity_get_float", Q ".asApproximateFloat() -> double", as_float, NULL),
	ROW("quantity_get_int", Q ".asInteger() -> int", as_integer, NULL),
	ROW("quantity_is_integer", Q ".isInteger() -> bool", is_integer, NULL),
	ROW("quantity_add", Q ".add(" Q ") -> " Q, add, NULL),
	ROW("quantity_add_int", Q ".add(int) -> " Q, add, NULL),
	ROW("quantity_sub", Q ".sub(" Q ") -> " Q, sub, NULL),
	ROW("quantity_sub_int", Q ".sub(int) -> " Q, sub, NULL),
};

CEL_LIBRARY(cel_lib_k8s_quantity, "quantity of Kubernetes", rows);
