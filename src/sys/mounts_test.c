/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/mounts.h"

#include "private.h"
#include "unit.h"

#include <errno.h>
#include <sys/statfs.h>
#include <sys/wait.h>

static int open_path(const char *path)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	ck_assert_msg(fd >= 0, "%s: errno %d", path, errno);
	return fd;
}

static int new_tmpfs(uint64_t attributes)
{
	static const struct mount_option options[] = {{"size", "64k"}, {"mode", "0711"}};
	struct mount_new mount = {
		.type = "tmpfs", .options = options, .option_count = 2, .attributes = attributes};
	int fd = mount_new(&mount);
	ck_assert_msg(fd >= 0, "%d %s", fd, mount.log);
	return fd;
}

START_TEST(a_filesystem_is_made_aside_and_attached_as_it_shall_be)
{
	uint64_t all = MOUNT_READ_ONLY | MOUNT_NO_SUID | MOUNT_NO_DEVICES | MOUNT_NO_EXEC |
		       MOUNT_NO_ATIME | MOUNT_NO_FOLDER_ATIME | MOUNT_NO_LINKS;
	uint64_t found = 0;
	struct stat status;
	private_enter();
	ck_assert_int_eq(mkdir("at", 0755), 0);
	ck_assert_int_eq(mount_attach(new_tmpfs(all), open_path("at")), 0);
	ck_assert_int_eq(stat("at", &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0711);
	ck_assert_int_eq(mkdir("at/x", 0755), -1);
	ck_assert_int_eq(errno, EROFS);
	ck_assert_int_eq(mount_attributes(open_path("at"), &found), 0);
	ck_assert_uint_eq(found, all);
}
END_TEST

START_TEST(a_refused_option_is_named_with_what_the_kernel_says)
{
	static const struct mount_option options[] = {{"mode", "0755"}, {"colour", "red"}};
	struct mount_new mount = {.type = "tmpfs", .options = options, .option_count = 2};
	private_enter();
	ck_assert_int_eq(mount_new(&mount), -EINVAL);
	ck_assert_ptr_eq(mount.refused, &options[1]);
	ck_assert_str_eq(mount.log, "tmpfs: Unknown parameter 'colour'");
	mount = (struct mount_new){.type = "no-such-filesystem"};
	ck_assert_int_eq(mount_new(&mount), -ENODEV);
	ck_assert_ptr_null(mount.refused);
	ck_assert_str_eq(mount.log, "");
}
END_TEST

START_TEST(a_copy_changes_alone)
{
	private_enter();
	ck_assert_int_eq(mkdir("a", 0755) | mkdir("b", 0755), 0);
	ck_assert_int_eq(mount_attach(new_tmpfs(0), open_path("a")), 0);
	ck_assert_int_eq(mkdir("a/sub", 0755), 0);
	ck_assert_int_eq(mount_attach(new_tmpfs(0), open_path("a/sub")), 0);
	int copy = mount_copy(open_path("a"), true);
	ck_assert_int_ge(copy, 0);
	struct mount_change change = {.set = MOUNT_READ_ONLY, .recursive = true};
	ck_assert_int_eq(mount_change(copy, &change), 0);
	ck_assert_int_eq(mount_attach(copy, open_path("b")), 0);
	ck_assert_int_eq(mkdir("a/x", 0755) | mkdir("a/sub/x", 0755), 0);
	ck_assert_int_eq(mkdir("b/y", 0755), -1);
	ck_assert_int_eq(mkdir("b/sub/y", 0755), -1);
	change = (struct mount_change){.clear = MOUNT_READ_ONLY};
	ck_assert_int_eq(mount_change(copy, &change), 0);
	ck_assert_int_eq(mkdir("b/y", 0755), 0);
	ck_assert_int_eq(mkdir("b/sub/y", 0755), -1);
}
END_TEST

START_TEST(access_times_are_one_choice)
{
	uint64_t found = 0;
	private_enter();
	ck_assert_int_eq(mkdir("at", 0755), 0);
	int mount = new_tmpfs(MOUNT_NO_ATIME);
	struct mount_change change = {.set = MOUNT_STRICT_ATIME};
	ck_assert_int_eq(mount_change(mount, &change), 0);
	ck_assert_int_eq(mount_attributes(mount, &found), 0);
	ck_assert_uint_eq(found, MOUNT_STRICT_ATIME);
	change = (struct mount_change){.clear = MOUNT_STRICT_ATIME};
	ck_assert_int_eq(mount_change(mount, &change), 0);
	ck_assert_int_eq(mount_attributes(mount, &found), 0);
	ck_assert_uint_eq(found, 0);
	ck_assert_int_eq(mount_attach(mount, open_path("at")), 0);
}
END_TEST

START_TEST(a_file_covers_files_and_a_folder_folders)
{
	private_enter();
	private_write("file", "one");
	private_write("other", "two");
	ck_assert_int_eq(mkdir("folder", 0755), 0);
	int copy = mount_copy(open_path("file"), false);
	ck_assert_int_eq(mount_attach(copy, open_path("folder")), -EINVAL);
	ck_assert_int_eq(mount_attach(copy, open_path("other")), 0);
	ck_assert_int_eq(mount_copy(-1, false), -EBADF);
}
END_TEST

/* In a child with a namespace of its own: a pivot changes the root of every process of one. */
static void pivot_and_look(void)
{
	struct statfs status;
	char at[64];
	int mount = unshare(CLONE_NEWNS) < 0 ? -1 : new_tmpfs(0);
	bool well = mkdirat(mount, "here", 0755) == 0 &&
		    mount_attach(mount, open_path("root")) == 0 && mount_pivot(mount) == 0;
	well = well && getcwd(at, sizeof(at)) && strcmp(at, "/") == 0 && access("/here", F_OK) == 0;
	well = well && access("/../tmp", F_OK) < 0 && statfs("/", &status) == 0;
	_exit(well && status.f_type == 0x01021994 && umount2("/", MNT_DETACH) < 0 ? 0 : 1);
}

START_TEST(the_old_root_is_gone_after_the_pivot)
{
	int status;
	private_enter();
	ck_assert_int_eq(mkdir("root", 0755), 0);
	pid_t child = fork();
	if (child == 0)
		pivot_and_look();
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}
END_TEST

UNIT_TESTS("mount", a_filesystem_is_made_aside_and_attached_as_it_shall_be,
	a_refused_option_is_named_with_what_the_kernel_says, a_copy_changes_alone,
	access_times_are_one_choice, a_file_covers_files_and_a_folder_folders,
	the_old_root_is_gone_after_the_pivot)
