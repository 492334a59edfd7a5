/* SPDX-License-Identifier: Apache-2.0 */
#include "fault.h"
#include "folder.h"
#include "logstore/reader.h"
#include "logstore/verify.h"
#include "logstore/writer.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* In memory: what is tested here is what the program does, not what the disk does. */
static char folder[] = "/dev/shm/fault_test.XXXXXX";
static char ledger_path[64];
static struct arena arena;
static struct note_signer signer;

enum { GROUP_ITEMS = 300, ITEM_BYTES = PRODUCER_PREFIX_BYTES + 40, SWEEP_CALLS = 400 };

static void make_ledger(void)
{
	struct error err = {0};
	arena_init(&arena, 64 << 20);
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	(void)snprintf(ledger_path, sizeof(ledger_path), "%s/ledger", folder);
	ck_assert_int_eq(note_signer_new(&arena, STR("gabion.test/log"), NOTE_ED25519,
				 STR("0123456789abcdef0123456789abcdef"), &signer, &err),
		0);
	ck_assert_msg(log_create(ledger_path, &signer, &arena, &err) == 0, "%s", err.message);
}

static void remove_ledger(void)
{
	ck_assert_int_eq(folder_remove(folder), 0);
	arena_release(&arena);
}

static struct str item(char memory[ITEM_BYTES], uint64_t index)
{
	struct producer producer = {.id = "the only one  .", .sequence = index + 1};
	producer_put(&producer, memory);
	int len = snprintf(
		memory + PRODUCER_PREFIX_BYTES, 40, "record %llu", (unsigned long long)index);
	return (struct str){memory, PRODUCER_PREFIX_BYTES + (size_t)len};
}

static int append(struct log_writer *writer, size_t count, struct error *err)
{
	static char memory[GROUP_ITEMS][ITEM_BYTES];
	struct str items[GROUP_ITEMS];
	for (size_t i = 0; i < count; i++)
		items[i] = item(memory[i], log_durable_size(writer) + i);
	return log_append(writer, items, count, err);
}

static int publish(struct log_writer *writer, struct error *err)
{
	struct log_state state;
	if (log_write_edge(writer, &state, err) < 0 || log_sync(writer->folder_fd, err) < 0)
		return -1;
	return log_publish(writer, &state, &arena, err);
}

/* What a notary does until the disk fails it; returns how many records were acknowledged. */
static uint64_t work(struct error *err)
{
	static const size_t groups[] = {2, GROUP_ITEMS, 5};
	struct log_writer writer;
	uint64_t acknowledged = 0;
	if (log_writer_open(&writer, ledger_path, &signer, &arena, err) < 0)
		return 0;
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		if (append(&writer, groups[i], err) < 0)
			break;
		acknowledged = log_durable_size(&writer);
		if (publish(&writer, err) < 0)
			break;
	}
	log_writer_close(&writer);
	return acknowledged;
}

static void check_all_records(uint64_t at_least, uint64_t at)
{
	struct log_reader reader;
	struct log_fault found;
	struct error err = {0};
	char memory[ITEM_BYTES];
	struct str entry;
	ck_assert_msg(log_reader_open(&reader, &arena, ledger_path, STR(""), &err) == 0, "%s",
		err.message);
	ck_assert_msg(reader.checkpoint.size >= at_least, "fault at call %d: %d of %d are left",
		(int)at, (int)reader.checkpoint.size, (int)at_least);
	ck_assert_int_eq(log_verify(&reader, &found, &err), 0);
	for (uint64_t index = 0; index < reader.checkpoint.size; index++) {
		struct str expected = item(memory, index);
		ck_assert_int_eq(log_read_entry(&reader, index, &entry, &err), 0);
		bool same =
			str_equal(entry, str_slice(expected, PRODUCER_PREFIX_BYTES, expected.len));
		if (!same)
			ck_abort_msg("record %d is another one", (int)index);
	}
	log_reader_close(&reader);
}

/* With the disk well again, everything acknowledged is there and the ledger goes on. */
static void check_recovery(uint64_t acknowledged, uint64_t at)
{
	struct log_writer writer;
	struct error err = {0};
	ck_assert_msg(log_writer_open(&writer, ledger_path, &signer, &arena, &err) == 0,
		"fault at call %d: %s", (int)at, err.message);
	ck_assert_int_eq(append(&writer, 1, &err), 0);
	ck_assert_int_eq(publish(&writer, &err), 0);
	log_writer_close(&writer);
	check_all_records(acknowledged + 1, at);
}

/* Let each call in turn fail, once or for good; every failure is told with its cause. */
static void sweep(uint32_t calls, int error, bool stays, bool is_harmless)
{
	uint64_t at = 1;
	for (; at < SWEEP_CALLS; at++) {
		struct error err = {0};
		make_ledger();
		fault_plan(calls, error, at, stays);
		uint64_t acknowledged = work(&err);
		bool failed = fault_state()->failed > 0;
		fault_plan(0, 0, 0, 0);
		if (failed && is_harmless)
			ck_assert_msg(acknowledged == 307, "call %d: %s", (int)at, err.message);
		if (err.kind != ERROR_NONE)
			ck_assert_msg(strstr(err.message, strerrordesc_np(error)), "call %d: %s",
				(int)at, err.message);
		check_recovery(acknowledged, at);
		remove_ledger();
		if (!failed)
			break;
	}
	ck_assert_int_gt((int)at, 5);
	ck_assert_int_lt((int)at, SWEEP_CALLS);
}

START_TEST(a_full_disk_at_any_call_loses_nothing_acknowledged)
{
	sweep(FAULT_WRITE | FAULT_NAME | FAULT_OPEN, ENOSPC, true, false);
}
END_TEST

START_TEST(an_error_of_the_disk_at_any_call_loses_nothing_acknowledged)
{
	sweep(FAULT_ALL, EIO, false, false);
}
END_TEST

START_TEST(a_disk_that_becomes_read_only_at_any_call_loses_nothing_acknowledged)
{
	sweep(FAULT_WRITE | FAULT_NAME, EROFS, true, false);
}
END_TEST

START_TEST(an_interrupted_write_or_sync_is_done_again)
{
	sweep(FAULT_WRITE | FAULT_SYNC, EINTR, false, true);
}
END_TEST

START_TEST(a_short_write_is_completed)
{
	sweep(FAULT_WRITE, FAULT_SHORT, false, true);
}
END_TEST

UNIT_TESTS("fault", a_full_disk_at_any_call_loses_nothing_acknowledged,
	an_error_of_the_disk_at_any_call_loses_nothing_acknowledged,
	a_disk_that_becomes_read_only_at_any_call_loses_nothing_acknowledged,
	an_interrupted_write_or_sync_is_done_again, a_short_write_is_completed)
