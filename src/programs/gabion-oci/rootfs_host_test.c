/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/rootfs_trial.h"

#include "private.h"
#include "unit.h"

#include <grp.h>
#include <sys/prctl.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>

/* What only root of the host can do; where someone else runs the tests, these see nothing. */

#define SYSTEM_MOUNTS \
	USUAL_MOUNTS \
	",{\"destination\": \"/sys\", \"type\": \"sysfs\", \"source\": \"sysfs\"," \
	" \"options\": [\"nosuid\", \"noexec\", \"nodev\", \"ro\"]}," \
	"{\"destination\": \"/sys/fs/cgroup\", \"type\": \"cgroup\", \"source\": \"cgroup\"," \
	" \"options\": [\"nosuid\", \"noexec\", \"nodev\", \"relatime\", \"ro\"]}"

#define USERS(mapping) \
	"{\"type\": \"user\"}], \"uidMappings\": [" mapping "], \"gidMappings\": [" mapping "]"
#define RANGE "{\"containerID\": 0, \"hostID\": 100000, \"size\": 65536}"

static bool is_filesystem(const char *path, unsigned long magic)
{
	struct statfs status;
	return statfs(path, &status) == 0 && (unsigned long)status.f_type == magic;
}

static unsigned count_mounts(void)
{
	char text[4096];
	unsigned lines = 0;
	int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	EXPECT(fd >= 0);
	for (ssize_t length; (length = read(fd, text, sizeof(text))) > 0;)
		for (ssize_t i = 0; i < length; i++)
			lines += text[i] == '\n';
	(void)close(fd);
	return lines;
}

static void look_at_system(void)
{
	struct statvfs status;
	EXPECT(trial_is_device("/dev/null", 1, 3) && trial_is_device("/dev/tty", 5, 0));
	EXPECT(open("/dev/null", O_RDWR | O_CLOEXEC) >= 0);
	EXPECT(is_filesystem("/proc", 0x9fa0) && is_filesystem("/sys", 0x62656572));
	EXPECT(statvfs("/sys", &status) == 0 && (status.f_flag & ST_RDONLY));
	EXPECT(access("/proc/1/status", F_OK) == 0 && access("/proc/2/status", F_OK) < 0);
	EXPECT(access("/tmp", F_OK) < 0);
	EXPECT(mkdir("/sys/fs/cgroup/new", 0755) < 0);
	EXPECT(mkdir("/dev/new", 0755) == 0 && mkdir("/dev/shm/new", 0755) == 0);
}

static void look_at_root_of_host(void)
{
	look_at_system();
	/* "/", proc, dev, pts, shm, mqueue, sys, and what the host has of cgroups. */
	EXPECT(count_mounts() >= 8 && mkdir("/new", 0755) == 0);
	struct stat status;
	EXPECT(stat("/dev/net/tun", &status) == 0 && S_ISCHR(status.st_mode));
	EXPECT((status.st_mode & 07777) == 0640 && status.st_uid == 7 && status.st_gid == 8);
	EXPECT(trial_is_device("/opt/deep/zero", 1, 5) && trial_is_device("/dev/zero", 1, 7));
	EXPECT(access("/dev/.gabion-1", F_OK) < 0);
}

START_TEST(root_of_the_host_gets_devices_of_its_own)
{
	if (!trial_bundle_of_host())
		return;
	trial_builds(HEAD
		"\"mounts\": [" SYSTEM_MOUNTS "], \"linux\": {" NAMESPACES /* clang-format off */
		", \"devices\": [{\"path\": \"/dev/net/tun\", \"type\": \"c\", \"major\": 10, "
		"\"minor\": 200, \"fileMode\": 416, \"uid\": 7, \"gid\": 8}, "
		"{\"path\": \"/opt/deep/zero\", \"type\": \"c\", \"major\": 1, \"minor\": 5}, "
		"{\"path\": \"/dev/zero\", \"type\": \"c\", \"major\": 1, \"minor\": 7}]}}",
		look_at_root_of_host); /* clang-format on */
	ck_assert_int_eq(access("rootfs/new", F_OK), 0);
	ck_assert_int_eq(access("rootfs/dev/null", F_OK), -1);
	trial_canary_lives();
}
END_TEST

static void look_at_cgroups(void)
{
	struct statvfs status;
	EXPECT(statvfs("/sys/fs/cgroup", &status) == 0 && (status.f_flag & ST_RDONLY));
	bool pure = is_filesystem("/sys/fs/cgroup", 0x63677270);
	const char *folder = pure ? "/sys/fs/cgroup" : "/sys/fs/cgroup/pids";
	EXPECT(pure || is_filesystem(folder, 0x27e0eb));
	EXPECT(statvfs(folder, &status) == 0);
	EXPECT((status.f_flag & (ST_RDONLY | ST_NOSUID)) == (ST_RDONLY | ST_NOSUID));
	/* Its own folder, which has a limit; the root of the hierarchy has none. */
	EXPECT(chdir(folder) == 0 && access("pids.max", F_OK) == 0);
}

START_TEST(a_container_sees_its_own_cgroups_alone)
{
	struct cgroup_layout layout;
	struct cgroup cgroup;
	struct error err = {0};
	char path[64];
	if (!trial_bundle_of_host() || cgroup_layout_open(&layout, "/sys/fs/cgroup", &err) < 0)
		return;
	(void)snprintf(path, sizeof(path), "gabion-rootfs-test-%d", getpid());
	ck_assert_msg(cgroup_make(&cgroup, &layout, path, 0, &err) == 0, "%s", err.message);
	trial_builds_with(&cgroup,
		HEAD "\"mounts\": [" SYSTEM_MOUNTS "], \"linux\": {" NAMESPACES "}}",
		look_at_cgroups);
	ck_assert_msg(cgroup_remove(&cgroup, &err) == 0, "%s", err.message);
	cgroup_close(&cgroup);
	cgroup_layout_close(&layout);
	trial_canary_lives();
}
END_TEST

/* A tmpfs, on which the tests stand, has mapped mounts since Linux 6.3. */
static bool memory_has_maps(void)
{
	static const char *const without[] = {"5.", "6.0.", "6.1.", "6.2."};
	struct utsname name;
	ck_assert_int_eq(uname(&name), 0);
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++)
		if (strncmp(name.release, without[i], strlen(without[i])) == 0)
			return false;
	return true;
}

static void look_as_mapped(void)
{
	struct stat status;
	look_at_system();
	EXPECT(stat("/dev", &status) == 0 && status.st_uid == 0);
	EXPECT(stat("/dev/null", &status) == 0 && status.st_uid == 0);
	EXPECT(stat("/", &status) == 0 && status.st_uid == 0);
	EXPECT(stat("/file", &status) == 0 && status.st_uid == 5);
	EXPECT(mkdir("/new", 0755) == 0);
}

START_TEST(users_of_a_container_own_what_its_image_has)
{
	struct stat status;
	if (!trial_bundle_of_host() || !memory_has_maps())
		return;
	private_write("rootfs/file", "");
	ck_assert_int_eq(chown("rootfs/file", 5, 5), 0);
	trial_builds(HEAD "\"annotations\": {\"" ROOTFS_MAP_ANNOTATION
			  "\": \"true\"}, " /* clang-format off */
		"\"mounts\": [" SYSTEM_MOUNTS "], \"linux\": {\"namespaces\": [" SEPARATE
		", {\"type\": \"network\"}, " USERS(RANGE) "}}", look_as_mapped); /* clang-format on */
	ck_assert_int_eq(stat("rootfs/new", &status), 0);
	ck_assert_uint_eq(status.st_uid, 0);
	trial_canary_lives();
}
END_TEST

static void look_without_network(void)
{
	struct statvfs status;
	EXPECT(is_filesystem("/sys", 0x62656572) && access("/sys/kernel", F_OK) == 0);
	EXPECT(statvfs("/sys", &status) == 0 && (status.f_flag & ST_RDONLY));
	EXPECT(statvfs("/sys/fs/cgroup", &status) == 0 && (status.f_flag & ST_RDONLY));
}

START_TEST(users_without_a_network_of_their_own_see_the_hosts_sysfs)
{
	if (!trial_bundle_of_host())
		return;
	ck_assert_int_eq(chown("rootfs", 100000, 100000), 0);
	trial_builds(HEAD "\"mounts\": [" SYSTEM_MOUNTS "], \"linux\": {\"namespaces\": [" SEPARATE
			  ", " USERS(RANGE) "}}",
		look_without_network);
	trial_canary_lives();
}
END_TEST

static void look_at_maps(void)
{
	struct stat status;
	EXPECT(stat("/own/file", &status) == 0 && status.st_uid == 1000 && status.st_gid == 1000);
	EXPECT(stat("/again/file", &status) == 0 && status.st_uid == 1000);
	EXPECT(stat("/other/file", &status) == 0 && status.st_uid == 2000);
	EXPECT(stat("/plain/file", &status) == 0 && status.st_uid == 0);
}

#define MAPPED(destination, id) \
	"{\"destination\": \"" destination "\", \"source\": \"/tmp/volume\", \"options\": " \
	"[\"bind\", \"idmap\"], \"uidMappings\": [{\"containerID\": 0, \"hostID\": " id \
	", \"size\": 1}], \"gidMappings\": [{\"containerID\": 0, \"hostID\": " id \
	", \"size\": 1}]}"

START_TEST(ids_of_a_mount_are_mapped_as_it_says)
{
	if (!trial_bundle_of_host() || !memory_has_maps())
		return;
	ck_assert_int_eq(mkdir("/tmp/volume", 0755), 0);
	private_write("/tmp/volume/file", "");
	trial_builds(MOUNTS(MAPPED("/own", "1000") "," MAPPED("/again", "1000") "," MAPPED(
			     "/other", "2000") "," BIND("/plain", "/tmp/volume", "\"bind\"")),
		look_at_maps);
	trial_canary_lives();
}
END_TEST

static void look_at_overlay(void)
{
	EXPECT(trial_reads("/merged/file", "text") && trial_reads("/merged/other", "more"));
	EXPECT(mkdir("/merged/new", 0755) == 0);
}

#define OVERLAY(lower) \
	"{\"destination\": \"/merged\", \"type\": \"overlay\", \"source\": \"overlay\", " \
	"\"options\": " \
	"[\"lowerdir=" lower "\", \"upperdir=/tmp/upper\", \"workdir=/tmp/work\"]}"
#define LONG_NAME "/tmp/0123456789012345678901234567890123456789012345678901234567890123456789"

START_TEST(layers_of_the_host_are_merged)
{
	if (!trial_bundle_of_host())
		return;
	ck_assert_int_eq(mkdir("/tmp/one", 0755) | mkdir("/tmp/two", 0755), 0);
	ck_assert_int_eq(mkdir("/tmp/upper", 0755) | mkdir("/tmp/work", 0755), 0);
	private_write("/tmp/one/file", "text");
	private_write("/tmp/two/other", "more");
	trial_builds(MOUNTS(OVERLAY("/tmp/one:/tmp/two")), look_at_overlay);
	ck_assert_int_eq(access("/tmp/upper/new", F_OK), 0);
	const struct error *err = trial_run(
		MOUNTS(OVERLAY(LONG_NAME ":" LONG_NAME ":" LONG_NAME ":" LONG_NAME)), NULL);
	ck_assert_int_eq(err->system_errno, E2BIG);
	ck_assert_str_eq(err->remedy, "give each option less than 256 bytes");
	trial_canary_lives();
}
END_TEST

static void mount_on_host(void)
{
	ck_assert_int_eq(mount("tmpfs", "/tmp/volume/late", "tmpfs", 0, NULL), 0);
	private_write("/tmp/volume/late/file", "");
}

static void look_at_late(void)
{
	EXPECT(access("/slave/late/file", F_OK) == 0 && access("/shared/late/file", F_OK) == 0);
	EXPECT(access("/private/late/file", F_OK) < 0 && access("/plain/late/file", F_OK) < 0);
	EXPECT(access("/late", F_OK) == 0 && access("/late/file", F_OK) < 0);
	EXPECT(mount("tmpfs", "/shared/back", "tmpfs", 0, NULL) == 0);
	EXPECT(mkdir("/shared/back/seen", 0755) == 0);
	EXPECT(mount("tmpfs", "/slave/kept", "tmpfs", 0, NULL) == 0);
	EXPECT(mkdir("/slave/kept/unseen", 0755) == 0);
}

START_TEST(mounts_propagate_as_far_as_they_are_told)
{
	if (!trial_bundle_of_host())
		return;
	ck_assert_int_eq(mkdir("/tmp/volume", 0755) | mkdir("rootfs/late", 0755), 0);
	ck_assert_int_eq(mount("tmpfs", "/tmp/volume", "tmpfs", 0, NULL), 0);
	ck_assert_int_eq(mount(NULL, "/tmp/volume", NULL, MS_SHARED, NULL), 0);
	ck_assert_int_eq(mkdir("/tmp/volume/late", 0755) | mkdir("/tmp/volume/back", 0755), 0);
	ck_assert_int_eq(mkdir("/tmp/volume/kept", 0755), 0);
	trial_builds_while(
		MOUNTS(BIND("/slave", "/tmp/volume", "\"rbind\", \"rslave\"") "," BIND("/shared",
			"/tmp/volume", "\"bind\", \"shared\"") "," BIND("/private", "/tmp/volume",
			"\"rbind\", \"rprivate\"") "," BIND("/plain", "/tmp/volume", "\"bind\"")),
		look_at_late, mount_on_host);
	ck_assert_int_eq(access("/tmp/volume/back/seen", F_OK), 0);
	ck_assert_int_eq(access("/tmp/volume/kept/unseen", F_OK), -1);
	trial_canary_lives();
}
END_TEST

static void mount_below_root(void)
{
	ck_assert_int_eq(mount("tmpfs", "rootfs/late", "tmpfs", 0, NULL), 0);
	private_write("rootfs/late/file", "");
}

static void look_at_following(void)
{
	EXPECT(access("/late/file", F_OK) == 0);
	EXPECT(mount("tmpfs", "/kept", "tmpfs", 0, NULL) == 0 && mkdir("/kept/unseen", 0755) == 0);
}

START_TEST(a_root_may_follow_the_host_but_never_lead_it)
{
	static const char *const propagations[] = {"rslave", "slave", "rshared", "shared"};
	if (!trial_bundle_of_host())
		return;
	for (size_t i = 0; i < sizeof(propagations) / sizeof(propagations[0]); i++) {
		char config[4096];
		ck_assert_int_eq(mount("tmpfs", "rootfs", "tmpfs", 0, NULL), 0);
		ck_assert_int_eq(mount(NULL, "rootfs", NULL, MS_SHARED, NULL), 0);
		ck_assert_int_eq(mkdir("rootfs/late", 0755) | mkdir("rootfs/kept", 0755), 0);
		(void)snprintf(config, sizeof(config),
			"%s\"mounts\": [%s], \"linux\": {%s, \"rootfsPropagation\": \"%s\"}}", HEAD,
			USUAL_MOUNTS, NAMESPACES, propagations[i]);
		trial_builds_while(config, look_at_following, mount_below_root);
		ck_assert_int_eq(access("rootfs/kept/unseen", F_OK), -1);
		ck_assert_int_eq(access("rootfs/proc/self", F_OK), -1);
		ck_assert_int_eq(umount2("rootfs", MNT_DETACH), 0);
	}
	trial_canary_lives();
}
END_TEST

/* From here on this process belongs to nobody, who may search what it needs. */
static void become_nobody(void)
{
	ck_assert_int_eq(chown("rootfs", 65534, 65534), 0);
	ck_assert_int_eq(setgroups(0, NULL) | setresgid(65534, 65534, 65534), 0);
	ck_assert_int_eq(setresuid(65534, 65534, 65534), 0);
	ck_assert_int_eq(prctl(PR_SET_DUMPABLE, 1), 0);
}

static void look_at_rootless(void)
{
	struct statvfs status;
	EXPECT(trial_is_device("/dev/null", 1, 3) && open("/dev/null", O_RDWR | O_CLOEXEC) >= 0);
	EXPECT(is_filesystem("/proc", 0x9fa0) && access("/proc/1/status", F_OK) == 0);
	EXPECT(statvfs("/volume", &status) == 0 && (status.f_flag & ST_NOSUID));
	EXPECT(trial_reads("/volume/file", "text") && mkdir("/volume/new", 0755) < 0);
	EXPECT(mkdir("/new", 0755) == 0 && access("/tmp", F_OK) < 0);
}

START_TEST(anyone_may_build_a_container_of_his_own_files)
{
	if (!trial_bundle_of_host())
		return;
	ck_assert_int_eq(mkdir("/tmp/volume", 0755), 0);
	ck_assert_int_eq(mount("tmpfs", "/tmp/volume", "tmpfs", MS_NOSUID | MS_NODEV, NULL), 0);
	private_write("/tmp/volume/file", "text");
	ck_assert_int_eq(mount(NULL, "/tmp/volume", NULL,
				 MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL),
		0);
	become_nobody();
	trial_builds(HEAD "\"mounts\": [" SYSTEM_MOUNTS "," /* clang-format off */
		BIND("/volume", "/tmp/volume", "\"bind\", \"suid\", \"rw\"")
		"], \"linux\": {\"namespaces\": [" SEPARATE ", "
		USERS("{\"containerID\": 0, \"hostID\": 65534, \"size\": 1}") "}}",
		look_at_rootless); /* clang-format on */
}
END_TEST

#define OWN_CGROUP "/sys/fs/cgroup/gabion-tree-test"

static void look_at_own_cgroup(void)
{
	EXPECT(is_filesystem("/sys/fs/cgroup", 0x63677270));
	EXPECT(access("/sys/fs/cgroup/cgroup.procs", F_OK) == 0);
	EXPECT(access(OWN_CGROUP, F_OK) < 0 && errno == ENOENT);
	EXPECT(mkdir("/sys/fs/cgroup/new", 0755) < 0 && errno == EROFS);
}

START_TEST(anyones_cgroup_namespace_shows_its_own_part)
{
	if (!is_filesystem("/sys/fs/cgroup", 0x63677270) || !trial_bundle_of_host())
		return;
	ck_assert(mkdir(OWN_CGROUP, 0755) == 0 || errno == EEXIST);
	private_write(OWN_CGROUP "/cgroup.procs", "0");
	become_nobody();
	trial_builds(HEAD "\"mounts\": [" SYSTEM_MOUNTS
			  "], \"linux\": {\"namespaces\": [" SEPARATE /* clang-format off */
		", {\"type\": \"network\"}, {\"type\": \"cgroup\"}, "
		USERS("{\"containerID\": 0, \"hostID\": 65534, \"size\": 1}") "}}",
		look_at_own_cgroup); /* clang-format on */
}
END_TEST

UNIT_TESTS("rootfs of the host", root_of_the_host_gets_devices_of_its_own,
	a_container_sees_its_own_cgroups_alone, users_of_a_container_own_what_its_image_has,
	users_without_a_network_of_their_own_see_the_hosts_sysfs,
	ids_of_a_mount_are_mapped_as_it_says, layers_of_the_host_are_merged,
	mounts_propagate_as_far_as_they_are_told, a_root_may_follow_the_host_but_never_lead_it,
	anyone_may_build_a_container_of_his_own_files, anyones_cgroup_namespace_shows_its_own_part)
