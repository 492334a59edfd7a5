/* SPDX-License-Identifier: Apache-2.0 */
#include "data/map.h"
#include "data/pick.h"
#include "report/record_view.h"

/* A cell on its way: the texts of a column, one after another. */
struct cell {
	struct buf text;
	size_t count;
};

static void add_text(void *context, struct str text)
{
	struct cell *cell = context;
	if (cell->count++ > 0)
		buf_puts(&cell->text, "; ");
	buf_put_escaped(&cell->text, text);
}

static const struct value *member(const struct value *record, const char *path)
{
	struct str rest = str_from(path), name;
	while (str_next_part(&rest, '.', &name))
		record = map_get_str(record, name);
	return record;
}

static void add_texts(struct cell *cell, const struct value *record, const char *path)
{
	pick_texts(record, path, add_text, cell);
}

/* Why nothing was done, or nothing could be judged. */
static void add_why(struct cell *cell, const struct value *record, const char *path)
{
	add_texts(cell, record, path);
	add_texts(cell, record, "undecided.why");
}

static void add_scalar(struct cell *cell, const struct value *record, const char *path)
{
	const struct value *value = member(record, path);
	if (value_is(value, VALUE_INT))
		buf_put_int(&cell->text, value->integer);
	else if (value_is(value, VALUE_UINT))
		buf_put_uint(&cell->text, value->natural);
	else if (value_is(value, VALUE_BOOL))
		buf_put(&cell->text, value->boolean ? STR("true") : STR("false"));
}

/* Of reasons that are counted because the list was too long, the count. */
static void add_count(struct cell *cell, const struct value *record, const char *path)
{
	const struct value *list = member(record, path);
	if (value_is(list, VALUE_LIST))
		buf_put_uint(&cell->text, list->count);
	else
		add_scalar(cell, record, "reasonCount");
}

static const struct {
	const char *name, *path;
	void (*add)(struct cell *cell, const struct value *record, const char *path);
} columns[] = {
	{"time", "time", add_texts},
	{"type", "type", add_texts},
	{"node", "node", add_texts},
	{"program", "actor.program", add_texts},
	{"user", "actor.user", add_texts},
	{"person", "actor.person", add_texts},
	{"drill", "drill", add_scalar},
	{"incident", "incident", add_texts},
	{"layer", "layer", add_texts},
	{"catalogue", "catalogue", add_texts},
	{"kind", "subject.kind", add_texts},
	{"namespace", "subject.namespace", add_texts},
	{"name", "subject.name", add_texts},
	{"file", "subject.file", add_texts},
	{"line", "subject.line", add_scalar},
	{"digest", "subject.digest", add_texts},
	{"verdict", "verdict", add_texts},
	{"reasons", "reasons", add_count},
	{"policies", "reasons.*.policy", add_texts},
	{"owners", "reasons.*.owner", add_texts},
	{"risks", "reasons.*.risk", add_texts},
	{"waivers", "reasons.*.waiver.id", add_texts},
	{"messages", "reasons.*.message", add_texts},
	{"action", "action.name", add_texts},
	{"outcome", "action.outcome", add_texts},
	{"why", "action.why", add_why},
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

/* What makes a spreadsheet compute, also in the wide forms of East Asian fonts. Tabs and line ends
 * are escaped by then. */
static bool is_formula(struct str text)
{
	static const struct str starts[] = {STR_INIT("="), STR_INIT("+"), STR_INIT("-"),
		STR_INIT("@"), STR_INIT("\xEF\xBC\x9D"), STR_INIT("\xEF\xBC\x8B"),
		STR_INIT("\xEF\xBC\x8D"), STR_INIT("\xEF\xBC\xA0")};
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (str_starts_with(text, starts[i]))
			return true;
	return false;
}

static bool is_number(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
	return true;
}

/* Nothing, and what is all digits, stands as it is. */
static void put_cell(struct buf *out, struct str text)
{
	if (is_number(text)) {
		buf_put(out, text);
		return;
	}
	buf_put_char(out, '"');
	if (is_formula(text))
		buf_put_char(out, '\'');
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '"')
			buf_put_char(out, '"');
		buf_put_char(out, text.data[i]);
	}
	buf_put_char(out, '"');
}

void record_put_csv_head(struct buf *out)
{
	buf_puts(out, "number");
	for (size_t i = 0; i < COLUMNS; i++)
		buf_printf(out, ",%s", columns[i].name);
	buf_puts(out, "\r\n");
}

void record_put_csv(const struct record_view *view, struct arena *arena, struct buf *out)
{
	buf_put_uint(out, view->number);
	for (size_t i = 0; i < COLUMNS; i++) {
		struct cell cell = {.count = 0};
		buf_init_arena(&cell.text, arena, 64);
		columns[i].add(&cell, view->record, columns[i].path);
		buf_puts(out, ",");
		put_cell(out, buf_str(&cell.text));
	}
	buf_puts(out, "\r\n");
}
