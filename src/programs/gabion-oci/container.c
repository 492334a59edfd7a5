/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/container.h"

#include "programs/gabion-oci/channel.h"
#include "programs/gabion-oci/filter.h"
#include "programs/gabion-oci/hooks.h"
#include "programs/gabion-oci/maps.h"
#include "programs/gabion-oci/net_devices.h"
#include "programs/gabion-oci/seed.h"
#include "sys/fail.h"
#include "sys/namespace.h"
#include "sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

/* Made by the child itself, later: the one shows its cgroup, the other waits for execve. */
static const uint64_t later = CLONE_NEWCGROUP | CLONE_NEWTIME;

static bool needs_parent(const struct container *container)
{
	const struct spec *spec = &container->spec;
	return (spec->new_namespaces & CLONE_NEWUSER) || spec->net_devices.count > 0 ||
	       spec->hooks[SPEC_HOOK_PRESTART].count > 0 ||
	       spec->hooks[SPEC_HOOK_CREATE_RUNTIME].count > 0;
}

/* What a child in a user namespace could not raise, though the host's root may. */
static void raise_limits(const struct container *container)
{
	const struct spec_rlimits *limits = &container->spec.process->rlimits;
	for (size_t i = 0; i < limits->count; i++) {
		struct {
			uint64_t soft, hard;
		} now;
		if (syscall(SYS_prlimit64, 0, limits->items[i].resource, NULL, &now) < 0 ||
			now.hard >= limits->items[i].hard)
			continue;
		now.hard = limits->items[i].hard;
		(void)syscall(SYS_prlimit64, 0, limits->items[i].resource, &now, NULL);
	}
}

int container_set_oom(const struct task *task, char ret_before[16], struct error *err)
{
	char text[16];
	ret_before[0] = '\0';
	const struct spec_number *wanted = &task->process->oom_score_adj;
	if (!wanted->set)
		return 0;
	if (process_read_file(task->proc, "self/oom_score_adj", ret_before, 16) < 0)
		ret_before[0] = '\0';
	(void)snprintf(text, sizeof(text), "%lld", (long long)wanted->value);
	int result = process_write_file(task->proc, "self/oom_score_adj", str_from(text));
	if (result == 0)
		return 0;
	(void)fail_system(err, -result, "process.oomScoreAdj: cannot set %s", text);
	err->origin = wanted->origin;
	error_set_remedy(err, "only CAP_SYS_RESOURCE may lower it below that of the caller");
	return -1;
}

/* Its children are born where a joined pid namespace is; we never are. */
static int join_pid(const struct container *container, struct error *err)
{
	for (size_t i = 0; i < container->joined_count; i++) {
		if (container->joined[i].kind != CLONE_NEWPID)
			continue;
		int result = namespace_join(container->joined[i].fd, CLONE_NEWPID);
		if (result < 0)
			return fail_system(err, -result, "cannot join the pid namespace");
	}
	return 0;
}

static void leave_pid(const struct container *container)
{
	int own = openat(container->task.proc, "self/ns/pid", O_RDONLY | O_CLOEXEC);
	if (own >= 0) {
		(void)namespace_join(own, CLONE_NEWPID);
		(void)close(own);
	}
}

/*
 * New namespaces must belong to a user namespace that is joined, so it is joined first, by one in
 * between: what he clones is our child all the same.
 */
static __attribute__((noreturn)) void clone_in_between(struct container *container)
{
	struct error err = {0};
	struct namespace_clone clone = {
		.flags = (container->spec.new_namespaces & ~later) | CLONE_PARENT, .cgroup = -1};
	pid_t pid = -1;
	if (child_join(container->joined, container->joined_count, &err) == 0 &&
		child_become_root(false, &err) == 0)
		pid = namespace_clone(&clone);
	if (pid == 0)
		child_run(container);
	if (pid < 0 && err.kind == ERROR_NONE)
		(void)fail_system(&err, -pid, "cannot clone into new namespaces");
	if (pid < 0)
		channel_say_failed(container->channel[1], "joining the user namespace", &err);
	else
		(void)channel_send_fd(
			container->channel[1], (struct str){(const char *)&pid, sizeof(pid)}, -1);
	_exit(0);
}

/* The pid that the one in between says. */
static pid_t hear_pid(struct container *container, int between, struct error *err)
{
	struct channel_message message;
	int heard = channel_hear(container->channel[0], container->interrupts, between, &message);
	(void)process_reap(between);
	(void)close(between);
	if (heard == 0 && message.word == CHANNEL_FAILED) {
		*err = message.error;
		return -EPERM;
	}
	pid_t pid = heard == 0 ? (pid_t)message.word : heard;
	container->pidfd = pid > 0 ? process_open(pid) : -1;
	return pid;
}

static pid_t clone_child(struct container *container, struct error *err)
{
	bool into = container->has_cgroups && !container->cgroups.absent;
	uint64_t not_now = later | (container->network_made ? CLONE_NEWNET : 0);
	struct namespace_clone clone = {
		.flags = container->joins_user ? 0 : container->spec.new_namespaces & ~not_now,
		.cgroup = into ? container->cgroups.target_fd : -1};
	container->task.no_setgroups = maps_forbid_setgroups(&container->spec);
	pid_t pid = namespace_clone(&clone);
	if (pid == 0 && container->joins_user)
		clone_in_between(container);
	if (pid == 0)
		child_run(container);
	container->pidfd = pid > 0 ? clone.pidfd : -1;
	return pid > 0 && container->joins_user ? hear_pid(container, clone.pidfd, err) : pid;
}

/* createContainer hooks are programs of the host, and it must see them; so must a child that opens
 * what it mounts by itself. */
static int enter_seed(const struct container *container, struct seed *seed, struct error *err)
{
	*seed = (struct seed){.own = -1, .root = -1, .cwd = -1};
	bool sees_host = container->rootfs.deferred ||
			 container->spec.hooks[SPEC_HOOK_CREATE_CONTAINER].count > 0;
	return sees_host ? 0 : seed_enter(seed, err);
}

static int fail_clone(int cause, struct error *err)
{
	if (err->kind != ERROR_NONE)
		return -1;
	(void)fail_system(err, cause, "cannot clone into new namespaces");
	error_set_remedy(err, cause == ENOSPC   ? "raise user.max_*_namespaces"
			      : cause == EPERM  ? "allow user namespaces, or run as root"
			      : cause == EAGAIN ? "raise the limit of processes"
						: "");
	return -1;
}

static void take_network(struct container *container)
{
	int made = container->network ? network_maker_take(container->network) : -EAGAIN;
	container->network_made = made >= 0;
	if (made >= 0)
		container->joined[container->joined_count++] = (struct joined){made, CLONE_NEWNET};
}

static void end_network(struct container *container)
{
	if (container->network)
		network_maker_end(container->network);
}

static int make_child(struct container *container, struct error *err)
{
	struct seed seed;
	char before[16];
	container_step(container, "making the first process");
	container->waits_for_parent = needs_parent(container);
	for (size_t i = 0; i < container->joined_count; i++)
		container->joins_user |= container->joined[i].kind == CLONE_NEWUSER;
	if (container_set_oom(&container->task, before, err) < 0)
		return -1;
	if ((container->spec.new_namespaces & CLONE_NEWUSER) || container->joins_user)
		raise_limits(container);
	take_network(container);
	if (join_pid(container, err) < 0 || enter_seed(container, &seed, err) < 0)
		return -1;
	pid_t pid = clone_child(container, err);
	int left = seed_leave(&seed, err);
	leave_pid(container);
	(void)close(container->channel[1]);
	container->channel[1] = -1;
	if (before[0])
		(void)process_write_file(
			container->task.proc, "self/oom_score_adj", str_from(before));
	if (pid < 0)
		return fail_clone(-pid, err);
	container->status.pid = pid;
	return left < 0 ? -1 : 0;
}

static int map_ids(struct container *container, struct error *err)
{
	char path[32];
	if (!(container->spec.new_namespaces & CLONE_NEWUSER))
		return 0;
	container_step(container, "mapping ids");
	if (maps_write(container->arena, &container->spec, container->task.proc,
		    container->status.pid, err) < 0)
		return -1;
	(void)snprintf(path, sizeof(path), "%d/ns/user", (int)container->status.pid);
	int namespace = openat(container->task.proc, path, O_RDONLY | O_CLOEXEC);
	if (namespace < 0)
		return fail_system(err, errno, "cannot open the user namespace");
	int result = rootfs_map(&container->rootfs, namespace, err);
	(void)close(namespace);
	return result;
}

static int run_runtime_hooks(struct container *container, struct error *err)
{
	static const enum spec_hook_kind kinds[] = {SPEC_HOOK_PRESTART, SPEC_HOOK_CREATE_RUNTIME};
	container_step(container, "running createRuntime hooks");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (hooks_run(container->arena, &container->spec, kinds[i], &container->status,
			    CONDITION_CREATING, err) < 0)
			return -1;
	return 0;
}

/* The child's own words; then it is as good as gone. */
static int take_failure(
	struct container *container, const struct channel_message *message, struct error *err)
{
	struct str step = str_copy(container->arena, str_from(message->step));
	if (step.len > 0)
		container_step(container, step.data);
	*err = message->error;
	return -1;
}

/* 0 when it is ready, or has become its program. */
static int hear_child(struct container *container, struct error *err)
{
	bool runs = container->listening < 0;
	while (true) {
		struct channel_message message;
		int heard = channel_hear(
			container->channel[0], container->interrupts, container->pidfd, &message);
		if (heard == -EINTR)
			return ERROR_SET(err, ERROR_SYSTEM, NO_ORIGIN, "interrupted by a signal");
		if (heard < 0)
			return fail_system(err, -heard, "cannot hear the first process");
		if (message.word == CHANNEL_FAILED)
			return take_failure(container, &message, err);
		if (message.word == CHANNEL_TERMINAL)
			container->master = message.fd;
		else if (message.word == CHANNEL_READY)
			return 0;
		else if (message.word == CHANNEL_NONE)
			break;
	}
	/* A socket that closes in silence: execve has come. An end without a word looks the same,
	 * and is told by the status of the process. */
	if (runs)
		return 0;
	(void)ERROR_SET(err, ERROR_SYSTEM, NO_ORIGIN, "the first process was killed");
	error_set_remedy(err, "look for a memory limit that is too small to start with");
	return -1;
}

int container_start(struct container *container, struct error *err)
{
	container->master = -1;
	if (make_child(container, err) < 0)
		return -1;
	container_step(container, "writing the state");
	int result = process_start_time(
		container->task.proc, container->status.pid, &container->status.start_ticks);
	/* One that has already ended is told by what it says. */
	if (result < 0 && result != -ESRCH)
		return fail_system(err, -result, "cannot examine the first process");
	if (status_write(&container->status, err) < 0)
		return -1;
	if (container->waits_for_parent) {
		if (map_ids(container, err) < 0 || net_devices_give(container, err) < 0 ||
			run_runtime_hooks(container, err) < 0 ||
			channel_check_said(
				channel_say(container->channel[0], CHANNEL_GO, -1), err) < 0)
			return -1;
	}
	if (filter_give(container, err) < 0)
		return -1;
	end_network(container);
	container_step(container, "starting the first process");
	return hear_child(container, err);
}

void container_undo(struct container *container)
{
	struct error ignored = {0};
	net_devices_take_back(container);
	if (container->pidfd >= 0) {
		(void)process_signal(container->pidfd, SIGKILL);
		(void)process_reap(container->pidfd);
	}
	if (container->made_cgroups)
		(void)cgroups_remove(&container->cgroups, &ignored);
	if (container->reserved)
		(void)status_remove(
			container->root, container->status.id, container->status.folder, &ignored);
	container->made_cgroups = container->reserved = false;
}

void container_release(struct container *container)
{
	const int fds[] = {container->root, container->status.folder, container->listening,
		container->pidfd, container->channel[0], container->channel[1],
		container->interrupts, container->task.proc, container->task.console,
		container->task.listener, container->given_to};
	end_network(container);
	if (container->has_rootfs)
		rootfs_release(&container->rootfs);
	if (container->has_cgroups)
		cgroups_release(&container->cgroups);
	for (size_t i = 0; i < container->joined_count; i++)
		(void)close(container->joined[i].fd);
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			(void)close(fds[i]);
}
