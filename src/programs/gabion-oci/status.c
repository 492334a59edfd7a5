/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/status.h"

#include "base/limits.h"
#include "sys/fail.h"
#include "sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define STATUS_FILE "status"
#define STATUS_NOTE "cgroup" /* a symbolic link that leads nowhere: one call writes it */

enum { ID_BYTES = 255, STATUS_MAGIC = 0x31424147 /* "GAB1" */ };

/* The file: this, then the texts one after another, each followed by a 0 byte. */
struct record {
	uint32_t magic;
	int32_t pid;
	uint64_t start_ticks;
	int64_t created_s, created_ns;
	uint32_t bundle_bytes, rootfs_bytes, cgroup_bytes, config_bytes;
	uint32_t terminal, reserved;
};

int status_check_id(const char *id, struct error *err)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-.";
	size_t len = strlen(id);
	if (len > 0 && len <= ID_BYTES && strspn(id, allowed) == len && strspn(id, ".") != len)
		return 0;
	(void)ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "'%s' cannot name a container", id);
	error_set_remedy(err, "use letters, digits and _ + - . (at most %d)", ID_BYTES);
	return -1;
}

/* Where states are when --root does not say. */
static struct str root_path(const struct invocation *invocation)
{
	if (invocation->options[OPTION_ROOT])
		return str_from(invocation->options[OPTION_ROOT]);
	if (geteuid() == 0)
		return STR("/run/gabion-oci");
	static const char name[] = "XDG_RUNTIME_DIR=";
	for (char **variable = invocation->environment; *variable; variable++)
		if (strncmp(*variable, name, sizeof(name) - 1) == 0)
			return str_format(
				invocation->arena, "%s/gabion-oci", *variable + sizeof(name) - 1);
	return str_format(invocation->arena, "/tmp/gabion-oci-%u", geteuid());
}

/* Every missing folder of a path. */
static int make_folders(const char *path)
{
	char part[4096];
	size_t len = strlen(path);
	if (len >= sizeof(part))
		return -ENAMETOOLONG;
	for (size_t i = 1; i <= len; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0700) < 0 && errno != EEXIST)
			return -errno;
	}
	return 0;
}

/* A folder that others may write to would let them name the processes we kill. */
static int check_owner(int fd, const char *path, struct error *err)
{
	struct stat info;
	if (fstat(fd, &info) < 0)
		return fail_system(err, errno, "cannot examine '%s'", path);
	if (info.st_uid == geteuid() && (info.st_mode & 022) == 0)
		return 0;
	(void)ERROR_SET(err, ERROR_DENIED, NO_ORIGIN, "others may write to '%s'", path);
	error_set_remedy(err, "choose a folder of your own with --root, or chmod go-w it");
	return -1;
}

int status_open_root(const struct invocation *invocation, int *ret_root, struct error *err)
{
	struct str path = root_path(invocation);
	int fd = open(path.data, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT) {
		int made = make_folders(path.data);
		if (made < 0)
			return fail_system(
				err, -made, "cannot make the folder of states '%s'", path.data);
		fd = open(path.data, O_PATH | O_DIRECTORY | O_CLOEXEC);
	}
	if (fd < 0)
		return fail_system(err, errno, "cannot open the folder of states '%s'", path.data);
	if (check_owner(fd, path.data, err) < 0) {
		(void)close(fd);
		return -1;
	}
	*ret_root = fd;
	return 0;
}

static int open_folder(int root, const char *id)
{
	return openat(root, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int status_reserve(int root, const char *id, int *ret_folder, struct error *err)
{
	if (status_check_id(id, err) < 0)
		return -1;
	if (mkdirat(root, id, 0700) < 0 && errno == EEXIST) {
		(void)ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "container '%s' already exists", id);
		error_set_remedy(err, "choose another id, or delete it");
		return -1;
	}
	int folder = open_folder(root, id);
	if (folder < 0 || flock(folder, LOCK_EX | LOCK_NB) < 0) {
		int cause = errno;
		if (folder >= 0)
			(void)close(folder);
		(void)unlinkat(root, id, AT_REMOVEDIR);
		return fail_system(err, cause, "cannot make the state of '%s'", id);
	}
	*ret_folder = folder;
	return 0;
}

/* A file without a name until it is whole. */
static int write_record(int folder, const struct iovec *parts, int count)
{
	char link[48];
	int fd = openat(folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	size_t wanted = 0;
	for (int i = 0; i < count; i++)
		wanted += parts[i].iov_len;
	ssize_t written = writev(fd, parts, count);
	int result = written < 0 ? -errno : (size_t)written < wanted ? -ENOSPC : 0;
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (result == 0 && linkat(AT_FDCWD, link, folder, STATUS_FILE, AT_SYMLINK_FOLLOW) < 0)
		result = -errno;
	(void)close(fd);
	return result;
}

int status_note_cgroup(int folder, const char *path)
{
	return symlinkat(path, folder, STATUS_NOTE) < 0 ? -errno : 0;
}

bool status_noted_cgroup(int folder, char ret_path[CGROUP_PATH_BYTES])
{
	ssize_t len = readlinkat(folder, STATUS_NOTE, ret_path, CGROUP_PATH_BYTES - 1);
	ret_path[len > 0 ? len : 0] = '\0';
	return len > 0;
}

static struct iovec text_part(const char *text)
{
	/* What is written is never changed. */
	return (struct iovec){(void *)(uintptr_t)text, strlen(text) + 1};
}

int status_write(const struct status *status, struct error *err)
{
	struct record record = {.magic = STATUS_MAGIC,
		.pid = status->pid,
		.start_ticks = status->start_ticks,
		.created_s = status->created.tv_sec,
		.created_ns = status->created.tv_nsec,
		.bundle_bytes = (uint32_t)strlen(status->bundle) + 1,
		.rootfs_bytes = (uint32_t)strlen(status->rootfs) + 1,
		.cgroup_bytes = (uint32_t)strlen(status->cgroup) + 1,
		.config_bytes = (uint32_t)status->config.len,
		.terminal = status->terminal};
	const struct iovec parts[] = {
		{&record, sizeof(record)},
		text_part(status->bundle),
		text_part(status->rootfs),
		text_part(status->cgroup),
		{(void *)(uintptr_t)status->config.data, status->config.len},
	};
	int result = write_record(status->folder, parts, sizeof(parts) / sizeof(parts[0]));
	return result < 0 ? fail_system(err, -result, "cannot write the state of '%s'", status->id)
			  : 0;
}

/* The texts behind the record, each within what was read. */
static bool take_text(struct str *rest, uint32_t bytes, const char **ret_text)
{
	if (bytes == 0 || bytes > rest->len || rest->data[bytes - 1] != '\0')
		return false;
	*ret_text = rest->data;
	*rest = str_slice(*rest, bytes, rest->len);
	return true;
}

static bool parse(struct str bytes, struct status *ret)
{
	struct record record;
	if (bytes.len < sizeof(record))
		return false;
	memcpy(&record, bytes.data, sizeof(record));
	struct str rest = str_slice(bytes, sizeof(record), bytes.len);
	ret->pid = record.pid;
	ret->start_ticks = record.start_ticks;
	ret->created =
		(struct timespec){.tv_sec = record.created_s, .tv_nsec = (long)record.created_ns};
	ret->terminal = record.terminal != 0;
	bool whole = record.magic == STATUS_MAGIC && record.pid > 0 &&
		     take_text(&rest, record.bundle_bytes, &ret->bundle) &&
		     take_text(&rest, record.rootfs_bytes, &ret->rootfs) &&
		     take_text(&rest, record.cgroup_bytes, &ret->cgroup) &&
		     rest.len == record.config_bytes;
	ret->config = rest;
	return whole;
}

static int read_record(struct arena *arena, int folder, struct str *ret_bytes)
{
	struct stat info;
	int fd = openat(folder, STATUS_FILE, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	int result = fstat(fd, &info) < 0 ? -errno : 0;
	if (result == 0 && (info.st_size < 0 || info.st_size > 2 * LIMIT_CONTEXT_CONFIG_BYTES))
		result = -EFBIG;
	(void)close(fd);
	if (result < 0)
		return result;
	size_t size = (size_t)info.st_size + 1;
	char *memory = arena_alloc(arena, size);
	ssize_t len = process_read_file(folder, STATUS_FILE, memory, size);
	*ret_bytes = (struct str){memory, len > 0 ? (size_t)len : 0};
	return len < 0 ? (int)len : 0;
}

int status_load(
	struct arena *arena, int root, const char *id, struct status *ret_status, struct error *err)
{
	*ret_status = (struct status){.id = id, .folder = -1};
	if (status_check_id(id, err) < 0)
		return -1;
	int folder = open_folder(root, id);
	if (folder < 0 && errno == ENOENT) {
		(void)ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "container '%s' does not exist", id);
		return -1;
	}
	if (folder < 0)
		return fail_system(err, errno, "cannot open the state of '%s'", id);
	ret_status->folder = folder;
	struct str bytes = {0};
	int result = read_record(arena, folder, &bytes);
	if (result == -ENOENT) {
		(void)ERROR_SET(
			err, ERROR_INPUT, NO_ORIGIN, "container '%s' is not created yet", id);
		error_set_remedy(
			err, "wait for 'create', or delete --force what a killed one left");
		return -1;
	}
	if (result < 0)
		return fail_system(err, -result, "cannot read the state of '%s'", id);
	if (!parse(bytes, ret_status)) {
		(void)ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "the state of '%s' is damaged", id);
		error_set_remedy(err, "delete --force it");
		return -1;
	}
	return 0;
}

enum { LOCK_PAUSES = 100, LOCK_PAUSE_NS = 20000000 }; /* two seconds together */

int status_lock(const struct status *status, struct error *err)
{
	/* Whoever holds it may be on his way out: an engine deletes as soon as it has killed. */
	const struct timespec pause = {.tv_nsec = LOCK_PAUSE_NS};
	int result = flock(status->folder, LOCK_EX | LOCK_NB);
	for (int i = 0; i < LOCK_PAUSES && result < 0 && errno == EWOULDBLOCK; i++) {
		(void)nanosleep(&pause, NULL);
		result = flock(status->folder, LOCK_EX | LOCK_NB);
	}
	if (result == 0)
		return 0;
	if (errno != EWOULDBLOCK)
		return fail_system(err, errno, "cannot lock container '%s'", status->id);
	(void)ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
		"container '%s' is being changed by another command", status->id);
	error_set_remedy(err, "wait for it");
	return -1;
}

/* A pid that was given to another process in between has another start. */
int status_open_process(const struct status *status)
{
	uint64_t ticks = 0;
	int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (proc < 0)
		return -errno;
	int pidfd = process_open(status->pid);
	int result = pidfd < 0 ? pidfd : process_start_time(proc, status->pid, &ticks);
	(void)close(proc);
	if (result >= 0 && ticks != status->start_ticks)
		result = -ESRCH;
	if (result < 0 && pidfd >= 0)
		(void)close(pidfd);
	return result < 0 ? result : pidfd;
}

int status_remove(int root, const char *id, int folder, struct error *err)
{
	static const char *const files[] = {STATUS_FILE, STATUS_SOCKET, STATUS_NOTE};
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (unlinkat(folder, files[i], 0) < 0 && errno != ENOENT)
			return fail_system(err, errno, "cannot remove the state of '%s'", id);
	if (unlinkat(root, id, AT_REMOVEDIR) < 0 && errno != ENOENT)
		return fail_system(err, errno, "cannot remove the state of '%s'", id);
	return 0;
}
