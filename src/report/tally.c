/* SPDX-License-Identifier: Apache-2.0 */
#include "report/tally.h"

#include "base/arena.h"

static size_t slot_of(const struct tally *tally, const struct policy *policy)
{
	uint64_t mixed = (uint64_t)(uintptr_t)policy * 0x9E3779B97F4A7C15u;
	size_t at = (size_t)(mixed >> 32) & tally->slot_mask;
	while (tally->slots[at] != 0 && tally->rows[tally->slots[at] - 1].policy != policy)
		at = (at + 1) & tally->slot_mask;
	return at;
}

struct tally *tally_new(struct arena *arena, const struct policy *const *policies, size_t count)
{
	struct tally *tally = ARENA_NEW(arena, struct tally);
	size_t slots = 16;
	while (slots < count * 2)
		slots *= 2;
	tally->slots = ARENA_NEW_ARRAY(arena, uint32_t, slots);
	tally->slot_mask = slots - 1;
	tally->rows = ARENA_NEW_ARRAY(arena, struct tally_row, count);
	for (size_t i = 0; i < count; i++) {
		tally->rows[i].policy = policies[i];
		tally->slots[slot_of(tally, policies[i])] = (uint32_t)i + 1;
	}
	tally->count = count;
	return tally;
}

size_t tally_find(const struct tally *tally, const struct policy *policy)
{
	uint32_t row = tally->slots[slot_of(tally, policy)];
	return row > 0 ? row - 1 : SIZE_MAX;
}

void tally_add(struct tally *tally, const struct verdict *verdict)
{
	tally->subjects++;
	for (size_t i = 0; i < verdict->count; i++) {
		const struct reason *reason = &verdict->reasons[i];
		size_t found = tally_find(tally, reason->policy);
		if (found == SIZE_MAX)
			continue;
		struct tally_row *row = &tally->rows[found];
		if (reason->waiver) {
			row->waived++;
			continue;
		}
		row->reasons[reason->phase]++;
		row->undecided += reason->undecided;
		row->subjects += row->last_subject != tally->subjects;
		row->last_subject = tally->subjects;
	}
}

size_t tally_row_total(const struct tally_row *row)
{
	size_t total = 0;
	for (size_t i = 0; i < TALLY_PHASES; i++)
		total += row->reasons[i];
	return total;
}

size_t tally_sum(const struct tally *tally, struct str layer, int owner, int risk, int phase)
{
	size_t total = 0;
	for (size_t i = 0; i < tally->count; i++) {
		const struct tally_row *row = &tally->rows[i];
		const struct policy *policy = row->policy;
		if (layer.len > 0 && !str_equal(layer, str_from(policy->schema->layer)))
			continue;
		if (owner >= 0 && policy->owner != (enum policy_owner)owner)
			continue;
		if (risk >= 0 && policy->risk != (enum policy_risk)risk)
			continue;
		total += phase >= 0 ? row->reasons[phase] : tally_row_total(row);
	}
	return total;
}
