/* SPDX-License-Identifier: Apache-2.0 */
#include "data/canonical.h"
#include "data/map.h"
#include "ledger/record_fields.h"
#include "ledger/tile.h"

enum {
	/* Leaves room for what a record says about itself: node, actor, digest. */
	PART_BYTES = ENTRY_MAX_BYTES - 4096,
	/* Of one policy. With more, it is told without title and standards. */
	POLICY_BYTES = 16 << 10,
};

static bool is_repeated(const struct policy *policy, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (str_equal(policy->mappings[i].standard, policy->mappings[index].standard))
			return true;
	return false;
}

static struct value controls_of(
	struct arena *arena, const struct policy *policy, struct str standard)
{
	struct value *items = ARENA_NEW_ARRAY(arena, struct value, policy->mapping_count);
	size_t count = 0;
	for (size_t i = 0; i < policy->mapping_count; i++)
		if (str_equal(policy->mappings[i].standard, standard))
			items[count++] = value_string(policy->mappings[i].control);
	return value_list(items, count);
}

static struct value mappings_value(struct arena *arena, const struct policy *policy)
{
	struct value_entry *entries = map_entries_new(arena, policy->mapping_count);
	struct value map = value_null();
	struct error never = {0};
	size_t count = 0;
	for (size_t i = 0; i < policy->mapping_count; i++) {
		struct str standard = policy->mappings[i].standard;
		if (!is_repeated(policy, i))
			entries[count++] = (struct value_entry){.key = value_string(standard),
				.value = controls_of(arena, policy, standard)};
	}
	map_make(entries, count, &map, &never);
	return map;
}

static struct value policy_value(struct arena *arena, const struct catalogue *catalogue,
	const struct policy *policy, bool is_short)
{
	struct fields fields = fields_begin(arena, MOST_FIELDS);
	fields_text(&fields, "id", policy->id);
	fields_text(&fields, "layer", str_from(policy->schema->layer));
	fields_text(&fields, "owner", str_from(policy_owner_name(policy->owner)));
	fields_text(&fields, "risk", str_from(policy_risk_name(policy->risk)));
	fields_text(&fields, "phase",
		str_from(policy_phase_name(catalogue_phase(catalogue, policy, NULL))));
	if (!is_short) {
		fields_text(&fields, "title", policy->title);
		if (policy->mapping_count > 0)
			fields_add(&fields, "mappings", mappings_value(arena, policy));
	}
	return fields_end(&fields);
}

/* The length of the canonical form, comma included. */
static size_t length_of(struct arena *arena, const struct value *value)
{
	struct arena_mark mark = arena_mark(arena);
	struct error never = {0};
	struct buf text;
	buf_init_arena(&text, arena, 512);
	(void)canonical_put(arena, value, &text, &never);
	size_t length = text.len + 1;
	arena_rewind(arena, mark);
	return length;
}

int record_print_catalogue(struct arena *arena, const struct record_head *head,
	const struct catalogue *catalogue, size_t *first, struct buf *out, struct error *err)
{
	struct fields record = fields_record(arena, head, "catalogue");
	struct fields fields = fields_begin(arena, MOST_FIELDS);
	size_t total = catalogue_count(catalogue), count = 0, bytes = 0;
	struct value *items = ARENA_NEW_ARRAY(arena, struct value, total - *first);
	const struct policy_profile *profile = catalogue_profile(catalogue);
	while (*first + count < total) {
		const struct policy *policy = catalogue_policy(catalogue, *first + count);
		struct value item = policy_value(arena, catalogue, policy, false);
		size_t length = length_of(arena, &item);
		if (length > POLICY_BYTES) {
			item = policy_value(arena, catalogue, policy, true);
			length = length_of(arena, &item);
		}
		if (bytes + length > PART_BYTES)
			break;
		bytes += length;
		items[count++] = item;
	}
	fields_text(&fields, "digest",
		str_format(arena, "sha256:%.*s", STR_ARGS(catalogue_digest(catalogue))));
	fields_text(&fields, "profile", profile ? profile->id : STR(""));
	fields_add(&fields, "first", value_int((int64_t)*first));
	fields_add(&fields, "total", value_int((int64_t)total));
	fields_add(&fields, "policies", value_list(items, count));
	fields_add(&record, "catalogue", fields_end(&fields));
	*first += count;
	struct value whole = fields_end(&record);
	return canonical_put(arena, &whole, out, err);
}

/* "0-12,14" of the policies that have the bit; empty when there is none. */
static struct str ranges_of(
	struct arena *arena, const unsigned char *results, size_t count, unsigned bit)
{
	struct buf out;
	buf_init_arena(&out, arena, 64);
	for (size_t i = 0; i < count; i++) {
		size_t first = i;
		while (i < count && (results[i] & bit) != 0)
			i++;
		if (i == first)
			continue;
		if (out.len > 0)
			buf_put_char(&out, ',');
		buf_put_uint(&out, first);
		if (i - first == 1)
			continue;
		buf_put_char(&out, '-');
		buf_put_uint(&out, i - 1);
	}
	return buf_str(&out);
}

struct value record_policies(struct arena *arena, const unsigned char *results, size_t count)
{
	static const struct {
		const char *name;
		unsigned bit;
	} kinds[] = {{"failed", POLICY_FAILED}, {"waived", POLICY_WAIVED},
		{"undecided", POLICY_UNDECIDED}};
	struct fields fields = fields_begin(arena, MOST_FIELDS);
	unsigned seen = 0;
	for (size_t i = 0; i < count; i++)
		seen |= results[i];
	struct str applied = ranges_of(arena, results, count, POLICY_APPLIED);
	fields_add(&fields, "applied", value_ascii(applied));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (seen & kinds[i].bit)
			fields_add(&fields, kinds[i].name,
				value_ascii(ranges_of(arena, results, count, kinds[i].bit)));
	return fields_end(&fields);
}
