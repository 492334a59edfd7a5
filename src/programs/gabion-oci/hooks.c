/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/hooks.h"

#include "sys/fail.h"
#include "sys/namespace.h"
#include "sys/process.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *const kind_names[SPEC_HOOKS] = {
	"prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"};

/* A file holds a state of any length, a pipe might wait for its reader. */
static int state_file(struct str state)
{
	int fd = (int)syscall(SYS_memfd_create, "state", 1 /* MFD_CLOEXEC */);
	if (fd < 0)
		return -errno;
	int result = process_write_all(fd, state);
	if (result == 0 && lseek(fd, 0, SEEK_SET) < 0)
		result = -errno;
	if (result < 0)
		(void)close(fd);
	return result < 0 ? result : fd;
}

/* The texts as execve wants them; without any, the first is the program. */
static char **texts_of(struct arena *arena, const struct spec_texts *texts, const char *otherwise)
{
	char **all = ARENA_NEW_ARRAY(arena, char *, texts->count + 2);
	for (size_t i = 0; i < texts->count; i++)
		all[i] = (char *)(uintptr_t)texts->items[i].text;
	if (texts->count == 0)
		all[0] = (char *)(uintptr_t)otherwise;
	return all;
}

static __attribute__((noreturn)) void become_hook(
	const struct spec_hook *hook, char **arguments, char **environment, int state)
{
	process_reset_signals();
	if (dup2(state, STDIN_FILENO) == STDIN_FILENO)
		(void)execve(hook->path.text, arguments, environment);
	_exit(errno == ENOENT ? 127 : 126);
}

static int wait_hook(const struct spec_hook *hook, int pidfd, bool *ret_late)
{
	enum { FOREVER = -1, MS = 1000 };
	int64_t timeout = hook->timeout_s.set ? hook->timeout_s.value * MS : FOREVER;
	int waited = process_wait_end(pidfd, timeout > INT32_MAX ? INT32_MAX : (int)timeout);
	*ret_late = waited == -ETIMEDOUT;
	if (waited < 0)
		(void)process_signal(pidfd, SIGKILL);
	return process_reap(pidfd);
}

static int run_hook(struct arena *arena, const struct spec_hook *hook, const char *name,
	size_t index, int state, struct error *err)
{
	char **arguments = texts_of(arena, &hook->args, hook->path.text);
	char **environment = texts_of(arena, &hook->env, NULL);
	struct namespace_clone clone = {.cgroup = -1};
	pid_t pid = namespace_clone(&clone);
	if (pid == 0)
		become_hook(hook, arguments, environment, state);
	if (pid < 0)
		return fail_system(err, -pid, "cannot start hooks.%s[%zu]", name, index);
	bool late = false;
	int status = wait_hook(hook, clone.pidfd, &late);
	(void)close(clone.pidfd);
	if (status == 0 && !late)
		return 0;
	if (late)
		(void)ERROR_SET(err, ERROR_SYSTEM, hook->origin,
			"hooks.%s[%zu] '%s' took longer than %lld s and was killed", name, index,
			hook->path.text, (long long)hook->timeout_s.value);
	else if (status < 0)
		(void)fail_system(err, -status, "cannot wait for hooks.%s[%zu]", name, index);
	else
		(void)ERROR_SET(err, ERROR_SYSTEM, hook->origin,
			"hooks.%s[%zu] '%s' ended with status %d", name, index, hook->path.text,
			status);
	return -1;
}

int hooks_run(struct arena *arena, const struct spec *spec, enum spec_hook_kind kind,
	const struct status *status, enum condition condition, struct error *err)
{
	const struct spec_hooks *hooks = &spec->hooks[kind];
	for (size_t i = 0; i < hooks->count; i++) {
		struct buf state;
		buf_init_arena(&state, arena, 1024);
		status_put_json(status, spec, condition_name(condition), false, &state);
		int fd = state_file(buf_str(&state));
		if (fd < 0)
			return fail_system(
				err, -fd, "cannot hand hooks.%s the state", kind_names[kind]);
		int result = run_hook(arena, &hooks->items[i], kind_names[kind], i, fd, err);
		(void)close(fd);
		if (result < 0)
			return -1;
	}
	return 0;
}
