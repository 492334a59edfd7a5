/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/learn.h"
#include "programs/gabion/watcher.h"
#include "sys/path.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

/* What a call does to what its arguments name. */
enum look {
	LOOK_MEASURE, /* at what is used */
	LOOK_OPEN,
	LOOK_OPEN2,  /* flags are in memory */
	LOOK_CREATE, /* open for writing */
	LOOK_EXECUTE,
	LOOK_WRITE, /* to the file itself */
	LOOK_NAME,  /* a name is made or removed: a change of the folder */
	LOOK_LISTEN,
	LOOK_CONNECT,
};

enum { NONE = -1 };

/* Indexes of arguments. */
struct look_row {
	const char *call;
	enum look look;
	int8_t at, path, flags; /* folder, path or address, flags or length */
};

static const struct look_row rows[] = {
	{"bind", LOOK_LISTEN, NONE, 1, 2},
	{"clone", LOOK_MEASURE, NONE, NONE, NONE},
	{"connect", LOOK_CONNECT, NONE, 1, 2},
	{"creat", LOOK_CREATE, NONE, 0, NONE},
	{"execve", LOOK_EXECUTE, NONE, 0, NONE},
	{"execveat", LOOK_EXECUTE, 0, 1, NONE},
	{"exit_group", LOOK_MEASURE, NONE, NONE, NONE},
	{"fork", LOOK_MEASURE, NONE, NONE, NONE},
	{"link", LOOK_NAME, NONE, 1, NONE},
	{"linkat", LOOK_NAME, 2, 3, NONE},
	{"mkdir", LOOK_NAME, NONE, 0, NONE},
	{"mkdirat", LOOK_NAME, 0, 1, NONE},
	{"mknod", LOOK_NAME, NONE, 0, NONE},
	{"mknodat", LOOK_NAME, 0, 1, NONE},
	{"open", LOOK_OPEN, NONE, 0, 1},
	{"openat", LOOK_OPEN, 0, 1, 2},
	{"openat2", LOOK_OPEN2, 0, 1, 2},
	{"rename", LOOK_NAME, NONE, 0, NONE},
	{"rename", LOOK_NAME, NONE, 1, NONE},
	{"renameat", LOOK_NAME, 0, 1, NONE},
	{"renameat", LOOK_NAME, 2, 3, NONE},
	{"renameat2", LOOK_NAME, 0, 1, NONE},
	{"renameat2", LOOK_NAME, 2, 3, NONE},
	{"rmdir", LOOK_NAME, NONE, 0, NONE},
	{"sendto", LOOK_CONNECT, NONE, 4, 5},
	{"symlink", LOOK_NAME, NONE, 1, NONE},
	{"symlinkat", LOOK_NAME, 1, 2, NONE},
	{"truncate", LOOK_WRITE, NONE, 0, NONE},
	{"unlink", LOOK_NAME, NONE, 0, NONE},
	{"unlinkat", LOOK_NAME, 0, 1, NONE},
	{"vfork", LOOK_MEASURE, NONE, NONE, NONE},
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

bool watch_looks_at(const char *call)
{
	for (size_t i = 0; i < ROWS; i++)
		if (strcmp(rows[i].call, call) == 0)
			return true;
	return false;
}

void watcher_look_prepare(struct watcher *watcher)
{
	for (size_t i = ROWS; i-- > 0;) {
		int number = learn_number(str_from(rows[i].call));
		if (number >= 0)
			watcher->looks[number] = (uint8_t)(i + 1);
	}
}

static ssize_t read_memory(pid_t pid, uint64_t at, void *memory, size_t bytes)
{
	struct iovec here = {memory, bytes};
	struct iovec there = {(void *)(uintptr_t)at, bytes}; /* NOLINT: an address of theirs */
	return process_vm_readv(pid, &here, 1, &there, 1, 0);
}

/* Page by page: the one after the text's end may not be there. false: no text of this length. */
static bool read_text(pid_t pid, uint64_t at, char ret_text[PATH_BYTES])
{
	enum { PAGE = 4096 };
	size_t len = 0;
	while (len < PATH_BYTES) {
		size_t part = PAGE - (size_t)(at + len) % PAGE;
		if (part > PATH_BYTES - len)
			part = PATH_BYTES - len;
		ssize_t got = read_memory(pid, at + len, ret_text + len, part);
		if (got <= 0)
			return false;
		if (memchr(ret_text + len, '\0', (size_t)got))
			return true;
		len += (size_t)got;
	}
	return false;
}

static bool read_link(const char *path, char ret_text[PATH_BYTES])
{
	ssize_t len = readlink(path, ret_text, PATH_BYTES - 1);
	if (len <= 0 || ret_text[0] != '/')
		return false;
	ret_text[len] = '\0';
	return true;
}

/* The folder a relative path begins at, as the workload sees it. */
static bool read_base(pid_t pid, int at, char ret_text[PATH_BYTES])
{
	char link[48];
	if (at == AT_FDCWD)
		(void)snprintf(link, sizeof(link), "/proc/%d/cwd", (int)pid);
	else
		(void)snprintf(link, sizeof(link), "/proc/%d/fd/%d", (int)pid, at);
	return read_link(link, ret_text);
}

/* A path that was named, from the root, without links followed; false: nothing to be learned. */
static bool read_path(const struct watcher *watcher, const struct seccomp_notice *notice,
	const struct look_row *row, char ret_path[PATH_BYTES])
{
	char named[PATH_BYTES], whole[2 * PATH_BYTES], base[PATH_BYTES] = "";
	int at = row->at == NONE ? AT_FDCWD : (int)notice->args[row->at];
	if (!read_text(notice->pid, notice->args[row->path], named))
		return false;
	if (named[0] != '/' && !read_base(notice->pid, at, base))
		return false;
	(void)snprintf(whole, sizeof(whole), "%s/%s", named[0] == '/' ? "" : base, named);
	if (strlen(whole) >= PATH_BYTES || path_clean(whole, ret_path) < 0)
		return false;
	return seccomp_notify_waits(watcher->listener, notice->id);
}

static bool is_below(const char *path, const char *folder)
{
	return path_below(path, folder) != NULL;
}

/* Writing to it would fail whatever the rules say; devices do not mind. */
static bool is_read_only(int fd, const struct stat *status)
{
	struct statvfs mount;
	return (S_ISREG(status->st_mode) || S_ISDIR(status->st_mode)) &&
	       fstatvfs(fd, &mount) == 0 && (mount.f_flag & ST_RDONLY);
}

/* What a path leads to; "/proc" for all of it, where every process has files of its own. */
static bool resolve(
	const struct watcher *watcher, const char *path, char ret_path[PATH_BYTES], unsigned *uses)
{
	char link[32];
	struct stat status;
	if (is_below(path, "proc")) {
		memcpy(ret_path, "/proc", sizeof("/proc"));
		*uses |= OBSERVED_FOLDER;
		return true;
	}
	int fd = path_open(watcher->root, path, O_PATH, PATH_ANY);
	if (fd < 0)
		return false;
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	bool known = fstat(fd, &status) == 0 && read_link(link, ret_path);
	if (known && is_read_only(fd, &status))
		*uses &= ~(unsigned)OBSERVED_WRITE;
	if (known && S_ISDIR(status.st_mode))
		*uses |= OBSERVED_FOLDER;
	close(fd);
	return known;
}

static bool note_path(struct watcher *watcher, const char *path, unsigned uses)
{
	char found[PATH_BYTES];
	if (!resolve(watcher, path, found, &uses))
		return false;
	if (uses & ~(unsigned)OBSERVED_FOLDER)
		observed_text(watcher->observed, str_from(found), uses);
	return true;
}

static void note_folder_of(struct watcher *watcher, char *path)
{
	char *slash = strrchr(path, '/');
	if (slash)
		*slash = '\0';
	else
		path[0] = '\0';
	(void)note_path(watcher, path, OBSERVED_WRITE);
}

static void note_open(struct watcher *watcher, char *path, uint64_t flags)
{
	unsigned uses = 0;
	if (flags & O_PATH)
		return;
	if ((flags & O_ACCMODE) != O_WRONLY)
		uses |= OBSERVED_READ;
	if ((flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC))
		uses |= OBSERVED_WRITE;
	bool exists = note_path(watcher, path, uses);
	/* What is not there is refused by no rule. */
	if (!exists && (flags & O_CREAT))
		note_folder_of(watcher, path);
}

static void put_address(
	struct watcher *watcher, int family, const void *bytes, unsigned port, unsigned uses)
{
	char address[INET6_ADDRSTRLEN], text[INET6_ADDRSTRLEN + 16];
	if (!inet_ntop(family, bytes, address, sizeof(address)))
		return;
	(void)snprintf(text, sizeof(text), family == AF_INET6 ? "[%s]:%u" : "%s:%u", address, port);
	observed_text(watcher->observed, str_from(text), uses);
}

static void note_address(struct watcher *watcher, const struct seccomp_notice *notice,
	const struct look_row *row, unsigned uses)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_un un;
		char bytes[sizeof(struct sockaddr_un) + 1];
	} address = {0};
	uint64_t bytes = notice->args[row->flags];
	if (notice->args[row->path] == 0 || bytes < sizeof(sa_family_t))
		return;
	if (bytes > sizeof(struct sockaddr_un))
		bytes = sizeof(struct sockaddr_un);
	if (read_memory(notice->pid, notice->args[row->path], &address, bytes) < (ssize_t)bytes ||
		!seccomp_notify_waits(watcher->listener, notice->id))
		return;
	if (address.any.sa_family == AF_INET)
		put_address(
			watcher, AF_INET, &address.v4.sin_addr, ntohs(address.v4.sin_port), uses);
	else if (address.any.sa_family == AF_INET6)
		put_address(watcher, AF_INET6, &address.v6.sin6_addr, ntohs(address.v6.sin6_port),
			uses);
}

/* /proc/self/exe is a program that runs already. */
static void note_program(
	struct watcher *watcher, const struct seccomp_notice *notice, const char *path)
{
	char link[32], program[PATH_BYTES];
	if (!is_below(path, "proc")) {
		(void)note_path(watcher, path, OBSERVED_EXECUTE);
		return;
	}
	(void)snprintf(link, sizeof(link), "/proc/%d/exe", (int)notice->pid);
	if (read_link(link, program) && seccomp_notify_waits(watcher->listener, notice->id))
		(void)note_path(watcher, program + 1, OBSERVED_EXECUTE);
}

static void look_at_path(
	struct watcher *watcher, const struct seccomp_notice *notice, const struct look_row *row)
{
	char path[PATH_BYTES];
	struct open_how how = {0};
	if (!read_path(watcher, notice, row, path))
		return;
	if (row->look == LOOK_OPEN)
		how.flags = notice->args[row->flags];
	else if (row->look == LOOK_OPEN2)
		(void)read_memory(notice->pid, notice->args[row->flags], &how, sizeof(how));
	else if (row->look == LOOK_CREATE)
		how.flags = O_CREAT | O_WRONLY | O_TRUNC;
	if (row->look == LOOK_EXECUTE)
		note_program(watcher, notice, path);
	else if (row->look == LOOK_WRITE)
		(void)note_path(watcher, path, OBSERVED_WRITE);
	else if (row->look == LOOK_NAME)
		note_folder_of(watcher, path);
	else
		note_open(watcher, path, how.flags);
}

static void look_at(
	struct watcher *watcher, const struct seccomp_notice *notice, const struct look_row *row)
{
	if (row->look == LOOK_MEASURE)
		watcher_measure(watcher);
	else if (row->look == LOOK_LISTEN)
		note_address(watcher, notice, row, OBSERVED_LISTEN);
	else if (row->look == LOOK_CONNECT)
		note_address(watcher, notice, row, OBSERVED_CONNECT);
	else
		look_at_path(watcher, notice, row);
}

void watcher_look(struct watcher *watcher, const struct seccomp_notice *notice)
{
	char link[32];
	if (notice->number < 0 || notice->number >= OBSERVED_CALLS ||
		watcher->looks[notice->number] == 0)
		return;
	if (watcher->root < 0) {
		(void)snprintf(link, sizeof(link), "/proc/%d/root", (int)notice->pid);
		watcher->root = open(link, O_PATH | O_DIRECTORY | O_CLOEXEC);
	}
	size_t i = watcher->looks[notice->number] - 1U;
	for (const char *call = rows[i].call; i < ROWS && strcmp(rows[i].call, call) == 0; i++)
		look_at(watcher, notice, &rows[i]);
}
