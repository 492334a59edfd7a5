/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/self.h"

#include "sys/fail.h"
#include "sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MEMFD_CLOEXEC = 1, MEMFD_SEALING = 2, MEMFD_EXEC = 16 };
enum { SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

static int copy_sealed(int from, off_t size)
{
	/* Before Linux 6.3 a memfd is always executable, and the flag unknown. */
	int fd = (int)syscall(
		SYS_memfd_create, "gabion-oci", MEMFD_CLOEXEC | MEMFD_SEALING | MEMFD_EXEC);
	if (fd < 0 && errno == EINVAL)
		fd = (int)syscall(SYS_memfd_create, "gabion-oci", MEMFD_CLOEXEC | MEMFD_SEALING);
	if (fd < 0)
		return -errno;
	ssize_t sent = 1;
	for (off_t done = 0; done < size && sent > 0;)
		sent = sendfile(fd, from, &done, (size_t)(size - done));
	if (sent > 0 && fcntl(fd, F_ADD_SEALS, SEALS) == 0)
		return fd;
	int cause = sent == 0 ? EIO : errno;
	(void)close(fd);
	return -cause;
}

static int run_copy(int from, off_t size, const struct invocation *invocation, struct error *err)
{
	int copy = copy_sealed(from, size);
	if (copy >= 0)
		(void)syscall(SYS_execveat, copy, "", invocation->arguments,
			invocation->environment, AT_EMPTY_PATH);
	(void)fail_system(
		err, copy < 0 ? -copy : errno, "cannot run from a sealed copy of ourselves");
	error_set_remedy(err, "allow executable memory files: sysctl vm.memfd_noexec=0 or 1");
	if (copy >= 0)
		(void)close(copy);
	return -1;
}

int self_seal(struct task *task, const struct invocation *invocation, struct error *err)
{
	struct stat info;
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &info) < 0)
		return fail_system(err, errno, "cannot open /proc/self/exe");
	int seals = fcntl(fd, F_GET_SEALS);
	int result = seals >= 0 && (seals & SEALS) == SEALS
			     ? 0
			     : run_copy(fd, info.st_size, invocation, err);
	(void)close(fd);
	task->own_device = info.st_dev;
	task->own_inode = info.st_ino;
	(void)prctl(PR_SET_NAME, "gabion-oci");
	return result;
}
