/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/cgroup_delegate.h"

#include "sys/cgroup_file.h"
#include "sys/cgroup_walk.h"
#include "sys/fail.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static const char control[] = "cgroup.subtree_control";

/* Controllers a folder of version 2 must be handed; the others are part of every folder. */
static const uint32_t handed = CGROUP_BIT(CGROUP_CPU) | CGROUP_BIT(CGROUP_CPUSET) |
			       CGROUP_BIT(CGROUP_MEMORY) | CGROUP_BIT(CGROUP_PIDS) |
			       CGROUP_BIT(CGROUP_IO) | CGROUP_BIT(CGROUP_HUGETLB) |
			       CGROUP_BIT(CGROUP_RDMA) | CGROUP_BIT(CGROUP_MISC);

/* Those of them that are enabled whether they are needed or not, for their figures. The others
 * cost: the first cpuset makes the kernel patch its page allocator, and that slower. */
static const uint32_t customary = CGROUP_BIT(CGROUP_CPU) | CGROUP_BIT(CGROUP_MEMORY) |
				  CGROUP_BIT(CGROUP_PIDS) | CGROUP_BIT(CGROUP_IO);

static uint32_t enabled_in(int folder)
{
	char text[256];
	ssize_t length = cgroup_file_read(folder, control, text, sizeof(text));
	if (length < 0)
		return 0;
	uint32_t bits = 0;
	struct str rest = str_trim((struct str){text, (size_t)length}), part;
	while (str_next_part(&rest, ' ', &part))
		for (unsigned i = 0; i < CGROUP_CONTROLLERS; i++)
			if (handed & CGROUP_BIT(i) &&
				str_equal(part, str_from(cgroup_controller_name(i, true))))
				bits |= CGROUP_BIT(i);
	return bits;
}

static int enable(int folder, uint32_t bits)
{
	char text[256];
	struct buf buf;
	buf_init_fixed(&buf, text, sizeof(text));
	for (unsigned i = 0; i < CGROUP_CONTROLLERS; i++)
		if (bits & CGROUP_BIT(i))
			buf_printf(&buf, "%s+%s", buf.len > 0 ? " " : "",
				cgroup_controller_name(i, true));
	return cgroup_file_write(folder, control, buf_str(&buf));
}

static int explain(struct error *err, int cause, const struct cgroup_hierarchy *hierarchy,
	const char *parent, const char *name)
{
	const char *rule = "";
	if (cause == EBUSY)
		rule = " because it has processes of its own (version 2 keeps processes in the "
		       "leaves)";
	else if (cause == EOPNOTSUPP)
		rule = " because it is a threaded cgroup";
	else if (cause == ENOENT)
		rule = " because it was not handed the controller itself";
	fail_system(err, cause, "the cgroup %s/%s cannot hand down the controller '%s'%s",
		hierarchy->mount, parent, name, rule);
	if (cause == EBUSY)
		error_set_remedy(err, "move those processes into a cgroup below it, or name "
				      "another cgroupsPath");
	else
		error_set_remedy(err,
			"name a cgroupsPath below a cgroup that was delegated with "
			"'%s', or drop the setting",
			name);
	return -1;
}

/* With processes in the parent nothing is enabled at all: a controller that allows threads would
 * make it the head of a threaded group, and the folders below it unfit for processes. */
static int enable_each(int folder, const struct cgroup_hierarchy *hierarchy, const char *parent,
	uint32_t missing, uint32_t needed, struct error *err)
{
	int failed = enable(folder, missing);
	bool at_all = failed != EBUSY;
	for (unsigned i = 0; failed != 0 && i < CGROUP_CONTROLLERS; i++) {
		if (!(missing & CGROUP_BIT(i)))
			continue;
		int each = at_all ? enable(folder, CGROUP_BIT(i)) : failed;
		if (each != 0 && needed & CGROUP_BIT(i))
			return explain(
				err, each, hierarchy, parent, cgroup_controller_name(i, true));
	}
	return 0;
}

static int enable_in(const struct cgroup_hierarchy *hierarchy, const char *parent, uint32_t needed,
	struct error *err)
{
	int folder =
		parent[0] ? cgroup_walk_open(hierarchy->mount_fd, parent) : hierarchy->mount_fd;
	if (folder < 0)
		return fail_system(
			err, errno, "cannot open the cgroup %s/%s", hierarchy->mount, parent);
	uint32_t wanted = hierarchy->controllers & handed & (customary | needed);
	uint32_t missing = wanted & ~enabled_in(folder);
	int result =
		missing == 0 ? 0 : enable_each(folder, hierarchy, parent, missing, needed, err);
	if (folder != hierarchy->mount_fd)
		close(folder);
	return result;
}

int cgroup_delegate(const struct cgroup_hierarchy *hierarchy, const char *path, uint32_t needed,
	struct error *err)
{
	if (!(hierarchy->controllers & handed))
		return 0;
	char parent[CGROUP_PATH_BYTES] = "";
	if (enable_in(hierarchy, parent, needed, err) < 0)
		return -1;
	for (size_t i = 0; path[i]; i++) {
		if (path[i] == '/' && enable_in(hierarchy, parent, needed, err) < 0)
			return -1;
		parent[i] = path[i];
	}
	return 0;
}

static int inherit_file(int above, int folder, const char *file)
{
	char text[1024];
	ssize_t length = cgroup_file_read(folder, file, text, sizeof(text));
	if (length < 0 || str_trim((struct str){text, (size_t)length}).len > 0)
		return length < 0 ? (int)-length : 0;
	length = cgroup_file_read(above, file, text, sizeof(text));
	return length < 0 ? (int)-length
			  : cgroup_file_write(folder, file, (struct str){text, (size_t)length});
}

static int inherit_both(int above, int folder)
{
	int failed = inherit_file(above, folder, "cpuset.cpus");
	return failed != 0 ? failed : inherit_file(above, folder, "cpuset.mems");
}

int cgroup_inherit_cpuset(
	const struct cgroup_hierarchy *hierarchy, const char *path, struct error *err)
{
	int above = hierarchy->mount_fd, failed = 0;
	char part[CGROUP_PATH_BYTES] = "";
	for (size_t i = 0; failed == 0; i++) {
		if (path[i] == '/' || path[i] == '\0') {
			int folder = cgroup_walk_open(hierarchy->mount_fd, part);
			failed = folder < 0 ? errno : inherit_both(above, folder);
			if (above != hierarchy->mount_fd)
				close(above);
			above = folder;
		}
		if (path[i] == '\0')
			break;
		part[i] = path[i];
	}
	if (above >= 0 && above != hierarchy->mount_fd)
		close(above);
	if (failed == 0)
		return 0;
	return fail_system(err, failed, "cannot give the cgroup %s/%s its processors (cpuset)",
		hierarchy->mount, path);
}
