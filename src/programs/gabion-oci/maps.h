/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/spec.h"

#include <sys/types.h>

/**
 * Write the id maps of a process that is alone in a new user namespace, by ourselves or, where only
 * set-user-ID helpers may, with newuidmap and newgidmap. proc is "/proc" open.
 */
int maps_write(
	struct arena *arena, const struct spec *spec, int proc, pid_t pid, struct error *err);

/** Whether setgroups(2) has to be forbidden in the user namespace for us to write its maps. The
 * child, which is cloned before that happens, must know. */
bool maps_forbid_setgroups(const struct spec *spec);
