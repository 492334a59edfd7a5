/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "layers/context/spec.h"
#include "programs/gabion-oci/invocation.h"
#include "sys/cgroup.h"

#include <sys/types.h>
#include <time.h>

/*
 * What is remembered of a container: a folder below --root, named by its id, with one file that is
 * written once, and the socket `start` speaks to, which is there until it did. Whoever makes or
 * removes a container holds a lock on the folder.
 */
struct status {
	const char *id;
	int folder; /* the container's, open */
	pid_t pid;
	uint64_t start_ticks; /* of pid, so that another process never passes for it */
	struct timespec created;
	const char *bundle, *rootfs;
	const char *cgroup; /* as cgroups.h has it; "" when there are none */
	struct str config;  /* config.json as it was */
	bool terminal;
};

enum condition {
	CONDITION_CREATING,
	CONDITION_CREATED,
	CONDITION_RUNNING,
	CONDITION_PAUSED,
	CONDITION_STOPPED,
};

#define STATUS_SOCKET "start"

/** The word of the specification for a condition. */
const char *condition_name(enum condition condition);

/** Open the folder of all states, made when it is missing and ours alone. */
int status_open_root(const struct invocation *invocation, int *ret_root, struct error *err);

/** An id names a folder: letters, digits and "_+-.", not only dots, at most 255 bytes. */
int status_check_id(const char *id, struct error *err);

/** Make the folder of a new container and lock it: a descriptor. */
int status_reserve(int root, const char *id, int *ret_folder, struct error *err);

/** Note the path of the cgroups that are about to be made, for a `delete --force` after we were
 * killed; read it, false when there is none. */
int status_note_cgroup(int folder, const char *path);
bool status_noted_cgroup(int folder, char ret_path[CGROUP_PATH_BYTES]);

/** Write the file; once. */
int status_write(const struct status *status, struct error *err);

/** Read the file of a container into the arena. A container that is being made has none yet. */
int status_load(struct arena *arena, int root, const char *id, struct status *ret_status,
	struct error *err);

/** Lock a container against others that would change it, now or never. */
int status_lock(const struct status *status, struct error *err);

/** A pidfd of its process; -ESRCH when that has ended. */
int status_open_process(const struct status *status);

/** What state a container is in; whether it is frozen is asked of its cgroup. */
int status_condition(const struct status *status, enum condition *ret_condition, struct error *err);

/** Remove the folder with all in it. */
int status_remove(int root, const char *id, int folder, struct error *err);

/** Write the state as runtime.md, "State", has it; extended: with what runc adds. */
void status_put_json(const struct status *status, const struct spec *spec, const char *condition,
	bool extended, struct buf *out);
