/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion-oci/container.h"

/*
 * The seccomp filter of the first process takes a while to compile, and is needed last: the parent
 * compiles it while that process builds its root on another processor, and hands it over.
 */

/** Whether it is compiled before there is a process all the same: no hook may run for a profile
 * that cannot be kept, and what the agent of a listener says is wanted first. */
bool filter_is_early(const struct spec *spec);

/** In the parent: compile it and hand it over; nothing to do for none or an early one. */
int filter_give(struct container *container, struct error *err);

/** In the child: wait for it. */
int filter_take(struct container *container, struct error *err);
