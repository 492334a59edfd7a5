/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-probe/probes.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* Newer than the C library's headers; the same number on every architecture. */
enum { CALL_OPEN_TREE = 428, CALL_FSOPEN = 430, CALL_CLONE3 = 435, TREE_CLONE = 1 };

static int attempt_mount(void)
{
	return probe_result(mount("none", "/tmp", "tmpfs", 0, NULL));
}

static int attempt_fsopen(void)
{
	return probe_result(syscall(CALL_FSOPEN, "tmpfs", 0));
}

static int attempt_open_tree(void)
{
	return probe_result(syscall(CALL_OPEN_TREE, AT_FDCWD, "/", TREE_CLONE));
}

/* Open only when kernel memory can be read afterwards. */
static int attempt_unmask(void)
{
	if (umount2("/proc/kcore", MNT_DETACH) < 0)
		return errno;
	return probe_open("/proc/kcore", O_RDONLY);
}

static int attempt_chroot(void)
{
	return probe_result(chroot("/tmp"));
}

static int attempt_handle(void)
{
	char memory[256] = {0};
	int mount_id;
	struct file_handle *handle = (struct file_handle *)memory;
	handle->handle_bytes = 128;
	long result = syscall(SYS_name_to_handle_at, AT_FDCWD, "/proc", handle, &mount_id, 0);
	return result < 0 && errno == EOPNOTSUPP ? 0 : probe_result(result);
}

/* Writing the empty name changes nothing; only getting so far is what counts. */
static int attempt_release_agent(void)
{
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWCGROUP) < 0)
		return errno;
	if (mount("cgroup", "/tmp", "cgroup", 0, "memory") < 0)
		return errno;
	return probe_open("/tmp/release_agent", O_WRONLY);
}

static int attempt_unshare(void)
{
	return probe_result(unshare(CLONE_NEWUSER));
}

static int end_child(long child)
{
	if (child == 0)
		_exit(0);
	if (child < 0)
		return errno;
	waitpid((pid_t)child, NULL, 0);
	return 0;
}

static int attempt_clone(void)
{
	return end_child(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL));
}

static int attempt_clone3(void)
{
	struct {
		unsigned long long flags, pidfd, child_tid, parent_tid, exit_signal, stack,
			stack_size, tls;
	} arguments = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
	return end_child(syscall(CALL_CLONE3, &arguments, sizeof(arguments)));
}

/* The whole range of ids, mapped to itself. */
static int attempt_host_users(void)
{
	char line[128] = "";
	FILE *file = fopen("/proc/self/uid_map", "re");
	if (file && !fgets(line, sizeof(line), file))
		line[0] = '\0';
	if (file)
		fclose(file);
	return strstr(line, " 4294967295") ? 0 : BLOCKED;
}

static int attempt_root_user(void)
{
	return geteuid() == 0 ? 0 : BLOCKED;
}

static int attempt_host_network(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "\0gabion-drill"};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t bytes = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 13);
	return probe_result(connect(fd, (struct sockaddr *)&address, bytes));
}

/* The drill has written the host's name into the root. */
static int attempt_host_name(void)
{
	char host[256] = "", own[256] = "";
	FILE *file = fopen("/.gabion-host", "re");
	if (!file || !fgets(host, sizeof(host), file))
		host[0] = '\0';
	if (file)
		fclose(file);
	gethostname(own, sizeof(own) - 1);
	return host[0] != '\0' && strcmp(host, own) == 0 ? 0 : BLOCKED;
}

static int attempt_set_host_name(void)
{
	char own[256] = "";
	gethostname(own, sizeof(own) - 1);
	return probe_result(sethostname(own, strlen(own)));
}

const struct probe probes_mounts[] = {
	{"mount", attempt_mount},
	{"new-mount", attempt_fsopen},
	{"clone-tree", attempt_open_tree},
	{"unmask", attempt_unmask},
	{"chroot", attempt_chroot},
	{"handle", attempt_handle},
	{"release-agent", attempt_release_agent},
	{"unshare-user", attempt_unshare},
	{"clone-user", attempt_clone},
	{"clone3-user", attempt_clone3},
	{"host-users", attempt_host_users},
	{"root-user", attempt_root_user},
	{"host-network", attempt_host_network},
	{"host-name", attempt_host_name},
	{"hostname", attempt_set_host_name},
	{NULL, NULL},
};
