/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-probe/probes.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* The null device that hides a file can be opened and holds nothing. */
static int is_null_device(int fd)
{
	struct stat status;
	return fstat(fd, &status) == 0 && S_ISCHR(status.st_mode) &&
	       status.st_rdev == makedev(1, 3);
}

int probe_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		return errno;
	int result = is_null_device(fd) ? BLOCKED : 0;
	close(fd);
	return result;
}

static int read_some(const char *path)
{
	char byte;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	ssize_t count = read(fd, &byte, 1);
	int result = count < 0 ? errno : count == 0 ? BLOCKED : 0;
	close(fd);
	return result;
}

static int list_some(const char *path)
{
	DIR *folder = opendir(path);
	int result = BLOCKED;
	if (!folder)
		return errno;
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
		if (entry->d_name[0] != '.')
			result = 0;
	closedir(folder);
	return result;
}

static int attempt_core_pattern(void)
{
	return probe_open("/proc/sys/kernel/core_pattern", O_WRONLY);
}

static int attempt_sysrq(void)
{
	return probe_open("/proc/sysrq-trigger", O_WRONLY);
}

static int attempt_uevent_helper(void)
{
	return probe_open("/sys/kernel/uevent_helper", O_WRONLY);
}

static int attempt_interrupts(void)
{
	return read_some("/proc/interrupts");
}

static int attempt_kallsyms(void)
{
	return read_some("/proc/kallsyms");
}

static int attempt_firmware(void)
{
	return list_some("/sys/firmware");
}

static int attempt_kcore(void)
{
	return read_some("/proc/kcore");
}

const struct probe probes_kernel[] = {
	{"core-pattern", attempt_core_pattern},
	{"sysrq", attempt_sysrq},
	{"uevent-helper", attempt_uevent_helper},
	{"interrupts", attempt_interrupts},
	{"kallsyms", attempt_kallsyms},
	{"firmware", attempt_firmware},
	{"kcore", attempt_kcore},
	{NULL, NULL},
};
