/* SPDX-License-Identifier: Apache-2.0 */
#include "start/place.h"

#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MORE_MOUNTS = 2000, CONFIG_BYTES = 65536 };
#define UNIFIED "/sys/fs/cgroup/unified"

static __attribute__((noreturn)) void die(const char *what)
{
	perror(what);
	exit(2);
}

static __attribute__((format(printf, 1, 2))) const char *path_of(const char *format, ...)
{
	static char path[256];
	va_list values;
	va_start(values, format);
	(void)vsnprintf(path, sizeof(path), format, values);
	va_end(values);
	return path;
}

static size_t read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, size);
	if (len <= 0)
		die(path);
	close(fd);
	return (size_t)len;
}

static void write_file(const char *path, const char *text, size_t len, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, mode);
	if (fd < 0 || write(fd, text, len) != (ssize_t)len)
		die(path);
	close(fd);
}

/* The same configuration, with another word behind the program's name. */
static void make_bundle(const char *bundle, const char *rootfs, bool waits)
{
	static char text[CONFIG_BYTES], changed[CONFIG_BYTES + 512];
	size_t len = read_file(CONFIG, text, sizeof(text) - 1);
	text[len] = '\0';
	char *args = strstr(text, "\"/stamp\"]"), *root = strstr(text, "\"rootfs\"");
	if (!args || !root || mkdir(bundle, 0755) < 0)
		die(bundle);
	*args = *root = '\0';
	int made = snprintf(changed, sizeof(changed), "%s\"/stamp\"%s]%s\"%s\"%s", text,
		waits ? ", \"wait\"" : "", args + sizeof("\"/stamp\"]") - 1, rootfs,
		root + sizeof("\"rootfs\"") - 1);
	write_file(path_of("%s/config.json", bundle), changed, (size_t)made, 0644);
}

static void make_rootfs(const char *rootfs)
{
	static const char *const folders[] = {"", "/dev", "/etc", "/proc", "/sys", "/tmp"};
	static char program[CONFIG_BYTES];
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (mkdir(path_of("%s%s", rootfs, folders[i]), 0755) < 0)
			die(rootfs);
	size_t len = read_file(STAMP, program, sizeof(program));
	write_file(path_of("%s/stamp", rootfs), program, len, 0755);
}

static bool hide(const struct place *place)
{
	(void)place;
	return umount2(UNIFIED, MNT_DETACH) == 0;
}

static bool crowd(const struct place *place)
{
	char top[96];
	(void)snprintf(top, sizeof(top), "%s/many", place->folder);
	if (mkdir(top, 0755) < 0 || mount("tmpfs", top, "tmpfs", 0, NULL) < 0)
		return false;
	for (int i = 0; i < MORE_MOUNTS; i++) {
		const char *path = path_of("%s/%d", top, i);
		if (mkdir(path, 0755) < 0 || mount(path, path, NULL, MS_BIND, NULL) < 0)
			return false;
	}
	return true;
}

/* A mount namespace in which that was done, or -1. */
static int make_namespace(const struct place *place, bool (*change)(const struct place *place))
{
	int ready[2];
	char done = 0, path[48];
	if (pipe2(ready, O_CLOEXEC) < 0)
		die("pipe");
	pid_t child = fork();
	if (child == 0) {
		done = unshare(CLONE_NEWNS) == 0 && change(place);
		if (write(ready[1], &done, 1) == 1)
			pause();
		_exit(1);
	}
	int fd = -1;
	(void)snprintf(path, sizeof(path), "/proc/%d/ns/mnt", (int)child);
	if (read(ready[0], &done, 1) == 1 && done)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	close(ready[0]);
	close(ready[1]);
	(void)kill(child, SIGKILL);
	(void)waitpid(child, NULL, 0);
	return fd;
}

void place_make(struct place *ret_place)
{
	char rootfs[96];
	struct place *place = ret_place;
	(void)snprintf(place->folder, sizeof(place->folder), "/tmp/gabion-bench-XXXXXX");
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		die("a mount namespace (only root measures starts)");
	if (!mkdtemp(place->folder) || chmod(place->folder, 0755) < 0)
		die(place->folder);
	(void)snprintf(rootfs, sizeof(rootfs), "%s/rootfs", place->folder);
	(void)snprintf(place->bundle, sizeof(place->bundle), "%s/bundle", place->folder);
	(void)snprintf(place->waiting, sizeof(place->waiting), "%s/waiting", place->folder);
	/* States are kept in memory, as in /run. */
	const char *run = path_of("%s/run", place->folder);
	if (mkdir(run, 0755) < 0 || mount("tmpfs", run, "tmpfs", 0, "mode=0755") < 0)
		die(run);
	make_rootfs(rootfs);
	make_bundle(place->bundle, rootfs, false);
	make_bundle(place->waiting, rootfs, true);
	place->hidden = make_namespace(place, hide);
	place->crowded = make_namespace(place, crowd);
	if (place->crowded < 0)
		die("2,000 mounts");
}

void place_remove(const struct place *place)
{
	(void)umount2(path_of("%s/run", place->folder), MNT_DETACH);
	pid_t child = fork();
	if (child == 0) {
		execlp("rm", "rm", "-rf", place->folder, NULL);
		_exit(1);
	}
	(void)waitpid(child, NULL, 0);
}
