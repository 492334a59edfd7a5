/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/rootfs_trial.h"

#include "private.h"
#include "unit.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static void look_at_usual(void)
{
	struct stat status;
	char link[32] = "";
	EXPECT(trial_is_device("/dev/null", 1, 3) && trial_is_device("/dev/tty", 5, 0));
	EXPECT(trial_is_device("/dev/urandom", 1, 9) && trial_is_device("/dev/full", 1, 7));
	EXPECT(open("/dev/null", O_RDWR | O_CLOEXEC) >= 0);
	EXPECT(readlink("/dev/ptmx", link, sizeof(link) - 1) == 8 && strcmp(link, "pts/ptmx") == 0);
	EXPECT(access("/dev/pts/ptmx", F_OK) == 0 && access("/dev/mqueue", F_OK) == 0);
	EXPECT(stat("/dev/shm", &status) == 0 && (status.st_mode & 07777) == 01777);
	EXPECT(stat("/dev", &status) == 0 && (status.st_mode & 07777) == 0755);
	EXPECT(access("/proc/1/status", F_OK) == 0 && getpid() == 1);
	EXPECT(access("/tmp", F_OK) < 0 && access("/bundle", F_OK) < 0);
	EXPECT(mkdir("/writable", 0755) == 0);
}

START_TEST(the_usual_mounts_make_a_container)
{
	trial_bundle();
	trial_builds(MOUNTS(USUAL_MOUNTS), look_at_usual);
	ck_assert_int_eq(access("/tmp/bundle/rootfs/writable", F_OK), 0);
	ck_assert_int_eq(access("/tmp/bundle/rootfs/dev/null", F_OK), -1);
	trial_canary_lives();
}
END_TEST

static void look_at_console(void)
{
	struct stat console, terminal;
	EXPECT(stat("/dev/console", &console) == 0 && stat("/dev/pts/0", &terminal) == 0);
	EXPECT(S_ISCHR(console.st_mode) && console.st_rdev == terminal.st_rdev);
	EXPECT(open("/dev/console", O_RDWR | O_NOCTTY | O_CLOEXEC) >= 0);
}

START_TEST(a_terminal_lies_over_the_console)
{
	trial_bundle();
	trial_builds(HEAD "\"process\": {\"terminal\": true, \"cwd\": \"/\", \"args\": [\"sh\"]}, "
			  "\"mounts\": [" USUAL_MOUNTS "], \"linux\": {" NAMESPACES "}}",
		look_at_console);
	trial_canary_lives();
}
END_TEST

static void look_at_default_dev(void)
{
	EXPECT(trial_is_device("/dev/null", 1, 3));
	EXPECT(access("/dev/of-the-image", F_OK) < 0);
}

START_TEST(the_devices_are_there_unasked)
{
	trial_bundle();
	ck_assert_int_eq(mkdir("rootfs/dev", 0755), 0);
	private_write("rootfs/dev/of-the-image", "");
	trial_builds(MOUNTS(""), look_at_default_dev);
	trial_canary_lives();
}
END_TEST

static void look_at_binds(void)
{
	EXPECT(trial_reads("/a/file", "text") && trial_reads("/b/c/d", "text"));
	EXPECT(mkdir("/a/new", 0755) == 0);
	EXPECT(mkdir("/locked/other", 0755) < 0 && errno == EROFS);
	EXPECT(mkdir("/locked/below/new", 0755) == 0);
	EXPECT(mkdir("/all-locked/below/other", 0755) < 0 && errno == EROFS);
	EXPECT(access("/plain/below/mounted", F_OK) < 0);
	EXPECT(access("/a/link", F_OK) == 0 && open("/no-links/link", O_RDONLY | O_CLOEXEC) < 0);
	struct statvfs status;
	EXPECT(statvfs("/all-locked/below", &status) == 0);
	EXPECT((status.f_flag & (ST_NOSUID | ST_NODEV)) == (ST_NOSUID | ST_NODEV));
	EXPECT(access("/relative/in-bundle", F_OK) == 0);
}

START_TEST(binds_are_what_their_options_say)
{
	trial_bundle();
	ck_assert_int_eq(mkdir("/tmp/volume", 0755) | mkdir("/tmp/volume/below", 0755), 0);
	private_write("/tmp/volume/file", "text");
	ck_assert_int_eq(symlink("file", "/tmp/volume/link"), 0);
	ck_assert_int_eq(mount("tmpfs", "/tmp/volume/below", "tmpfs", 0, NULL), 0);
	private_write("/tmp/volume/below/mounted", "");
	ck_assert_int_eq(mkdir("data", 0755), 0);
	private_write("data/in-bundle", "");
	trial_builds(
		MOUNTS(BIND("/a", "/tmp/volume", "\"rbind\"") "," /* clang-format off */
		BIND("/b/c/d", "/tmp/volume/file", "\"bind\", \"ro\"") ","
		BIND("/locked", "/tmp/volume", "\"rbind\", \"ro\"") ","
		BIND("/all-locked", "/tmp/volume", "\"rbind\", \"rro\", \"rnosuid\", \"rnodev\"") ","
		BIND("/plain", "/tmp/volume", "\"bind\"") ","
		BIND("/no-links", "/tmp/volume", "\"bind\", \"nosymfollow\"") ","
		BIND("/relative", "data", "\"bind\"")), look_at_binds); /* clang-format on */
	ck_assert_int_eq(access("/tmp/volume/new", F_OK), 0);
	trial_canary_lives();
}
END_TEST

static void look_at_remounted(void)
{
	EXPECT(mkdir("/a/new", 0755) < 0 && errno == EROFS);
	EXPECT(trial_reads("/a/file", "text"));
}

START_TEST(a_remount_changes_what_is_there)
{
	trial_bundle();
	ck_assert_int_eq(mkdir("/tmp/volume", 0755), 0);
	private_write("/tmp/volume/file", "text");
	trial_builds(MOUNTS(BIND("/a", "/tmp/volume", "\"bind\"") "," BIND(
			     "/a", "none", "\"remount\", \"bind\", \"ro\"")),
		look_at_remounted);
	const struct error *err =
		trial_run(MOUNTS(BIND("/none", "none", "\"remount\", \"bind\", \"ro\"")), NULL);
	ck_assert_int_eq(err->system_errno, ENOENT);
	trial_canary_lives();
}
END_TEST

START_TEST(a_label_is_refused_where_no_kernel_module_knows_it)
{
	if (access("/sys/fs/selinux/enforce", F_OK) == 0)
		return;
	trial_bundle();
	const struct error *err =
		trial_run(HEAD "\"mounts\": [" USUAL_MOUNTS "], \"linux\": {" NAMESPACES
			       ", \"mountLabel\": \"system_u:object_r:container_file_t:s0\"}}",
			NULL);
	ck_assert_msg(
		strstr(err->message, "option \"context=system_u:") != NULL, "%s", err->message);
	ck_assert_msg(strstr(err->remedy, "mountLabel") != NULL, "%s", err->remedy);
	trial_canary_lives();
}
END_TEST

static void look_at_order(void)
{
	EXPECT(access("/a/first", F_OK) < 0 && access("/a/below", F_OK) == 0);
	EXPECT(access("/a/below/file", F_OK) == 0);
	EXPECT(access("/run/secret/file", F_OK) == 0 && access("/var/run/secret/file", F_OK) == 0);
}

START_TEST(later_mounts_lie_on_earlier_ones)
{
	trial_bundle();
	ck_assert_int_eq(mkdir("/tmp/one", 0755) | mkdir("/tmp/two", 0755), 0);
	ck_assert_int_eq(mkdir("/tmp/one/first", 0755), 0);
	private_write("/tmp/two/file", "");
	ck_assert_int_eq(mkdir("rootfs/var", 0755) | mkdir("rootfs/run", 0755), 0);
	ck_assert_int_eq(symlink("/run", "rootfs/var/run"), 0);
	trial_builds(
		MOUNTS(BIND("/a", "/tmp/one",
			"\"bind\"") "," /* clang-format off */
		"{\"destination\": \"/a\", \"type\": \"tmpfs\"},"
		BIND("/a/../a/./below", "/tmp/two", "\"bind\"") ","
		"{\"destination\": \"/run\", \"type\": \"tmpfs\"},"
		BIND("/var/run/secret", "/tmp/two", "\"bind\"")), look_at_order);
	/* clang-format on */
	ck_assert_int_eq(access("/tmp/one/below", F_OK), -1);
	ck_assert_int_eq(access("rootfs/run/secret", F_OK), -1);
	trial_canary_lives();
}
END_TEST

/* What an image may hold to lead a mount elsewhere, and how it is told. */
static const struct {
	const char *link, *target; /* in the image; NULL: a plain file */
	const char *mounts;
	int error; /* 0: it is built, and nothing outside has changed */
	const char *message;
} hostile[] = {
	{"dev", "/tmp/outside", USUAL_MOUNTS, ELOOP, "make the place for mount '/dev' (tmpfs)"},
	{"dev", "../../outside", USUAL_MOUNTS, ELOOP, "mount '/dev' (tmpfs)"},
	{"proc", "/tmp/outside", USUAL_MOUNTS, ELOOP, "mount '/proc' (proc)"},
	{"proc", "tmp", USUAL_MOUNTS, ELOOP, "mount '/proc' (proc)"},
	{"proc", NULL, USUAL_MOUNTS, ENOTDIR, "mount '/proc' (proc)"},
	{"sys", "proc", "{\"destination\": \"/sys\", \"type\": \"tmpfs\"}", ELOOP, "'/sys'"},
	{"data", "/tmp/outside", BIND("/data", "/tmp/volume", "\"bind\""), ELOOP, "'/data'"},
	{"data", "../../outside", BIND("/data/x", "/tmp/volume", "\"bind\""), ELOOP, "'/data/x'"},
	{"data", "../../../../../..", BIND("/data/x", "/tmp/volume", "\"bind\""), 0, NULL},
	{"data", "/proc", USUAL_MOUNTS "," BIND("/data", "/tmp/volume", "\"bind\""), EXDEV,
		"mount '/data' (bind of '/tmp/volume')"},
	{"data", "/proc/self/attr", USUAL_MOUNTS "," BIND("/data", "/tmp/volume", "\"bind\""),
		EXDEV, "'/data'"},
	{"data", "/dev/shm", USUAL_MOUNTS "," BIND("/data", "/tmp/volume", "\"bind\""), 0, NULL},
	{"data", "/dev/pts", USUAL_MOUNTS "," BIND("/data", "/tmp/volume", "\"bind\""), EXDEV,
		"'/data'"},
	{"data", "/dev", USUAL_MOUNTS "," BIND("/data", "/tmp/volume", "\"bind\""), EXDEV,
		"'/data'"},
	{"data", "data", BIND("/data", "/tmp/volume", "\"bind\""), ELOOP, "'/data'"},
	{"data", NULL, BIND("/data", "/tmp/volume", "\"bind\""), ENOTDIR, "'/data'"},
	{"data", NULL, BIND("/data/x", "/tmp/volume/file", "\"bind\""), ENOTDIR, "'/data/x'"},
	{"unused", "/", BIND("/dir", "/tmp/volume/file", "\"bind\""), EISDIR, "'/dir'"},
	{"unused", "/", BIND("/a", "/tmp/none", "\"bind\""), ENOENT,
		"open the source of mount '/a'"},
	{"unused", "/", BIND("/proc", "/tmp/volume", "\"bind\""), EXDEV, "open the source"},
	{"unused", "/", "{\"destination\": \"/a\", \"type\": \"nonefs\"}", ENODEV, "(nonefs)"},
	{"unused", "/",
		"{\"destination\": \"/a\", \"type\": \"tmpfs\", \"options\": [\"colour=red\"]}",
		EINVAL, "with option \"colour=red\": tmpfs: Unknown parameter 'colour'"},
};

START_TEST(an_image_leads_no_mount_elsewhere)
{
	trial_bundle();
	ck_assert_int_eq(mkdir("/tmp/volume", 0755), 0);
	private_write("/tmp/volume/file", "");
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		char config[4096], link[64];
		ck_assert_int_eq(mount("tmpfs", "rootfs", "tmpfs", 0, NULL), 0);
		ck_assert_int_eq(mkdir("rootfs/dir", 0755), 0);
		(void)snprintf(link, sizeof(link), "rootfs/%s", hostile[i].link);
		if (hostile[i].target)
			ck_assert_int_eq(symlink(hostile[i].target, link), 0);
		else
			private_write(link, "");
		(void)snprintf(config, sizeof(config), "%s\"mounts\": [\n%s\n], \"linux\": {%s}}",
			HEAD, hostile[i].mounts, NAMESPACES);
		const struct error *err = trial_run(config, NULL);
		ck_assert_msg(err->system_errno == hostile[i].error, "%zu: %d: %s", i,
			err->system_errno, err->message);
		if (hostile[i].message) {
			ck_assert_msg(strstr(err->message, hostile[i].message) != NULL, "%zu: %s",
				i, err->message);
			ck_assert_msg(err->origin.line == 2, "%zu: line %u", i, err->origin.line);
			ck_assert_msg(err->remedy[0], "%zu: no remedy: %s", i, err->message);
		}
		ck_assert_int_eq(umount2("rootfs", MNT_DETACH), 0);
	}
	ck_assert_int_eq(rmdir("/tmp/volume") | errno, ENOTEMPTY | -1);
	trial_canary_lives();
}
END_TEST

static const struct {
	const char *mounts, *message;
} refused[] = {
	{BIND("/", "/tmp", "\"bind\""), "a mount over '/' would hide the root filesystem"},
	{BIND("/..", "/tmp", "\"bind\""), "a mount over '/' would hide the root filesystem"},
	{BIND("/proc/sys/kernel", "/tmp", "\"bind\""),
		"a mount at '/proc/sys/kernel' would stand in for what the kernel says"},
	{"{\"destination\": \"/proc\", \"type\": \"tmpfs\"}",
		"only procfs can be mounted at '/proc'"},
	{BIND("/a", "/tmp", "\"bind\", \"idmap\""),
		"nothing says how to map the ids of mount '/a'"},
	{"{\"destination\": \"/a\", \"type\": \"tmpfs\", \"options\": [\"idmap\"]}",
		"ids of mount '/a' (tmpfs) cannot be mapped: it is no bind mount"},
};

START_TEST(what_no_container_may_ask_for_is_refused)
{
	trial_bundle();
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		char config[1024];
		(void)snprintf(config, sizeof(config), "%s\"mounts\": [%s], \"linux\": {%s}}", HEAD,
			refused[i].mounts, NAMESPACES);
		const struct error *err = trial_run(config, NULL);
		ck_assert_str_eq(err->message, refused[i].message);
		ck_assert_msg(err->remedy[0] && err->origin.line == 1, "%zu", i);
	}
	const struct error *err = trial_run(HEAD "\"linux\": {}}", NULL);
	ck_assert_str_eq(err->message, "the container has no mount namespace of its own");
}
END_TEST

static void look_at_masks(void)
{
	char text[8];
	EXPECT(trial_is_device("/proc/version", 1, 3) && trial_is_device("/secret", 1, 3));
	int fd = open("/secret", O_RDONLY | O_CLOEXEC);
	EXPECT(fd >= 0 && read(fd, text, sizeof(text)) == 0);
	EXPECT(access("/hidden/file", F_OK) < 0 && access("/hidden", F_OK) == 0);
	EXPECT(mkdir("/hidden/new", 0755) < 0 && errno == EROFS);
	EXPECT(mkdir("/proc/irq/new", 0755) < 0);
	EXPECT(open("/proc/sys/kernel/domainname", O_WRONLY | O_CLOEXEC) < 0 && errno == EROFS);
	EXPECT(mkdir("/locked/new", 0755) < 0 && errno == EROFS);
	EXPECT(mkdir("/volume/new", 0755) < 0 && errno == EROFS);
	EXPECT(trial_is_device("/volume/file", 1, 3));
	EXPECT(mkdir("/new", 0755) < 0 && errno == EROFS);
	EXPECT(mkdir("/dev/shm/new", 0755) == 0);
}

START_TEST(masks_hide_and_locks_hold)
{
	trial_bundle();
	ck_assert_int_eq(mkdir("rootfs/hidden", 0755) | mkdir("rootfs/locked", 0755), 0);
	ck_assert_int_eq(mkdir("/tmp/volume", 0755), 0);
	private_write("rootfs/hidden/file", "");
	private_write("rootfs/secret", "secret");
	private_write("/tmp/volume/file", "secret");
	ck_assert_int_eq(symlink("/secret", "rootfs/to-secret"), 0);
	ck_assert_int_eq(mkdir("rootfs/dev", 0755), 0);
	ck_assert_int_eq(symlink("/tmp/outside/canary", "rootfs/dev/null"), 0);
	trial_builds(
		"{\"ociVersion\": \"1.0.2\", \"root\": {\"path\": \"rootfs\", \"readonly\": true}, "
		"\"mounts\": [" USUAL_MOUNTS "," BIND("/volume", "/tmp/volume",
			"\"bind\"") "], "
				    "\"linux\": {" NAMESPACES
				    ", \"maskedPaths\": [\"/proc/version\", \"/to-secret\", "
				    "\"/hidden\", \"/proc/none\", \"/secret/x\", \"/proc/scsi\", "
				    "\"/volume/file\"], "
				    "\"readonlyPaths\": [\"/proc/irq\", \"/proc/sys\", "
				    "\"/locked\", "
				    "\"/none\", "
				    "\"/volume\"]}}",
		look_at_masks);
	trial_canary_lives();
}
END_TEST

static void look_at_given_dev(void)
{
	EXPECT(trial_is_device("/secret", 1, 3) && access("/dev/of-the-host", F_OK) == 0);
}

START_TEST(a_dev_that_is_given_is_taken_as_it_is)
{
	trial_bundle();
	ck_assert_int_eq(mkdir("/tmp/dev", 0755), 0);
	private_write("/tmp/dev/of-the-host", "");
	private_write("/tmp/dev/null", "not the null device");
	private_write("rootfs/secret", "");
	trial_builds(HEAD "\"mounts\": [" BIND(
			     "/dev", "/tmp/dev", "\"rbind\"") "], \"linux\": {" NAMESPACES
							      ", \"maskedPaths\": [\"/secret\"]}}",
		look_at_given_dev);
	trial_canary_lives();
}
END_TEST

static void look_at_copy(void)
{
	struct stat status;
	EXPECT(trial_reads("/etc/file", "text") && trial_reads("/etc/below/deep", "deep"));
	char target[32] = "";
	EXPECT(readlink("/etc/link", target, sizeof(target)) == 19);
	EXPECT(strcmp(target, "/tmp/outside/canary") == 0);
	EXPECT(stat("/etc/file", &status) == 0 && (status.st_mode & 07777) == 04711);
	EXPECT(stat("/etc", &status) == 0 && (status.st_mode & 07777) == 0751);
	EXPECT(unlink("/etc/file") == 0);
}

START_TEST(a_tmpfs_may_start_as_a_copy_of_the_image)
{
	trial_bundle();
	ck_assert_int_eq(mkdir("rootfs/etc", 0751) | mkdir("rootfs/etc/below", 0755), 0);
	private_write("rootfs/etc/file", "text");
	ck_assert_int_eq(chmod("rootfs/etc/file", 04711), 0);
	private_write("rootfs/etc/below/deep", "deep");
	ck_assert_int_eq(symlink("/tmp/outside/canary", "rootfs/etc/link"), 0);
	trial_builds(MOUNTS("{\"destination\": \"/etc\", \"type\": \"tmpfs\", \"options\": "
			    "[\"tmpcopyup\", \"nosuid\"]}"),
		look_at_copy);
	ck_assert_int_eq(access("rootfs/etc/file", F_OK), 0);
	trial_canary_lives();
}
END_TEST

static void look_at_odd_copy(void)
{
	struct stat status;
	EXPECT(lstat("/etc/fifo", &status) == 0 && S_ISFIFO(status.st_mode));
	EXPECT(lstat("/etc/socket", &status) < 0 && errno == ENOENT);
	EXPECT(lstat("/etc/loop", &status) == 0 && S_ISLNK(status.st_mode));
}

START_TEST(a_copy_has_an_end_and_waits_for_nobody)
{
	static const char config[] = MOUNTS("{\"destination\": \"/etc\", \"type\": \"tmpfs\", "
					    "\"options\": [\"tmpcopyup\"]}");
	trial_bundle();
	ck_assert_int_eq(mkdir("rootfs/etc", 0755) | chdir("rootfs/etc"), 0);
	ck_assert_int_eq(mkfifo("fifo", 0600) | mknod("socket", S_IFSOCK | 0600, 0), 0);
	ck_assert_int_eq(symlink(".", "loop"), 0);
	trial_builds(config, look_at_odd_copy);
	for (int i = 0; i < 70; i++)
		ck_assert_int_eq(mkdir("d", 0755) | chdir("d"), 0);
	const struct error *err = trial_run(config, NULL);
	ck_assert_int_eq(err->system_errno, EFBIG);
	ck_assert_msg(strstr(err->remedy, "tmpcopyup") != NULL, "%s", err->remedy);
	trial_canary_lives();
}
END_TEST

static void look_at_many(void)
{
	for (int i = 0; i < 1000; i++) {
		char path[32];
		(void)snprintf(path, sizeof(path), "/m/%d/file", i);
		EXPECT(access(path, F_OK) == 0);
	}
}

START_TEST(a_thousand_mounts_are_one_container)
{
	static char config[200000];
	struct buf text;
	trial_bundle();
	ck_assert_int_eq(mkdir("/tmp/volume", 0755), 0);
	private_write("/tmp/volume/file", "");
	buf_init_fixed(&text, config, sizeof(config) - 1);
	buf_puts(&text, HEAD "\"mounts\": [");
	for (int i = 0; i < 1000; i++)
		buf_printf(&text, "%s" BIND("/m/%d", "/tmp/volume", "\"bind\""), i ? "," : "", i);
	buf_puts(&text, "], \"linux\": {" NAMESPACES "}}");
	ck_assert(!text.truncated);
	trial_builds(config, look_at_many);
	trial_canary_lives();
}
END_TEST

/* Swap two names for ever, until the test ends. */
static pid_t start_swapping(const char *one, const char *other)
{
	pid_t parent = getpid(), child = fork();
	if (child != 0)
		return child;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent)
		(void)syscall(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, other, 2 /* EXCHANGE */);
	_exit(0);
}

/* Another container that shares the root filesystem swaps names while this one is being made. */
START_TEST(a_racing_rename_leads_no_mount_elsewhere)
{
	static const char *const swapped[][2] = {
		{"rootfs/dev", "rootfs/dev-link"}, {"rootfs/data", "rootfs/data-link"}};
	pid_t children[2];
	unsigned built = 0, refused_so_far = 0;
	trial_bundle();
	for (size_t i = 0; i < 2; i++) {
		ck_assert_int_eq(mkdir(swapped[i][0], 0755), 0);
		ck_assert_int_eq(symlink("/tmp/outside", swapped[i][1]), 0);
		children[i] = start_swapping(swapped[i][0], swapped[i][1]);
	}
	for (int i = 0; i < 200; i++) {
		const struct error *err =
			trial_run(MOUNTS(USUAL_MOUNTS ",{\"destination\": "
						      "\"/data\", \"type\": \"tmpfs\"}"),
				NULL);
		*(err->kind == ERROR_NONE ? &built : &refused_so_far) += 1;
	}
	for (size_t i = 0; i < 2; i++) {
		ck_assert_int_eq(kill(children[i], SIGKILL), 0);
		ck_assert_int_eq(waitpid(children[i], NULL, 0), children[i]);
	}
	ck_assert_uint_gt(built, 0);
	ck_assert_uint_gt(refused_so_far, 0);
	trial_canary_lives();
}
END_TEST

UNIT_TESTS("rootfs", the_usual_mounts_make_a_container, a_terminal_lies_over_the_console,
	the_devices_are_there_unasked, binds_are_what_their_options_say,
	a_remount_changes_what_is_there, a_label_is_refused_where_no_kernel_module_knows_it,
	later_mounts_lie_on_earlier_ones, an_image_leads_no_mount_elsewhere,
	what_no_container_may_ask_for_is_refused, masks_hide_and_locks_hold,
	a_dev_that_is_given_is_taken_as_it_is, a_tmpfs_may_start_as_a_copy_of_the_image,
	a_copy_has_an_end_and_waits_for_nobody, a_thousand_mounts_are_one_container,
	a_racing_rename_leads_no_mount_elsewhere)
