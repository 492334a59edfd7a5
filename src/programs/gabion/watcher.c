/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/watcher.h"

#include "layers/context/learn.h"
#include "layers/context/syscalls.h"
#include "sys/cgroup_file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum {
	START_MS = 60000, /* that the runtime has to make the context */
	GRACE_MS = 2000,  /* between asking to end and killing */
	TICK = 1024,      /* calls between two measurements, when no process ends */
};

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Files of version 2, then of version 1. */
static uint64_t read_first(int folder, const char *const *names)
{
	uint64_t number;
	for (size_t i = 0; i < 2; i++)
		if (cgroup_file_number(folder, names[i], &number) == 0 && number != UINT64_MAX)
			return number;
	return 0;
}

void watcher_measure(struct watcher *watcher)
{
	static const char *const memory[] = {"memory.peak", "memory.max_usage_in_bytes"};
	static const char *const processes[] = {"pids.peak", "pids.current"};
	if (watcher->memory >= 0) {
		uint64_t bytes = read_first(watcher->group.folders[watcher->memory], memory);
		if (bytes > watcher->run->memory_peak)
			watcher->run->memory_peak = bytes;
	}
	if (watcher->processes >= 0) {
		uint64_t count = read_first(watcher->group.folders[watcher->processes], processes);
		if (count > watcher->run->processes_peak && count < UINT32_MAX)
			watcher->run->processes_peak = (uint32_t)count;
	}
}

/* Without cgroups nothing is known of what was used, and the profile says nothing of it. */
static void find_cgroup(struct watcher *watcher)
{
	struct error err = {0};
	watcher->memory = watcher->processes = -1;
	if (watcher->watch->cgroup[0] == '\0' ||
		cgroup_layout_open(&watcher->layout, "/sys/fs/cgroup", &err) < 0 ||
		cgroup_open(&watcher->group, &watcher->layout, watcher->watch->cgroup, &err) < 0)
		return;
	int memory = cgroup_layout_find(&watcher->layout, CGROUP_MEMORY);
	int processes = cgroup_layout_find(&watcher->layout, CGROUP_PIDS);
	if (memory >= 0 && watcher->group.folders[memory] >= 0)
		watcher->memory = memory;
	if (processes >= 0 && watcher->group.folders[processes] >= 0)
		watcher->processes = processes;
}

/* Nothing is recorded before the next execve, which waits for us: without it nothing is learned. */
static void begin_recording(struct watcher *watcher)
{
	int unified = cgroup_layout_unified(&watcher->layout);
	if (watcher->watch->records &&
		(unified < 0 || call_recorder_watch(&watcher->watch->recorder,
					watcher->group.folders[unified]) < 0))
		_exit(1);
}

/* The calls until the program runs are the launcher's. */
static bool is_workload(struct watcher *watcher, const struct seccomp_notice *notice)
{
	char path[32];
	struct stat program;
	if (watcher->run->started)
		return true;
	(void)snprintf(path, sizeof(path), "/proc/%d/exe", (int)notice->pid);
	if (stat(path, &program) < 0)
		return false;
	if (watcher->first == 0) {
		watcher->first = notice->pid;
		watcher->launcher = program;
		find_cgroup(watcher);
		begin_recording(watcher);
		return false;
	}
	bool same = program.st_dev == watcher->launcher.st_dev &&
		    program.st_ino == watcher->launcher.st_ino;
	watcher->run->started = !same;
	return !same;
}

/* The errno the floor gives the call, 0 when it lets it pass. */
static int refusal(const struct watcher *watcher, const struct seccomp_notice *notice)
{
	struct seccomp_call call = {(uint32_t)notice->number, notice->audit_arch, {0}};
	const struct seccomp_program *floor = watcher->watch->floor;
	bool native = notice->audit_arch == syscall_arch_names[SYSCALL_NATIVE].audit;
	if (native && notice->number >= 0 && notice->number < OBSERVED_CALLS &&
		watcher->watch->floor_says[notice->number] == LEARN_ALLOWED)
		return 0;
	memcpy(call.args, notice->args, sizeof(call.args));
	uint32_t action = seccomp_run(floor->code, floor->len, &call);
	switch (action & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_ALLOW:
	case SECCOMP_RET_LOG:
		return 0;
	case SECCOMP_RET_ERRNO:
		return (int)(action & SECCOMP_RET_DATA);
	default:
		return EPERM;
	}
}

/* A call of another architecture counts as the machine's own of that name. */
static int64_t native_number(const struct seccomp_notice *notice)
{
	if (notice->audit_arch == syscall_arch_names[SYSCALL_NATIVE].audit &&
		notice->number < OBSERVED_CALLS)
		return notice->number;
	for (int arch = 0; arch < SYSCALL_ARCHS; arch++) {
		const struct syscall_entry *entry =
			syscall_of_number((enum syscall_arch)arch, notice->number);
		if (entry && notice->audit_arch == syscall_arch_names[arch].audit)
			return syscall_number(SYSCALL_NATIVE, entry);
	}
	return SYSCALL_NONE;
}

static void note(struct watcher *watcher, const struct seccomp_notice *notice, int refused)
{
	int64_t number = native_number(notice);
	if (++watcher->run->notices % TICK == 0)
		watcher_measure(watcher);
	if (refused == 0 || number < 0)
		observed_call(watcher->observed, number, OBSERVED_SEEN);
	else if (refused != ENOSYS) /* programs do without what a kernel does not know */
		observed_call(watcher->observed, number, OBSERVED_REFUSED);
	if (refused == 0 && number == notice->number)
		watcher_look(watcher, notice);
}

static void answer(struct watcher *watcher, const struct seccomp_notice *notice)
{
	int refused = refusal(watcher, notice);
	bool workload = is_workload(watcher, notice);
	if (workload)
		note(watcher, notice, refused);
	else if (refused == 0)
		watcher_look(watcher, notice);
	(void)seccomp_notify_answer(watcher->listener, notice->id, refused);
}

/* First politely; a first process without a handler hears nothing but the last word. */
static void end_in_time(struct watcher *watcher)
{
	if (watcher->deadline_ms == 0 || now_ms() < watcher->deadline_ms || watcher->first == 0)
		return;
	kill(watcher->first, watcher->asked_to_end ? SIGKILL : SIGTERM);
	watcher_measure(watcher);
	watcher->run->ended_by_us = 1;
	watcher->asked_to_end = true;
	watcher->deadline_ms = now_ms() + GRACE_MS;
}

static int wait_ms(const struct watcher *watcher)
{
	int64_t left = watcher->deadline_ms - now_ms();
	if (watcher->deadline_ms == 0)
		return -1;
	return left <= 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

static void watch_calls(struct watcher *watcher)
{
	struct seccomp_notice notice;
	for (;;) {
		int got = seccomp_notify_next(watcher->listener, wait_ms(watcher), &notice);
		end_in_time(watcher);
		if (got == 1)
			answer(watcher, &notice);
		else if (got != -ETIME)
			return;
	}
}

/* What a terminal or a caller sends to end the run is for the workload: we see it end. */
static void ignore_signals(void)
{
	static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2};
	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		(void)signal(ignored[i], SIG_IGN);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void watcher_run(const struct watch *watch)
{
	struct watcher watcher = {.watch = watch,
		.observed = watch->observed,
		.run = &watch->observed->runs[watch->observed->run_count - 1],
		.root = -1};
	ignore_signals();
	watcher_look_prepare(&watcher);
	watcher.listener = seccomp_notify_take(watch->socket, START_MS);
	if (watcher.listener < 0)
		_exit(1);
	(void)seccomp_notify_share_processor(watcher.listener);
	if (watch->most_ms > 0)
		watcher.deadline_ms = now_ms() + watch->most_ms;
	watch_calls(&watcher);
	_exit(0);
}
