/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/oom.h"

#include "programs/gabion-oci/stats.h"
#include "sys/cgroup_file.h"
#include "sys/fail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

/* Version 1: an eventfd that cgroup.event_control ties to memory.oom_control. */
static int open_version1(struct oom_watch *watch, int folder)
{
	char text[32];
	watch->control = openat(folder, "memory.oom_control", O_RDONLY | O_CLOEXEC);
	watch->fd = watch->control < 0 ? -1 : eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (watch->fd < 0)
		return errno;
	int length = snprintf(text, sizeof(text), "%d %d", watch->fd, watch->control);
	return cgroup_file_write(
		folder, "cgroup.event_control", (struct str){text, (size_t)length});
}

/* Version 2: memory.events is modified. */
static int open_version2(struct oom_watch *watch, int folder)
{
	char path[64];
	watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d/memory.events", folder);
	if (watch->fd < 0 || inotify_add_watch(watch->fd, path, IN_MODIFY) < 0)
		return errno;
	return 0;
}

int oom_watch_open(struct oom_watch *ret_watch, const struct cgroup *group, struct error *err)
{
	*ret_watch = (struct oom_watch){.group = group, .fd = -1, .control = -1};
	int index = cgroup_layout_find(group->layout, CGROUP_MEMORY);
	if (index < 0 || group->folders[index] < 0)
		return 0;
	ret_watch->seen = stats_oom_kills(group);
	int failed = (group->layout->items[index].unified ? open_version2 : open_version1)(
		ret_watch, group->folders[index]);
	return failed == 0 ? 0 : fail_system(err, failed, "cannot watch the memory controller");
}

void oom_watch_close(struct oom_watch *watch)
{
	if (watch->fd >= 0)
		close(watch->fd);
	if (watch->control >= 0)
		close(watch->control);
	watch->fd = watch->control = -1;
}

uint64_t oom_watch_new(struct oom_watch *watch, bool readable)
{
	char events[512];
	if (readable && watch->fd >= 0)
		(void)!read(watch->fd, events, sizeof(events));
	uint64_t now = stats_oom_kills(watch->group), before = watch->seen;
	watch->seen = now > before ? now : before;
	return watch->seen - before;
}
