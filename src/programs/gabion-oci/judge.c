/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/judge.h"

#include "sys/fail.h"

#include <errno.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Its standard output becomes the file; what it says on standard error is ours. */
static int run(const char *program, const char *path, int file, int *ret_status)
{
	const char *const words[] = {program, "context", "harden", "--quiet", path, NULL};
	char *argv[sizeof(words) / sizeof(words[0])];
	posix_spawn_file_actions_t actions;
	pid_t child;
	memcpy(argv, words, sizeof(words));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, file, STDOUT_FILENO);
	int cause = posix_spawn(&child, program, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	while (cause == 0 && waitpid(child, ret_status, 0) < 0)
		if (errno != EINTR)
			cause = errno;
	return cause;
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
	int status = 0, file = memfd_create("config", MFD_CLOEXEC);
	if (file < 0)
		return fail_system(err, errno, "cannot make a file in memory");
	int cause = run(program, path, file, &status);
	bool accepted = cause == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	if (accepted)
		cause = read_result(arena, file, limit, ret_text);
	(void)close(file);
	if (cause != 0)
		return fail_system(err, cause, "cannot have '%s' judge '%s'", program, path);
	if (accepted)
		return 0;
	error_set_remedy(err, "run `%s context harden %s` to see why", program, path);
	return ERROR_SET(err, ERROR_DENIED, NO_ORIGIN, "'%s' refuses '%s'", program, path);
}
