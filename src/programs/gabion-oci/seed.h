/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/*
 * Cloning a mount namespace copies every mount of the host (about 1 us each), for a container that
 * throws them all away. The kernel keeps one namespace with a single mount for its device nodes;
 * a process that stands in it while it clones gives its child that one mount and nothing else.
 * Nothing is made, so nothing is left.
 */
struct seed {
	int own;       /* our namespace; -1: nothing to go back to */
	int root, cwd; /* O_PATH, ours */
};

/**
 * Enter that namespace until seed_leave(); descriptors stay what they were, paths do not. Without
 * the right to (rootless), or where it cannot be found, nothing happens: a clone then copies the
 * host's mounts, and costs what it costs. 1 when entered, 0 when not; -1 leaves the process in a
 * view that is not its own: it must end.
 */
int seed_enter(struct seed *ret_seed, struct error *err);

/** Go back, to the same root and working directory; nothing when there was nothing to enter. -1
 * as above. */
int seed_leave(struct seed *seed, struct error *err);

/** Close what is held without going back: for the child, which stays where it is. */
void seed_release(struct seed *seed);
