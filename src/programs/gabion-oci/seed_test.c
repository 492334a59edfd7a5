/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/seed.h"

#include "private.h"
#include "programs/gabion-oci/rootfs_trial.h"
#include "unit.h"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* Lines of a process's mountinfo, as it sees them. */
static unsigned count_mounts(int proc)
{
	char text[4096];
	unsigned lines = 0;
	int fd = openat(proc, "mountinfo", O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	for (ssize_t length; (length = read(fd, text, sizeof(text))) > 0;)
		for (ssize_t i = 0; i < length; i++)
			lines += text[i] == '\n';
	ck_assert_int_eq(close(fd), 0);
	return lines;
}

START_TEST(a_child_of_the_seed_has_none_of_the_hosts_mounts)
{
	struct seed seed;
	struct error err = {0};
	char before[4096], after[4096];
	ck_assert_ptr_nonnull(getcwd(before, sizeof(before)));
	int proc = open("/proc", O_PATH | O_CLOEXEC);
	unsigned mounts = count_mounts(openat(proc, "self", O_PATH | O_CLOEXEC));
	bool able = geteuid() == 0 && trial_reads("/proc/2/comm", "kthreadd\n");
	int entered = seed_enter(&seed, &err);
	ck_assert_msg(entered >= 0, "%s", err.message);
	ck_assert_int_eq(entered, able ? 1 : 0);
	if (!able)
		return; /* not root, or not of the host: nothing happened, which is all there is */
	pid_t child = (pid_t)syscall(SYS_clone, CLONE_NEWNS | SIGCHLD, 0, 0, 0, 0);
	if (child == 0) {
		unsigned own = count_mounts(openat(proc, "self", O_PATH | O_CLOEXEC));
		seed_release(&seed);
		_exit(own <= 2 && access("/home", F_OK) < 0 ? 0 : 1);
	}
	ck_assert_msg(seed_leave(&seed, &err) == 0, "%s", err.message);
	int status;
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	ck_assert_uint_eq(count_mounts(openat(proc, "self", O_PATH | O_CLOEXEC)), mounts);
	ck_assert_ptr_nonnull(getcwd(after, sizeof(after)));
	ck_assert_str_eq(before, after);
	ck_assert_int_eq(seed_leave(&seed, &err), 0);
}
END_TEST

START_TEST(without_the_right_to_it_nothing_happens)
{
	struct seed seed;
	struct error err = {0};
	private_enter();
	ck_assert_int_eq(seed_enter(&seed, &err), 0);
	ck_assert_int_eq(access("/proc/self", F_OK), 0);
	ck_assert_int_eq(seed_leave(&seed, &err), 0);
}
END_TEST

UNIT_TESTS("seed", a_child_of_the_seed_has_none_of_the_hosts_mounts,
	without_the_right_to_it_nothing_happens)
