/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/spec.h"

#include <sys/types.h>

/**
 * Write the id maps of a process that is alone in a new user namespace, by ourselves or, where only
 * set-user-ID helpers may, with newuidmap and newgidmap. *ret_no_setgroups: setgroups(2) had to be
 * forbidden for it. proc is "/proc" open.
 */
int maps_write(struct arena *arena, const struct spec *spec, int proc, pid_t pid,
	bool *ret_no_setgroups, struct error *err);
