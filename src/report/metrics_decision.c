/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "policy/date.h"
#include "policy/decide.h"
#include "report/metrics_add.h"
#include "report/metrics_undecided.h"

static void add_waiver(
	struct metrics_sum *sum, struct metrics_subject *subject, const struct value *waiver)
{
	struct metrics_waiver *all = subject->waivers;
	struct metrics_waiver added = {.subjects = 1};
	struct str id = metrics_text(waiver, "id");
	if (!date_parse_end(metrics_text(waiver, "expires"), &added.expires_s))
		return;
	for (size_t i = 0; i < subject->waiver_count; i++)
		if (str_equal(all[i].id, id) && all[i].expires_s == added.expires_s)
			return;
	added.id = names_keep(&sum->texts, id);
	added.owner = names_keep(&sum->texts, metrics_text(waiver, "owner"));
	all[subject->waiver_count++] = added;
}

static size_t count_waivers(const struct value *reasons)
{
	size_t count = 0;
	for (uint32_t i = 0; value_is(reasons, VALUE_LIST) && i < reasons->count; i++)
		count += metrics_member(&reasons->items[i], "waiver") != NULL;
	return count;
}

/* Returns whether a policy that counts could not be evaluated. */
static bool add_reasons(
	struct metrics_sum *sum, struct metrics_subject *subject, const struct value *record)
{
	const struct value *reasons = metrics_member(record, "reasons");
	size_t waivers = count_waivers(reasons);
	bool undecided = false;
	subject->fails = !value_is(reasons, VALUE_LIST) || reasons->count > waivers;
	if (!value_is(reasons, VALUE_LIST))
		return metrics_text(metrics_member(record, "policies"), "undecided").len > 0;
	if (waivers > 0)
		subject->waivers = ARENA_NEW_ARRAY(sum->arena, struct metrics_waiver, waivers);
	for (uint32_t i = 0; i < reasons->count; i++) {
		const struct value *waiver = metrics_member(&reasons->items[i], "waiver");
		if (waiver)
			add_waiver(sum, subject, waiver);
		else
			undecided |= metrics_flag(&reasons->items[i], "undecided");
	}
	return undecided;
}

/* Each part with its length before it, so that no name can be made to look like two. */
static struct str key_of(struct metrics_sum *sum, const struct value *record, int drill)
{
	static const char *const parts[] = {"apiVersion", "kind", "namespace", "name", "file"};
	const struct value *subject = metrics_member(record, "subject");
	struct buf key;
	buf_init_arena(&key, sum->arena, 128);
	buf_put(&key, metrics_text(record, "layer"));
	buf_put_char(&key, drill == METRICS_DRILL ? '!' : ' ');
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct str text = metrics_text(subject, parts[i]);
		buf_printf(&key, " %zu:", text.len);
		buf_put(&key, text);
	}
	return buf_str(&key);
}

/* `Pod shop/web in web.yaml` */
static struct str name_of(struct metrics_sum *sum, const struct value *subject)
{
	struct str namespace = metrics_text(subject, "namespace"),
		   name = metrics_text(subject, "name"), file = metrics_text(subject, "file");
	struct buf out;
	buf_init_arena(&out, sum->arena, 128);
	buf_put(&out, metrics_text(subject, "kind"));
	buf_puts(&out, " ");
	buf_put(&out, namespace);
	if (namespace.len > 0)
		buf_puts(&out, "/");
	buf_put(&out, name);
	if (file.len > 0)
		buf_puts(&out, " in ");
	buf_put(&out, file);
	return buf_str(&out);
}

static int index_of(struct str name, const char *const *words, int count)
{
	for (int i = 0; i < count; i++)
		if (str_equal(name, str_from(words[i])))
			return i;
	return -1;
}

int metrics_layer(const struct metrics_sum *sum, struct str name)
{
	for (int i = 0; strcmp(sum->groups[i].by, "layer") == 0; i++)
		if (str_equal(sum->groups[i].name, name))
			return i;
	return -1;
}

/* The slot of this subject; what is not needed to find it again is given back. */
static struct metrics_subject *slot_of(
	struct metrics_sum *sum, const struct value *record, int drill)
{
	struct arena_mark mark = arena_mark(sum->arena);
	bool is_new;
	struct str key = key_of(sum, record, drill);
	size_t number = names_add(&sum->subject_names, key, &is_new);
	if (!is_new)
		arena_rewind(sum->arena, mark);
	struct metrics_subject *slot =
		metrics_slot(sum, &sum->subjects, number, sizeof(struct metrics_subject));
	if (is_new)
		slot->name = name_of(sum, metrics_member(record, "subject"));
	return slot;
}

bool metrics_add_decision(struct metrics_sum *sum, const struct value *record, int drill)
{
	static const char *const verdicts[METRICS_VERDICTS] = {
		[VERDICT_ALLOW] = "allow", [VERDICT_WARN] = "warn", [VERDICT_DENY] = "deny"};
	struct metrics_part *counts = &sum->totals.parts[drill];
	int layer = metrics_layer(sum, metrics_text(record, "layer"));
	int verdict = index_of(metrics_text(record, "verdict"), verdicts, METRICS_VERDICTS);
	const struct value *policies = metrics_member(record, "policies");
	if (layer < 0 || verdict < 0)
		return false;
	struct metrics_subject *slot = slot_of(sum, record, drill);
	*slot = (struct metrics_subject){.number = sum->totals.records,
		.drill = (uint8_t)drill,
		.layer = (uint8_t)layer,
		.verdict = (uint8_t)verdict,
		.listed = value_is(policies, VALUE_MAP),
		.name = slot->name,
		.digest = names_keep(&sum->texts, metrics_text(record, "catalogue")),
		.applied = names_keep(&sum->texts, metrics_text(policies, "applied")),
		.failed = names_keep(&sum->texts, metrics_text(policies, "failed")),
		.waived = names_keep(&sum->texts, metrics_text(policies, "waived"))};
	(void)metrics_parse_moment(metrics_text(record, "time"), &slot->at_us);
	metrics_settle_undecided(sum, record, drill);
	counts->decisions[verdict]++;
	counts->undecided += add_reasons(sum, slot, record);
	return true;
}

static void add_mappings(
	struct metrics_sum *sum, struct metrics_policy *policy, const struct value *mappings)
{
	size_t count = 0;
	for (uint32_t i = 0; i < mappings->count; i++)
		count += value_is(&mappings->entries[i].value, VALUE_LIST)
				 ? mappings->entries[i].value.count
				 : 0;
	policy->mappings = ARENA_NEW_ARRAY(sum->arena, struct policy_mapping, count);
	for (uint32_t i = 0; i < mappings->count; i++) {
		const struct value *controls = &mappings->entries[i].value;
		struct str standard = value_str(&mappings->entries[i].key);
		policy->groups |= metrics_group_bits(sum, "standard", standard);
		for (uint32_t j = 0; value_is(controls, VALUE_LIST) && j < controls->count; j++)
			if (value_is(&controls->items[j], VALUE_STRING))
				policy->mappings[policy->mapping_count++] = (struct policy_mapping){
					names_keep(&sum->texts, standard),
					names_keep(&sum->texts, value_str(&controls->items[j]))};
	}
}

static void add_policy(
	struct metrics_sum *sum, struct metrics_policy *policy, const struct value *told)
{
	const struct value *mappings = metrics_member(told, "mappings");
	policy->id = names_keep(&sum->texts, metrics_text(told, "id"));
	policy->title = names_keep(&sum->texts, metrics_text(told, "title"));
	policy->owner = names_keep(&sum->texts, metrics_text(told, "owner"));
	policy->risk = names_keep(&sum->texts, metrics_text(told, "risk"));
	policy->groups = metrics_group_bits(sum, "layer", metrics_text(told, "layer")) |
			 metrics_group_bits(sum, "owner", policy->owner) |
			 metrics_group_bits(sum, "risk", policy->risk);
	if (value_is(mappings, VALUE_MAP))
		add_mappings(sum, policy, mappings);
}

/* What the first record says of a policy stays: the same digest means the same policies. */
bool metrics_add_catalogue(struct metrics_sum *sum, const struct value *record, int drill)
{
	const struct value *told = metrics_member(record, "catalogue");
	const struct value *policies = metrics_member(told, "policies");
	uint64_t first, total;
	bool is_new;
	(void)drill;
	if (!metrics_number(told, "first", &first) || !metrics_number(told, "total", &total) ||
		!value_is(policies, VALUE_LIST) || total > LIMIT_CATALOGUE_POLICIES ||
		first > total || policies->count > total - first)
		return false;
	size_t number = names_add(&sum->digest_names, metrics_text(told, "digest"), &is_new);
	struct metrics_catalogue *catalogue =
		metrics_slot(sum, &sum->catalogues, number, sizeof(struct metrics_catalogue));
	if (is_new) {
		catalogue->digest = names_keep(&sum->texts, metrics_text(told, "digest"));
		catalogue->policies = ARENA_NEW_ARRAY(sum->arena, struct metrics_policy, total);
		catalogue->total = total;
	}
	if (catalogue->total != total)
		return false;
	for (uint32_t i = 0; i < policies->count; i++) {
		struct metrics_policy *policy = &catalogue->policies[first + i];
		if (policy->id.len > 0 || metrics_text(&policies->items[i], "id").len == 0)
			continue;
		add_policy(sum, policy, &policies->items[i]);
		catalogue->known++;
	}
	return true;
}
