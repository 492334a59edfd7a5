/* SPDX-License-Identifier: Apache-2.0 */
#include "report/metrics_undecided.h"
#include "report/metrics_add.h"

static struct str key_of(struct metrics_sum *sum, const struct value *record, int drill)
{
	struct buf key;
	buf_init_arena(&key, sum->arena, 128);
	buf_put(&key, metrics_text(record, "layer"));
	buf_put_char(&key, drill == METRICS_DRILL ? '!' : ' ');
	buf_put(&key, metrics_text(metrics_member(record, "subject"), "file"));
	return buf_str(&key);
}

bool metrics_add_undecided(struct metrics_sum *sum, const struct value *record, int drill)
{
	struct metrics_undecided undecided = {.drill = (uint8_t)drill, .stands = true};
	int layer = metrics_layer(sum, metrics_text(record, "layer"));
	const struct value *subject = metrics_member(record, "subject");
	struct arena_mark mark = arena_mark(sum->arena);
	bool is_new;
	if (layer < 0 || metrics_text(subject, "file").len == 0)
		return false;
	(void)metrics_number(subject, "line", &undecided.line);
	size_t number = names_add(&sum->undecided_names, key_of(sum, record, drill), &is_new);
	if (!is_new)
		arena_rewind(sum->arena, mark);
	undecided.layer = (uint8_t)layer;
	undecided.digest = names_keep(&sum->texts, metrics_text(record, "catalogue"));
	struct metrics_undecided *slot =
		metrics_slot(sum, &sum->undecided, number, sizeof(struct metrics_undecided));
	*slot = undecided;
	return true;
}

/* Documents of a file are judged in their order: one at or before the place is of a later run. */
void metrics_settle_undecided(struct metrics_sum *sum, const struct value *record, int drill)
{
	struct arena_mark mark = arena_mark(sum->arena);
	uint64_t line = 0;
	if (sum->undecided.count == 0)
		return;
	size_t number = names_find(&sum->undecided_names, key_of(sum, record, drill));
	arena_rewind(sum->arena, mark);
	if (number == SIZE_MAX)
		return;
	struct metrics_undecided *all = sum->undecided.items;
	(void)metrics_number(metrics_member(record, "subject"), "line", &line);
	if (line <= all[number].line || all[number].line == 0)
		all[number].stands = false;
}

const struct metrics_catalogue *metrics_undecided_catalogue(
	const struct metrics_sum *sum, const struct metrics_undecided *undecided)
{
	const struct metrics_catalogue *all = sum->catalogues.items;
	size_t number = names_find(&sum->digest_names, undecided->digest);
	return number != SIZE_MAX && all[number].known == all[number].total ? &all[number] : NULL;
}

/* By what it would have been judged nobody knows: by any policy of its layer. */
static uint64_t groups_of(const struct metrics_sum *sum, const struct metrics_undecided *undecided)
{
	const struct metrics_catalogue *catalogue = metrics_undecided_catalogue(sum, undecided);
	uint64_t layer = (uint64_t)1 << undecided->layer, groups = layer;
	for (size_t i = 0; catalogue && i < catalogue->total; i++)
		if (catalogue->policies[i].groups & layer)
			groups |= catalogue->policies[i].groups;
	return groups;
}

void metrics_end_undecided(struct metrics_sum *sum)
{
	const struct metrics_undecided *all = sum->undecided.items;
	for (size_t i = 0; i < sum->undecided.count; i++) {
		struct metrics_part *part = &sum->totals.parts[all[i].drill];
		uint64_t rest = all[i].stands ? groups_of(sum, &all[i]) : 0;
		part->undecided_inputs += all[i].stands;
		for (; rest != 0; rest &= rest - 1)
			part->groups[__builtin_ctzll(rest)].subjects.failed++;
	}
}
