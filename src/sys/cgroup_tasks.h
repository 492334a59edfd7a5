/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "sys/cgroup.h"

/* The processes of a cgroup and of those below it. */

enum { CGROUP_DEPTH = 64 }; /* of cgroups within a cgroup that are looked into */

/** The version 2 folder for clone3(CLONE_INTO_CGROUP), or -1; borrowed. When a process, given as
 * pid, has moved below the group's own folder, that one's is opened in its place (pid 0: never),
 * for a folder with children takes no processes of its own. */
int cgroup_tasks_target(struct cgroup *group, pid_t pid, struct error *err);

/* Open `tasks` files of the version 1 hierarchies. */
struct cgroup_door {
	int tasks[CGROUP_HIERARCHIES];
	unsigned count;
};

/** Open the door, in the process that made the group; close it, also after -1. */
int cgroup_door_open(struct cgroup_door *ret_door, const struct cgroup *group, struct error *err);
void cgroup_door_close(struct cgroup_door *door);

/** Go through it, in the child: the calling thread joins every version 1 hierarchy. */
int cgroup_door_enter(const struct cgroup_door *door, struct error *err);

/** Call visit for every process; it may come twice when processes fork. Stops at a result other
 * than 0 and returns it; -1 with err when a folder cannot be read. */
int cgroup_tasks_each(const struct cgroup *group, int (*visit)(void *context, pid_t pid),
	void *context, struct error *err);

/** The same, also for those on their way in or out that only one version knows: twice for most. */
int cgroup_tasks_each_everywhere(const struct cgroup *group, int (*visit)(void *context, pid_t pid),
	void *context, struct error *err);

/** Whether no process is left. */
int cgroup_tasks_empty(const struct cgroup *group, bool *ret_empty, struct error *err);

/** Stop every process, and wait until all stand still (at most CGROUP_FREEZE_MS; thawed again when
 * they do not); let them run again, in every hierarchy that can freeze. */
int cgroup_freeze(const struct cgroup *group, struct error *err);
int cgroup_thaw(const struct cgroup *group, struct error *err);
enum { CGROUP_FREEZE_MS = 5000 };

/** Whether it is frozen in any hierarchy; false when that cannot be known. */
bool cgroup_frozen(const struct cgroup *group);

/** Send a signal to every process, such that none escapes by forking; SIGKILL also to frozen ones,
 * which it thaws; a frozen group stays so after other signals. No process is no error. */
int cgroup_kill(const struct cgroup *group, int signal, struct error *err);
