/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "cel/compare.h"
#include "cel/library.h"

#include <math.h>

/* The math extension. */

/* The outermost of count numbers in the direction `wanted`; the first of equal ones. NaN is never
 * beyond another number. */
static struct value outermost(
	struct cel_run *run, const struct value *numbers, size_t count, enum cel_order wanted)
{
	if (count == 0)
		return cel_fail(run, "math.%s() of an empty list",
			wanted == CEL_GREATER ? "greatest" : "least");
	if (!cel_run_work(run, count))
		return cel_fail_budget(run);
	const struct value *found = &numbers[0];
	for (size_t i = 0; i < count; i++) {
		if (!value_is_number(&numbers[i]))
			return cel_fail_overload(run, &numbers[i]);
		if (cel_order_values(&numbers[i], found) == wanted)
			found = &numbers[i];
	}
	return *found;
}

static struct value extreme(
	struct cel_run *run, const struct value *arguments, size_t count, enum cel_order wanted)
{
	if (count == 1 && value_is(arguments, VALUE_LIST))
		return outermost(run, arguments->items, arguments->count, wanted);
	return outermost(run, arguments, count, wanted);
}

static struct value greatest(struct cel_run *run, const struct value *arguments, size_t count)
{
	return extreme(run, arguments, count, CEL_GREATER);
}

static struct value least(struct cel_run *run, const struct value *arguments, size_t count)
{
	return extreme(run, arguments, count, CEL_LESS);
}

#define ROUNDING(name, function) \
	static struct value name(struct cel_run *run, const struct value *arguments, size_t count) \
	{ \
		(void)run, (void)count; \
		return value_double(function(arguments->real)); \
	}

ROUNDING(math_ceil, ceil)
ROUNDING(math_floor, floor)
ROUNDING(math_round, round)
ROUNDING(math_trunc, trunc)
ROUNDING(abs_double, fabs)

#define TEST(name, expression) \
	static struct value name(struct cel_run *run, const struct value *arguments, size_t count) \
	{ \
		(void)run, (void)count; \
		double real = arguments->real; \
		return value_bool(expression); \
	}

TEST(is_nan, isnan(real))
TEST(is_inf, isinf(real))
TEST(is_finite, isfinite(real))

static struct value sqrt_of(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	double real = arguments->real;
	if (arguments->kind == VALUE_INT)
		real = (double)arguments->integer;
	if (arguments->kind == VALUE_UINT)
		real = (double)arguments->natural;
	return value_double(sqrt(real));
}

static struct value abs_int(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	int64_t number = arguments->integer;
	if (number == INT64_MIN)
		return cel_fail_at(run, arguments, "integer overflow");
	return value_int(number < 0 ? -number : number);
}

static struct value same(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return *arguments;
}

static struct value sign_int(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return value_int((arguments->integer > 0) - (arguments->integer < 0));
}

static struct value sign_uint(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return value_uint(arguments->natural > 0);
}

static struct value sign_double(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	double real = arguments->real;
	return value_double(isnan(real) ? real : (double)((real > 0) - (real < 0)));
}

/* The bits of an int or uint, and a value of its kind from bits. */
static uint64_t bits_of(const struct value *v)
{
	return v->kind == VALUE_INT ? (uint64_t)v->integer : v->natural;
}

static struct value with_bits(const struct value *like, uint64_t bits)
{
	return like->kind == VALUE_INT ? value_int((int64_t)bits) : value_uint(bits);
}

/* Each of two or more numbers of one kind, or of a list of them. */
static struct value fold_bits(struct cel_run *run, const struct value *arguments, size_t count,
	uint64_t (*combine)(uint64_t a, uint64_t b))
{
	if (count == 1 && value_is(arguments, VALUE_LIST)) {
		count = arguments->count;
		arguments = arguments->items;
	}
	if (count == 0)
		return cel_fail(run, "a bitwise operation on an empty list");
	if (!cel_run_work(run, count))
		return cel_fail_budget(run);
	uint64_t bits = 0;
	for (size_t i = 0; i < count; i++) {
		const struct value *v = &arguments[i];
		bool whole = v->kind == VALUE_INT || v->kind == VALUE_UINT;
		if (!whole || v->kind != arguments[0].kind)
			return cel_fail_overload(run, v);
		bits = i == 0 ? bits_of(v) : combine(bits, bits_of(v));
	}
	return with_bits(arguments, bits);
}

#define BITWISE(name, operator) \
	static uint64_t combine_##name(uint64_t a, uint64_t b) \
	{ \
		return a operator b; \
	} \
	static struct value name(struct cel_run *run, const struct value *arguments, size_t count) \
	{ \
		return fold_bits(run, arguments, count, combine_##name); \
	}

BITWISE(bit_and, &)
BITWISE(bit_or, |)
BITWISE(bit_xor, ^)

static struct value bit_not(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return with_bits(arguments, ~bits_of(arguments));
}

/* Shifts are of bits: no sign comes in from the left, and 64 places or more leave nothing. */
static struct value shift(struct cel_run *run, const struct value *arguments, bool left)
{
	int64_t places = arguments[1].integer;
	if (places < 0)
		return cel_fail_at(run, &arguments[1], "the shift is by a negative offset: %lld",
			(long long)places);
	uint64_t bits = bits_of(arguments);
	if (places >= 64)
		return with_bits(arguments, 0);
	return with_bits(arguments, left ? bits << places : bits >> places);
}

static struct value shift_left(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	return shift(run, arguments, true);
}

static struct value shift_right(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	return shift(run, arguments, false);
}

#define NATIVE(id, signature, call) \
	{ \
		id, signature, call, NULL, CEL_NATIVE_ONLY \
	}

/* Numbers of different kinds compare by value and the result keeps its kind, which is dyn then. */
#define EXTREME(name, ids, call) \
	NATIVE(ids "_int", name "(int) -> int", call), \
		NATIVE(ids "_uint", name "(uint) -> uint", call), \
		NATIVE(ids "_double", name "(double) -> double", call), \
		NATIVE(ids "_list_int", name "(list(int)) -> int", call), \
		NATIVE(ids "_list_uint", name "(list(uint)) -> uint", call), \
		NATIVE(ids "_list_double", name "(list(double)) -> double", call), \
		NATIVE(ids "_int_int", name "(int, int) -> int", call), \
		NATIVE(ids "_uint_uint", name "(uint, uint) -> uint", call), \
		NATIVE(ids "_double_double", name "(double, double) -> double", call), \
		NATIVE(ids "_int_uint", name "(int, uint) -> dyn", call), \
		NATIVE(ids "_int_double", name "(int, double) -> dyn", call), \
		NATIVE(ids "_uint_int", name "(uint, int) -> dyn", call), \
		NATIVE(ids "_uint_double", name "(uint, double) -> dyn", call), \
		NATIVE(ids "_double_int", name "(double, int) -> dyn", call), \
		NATIVE(ids "_double_uint", name "(double, uint) -> dyn", call)

#define BITS(name, ids, call) \
	NATIVE(ids "_int_int", name "(int, int) -> int", call), \
		NATIVE(ids "_uint_uint", name "(uint, uint) -> uint", call), \
		NATIVE(ids "_list_int", name "(list(int)) -> int", call), \
		NATIVE(ids "_list_uint", name "(list(uint)) -> uint", call)

static const struct cel_overload_row rows[] = {
	EXTREME("math.greatest", "math_@max", greatest),
	EXTREME("math.least", "math_@min", least),
	NATIVE("math_ceil_double", "math.ceil(double) -> double", math_ceil),
	NATIVE("math_floor_double", "math.floor(double) -> double", math_floor),
	NATIVE("math_round_double", "math.round(double) -> double", math_round),
	NATIVE("math_trunc_double", "math.trunc(double) -> double", math_trunc),
	NATIVE("math_sqrt_double", "math.sqrt(double) -> double", sqrt_of),
	NATIVE("math_sqrt_int", "math.sqrt(int) -> double", sqrt_of),
	NATIVE("math_sqrt_uint", "math.sqrt(uint) -> double", sqrt_of),
	NATIVE("math_isNaN_double", "math.isNaN(double) -> bool", is_nan),
	NATIVE("math_isInf_double", "math.isInf(double) -> bool", is_inf),
	NATIVE("math_isFinite_double", "math.isFinite(double) -> bool", is_finite),
	NATIVE("math_abs_double", "math.abs(double) -> double", abs_double),
	NATIVE("math_abs_int", "math.abs(int) -> int", abs_int),
	NATIVE("math_abs_uint", "math.abs(uint) -> uint", same),
	NATIVE("math_sign_double", "math.sign(double) -> double", sign_double),
	NATIVE("math_sign_int", "math.sign(int) -> int", sign_int),
	NATIVE("math_sign_uint", "math.sign(uint) -> uint", sign_uint),
	BITS("math.bitAnd", "math_@bitAnd", bit_and),
	BITS("math.bitOr", "math_@bitOr", bit_or),
	BITS("math.bitXor", "math_@bitXor", bit_xor),
	NATIVE("math_bitNot_int_int", "math.bitNot(int) -> int", bit_not),
	NATIVE("math_bitNot_uint_uint", "math.bitNot(uint) -> uint", bit_not),
	NATIVE("math_bitShiftLeft_int_int", "math.bitShiftLeft(int, int) -> int", shift_left),
	NATIVE("math_bitShiftLeft_uint_int", "math.bitShiftLeft(uint, int) -> uint", shift_left),
	NATIVE("math_bitShiftRight_int_int", "math.bitShiftRight(int, int) -> int", shift_right),
	NATIVE("math_bitShiftRight_uint_int", "math.bitShiftRight(uint, int) -> uint", shift_right),
};

CEL_LIBRARY(cel_lib_math, "math", rows);
