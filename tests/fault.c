/* SPDX-License-Identifier: Apache-2.0 */
#include "fault.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Shared with children, and with whoever wrote the file. */
static struct fault *fault;

__attribute__((constructor)) static void map_plan(void)
{
	const char *path = getenv("GABION_FAULT");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *memory = mmap(NULL, sizeof(*fault), PROT_READ | PROT_WRITE,
		fd < 0 ? MAP_SHARED | MAP_ANONYMOUS : MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		abort();
	if (fd >= 0)
		close(fd);
	fault = memory;
}

void fault_plan(uint32_t calls, int32_t error, uint64_t at, uint64_t stays)
{
	*fault = (struct fault){.calls = calls, .error = error, .at = at, .stays = stays};
}

const struct fault *fault_state(void)
{
	return fault;
}

/* True when this call is to fail; errno is set. */
static bool fails(enum fault_call call)
{
	if (!fault || !(fault->calls & (uint32_t)call))
		return false;
	uint64_t number = __atomic_add_fetch(&fault->seen, 1, __ATOMIC_RELAXED);
	if (number < fault->at || (number > fault->at && !fault->stays))
		return false;
	__atomic_add_fetch(&fault->failed, 1, __ATOMIC_RELAXED);
	errno = fault->error;
	return true;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t offset)
{
	if (fails(FAULT_WRITE)) {
		if (fault->error != FAULT_SHORT)
			return -1;
		count = (count + 1) / 2;
	}
	return syscall(SYS_pwrite64, fd, bytes, count, offset);
}

ssize_t pread64(int fd, void *bytes, size_t count, off_t offset)
{
	if (fails(FAULT_READ)) {
		if (fault->error != FAULT_SHORT)
			return -1;
		count = (count + 1) / 2;
	}
	return syscall(SYS_pread64, fd, bytes, count, offset);
}

int fsync(int fd)
{
	return fails(FAULT_SYNC) ? -1 : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	return fails(FAULT_SYNC) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int syncfs(int fd)
{
	return fails(FAULT_SYNC) ? -1 : (int)syscall(SYS_syncfs, fd);
}

int renameat(int old_fd, const char *old_name, int new_fd, const char *new_name)
{
	return fails(FAULT_NAME) ? -1
				 : (int)syscall(SYS_renameat, old_fd, old_name, new_fd, new_name);
}

int unlinkat(int fd, const char *name, int flags)
{
	return fails(FAULT_NAME) ? -1 : (int)syscall(SYS_unlinkat, fd, name, flags);
}

int mkdirat(int fd, const char *name, mode_t mode)
{
	return fails(FAULT_NAME) ? -1 : (int)syscall(SYS_mkdirat, fd, name, mode);
}

int openat64(int fd, const char *name, int flags, ...)
{
	__builtin_va_list more;
	__builtin_va_start(more, flags);
	mode_t mode = flags & (O_CREAT | O_TMPFILE) ? __builtin_va_arg(more, mode_t) : 0;
	__builtin_va_end(more);
	return fails(FAULT_OPEN) ? -1 : (int)syscall(SYS_openat, fd, name, flags, mode);
}
