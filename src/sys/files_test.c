/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/files.h"

#include "base/arena.h"
#include "folder.h"
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static struct str read_ok(struct arena *arena, const char *root, const char *path)
{
	struct error err = {0};
	struct str text = {0};
	struct file_source source = {root, path, path};
	ck_assert_msg(file_read(arena, &source, 1000, &text, &err) == 0, "%s", err.message);
	return text;
}

static const struct error *read_fails(struct arena *arena, const char *root, const char *path)
{
	struct error *err = ARENA_NEW(arena, struct error);
	struct str text = {0};
	struct file_source source = {root, path, path};
	ck_assert_int_eq(file_read(arena, &source, 1000, &text, err), -1);
	ASSERT_STR(err->file, str_from(path));
	return err;
}

START_TEST(a_file_is_read_whole)
{
	struct arena arena;
	arena_init(&arena, 1 << 20);
	ck_assert_int_eq(folder_enter(), 0);
	write_file("a", "hello");
	write_file("empty", "");
	ASSERT_STR(read_ok(&arena, NULL, "a"), STR("hello"));
	ASSERT_STR(read_ok(&arena, ".", "a"), STR("hello"));
	ASSERT_STR(read_ok(&arena, NULL, "empty"), STR(""));
	arena_release(&arena);
}
END_TEST

START_TEST(what_is_no_file_is_refused_without_waiting)
{
	struct arena arena;
	arena_init(&arena, 1 << 20);
	ck_assert_int_eq(folder_enter(), 0);
	ck_assert_int_eq(mkfifo("fifo", 0600), 0);
	ck_assert_ptr_nonnull(strstr(read_fails(&arena, NULL, "fifo")->message, "a FIFO"));
	ck_assert_ptr_nonnull(strstr(read_fails(&arena, NULL, "/dev/zero")->message, "a device"));
	ck_assert_ptr_nonnull(strstr(read_fails(&arena, NULL, ".")->message, "a folder"));
	ck_assert_ptr_nonnull(strstr(read_fails(&arena, NULL, "none")->message, "No such file"));
	arena_release(&arena);
}
END_TEST

START_TEST(a_file_above_the_limit_is_refused_before_it_is_read)
{
	struct arena arena;
	arena_init(&arena, 1 << 20);
	ck_assert_int_eq(folder_enter(), 0);
	write_file("huge", "");
	ck_assert_int_eq(truncate("huge", (off_t)1 << 40), 0);
	ck_assert_int_eq(read_fails(&arena, NULL, "huge")->kind, ERROR_LIMIT);
	arena_release(&arena);
}
END_TEST

START_TEST(a_stream_above_the_limit_is_refused)
{
	struct arena arena;
	struct error err = {0};
	struct str text = {0};
	arena_init(&arena, 1 << 20);
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(file_read_stream(&arena, fd, "zero", 100000, &text, &err), -1);
	ck_assert_int_eq(err.kind, ERROR_LIMIT);
	ck_assert_int_eq(close(fd), 0);
	arena_release(&arena);
}
END_TEST

START_TEST(a_link_may_not_lead_out_of_the_root)
{
	struct arena arena;
	arena_init(&arena, 1 << 20);
	ck_assert_int_eq(folder_enter(), 0);
	write_file("secret", "s");
	ck_assert_int_eq(mkdir("in", 0700), 0);
	write_file("in/a", "a");
	ck_assert_int_eq(symlink("a", "in/inner"), 0);
	ck_assert_int_eq(symlink("../secret", "in/outer"), 0);
	ck_assert_int_eq(symlink("loop", "in/loop"), 0);
	ASSERT_STR(read_ok(&arena, "in", "inner"), STR("a"));
	ck_assert_ptr_nonnull(strstr(read_fails(&arena, "in", "outer")->message, "leads out"));
	ck_assert_ptr_nonnull(strstr(read_fails(&arena, "in", "../secret")->message, "leads out"));
	read_fails(&arena, "in", "loop");
	arena_release(&arena);
}
END_TEST

static const char *const yaml[] = {".yaml", ".yml", NULL};

START_TEST(a_walk_lists_files_in_byte_order_without_hidden_ones)
{
	struct arena arena;
	struct error err = {0};
	struct file_entry *entries;
	size_t count;
	arena_init(&arena, 1 << 20);
	ck_assert_int_eq(folder_enter(), 0);
	ck_assert_int_eq(mkdir("x", 0700) | mkdir("x/b", 0700) | mkdir("x/.git", 0700), 0);
	write_file("x/c.yaml", "");
	write_file("x/b/z.yml", "");
	write_file("x/b/a.yaml", "");
	write_file("x/.git/config.yaml", "");
	write_file("x/.hidden.yaml", "");
	write_file("x/notes.txt", "");
	ck_assert_int_eq(symlink("..", "x/up"), 0);
	ck_assert_int_eq(symlink("c.yaml", "x/d.yaml"), 0);
	ck_assert_int_eq(file_walk(&arena, STR("x"), yaml, &entries, &count, &err), 0);
	const char *const expected[] = {"x/b/a.yaml", "x/b/z.yml", "x/c.yaml", "x/d.yaml"};
	ck_assert_uint_eq(count, 4);
	for (size_t i = 0; i < count; i++) {
		ASSERT_STR(entries[i].path, str_from(expected[i]));
		ASSERT_STR(entries[i].relative, str_from(expected[i] + 2));
	}
	ck_assert_int_eq(file_walk(&arena, STR("x/"), yaml, &entries, &count, &err), 0);
	ASSERT_STR(entries[0].path, STR("x/b/a.yaml"));
	ASSERT_STR(entries[0].relative, STR("b/a.yaml"));
	arena_release(&arena);
}
END_TEST

START_TEST(a_walk_has_a_floor)
{
	struct arena arena;
	struct error err = {0};
	struct file_entry *entries;
	size_t count;
	arena_init(&arena, 1 << 20);
	ck_assert_int_eq(folder_enter(), 0);
	for (int i = 0; i < FILE_WALK_DEPTH + 2; i++)
		ck_assert_int_eq(mkdir("d", 0700) | chdir("d"), 0);
	for (int i = 0; i < FILE_WALK_DEPTH + 2; i++)
		ck_assert_int_eq(chdir(".."), 0);
	ck_assert_int_eq(file_walk(&arena, STR("d"), yaml, &entries, &count, &err), -1);
	ck_assert_int_eq(err.kind, ERROR_LIMIT);
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("file", a_file_is_read_whole, what_is_no_file_is_refused_without_waiting,
	a_file_above_the_limit_is_refused_before_it_is_read, a_stream_above_the_limit_is_refused,
	a_link_may_not_lead_out_of_the_root, a_walk_lists_files_in_byte_order_without_hidden_ones,
	a_walk_has_a_floor)
