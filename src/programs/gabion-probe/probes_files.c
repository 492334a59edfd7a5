/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "base/text.h"
#include "programs/gabion-probe/probes.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

/* Everything open beyond standard input, output and error, and what this probe itself opened. */
static int attempt_leaked_files(void)
{
	int own = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = own < 0 ? NULL : fdopendir(own);
	int found = 0;
	if (!folder)
		return BLOCKED;
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		struct stat status;
		uint64_t fd;
		/* A pipe is the one by which the result is told. */
		if (number_parse_uint(str_from(entry->d_name), 10, &fd) && fd > 2 &&
			fd != (uint64_t)own && fstat((int)fd, &status) == 0 &&
			!S_ISFIFO(status.st_mode))
			found = 1;
	}
	closedir(folder);
	return found ? 0 : BLOCKED;
}

static int attempt_outside_folder(void)
{
	char path[4096];
	return getcwd(path, sizeof(path)) && path[0] == '/' ? BLOCKED : 0;
}

/* The drill has put a file beside the root, not into it. */
static int attempt_above_root(void)
{
	static const char *const ways[] = {"../../../../../../gabion-canary", "/../gabion-canary",
		"/proc/1/root/../gabion-canary", "/proc/self/cwd/../gabion-canary",
		"/proc/1/cwd/../../gabion-canary"};
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (probe_open(ways[i], O_RDONLY) == 0)
			return 0;
	return ENOENT;
}

static int attempt_own_program(void)
{
	int written = probe_open("/proc/self/exe", O_WRONLY);
	return written == 0 ? 0 : probe_open("/proc/1/exe", O_WRONLY);
}

/* A folder of the root that everybody may write to, were it not for the mount. */
static int attempt_write_root(void)
{
	return probe_open("/writable/file", O_WRONLY | O_CREAT);
}

static int attempt_make_device(void)
{
	return probe_result(mknod("/tmp/disk", S_IFBLK | 0600, makedev(8, 0)));
}

static int attempt_device(void)
{
	return probe_open("/dev/fuse", O_RDWR);
}

static int attempt_disks(void)
{
	static const char *const devices[] = {"/dev/mem", "/dev/kmem", "/dev/sda", "/dev/vda",
		"/dev/nvme0n1", "/dev/kmsg", "/dev/loop-control", "/dev/mapper/control"};
	int result = ENOENT;
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		result = probe_open(devices[i], O_RDONLY);
		if (result == 0)
			return 0;
	}
	return result;
}

/* /setuid is this program, owned by user 0 of the host, with the setuid bit. */
static int attempt_setuid(void)
{
	int status;
	uid_t before = geteuid();
	pid_t child = fork();
	if (child == 0) {
		execl("/setuid", "setuid", (char *)NULL);
		_exit(1);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return errno;
	/* Run without a marker it exits with 125, and 126 when it gained a user. */
	return before != 0 && WIFEXITED(status) && WEXITSTATUS(status) == 126 ? 0 : BLOCKED;
}

const struct probe probes_files[] = {
	{"leaked-files", attempt_leaked_files},
	{"outside-folder", attempt_outside_folder},
	{"above-root", attempt_above_root},
	{"own-program", attempt_own_program},
	{"write-root", attempt_write_root},
	{"make-device", attempt_make_device},
	{"device", attempt_device},
	{"disks", attempt_disks},
	{"setuid", attempt_setuid},
	{NULL, NULL},
};
