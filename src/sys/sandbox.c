/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/sandbox.h"

#include "sys/durable.h"
#include "sys/landlock.h"
#include "sys/seccomp_filter.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { MAX_FOLDERS = 16 };

/* Path file descriptors of all folders, closed again whatever happens. */
struct opened {
	struct landlock_path paths[MAX_FOLDERS];
	size_t count;
};

static int open_folders(
	const struct sandbox_folder *folders, struct opened *opened, struct error *err)
{
	for (; folders->path; folders++) {
		if (opened->count == MAX_FOLDERS)
			return ERROR_SET(
				err, ERROR_BUG, NO_ORIGIN, "the list of folders is too long");
		struct landlock_path *path = &opened->paths[opened->count];
		path->fd = open(folders->path, O_PATH | O_CLOEXEC);
		if (path->fd < 0)
			return durable_fail(err, "open", folders->path);
		path->rights = LANDLOCK_READ;
		if (folders->writable)
			path->rights |=
				LANDLOCK_WRITE | LANDLOCK_TRUNCATE | LANDLOCK_MAKE | LANDLOCK_REFER;
		opened->count++;
	}
	return 0;
}

static int restrict_files(
	const struct sandbox_folder *folders, struct sandbox_state *ret_state, struct error *err)
{
	struct opened opened = {.count = 0};
	struct landlock_state state = {.ruleset = -1};
	int result = open_folders(folders, &opened, err);
	const struct landlock_rules rules = {
		.handled = LANDLOCK_ALL_RIGHTS, .paths = opened.paths, .path_count = opened.count};
	if (result == 0)
		result = landlock_make(&rules, 0, &state, err);
	if (result == 0)
		result = landlock_enter(&state, err);
	while (opened.count > 0)
		close(opened.paths[--opened.count].fd);
	if (state.ruleset >= 0)
		close(state.ruleset);
	ret_state->landlock_abi = state.abi;
	return result;
}

#if defined(__x86_64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "sandbox.c: name the audit architecture of this machine"
#endif

enum { MAX_SYSTEM_CALLS = 200, FIXED_INSTRUCTIONS = 6, X32_BIT = 0x40000000 };

/* One comparison a call: the lists are short, and what they guard is no hot path of a workload. */
static int restrict_calls(const int *calls, struct error *err)
{
	struct sock_filter code[2 * MAX_SYSTEM_CALLS + FIXED_INSTRUCTIONS];
	unsigned short len = 0;
	code[len++] = (struct sock_filter)BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	code[len++] =
		(struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCHITECTURE, 1, 0);
	code[len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	code[len++] = (struct sock_filter)BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; calls[i] >= 0; i++) {
		if (i == MAX_SYSTEM_CALLS || calls[i] >= X32_BIT)
			return ERROR_SET(
				err, ERROR_BUG, NO_ORIGIN, "the list of system calls is too long");
		code[len++] = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls[i], 0, 1);
		code[len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	}
	code[len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	int listener;
	return seccomp_filter_install(code, len, SECCOMP_FILTER_FLAG_TSYNC, &listener, err);
}

int sandbox_enter(const struct sandbox *sandbox, struct sandbox_state *ret_state, struct error *err)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return durable_fail(err, "set", "no_new_privs");
#ifdef __SANITIZE_ADDRESS__
	/* The sanitizer looks for leaks with system calls of its own: the walls stand in the plain
	 * build. */
	*ret_state = (struct sandbox_state){.landlock_abi = -1};
	return sandbox->system_calls ? 0 : -1;
#endif
	if (restrict_files(sandbox->folders, ret_state, err) < 0)
		return -1;
	return restrict_calls(sandbox->system_calls, err);
}
