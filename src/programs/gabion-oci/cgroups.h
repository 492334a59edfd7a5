/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/spec.h"
#include "sys/cgroup.h"
#include "sys/cgroup_tasks.h"

/* The cgroups of one container, from its configuration to their removal. Not to be copied: the
 * parts borrow from each other. */
struct cgroups {
	struct cgroup_layout layout;
	struct cgroup group; /* group.path: what the status file keeps; "" when there are none */
	struct cgroup_door door; /* version 1: the child goes through it */
	int target_fd;           /* version 2: for clone3(CLONE_INTO_CGROUP); -1 without it */
	bool mapped;             /* the path was given as systemd's "slice:prefix:name" */
	bool absent; /* rootless, without rights to cgroups, and nothing was asked of them */
};

/** The folder of a container below every hierarchy: as its configuration says, or "gabion-ID". */
int cgroups_path(const struct spec *spec, const char *id, char ret_path[CGROUP_PATH_BYTES],
	struct error *err);

/**
 * Make the folders a configuration asks for ("/gabion-ID" when it does not say), apply all of
 * linux.resources, device rules included, and open what a child needs to join. Every setting is
 * applied or the call fails, with the setting, the controller and the remedy; nothing made is left
 * then. Release in the end, also after -1.
 */
int cgroups_create(struct cgroups *ret_groups, struct arena *arena, const struct spec *spec,
	const char *id, struct error *err);

/** Whether a configuration can do without cgroups: limits are an error. Device rules are not, for
 * every configuration has some; they are without effect then. */
int cgroups_do_without(const struct spec *spec, struct error *err);

/** In the child, before the cgroup namespace is unshared: join version 1. */
int cgroups_enter(const struct cgroups *groups, struct error *err);

/** Open those of a running container by the path of its status file (may be ""); with its init's
 * pid for a process to be added (exec), else 0. Release in the end, also after -1. */
int cgroups_open(struct cgroups *ret_groups, const char *path, pid_t init, struct error *err);

/** Apply resources to a running container. Devices, if any, are an error. */
int cgroups_update(struct cgroups *groups, struct arena *arena,
	const struct spec_resources *changes, struct error *err);

/** Remove the folders; processes still in them are given a while to die. */
int cgroups_remove(struct cgroups *groups, struct error *err);

/** Close what is held. */
void cgroups_release(struct cgroups *groups);
