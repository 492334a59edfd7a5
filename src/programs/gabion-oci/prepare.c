/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/prepare.h"
#include "base/limits.h"
#include "programs/gabion-oci/channel.h"
#include "programs/gabion-oci/commands.h"
#include "programs/gabion-oci/filter.h"
#include "programs/gabion-oci/judge.h"
#include "programs/gabion-oci/self.h"
#include "programs/gabion-oci/task.h"
#include "programs/gabion-oci/terminal.h"
#include "sys/fail.h"
#include "sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

int prepare_read_file(struct arena *arena, const char *path, size_t limit, struct str *ret_text,
	struct error *err)
{
	struct stat info;
	if (stat(path, &info) < 0)
		return fail_system(err, errno, "cannot read '%s'", path);
	if (info.st_size > (off_t)limit)
		return ERROR_SET(
			err, ERROR_LIMIT, NO_ORIGIN, "'%s' has more than %zu bytes", path, limit);
	/* What is no regular file has no size before it is read. */
	size_t capacity = S_ISREG(info.st_mode) ? (size_t)info.st_size + 1 : limit;
	char *memory = arena_alloc(arena, capacity);
	ssize_t len = process_read_file(AT_FDCWD, path, memory, capacity);
	if (len < 0)
		return fail_system(err, (int)-len, "cannot read '%s'", path);
	*ret_text = (struct str){memory, (size_t)len};
	return 0;
}

/* What is asked for and cannot be had must not be passed over. */
static int check_supported(const struct spec *spec, struct error *err)
{
	if (!spec->intel_rdt)
		return 0;
	(void)ERROR_SET(err, ERROR_INPUT, spec->intel_rdt->origin,
		"linux.intelRdt: resource director technology is not supported");
	error_set_remedy(err, "write to /sys/fs/resctrl in a createRuntime hook");
	return -1;
}

/* Absolute, so that later commands find it from elsewhere. */
static int find_bundle(struct container *container, struct error *err)
{
	const char *given = container->invocation->options[OPTION_BUNDLE];
	char here[4096];
	if (given && given[0] == '/') {
		container->status.bundle = given;
		return 0;
	}
	if (!getcwd(here, sizeof(here)))
		return fail_system(err, errno, "cannot find the working directory");
	bool is_here = !given || strcmp(given, ".") == 0;
	container->status.bundle = str_format(
		container->arena, "%s%s%s", here, is_here ? "" : "/", is_here ? "" : given)
					   .data;
	return 0;
}

/* The bytes of a configuration, as they are or as the judge leaves them. */
static int read_bytes(struct container *container, const char *path, struct error *err)
{
	const char *judge = container->invocation->options[OPTION_CONTEXT_JUDGE];
	if (!judge || !judge[0])
		return prepare_read_file(container->arena, path, LIMIT_CONTEXT_CONFIG_BYTES,
			&container->status.config, err);
	container_step(container, "having the configuration judged");
	return judge_config(container->arena, judge, path, LIMIT_CONTEXT_CONFIG_BYTES,
		&container->status.config, err);
}

static int read_config(struct container *container, struct error *err)
{
	const char *given = container->invocation->options[OPTION_CONFIG];
	struct str path = str_format(container->arena, "%s%s%s",
		given && given[0] == '/' ? "" : container->status.bundle,
		given && given[0] == '/' ? "" : "/", given ? given : "config.json");
	container_step(container, "reading the configuration");
	if (read_bytes(container, path.data, err) < 0)
		return -1;
	if (spec_read(container->arena, container->status.config, &container->spec, err) < 0) {
		error_set_file(err, path);
		return -1;
	}
	container->config_path = path;
	if (!container->spec.process)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "'process' is missing");
	if (check_supported(&container->spec, err) < 0)
		return -1;
	const char *root = container->spec.root.path.text;
	container->status.rootfs = root[0] == '/' ? root
						  : str_format(container->arena, "%s/%s",
							    container->status.bundle, root)
							    .data;
	container->task.process = container->spec.process;
	container->status.terminal = container->spec.process->terminal;
	return 0;
}

int prepare_seccomp(struct task *task, struct arena *arena, const struct spec_seccomp *profile,
	struct error *err)
{
	task->filtered = profile != NULL;
	task->listener = -1;
	if (!profile)
		return 0;
	if (seccomp_compile(arena, profile, &task->seccomp, NULL, err) < 0)
		return -1;
	if (!task->seccomp.wants_listener)
		return 0;
	task->listener_path = profile->listener_path.text;
	task->listener_metadata = profile->listener_metadata.text;
	int end = terminal_connect(task->listener_path, SOCK_STREAM);
	if (end < 0)
		return fail_system(err, -end, "linux.seccomp.listenerPath: cannot reach '%s'",
			task->listener_path);
	task->listener = end;
	return 0;
}

int prepare_console(struct task *task, const struct invocation *invocation, struct error *err)
{
	const char *path = invocation->options[OPTION_CONSOLE_SOCKET];
	task->console = -1;
	if ((!path || !path[0]) && task->process->terminal && invocation->needs_console) {
		(void)ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"process.terminal is true, but there is no --console-socket");
		error_set_remedy(err, "give one, or run in the foreground");
		return -1;
	}
	if (!path || !path[0])
		return 0;
	if (!task->process->terminal) {
		(void)ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"--console-socket is given, but process.terminal is false");
		error_set_remedy(err, "set process.terminal, or leave the option out");
		return -1;
	}
	int end = terminal_connect(path, SOCK_STREAM);
	if (end < 0)
		return fail_system(err, -end, "cannot reach the console socket '%s'", path);
	task->console = end;
	return 0;
}

/* The socket that `start` finds in the folder of the container. */
static int listen_for_start(struct container *container, struct error *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	(void)snprintf(address.sun_path, sizeof(address.sun_path),
		"/proc/self/fd/%d/" STATUS_SOCKET, container->status.folder);
	int end = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	container->listening = end;
	if (end < 0 || bind(end, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
		listen(end, 1) < 0)
		return fail_system(err, errno, "cannot make the socket of 'start'");
	return 0;
}

static int open_joined(struct container *container, struct error *err)
{
	const struct spec_namespaces *all = &container->spec.namespaces;
	for (size_t i = 0; i < all->count; i++) {
		const struct spec_namespace *one = &all->items[i];
		if (!one->path.text)
			continue;
		int fd = open(one->path.text, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
		if (fd < 0) {
			(void)fail_system(err, errno, "linux.namespaces[%zu]: cannot open '%s'", i,
				one->path.text);
			err->origin = one->path.origin;
			return -1;
		}
		container->joined[container->joined_count++] = (struct joined){fd, one->type};
	}
	return 0;
}

int prepare_interrupts(int *ret_fd, struct error *err)
{
	static const int caught[] = {
		SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH, SIGALRM};
	sigset_t set;
	(void)sigemptyset(&set);
	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		(void)sigaddset(&set, caught[i]);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	*ret_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return *ret_fd < 0 ? fail_system(err, errno, "cannot watch signals") : 0;
}

/* As cgroups_create() will call them. */
static int note_cgroups(const struct container *container, struct error *err)
{
	char path[CGROUP_PATH_BYTES];
	if (cgroups_path(&container->spec, container->status.id, path, err) < 0) {
		error_set_file(err, str_from("config.json"));
		return -1;
	}
	int result = status_note_cgroup(container->status.folder, path);
	return result < 0 ? fail_system(err, -result, "cannot note the cgroup") : 0;
}

static int make_cgroups(struct container *container, struct error *err)
{
	const char *manager = container->invocation->options[OPTION_CGROUP_MANAGER];
	container->status.cgroup = "";
	container_step(container, "making cgroups");
	if (manager && strcmp(manager, "disabled") == 0)
		return cgroups_do_without(&container->spec, err);
	if (note_cgroups(container, err) < 0)
		return -1;
	container->has_cgroups = true;
	if (cgroups_create(&container->cgroups, container->arena, &container->spec,
		    container->status.id, err) < 0)
		return -1;
	container->status.cgroup = container->cgroups.absent ? "" : container->cgroups.group.path;
	container->made_cgroups = true;
	return 0;
}

static int open_rootfs(struct container *container, struct error *err)
{
	const struct cgroup *cgroup = container->has_cgroups && !container->cgroups.absent
					      ? &container->cgroups.group
					      : NULL;
	container_step(container, "opening the root filesystem and mounts");
	container->has_rootfs = true;
	if (rootfs_open(&container->rootfs, container->arena, &container->spec,
		    container->status.bundle, cgroup, err) < 0)
		return -1;
	container->rootfs.no_pivot = container->invocation->options[OPTION_NO_PIVOT] != NULL;
	return 0;
}

/* Of a new user namespace it must be, where there is one: then the clone makes it. */
static void begin_network(struct container *container)
{
	const struct spec *spec = &container->spec;
	if (!(spec->new_namespaces & CLONE_NEWNET) || spec_namespace_of(spec, CLONE_NEWUSER))
		return;
	container->network = ARENA_NEW(container->arena, struct network_maker);
	network_maker_begin(container->network);
}

static int make_channel(struct container *container, struct error *err)
{
	container_step(container, "preparing the first process");
	container->task.proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (container->task.proc < 0)
		return fail_system(err, errno, "cannot open /proc");
	int result = channel_open(container->channel);
	return result < 0 ? fail_system(err, -result, "cannot make a socket pair") : 0;
}

static void start_empty(struct container *container, struct invocation *invocation)
{
	memset(container, 0, sizeof(*container));
	container->invocation = invocation;
	container->arena = invocation->arena;
	container->status.id = invocation->operands[0];
	container->status.folder = container->root = container->listening = container->pidfd = -1;
	container->channel[0] = container->channel[1] = container->interrupts = -1;
	container->given_to = -1;
	container->task.proc = container->task.console = container->task.listener = -1;
	if (!invocation->options[OPTION_NO_NEW_KEYRING])
		container->task.keyring = container->status.id;
}

int container_prepare(struct container *ret, struct invocation *invocation, struct error *err)
{
	start_empty(ret, invocation);
	container_step(ret, "preparing");
	if (task_preserve(&ret->task, invocation, err) < 0 ||
		self_seal(&ret->task, invocation, err) < 0 ||
		status_check_id(ret->status.id, err) < 0 || find_bundle(ret, err) < 0 ||
		read_config(ret, err) < 0 || prepare_interrupts(&ret->interrupts, err) < 0)
		return -1;
	begin_network(ret);
	container_step(ret, "preparing the console");
	if (prepare_console(&ret->task, invocation, err) < 0)
		return -1;
	container_step(ret, "compiling the seccomp profile");
	if (filter_is_early(&ret->spec) &&
		prepare_seccomp(&ret->task, ret->arena, ret->spec.seccomp, err) < 0)
		return -1;
	container_step(ret, "opening namespaces");
	if (open_joined(ret, err) < 0)
		return -1;
	container_step(ret, "making the state");
	if (status_open_root(invocation, &ret->root, err) < 0 ||
		status_reserve(ret->root, ret->status.id, &ret->status.folder, err) < 0)
		return -1;
	ret->reserved = true;
	(void)clock_gettime(CLOCK_REALTIME, &ret->status.created);
	if ((invocation->command->run != command_run && listen_for_start(ret, err) < 0) ||
		make_cgroups(ret, err) < 0 || open_rootfs(ret, err) < 0)
		return -1;
	return make_channel(ret, err);
}
