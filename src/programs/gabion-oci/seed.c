/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/seed.h"

#include "sys/fail.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Numbers of the kernel's interface that Debian 12's headers lack. Source: linux/nsfs.h. */
struct namespace_info {
	uint32_t size, mounts;
	uint64_t id;
};
#define NAMESPACE_OWNER _IO(0xb7, 1)
#define NAMESPACE_INFO  _IOR(0xb7, 10, struct namespace_info)
#define NAMESPACE_NEXT  _IOR(0xb7, 11, struct namespace_info)

enum {
	MEMORY_FS = 0x01021994,
	/* Kernels before 6.12 list no namespaces: kernel threads that old machines of 64 processors
	 * start before the one wanted. */
	LAST_THREAD = 400,
	MOUNTS_AT_MOST = 2,
};

/* The C libraries disagree about the type of a request. */
static int ask(int fd, unsigned long request, void *answer)
{
	return (int)syscall(SYS_ioctl, fd, request, answer);
}

static bool same_owner(int one, int other)
{
	struct stat a, b;
	int owner = ask(one, NAMESPACE_OWNER, NULL), others = ask(other, NAMESPACE_OWNER, NULL);
	bool same = owner >= 0 && others >= 0 && fstat(owner, &a) == 0 && fstat(others, &b) == 0 &&
		    a.st_dev == b.st_dev && a.st_ino == b.st_ino;
	if (owner >= 0)
		(void)close(owner);
	if (others >= 0)
		(void)close(others);
	return same;
}

/* Where the first mount namespace of the machine is found: at the thread that makes kernel threads,
 * at init, or with us. */
static int open_first(void)
{
	static const char *const paths[] = {
		"/proc/2/ns/mnt", "/proc/1/ns/mnt", "/proc/self/ns/mnt"};
	int first = -1;
	for (size_t i = 0; first < 0 && i < sizeof(paths) / sizeof(paths[0]); i++)
		first = openat(AT_FDCWD, paths[i], O_RDONLY | O_CLOEXEC);
	return first;
}

/* The namespace made next after the first: -ENOTTY where the kernel cannot say. */
static int next_of_first(void)
{
	struct namespace_info info = {.size = sizeof(info)};
	int first = open_first();
	if (first < 0)
		return -errno;
	int next = ask(first, NAMESPACE_NEXT, &info);
	if (next < 0)
		next = -errno;
	(void)close(first);
	if (next >= 0 && info.mounts > MOUNTS_AT_MOST) {
		(void)close(next);
		return -ENOENT;
	}
	return next;
}

static bool is_device_thread(int pid)
{
	char path[32], name[16] = "";
	(void)snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	int fd = openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	ssize_t length = read(fd, name, sizeof(name) - 1);
	(void)close(fd);
	return length > 0 && strcmp(name, "kdevtmpfs\n") == 0;
}

/* The namespace of the thread that makes device nodes, the only kernel thread with its own. */
static int of_device_thread(void)
{
	char path[32], name[64], own[64];
	ssize_t length = readlink("/proc/2/ns/mnt", own, sizeof(own));
	for (int pid = 3; length > 0 && pid <= LAST_THREAD; pid++) {
		(void)snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
		ssize_t got = readlink(path, name, sizeof(name));
		bool other = got > 0 && (got != length || memcmp(name, own, (size_t)got) != 0);
		if (other && is_device_thread(pid))
			return openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
	}
	return -1;
}

/* Enter and look: a namespace whose root is the kernel's own memory filesystem, owned by root. */
static int enter(struct seed *seed, int found, struct error *err)
{
	struct statfs status;
	struct stat root;
	if (!same_owner(seed->own, found) || setns(found, CLONE_NEWNS) < 0)
		return 0;
	if (statfs("/", &status) == 0 && (unsigned long)status.f_type == MEMORY_FS &&
		stat("/", &root) == 0 && root.st_uid == 0)
		return 1;
	return seed_leave(seed, err);
}

int seed_enter(struct seed *ret_seed, struct error *err)
{
	*ret_seed = (struct seed){-1, -1, -1};
	int found = next_of_first();
	if (found == -ENOTTY)
		found = of_device_thread();
	if (found < 0)
		return 0;
	ret_seed->own = openat(AT_FDCWD, "/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	ret_seed->root = openat(AT_FDCWD, "/", O_PATH | O_CLOEXEC);
	ret_seed->cwd = openat(AT_FDCWD, ".", O_PATH | O_CLOEXEC);
	int result = 0;
	if (ret_seed->own >= 0 && ret_seed->root >= 0 && ret_seed->cwd >= 0)
		result = enter(ret_seed, found, err);
	(void)close(found);
	if (result <= 0)
		seed_release(ret_seed);
	return result;
}

int seed_leave(struct seed *seed, struct error *err)
{
	int result = 0;
	if (seed->own < 0)
		return 0;
	if (setns(seed->own, CLONE_NEWNS) < 0 || fchdir(seed->root) < 0 || chroot(".") < 0 ||
		fchdir(seed->cwd) < 0)
		result = fail_system(err, errno, "cannot go back to our own mount namespace");
	seed_release(seed);
	return result;
}

void seed_release(struct seed *seed)
{
	int *const all[] = {&seed->own, &seed->root, &seed->cwd};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (*all[i] >= 0)
			(void)close(*all[i]);
		*all[i] = -1;
	}
}
