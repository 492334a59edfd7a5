/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/judge.h"

#include "sys/fail.h"
#include "sys/namespace.h"
#include "sys/process.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

/* Its standard output becomes the file; what it says on standard error is ours. */
static __attribute__((noreturn)) void become_judge(const char *program, const char *path, int file)
{
	const char *const words[] = {program, "context", "harden", "--quiet", path, NULL};
	if (dup2(file, STDOUT_FILENO) == STDOUT_FILENO)
		(void)syscall(SYS_execve, program, words, environ);
	_exit(errno == ENOENT ? 127 : 126);
}

/* Its exit status, or minus the errno. */
static int run(const char *program, const char *path, int file)
{
	struct namespace_clone clone = {.cgroup = -1};
	pid_t pid = namespace_clone(&clone);
	if (pid == 0)
		become_judge(program, path, file);
	if (pid < 0)
		return pid;
	int status = process_reap(clone.pidfd);
	(void)close(clone.pidfd);
	return status;
}

static int read_result(struct arena *arena, int file, size_t limit, struct str *ret_text)
{
	struct stat info;
	if (fstat(file, &info) < 0)
		return errno;
	if (info.st_size == 0 || (size_t)info.st_size > limit)
		return EFBIG;
	char *memory = arena_alloc(arena, (size_t)info.st_size);
	if (pread(file, memory, (size_t)info.st_size, 0) != info.st_size)
		return EIO;
	*ret_text = (struct str){memory, (size_t)info.st_size};
	return 0;
}

int judge_config(struct arena *arena, const char *program, const char *path, size_t limit,
	struct str *ret_text, struct error *err)
{
	int file = memfd_create("config", MFD_CLOEXEC);
	if (file < 0)
		return fail_system(err, errno, "cannot make a file in memory");
	int status = access(program, X_OK) < 0 ? -errno : run(program, path, file);
	int cause = status < 0 ? -status : 0;
	if (status == 0)
		cause = read_result(arena, file, limit, ret_text);
	(void)close(file);
	if (cause != 0)
		return fail_system(err, cause, "cannot have '%s' judge '%s'", program, path);
	if (status == 0)
		return 0;
	error_set_remedy(err, "run `%s context harden %s` to see why", program, path);
	return ERROR_SET(err, ERROR_DENIED, NO_ORIGIN, "'%s' refuses '%s'", program, path);
}
