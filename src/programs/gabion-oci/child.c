/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "programs/gabion-oci/channel.h"
#include "programs/gabion-oci/filter.h"
#include "programs/gabion-oci/hooks.h"
#include "programs/gabion-oci/notify.h"
#include "programs/gabion-oci/task.h"
#include "programs/gabion-oci/terminal.h"
#include "sys/fail.h"
#include "sys/namespace.h"
#include "sys/network_maker.h"
#include "sys/process.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

/* Whoever made us may be gone before he could say so; then nothing waits for us. */
static int wait_for_parent(struct container *container, struct error *err)
{
	struct channel_message message;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!container->waits_for_parent)
		return 0;
	int result = channel_hear(container->channel[1], -1, -1, &message);
	if (result < 0)
		return fail_system(err, -result, "cannot hear the parent");
	if (message.word != CHANNEL_GO)
		_exit(1);
	return 0;
}

int child_become_root(bool no_setgroups, struct error *err)
{
	if (!no_setgroups && syscall(SYS_setgroups, 0, NULL) < 0)
		return fail_system(err, errno, "cannot leave the caller's groups");
	/* Where no id 0 is mapped (EINVAL), as for a user who has only his own to give, the rights
	 * of the namespace are ours all the same; what is made belongs to the id that is mapped. */
	if ((syscall(SYS_setresgid, 0, 0, 0) < 0 && errno != EINVAL) ||
		(syscall(SYS_setresuid, 0, 0, 0) < 0 && errno != EINVAL))
		return fail_system(err, errno, "cannot become root of the user namespace");
	return 0;
}

/* Those of the host first, while we still have its rights; what its own user namespace guards is
 * tried again behind that. */
int child_join(const struct joined *joined, size_t count, struct error *err)
{
	uint64_t done = CLONE_NEWPID;
	int result = 0;
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < count; i++) {
			if ((done & joined[i].kind) ||
				(round == 0 && joined[i].kind == CLONE_NEWUSER))
				continue;
			result = namespace_join(joined[i].fd, joined[i].kind);
			if (result == 0)
				done |= joined[i].kind;
			else if (round == 1 || result != -EPERM)
				return fail_system(err, -result, "cannot join linux.namespaces[]");
		}
		for (size_t i = 0; round == 0 && i < count; i++)
			if (joined[i].kind == CLONE_NEWUSER &&
				namespace_join(joined[i].fd, CLONE_NEWUSER) == 0)
				done |= CLONE_NEWUSER;
	}
	return 0;
}

static int join_namespaces(struct container *container, struct error *err)
{
	bool is_new = (container->spec.new_namespaces & CLONE_NEWUSER) != 0;
	if (is_new && child_become_root(container->task.no_setgroups, err) < 0)
		return -1;
	if (!container->joins_user &&
		child_join(container->joined, container->joined_count, err) < 0)
		return -1;
	/* From here on others share a namespace with us, and must not look into us. */
	return prctl(PR_SET_DUMPABLE, 0) < 0 ? fail_system(err, errno, "cannot hide our memory")
					     : 0;
}

static int enter_cgroups(struct container *container, struct error *err)
{
	if (container->has_cgroups && !container->cgroups.absent &&
		cgroups_enter(&container->cgroups, err) < 0)
		return -1;
	if (!(container->spec.new_namespaces & CLONE_NEWCGROUP))
		return 0;
	int result = namespace_leave(CLONE_NEWCGROUP);
	return result < 0 ? fail_system(err, -result, "cannot make a cgroup namespace") : 0;
}

static void put_offset(struct buf *out, const char *clock, const struct spec_time_offset *offset)
{
	if (offset->set)
		buf_printf(out, "%s %lld %llu\n", clock, (long long)offset->seconds,
			(unsigned long long)offset->nanoseconds);
}

/* execve enters it; before Linux 6.1 only a child would, which we do not have. */
static int make_time_namespace(struct container *container, struct error *err)
{
	char memory[160];
	struct buf text;
	if (!(container->spec.new_namespaces & CLONE_NEWTIME))
		return 0;
	int result = namespace_leave(CLONE_NEWTIME);
	if (result < 0)
		return fail_system(err, -result, "cannot make a time namespace");
	buf_init_fixed(&text, memory, sizeof(memory));
	put_offset(&text, "monotonic", &container->spec.monotonic);
	put_offset(&text, "boottime", &container->spec.boottime);
	if (text.len == 0)
		return 0;
	result = process_write_file(container->task.proc, "self/timens_offsets", buf_str(&text));
	return result < 0 ? fail_system(err, -result, "linux.timeOffsets: the kernel refuses them")
			  : 0;
}

static int raise_loopback(struct container *container, struct error *err)
{
	if (!(container->spec.new_namespaces & CLONE_NEWNET) || container->network_made)
		return 0;
	int result = network_raise_loopback();
	return result < 0 ? fail_system(err, -result, "cannot raise the loopback interface") : 0;
}

static int set_names(struct container *container, struct error *err)
{
	const struct spec_text *host = &container->spec.hostname,
			       *domain = &container->spec.domainname;
	if (host->text && sethostname(host->text, strlen(host->text)) < 0) {
		(void)fail_system(err, errno, "hostname: cannot set '%s'", host->text);
		err->origin = host->origin;
		return -1;
	}
	if (domain->text && syscall(SYS_setdomainname, domain->text, strlen(domain->text)) < 0) {
		(void)fail_system(err, errno, "domainname: cannot set '%s'", domain->text);
		err->origin = domain->origin;
		return -1;
	}
	return 0;
}

static int build_rootfs(struct container *container, struct error *err)
{
	return rootfs_build(&container->rootfs, err);
}

static int open_terminal(struct container *container, struct error *err)
{
	container->terminal = -1;
	if (!container->task.process->terminal)
		return 0;
	if (terminal_open(&container->task, container->rootfs.terminals_fd, container->channel[1],
		    &container->terminal, err) < 0)
		return -1;
	return rootfs_console(&container->rootfs, container->terminal, err);
}

static int run_create_hooks(struct container *container, struct error *err)
{
	container->status.pid = getpid();
	return hooks_run(container->arena, &container->spec, SPEC_HOOK_CREATE_CONTAINER,
		&container->status, CONDITION_CREATING, err);
}

/* "net.core.somaxconn" or "net/core/somaxconn" below proc. */
static int set_sysctls(struct container *container, struct error *err)
{
	const struct spec_pairs *all = &container->spec.sysctl;
	for (size_t i = 0; i < all->count; i++) {
		const struct spec_pair *one = &all->items[i];
		if (container->rootfs.proc_fd < 0) {
			(void)ERROR_SET(err, ERROR_INPUT, all->origin,
				"linux.sysctl: the container has no procfs of its own");
			error_set_remedy(err, "add a mount of type proc at /proc");
			return -1;
		}
		char *path =
			(char *)(uintptr_t)str_format(container->arena, "sys/%s", one->key.text)
				.data;
		bool dotted = !strchr(one->key.text, '/');
		for (char *at = path; dotted && *at; at++)
			*at = *at == '.' ? '/' : *at;
		int result = strstr(path, "..") || strstr(path, "//")
				     ? -EINVAL
				     : process_write_file(container->rootfs.proc_fd, path,
					       str_from(one->value.text));
		if (result < 0) {
			(void)fail_system(err, -result, "linux.sysctl: cannot set %s to '%s'",
				one->key.text, one->value.text);
			err->origin = one->key.origin;
			error_set_remedy(err, "only settings of the container's own namespaces can "
					      "be set");
			return -1;
		}
	}
	return 0;
}

static int enter_rootfs(struct container *container, struct error *err)
{
	return rootfs_enter(&container->rootfs, err);
}

static int settle(struct container *container, struct error *err)
{
	return task_settle(&container->task, &container->spec, err);
}

static int confine(struct container *container, struct error *err)
{
	return task_confine(&container->task, container->arena, &container->spec, err);
}

static int find_program(struct container *container, struct error *err)
{
	return task_find(&container->task, container->arena, err);
}

static int prepare_environment(struct container *container, struct error *err)
{
	if (container->task.filtered && container->task.seccomp.wants_listener) {
		char link[16] = {0};
		uint64_t pid = 0;
		ssize_t len = readlinkat(container->task.proc, "self", link, sizeof(link) - 1);
		if (len <= 0 || !number_parse_uint(str_from(link), 10, &pid))
			return ERROR_SET(err, ERROR_SYSTEM, NO_ORIGIN, "cannot read /proc/self");
		notify_prepare(&container->task, container->arena, &container->status,
			&container->spec, (pid_t)pid);
	}
	return task_environment(
		&container->task, container->arena, container->invocation->environment, err);
}

static int take_terminal(struct container *container, struct error *err)
{
	return terminal_take(container->terminal, err);
}

/* Who says `start` hears from then on what goes wrong. */
static int wait_for_start(struct container *container, struct error *err)
{
	(void)prctl(PR_SET_PDEATHSIG, 0);
	if (container->listening < 0)
		return 0;
	int result = channel_say(container->channel[1], CHANNEL_READY, -1);
	(void)close(container->channel[1]);
	if (result < 0)
		_exit(1);
	int end;
	do
		end = accept4(container->listening, NULL, NULL, SOCK_CLOEXEC);
	while (end < 0 && (errno == EINTR || errno == ECONNABORTED));
	if (end < 0)
		return fail_system(err, errno, "cannot wait for 'start'");
	container->channel[1] = end;
	(void)close(container->listening);
	return 0;
}

static int run_start_hooks(struct container *container, struct error *err)
{
	container->status.pid = getpid();
	return hooks_run(container->arena, &container->spec, SPEC_HOOK_START_CONTAINER,
		&container->status, CONDITION_CREATED, err);
}

static const struct {
	const char *words;
	int (*run)(struct container *container, struct error *err);
} steps[] = {
	{"waiting for the parent", wait_for_parent},
	{"joining namespaces", join_namespaces},
	{"joining cgroups", enter_cgroups},
	{"making the time namespace", make_time_namespace},
	{"raising the loopback interface", raise_loopback},
	{"setting the host name", set_names},
	{"building the root filesystem", build_rootfs},
	{"opening the terminal", open_terminal},
	{"running createContainer hooks", run_create_hooks},
	{"setting sysctls", set_sysctls},
	{"entering the root filesystem", enter_rootfs},
	{"taking the seccomp filter", filter_take},
	{"settling the process", settle},
	{"making the Landlock rules", confine},
	{"finding the program", find_program},
	{"preparing its environment", prepare_environment},
	{"taking the terminal", take_terminal},
	{"waiting for start", wait_for_start},
	{"running startContainer hooks", run_start_hooks},
};

static void take_steps(struct container *container, const char **step, struct error *err)
{
	int result = 0;
	for (size_t i = 0; result == 0 && i < sizeof(steps) / sizeof(steps[0]); i++) {
		*step = steps[i].words;
		result = steps[i].run(container, err);
	}
	if (result == 0)
		(void)task_become(&container->task, step, err);
}

void child_run(struct container *container)
{
	struct error err = {0};
	const char *step = NULL;
	(void)close(container->channel[0]);
	container->channel[0] = -1;
	process_reset_signals();
	arena_unguard(container->arena);
	if (ARENA_LIMIT_REACHED(container->arena))
		(void)ERROR_SET(&err, ERROR_LIMIT, NO_ORIGIN, "out of memory");
	else
		take_steps(container, &step, &err);
	channel_say_failed(container->channel[1], step, &err);
	_exit(1);
}
