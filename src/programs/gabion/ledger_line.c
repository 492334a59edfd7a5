/* SPDX-License-Identifier: Apache-2.0 */
#include "data/map.h"
#include "data/pick.h"
#include "programs/gabion/ledger.h"
#include "report/escape.h"

static void put_field(struct buf *out, struct str text)
{
	if (text.len == 0)
		return;
	buf_puts(out, "  ");
	escape_put(out, MEDIUM_TERMINAL, text);
}

void ledger_put_line(struct buf *out, uint64_t index, const struct value *record)
{
	buf_put_uint(out, index);
	put_field(out, pick_text(record, "time"));
	put_field(out, pick_text(record, "type"));
	put_field(out, pick_text(record, "verdict"));
	put_field(out, pick_text(record, "action.name"));
	put_field(out, pick_text(record, "subject.kind"));
	put_field(out, pick_text(record, "subject.namespace"));
	struct str name = pick_text(record, "subject.name");
	put_field(out, name.len > 0 ? name : pick_text(record, "subject.file"));
	put_field(out, pick_text(record, "undecided.why"));
	const struct value *reasons = map_get_str(record, STR("reasons"));
	if (value_is(reasons, VALUE_LIST) && reasons->count > 0)
		buf_printf(out, "  (%u reasons)", reasons->count);
	buf_put_char(out, '\n');
}
