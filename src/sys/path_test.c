/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/path.h"

#include "private.h"
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* A tree to be confined to, and beside it what may never change. */
static int hostile_tree(void)
{
	private_enter();
	ck_assert_int_eq(mkdir("outside", 0755) | mkdir("root", 0755), 0);
	private_write("outside/canary", "alive");
	ck_assert_int_eq(mkdir("root/a", 0755) | mkdir("root/a/b", 0755), 0);
	private_write("root/a/file", "");
	static const char *const links[][2] = {
		{"/tmp/outside", "root/absolute"},
		{"../outside", "root/relative"},
		{"../../../../../../tmp/outside", "root/climbing"},
		{"/nowhere", "root/dangling"},
		{"loop", "root/loop"},
		{"/a", "root/inside"},
		{"b", "root/a/beside"},
		{"/proc/self/cwd", "root/magic"},
		{"../../outside", "root/a/up"},
	};
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		ck_assert_int_eq(symlink(links[i][0], links[i][1]), 0);
	int root = open("root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(root, 0);
	return root;
}

static void outside_is_untouched(void)
{
	struct stat status;
	char text[16] = "";
	int fd = open("/tmp/outside/canary", O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(read(fd, text, sizeof(text)), 5);
	ck_assert_str_eq(text, "alive");
	ck_assert_int_eq(close(fd), 0);
	ck_assert_int_eq(stat("/tmp/outside", &status), 0);
	ck_assert_uint_eq(status.st_nlink, 2);
	ck_assert_int_eq(unlink("/tmp/outside/canary") | rmdir("/tmp/outside"), 0);
}

/* The device and inode a descriptor names, to tell folders apart. */
static bool same_file(int fd, const char *path)
{
	struct stat a, b;
	ck_assert_int_eq(fstat(fd, &a) | stat(path, &b), 0);
	return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

START_TEST(paths_are_cleaned_by_their_names_alone)
{
	static const char *const table[][2] = {
		{"", ""},
		{"/", ""},
		{"///", ""},
		{"a", "a"},
		{"/a/b", "a/b"},
		{"/a//b/", "a/b"},
		{"/./a/./b/.", "a/b"},
		{"/a/../b", "b"},
		{"/a/b/../../c", "c"},
		{"/..", ""},
		{"/../../etc/passwd", "etc/passwd"},
		{"a/..", ""},
		{"/...", "..."},
		{"/a/..b", "a/..b"},
	};
	char clean[PATH_BYTES];
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		int length = path_clean(table[i][0], clean);
		ck_assert_str_eq(clean, table[i][1]);
		ck_assert_int_eq(length, (int)strlen(table[i][1]));
	}
	char longest[PATH_BYTES + 1];
	memset(longest, 'x', PATH_BYTES);
	longest[PATH_BYTES] = '\0';
	ck_assert_int_eq(path_clean(longest, clean), -ENAMETOOLONG);
	longest[PATH_BYTES - 1] = '\0';
	ck_assert_int_eq(path_clean(longest, clean), PATH_BYTES - 1);
}
END_TEST

START_TEST(below_means_whole_names)
{
	ck_assert_str_eq(path_below("dev/pts", "dev"), "pts");
	ck_assert_str_eq(path_below("dev", "dev"), "");
	ck_assert_str_eq(path_below("dev/pts/0", ""), "dev/pts/0");
	ck_assert_ptr_null(path_below("devices", "dev"));
	ck_assert_ptr_null(path_below("de", "dev"));
}
END_TEST

START_TEST(nothing_outside_can_be_opened)
{
	static const struct {
		const char *path;
		unsigned rules;
		int error;
		const char *is;
	} table[] = {
		{"", 0, 0, "root"},
		{"..", 0, 0, "root"},
		{"../../a", 0, 0, "root/a"},
		{"a/b", 0, 0, "root/a/b"},
		{"inside/b", 0, 0, "root/a/b"},
		{"a/beside", 0, 0, "root/a/b"},
		{"inside/b", PATH_NO_LINKS, ELOOP, NULL},
		{"a/beside", PATH_NO_LINKS, ELOOP, NULL},
		{"absolute", 0, ENOENT, NULL},
		{"relative", 0, ENOENT, NULL},
		{"climbing/canary", 0, ENOENT, NULL},
		{"a/up/canary", 0, ENOENT, NULL},
		{"loop", 0, ELOOP, NULL},
		{"magic", 0, ELOOP, NULL},
		{"proc/self/cwd", 0, ELOOP, NULL},
		{"proc/self/root/tmp/outside", 0, ELOOP, NULL},
		{"proc/sys", PATH_SAME_MOUNT, EXDEV, NULL},
		{"a/file/x", 0, ENOTDIR, NULL},
	};
	int root = hostile_tree();
	ck_assert_int_eq(mkdir("root/proc", 0755), 0);
	ck_assert_int_eq(mount("/proc", "root/proc", NULL, MS_BIND | MS_REC, NULL), 0);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		int fd = path_open(root, table[i].path, O_PATH, table[i].rules);
		ck_assert_msg(
			(fd < 0) == (table[i].error != 0) && (fd >= 0 || fd == -table[i].error),
			"%s gives %d", table[i].path, fd);
		if (fd >= 0)
			ck_assert_msg(same_file(fd, table[i].is), "%s", table[i].path);
	}
	outside_is_untouched();
}
END_TEST

START_TEST(what_is_missing_is_made_inside_or_not_at_all)
{
	static const struct {
		const char *path;
		enum path_kind kind;
		int error;
		const char *is;
	} table[] = {
		{"x/y/z", PATH_FOLDER, 0, "root/x/y/z"},
		{"x/y/file", PATH_FILE, 0, "root/x/y/file"},
		{"x/y/file", PATH_FILE, 0, "root/x/y/file"},
		{"inside/new", PATH_FOLDER, 0, "root/a/new"},
		{"absolute/new", PATH_FOLDER, ELOOP, NULL},
		{"relative/new/er", PATH_FILE, ELOOP, NULL},
		{"climbing", PATH_FOLDER, ELOOP, NULL},
		{"a/up", PATH_FILE, ELOOP, NULL},
		{"dangling", PATH_FILE, ELOOP, NULL},
		{"loop/x", PATH_FOLDER, ELOOP, NULL},
		{"a/file", PATH_FOLDER, ENOTDIR, NULL},
		{"a/file/x", PATH_FILE, ENOTDIR, NULL},
		{"a/b", PATH_FILE, EISDIR, NULL},
		{"", PATH_FOLDER, 0, "root"},
	};
	int root = hostile_tree();
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		bool made = true;
		int fd = path_make(root, table[i].path, table[i].kind, 0, &made);
		ck_assert_msg(
			(fd < 0) == (table[i].error != 0) && (fd >= 0 || fd == -table[i].error),
			"%s gives %d", table[i].path, fd);
		if (fd >= 0)
			ck_assert_msg(same_file(fd, table[i].is), "%s", table[i].path);
		else
			ck_assert_msg(!made, "%s", table[i].path);
	}
	ck_assert_int_eq(path_make(root, "inside/n", PATH_FOLDER, PATH_NO_LINKS, NULL), -ELOOP);
	outside_is_untouched();
}
END_TEST

START_TEST(paths_are_as_deep_as_the_kernel_allows_and_no_deeper)
{
	int root = hostile_tree();
	char path[2 * PATH_BYTES];
	for (size_t i = 0; i < sizeof(path); i++)
		path[i] = i % 2 ? '/' : 'd';
	path[PATH_BYTES - 1] = '\0';
	int fd = path_make(root, path, PATH_FOLDER, 0, NULL);
	ck_assert_msg(fd >= 0, "%d", fd);
	path[PATH_BYTES - 1] = '/';
	path[sizeof(path) - 1] = '\0';
	ck_assert_int_eq(path_make(root, path, PATH_FOLDER, 0, NULL), -ENAMETOOLONG);
	outside_is_untouched();
}
END_TEST

START_TEST(all_names_of_a_folder_are_listed_once)
{
	struct path_names names = {.length = 0};
	const char *name;
	bool is_folder, seen[100] = {false};
	unsigned count = 0, folders = 0;
	int result, root = hostile_tree();
	for (int i = 0; i < 100; i++) {
		char path[64];
		(void)snprintf(path, sizeof(path), "root/a/b/a-name-of-some-length-%02d", i);
		ck_assert_int_eq(mkdir(path, 0755), 0);
	}
	int folder = path_open(root, "a/b", O_RDONLY | O_DIRECTORY, PATH_NO_LINKS);
	while ((result = path_next_name(folder, &names, &name, &is_folder)) > 0) {
		size_t length = strlen(name);
		int number = (name[length - 2] - '0') * 10 + name[length - 1] - '0';
		ck_assert_msg(number >= 0 && number < 100 && !seen[number], "%s", name);
		seen[number] = true;
		folders += is_folder;
		count++;
	}
	ck_assert_int_eq(result, 0);
	ck_assert_uint_eq(count, 100);
	ck_assert_uint_eq(folders, 100);
	names = (struct path_names){.length = 0};
	ck_assert_int_eq(path_next_name(-1, &names, &name, &is_folder), -EBADF);
}
END_TEST

/* Swap two names for ever, until the test ends. */
static pid_t start_swapping(const char *one, const char *other)
{
	pid_t parent = getpid(), child = fork();
	if (child != 0)
		return child;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent)
		(void)syscall(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, other, 2 /* EXCHANGE */);
	_exit(0);
}

START_TEST(a_racing_rename_leads_nowhere)
{
	int root = hostile_tree();
	ck_assert_int_eq(mkdir("root/race", 0755), 0);
	ck_assert_int_eq(symlink("/tmp/outside", "root/swap"), 0);
	pid_t child = start_swapping("root/race", "root/swap");
	unsigned made = 0, refused = 0;
	for (int i = 0; i < 20000; i++) {
		char path[32];
		(void)snprintf(path, sizeof(path), "race/%d/x", i % 50);
		int fd = path_make(root, path, i % 2 ? PATH_FOLDER : PATH_FILE, 0, NULL);
		if (fd >= 0)
			ck_assert_int_eq(close(fd), 0);
		*(fd >= 0 ? &made : &refused) += 1;
		fd = path_open(root, "race/../race/../race/canary", O_PATH, 0);
		if (fd >= 0) /* not an assertion in each round: those are slow */
			ck_abort_msg("the canary was reached");
	}
	ck_assert_int_eq(kill(child, SIGKILL), 0);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	ck_assert_uint_gt(made, 0);
	ck_assert_uint_gt(refused, 0);
	outside_is_untouched();
}
END_TEST

UNIT_TESTS("path", paths_are_cleaned_by_their_names_alone, below_means_whole_names,
	nothing_outside_can_be_opened, what_is_missing_is_made_inside_or_not_at_all,
	paths_are_as_deep_as_the_kernel_allows_and_no_deeper, all_names_of_a_folder_are_listed_once,
	a_racing_rename_leads_nowhere)
