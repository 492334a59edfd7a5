/* SPDX-License-Identifier: Apache-2.0 */
#include "folder.h"
#include "logstore/reader.h"
#include "logstore/verify.h"
#include "logstore/writer.h"
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/var/tmp/writer_test.XXXXXX";
static char ledger_path[64];
static struct arena arena;
static struct note_signer signer;

static void setup(void)
{
	struct error err = {0};
	arena_init(&arena, 64 << 20);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	(void)snprintf(ledger_path, sizeof(ledger_path), "%s/ledger", folder);
	ck_assert_int_eq(note_signer_new(&arena, STR("gabion.test/log"), NOTE_ED25519,
				 STR("0123456789abcdef0123456789abcdef"), &signer, &err),
		0);
	ck_assert_msg(log_create(ledger_path, &signer, &arena, &err) == 0, "%s", err.message);
}

static void teardown(void)
{
	ck_assert_int_eq(folder_remove(folder), 0);
	arena_release(&arena);
}

static struct str numbered(char memory[40], uint64_t index)
{
	int len = snprintf(memory, 40, "record %llu of the test", (unsigned long long)index);
	return (struct str){memory, (size_t)len};
}

/* The same behind the prefix of a producer that counts along. */
static struct str item(char memory[PRODUCER_PREFIX_BYTES + 40], uint64_t index)
{
	struct producer producer = {.id = "the only one  .", .sequence = index + 1};
	producer_put(&producer, memory);
	struct str record = numbered(memory + PRODUCER_PREFIX_BYTES, index);
	return (struct str){memory, PRODUCER_PREFIX_BYTES + record.len};
}

static void append_up_to(struct log_writer *writer, uint64_t size)
{
	char memory[100][PRODUCER_PREFIX_BYTES + 40];
	struct str entries[100];
	struct error err = {0};
	while (log_durable_size(writer) < size) {
		uint64_t first = log_durable_size(writer),
			 count = size - first < 100 ? size - first : 100;
		for (uint64_t i = 0; i < count; i++)
			entries[i] = item(memory[i], first + i);
		ck_assert_msg(
			log_append(writer, entries, (size_t)count, &err) == 0, "%s", err.message);
	}
}

static void publish(struct log_writer *writer)
{
	struct error err = {0};
	struct log_state state;
	ck_assert_msg(log_write_edge(writer, &state, &err) == 0, "%s", err.message);
	ck_assert_int_eq(log_sync(writer->folder_fd, &err), 0);
	ck_assert_msg(log_publish(writer, &state, &arena, &err) == 0, "%s", err.message);
}

static void open_writer(struct log_writer *writer)
{
	struct error err = {0};
	ck_assert_msg(log_writer_open(writer, ledger_path, &signer, &arena, &err) == 0, "%s",
		err.message);
}

/* Every entry is there and proven, and the tree extends the one seen before. */
static void check_published(uint64_t size, struct checkpoint *seen)
{
	struct log_reader reader;
	struct error err = {0};
	struct ledger_path path;
	ck_assert_msg(log_reader_open(&reader, &arena, ledger_path, STR(""), &err) == 0, "%s",
		err.message);
	ck_assert_uint_eq(reader.checkpoint.size, size);
	struct ledger_nodes nodes = log_nodes(&reader);
	for (uint64_t index = 0; index < size; index += 1 + size / 50) {
		char memory[40];
		struct str entry;
		ck_assert_msg(log_read_entry(&reader, index, &entry, &err) == 0, "%s", err.message);
		ASSERT_STR(entry, numbered(memory, index));
		ck_assert_msg(ledger_prove_inclusion(&nodes, index, size, &path, &err) == 0, "%s",
			err.message);
		struct ledger_hash leaf = ledger_leaf_hash(entry);
		ck_assert(ledger_verify_inclusion(
			&leaf, index, size, &path, &reader.checkpoint.root));
	}
	ck_assert_int_eq(ledger_prove_consistency(&nodes, seen->size, size, &path, &err), 0);
	ck_assert(ledger_verify_consistency(
		seen->size, &seen->root, size, &reader.checkpoint.root, &path));
	*seen = reader.checkpoint;
	log_reader_close(&reader);
}

START_TEST(what_is_published_is_proven_at_every_size)
{
	static const uint64_t sizes[] = {1, 2, 255, 256, 257, 511, 700, 65536, 65537, 66000};
	struct checkpoint seen = {.size = 0};
	struct log_writer writer;
	setup();
	open_writer(&writer);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		append_up_to(&writer, sizes[i]);
		publish(&writer);
		check_published(sizes[i], &seen);
		if (i % 2 == 0) {
			log_writer_close(&writer);
			open_writer(&writer);
		}
	}
	log_writer_close(&writer);
	teardown();
}
END_TEST

START_TEST(durable_records_survive_a_process_that_never_published)
{
	struct checkpoint seen = {.size = 0};
	struct log_writer writer;
	setup();
	open_writer(&writer);
	append_up_to(&writer, 300);
	publish(&writer);
	append_up_to(&writer, 1000);
	log_writer_close(&writer);
	check_published(300, &seen);
	open_writer(&writer);
	ck_assert_uint_eq(log_durable_size(&writer), 1000);
	ck_assert_uint_eq(
		producers_get(writer.producers, (const unsigned char *)"the only one  ."), 1000);
	publish(&writer);
	check_published(1000, &seen);
	log_writer_close(&writer);
	open_writer(&writer);
	ck_assert_uint_eq(
		producers_get(writer.producers, (const unsigned char *)"the only one  ."), 1000);
	log_writer_close(&writer);
	teardown();
}
END_TEST

START_TEST(the_table_of_producers_has_a_limit_and_one_of_them_may_send_any_number)
{
	enum { MANY = PRODUCERS_MAX + 100 };
	static char memory[MANY][PRODUCER_PREFIX_BYTES + 1];
	static struct str items[MANY];
	struct log_writer writer;
	struct error err = {0};
	setup();
	open_writer(&writer);
	for (uint64_t i = 0; i < MANY; i++) {
		struct producer producer = {.id = "one", .sequence = i + 1};
		producer_put(&producer, memory[i]);
		items[i] = (struct str){memory[i], sizeof(memory[i])};
	}
	ck_assert_msg(log_append(&writer, items, MANY, &err) == 0, "%s", err.message);
	for (uint64_t i = 0; i < PRODUCERS_MAX; i++) {
		struct producer producer = {.id = "many", .sequence = 1};
		memcpy(producer.id + 4, &i, sizeof(i));
		producer_put(&producer, memory[i]);
	}
	ck_assert_int_eq(log_append(&writer, items, PRODUCERS_MAX, &err), -1);
	ck_assert_int_eq(err.kind, ERROR_LIMIT);
	err = (struct error){0};
	ck_assert_int_eq(log_append(&writer, items, PRODUCERS_MAX - 1, &err), 0);
	publish(&writer);
	log_writer_close(&writer);
	open_writer(&writer);
	ck_assert_uint_eq(writer.producers->count, PRODUCERS_MAX);
	log_writer_close(&writer);
	teardown();
}
END_TEST

START_TEST(there_is_one_writer_and_one_beginning)
{
	struct log_writer writer, second;
	struct error err = {0};
	setup();
	open_writer(&writer);
	ck_assert_int_eq(log_writer_open(&second, ledger_path, &signer, &arena, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.message, "another process is writing"));
	err = (struct error){0};
	ck_assert_int_eq(log_create(ledger_path, &signer, &arena, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.message, "is a ledger already"));
	log_writer_close(&writer);
	teardown();
}
END_TEST

/* Flips one bit of a published file and puts it back afterwards. */
static void flip(const char *name, uint64_t offset)
{
	char path[128], byte;
	(void)snprintf(path, sizeof(path), "%s/%s", ledger_path, name);
	ck_assert_int_eq(chmod(path, 0644), 0);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	ck_assert_int_eq(pread(fd, &byte, 1, (off_t)offset), 1);
	byte ^= 4;
	ck_assert_int_eq(pwrite(fd, &byte, 1, (off_t)offset), 1);
	close(fd);
}

static int verify(struct log_fault *ret_fault)
{
	struct log_reader reader;
	struct error err = {0};
	ck_assert_msg(log_reader_open(&reader, &arena, ledger_path, STR(""), &err) == 0, "%s",
		err.message);
	int result = log_verify(&reader, ret_fault, &err);
	log_reader_close(&reader);
	return result;
}

START_TEST(an_altered_record_is_noticed_before_anything_is_appended)
{
	struct log_writer writer;
	struct error err = {0};
	setup();
	open_writer(&writer);
	append_up_to(&writer, 10);
	publish(&writer);
	log_writer_close(&writer);
	flip("tile/entries/000.p/10", 2);
	ck_assert_int_eq(log_writer_open(&writer, ledger_path, &signer, &arena, &err), -1);
	ck_assert_str_eq(
		err.message, "record 0 is not the one that was signed, in 'tile/entries/000.p/10'");
	teardown();
}
END_TEST

START_TEST(verification_names_the_first_bad_byte)
{
	static const struct {
		const char *path;
		uint64_t offset, named_offset, record;
	} cases[] = {
		{"tile/entries/000", 5, 0, 0},
		{"tile/entries/001", 1, 0, 256},
		{"tile/entries/256.p/40", 30, 26, 65537},
		{"tile/1/000", 33, 33, 256},
		{"tile/2/000.p/1", 31, 31, 0},
	};
	struct log_writer writer;
	struct log_fault fault;
	setup();
	open_writer(&writer);
	append_up_to(&writer, 65576);
	publish(&writer);
	log_writer_close(&writer);
	ck_assert_int_eq(verify(&fault), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		flip(cases[i].path, cases[i].offset);
		ck_assert_msg(verify(&fault) == 1, "%s was not noticed", cases[i].path);
		ck_assert_str_eq(fault.path, cases[i].path);
		ck_assert_uint_eq(fault.offset, cases[i].named_offset);
		ck_assert_uint_eq(fault.record, cases[i].record);
		flip(cases[i].path, cases[i].offset);
	}
	teardown();
}
END_TEST

static bool has_bundle(uint64_t index)
{
	char path[128];
	(void)snprintf(path, sizeof(path), "%s/tile/entries/%03u", ledger_path, (unsigned)index);
	return access(path, F_OK) == 0;
}

START_TEST(pruning_goes_on_where_it_stopped_and_readers_are_told)
{
	struct log_writer writer;
	struct log_reader reader;
	struct str entry;
	struct error err = {0};
	setup();
	open_writer(&writer);
	append_up_to(&writer, 3000);
	publish(&writer);
	ck_assert_int_eq(log_reader_open(&reader, &arena, ledger_path, STR(""), &err), 0);
	ck_assert_int_eq(log_prune(&writer, 2048, 2999, &err), 0);
	ck_assert(log_prune_some(&writer, 3));
	log_writer_close(&writer);
	ck_assert(!has_bundle(2) && has_bundle(3));
	ck_assert_int_eq(log_read_entry(&reader, 5, &entry, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.message, "was pruned while the ledger was read"));
	log_reader_close(&reader);
	open_writer(&writer);
	ck_assert_uint_eq(writer.minimum, 2048);
	ck_assert_uint_eq(writer.unlinked, 3);
	ck_assert(!log_prune_some(&writer, 100));
	ck_assert(!has_bundle(7) && has_bundle(8));
	append_up_to(&writer, 3500);
	publish(&writer);
	log_writer_close(&writer);
	teardown();
}
END_TEST

START_TEST(what_is_not_published_or_no_whole_bundle_is_not_pruned)
{
	static const struct {
		uint64_t minimum, pruned_by;
	} cases[] = {{100, 599}, {512, 511}, {512, 600}, {768, 800}, {UINT64_MAX - 255, 599}};
	struct log_writer writer;
	setup();
	open_writer(&writer);
	append_up_to(&writer, 600);
	publish(&writer);
	append_up_to(&writer, 900);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error err = {0};
		ck_assert_int_eq(
			log_prune(&writer, cases[i].minimum, cases[i].pruned_by, &err), -1);
		ck_assert_int_eq(err.kind, ERROR_LIMIT);
	}
	log_writer_close(&writer);
	teardown();
}
END_TEST

UNIT_TESTS("writer", pruning_goes_on_where_it_stopped_and_readers_are_told,
	what_is_not_published_or_no_whole_bundle_is_not_pruned,
	what_is_published_is_proven_at_every_size,
	durable_records_survive_a_process_that_never_published,
	the_table_of_producers_has_a_limit_and_one_of_them_may_send_any_number,
	there_is_one_writer_and_one_beginning,
	an_altered_record_is_noticed_before_anything_is_appended,
	verification_names_the_first_bad_byte)
