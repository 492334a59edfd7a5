/* SPDX-License-Identifier: Apache-2.0 */
#include "report/metrics.h"

#include "cel/datetime.h"
#include "data/map.h"
#include "policy/date.h"
#include "report/metrics_add.h"

enum { MICROSECONDS = 1000000 };

const struct value *metrics_member(const struct value *map, const char *key)
{
	return map_get_str(map, str_from(key));
}

struct str metrics_text(const struct value *map, const char *key)
{
	const struct value *v = metrics_member(map, key);
	return value_is(v, VALUE_STRING) ? value_str(v) : STR("");
}

bool metrics_flag(const struct value *map, const char *key)
{
	const struct value *v = metrics_member(map, key);
	return value_is(v, VALUE_BOOL) && v->boolean;
}

bool metrics_number(const struct value *map, const char *key, uint64_t *ret_number)
{
	const struct value *v = metrics_member(map, key);
	if (value_is(v, VALUE_UINT))
		*ret_number = v->natural;
	else if (value_is(v, VALUE_INT) && v->integer >= 0)
		*ret_number = (uint64_t)v->integer;
	else
		return false;
	return true;
}

bool metrics_parse_moment(struct str text, int64_t *ret_us)
{
	struct value moment;
	if (!time_parse_timestamp(text, &moment) || moment.integer < 0)
		return false;
	*ret_us = moment.integer * MICROSECONDS + moment.count / 1000;
	return true;
}

struct metrics_when metrics_when(const struct value *map, const char *key)
{
	struct metrics_when when = {.given = metrics_member(map, key) != NULL};
	when.valid = metrics_parse_moment(metrics_text(map, key), &when.at_us);
	return when;
}

uint64_t metrics_group_bits(struct metrics_sum *sum, const char *by, struct str name)
{
	for (size_t i = 0; i < sum->group_count; i++)
		if (strcmp(sum->groups[i].by, by) == 0 && str_equal(sum->groups[i].name, name))
			return (uint64_t)1 << i;
	/* The last one takes all for which there is no room. */
	bool is_last = sum->group_count >= METRICS_GROUPS - 1;
	if (sum->group_count < METRICS_GROUPS)
		sum->groups[sum->group_count++] = (struct metrics_group){
			.by = by, .name = is_last ? STR("others") : names_keep(&sum->texts, name)};
	return (uint64_t)1 << (sum->group_count - 1);
}

void *metrics_slot(struct metrics_sum *sum, struct metrics_array *array, size_t index, size_t size)
{
	if (index == array->capacity)
		array->items =
			arena_grow(sum->arena, array->items, array->count, &array->capacity, size);
	char *slot = (char *)array->items + index * size;
	if (index == array->count) {
		memset(slot, 0, size);
		array->count++;
	}
	return slot;
}

struct metrics_sum *metrics_begin(struct arena *arena, int64_t at_us)
{
	static const char *const layers[] = {
		"image", "cluster", "context", "runtime", "network", "host"};
	struct metrics_sum *sum = ARENA_NEW(arena, struct metrics_sum);
	struct names *const names[] = {&sum->texts, &sum->subject_names, &sum->undecided_names,
		&sum->incident_names, &sum->node_names, &sum->digest_names};
	sum->arena = arena;
	sum->at_us = at_us;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		names[i]->arena = arena;
	for (size_t i = 0; i < sizeof(layers) / sizeof(layers[0]); i++)
		(void)metrics_group_bits(sum, "layer", str_from(layers[i]));
	for (int i = 0; i <= OWNER_SHARED; i++)
		(void)metrics_group_bits(
			sum, "owner", str_from(policy_owner_name((enum policy_owner)i)));
	for (int i = 0; i <= RISK_CRITICAL; i++)
		(void)metrics_group_bits(
			sum, "risk", str_from(policy_risk_name((enum policy_risk)i)));
	return sum;
}

static bool add_gap(struct metrics_sum *sum, const struct value *record, int drill)
{
	const struct value *gap = metrics_member(record, "gap");
	uint64_t first, last, *all = &sum->totals.gap_numbers;
	(void)drill;
	if (!metrics_number(gap, "first", &first) || !metrics_number(gap, "last", &last) ||
		first == 0 || last < first)
		return false;
	if (__builtin_add_overflow(*all, last - first, all) ||
		__builtin_add_overflow(*all, 1u, all))
		*all = UINT64_MAX;
	sum->totals.gaps++;
	return true;
}

/* Nothing but its place: what the pruning took away is told by the ledger's range. */
static bool add_prune(struct metrics_sum *sum, const struct value *record, int drill)
{
	(void)sum;
	(void)drill;
	return value_is(metrics_member(record, "prune"), VALUE_MAP);
}

static const struct {
	struct str type;
	bool (*add)(struct metrics_sum *sum, const struct value *record, int drill);
} types[] = {
	{STR_INIT("decision"), metrics_add_decision},
	{STR_INIT("undecided"), metrics_add_undecided},
	{STR_INIT("catalogue"), metrics_add_catalogue},
	{STR_INIT("note"), metrics_add_note},
	{STR_INIT("gap"), add_gap},
	{STR_INIT("prune"), add_prune},
	{STR_INIT("detection"), metrics_add_incident},
	{STR_INIT("acknowledgement"), metrics_add_incident},
	{STR_INIT("action"), metrics_add_incident},
	{STR_INIT("verification"), metrics_add_incident},
	{STR_INIT("recovery"), metrics_add_incident},
	{STR_INIT("closure"), metrics_add_incident},
	{STR_INIT("blast-radius"), metrics_add_incident},
	{STR_INIT("drift"), metrics_add_drift},
	{STR_INIT("heartbeat"), metrics_add_heartbeat},
	{STR_INIT("inventory"), metrics_add_inventory},
	{STR_INIT("clock"), metrics_add_clock},
};

/* What any record says of the node it comes from: that it was there. */
static void see_node(struct metrics_sum *sum, const struct value *record, int64_t time_us)
{
	struct str name = metrics_text(record, "node");
	bool is_new;
	if (name.len == 0)
		return;
	size_t number = names_add(&sum->node_names, name, &is_new);
	struct metrics_node *node =
		metrics_slot(sum, &sum->nodes, number, sizeof(struct metrics_node));
	if (time_us > node->seen_us)
		node->seen_us = time_us;
}

/* false: no record of ours. */
static bool add_known(struct metrics_sum *sum, const struct value *record, int64_t *ret_us)
{
	struct str type = metrics_text(record, "type"), time = metrics_text(record, "time");
	int drill = metrics_flag(record, "drill") ? METRICS_DRILL : METRICS_REAL;
	if (time.len > DATE_BYTES || !metrics_parse_moment(time, ret_us))
		return false;
	if (sum->at_us != METRICS_AT_END && *ret_us > sum->at_us) {
		sum->totals.later++;
		return true;
	}
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (str_equal(type, types[i].type)) {
			if (!types[i].add(sum, record, drill))
				return false;
			if (drill == METRICS_REAL)
				see_node(sum, record, *ret_us);
			sum->last_us = *ret_us;
			return true;
		}
	return false;
}

void metrics_add(struct metrics_sum *sum, const struct value *record)
{
	int64_t time_us;
	bool ours = record && add_known(sum, record, &time_us);
	sum->totals.records++;
	sum->totals.unknown_records += !ours;
}
