/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/rootfs_trial.h"

#include "private.h"
#include "programs/gabion-oci/seed.h"
#include "unit.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

struct trial {
	struct arena arena;
	struct spec spec;
	struct rootfs rootfs;
	struct error err;
	const struct cgroup *cgroup;
	struct error *shared; /* of parent and child */
	int channel[2];       /* the parent's end, the child's */
	void (*look)(void), (*meanwhile)(void);
};

static void make_bundle(void)
{
	ck_assert_int_eq(mkdir("bundle", 0755) | mkdir("bundle/rootfs", 0755), 0);
	ck_assert_int_eq(mkdir("outside", 0755), 0);
	private_write("outside/canary", "alive");
	ck_assert_int_eq(chdir("bundle"), 0);
}

void trial_bundle(void)
{
	private_enter();
	make_bundle();
}

bool trial_bundle_of_host(void)
{
	if (geteuid() != 0 || unshare(CLONE_NEWNS) < 0)
		return false;
	ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	ck_assert_int_eq(mount("tmpfs", "/tmp", "tmpfs", 0, NULL), 0);
	ck_assert_int_eq(chdir("/tmp"), 0);
	(void)umask(0);
	make_bundle();
	return true;
}

void trial_canary_lives(void)
{
	ck_assert(trial_reads("/tmp/outside/canary", "alive"));
	ck_assert_int_eq(unlink("/tmp/outside/canary") | rmdir("/tmp/outside"), 0);
}

bool trial_is_device(const char *path, unsigned major_number, unsigned minor_number)
{
	struct stat status;
	return stat(path, &status) == 0 && S_ISCHR(status.st_mode) &&
	       status.st_rdev == makedev(major_number, minor_number);
}

bool trial_reads(const char *path, const char *expected)
{
	char text[64] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		(void)close(fd);
	return length >= 0 && strcmp(text, expected) == 0;
}

/* Each side tells the other that it has come so far. */
static void tell(const struct trial *trial, int side)
{
	(void)!write(trial->channel[side], "", 1);
}

static bool hear(const struct trial *trial, int side)
{
	char byte;
	return read(trial->channel[side], &byte, 1) == 1;
}

/* As gabion-oci does it: the terminal is opened where the container will have it. */
static int give_terminal(struct trial *trial)
{
	const struct spec_process *process = trial->spec.process;
	int locked = 0;
	if (!process || !process->terminal)
		return 0;
	int ours = openat(trial->rootfs.terminals_fd, "ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	EXPECT(ours >= 0 && ioctl(ours, TIOCSPTLCK, &locked) == 0);
	int theirs = ioctl(ours, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	EXPECT(theirs >= 0);
	return rootfs_console(&trial->rootfs, theirs, &trial->err);
}

static void in_child(struct trial *trial)
{
	struct error *err = &trial->err;
	(void)close(trial->channel[0]);
	if (!hear(trial, 1) || setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0)
		_exit(98);
	if (rootfs_build(&trial->rootfs, err) < 0 || give_terminal(trial) < 0 ||
		rootfs_enter(&trial->rootfs, err) < 0) {
		*trial->shared = *err;
		_exit(1);
	}
	tell(trial, 1);
	if (!hear(trial, 1))
		_exit(97);
	if (trial->look)
		trial->look();
	_exit(0);
}

static void write_maps(struct trial *trial, pid_t child)
{
	char path[64], map[64];
	const struct spec_id_mapping *uids = trial->spec.uids.items, *gids = trial->spec.gids.items;
	if (!(trial->spec.new_namespaces & CLONE_NEWUSER))
		return;
	if (geteuid() != 0) {
		(void)snprintf(path, sizeof(path), "/proc/%d/setgroups", child);
		private_write(path, "deny");
	}
	(void)snprintf(path, sizeof(path), "/proc/%d/uid_map", child);
	(void)snprintf(map, sizeof(map), "0 %u %u", uids->host_id, uids->size);
	private_write(path, map);
	(void)snprintf(path, sizeof(path), "/proc/%d/gid_map", child);
	(void)snprintf(map, sizeof(map), "0 %u %u", gids->host_id, gids->size);
	private_write(path, map);
	(void)snprintf(path, sizeof(path), "/proc/%d/ns/user", child);
	int users = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(users, 0);
	if (rootfs_map(&trial->rootfs, users, trial->shared) == 0)
		ck_assert_int_eq(close(users), 0);
}

static void in_parent(struct trial *trial, pid_t child)
{
	int status = 0;
	(void)close(trial->channel[1]);
	write_maps(trial, child);
	if (trial->shared->kind == ERROR_NONE) {
		tell(trial, 0);
		if (hear(trial, 0) && trial->meanwhile)
			trial->meanwhile();
		tell(trial, 0);
	}
	(void)close(trial->channel[0]);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(
		status == 0 || trial->shared->kind != ERROR_NONE, "looking failed: %d", status);
}

static pid_t clone_from_seed(const struct trial *trial)
{
	struct seed seed;
	struct error err = {0};
	ck_assert_int_ge(seed_enter(&seed, &err), 0);
	pid_t child = (pid_t)syscall(SYS_clone, trial->spec.new_namespaces | SIGCHLD, 0, 0, 0, 0);
	ck_assert_int_ge(child, 0);
	if (child == 0)
		seed_release(&seed);
	else
		ck_assert_int_eq(seed_leave(&seed, &err), 0);
	return child;
}

static const struct error *run(struct trial *trial, const char *config)
{
	trial->shared = mmap(NULL, sizeof(struct error), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(trial->shared, MAP_FAILED);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, trial->channel), 0);
	arena_init(&trial->arena, 1 << 20);
	ck_assert_msg(spec_read(&trial->arena, str_from(config), &trial->spec, &trial->err) == 0,
		"%s", trial->err.message);
	if (rootfs_open(&trial->rootfs, &trial->arena, &trial->spec, "/tmp/bundle", trial->cgroup,
		    &trial->err) < 0) {
		*trial->shared = trial->err;
	} else {
		pid_t child = clone_from_seed(trial);
		if (child == 0)
			in_child(trial);
		in_parent(trial, child);
	}
	rootfs_release(&trial->rootfs);
	arena_release(&trial->arena);
	return trial->shared;
}

const struct error *trial_run(const char *config, void (*look)(void))
{
	struct trial trial = {.look = look};
	return run(&trial, config);
}

void trial_builds_while(const char *config, void (*look)(void), void (*meanwhile)(void))
{
	struct trial trial = {.look = look, .meanwhile = meanwhile};
	const struct error *err = run(&trial, config);
	ck_assert_msg(err->kind == ERROR_NONE, "%s (%s)", err->message, err->remedy);
}

void trial_builds(const char *config, void (*look)(void))
{
	trial_builds_while(config, look, NULL);
}

void trial_builds_with(const struct cgroup *cgroup, const char *config, void (*look)(void))
{
	struct trial trial = {.look = look, .cgroup = cgroup};
	const struct error *err = run(&trial, config);
	ck_assert_msg(err->kind == ERROR_NONE, "%s (%s)", err->message, err->remedy);
}
