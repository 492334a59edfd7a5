/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/cgroup.h"

#include "base/number.h"
#include "sys/cgroup_file.h"
#include "sys/cgroup_mounts.h"
#include "sys/fail.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static const struct {
	struct str version1, version2; /* version2: empty when it has no such controller */
} names[CGROUP_CONTROLLERS] = {
	[CGROUP_CPU] = {STR_INIT("cpu"), STR_INIT("cpu")},
	[CGROUP_CPUACCT] = {STR_INIT("cpuacct"), STR_INIT("")},
	[CGROUP_CPUSET] = {STR_INIT("cpuset"), STR_INIT("cpuset")},
	[CGROUP_MEMORY] = {STR_INIT("memory"), STR_INIT("memory")},
	[CGROUP_PIDS] = {STR_INIT("pids"), STR_INIT("pids")},
	[CGROUP_IO] = {STR_INIT("blkio"), STR_INIT("io")},
	[CGROUP_DEVICES] = {STR_INIT("devices"), STR_INIT("")},
	[CGROUP_FREEZER] = {STR_INIT("freezer"), STR_INIT("")},
	[CGROUP_HUGETLB] = {STR_INIT("hugetlb"), STR_INIT("hugetlb")},
	[CGROUP_NET_CLS] = {STR_INIT("net_cls"), STR_INIT("")},
	[CGROUP_NET_PRIO] = {STR_INIT("net_prio"), STR_INIT("")},
	[CGROUP_PERF_EVENT] = {STR_INIT("perf_event"), STR_INIT("")},
	[CGROUP_RDMA] = {STR_INIT("rdma"), STR_INIT("rdma")},
	[CGROUP_MISC] = {STR_INIT("misc"), STR_INIT("misc")},
};

/* What version 2 does in every folder, without a controller. */
enum {
	ALWAYS_UNIFIED = CGROUP_BIT(CGROUP_CPUACCT) | CGROUP_BIT(CGROUP_DEVICES) |
			 CGROUP_BIT(CGROUP_FREEZER) | CGROUP_BIT(CGROUP_PERF_EVENT),
};

const char *cgroup_controller_name(enum cgroup_controller controller, bool unified)
{
	const struct str *second = &names[controller].version2;
	return unified && second->len > 0 ? second->data : names[controller].version1.data;
}

static uint32_t controllers_of(struct str list, char separator, bool unified)
{
	uint32_t bits = 0;
	struct str part;
	while (str_next_part(&list, separator, &part))
		for (unsigned i = 0; i < CGROUP_CONTROLLERS; i++) {
			struct str name = unified ? names[i].version2 : names[i].version1;
			if (name.len > 0 && str_equal(name, part))
				bits |= CGROUP_BIT(i);
		}
	return bits;
}

/* A folder counts only when it is a mounted hierarchy of the kernel: what engines leave in the
 * tmpfs for controllers that are not mounted bears the same names. */
static bool try_mount(struct cgroup_hierarchy *item, const char *folder, struct str name)
{
	int length = snprintf(item->mount, sizeof(item->mount), "%s%s%.*s", folder,
		name.len > 0 ? "/" : "", STR_ARGS(name));
	if (length < 0 || (size_t)length >= sizeof(item->mount))
		return false;
	int fd = open(item->mount, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	struct statfs fs;
	long wanted = item->unified ? CGROUP2_SUPER_MAGIC : CGROUP_SUPER_MAGIC;
	if (fstatfs(fd, &fs) < 0 || (long)fs.f_type != wanted) {
		close(fd);
		return false;
	}
	item->mount_fd = fd;
	return true;
}

/* The places of convention: the whole list ("cpu,cpuacct"), then each name of it. */
static bool find_version1(struct cgroup_hierarchy *item, const char *folder, struct str list)
{
	struct str rest = list, part;
	if (str_starts_with(list, STR("name=")))
		return try_mount(item, folder, str_slice(list, 5, list.len));
	if (try_mount(item, folder, list))
		return true;
	while (str_next_part(&rest, ',', &part))
		if (try_mount(item, folder, part))
			return true;
	return false;
}

static bool find_unified(struct cgroup_hierarchy *item, const char *folder)
{
	if (!try_mount(item, folder, STR("")) && !try_mount(item, folder, STR("unified")))
		return false;
	char text[256];
	ssize_t length = cgroup_file_read(item->mount_fd, "cgroup.controllers", text, sizeof(text));
	struct str list = {text, length > 0 ? (size_t)length : 0};
	item->controllers = controllers_of(str_trim(list), ' ', true);
	return true;
}

/* Bound a second time under another name, one hierarchy must not be written twice. */
static bool is_double(const struct cgroup_layout *layout, const struct cgroup_hierarchy *item)
{
	for (unsigned i = 0; i < layout->count; i++)
		if (layout->items[i].device == item->device)
			return true;
	return false;
}

static bool find_item(struct cgroup_hierarchy *item, const char *folder, struct str list)
{
	if (item->unified ? find_unified(item, folder) : find_version1(item, folder, list))
		return true;
	char elsewhere[CGROUP_MOUNT_BYTES];
	if (!cgroup_mounts_find(list, elsewhere))
		return false;
	if (item->unified)
		return find_unified(item, elsewhere);
	return try_mount(item, elsewhere, STR(""));
}

/* "4:memory:/path" of version 1, "1:name=systemd:/path", "0::/path" of version 2. */
static int add_line(
	struct cgroup_layout *layout, const char *folder, struct str line, struct error *err)
{
	struct str number, list;
	if (!str_next_part(&line, ':', &number) || !str_next_part(&line, ':', &list))
		return 0;
	if (layout->count == CGROUP_HIERARCHIES)
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
			"this machine has more than %d cgroup hierarchies", CGROUP_HIERARCHIES);
	struct cgroup_hierarchy *item = &layout->items[layout->count];
	*item = (struct cgroup_hierarchy){.mount_fd = -1, .unified = list.len == 0};
	if (!item->unified)
		item->controllers = controllers_of(list, ',', false);
	if (!find_item(item, folder, list))
		return 0;
	struct stat info;
	if (fstat(item->mount_fd, &info) < 0) {
		int cause = errno;
		close(item->mount_fd);
		return fail_system(err, cause, "cannot examine %s", item->mount);
	}
	item->device = info.st_dev;
	if (is_double(layout, item))
		close(item->mount_fd);
	else
		layout->count++;
	return 0;
}

static void share_out(struct cgroup_layout *layout)
{
	uint32_t taken = 0;
	int unified = cgroup_layout_unified(layout);
	for (unsigned i = 0; i < layout->count; i++)
		if (!layout->items[i].unified)
			taken |= layout->items[i].controllers;
	if (unified >= 0)
		layout->items[unified].controllers =
			(layout->items[unified].controllers | ALWAYS_UNIFIED) & ~taken;
}

int cgroup_layout_open(struct cgroup_layout *ret_layout, const char *folder, struct error *err)
{
	*ret_layout = (struct cgroup_layout){0};
	char text[8192];
	ssize_t length = cgroup_file_read(AT_FDCWD, "/proc/self/cgroup", text, sizeof(text));
	if (length < 0)
		return fail_system(err, (int)-length, "cannot read /proc/self/cgroup");
	struct str rest = {text, (size_t)length}, line;
	while (str_next_part(&rest, '\n', &line))
		if (add_line(ret_layout, folder, line, err) < 0)
			return -1;
	if (ret_layout->count == 0) {
		ERROR_SET(err, ERROR_SYSTEM, NO_ORIGIN,
			"no cgroup hierarchy is mounted at %s or elsewhere", folder);
		error_set_remedy(err, "mount -t cgroup2 none %s", folder);
		return -1;
	}
	share_out(ret_layout);
	return 0;
}

void cgroup_layout_close(struct cgroup_layout *layout)
{
	for (unsigned i = 0; i < layout->count; i++)
		close(layout->items[i].mount_fd);
	layout->count = 0;
}

int cgroup_layout_find(const struct cgroup_layout *layout, enum cgroup_controller controller)
{
	for (unsigned i = 0; i < layout->count; i++)
		if (layout->items[i].controllers & CGROUP_BIT(controller))
			return (int)i;
	return -1;
}

int cgroup_layout_unified(const struct cgroup_layout *layout)
{
	for (unsigned i = 0; i < layout->count; i++)
		if (layout->items[i].unified)
			return (int)i;
	return -1;
}
