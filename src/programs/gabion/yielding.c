/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/yielding.h"

#include "data/map.h"
#include "layers/context/shaping.h"
#include "sys/cgroup.h"
#include "sys/cgroup_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PERIOD_S = 5, PRESSURE_BYTES = 512 };

/* avg10 of "some" for processors, in hundredths of a percent; 0 where the kernel counts none. */
static unsigned pressure(void)
{
	char text[PRESSURE_BYTES];
	unsigned avg10 = 0;
	int folder = open("/proc/pressure", O_PATH | O_DIRECTORY | O_CLOEXEC);
	ssize_t len = folder < 0 ? -1 : cgroup_file_read(folder, "cpu", text, sizeof(text));
	if (folder >= 0)
		close(folder);
	if (len <= 0 || !resources_pressure((struct str){text, (size_t)len}, STR("some"), &avg10))
		return 0;
	return avg10;
}

static void put_quota(const struct yielding *yielding, const struct cgroup *group)
{
	int index = cgroup_layout_find(group->layout, CGROUP_CPU);
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	int64_t quota = resources_quota_us(&yielding->context->resources, &yielding->throttle,
		processors > 0 ? (unsigned)processors : 1);
	char memory[48];
	struct buf text;
	if (index < 0 || group->folders[index] < 0)
		return;
	bool unified = group->layout->items[index].unified;
	buf_init_fixed(&text, memory, sizeof(memory));
	if (unified && quota < 0)
		buf_printf(&text, "max %d", RESOURCES_PERIOD_US);
	else if (unified)
		buf_printf(&text, "%lld %d", (long long)quota, RESOURCES_PERIOD_US);
	else
		buf_printf(&text, "%lld", (long long)quota);
	/* A burst above the new quota would make the kernel refuse it. */
	(void)cgroup_file_write(
		group->folders[index], unified ? "cpu.max.burst" : "cpu.cfs_burst_us", STR("0"));
	(void)cgroup_file_write(
		group->folders[index], unified ? "cpu.max" : "cpu.cfs_quota_us", buf_str(&text));
}

/* A workload that has just ended has no cgroup any more, and nothing to say. */
static void look(void *state)
{
	struct yielding *yielding = state;
	struct cgroup_layout layout;
	struct cgroup group;
	struct error ignored = {0};
	struct resources_throttle before = yielding->throttle;
	yielding->throttle =
		resources_throttle_next(before, yielding->context->resources.class, pressure());
	if (yielding->throttle.percent == before.percent)
		return;
	if (cgroup_layout_open(&layout, "/sys/fs/cgroup", &ignored) == 0) {
		if (cgroup_open(&group, &layout, yielding->cgroup, &ignored) == 0)
			put_quota(yielding, &group);
		cgroup_close(&group);
	}
	cgroup_layout_close(&layout);
}

const struct child_watch *yielding_begin(struct yielding *ret_yielding,
	struct child_watch *ret_watch, const struct context *context, const char *cgroup)
{
	*ret_yielding = (struct yielding){
		.context = context, .cgroup = cgroup, .throttle = RESOURCES_UNTHROTTLED};
	*ret_watch = (struct child_watch){PERIOD_S, look, ret_yielding};
	bool yields = context->yields && geteuid() == 0;
	return yields ? ret_watch : NULL;
}

static bool weighs_io(const struct cgroup_layout *layout)
{
	static const char *const files[] = {"io.cost.qos", "blkio.bfq.weight", "blkio.weight"};
	int index = cgroup_layout_find(layout, CGROUP_IO);
	for (size_t i = 0; index >= 0 && i < sizeof(files) / sizeof(files[0]); i++)
		if (faccessat(layout->items[index].mount_fd, files[i], F_OK, 0) == 0)
			return true;
	return false;
}

int yielding_shape(
	struct arena *arena, const struct context *context, struct value *config, struct error *err)
{
	struct resources_request request = context->resources;
	struct cgroup_layout layout;
	struct error ignored = {0};
	if (cgroup_layout_open(&layout, "/sys/fs/cgroup", &ignored) == 0) {
		int memory = cgroup_layout_find(&layout, CGROUP_MEMORY);
		request.unified = memory >= 0 && layout.items[memory].unified;
		request.io_weights = !context->weighs_io && weighs_io(&layout);
	}
	cgroup_layout_close(&layout);
	return shaping_put(arena, &request, config, err);
}
