/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "data/document.h"
#include "data/map.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/evidence.h"
#include "programs/gabion/ledger.h"
#include "sys/files.h"

#include <unistd.h>

static int read_input(
	struct invocation *invocation, struct str path, struct str *ret_text, struct error *err)
{
	struct file_source source = {NULL, path.data, path.data};
	if (str_equal(path, STR("-")))
		return file_read_stream(invocation->arena, STDIN_FILENO, "<stdin>",
			LIMIT_INPUT_BYTES, ret_text, err);
	return file_read(invocation->arena, &source, LIMIT_INPUT_BYTES, ret_text, err);
}

/* What says to be a record is held to the form of one; anything else is a note. */
static bool is_event(const struct value *document)
{
	const struct value *kind = map_get_str(document, STR("kind"));
	return value_is(kind, VALUE_STRING) && str_equal(value_str(kind), STR("Record"));
}

static int add_record(struct evidence *evidence, struct arena *arena, const struct value *document,
	struct error *err)
{
	struct record_head head = ledger_head(arena, "gabion ledger append");
	struct buf record;
	if (!value_is(document, VALUE_MAP))
		return ERROR_SET(err, ERROR_INPUT, document->origin,
			"a record is a map, not a single value or a list");
	buf_init_arena(&record, arena, 1024);
	int (*print)(struct arena *, const struct record_head *, const struct value *, struct buf *,
		struct error *) = is_event(document) ? record_print_event : record_print_note;
	if (print(arena, &head, document, &record, err) < 0)
		return -1;
	evidence_add(evidence, buf_str(&record));
	return 0;
}

/* All documents of a file, or as many as there are before the first that cannot be one. */
static int add_records(struct evidence *evidence, struct str path, struct error *err)
{
	struct documents documents;
	struct arena arena;
	struct str text;
	struct value document;
	int found;
	if (read_input(evidence->invocation, path, &text, err) < 0)
		return -1;
	arena_init(&arena, LIMIT_SUBJECT_BYTES);
	documents_init(&documents, text, path, DOCUMENT_DETECT, DOCUMENT_CEL);
	while ((found = documents_next(&documents, &arena, &document, err)) == 1) {
		found = add_record(evidence, &arena, &document, err);
		if (found < 0)
			break;
		arena_reset(&arena);
	}
	documents_release(&documents);
	arena_release(&arena);
	error_set_file(err, path);
	return found;
}

int command_ledger_append(struct invocation *invocation)
{
	struct evidence evidence;
	struct error err = {0};
	struct str socket =
		invocation_value(invocation, OPTION_NOTARY, STR("/run/gabion/notary.sock"));
	int code = EXIT_ALLOWED;
	evidence_begin(&evidence, invocation, socket.data);
	for (size_t i = 0; i < invocation->argument_count && code == EXIT_ALLOWED; i++)
		if (add_records(&evidence, invocation->arguments[i], &err) < 0)
			code = ledger_tell(invocation, &err);
	return evidence_end(&evidence) < 0 ? EXIT_UNDECIDED : code;
}
