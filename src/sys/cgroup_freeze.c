/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/cgroup_file.h"
#include "sys/cgroup_tasks.h"
#include "sys/cgroup_walk.h"
#include "sys/fail.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

/* The folder through which version 2, or version 1, freezes; -1 where it does not. */
static int freezer_of(const struct cgroup *group, bool unified)
{
	int index = unified ? cgroup_layout_unified(group->layout)
			    : cgroup_layout_find(group->layout, CGROUP_FREEZER);
	if (index < 0 || group->layout->items[index].unified != unified)
		return -1;
	int folder = group->folders[index];
	const char *file = unified ? "cgroup.freeze" : "freezer.state";
	return folder >= 0 && cgroup_file_exists(folder, file) ? folder : -1;
}

static bool is_frozen(int folder, bool unified)
{
	char text[256];
	uint64_t frozen;
	ssize_t length = cgroup_file_read(
		folder, unified ? "cgroup.events" : "freezer.state", text, sizeof(text));
	struct str state = {text, length > 0 ? (size_t)length : 0};
	if (unified)
		return cgroup_text_number(state, STR("frozen"), &frozen) && frozen == 1;
	return str_equal(str_trim(state), STR("FROZEN"));
}

static int set_state(int folder, bool unified, bool freeze)
{
	if (unified)
		return cgroup_file_write(folder, "cgroup.freeze", freeze ? STR("1") : STR("0"));
	return cgroup_file_write(folder, "freezer.state", freeze ? STR("FROZEN") : STR("THAWED"));
}

static int freeze_and_wait(int folder, bool unified, const char *path, struct error *err)
{
	struct cgroup_wait wait = {0};
	do {
		/* Version 1 has to be told again when a fork slipped through. */
		int failed = set_state(folder, unified, true);
		if (failed != 0)
			return fail_system(err, failed, "cannot freeze the cgroup '%s'", path);
		if (is_frozen(folder, unified))
			return 0;
	} while (cgroup_wait_more(&wait, CGROUP_FREEZE_MS));
	ERROR_SET(err, ERROR_SYSTEM, NO_ORIGIN,
		"the processes of the cgroup '%s' did not come to a stand within %d ms", path,
		CGROUP_FREEZE_MS);
	error_set_remedy(err, "one of them waits for a device or a network file system: try again");
	return -1;
}

int cgroup_freeze(const struct cgroup *group, struct error *err)
{
	bool unified = freezer_of(group, true) >= 0;
	int folder = freezer_of(group, unified);
	if (folder < 0) {
		ERROR_SET(err, ERROR_SYSTEM, NO_ORIGIN,
			"the cgroup '%s' has neither version 2's cgroup.freeze nor version 1's "
			"freezer",
			group->path);
		error_set_remedy(err, "mount the freezer controller, or use cgroup version 2");
		return -1;
	}
	if (freeze_and_wait(folder, unified, group->path, err) == 0)
		return 0;
	(void)set_state(folder, unified, false);
	return -1;
}

int cgroup_thaw(const struct cgroup *group, struct error *err)
{
	int result = 0;
	for (int unified = 0; unified <= 1; unified++) {
		int folder = freezer_of(group, unified);
		int failed = folder >= 0 ? set_state(folder, unified, false) : 0;
		if (failed != 0 && failed != ENODEV)
			result = fail_system(
				err, failed, "cannot thaw the cgroup '%s'", group->path);
	}
	return result;
}

bool cgroup_frozen(const struct cgroup *group)
{
	for (int unified = 0; unified <= 1; unified++) {
		int folder = freezer_of(group, unified);
		char text[64];
		ssize_t length = folder < 0 ? 0
					    : cgroup_file_read(folder,
						      unified ? "cgroup.freeze" : "freezer.state",
						      text, sizeof(text));
		/* "FREEZING" counts: it will not run on its own. */
		if (length > 0 && (text[0] == '1' || text[0] == 'F'))
			return true;
	}
	return false;
}

static int signal_one(void *context, pid_t pid)
{
	const int *signal = context;
	return kill(pid, *signal) < 0 && errno != ESRCH ? errno : 0;
}

/* A process that is being moved in is listed by one version alone: SIGKILL looks at both, other
 * signals must not come twice. */
static int kill_each(const struct cgroup *group, int signal, struct error *err)
{
	int failed = signal == SIGKILL
			     ? cgroup_tasks_each_everywhere(group, signal_one, &signal, err)
			     : cgroup_tasks_each(group, signal_one, &signal, err);
	if (failed > 0)
		return fail_system(err, failed,
			"cannot send signal %d to the processes of the cgroup '%s'", signal,
			group->path);
	return failed;
}

/* One write that even a fork bomb does not outrun, since Linux 5.14. */
static bool kill_at_once(const struct cgroup *group)
{
	int unified = cgroup_layout_unified(group->layout);
	return unified >= 0 && group->folders[unified] >= 0 &&
	       cgroup_file_write(group->folders[unified], "cgroup.kill", STR("1")) == 0;
}

/* Without a freezer a process may fork between two looks: look until all are gone. */
static int kill_repeatedly(const struct cgroup *group, int signal, struct error *err)
{
	struct cgroup_wait wait = {0};
	bool empty = false;
	do {
		if (kill_each(group, signal, err) < 0 || cgroup_tasks_empty(group, &empty, err) < 0)
			return -1;
	} while (signal == SIGKILL && !empty && cgroup_wait_more(&wait, CGROUP_FREEZE_MS));
	return 0;
}

int cgroup_kill(const struct cgroup *group, int signal, struct error *err)
{
	int result = 0;
	bool at_once = signal == SIGKILL && kill_at_once(group);
	struct error slow = {0};
	bool was_frozen = cgroup_frozen(group);
	if (at_once || cgroup_freeze(group, &slow) == 0)
		result = kill_each(group, signal, err);
	else
		result = kill_repeatedly(group, signal, err);
	/* A paused container keeps other signals for its resumption. */
	if (signal == SIGKILL || !was_frozen)
		if (cgroup_thaw(group, err) < 0)
			result = -1;
	return result;
}
