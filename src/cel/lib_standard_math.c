/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "cel/datetime.h"
#include "cel/library.h"
#include "cel/operators.h"

/* Results of arithmetic keep the origin of the left operand, or else of the right one. */
static struct origin origin_of(const struct value *pair)
{
	return pair[0].origin.line ? pair[0].origin : pair[1].origin;
}

static struct value overflow(struct cel_run *run, const struct value *pair)
{
	struct value culprit = value_at(pair[0], origin_of(pair));
	return cel_fail_at(run, &culprit, "integer overflow");
}

static struct value out_of_range(struct cel_run *run, const struct value *pair, const char *what)
{
	struct value culprit = value_at(pair[0], origin_of(pair));
	return cel_fail_at(run, &culprit, "%s out of range", what);
}

/* Room for two texts joined, filled. */
static struct str join(struct cel_run *run, const struct value *pair)
{
	size_t len = (size_t)pair[0].count + pair[1].count;
	if (len > UINT32_MAX)
		arena_limit_reached(cel_run_arena(run));
	char *text = arena_alloc(cel_run_arena(run), len);
	if (pair[0].count > 0)
		memcpy(text, pair[0].text, pair[0].count);
	if (pair[1].count > 0)
		memcpy(text + pair[0].count, pair[1].text, pair[1].count);
	return (struct str){text, len};
}

static struct value join_strings(struct cel_run *run, const struct value *pair)
{
	struct value joined = value_ascii(join(run, pair));
	joined.flags = pair[0].flags & pair[1].flags & VALUE_ASCII;
	return value_at(joined, origin_of(pair));
}

static struct value join_lists(struct cel_run *run, const struct value *pair)
{
	if (pair[0].count == 0 || pair[1].count == 0)
		return pair[0].count == 0 ? pair[1] : pair[0];
	size_t count = (size_t)pair[0].count + pair[1].count, bytes;
	if (!cel_run_work(run, count / 4))
		return cel_fail_budget(run);
	if (count > UINT32_MAX || __builtin_mul_overflow(count, sizeof(struct value), &bytes))
		arena_limit_reached(cel_run_arena(run));
	struct value *items = arena_alloc(cel_run_arena(run), bytes);
	memcpy(items, pair[0].items, pair[0].count * sizeof(*items));
	memcpy(items + pair[0].count, pair[1].items, pair[1].count * sizeof(*items));
	return value_at(value_list(items, count), origin_of(pair));
}

/* Nanoseconds brought into 0..999,999,999. */
static bool normalise(int64_t *seconds, int64_t nanos, uint32_t *ret_nanos)
{
	int64_t carry = time_floor_div(nanos, TIME_NANOS_PER_SECOND);
	*ret_nanos = (uint32_t)(nanos - carry * TIME_NANOS_PER_SECOND);
	return !__builtin_add_overflow(*seconds, carry, seconds);
}

static int64_t nanos_of(const struct value *v)
{
	return (int32_t)v->count;
}

/* a + sign * b, of a duration; whatever the operands were, the result fits 64 bits of nanoseconds,
 * as in every other implementation. */
static struct value duration_sum(
	struct cel_run *run, const struct value *pair, const struct value *a, int64_t sign)
{
	int64_t seconds = a->integer + sign * pair[1].integer, nanos;
	uint32_t rest;
	struct value sum;
	if (!normalise(&seconds, nanos_of(a) + sign * nanos_of(&pair[1]), &rest) ||
		!time_make_duration(seconds, rest, &sum) || !time_duration_nanos(&sum, &nanos))
		return out_of_range(run, pair, "duration");
	return value_at(sum, origin_of(pair));
}

static struct value timestamp_sum(struct cel_run *run, const struct value *pair,
	const struct value *timestamp, const struct value *duration, int64_t sign)
{
	int64_t seconds = timestamp->integer + sign * duration->integer;
	uint32_t rest;
	struct value sum;
	if (!normalise(&seconds, nanos_of(timestamp) + sign * nanos_of(duration), &rest) ||
		!time_make_timestamp(seconds, rest, &sum))
		return out_of_range(run, pair, "timestamp");
	return value_at(sum, origin_of(pair));
}

#define INTEGERS(function, builtin) \
	static struct value function(struct cel_run *run, const struct value *pair) \
	{ \
		struct value result = pair[0]; \
		if (pair[0].kind == VALUE_INT \
				? builtin(pair[0].integer, pair[1].integer, &result.integer) \
				: builtin(pair[0].natural, pair[1].natural, &result.natural)) \
			return overflow(run, pair); \
		return value_at(result, origin_of(pair)); \
	}

INTEGERS(add_integers, __builtin_add_overflow)
INTEGERS(subtract_integers, __builtin_sub_overflow)
INTEGERS(multiply_integers, __builtin_mul_overflow)

static struct value real(const struct value *pair, double result)
{
	return value_at(value_double(result), origin_of(pair));
}

static bool are(const struct value *pair, int left, int right)
{
	return pair[0].kind == left && pair[1].kind == right;
}

struct value cel_add(struct cel_run *run, const struct value *pair, size_t count)
{
	if (are(pair, VALUE_INT, VALUE_INT) || are(pair, VALUE_UINT, VALUE_UINT))
		return add_integers(run, pair);
	if (are(pair, VALUE_DOUBLE, VALUE_DOUBLE))
		return real(pair, pair[0].real + pair[1].real);
	if (are(pair, VALUE_STRING, VALUE_STRING))
		return join_strings(run, pair);
	if (are(pair, VALUE_BYTES, VALUE_BYTES))
		return value_at(value_bytes(join(run, pair)), origin_of(pair));
	if (are(pair, VALUE_LIST, VALUE_LIST))
		return join_lists(run, pair);
	if (are(pair, CEL_DURATION, CEL_DURATION))
		return duration_sum(run, pair, &pair[0], 1);
	if (are(pair, CEL_TIMESTAMP, CEL_DURATION))
		return timestamp_sum(run, pair, &pair[0], &pair[1], 1);
	if (are(pair, CEL_DURATION, CEL_TIMESTAMP))
		return timestamp_sum(run, pair, &pair[1], &pair[0], 1);
	return cel_no_overload(run, STR("_+_"), pair, count);
}

struct value cel_subtract(struct cel_run *run, const struct value *pair, size_t count)
{
	if (are(pair, VALUE_INT, VALUE_INT) || are(pair, VALUE_UINT, VALUE_UINT))
		return subtract_integers(run, pair);
	if (are(pair, VALUE_DOUBLE, VALUE_DOUBLE))
		return real(pair, pair[0].real - pair[1].real);
	if (are(pair, CEL_DURATION, CEL_DURATION) || are(pair, CEL_TIMESTAMP, CEL_TIMESTAMP))
		return duration_sum(run, pair, &pair[0], -1);
	if (are(pair, CEL_TIMESTAMP, CEL_DURATION))
		return timestamp_sum(run, pair, &pair[0], &pair[1], -1);
	return cel_no_overload(run, STR("_-_"), pair, count);
}

struct value cel_multiply(struct cel_run *run, const struct value *pair, size_t count)
{
	if (are(pair, VALUE_INT, VALUE_INT) || are(pair, VALUE_UINT, VALUE_UINT))
		return multiply_integers(run, pair);
	if (are(pair, VALUE_DOUBLE, VALUE_DOUBLE))
		return real(pair, pair[0].real * pair[1].real);
	return cel_no_overload(run, STR("_*_"), pair, count);
}

struct value cel_divide(struct cel_run *run, const struct value *pair, size_t count)
{
	if (are(pair, VALUE_DOUBLE, VALUE_DOUBLE))
		return real(pair, pair[0].real / pair[1].real);
	bool ints = are(pair, VALUE_INT, VALUE_INT);
	if (!ints && !are(pair, VALUE_UINT, VALUE_UINT))
		return cel_no_overload(run, STR("_/_"), pair, count);
	if (pair[1].integer == 0)
		return cel_fail_at(run, &pair[1], "division by zero");
	if (!ints)
		return value_at(value_uint(pair[0].natural / pair[1].natural), origin_of(pair));
	if (pair[0].integer == INT64_MIN && pair[1].integer == -1)
		return overflow(run, pair);
	return value_at(value_int(pair[0].integer / pair[1].integer), origin_of(pair));
}

struct value cel_modulo(struct cel_run *run, const struct value *pair, size_t count)
{
	bool ints = are(pair, VALUE_INT, VALUE_INT);
	if (!ints && !are(pair, VALUE_UINT, VALUE_UINT))
		return cel_no_overload(run, STR("_%_"), pair, count);
	if (pair[1].integer == 0)
		return cel_fail_at(run, &pair[1], "modulus by zero");
	if (!ints)
		return value_at(value_uint(pair[0].natural % pair[1].natural), origin_of(pair));
	if (pair[0].integer == INT64_MIN && pair[1].integer == -1)
		return overflow(run, pair);
	return value_at(value_int(pair[0].integer % pair[1].integer), origin_of(pair));
}

struct value cel_negate(struct cel_run *run, const struct value *arguments, size_t count)
{
	struct value result = arguments[0];
	if (result.kind == VALUE_DOUBLE) {
		result.real = -result.real;
		return result;
	}
	if (result.kind != VALUE_INT)
		return cel_no_overload(run, STR("-_"), arguments, count);
	if (result.integer == INT64_MIN)
		return cel_fail_at(run, arguments, "integer overflow");
	result.integer = -result.integer;
	return result;
}

struct value cel_not(struct cel_run *run, const struct value *arguments, size_t count)
{
	if (arguments[0].kind != VALUE_BOOL)
		return cel_no_overload(run, STR("!_"), arguments, count);
	return value_at(value_bool(!arguments[0].boolean), arguments[0].origin);
}
