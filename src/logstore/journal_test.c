/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/journal.h"
#include "logstore/segment.h"
#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/var/tmp/journal_test.XXXXXX";
static int folder_fd;

static void setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(folder_fd, 0);
}

static void teardown(void)
{
	int journal_fd = openat(folder_fd, "journal", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *names = fdopendir(journal_fd);
	const struct dirent *entry;
	while (names && (entry = readdir(names)))
		unlinkat(journal_fd, entry->d_name, 0);
	closedir(names);
	unlinkat(folder_fd, "journal", AT_REMOVEDIR);
	close(folder_fd);
	ck_assert_int_eq(rmdir(folder), 0);
}

/* Entries are numbered texts, so that a replay can check what it is given. */
static struct str entry_text(char memory[32], uint64_t index)
{
	int len = snprintf(memory, 32, "entry %llu", (unsigned long long)index);
	return (struct str){memory, (size_t)len};
}

static int count_entries(void *context, uint64_t index, struct str entry, struct error *err)
{
	uint64_t *count = context;
	char memory[32];
	(void)err;
	ASSERT_STR(entry, entry_text(memory, index));
	(*count)++;
	return 0;
}

static void append_numbered(struct journal *journal, size_t count)
{
	struct error err = {0};
	char memory[64][32];
	struct str entries[64];
	for (size_t i = 0; i < count; i++)
		entries[i] = entry_text(memory[i], journal->next_index + i);
	ck_assert_msg(journal_append(journal, entries, count, &err) == 0, "%s", err.message);
}

static int reopen(struct journal *journal, uint64_t first, uint64_t *ret_count, struct error *err)
{
	*ret_count = 0;
	*err = (struct error){0};
	return journal_open(journal, folder_fd, first, count_entries, ret_count, err);
}

START_TEST(what_was_appended_is_replayed)
{
	setup();
	struct journal journal;
	struct error err;
	uint64_t count, total = 0;
	for (size_t round = 0; round < 20; round++) {
		ck_assert_msg(reopen(&journal, total / 2, &count, &err) == 0, "%s", err.message);
		ck_assert_uint_eq(count, total - total / 2);
		append_numbered(&journal, round + 1);
		append_numbered(&journal, 1);
		total += round + 2;
		journal_close(&journal);
	}
	teardown();
}
END_TEST

static void overwrite(off_t offset, const char *bytes, size_t len)
{
	char name[64];
	(void)snprintf(name, sizeof(name), "journal/%020u-%020u", 0, 0);
	int fd = openat(folder_fd, name, O_WRONLY | O_CLOEXEC);
	ck_assert_int_eq(pwrite(fd, bytes, len, offset), (ssize_t)len);
	close(fd);
}

START_TEST(a_last_group_torn_at_any_byte_is_there_whole_or_not_at_all)
{
	setup();
	struct journal journal;
	struct error err;
	uint64_t count;
	ck_assert_int_eq(reopen(&journal, 0, &count, &err), 0);
	append_numbered(&journal, 3);
	uint64_t start = journal.offset;
	append_numbered(&journal, 2);
	uint64_t end = journal.offset;
	journal_close(&journal);
	for (uint64_t cut = end; cut-- > start;) {
		overwrite((off_t)cut, "\0", 1);
		ck_assert_msg(reopen(&journal, 0, &count, &err) == 0, "cut at %d: %s", (int)cut,
			err.message);
		ck_assert(count == 3 || count == 5);
		ck_assert(journal.offset == (count == 3 ? start : end));
		/* Only a group whose header is whole can be told from one that was never begun. */
		ck_assert(count == 5 || cut < start + 32 || journal.has_torn_group);
		journal_close(&journal);
	}
	ck_assert_int_eq(reopen(&journal, 0, &count, &err), 0);
	append_numbered(&journal, 1);
	append_numbered(&journal, 1);
	journal_close(&journal);
	ck_assert_int_eq(reopen(&journal, 0, &count, &err), 0);
	ck_assert_uint_eq(count, 5);
	journal_close(&journal);
	teardown();
}
END_TEST

START_TEST(damage_to_an_acknowledged_group_is_named_and_not_repaired)
{
	setup();
	struct journal journal;
	struct error err;
	uint64_t count;
	ck_assert_int_eq(reopen(&journal, 0, &count, &err), 0);
	for (int i = 0; i < 4; i++)
		append_numbered(&journal, 2);
	journal_close(&journal);
	overwrite(40, "X", 1);
	ck_assert_int_eq(reopen(&journal, 0, &count, &err), -1);
	ck_assert_ptr_nonnull(
		strstr(err.message, "is damaged at byte 0: entry 0 was acknowledged"));
	journal_close(&journal);
	teardown();
}
END_TEST

START_TEST(segments_follow_each_other_and_are_used_again)
{
	setup();
	struct journal journal;
	struct error err;
	uint64_t count;
	ck_assert_int_eq(reopen(&journal, 0, &count, &err), 0);
	static char big[60000];
	struct str entries[50];
	for (size_t i = 0; i < 50; i++)
		entries[i] = (struct str){big, sizeof(big)};
	for (int group = 0; group < 18; group++)
		ck_assert_msg(journal_append(&journal, entries, 50, &err) == 0, "%s", err.message);
	ck_assert_int_eq(journal_recycle(&journal, journal.next_index, &err), 0);
	uint64_t next = journal.next_index;
	append_numbered(&journal, 5);
	for (int group = 0; group < 6; group++)
		ck_assert_msg(journal_append(&journal, entries, 50, &err) == 0, "%s", err.message);
	journal_close(&journal);
	ck_assert_int_eq(
		journal_open(&journal, folder_fd, next + 5 + 300, count_entries, &count, &err), 0);
	ck_assert_uint_eq(journal.next_index, next + 305);
	journal_close(&journal);
	ck_assert_int_eq(reopen(&journal, 3, &count, &err), -1);
	journal_close(&journal);
	teardown();
}
END_TEST

#define SEGMENT "journal/00000000000000000000-00000000000000000000"

static void put_short_file(const char *name)
{
	int fd = openat(folder_fd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_eq(pwrite(fd, "x", 1, 4095), 1);
	close(fd);
}

static void put_pipe(const char *name)
{
	ck_assert_int_eq(mkfifoat(folder_fd, name, 0600), 0);
}

static void put_link(const char *name)
{
	ck_assert_int_eq(symlinkat("/dev/zero", folder_fd, name), 0);
}

static void put_nothing(const char *name)
{
	(void)name;
}

static const struct {
	void (*put)(const char *name);
	const char *message;
} strange[] = {
	{put_short_file, "is not a segment: a regular file of 16777216 bytes"},
	{put_pipe, "is not a segment"},
	{put_link, "Too many levels of symbolic links"},
	{put_nothing, "does not hold entry 2"},
};

START_TEST(what_is_no_segment_is_named_and_not_waited_for)
{
	for (size_t i = 0; i < sizeof(strange) / sizeof(strange[0]); i++) {
		memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
		setup();
		struct journal journal;
		struct error err;
		uint64_t count;
		ck_assert_int_eq(reopen(&journal, 0, &count, &err), 0);
		append_numbered(&journal, 3);
		journal_close(&journal);
		ck_assert_int_eq(unlinkat(folder_fd, SEGMENT, 0), 0);
		strange[i].put(SEGMENT);
		ck_assert_int_eq(reopen(&journal, 2, &count, &err), -1);
		ck_assert_msg(strstr(err.message, strange[i].message), "%s", err.message);
		journal_close(&journal);
		teardown();
	}
}
END_TEST

START_TEST(a_spare_that_cannot_be_used_is_replaced)
{
	for (size_t i = 0; i < sizeof(strange) / sizeof(strange[0]); i++) {
		memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
		setup();
		struct journal journal;
		struct error err;
		uint64_t count;
		ck_assert_int_eq(reopen(&journal, 0, &count, &err), 0);
		strange[i].put("journal/spare");
		append_numbered(&journal, 3);
		journal_close(&journal);
		ck_assert_msg(reopen(&journal, 0, &count, &err) == 0, "%s", err.message);
		ck_assert_uint_eq(count, 3);
		journal_close(&journal);
		teardown();
	}
}
END_TEST

START_TEST(damage_to_a_published_end_is_named)
{
	setup();
	struct journal journal;
	struct error err;
	uint64_t count;
	ck_assert_int_eq(reopen(&journal, 0, &count, &err), 0);
	append_numbered(&journal, 2);
	uint64_t start = journal.offset;
	append_numbered(&journal, 2);
	journal_close(&journal);
	overwrite((off_t)start + 40, "X", 1);
	ck_assert_int_eq(reopen(&journal, 4, &count, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.message, "is damaged at byte "));
	ck_assert_ptr_nonnull(strstr(err.message, "entry 2 was there and cannot be read"));
	ck_assert_str_eq(err.remedy, "restore this file from a copy; nothing has been changed");
	journal_close(&journal);
	teardown();
}
END_TEST

UNIT_TESTS("journal", what_was_appended_is_replayed,
	a_last_group_torn_at_any_byte_is_there_whole_or_not_at_all,
	damage_to_an_acknowledged_group_is_named_and_not_repaired,
	segments_follow_each_other_and_are_used_again,
	what_is_no_segment_is_named_and_not_waited_for, a_spare_that_cannot_be_used_is_replaced,
	damage_to_a_published_end_is_named)
