/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Numbers of the kernel's interface. The headers of the C libraries disagree about what of it they
 * have, and <linux/mount.h> contradicts one of them. */
enum {
	CLOSE_ON_EXEC = 1, /* fsopen, fsmount */
	SET_FLAG = 0,      /* fsconfig */
	SET_STRING = 1,
	CREATE = 6,
	COPY_TREE = 1,         /* open_tree */
	FROM_DESCRIPTOR = 0x4, /* move_mount */
	TO_DESCRIPTOR = 0x40,
	RECURSIVE = 0x8000, /* AT_RECURSIVE */
};

struct attributes {
	uint64_t set, clear, propagation, user_namespace;
};

static int result_of(long result)
{
	return result < 0 ? -errno : (int)result;
}

static int configure(int fs, unsigned command, const char *key, const char *value)
{
	return result_of(syscall(SYS_fsconfig, fs, command, key, value, 0));
}

/* The last thing the kernel says about a failure, without its "e " in front. */
static void read_log(struct mount_new *mount, int fs)
{
	char line[MOUNT_LOG_BYTES];
	for (int lines = 0; lines < 8; lines++) {
		ssize_t length = read(fs, line, sizeof(line) - 1);
		if (length <= 0)
			return;
		line[length] = '\0';
		size_t end = strcspn(line, "\n");
		line[end] = '\0';
		const char *text = end > 2 && line[1] == ' ' ? line + 2 : line;
		(void)snprintf(mount->log, sizeof(mount->log), "%s", text);
	}
}

static int configure_all(struct mount_new *mount, int fs)
{
	int result = mount->source ? configure(fs, SET_STRING, "source", mount->source) : 0;
	for (size_t i = 0; result == 0 && i < mount->option_count; i++) {
		const struct mount_option *option = &mount->options[i];
		result = configure(
			fs, option->value ? SET_STRING : SET_FLAG, option->key, option->value);
		if (result < 0)
			mount->refused = option;
	}
	return result < 0 ? result : configure(fs, CREATE, NULL, NULL);
}

int mount_new(struct mount_new *mount)
{
	mount->refused = NULL;
	mount->log[0] = '\0';
	int fs = result_of(syscall(SYS_fsopen, mount->type, CLOSE_ON_EXEC));
	if (fs < 0)
		return fs;
	int result = configure_all(mount, fs);
	if (result == 0)
		result = result_of(syscall(SYS_fsmount, fs, CLOSE_ON_EXEC, mount->attributes));
	if (result < 0)
		read_log(mount, fs);
	(void)close(fs);
	return result;
}

int mount_copy(int fd, bool recursive)
{
	unsigned flags = COPY_TREE | O_CLOEXEC | AT_EMPTY_PATH | (recursive ? RECURSIVE : 0);
	return result_of(syscall(SYS_open_tree, fd, "", flags));
}

int mount_attach(int mount, int target)
{
	return result_of(
		syscall(SYS_move_mount, mount, "", target, "", FROM_DESCRIPTOR | TO_DESCRIPTOR));
}

int mount_change(int mount, const struct mount_change *change)
{
	struct attributes attributes = {
		.set = change->set,
		.clear = change->clear,
		.propagation = change->propagation & ~(unsigned long)MS_REC,
	};
	if (!change->set && !change->clear && !change->propagation)
		return 0;
	if ((change->set | change->clear) & MOUNT_ATIME)
		attributes.clear |= MOUNT_ATIME;
	if (change->set & MOUNT_IDMAP)
		attributes.user_namespace = (uint64_t)change->map;
	unsigned flags = AT_EMPTY_PATH | (change->recursive ? RECURSIVE : 0);
	return result_of(
		syscall(SYS_mount_setattr, mount, "", flags, &attributes, sizeof(attributes)));
}

/* What statfs(2) calls the attributes. Source: include/linux/statfs.h. */
static const struct {
	unsigned long flag;
	uint64_t attribute;
} names_of_statfs[] = {
	{0x1, MOUNT_READ_ONLY},
	{0x2, MOUNT_NO_SUID},
	{0x4, MOUNT_NO_DEVICES},
	{0x8, MOUNT_NO_EXEC},
	{0x400, MOUNT_NO_ATIME},
	{0x800, MOUNT_NO_FOLDER_ATIME},
	{0x2000, MOUNT_NO_LINKS},
};

int mount_attributes(int fd, uint64_t *ret_attributes)
{
	struct statfs status;
	if (fstatfs(fd, &status) < 0)
		return -errno;
	*ret_attributes = 0;
	for (size_t i = 0; i < sizeof(names_of_statfs) / sizeof(names_of_statfs[0]); i++)
		if ((unsigned long)status.f_flags & names_of_statfs[i].flag)
			*ret_attributes |= names_of_statfs[i].attribute;
	if (!((unsigned long)status.f_flags & (0x400 | 0x1000)))
		*ret_attributes |= MOUNT_STRICT_ATIME;
	return 0;
}

/* Which mount a path or a descriptor (with "") is on, or minus the errno. Source: statx(2). */
static int64_t mount_number(int fd, const char *path)
{
	enum { EMPTY_PATH = 0x1000, WANT_MOUNT = 0x1000, MOUNT_AT = 144, STATX_BYTES = 256 };
	char info[STATX_BYTES] = {0};
	uint64_t number = 0;
	if (syscall(SYS_statx, fd, path, *path ? 0 : EMPTY_PATH, WANT_MOUNT, info) < 0)
		return -errno;
	memcpy(&number, info + MOUNT_AT, sizeof(number));
	return (int64_t)number;
}

/*
 * What still covers the new root is where "/.." leads, and where whoever joins the namespace later
 * would stand. The old root may have had any number of mounts on top of it.
 */
static int uncover(int mount)
{
	enum { LAYERS = 64 };
	int64_t ours = mount_number(mount, "");
	for (int i = 0; i < LAYERS; i++) {
		int64_t top = mount_number(AT_FDCWD, "/..");
		if (ours < 0 || top < 0)
			return (int)(ours < 0 ? ours : top);
		if (top == ours)
			return 0;
		if (umount2("/..", MNT_DETACH) < 0)
			return -errno;
	}
	return -ELOOP;
}

int mount_pivot(int mount)
{
	if (fchdir(mount) < 0)
		return -errno;
	/* The old root lands on top of the new one. */
	int result = result_of(syscall(SYS_pivot_root, ".", "."));
	if (result == 0 && chdir("/") < 0)
		result = -errno;
	return result < 0 ? result : uncover(mount);
}
