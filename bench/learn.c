/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What watching costs a workload, per system call: one that the kernel records (first run), one
 * that waits for the watcher (where it cannot, and for what has arguments to look at), with and
 * without sharing a processor, and one that is known (later runs). Wall-clock time, for two
 * processes take turns; the ways alternate, and the median round counts.
 */
#include "bench.h"
#include "layers/context/observed.h"
#include "sys/call_recorder.h"
#include "sys/cgroup.h"
#include "sys/cgroup_tasks.h"
#include "sys/namespace.h"
#include "sys/process.h"
#include "sys/seccomp_filter.h"
#include "sys/seccomp_notify.h"

#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 9, NEW_LISTENER = 1 << 3 };

enum way { WAY_PLAIN, WAY_KNOWN, WAY_RECORDED, WAY_SHARED, WAY_APART, WAYS };

static const struct {
	const char *title;
	uint64_t calls;
	double target_ns;
} ways[WAYS] = {
	[WAY_PLAIN] = {"learn: getppid() that nobody watches", 2000000, 0},
	[WAY_KNOWN] = {"learn: a known call, above that (runs after the first)", 2000000, 100},
	[WAY_RECORDED] = {"learn: a recorded call, above that (first run)", 2000000, 100},
	[WAY_SHARED] = {"learn: a call that waits, above that", 30000, 0},
	[WAY_APART] = {"learn: the same without sharing a processor", 10000, 0},
};

static struct observed observed;

static double now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void require(bool good, const char *what)
{
	if (good)
		return;
	perror(what);
	exit(1);
}

static double call_often(uint64_t calls)
{
	double begin = now_ns();
	for (uint64_t i = 0; i < calls; i++)
		(void)syscall(SYS_getppid);
	return (now_ns() - begin) / (double)calls;
}

/* getppid() waits, or none at all does; the clock is read without a call. */
static int install(enum way way)
{
	const struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K,
			way == WAY_KNOWN ? SECCOMP_RET_ALLOW : SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	struct error err = {0};
	int listener = -1;
	require(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs");
	require(seccomp_filter_install(code, 4, NEW_LISTENER, &listener, &err) == 0, err.message);
	return listener;
}

static void send_listener(int end, int listener)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr aligned;
	} control = {0};
	struct iovec part = {(char[]){"x"}, 1};
	struct msghdr message = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes)};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &listener, sizeof(listener));
	require(sendmsg(end, &message, 0) == 1, "sendmsg");
}

static void watch(int listener, enum way way)
{
	struct seccomp_notice notice;
	if (way != WAY_APART)
		(void)seccomp_notify_share_processor(listener);
	while (seccomp_notify_next(listener, -1, &notice) == 1) {
		observed_call(&observed, notice.number, OBSERVED_SEEN);
		(void)seccomp_notify_answer(listener, notice.id, 0);
	}
}

static void be_workload(enum way way, const char *path, double *ret_ns)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	int end = socket(AF_UNIX, SOCK_STREAM, 0);
	require(connect(end, (struct sockaddr *)&address, sizeof(address)) == 0, "connect");
	send_listener(end, install(way));
	close(end);
	*ret_ns = call_often(ways[way].calls);
	_exit(0);
}

/* A program of its own, for what ran before it is not recorded. */
static int be_recorded(void)
{
	(void)install(WAY_KNOWN);
	double ns = call_often(ways[WAY_RECORDED].calls);
	return write(STDOUT_FILENO, &ns, sizeof(ns)) == sizeof(ns) ? 0 : 1;
}

static void run_recorded(struct cgroup *group, int out)
{
	static const char *const arguments[] = {"learn", "recorded", NULL};
	struct error err = {0};
	struct namespace_clone clone = {.cgroup = cgroup_tasks_target(group, 0, &err)};
	pid_t pid = namespace_clone(&clone);
	if (pid == 0) {
		if (dup2(out, STDOUT_FILENO) == STDOUT_FILENO)
			(void)syscall(SYS_execve, "/proc/self/exe", arguments, NULL);
		_exit(1);
	}
	require(pid > 0 && process_reap(clone.pidfd) == 0, "the recorded program");
	close(clone.pidfd);
}

/* -1: the kernel or our rights do not allow it. */
static double measure_recorded(void)
{
	struct cgroup_layout layout;
	struct cgroup group;
	struct call_recorder recorder;
	struct recorded_calls calls;
	struct error err = {0};
	double ns = -1;
	int ends[2];
	if (call_recorder_open(&recorder) < 0 ||
		cgroup_layout_open(&layout, "/sys/fs/cgroup", &err) < 0 ||
		cgroup_layout_unified(&layout) < 0 ||
		cgroup_make(&group, &layout, "gabion-bench-learn", 0, &err) < 0)
		return -1;
	require(pipe(ends) == 0 &&
			call_recorder_watch(&recorder, cgroup_tasks_target(&group, 0, &err)) == 0,
		"recording");
	run_recorded(&group, ends[1]);
	require(read(ends[0], &ns, sizeof(ns)) == sizeof(ns) &&
			call_recorder_read(&recorder, &calls) == 0 && calls.made[SYS_getppid],
		"what was recorded");
	close(ends[0]);
	close(ends[1]);
	call_recorder_close(&recorder);
	require(cgroup_remove(&group, &err) == 0, err.message);
	cgroup_close(&group);
	cgroup_layout_close(&layout);
	return ns;
}

static double measure(enum way way, double *shared)
{
	char folder[] = "/tmp/gabion-bench.XXXXXX", path[64];
	if (way == WAY_PLAIN)
		return call_often(ways[way].calls);
	if (way == WAY_RECORDED)
		return measure_recorded();
	require(mkdtemp(folder) != NULL, "mkdtemp");
	(void)snprintf(path, sizeof(path), "%s/calls", folder);
	int socket = seccomp_notify_open(path);
	require(socket >= 0, "socket");
	pid_t child = fork();
	if (child == 0)
		be_workload(way, path, shared);
	int listener = seccomp_notify_take(socket, 10000);
	require(listener >= 0, "listener");
	watch(listener, way);
	close(listener);
	close(socket);
	(void)waitpid(child, NULL, 0);
	unlink(path);
	rmdir(folder);
	return *shared;
}

static int by_size(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

int main(int count, char **arguments)
{
	(void)arguments;
	if (count > 1)
		return be_recorded();
	static double rounds[WAYS][ROUNDS];
	double *shared = mmap(
		NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	require(shared != MAP_FAILED, "mmap");
	for (int i = 0; i < ROUNDS; i++)
		for (int way = 0; way < WAYS; way++)
			rounds[way][i] = measure((enum way)way, shared);
	for (int way = 0; way < WAYS; way++) {
		qsort(rounds[way], ROUNDS, sizeof(double), by_size);
		if (rounds[way][0] < 0) {
			printf("%s: not possible here\n", ways[way].title);
			continue;
		}
		double above = way == WAY_PLAIN ? 0 : rounds[WAY_PLAIN][ROUNDS / 2];
		bench_figure(ways[way].title, rounds[way][ROUNDS / 2] - above, "ns",
			ways[way].target_ns);
	}
	return bench_status();
}
