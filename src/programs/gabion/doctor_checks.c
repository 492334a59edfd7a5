/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/doctor_checks.h"

#include "base/arena.h"
#include "sys/call_recorder.h"
#include "sys/cgroup.h"
#include "sys/files.h"
#include "sys/landlock.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

/* Newer than the C library's headers. */
enum { CALL_FSOPEN = 430, CALL_CLONE3 = 435, CALL_OPENAT2 = 437, CALL_MOUNT_SETATTR = 442 };
enum { LANDLOCK_SCOPES_ABI = 6, FILE_BYTES = 64 << 10, OPTION_GET_MDWE = 66 };

/* Any answer but ENOSYS comes from a kernel that knows the call. */
static bool is_known(long result)
{
	return result >= 0 || errno != ENOSYS;
}

static bool reads(const char *path, struct arena *arena, struct str *ret_text)
{
	struct error err = {0};
	struct file_source source = {NULL, path, path};
	return file_read(arena, &source, FILE_BYTES, ret_text, &err) == 0;
}

static enum health look_kernel(struct buf *found)
{
	struct utsname kernel;
	if (uname(&kernel) < 0)
		return HEALTH_MISSING;
	buf_printf(found, "%s %s, %s", kernel.sysname, kernel.release, kernel.machine);
	return HEALTH_GOOD;
}

static enum health look_user(struct buf *found)
{
	unsigned user = geteuid();
	buf_printf(found, "user %u%s", user, user == 0 ? "" : ", who is not root");
	return user == 0 ? HEALTH_GOOD : HEALTH_LESS;
}

/* Of those that a start uses. */
static enum health look_capabilities(struct buf *found)
{
	static const struct {
		int number;
		const char *name;
	} wanted[] = {{CAP_SYS_ADMIN, "SYS_ADMIN"}, {CAP_SETUID, "SETUID"}, {CAP_SETGID, "SETGID"},
		{CAP_MKNOD, "MKNOD"}, {CAP_SYS_RESOURCE, "SYS_RESOURCE"}};
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {{0}};
	size_t missing = 0;
	if (syscall(SYS_capget, &header, data) < 0)
		return HEALTH_MISSING;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (!(data[0].effective >> wanted[i].number & 1))
			buf_printf(
				found, "%s%s", missing++ > 0 ? ", " : "without ", wanted[i].name);
	if (missing == 0)
		buf_puts(found, "all that a start uses");
	return missing == 0 ? HEALTH_GOOD : HEALTH_LESS;
}

static enum health look_user_namespaces(struct buf *found)
{
	int status = 1;
	pid_t child = fork();
	if (child == 0)
		_exit(unshare(CLONE_NEWUSER) == 0 ? 0 : errno);
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	bool works = child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	buf_put(found, works ? STR("can be made") : STR("cannot be made by this user"));
	return works ? HEALTH_GOOD : HEALTH_MISSING;
}

static enum health look_clone3(struct buf *found)
{
	bool known = is_known(syscall(CALL_CLONE3, NULL, 0));
	buf_put(found, known ? STR("known") : STR("not known to this kernel"));
	return known ? HEALTH_GOOD : HEALTH_MISSING;
}

static enum health look_openat2(struct buf *found)
{
	bool known = is_known(syscall(CALL_OPENAT2, -1, NULL, NULL, 0));
	buf_put(found, known ? STR("known") : STR("not known to this kernel"));
	return known ? HEALTH_GOOD : HEALTH_MISSING;
}

static enum health look_mounts(struct buf *found)
{
	bool made = is_known(syscall(CALL_FSOPEN, NULL, 0));
	bool changed = is_known(syscall(CALL_MOUNT_SETATTR, -1, NULL, 0, NULL, 0));
	buf_put(found, made && changed ? STR("fsopen() and mount_setattr()")
		       : made          ? STR("fsopen(), without mount_setattr()")
				       : STR("not known to this kernel"));
	return made && changed ? HEALTH_GOOD : HEALTH_MISSING;
}

static enum health look_seccomp(struct buf *found)
{
	const uint32_t notify = SECCOMP_RET_USER_NOTIF, log = SECCOMP_RET_LOG;
	bool filters = prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
	bool asks = syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &notify) == 0;
	bool logs = syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &log) == 0;
	buf_put(found, filters ? STR("filters") : STR("no filters"));
	buf_put(found, asks ? STR(", answers by a listener") : STR(", no listener"));
	buf_put(found, logs ? STR(", the kernel's log") : STR(", no log"));
	return !filters ? HEALTH_MISSING : asks && logs ? HEALTH_GOOD : HEALTH_LESS;
}

static enum health look_recorder(struct buf *found)
{
	struct call_recorder recorder;
	int result = call_recorder_open(&recorder);
	call_recorder_close(&recorder);
	if (result == 0)
		buf_puts(found, "programs at system calls and execve");
	else
		buf_printf(found, "not possible (errno %d)", -result);
	return result == 0 ? HEALTH_GOOD : HEALTH_LESS;
}

static enum health look_landlock(struct buf *found)
{
	int abi = landlock_abi();
	if (abi == 0)
		buf_puts(found, "not there, or switched off");
	else
		buf_printf(found, "version %d", abi);
	return abi >= LANDLOCK_SCOPES_ABI ? HEALTH_GOOD : HEALTH_LESS;
}

static enum health look_memory(struct buf *found)
{
	bool known = prctl(OPTION_GET_MDWE, 0, 0, 0, 0) >= 0;
	buf_put(found, known ? STR("refused by the kernel as well") : STR("refused by the filter"));
	return known ? HEALTH_GOOD : HEALTH_LESS;
}

static enum health look_cgroups(struct buf *found)
{
	static const enum cgroup_controller wanted[] = {
		CGROUP_CPU, CGROUP_MEMORY, CGROUP_PIDS, CGROUP_IO, CGROUP_CPUSET};
	struct cgroup_layout layout;
	struct error err = {0};
	bool two = false, one = false, missing = false;
	if (cgroup_layout_open(&layout, "/sys/fs/cgroup", &err) < 0) {
		cgroup_layout_close(&layout);
		buf_puts(found, "no hierarchy is mounted");
		return HEALTH_MISSING;
	}
	for (unsigned i = 0; i < layout.count; i++) {
		two = two || layout.items[i].unified;
		one = one || (!layout.items[i].unified && layout.items[i].controllers != 0);
	}
	buf_put(found, two && one ? STR("version 1 and version 2 beside it")
		       : two      ? STR("version 2")
				  : STR("version 1"));
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (cgroup_layout_find(&layout, wanted[i]) < 0) {
			buf_printf(found, ", without %s", cgroup_controller_name(wanted[i], two));
			missing = true;
		}
	cgroup_layout_close(&layout);
	return missing || !two ? HEALTH_LESS : HEALTH_GOOD;
}

static enum health look_security_modules(struct buf *found)
{
	struct arena arena;
	struct str text;
	arena_init(&arena, 2 * FILE_BYTES);
	bool read = reads("/sys/kernel/security/lsm", &arena, &text);
	bool bpf = read && str_find(text, STR("bpf"), 0) != SIZE_MAX;
	if (read)
		buf_put(found, str_trim(text));
	else
		buf_puts(found, "unknown: /sys/kernel/security cannot be read");
	arena_release(&arena);
	return bpf ? HEALTH_GOOD : HEALTH_LESS;
}

/* clang-format off */
const struct doctor_check doctor_checks[] = {
	{"kernel", "everything", "", look_kernel},
	{"rights", "cgroups, ids of others, devices",
		"who is not root starts contexts with one user id and, without a delegated cgroup, no limits",
		look_user},
	{"capabilities", "making a context",
		"without SYS_RESOURCE limits can be lowered and not raised; without the others start as root",
		look_capabilities},
	{"user namespaces", "users inside that are nobody outside",
		"allow them (sysctl user.max_user_namespaces), or grant host-users to a context",
		look_user_namespaces},
	{"clone3", "starting in namespaces and cgroup at once", "Linux 5.3 has it", look_clone3},
	{"openat2", "paths that cannot lead out of an image", "Linux 5.6 has it", look_openat2},
	{"mounts by descriptor", "mount trees that are read-only before they are seen",
		"Linux 5.12 has them", look_mounts},
	{"seccomp", "filters of system calls",
		"without a listener nothing can be learned; without the log complain says nothing",
		look_seccomp},
	{"tracepoints", "recording system calls while they go on",
		"in the first run of `gabion learn` each call waits for an answer: microseconds, not nanoseconds",
		look_recorder},
	{"Landlock", "files, ports and scopes, beneath mounts and filters",
		"mounts, namespaces and the filter still hold; version 4 brings ports, 6 scopes",
		look_landlock},
	{"writable code", "memory that is never written and executed",
		"the filter refuses to map it, as it does everywhere; Linux 6.3 has the second lock",
		look_memory},
	{"cgroups", "limits, weights, freezing and killing",
		"version 1 is joined controller by controller; a limit without its controller is refused",
		look_cgroups},
	{"security modules", "programs of the kernel that decide (BPF)",
		"nothing of today needs it", look_security_modules},
	{NULL, NULL, NULL, NULL},
};
/* clang-format on */
