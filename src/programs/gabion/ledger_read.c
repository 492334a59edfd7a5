/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "base/number.h"
#include "data/document.h"
#include "data/print.h"
#include "ledger/proof.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/ledger.h"
#include "programs/gabion/witnessed.h"
#include "report/escape.h"
#include "report/json.h"

enum { DEFAULT_TAIL = 10 };

static int parse_record(
	struct arena *arena, struct str text, struct value *ret_record, struct error *err)
{
	struct documents documents;
	documents_init(&documents, text, STR("record"), DOCUMENT_JSON, DOCUMENT_CEL);
	int found = documents_next(&documents, arena, ret_record, err);
	documents_release(&documents);
	return found == 1 ? 0 : ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "the record is empty");
}

/* The bytes that were signed; on a terminal nothing in them acts on it. */
static void put_bytes(struct invocation *invocation, struct str entry)
{
	if (invocation->console->out_terminal.interactive)
		escape_put(&invocation->console->out.buf, MEDIUM_TERMINAL, entry);
	else
		buf_put(&invocation->console->out.buf, entry);
}

/* A line each, also of what is no record: a producer may append any bytes. */
static void put_json_line(struct invocation *invocation, struct str entry, bool is_json)
{
	struct json json = {.out = &invocation->console->out.buf};
	if (is_json && str_find_char(entry, '\n') == SIZE_MAX) {
		put_bytes(invocation, entry);
	} else {
		json_open(&json, "", '{');
		json_str(&json, "bytes", entry);
		json_close(&json, '}');
	}
	buf_put_char(json.out, '\n');
}

static int put_entry(
	struct invocation *invocation, struct log_reader *reader, uint64_t index, struct error *err)
{
	struct buf *out = &invocation->console->out.buf;
	struct str entry;
	struct value record;
	struct arena scratch;
	struct error malformed = {0};
	if (log_read_entry(reader, index, &entry, err) < 0)
		return -1;
	arena_init(&scratch, LIMIT_SUBJECT_BYTES);
	bool is_json = parse_record(&scratch, entry, &record, &malformed) == 0;
	if (invocation_word(invocation, OPTION_FORM) == 1)
		put_json_line(invocation, entry, is_json);
	else if (is_json)
		ledger_put_line(out, index, &record);
	else
		buf_printf(out, "%llu  no record of gabion, %zu bytes\n", (unsigned long long)index,
			entry.len);
	arena_release(&scratch);
	return 0;
}

int command_ledger_tail(struct invocation *invocation)
{
	struct log_reader reader;
	struct error err = {0};
	uint64_t lines = DEFAULT_TAIL;
	if (ledger_number(invocation, OPTION_LINES, &lines, &err) < 0)
		return ledger_tell(invocation, &err);
	int code = ledger_open(invocation, &reader);
	if (code != EXIT_ALLOWED)
		return code;
	uint64_t end = reader.range.end,
		 index = end - reader.range.first > lines ? end - lines : reader.range.first;
	while (index < end && put_entry(invocation, &reader, index, &err) == 0)
		index++;
	log_reader_close(&reader);
	return err.kind == ERROR_NONE ? EXIT_ALLOWED : ledger_tell(invocation, &err);
}

/* The number of a record, as its argument says. */
static int parse_index(struct invocation *invocation, uint64_t *ret_index)
{
	struct error err = {0};
	if (number_parse_uint(invocation->arguments[0], 10, ret_index))
		return EXIT_ALLOWED;
	ERROR_SET(&err, ERROR_POLICY, NO_ORIGIN, "'%.*s' is not the number of a record",
		STR_ARGS(invocation->arguments[0]));
	error_set_remedy(&err, "gabion ledger tail shows the numbers");
	return ledger_tell(invocation, &err);
}

static int show(
	struct invocation *invocation, struct log_reader *reader, uint64_t index, struct error *err)
{
	struct buf *out = &invocation->console->out.buf;
	struct str entry;
	struct value record;
	if (log_read_entry(reader, index, &entry, err) < 0)
		return -1;
	if (invocation_word(invocation, OPTION_FORM) == 1)
		put_bytes(invocation, entry);
	else if (parse_record(invocation->arena, entry, &record, err) < 0) {
		error_set_remedy(err, "this entry is no record of gabion; -o json gives its bytes");
		return -1;
	} else
		print_json(&record, (struct print_style){.indent = 2}, out);
	buf_put_char(out, '\n');
	return 0;
}

/* A proof is worth more under a checkpoint that witnesses have signed, if one covers the record. */
static int use_witnessed(struct log_reader *reader, uint64_t index, struct error *err)
{
	struct note *note = ARENA_NEW(reader->arena, struct note);
	struct checkpoint witnessed;
	struct str text;
	int found = log_read_file(reader, WITNESSED_FILE, NOTE_MAX_BYTES, &text, err);
	if (found != 1 || reader->range.archived)
		return found < 0 ? -1 : 0;
	if (checkpoint_open(
		    reader->arena, text, reader->key.name, &reader->key, &witnessed, note, err) < 0)
		return -1;
	bool covers = index < witnessed.size && witnessed.size <= reader->checkpoint.size &&
		      reader->range.first <= witnessed.size;
	return covers && log_reader_use(reader, WITNESSED_FILE, err) < 0 ? -1 : 0;
}

static int prove(
	struct invocation *invocation, struct log_reader *reader, uint64_t index, struct error *err)
{
	struct proof_file proof = {.index = index};
	struct str entry;
	if (log_read_entry(reader, index, &entry, err) < 0 || use_witnessed(reader, index, err) < 0)
		return -1;
	struct ledger_nodes nodes = log_nodes(reader);
	proof.checkpoint = reader->checkpoint_text;
	if (ledger_prove_inclusion(&nodes, index, reader->checkpoint.size, &proof.path, err) < 0)
		return -1;
	proof_print(&proof, &invocation->console->out.buf);
	return 0;
}

static int with_record(struct invocation *invocation,
	int (*work)(struct invocation *invocation, struct log_reader *reader, uint64_t index,
		struct error *err))
{
	struct log_reader reader;
	struct error err = {0};
	uint64_t index;
	int code = parse_index(invocation, &index);
	if (code == EXIT_ALLOWED)
		code = ledger_open(invocation, &reader);
	if (code != EXIT_ALLOWED)
		return code;
	int result = work(invocation, &reader, index, &err);
	if (result < 0)
		ledger_say_archive(&reader, index, &err);
	log_reader_close(&reader);
	return result < 0 ? ledger_tell(invocation, &err) : EXIT_ALLOWED;
}

int command_ledger_show(struct invocation *invocation)
{
	return with_record(invocation, show);
}

int command_ledger_prove(struct invocation *invocation)
{
	return with_record(invocation, prove);
}
