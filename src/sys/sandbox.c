/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/sandbox.h"

#include "sys/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Rights by the Landlock version that brought them; the header of Debian 12 knows the first two. */
enum {
	ACCESS_FS_READ = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
	ACCESS_FS_WRITE = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
			  LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
			  LANDLOCK_ACCESS_FS_MAKE_REG,
	ACCESS_FS_VERSION_1 = (1 << 13) - 1,
	ACCESS_FS_REFER = 1 << 13,    /* version 2 */
	ACCESS_FS_TRUNCATE = 1 << 14, /* version 3 */
};

static uint64_t handled_by(int version)
{
	uint64_t access = ACCESS_FS_VERSION_1;
	if (version >= 2)
		access |= ACCESS_FS_REFER;
	if (version >= 3)
		access |= ACCESS_FS_TRUNCATE;
	return access;
}

static int allow_folder(
	int ruleset, const struct sandbox_folder *folder, uint64_t handled, struct error *err)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = ACCESS_FS_READ};
	if (folder->writable)
		rule.allowed_access |= ACCESS_FS_WRITE | ACCESS_FS_REFER | ACCESS_FS_TRUNCATE;
	rule.allowed_access &= handled;
	rule.parent_fd = open(folder->path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return durable_fail(err, "open", folder->path);
	long added = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	int result = added < 0 ? durable_fail(err, "allow", folder->path) : 0;
	close(rule.parent_fd);
	return result;
}

static int restrict_files(const struct sandbox_folder *folders, int version, struct error *err)
{
	struct landlock_ruleset_attr attributes = {.handled_access_fs = handled_by(version)};
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof(attributes), 0);
	if (ruleset < 0)
		return durable_fail(err, "make", "a Landlock ruleset");
	int result = 0;
	for (; result == 0 && folders->path; folders++)
		result = allow_folder(ruleset, folders, attributes.handled_access_fs, err);
	if (result == 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		result = durable_fail(err, "enter", "the Landlock ruleset");
	close(ruleset);
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
	struct sock_fprog program = {.len = len, .filter = code};
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) != 0)
		return durable_fail(err, "install", "a seccomp filter");
	return 0;
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
	long version =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	bool has_landlock = version > 0;
	if (version < 0 && errno != ENOSYS && errno != EOPNOTSUPP)
		return durable_fail(err, "ask for", "the Landlock version");
	ret_state->landlock_abi = has_landlock ? (int)version : 0;
	if (has_landlock && restrict_files(sandbox->folders, (int)version, err) < 0)
		return -1;
	return restrict_calls(sandbox->system_calls, err);
}
