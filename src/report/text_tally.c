/* SPDX-License-Identifier: Apache-2.0 */
#include "report/text.h"
#include "report/words.h"

enum { ID_COLUMNS_MAX = 48 };

static const char *const owners[TALLY_OWNERS] = {
	[OWNER_CUSTOMER] = "For the customer, who writes the manifests",
	[OWNER_PROVIDER] = "For the provider, who runs the platform",
	[OWNER_SHARED] = "For both together",
};

/* The order people ask in. */
static const enum policy_owner owner_order[] = {OWNER_CUSTOMER, OWNER_PROVIDER, OWNER_SHARED};

static void put_risks(struct buf *out, const struct tally *tally, struct str layer, int owner)
{
	bool first = true;
	for (int risk = RISK_CRITICAL; risk >= RISK_LOW; risk--) {
		size_t count = tally_sum(tally, layer, owner, risk, -1);
		if (count == 0)
			continue;
		buf_put(out, first ? STR(" (") : STR(", "));
		buf_put_uint(out, count);
		buf_put_char(out, ' ');
		buf_put(out, str_from(policy_risk_name((enum policy_risk)risk)));
		first = false;
	}
	if (!first)
		buf_put_char(out, ')');
}

static size_t id_columns(const struct tally *tally)
{
	size_t most = 0;
	for (size_t i = 0; i < tally->count; i++)
		if (tally_row_total(&tally->rows[i]) > 0 && tally->rows[i].policy->id.len > most)
			most = tally->rows[i].policy->id.len;
	return most < ID_COLUMNS_MAX ? most : ID_COLUMNS_MAX;
}

static const char *heaviest(const struct tally_row *row, enum style *ret_style)
{
	static const char *const names[] = {"audit", "warn", "deny"};
	static const enum style styles[] = {STYLE_FAINT, STYLE_WARN, STYLE_DENY};
	int phase = PHASE_ENFORCE;
	while (phase > PHASE_AUDIT && row->reasons[phase] == 0)
		phase--;
	*ret_style = styles[phase];
	return names[phase];
}

static void put_row(struct buf *out, const struct text_style *style, const struct tally_row *row,
	size_t columns)
{
	enum medium medium = style->unicode ? MEDIUM_TERMINAL : MEDIUM_TERMINAL_ASCII;
	enum style weight;
	const char *word = heaviest(row, &weight);
	buf_puts(out, "  ");
	style_put(out, style->colour, weight);
	buf_printf(out, "%-5s", word);
	style_put(out, style->colour, STYLE_NONE);
	buf_printf(out, " %-8s %5zux  ", policy_risk_name(row->policy->risk), tally_row_total(row));
	escape_put(out, medium, row->policy->id);
	for (size_t i = row->policy->id.len; i < columns; i++)
		buf_put_char(out, ' ');
	buf_puts(out, "  ");
	escape_put(out, medium, row->policy->title);
	buf_put_char(out, '\n');
}

static void put_rows(struct buf *out, const struct text_style *style, const struct tally *tally,
	enum policy_owner owner, size_t columns)
{
	for (int risk = RISK_CRITICAL; risk >= RISK_LOW; risk--)
		for (size_t i = 0; i < tally->count; i++) {
			const struct tally_row *row = &tally->rows[i];
			if (row->policy->owner == owner &&
				row->policy->risk == (enum policy_risk)risk &&
				tally_row_total(row) > 0)
				put_row(out, style, row, columns);
		}
}

static void put_layers(struct buf *out, const struct tally *tally)
{
	const char *before = "";
	buf_puts(out, "By layer:");
	for (size_t i = 0; i < tally->count; i++) {
		const char *layer = words_layer(tally->rows[i].policy);
		bool seen = false;
		for (size_t j = 0; j < i && !seen; j++)
			seen = str_equal(
				str_from(layer), str_from(words_layer(tally->rows[j].policy)));
		size_t count = tally_sum(tally, str_from(layer), -1, -1, -1);
		if (seen || count == 0)
			continue;
		buf_printf(out, "%s %s %zu", before, layer, count);
		put_risks(out, tally, str_from(layer), -1);
		before = ";";
	}
	buf_puts(out, ".\n");
}

static void put_waived(struct buf *out, const struct tally *tally)
{
	size_t waived = 0;
	for (size_t i = 0; i < tally->count; i++)
		waived += tally->rows[i].waived;
	if (waived == 0)
		return;
	words_put_count(out, waived, "finding is", "findings are");
	buf_puts(out, " waived and not counted here.\n");
}

void text_put_tally(struct buf *out, const struct text_style *style, const struct tally *tally)
{
	size_t columns = id_columns(tally);
	for (size_t i = 0; i < TALLY_OWNERS; i++) {
		enum policy_owner owner = owner_order[i];
		size_t count = tally_sum(tally, STR(""), (int)owner, -1, -1);
		if (count == 0 && owner == OWNER_SHARED)
			continue;
		style_put(out, style->colour, STYLE_STRONG);
		buf_put(out, str_from(owners[owner]));
		style_put(out, style->colour, STYLE_NONE);
		buf_puts(out, ": ");
		if (count == 0)
			buf_put(out, STR("nothing to fix"));
		else
			words_put_count(out, count, "finding", "findings");
		put_risks(out, tally, STR(""), (int)owner);
		buf_put(out, count == 0 ? STR(".\n") : STR("\n"));
		put_rows(out, style, tally, owner, columns);
	}
	if (tally_sum(tally, STR(""), -1, -1, -1) > 0)
		put_layers(out, tally);
	put_waived(out, tally);
}
