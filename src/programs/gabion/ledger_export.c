/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/proven.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/ledger.h"
#include "programs/gabion/ledger_find.h"
#include "programs/gabion/ledger_form.h"
#include "programs/gabion/ledger_sink.h"
#include "report/escape.h"

enum { SCRATCH_BYTES = 16 << 20, SINK_BYTES = 4 << 20 };

struct export
{
	struct invocation *invocation;
	struct search_query query;
	struct log_reader
		reader; /* lives in the arena of the run, in which nothing else is made now */
	struct log_proven log;
	struct arena record, scratch, own; /* of a record; of what is said about it; of the sink */
	struct ledger_sink sink;
	const struct ledger_form *form;
	struct ledger_item item;
	uint64_t count;
};

static int put_record(struct export *export, uint64_t number)
{
	struct record_view *view = &export->item.view;
	struct value room;
	struct log_fault fault;
	struct error err = {0};
	int result = log_read_proven(&export->log, number, &view->entry, &fault, &err);
	if (result > 0)
		return ledger_tell_fault(export->invocation, &fault);
	if (result < 0)
		return ledger_tell(export->invocation, &err);
	if (!search_match_entry(&export->query, number, view->entry))
		return EXIT_ALLOWED;
	view->number = number;
	view->record = search_read(&export->record, view->entry, &room);
	if (search_match(&export->query, view->record)) {
		export->count++;
		result = export->form->put(&export->item, export->sink.in, &err);
	}
	arena_reset(&export->record);
	arena_reset(&export->scratch);
	return result < 0 ? ledger_tell(export->invocation, &err) : EXIT_ALLOWED;
}

static int put_all(struct export *export)
{
	const struct search_query *query = &export->query;
	const struct log_range *here = &export->reader.range;
	uint64_t first = query->first > here->first ? query->first : here->first;
	int code = EXIT_ALLOWED;
	if (export->form->begin)
		export->form->begin(&export->item, export->sink.in);
	for (uint64_t i = first; i < here->end && i <= query->last && code == EXIT_ALLOWED &&
				 !ledger_sink_failed(&export->sink);
		i++)
		code = put_record(export, i);
	if (code == EXIT_ALLOWED && export->form->end)
		export->form->end(&export->item, export->sink.in);
	return code;
}

static void say_count(struct export *export)
{
	struct buf *out = &export->invocation->console->out.buf;
	if (!invocation_has(export->invocation, OPTION_FILE))
		return;
	buf_puts(out, "exported ");
	buf_put_uint(out, export->count);
	buf_puts(out, " records of ");
	escape_put(out, MEDIUM_TERMINAL, export->reader.checkpoint.origin);
	buf_puts(out, "\n");
}

static int run(struct export *export)
{
	int form = invocation_word(export->invocation, OPTION_EXPORT);
	export->form = &ledger_forms[form < 0 ? 0 : form];
	int code = ledger_sink_open(
		&export->sink, export->invocation, export->form->is_text, &export->own);
	if (code != EXIT_ALLOWED)
		return code;
	ledger_find_say_absent(export->invocation, &export->reader, &export->query);
	log_proven_init(&export->log, &export->reader);
	export->item = (struct ledger_item){
		.view = {.origin = export->reader.checkpoint.origin, .version = GABION_VERSION},
		.log = &export->log,
		.scratch = &export->scratch};
	code = put_all(export);
	if (code != EXIT_ALLOWED) {
		ledger_sink_discard(&export->sink);
		return code;
	}
	code = ledger_sink_commit(&export->sink, export->invocation);
	if (code == EXIT_ALLOWED)
		say_count(export);
	return code;
}

int command_ledger_export(struct invocation *invocation)
{
	struct export export = {.invocation = invocation};
	int code = ledger_find_query(invocation, &export.query);
	if (code == EXIT_ALLOWED)
		code = ledger_open(invocation, &export.reader);
	if (code != EXIT_ALLOWED)
		return code;
	arena_init(&export.record, SEARCH_RECORD_BYTES);
	arena_init(&export.scratch, SCRATCH_BYTES);
	arena_init(&export.own, SINK_BYTES);
	code = run(&export);
	arena_release(&export.own);
	arena_release(&export.scratch);
	arena_release(&export.record);
	log_reader_close(&export.reader);
	return code;
}
