/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/library.h"

#include "base/arena.h"
#include "base/utf8.h"

#include <math.h>

/* The factors of the cost model of cel-go, which the API server uses unchanged. */
static const double per_element = 0.1, per_pattern_element = 0.25;

uint64_t cel_size(const struct value *v)
{
	switch (v->kind) {
	case VALUE_STRING:
		return v->flags & VALUE_ASCII ? v->count : utf8_count(value_str(v));
	case VALUE_BYTES:
	case VALUE_LIST:
	case VALUE_MAP:
		return v->count;
	case CEL_OPTIONAL:
		return v->count > 0 && v->items->kind != CEL_OPTIONAL ? cel_size(v->items) : 1;
	default:
		return 1;
	}
}

uint64_t cel_cost_tenth(uint64_t size)
{
	/* What ceil() does, without the call: this is paid for every comparison of texts. */
	double cost = (double)size * per_element;
	uint64_t whole = (uint64_t)cost;
	return whole + ((double)whole < cost);
}

uint64_t cel_cost_read(const struct value *arguments, size_t count, const struct value *result)
{
	(void)count, (void)result;
	return cel_cost_tenth(cel_size(arguments));
}

uint64_t cel_cost_copy(const struct value *arguments, size_t count, const struct value *result)
{
	(void)count, (void)result;
	return cel_cost_tenth(2 * cel_size(arguments));
}

static uint64_t traverse(const struct value *v)
{
	uint64_t cost = 0;
	switch (v->kind) {
	case VALUE_STRING:
	case VALUE_BYTES:
		return (uint64_t)((double)v->count * per_element);
	case VALUE_LIST:
		for (uint32_t i = 0; i < v->count; i++)
			cost += traverse(&v->items[i]);
		return cost;
	case VALUE_MAP:
		for (uint32_t i = 0; i < v->count; i++)
			cost += traverse(&v->entries[i].key) + traverse(&v->entries[i].value);
		return cost;
	default:
		return 1;
	}
}

uint64_t cel_cost_traverse(const struct value *arguments, size_t count, const struct value *result)
{
	(void)count, (void)result;
	return traverse(arguments);
}

uint64_t cel_cost_match_size(const struct value *text, uint64_t pattern_size)
{
	double pattern = ceil((double)pattern_size * per_pattern_element);
	return cel_cost_tenth(cel_size(text) + 1) * (uint64_t)pattern;
}

uint64_t cel_cost_match(const struct value *arguments, size_t count, const struct value *result)
{
	(void)count, (void)result;
	return cel_cost_match_size(&arguments[0], cel_size(&arguments[1]));
}

struct value cel_text(const struct buf *out, const struct value *from)
{
	struct str text = out->len > 0 ? buf_str(out) : STR("");
	return value_at(value_string(text), from->origin);
}

struct value cel_slice(const struct value *s, size_t from, size_t to)
{
	struct str part = {s->text + from, to - from};
	return value_at(s->flags & VALUE_ASCII ? value_ascii(part) : value_string(part), s->origin);
}

struct value cel_some(struct cel_run *run, struct value v)
{
	struct value *item = arena_alloc(cel_run_arena(run), sizeof(*item));
	*item = v;
	return (struct value){.kind = CEL_OPTIONAL, .count = 1, .items = item, .origin = v.origin};
}

struct value cel_fail_overload(struct cel_run *run, const struct value *culprit)
{
	return cel_fail_at(run, culprit, "no such overload");
}

struct value cel_fail_budget(struct cel_run *run)
{
	return cel_fail(run, "the cost of the expression exceeds its limit");
}
