/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/output.h"

#include "base/arena.h"
#include "folder.h"
#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static size_t names_here(void)
{
	size_t count = 0;
	DIR *stream = opendir(".");
	ck_assert_ptr_nonnull(stream);
	while (readdir(stream))
		count++;
	ck_assert_int_eq(closedir(stream), 0);
	return count - 2;
}

static void assert_content(const char *path, const char *expected)
{
	char text[64] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ssize_t got = read(fd, text, sizeof(text) - 1);
	ck_assert_int_ge(got, 0);
	ck_assert_str_eq(text, expected);
	ck_assert_int_eq(close(fd), 0);
}

static void begin(struct output *output, struct arena *arena, const char *path)
{
	struct error err = {0};
	ck_assert_msg(output_to_file(output, arena, path, &err) == 0, "%s", err.message);
}

START_TEST(a_file_appears_only_when_it_is_whole)
{
	struct arena arena;
	struct output output;
	struct error err = {0};
	ck_assert_int_eq(folder_enter(), 0);
	arena_init(&arena, 1 << 20);
	begin(&output, &arena, "report");
	buf_puts(&output.buf, "all of it");
	output_flush(&output);
	ck_assert_uint_eq(names_here(), 0);
	ck_assert_int_eq(output_commit(&output, &err), 0);
	ck_assert_uint_eq(names_here(), 1);
	assert_content("report", "all of it");
	arena_release(&arena);
}
END_TEST

START_TEST(what_stood_there_stays_until_then_and_when_discarded)
{
	struct arena arena;
	struct output output;
	struct error err = {0};
	struct stat status;
	ck_assert_int_eq(folder_enter(), 0);
	arena_init(&arena, 1 << 20);
	begin(&output, &arena, "report");
	buf_puts(&output.buf, "old");
	ck_assert_int_eq(output_commit(&output, &err), 0);
	ck_assert_int_eq(chmod("report", 0640), 0);
	begin(&output, &arena, "report");
	buf_puts(&output.buf, "new");
	output_flush(&output);
	assert_content("report", "old");
	output_discard(&output);
	assert_content("report", "old");
	begin(&output, &arena, "report");
	buf_puts(&output.buf, "new");
	ck_assert_int_eq(output_commit(&output, &err), 0);
	assert_content("report", "new");
	ck_assert_uint_eq(names_here(), 1);
	ck_assert_int_eq(stat("report", &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0640);
	arena_release(&arena);
}
END_TEST

START_TEST(a_link_stays_a_link)
{
	struct arena arena;
	struct output output;
	struct error err = {0};
	struct stat status;
	ck_assert_int_eq(folder_enter(), 0);
	ck_assert_int_eq(mkdir("real", 0700), 0);
	ck_assert_int_eq(close(open("real/file", O_CREAT | O_WRONLY, 0600)), 0);
	ck_assert_int_eq(symlink("real/file", "link"), 0);
	arena_init(&arena, 1 << 20);
	begin(&output, &arena, "link");
	buf_puts(&output.buf, "x");
	ck_assert_int_eq(output_commit(&output, &err), 0);
	ck_assert_int_eq(lstat("link", &status), 0);
	ck_assert(S_ISLNK(status.st_mode));
	assert_content("real/file", "x");
	arena_release(&arena);
}
END_TEST

START_TEST(a_device_is_written_to_as_it_is)
{
	struct arena arena;
	struct output output;
	struct error err = {0};
	arena_init(&arena, 1 << 20);
	begin(&output, &arena, "/dev/null");
	buf_puts(&output.buf, "x");
	ck_assert_int_eq(output_commit(&output, &err), 0);
	begin(&output, &arena, "/dev/full");
	buf_puts(&output.buf, "x");
	ck_assert_int_eq(output_commit(&output, &err), -1);
	ck_assert_int_eq(err.system_errno, ENOSPC);
	arena_release(&arena);
}
END_TEST

START_TEST(a_place_that_is_not_there_is_told_at_once)
{
	struct arena arena;
	struct output output;
	static const char *const places[] = {"none/report", "."};
	ck_assert_int_eq(folder_enter(), 0);
	arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct error err = {0};
		ck_assert_int_eq(output_to_file(&output, &arena, places[i], &err), -1);
		ck_assert_ptr_nonnull(strstr(err.message, places[i]));
	}
	arena_release(&arena);
}
END_TEST

START_TEST(a_closed_pipe_is_a_failure_not_a_death)
{
	struct arena arena;
	struct output output;
	struct error err = {0};
	int ends[2];
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(close(ends[0]), 0);
	ck_assert(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
	arena_init(&arena, 1 << 20);
	output_to_fd(&output, &arena, ends[1], "standard output");
	for (int i = 0; i < 100000; i++)
		buf_puts(&output.buf, "more than fits");
	ck_assert_int_eq(output_commit(&output, &err), -1);
	ck_assert_int_eq(err.system_errno, EPIPE);
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("output", a_file_appears_only_when_it_is_whole,
	what_stood_there_stays_until_then_and_when_discarded, a_link_stays_a_link,
	a_device_is_written_to_as_it_is, a_place_that_is_not_there_is_told_at_once,
	a_closed_pipe_is_a_failure_not_a_death)
