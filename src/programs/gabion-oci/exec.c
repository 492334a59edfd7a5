/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "base/number.h"
#include "programs/gabion-oci/channel.h"
#include "programs/gabion-oci/commands.h"
#include "programs/gabion-oci/create.h"
#include "programs/gabion-oci/notify.h"
#include "programs/gabion-oci/prepare.h"
#include "programs/gabion-oci/process_option.h"
#include "programs/gabion-oci/self.h"
#include "programs/gabion-oci/task.h"
#include "programs/gabion-oci/terminal.h"
#include "sys/fail.h"
#include "sys/namespace.h"
#include "sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/vfs.h>
#include <unistd.h>

/* A process that joins a running container. */
struct joining {
	struct invocation *invocation;
	struct arena *arena;
	struct status status;
	struct spec spec; /* of the container */
	struct spec_process process;
	struct task task;
	struct cgroups cgroups;
	uint64_t namespaces; /* of the container's own, CLONE_NEW* */
	int channel[2];
	int interrupts;
	int init;  /* pidfd of the container's first process */
	int pidfd; /* of ours */
	int master;
	int terminal;
	bool has_cgroups;
};

static int enter_cgroups(struct joining *joining, struct error *err)
{
	return joining->cgroups.absent ? 0 : cgroups_enter(&joining->cgroups, err);
}

/* All at once, by the one process that is in them. */
static int join_namespaces(struct joining *joining, struct error *err)
{
	uint64_t kinds = joining->namespaces & ~(uint64_t)CLONE_NEWPID;
	int result = kinds ? namespace_join(joining->init, kinds) : 0;
	if (result < 0)
		return fail_system(
			err, -result, "cannot join the namespaces of '%s'", joining->status.id);
	if (!(kinds & CLONE_NEWUSER))
		return 0;
	return child_become_root(joining->task.no_setgroups, err);
}

static int open_terminal(struct joining *joining, struct error *err)
{
	enum { DEVPTS_MAGIC = 0x1CD1 };
	struct statfs info;
	joining->terminal = -1;
	if (!joining->process.terminal)
		return 0;
	int devpts = open("/dev/pts", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (devpts >= 0 && (fstatfs(devpts, &info) < 0 || info.f_type != DEVPTS_MAGIC)) {
		(void)close(devpts);
		devpts = -1;
	}
	int result =
		terminal_open(&joining->task, devpts, joining->channel[1], &joining->terminal, err);
	if (devpts >= 0)
		(void)close(devpts);
	return result;
}

static int settle(struct joining *joining, struct error *err)
{
	const struct spec_cpu_affinity *affinity = joining->process.cpu_affinity;
	if (affinity && task_set_affinity(&affinity->final, err) < 0)
		return -1;
	return task_settle(&joining->task, &joining->spec, err);
}

static int confine(struct joining *joining, struct error *err)
{
	return task_confine(&joining->task, joining->arena, &joining->spec, err);
}

static int find_program(struct joining *joining, struct error *err)
{
	return task_find(&joining->task, joining->arena, err);
}

static int prepare_environment(struct joining *joining, struct error *err)
{
	if (joining->task.filtered && joining->task.seccomp.wants_listener)
		notify_prepare(&joining->task, joining->arena, &joining->status, &joining->spec,
			joining->status.pid);
	return task_environment(
		&joining->task, joining->arena, joining->invocation->environment, err);
}

static int take_terminal(struct joining *joining, struct error *err)
{
	return terminal_take(joining->terminal, err);
}

static const struct {
	const char *words;
	int (*run)(struct joining *joining, struct error *err);
} steps[] = {
	{"joining cgroups", enter_cgroups},
	{"joining namespaces", join_namespaces},
	{"opening the terminal", open_terminal},
	{"settling the process", settle},
	{"making the Landlock rules", confine},
	{"finding the program", find_program},
	{"preparing its environment", prepare_environment},
	{"taking the terminal", take_terminal},
};

static void take_steps(struct joining *joining, const char **step, struct error *err)
{
	int result = 0;
	for (size_t i = 0; result == 0 && i < sizeof(steps) / sizeof(steps[0]); i++) {
		*step = steps[i].words;
		result = steps[i].run(joining, err);
	}
	if (result == 0)
		(void)task_become(&joining->task, step, err);
}

static __attribute__((noreturn)) void join(struct joining *joining)
{
	struct error err = {0};
	const char *step = NULL;
	(void)close(joining->channel[0]);
	process_reset_signals();
	arena_unguard(joining->arena);
	if (ARENA_LIMIT_REACHED(joining->arena))
		(void)ERROR_SET(&err, ERROR_LIMIT, NO_ORIGIN, "out of memory");
	else
		take_steps(joining, &step, &err);
	channel_say_failed(joining->channel[1], step, &err);
	_exit(1);
}

static int check_condition(struct joining *joining, struct error *err)
{
	enum condition condition;
	joining->init = status_open_process(&joining->status);
	if (joining->init == -ESRCH || status_condition(&joining->status, &condition, err) < 0 ||
		condition == CONDITION_STOPPED)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "container not running: '%s'",
			joining->status.id);
	if (joining->init < 0)
		return fail_system(err, -joining->init, "cannot examine the process of '%s'",
			joining->status.id);
	if (condition != CONDITION_PAUSED || joining->invocation->options[OPTION_IGNORE_PAUSED])
		return 0;
	(void)ERROR_SET(
		err, ERROR_INPUT, NO_ORIGIN, "container '%s' is paused", joining->status.id);
	error_set_remedy(err, "resume it first, or use --ignore-paused");
	return -1;
}

static int load(struct joining *joining, struct error *err)
{
	int root;
	const char *id = joining->invocation->operands[0];
	if (status_open_root(joining->invocation, &root, err) < 0)
		return -1;
	int result = status_load(joining->arena, root, id, &joining->status, err);
	(void)close(root);
	if (result < 0 || check_condition(joining, err) < 0 ||
		spec_read(joining->arena, joining->status.config, &joining->spec, err) < 0)
		return -1;
	for (size_t i = 0; i < joining->spec.namespaces.count; i++)
		joining->namespaces |= joining->spec.namespaces.items[i].type;
	return process_option_read(joining->invocation, &joining->spec, &joining->process, err);
}

static int prepare(struct joining *joining, struct error *err)
{
	struct invocation *invocation = joining->invocation;
	struct task *task = &joining->task;
	invocation->step = "preparing";
	if (task_preserve(task, invocation, err) < 0 || self_seal(task, invocation, err) < 0 ||
		load(joining, err) < 0 || prepare_interrupts(&joining->interrupts, err) < 0)
		return -1;
	task->process = &joining->process;
	task->keyring = joining->status.id;
	task->no_setgroups = geteuid() != 0;
	task->proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (task->proc < 0)
		return fail_system(err, errno, "cannot open /proc");
	invocation->needs_console = invocation->options[OPTION_DETACH] != NULL;
	if (prepare_console(task, invocation, err) < 0 ||
		prepare_seccomp(task, joining->arena, joining->spec.seccomp, err) < 0)
		return -1;
	joining->has_cgroups = true;
	if (cgroups_open(&joining->cgroups, joining->status.cgroup, joining->status.pid, err) < 0)
		return -1;
	int result = channel_open(joining->channel);
	return result < 0 ? fail_system(err, -result, "cannot make a socket pair") : 0;
}

/* Others of the container may look at us from the first moment on. */
static int clone_process(struct joining *joining, struct error *err)
{
	char before[16];
	struct namespace_clone clone = {
		.cgroup = joining->cgroups.absent ? -1 : joining->cgroups.target_fd};
	const struct spec_cpu_affinity *affinity = joining->process.cpu_affinity;
	joining->invocation->step = "making the process";
	if (affinity && task_set_affinity(&affinity->initial, err) < 0)
		return -1;
	if (container_set_oom(&joining->task, before, err) < 0)
		return -1;
	if (prctl(PR_SET_DUMPABLE, 0) < 0)
		return fail_system(err, errno, "cannot hide our memory");
	int result = joining->namespaces & CLONE_NEWPID
			     ? namespace_join(joining->init, CLONE_NEWPID)
			     : 0;
	pid_t pid = result < 0 ? result : namespace_clone(&clone);
	if (pid == 0)
		join(joining);
	(void)close(joining->channel[1]);
	joining->channel[1] = -1;
	if (pid < 0)
		return fail_system(err, -pid, "cannot clone into the container");
	joining->pidfd = clone.pidfd;
	joining->status.pid = pid;
	return 0;
}

static int hear(struct joining *joining, struct error *err)
{
	joining->master = -1;
	while (true) {
		struct channel_message message;
		int heard = channel_hear(
			joining->channel[0], joining->interrupts, joining->pidfd, &message);
		if (heard < 0)
			return fail_system(err, -heard, "cannot hear the process");
		if (message.word == CHANNEL_NONE)
			return 0;
		if (message.word == CHANNEL_TERMINAL)
			joining->master = message.fd;
		if (message.word != CHANNEL_FAILED)
			continue;
		joining->invocation->step = str_copy(joining->arena, str_from(message.step)).data;
		*err = message.error;
		return -1;
	}
}

static int run(struct joining *joining, struct error *err)
{
	if (prepare(joining, err) < 0 || clone_process(joining, err) < 0)
		return -1;
	if (hear(joining, err) < 0 ||
		create_pid_file(joining->invocation, joining->status.pid, err) < 0) {
		(void)process_signal(joining->pidfd, SIGKILL);
		(void)process_reap(joining->pidfd);
		return -1;
	}
	joining->invocation->step = NULL;
	if (joining->invocation->options[OPTION_DETACH])
		return 0;
	return create_wait(joining->master, joining->pidfd, joining->interrupts, err);
}

int command_exec(struct invocation *invocation, struct error *err)
{
	struct joining joining = {.invocation = invocation,
		.arena = invocation->arena,
		.channel = {-1, -1},
		.pidfd = -1,
		.init = -1};
	int result = run(&joining, err);
	if (joining.has_cgroups)
		cgroups_release(&joining.cgroups);
	return result;
}
