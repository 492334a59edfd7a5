/* SPDX-License-Identifier: Apache-2.0 */
#include "data/json.h"
#include "fuzz.h"
#include "report/record_view.h"
#include "search/query.h"

enum { MOST_BYTES = 16 << 10, ARENA_BYTES = 64 << 20 };

/* Cells of one line of CSV, of which none is a formula. */
static size_t count_cells(struct str line)
{
	size_t cells = 1;
	bool quoted = false;
	PROPERTY(str_ends_with(line, STR("\r\n")));
	for (size_t i = 0; i < line.len - 2; i++) {
		unsigned char c = (unsigned char)line.data[i];
		bool opens = c == '"' && !quoted && (i == 0 || line.data[i - 1] == ',');
		PROPERTY(c >= ' ' && c != 0x7F);
		PROPERTY(!opens || !strchr("=+-@", line.data[i + 1]));
		quoted ^= c == '"';
		cells += c == ',' && !quoted;
	}
	PROPERTY(!quoted);
	return cells;
}

static void check_csv(const struct record_view *view, struct arena *arena)
{
	struct buf head, line;
	buf_init_arena(&head, arena, 1024);
	buf_init_arena(&line, arena, 1024);
	record_put_csv_head(&head);
	record_put_csv(view, arena, &line);
	PROPERTY(count_cells(buf_str(&head)) == count_cells(buf_str(&line)));
}

static void check_ocsf(const struct record_view *view, struct arena *arena)
{
	struct buf line;
	struct value event;
	struct error err = {0};
	buf_init_arena(&line, arena, 1024);
	record_put_ocsf(view, arena, &line);
	PROPERTY(json_read(arena, buf_str(&line), DOCUMENT_CEL, &event, &err) == 0);
	PROPERTY(str_find_char(buf_str(&line), '\n') == line.len - 1);
}

static void compare(void *context, struct str text)
{
	struct search_query query = search_everything();
	const struct value *record = context;
	bool plain = str_find_char(text, '*') == SIZE_MAX && str_find_char(text, '?') == SIZE_MAX;
	query.fields[SEARCH_NAME] = (struct search_patterns){&text, 1};
	PROPERTY(!plain || search_match(&query, record));
}

/* An entry of a ledger, whatever it is: every form of export can be read again, and a record is
 * found by its own name. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct value room;
	if (size > MOST_BYTES)
		return 0;
	arena_init(&arena, ARENA_BYTES);
	struct record_view view = {
		.origin = STR("fuzz"), .entry = {(const char *)data, size}, .version = "1"};
	view.record = search_read(&arena, view.entry, &room);
	check_csv(&view, &arena);
	check_ocsf(&view, &arena);
	if (view.record) {
		struct value record = *view.record;
		search_values(&record, SEARCH_NAME, compare, &record);
	}
	arena_release(&arena);
	return 0;
}
