/* SPDX-License-Identifier: Apache-2.0 */
#include "data/map.h"
#include "policy/date.h"
#include "policy/decide.h"
#include "report/metrics_sum.h"

static const char *const layers[METRICS_LAYERS] = {
	"image", "cluster", "context", "runtime", "network", "host"};

enum { FIRST_OWNER = METRICS_LAYERS, OWNERS = OWNER_SHARED + 1, RISKS = RISK_CRITICAL + 1 };
enum { FIRST_RISK = FIRST_OWNER + OWNERS, FIRST_STANDARD = FIRST_RISK + RISKS };

static uint64_t bit(size_t group)
{
	return (uint64_t)1 << group;
}

static struct str text_of(const struct value *map, const char *key)
{
	const struct value *v = map_get_str(map, str_from(key));
	return value_is(v, VALUE_STRING) ? value_str(v) : STR("");
}

static bool flag_of(const struct value *map, const char *key)
{
	const struct value *v = map_get_str(map, str_from(key));
	return value_is(v, VALUE_BOOL) && v->boolean;
}

static size_t layer_of(struct str name)
{
	for (size_t i = 0; i < METRICS_LAYERS; i++)
		if (str_equal(name, str_from(layers[i])))
			return i;
	return SIZE_MAX;
}

static void add_group(struct metrics_sum *sum, const char *by, struct str name)
{
	sum->groups[sum->group_count++] = (struct metrics_group){.by = by, .name = name};
}

/* The group of a standard, made when it is new; the last one takes all for which there is no room.
 */
static size_t standard_group(struct metrics_sum *sum, struct str name)
{
	for (size_t i = FIRST_STANDARD; i < sum->group_count; i++)
		if (str_equal(sum->groups[i].name, name))
			return i;
	if (sum->group_count == METRICS_GROUPS)
		return METRICS_GROUPS - 1;
	add_group(sum, "standard",
		sum->group_count == METRICS_GROUPS - 1 ? STR("other standards") : name);
	return sum->group_count - 1;
}

static void add_policy(struct metrics_sum *sum, size_t index)
{
	const struct policy *policy = sum->policies[index];
	size_t layer = policy->schema ? layer_of(str_from(policy->schema->layer)) : SIZE_MAX;
	uint64_t groups = 0;
	for (size_t i = 0; i < policy->mapping_count; i++)
		groups |= bit(standard_group(sum, policy->mappings[i].standard));
	sum->policy_groups[index] = groups;
	if (layer != SIZE_MAX)
		sum->layer_groups[layer] |= groups | bit(layer) | bit(FIRST_OWNER + policy->owner) |
					    bit(FIRST_RISK + policy->risk);
}

struct metrics_sum *metrics_begin(
	struct arena *arena, const struct policy *const *policies, size_t count)
{
	struct metrics_sum *sum = ARENA_NEW(arena, struct metrics_sum);
	sum->arena = arena;
	sum->policies = policies;
	sum->policy_count = count;
	sum->policy_groups = ARENA_NEW_ARRAY(arena, uint64_t, count);
	for (size_t i = 0; i < METRICS_LAYERS; i++)
		add_group(sum, "layer", str_from(layers[i]));
	for (int i = 0; i < OWNERS; i++)
		add_group(sum, "owner", str_from(policy_owner_name((enum policy_owner)i)));
	for (int i = 0; i < RISKS; i++)
		add_group(sum, "risk", str_from(policy_risk_name((enum policy_risk)i)));
	for (size_t i = 0; i < count; i++)
		add_policy(sum, i);
	return sum;
}

/* Standards of a policy; false when the catalogue does not have it. */
static bool find_policy(const struct metrics_sum *sum, struct str id, uint64_t *ret_groups)
{
	size_t low = 0, high = sum->policy_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_compare(sum->policies[middle]->id, id);
		*ret_groups = sum->policy_groups[middle];
		if (order == 0)
			return true;
		*(order < 0 ? &low : &high) = order < 0 ? middle + 1 : middle;
	}
	*ret_groups = 0;
	return false;
}

/* The group among [first, first + count) of that name, as a bit; 0 for none. */
static uint64_t named_group(
	const struct metrics_sum *sum, size_t first, size_t count, struct str name)
{
	for (size_t i = first; i < first + count; i++)
		if (str_equal(sum->groups[i].name, name))
			return bit(i);
	return 0;
}

static void add_waiver(
	struct metrics_sum *sum, struct metrics_subject *subject, const struct value *waiver)
{
	struct metrics_waiver *all = subject->waivers;
	struct metrics_waiver added = {.id = text_of(waiver, "id"), .subjects = 1};
	if (!date_parse_end(text_of(waiver, "expires"), &added.expires_s))
		return;
	for (size_t i = 0; i < subject->waiver_count; i++)
		if (str_equal(all[i].id, added.id) && all[i].expires_s == added.expires_s)
			return;
	added.id = str_copy(sum->arena, added.id);
	added.owner = str_copy(sum->arena, text_of(waiver, "owner"));
	all[subject->waiver_count++] = added;
}

/* Returns whether the policy could not be evaluated. */
static bool add_reason(struct metrics_sum *sum, struct metrics_subject *subject, uint64_t layer,
	const struct value *reason)
{
	const struct value *waiver = map_get_str(reason, STR("waiver"));
	uint64_t groups;
	bool known = find_policy(sum, text_of(reason, "policy"), &groups);
	groups |= layer | named_group(sum, FIRST_OWNER, OWNERS, text_of(reason, "owner")) |
		  named_group(sum, FIRST_RISK, RISKS, text_of(reason, "risk"));
	subject->member |= groups;
	subject->unknown_reasons += !known;
	if (waiver) {
		subject->waived |= groups;
		add_waiver(sum, subject, waiver);
		return false;
	}
	subject->failed |= groups;
	return flag_of(reason, "undecided");
}

/* All reasons of a decision; one that does not list them fails in every group. */
static bool add_reasons(struct metrics_sum *sum, struct metrics_subject *subject, uint64_t layer,
	const struct value *record)
{
	const struct value *reasons = map_get_str(record, STR("reasons"));
	bool undecided = false;
	if (!value_is(reasons, VALUE_LIST)) {
		subject->failed = subject->member;
		return false;
	}
	subject->waivers = ARENA_NEW_ARRAY(sum->arena, struct metrics_waiver, reasons->count);
	for (uint32_t i = 0; i < reasons->count; i++)
		undecided |= add_reason(sum, subject, layer, &reasons->items[i]);
	return undecided;
}

/* Each part with its length before it, so that no name can be made to look like two. */
static struct str key_of(struct metrics_sum *sum, const struct value *record)
{
	static const char *const parts[] = {"apiVersion", "kind", "namespace", "name", "file"};
	const struct value *subject = map_get_str(record, STR("subject"));
	struct buf key;
	buf_init_arena(&key, sum->arena, 128);
	buf_put(&key, text_of(record, "layer"));
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct str text = text_of(subject, parts[i]);
		buf_printf(&key, " %zu:", text.len);
		buf_put(&key, text);
	}
	return buf_str(&key);
}

static int verdict_of(struct str name)
{
	static const struct str names[METRICS_VERDICTS] = {[VERDICT_ALLOW] = STR_INIT("allow"),
		[VERDICT_WARN] = STR_INIT("warn"),
		[VERDICT_DENY] = STR_INIT("deny")};
	for (int i = 0; i < METRICS_VERDICTS; i++)
		if (str_equal(name, names[i]))
			return i;
	return -1;
}

static struct metrics_subject *new_subject(struct metrics_sum *sum, struct metrics_sum_part *part)
{
	if (part->subject_count == part->subject_capacity) {
		metrics_compact(part);
		if (part->subject_count * 2 >= part->subject_capacity)
			part->subjects = arena_grow(sum->arena, part->subjects, part->subject_count,
				&part->subject_capacity, sizeof(*part->subjects));
	}
	return &part->subjects[part->subject_count++];
}

static bool add_decision(struct metrics_sum *sum, const struct value *record, int drill)
{
	struct metrics_part *counts = &sum->totals.parts[drill];
	size_t layer = layer_of(text_of(record, "layer"));
	int verdict = verdict_of(text_of(record, "verdict"));
	if (layer == SIZE_MAX || verdict < 0)
		return false;
	struct metrics_subject *subject = new_subject(sum, &sum->parts[drill]);
	*subject = (struct metrics_subject){.key = key_of(sum, record),
		.number = sum->totals.records,
		.member = sum->layer_groups[layer] | bit(layer),
		.verdict = (uint8_t)verdict};
	counts->decisions[verdict]++;
	counts->undecided += add_reasons(sum, subject, bit(layer), record);
	return true;
}

static void add_incident(struct metrics_sum *sum, const struct value *incident, bool drill)
{
	static const char *const moments[MOMENTS] = {
		"indicator", "detected", "contained", "recovered"};
	if (sum->incident_count == sum->incident_capacity)
		sum->incidents = arena_grow(sum->arena, sum->incidents, sum->incident_count,
			&sum->incident_capacity, sizeof(*sum->incidents));
	struct metrics_incident *added = &sum->incidents[sum->incident_count++];
	*added = (struct metrics_incident){.id = str_copy(sum->arena, text_of(incident, "id")),
		.number = sum->totals.records,
		.drill = drill || flag_of(incident, "drill")};
	for (size_t i = 0; i < MOMENTS; i++) {
		struct str text = text_of(incident, moments[i]);
		added->moments[i].given = map_get_str(incident, str_from(moments[i])) != NULL;
		/* A date alone is a day, not a moment. */
		added->moments[i].valid = str_find_char(text, 'T') != SIZE_MAX &&
					  date_parse_end(text, &added->moments[i].at_s);
	}
}

static bool add_note(struct metrics_sum *sum, const struct value *record, int drill)
{
	const struct value *incident =
		map_get_str(map_get_str(record, STR("note")), STR("incident"));
	sum->totals.notes++;
	if (value_is(incident, VALUE_MAP) && text_of(incident, "id").len > 0)
		add_incident(sum, incident, drill == METRICS_DRILL);
	return true;
}

static uint64_t number_of(const struct value *map, const char *key)
{
	const struct value *v = map_get_str(map, str_from(key));
	if (value_is(v, VALUE_UINT))
		return v->natural;
	return value_is(v, VALUE_INT) && v->integer > 0 ? (uint64_t)v->integer : 0;
}

static bool add_gap(struct metrics_sum *sum, const struct value *record, int drill)
{
	const struct value *gap = map_get_str(record, STR("gap"));
	uint64_t first = number_of(gap, "first"), last = number_of(gap, "last"), *all;
	(void)drill;
	if (first == 0 || last < first)
		return false;
	all = &sum->totals.gap_numbers;
	if (__builtin_add_overflow(*all, last - first, all) ||
		__builtin_add_overflow(*all, 1u, all))
		*all = UINT64_MAX;
	sum->totals.gaps++;
	return true;
}

void metrics_add(struct metrics_sum *sum, const struct value *record)
{
	static const struct {
		struct str type;
		bool (*add)(struct metrics_sum *sum, const struct value *record, int drill);
	} types[] = {{STR_INIT("decision"), add_decision}, {STR_INIT("note"), add_note},
		{STR_INIT("gap"), add_gap}};
	struct str type = text_of(record, "type"), time = text_of(record, "time");
	int64_t time_s;
	bool timed = time.len <= DATE_BYTES && date_parse_end(time, &time_s);
	int drill = flag_of(record, "drill") ? METRICS_DRILL : METRICS_REAL;
	bool ours = false;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (timed && str_equal(type, types[i].type))
			ours = types[i].add(sum, record, drill);
	sum->totals.records++;
	sum->totals.unknown_records += !ours;
	if (ours) {
		sum->as_of_s = time_s;
		if (!sum->totals.time.data)
			sum->totals.time.data = arena_alloc(sum->arena, DATE_BYTES);
		memcpy((char *)(uintptr_t)sum->totals.time.data, time.data, time.len);
		sum->totals.time.len = time.len;
	}
}
