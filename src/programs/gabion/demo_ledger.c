/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "ledger/proof.h"
#include "logstore/verify.h"
#include "logstore/writer.h"
#include "programs/gabion/console.h"
#include "programs/gabion/demo.h"
#include "programs/gabion/ledger.h"
#include "programs/gabion/scratch.h"
#include "sys/clock.h"
#include "sys/durable.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STAGE_BYTES = 256 << 20, FOLDER_BYTES = 256, WRAP_COLUMNS = 96 };

struct stage {
	struct demo *demo;
	struct buf *out;
	struct arena arena;
	char folder[FOLDER_BYTES];
	char ledger[FOLDER_BYTES + 8];
	struct note_signer signer;
	struct str verifier_key;
	struct str *entries; /* the records with what the writer wants before each */
	size_t shown;        /* number of the record that is shown and altered */
};

static struct str record_of(const struct stage *stage, size_t index)
{
	return stage->demo->evidence.records[index];
}

static void put_step(struct stage *stage, const char *text, uint64_t begun_ns)
{
	double ms = (double)(clock_monotonic_ns() - begun_ns) / 1e6;
	buf_printf(stage->out, "  %-76s %8.2f ms\n", text, ms);
}

static int make_key(struct stage *stage, struct error *err)
{
	struct buf text;
	if (ledger_make_signer(
		    &stage->arena, STR("gabion.dev/demo"), NOTE_ED25519, &stage->signer, err) < 0)
		return -1;
	buf_init_arena(&text, &stage->arena, 128);
	note_key_print(&stage->signer.key, &text);
	stage->verifier_key = buf_str(&text);
	return 0;
}

/* Numbered as those of one producer. */
static void number_entries(struct stage *stage)
{
	struct evidence *evidence = &stage->demo->evidence;
	stage->entries = ARENA_NEW_ARRAY(&stage->arena, struct str, evidence->count);
	for (size_t i = 0; i < evidence->count; i++) {
		struct producer producer = {.id = "gabion demo", .sequence = i + 1};
		struct str record = record_of(stage, i);
		char *memory = arena_alloc(&stage->arena, PRODUCER_PREFIX_BYTES + record.len);
		producer_put(&producer, memory);
		memcpy(memory + PRODUCER_PREFIX_BYTES, record.data, record.len);
		stage->entries[i] = (struct str){memory, PRODUCER_PREFIX_BYTES + record.len};
	}
}

static int append_and_publish(struct stage *stage, struct log_writer *writer, struct error *err)
{
	struct log_state state;
	size_t count = stage->demo->evidence.count;
	uint64_t begun_ns = clock_monotonic_ns();
	if (log_append(writer, stage->entries, count, err) < 0)
		return -1;
	put_step(stage, "appended: all records, on disk when this returned", begun_ns);
	begun_ns = clock_monotonic_ns();
	if (log_write_edge(writer, &state, err) < 0 || log_sync(writer->folder_fd, err) < 0 ||
		log_publish(writer, &state, &stage->arena, err) < 0)
		return -1;
	put_step(stage, "published: the tree in files, its root under one signature", begun_ns);
	return 0;
}

static int write_ledger(struct stage *stage, struct error *err)
{
	struct log_writer writer;
	uint64_t begun_ns = clock_monotonic_ns();
	if (make_key(stage, err) < 0 ||
		log_create(stage->ledger, &stage->signer, &stage->arena, err) < 0 ||
		log_writer_open(&writer, stage->ledger, &stage->signer, &stage->arena, err) < 0)
		return -1;
	put_step(stage, "made: an empty ledger, with a key of its own", begun_ns);
	number_entries(stage);
	int result = append_and_publish(stage, &writer, err);
	log_writer_close(&writer);
	return result;
}

/* As log_verify(), with a reader of its own. */
static int verify(struct stage *stage, struct log_fault *ret_fault, struct error *err)
{
	struct log_reader reader;
	int result = -1;
	if (log_reader_open(&reader, &stage->arena, stage->ledger, stage->verifier_key, err) == 0)
		result = log_verify(&reader, ret_fault, err);
	log_reader_close(&reader);
	return result;
}

static int verify_untouched(struct stage *stage, struct error *err)
{
	struct log_fault fault;
	uint64_t begun_ns = clock_monotonic_ns();
	int result = verify(stage, &fault, err);
	if (result == 1)
		return ERROR_SET(err, ERROR_BUG, NO_ORIGIN, "a fresh ledger was not verified: %.*s",
			STR_ARGS(fault.what));
	put_step(stage, "verified: every record and hash against the signed root", begun_ns);
	return result;
}

static void put_wrapped(struct stage *stage, struct str text)
{
	for (size_t at = 0; at < text.len; at += WRAP_COLUMNS) {
		buf_puts(stage->out, "  ");
		buf_put_escaped(stage->out, str_slice(text, at, at + WRAP_COLUMNS));
		buf_put_char(stage->out, '\n');
	}
}

/* Among the refusals, the one that is told in the fewest words. */
static void choose_record(struct stage *stage)
{
	const struct evidence *evidence = &stage->demo->evidence;
	size_t best = SIZE_MAX;
	for (size_t i = 0; i < evidence->count; i++) {
		struct str record = record_of(stage, i);
		bool is_refusal = str_find(record, STR("\"verdict\":\"deny\""), 0) != SIZE_MAX;
		if (is_refusal && record.len < best) {
			best = record.len;
			stage->shown = i;
		}
	}
}

static int prove(struct stage *stage, struct log_reader *reader, struct str *ret_proof,
	struct proof_file *ret_file, struct error *err)
{
	struct ledger_nodes nodes = log_nodes(reader);
	struct buf text;
	buf_init_arena(&text, &stage->arena, 2048);
	*ret_file =
		(struct proof_file){.index = stage->shown, .checkpoint = reader->checkpoint_text};
	if (ledger_prove_inclusion(
		    &nodes, stage->shown, reader->checkpoint.size, &ret_file->path, err) < 0)
		return -1;
	proof_print(ret_file, &text);
	*ret_proof = buf_str(&text);
	return 0;
}

static void put_proof(struct stage *stage, struct str proof, size_t hashes, uint64_t took_ns)
{
	struct str line;
	buf_printf(stage->out,
		"\nIts proof is %zu bytes: %zu hashes and the signed checkpoint. With the record "
		"and "
		"the verifier key it\nconvinces anybody, without this ledger; here in %.2f ms:\n\n",
		proof.len, hashes, (double)took_ns / 1e6);
	while (str_next_part(&proof, '\n', &line) && proof.data)
		buf_printf(stage->out, "%s%.*s\n", line.len > 0 ? "  " : "", STR_ARGS(line));
}

static int show_record(struct stage *stage, struct error *err)
{
	struct log_reader reader;
	struct proof_file file;
	struct checkpoint checkpoint;
	struct str proof = {NULL, 0};
	struct note *note = ARENA_NEW(&stage->arena, struct note);
	choose_record(stage);
	struct str record = record_of(stage, stage->shown);
	buf_printf(stage->out, "\nRecord %zu, byte for byte as it is signed:\n\n", stage->shown);
	put_wrapped(stage, record);
	int result =
		log_reader_open(&reader, &stage->arena, stage->ledger, stage->verifier_key, err);
	if (result == 0)
		result = prove(stage, &reader, &proof, &file, err);
	log_reader_close(&reader);
	uint64_t begun_ns = clock_monotonic_ns();
	if (result < 0 || proof_parse(&stage->arena, proof, &file, err) < 0 ||
		proof_verify(&stage->arena, &file, record, stage->signer.key.name,
			&stage->signer.key, &checkpoint, note, err) < 0)
		return -1;
	put_proof(stage, proof, file.path.count, clock_monotonic_ns() - begun_ns);
	return 0;
}

/* Where the last digit of the year stands in a record. */
static size_t year_digit(struct str record)
{
	static const struct str before = STR_INIT("\"time\":\"");
	return str_find(record, before, 0) + before.len + 3;
}

static int overwrite(
	const struct stage *stage, const char *path, uint64_t offset, char byte, struct error *err)
{
	char whole[FOLDER_BYTES + 8 + TILE_PATH_BYTES];
	(void)snprintf(whole, sizeof(whole), "%s/%s", stage->ledger, path);
	int fd = chmod(whole, 0600) < 0 ? -1 : open(whole, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return durable_fail(err, "open", path);
	int result = durable_write_at(fd, path, (struct str){&byte, 1}, offset, err);
	close(fd);
	return result;
}

static int alter(struct stage *stage, struct error *err)
{
	char path[TILE_PATH_BYTES];
	struct str record = record_of(stage, stage->shown);
	size_t digit = year_digit(record), bundle = stage->shown / TILE_WIDTH;
	size_t count = stage->demo->evidence.count - bundle * TILE_WIDTH;
	struct tile tile = {.level = TILE_ENTRIES,
		.index = bundle,
		.width = count < TILE_WIDTH ? (unsigned)count : TILE_WIDTH};
	uint64_t offset = 2 + digit;
	for (size_t i = bundle * TILE_WIDTH; i < stage->shown; i++)
		offset += 2 + record_of(stage, i).len;
	tile_print_path(&tile, path);
	char was = record.data[digit], becomes = was == '0' ? '1' : (char)(was - 1);
	buf_printf(stage->out,
		"\nNow somebody with every right on this machine dates it a year off: byte %llu of "
		"%s\nwas '%c' and becomes '%c'.\n\n",
		(unsigned long long)offset, path, was, becomes);
	return overwrite(stage, path, offset, becomes, err);
}

static int verify_altered(struct stage *stage, struct error *err)
{
	struct log_fault fault;
	uint64_t begun_ns = clock_monotonic_ns();
	int result = verify(stage, &fault, err);
	if (result < 0)
		return -1;
	put_step(stage, result == 1 ? "verified again: NOT what was signed" : "verified again",
		begun_ns);
	if (result == 0 || fault.record != stage->shown)
		return ERROR_SET(err, ERROR_BUG, NO_ORIGIN, "the altered record was not named");
	buf_printf(stage->out, "    --> %s, record %llu, which begins at byte %llu: %.*s\n\n",
		fault.path, (unsigned long long)fault.record, (unsigned long long)fault.offset,
		STR_ARGS(fault.what));
	return 0;
}

static int play(struct stage *stage, struct error *err)
{
	static int (*const steps[])(struct stage * stage, struct error * err) = {
		write_ledger, verify_untouched, show_record, alter, verify_altered};
	if (ARENA_LIMIT_REACHED(&stage->arena))
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
			"the ledger of the demonstration needs more than %d MiB",
			STAGE_BYTES >> 20);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (steps[i](stage, err) < 0)
			return -1;
	return 0;
}

static int make_folder(struct stage *stage, struct error *err)
{
	const char *const places[] = {getenv("TMPDIR"), "/var/tmp", "/tmp"};
	if (scratch_private_in(places, sizeof(places) / sizeof(places[0]), "demo", stage->folder,
		    FOLDER_BYTES, err) < 0) {
		error_set_remedy(err, "name a folder in TMPDIR");
		return -1;
	}
	(void)snprintf(stage->ledger, sizeof(stage->ledger), "%s/ledger", stage->folder);
	return 0;
}

/* Whatever happens in between, an interrupt too, the folder is removed. */
static int play_in_folder(struct stage *stage, struct error *err)
{
	sigset_t ending, before;
	(void)sigemptyset(&ending);
	(void)sigaddset(&ending, SIGINT);
	(void)sigaddset(&ending, SIGTERM);
	(void)sigaddset(&ending, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &ending, &before);
	int result = make_folder(stage, err);
	if (result == 0) {
		buf_printf(stage->out, "In %s, for a moment:\n\n", stage->folder);
		result = play(stage, err);
		scratch_remove(stage->folder);
		if (access(stage->folder, F_OK) == 0 && result == 0)
			result = durable_fail(err, "remove", stage->folder);
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return result;
}

int demo_play_ledger(struct demo *demo)
{
	struct console *console = demo->invocation->console;
	struct stage stage = {.demo = demo, .out = &console->out.buf};
	struct error err = {0};
	buf_printf(stage.out,
		"Each decision above is a record: %zu of them. They are kept in a ledger, a Merkle "
		"tree whose root is\nsigned, in public formats that other programs verify as "
		"well.\n",
		demo->evidence.count);
	arena_init(&stage.arena, STAGE_BYTES);
	int result = play_in_folder(&stage, &err);
	arena_release(&stage.arena);
	if (result < 0) {
		console_tell(console, "error", &err, STR(""));
		return -1;
	}
	buf_puts(stage.out,
		"Whoever verifies needs the verifier key alone; nobody can mend the tree without "
		"the signing key,\nwhich in earnest only gabion-notary holds. The folder of this "
		"ledger is gone again.\n\n");
	return 0;
}
