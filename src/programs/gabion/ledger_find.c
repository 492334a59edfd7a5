/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/ledger_find.h"

#include "base/number.h"
#include "programs/gabion/console.h"
#include "programs/gabion/ledger.h"
#include "sys/clock.h"

int ledger_find_number(
	struct invocation *invocation, enum option_id id, uint64_t fallback, uint64_t *ret_number)
{
	struct error err = {0};
	*ret_number = fallback;
	return ledger_number(invocation, id, ret_number, &err) < 0 ? ledger_tell(invocation, &err)
								   : EXIT_ALLOWED;
}

static int find_time(struct invocation *invocation, enum option_id id, int64_t *time_s)
{
	struct error err = {0};
	struct str text = invocation_value(invocation, id, STR(""));
	if (text.len == 0 || search_parse_time(text, clock_now_s(), id == OPTION_UNTIL, time_s))
		return EXIT_ALLOWED;
	ERROR_SET(&err, ERROR_POLICY, NO_ORIGIN, "--%s takes a time, not '%.*s'",
		option_row((enum option_id)id)->name, STR_ARGS(text));
	error_set_remedy(&err,
		"write it as 2026-10-31T12:00:00Z, as a day such as 2026-10-31, or as an age such "
		"as 24h");
	return ledger_tell(invocation, &err);
}

int ledger_find_query(struct invocation *invocation, struct search_query *ret_query)
{
	*ret_query = search_everything();
	ret_query->text = invocation_value(invocation, OPTION_TEXT, STR(""));
	for (int field = 0; field < SEARCH_FIELDS; field++) {
		const struct option_use *use = &invocation->options[OPTION_FIND_TYPE + field];
		ret_query->fields[field] = (struct search_patterns){use->values, use->count};
	}
	int code = find_time(invocation, OPTION_SINCE, &ret_query->since_s);
	if (code == EXIT_ALLOWED)
		code = find_time(invocation, OPTION_UNTIL, &ret_query->until_s);
	if (code == EXIT_ALLOWED)
		code = ledger_find_number(invocation, OPTION_FIRST, 0, &ret_query->first);
	if (code == EXIT_ALLOWED)
		code = ledger_find_number(invocation, OPTION_LAST, UINT64_MAX, &ret_query->last);
	return code;
}

void ledger_find_say_absent(
	struct invocation *invocation, struct log_reader *reader, const struct search_query *query)
{
	struct error notice = {0};
	const struct log_range *here = &reader->range;
	uint64_t last =
		query->last < reader->checkpoint.size ? query->last : reader->checkpoint.size - 1;
	if (reader->checkpoint.size == 0 || (query->first >= here->first && last < here->end))
		return;
	ERROR_SET(&notice, ERROR_INPUT, NO_ORIGIN,
		"only the records from %llu to %llu are here, of the %llu that were signed",
		(unsigned long long)here->first, (unsigned long long)here->end - 1,
		(unsigned long long)reader->checkpoint.size);
	if (query->first < here->first)
		ledger_say_archive(reader, query->first, &notice);
	console_tell(invocation->console, "notice", &notice, STR(""));
}

_Static_assert(OPTION_FIND_WAIVER - OPTION_FIND_TYPE == (int)SEARCH_WAIVER - (int)SEARCH_TYPE,
	"options and fields are in the same order");
