/* SPDX-License-Identifier: Apache-2.0 */
#include "report/metrics_add.h"
#include "report/metrics_put.h"

static struct metrics_incident *incident_of(
	struct metrics_sum *sum, char kind, struct str id, int drill)
{
	struct buf key;
	bool is_new;
	struct arena_mark mark = arena_mark(sum->arena);
	buf_init_arena(&key, sum->arena, id.len + 1);
	buf_put_char(&key, kind);
	buf_put(&key, id);
	size_t number = names_add(&sum->incident_names, buf_str(&key), &is_new);
	if (!is_new)
		arena_rewind(sum->arena, mark);
	struct metrics_incident *incident =
		metrics_slot(sum, &sum->incidents, number, sizeof(struct metrics_incident));
	incident->is_drift = kind == 'd';
	incident->drill |= drill == METRICS_DRILL;
	return incident;
}

/* A later record corrects an earlier one. */
static void replace(struct metrics_when *moment, const struct value *facts, const char *key)
{
	struct metrics_when when = metrics_when(facts, key);
	if (when.given)
		*moment = when;
}

static void keep_earliest(struct metrics_when *moment, const struct value *facts, const char *key)
{
	struct metrics_when when = metrics_when(facts, key);
	if (when.given &&
		(!moment->given || !when.valid || (moment->valid && when.at_us < moment->at_us)))
		*moment = when;
}

static void add_look(struct metrics_sum *sum, struct metrics_incident *incident,
	struct metrics_when when, bool held)
{
	struct metrics_look *look = ARENA_NEW(sum->arena, struct metrics_look);
	*look = (struct metrics_look){
		.next = incident->looks, .when = when, .held = held, .number = sum->totals.records};
	incident->looks = look;
}

static void detect(
	struct metrics_sum *sum, struct metrics_incident *incident, const struct value *facts)
{
	(void)sum;
	replace(&incident->moments[MOMENT_INDICATOR], facts, "indicator");
	replace(&incident->moments[MOMENT_DETECTED], facts, "detected");
}

static void acknowledge(
	struct metrics_sum *sum, struct metrics_incident *incident, const struct value *facts)
{
	(void)sum;
	keep_earliest(&incident->moments[MOMENT_ACKNOWLEDGED], facts, "at");
}

/* What was refused was not begun. */
static void act(
	struct metrics_sum *sum, struct metrics_incident *incident, const struct value *facts)
{
	struct metrics_when verified = metrics_when(facts, "verified");
	if (!str_equal(metrics_text(facts, "outcome"), STR("refused")))
		keep_earliest(&incident->moments[MOMENT_RESPONDED], facts, "started");
	if (verified.given)
		add_look(sum, incident, verified, true);
}

static void verify(
	struct metrics_sum *sum, struct metrics_incident *incident, const struct value *facts)
{
	add_look(sum, incident, metrics_when(facts, "at"), metrics_flag(facts, "held"));
}

static void recover(
	struct metrics_sum *sum, struct metrics_incident *incident, const struct value *facts)
{
	(void)sum;
	replace(&incident->moments[MOMENT_RECOVERED], facts, "at");
}

static void close_it(
	struct metrics_sum *sum, struct metrics_incident *incident, const struct value *facts)
{
	(void)sum;
	incident->closed = true;
	incident->dismissed = !str_equal(metrics_text(facts, "resolution"), STR("resolved"));
}

static void measure(
	struct metrics_sum *sum, struct metrics_incident *incident, const struct value *facts)
{
	uint64_t affected, total;
	(void)sum;
	if (!metrics_number(facts, "affected", &affected) ||
		!metrics_number(facts, "total", &total) || affected > total)
		return;
	for (size_t i = 0; i < METRICS_MEASURES; i++)
		if (str_equal(metrics_text(facts, "measure"), str_from(metrics_measures[i]))) {
			incident->blast[i].affected = affected;
			incident->blast[i].total = total;
		}
}

static const struct {
	const char *type, *facts;
	void (*add)(struct metrics_sum *sum, struct metrics_incident *incident,
		const struct value *facts);
} events[] = {
	{"detection", "detection", detect},
	{"acknowledgement", "acknowledgement", acknowledge},
	{"action", "action", act},
	{"verification", "verification", verify},
	{"recovery", "recovery", recover},
	{"closure", "closure", close_it},
	{"blast-radius", "blastRadius", measure},
};

static void count_action(struct metrics_sum *sum, const struct value *action, int drill)
{
	for (size_t i = 0; i < METRICS_OUTCOMES; i++)
		if (str_equal(metrics_text(action, "outcome"), str_from(metrics_outcomes[i])))
			sum->totals.parts[drill].actions[i]++;
}

bool metrics_add_incident(struct metrics_sum *sum, const struct value *record, int drill)
{
	struct str type = metrics_text(record, "type"), id = metrics_text(record, "incident");
	size_t i = 0;
	while (!str_equal(type, str_from(events[i].type)))
		i++;
	const struct value *facts = metrics_member(record, events[i].facts);
	if (!value_is(facts, VALUE_MAP))
		return false;
	if (events[i].add == act)
		count_action(sum, facts, drill);
	if (id.len > 0)
		events[i].add(sum, incident_of(sum, 'i', id, drill), facts);
	return id.len > 0 || events[i].add == act;
}

/* Notes of early versions tell of incidents too. */
bool metrics_add_note(struct metrics_sum *sum, const struct value *record, int drill)
{
	const struct value *told = metrics_member(metrics_member(record, "note"), "incident");
	struct str id = metrics_text(told, "id");
	sum->totals.notes++;
	if (id.len == 0)
		return true;
	struct metrics_incident *incident =
		incident_of(sum, 'i', id, metrics_flag(told, "drill") ? METRICS_DRILL : drill);
	struct metrics_when contained = metrics_when(told, "contained");
	detect(sum, incident, told);
	replace(&incident->moments[MOMENT_RECOVERED], told, "recovered");
	if (contained.given)
		add_look(sum, incident, contained, true);
	return true;
}

bool metrics_add_drift(struct metrics_sum *sum, const struct value *record, int drill)
{
	const struct value *facts = metrics_member(record, "drift");
	struct str id = metrics_text(facts, "id");
	if (id.len == 0)
		return false;
	struct metrics_incident *drift = incident_of(sum, 'd', id, drill);
	replace(&drift->moments[MOMENT_INDICATOR], facts, "drifted");
	replace(&drift->moments[MOMENT_RECOVERED], facts, "restored");
	return true;
}

static struct metrics_node *node_of(struct metrics_sum *sum, struct str name)
{
	bool is_new;
	size_t number = names_add(&sum->node_names, name, &is_new);
	return metrics_slot(sum, &sum->nodes, number, sizeof(struct metrics_node));
}

bool metrics_add_heartbeat(struct metrics_sum *sum, const struct value *record, int drill)
{
	const uint64_t year_s = 366 * 24 * 60 * 60;
	struct str name = metrics_text(record, "node");
	uint64_t interval_s;
	if (name.len == 0 ||
		!metrics_number(
			metrics_member(record, "heartbeat"), "intervalSeconds", &interval_s) ||
		interval_s > year_s)
		return false;
	if (drill == METRICS_DRILL)
		return true;
	struct metrics_node *node = node_of(sum, name);
	node->beats = true;
	node->interval_us = (int64_t)interval_s * 1000000;
	return true;
}

bool metrics_add_inventory(struct metrics_sum *sum, const struct value *record, int drill)
{
	const struct value *nodes = metrics_member(metrics_member(record, "inventory"), "nodes");
	if (!value_is(nodes, VALUE_LIST))
		return false;
	if (drill == METRICS_DRILL)
		return true;
	sum->inventory = sum->totals.records + 1;
	for (uint32_t i = 0; i < nodes->count; i++)
		if (value_is(&nodes->items[i], VALUE_STRING))
			node_of(sum, value_str(&nodes->items[i]))->inventory = sum->inventory;
	return true;
}

bool metrics_add_clock(struct metrics_sum *sum, const struct value *record, int drill)
{
	if (!value_is(metrics_member(record, "clock"), VALUE_MAP))
		return false;
	sum->totals.clock_jumps += drill == METRICS_REAL;
	return true;
}
