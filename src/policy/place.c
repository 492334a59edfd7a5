/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/place.h"

#include "data/map.h"
#include "data/path.h"

/* A value of the facts from which a reason's path continues. */
struct start {
	const struct value *value;
	const struct value *key; /* under which it was reached, or NULL */
};

static void put_step(const struct value *step, struct buf *path, struct buf *pointer)
{
	if (step->kind == VALUE_INT)
		path_put_index((uint64_t)step->integer, path, pointer);
	else if (step->kind == VALUE_STRING)
		path_put_key(value_str(step), path, pointer);
}

static void print_path(struct reason *reason, const struct path *way, const struct value *steps,
	size_t count, struct arena *arena)
{
	struct buf path, pointer;
	buf_init_arena(&path, arena, 64);
	buf_init_arena(&pointer, arena, 64);
	path_put(way, &path, &pointer);
	for (size_t i = 0; i < count; i++)
		put_step(&steps[i], &path, &pointer);
	reason->path = buf_str(&path);
	reason->pointer = buf_str(&pointer);
}

/* One step of `at` into a value: false when there is nothing. */
static bool follow(struct start *at, const struct value *step)
{
	if (step->kind == VALUE_INT) {
		bool there =
			at->value->kind == VALUE_LIST && (uint64_t)step->integer < at->value->count;
		if (there)
			*at = (struct start){&at->value->items[step->integer], NULL};
		return there;
	}
	const struct value_entry *entry =
		at->value->kind == VALUE_MAP ? map_find(at->value, step) : NULL;
	if (entry)
		*at = (struct start){&entry->value, &entry->key};
	return entry != NULL;
}

/* Bytes of a scalar as it is usually written; 0 for what has no one line. */
static uint32_t written_length(const struct value *v)
{
	char text[24];
	struct buf buf;
	if (v->kind == VALUE_STRING)
		return v->count;
	if (v->kind == VALUE_BOOL)
		return v->boolean ? 4 : 5;
	if (v->kind != VALUE_INT)
		return 0;
	buf_init_fixed(&buf, text, sizeof(text));
	buf_put_int(&buf, v->integer);
	return (uint32_t)buf.len;
}

/* A scalar that is there is pointed at itself, all else at its key. */
static void point(struct reason *reason, const struct start *at, bool complete)
{
	bool scalar = at->value->kind != VALUE_LIST && at->value->kind != VALUE_MAP;
	const struct value *spot = complete && scalar ? at->value : at->key;
	if (!spot || spot->origin.line == 0)
		spot = at->value;
	if (spot->origin.line == 0)
		return;
	reason->origin = spot->origin;
	reason->length = written_length(spot);
}

/* Say where a reason is from one value on, as deep as the steps lead; false when that is nowhere.
 */
static bool place_from(struct reason *reason, const struct subject *subject,
	const struct value *base, const struct policy *steps, struct arena *arena)
{
	/* Every entry is written before it is read, and there is a place for every reason. */
	struct start chain[POLICY_MAX_STEPS + 1] __attribute__((uninitialized));
	struct path way __attribute__((uninitialized));
	size_t count = steps ? steps->at_count : 0, depth = 0;
	chain[0] = (struct start){base, NULL};
	while (depth < count) {
		chain[depth + 1] = chain[depth];
		if (!follow(&chain[depth + 1], &steps->at_steps[depth]))
			break;
		depth++;
	}
	size_t known = depth;
	while (!path_find(&subject->root, chain[known].value, &way)) {
		if (known-- == 0)
			return false;
	}
	if (known == depth && way.count > 0) /* a view may have keys of its own making */
		chain[depth].key = way.steps[way.count - 1].key;
	const struct value *rest = count > known ? steps->at_steps + known : NULL;
	print_path(reason, &way, rest, count - known, arena);
	point(reason, &chain[depth], depth == count);
	return true;
}

void place_reason(struct reason *reason, const struct subject *subject, const struct value *slots,
	struct arena *arena)
{
	const struct policy *policy = reason->policy;
	reason->path = reason->pointer = STR("");
	reason->origin = subject->origin;
	if (policy->at_slot != POLICY_NO_SLOT &&
		place_from(reason, subject, &slots[policy->at_slot], policy, arena))
		return;
	for (size_t i = policy->each_count; i-- > 0;)
		if (place_from(reason, subject, &slots[policy->each[i].slot], NULL, arena))
			return;
}
