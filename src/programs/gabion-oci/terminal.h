/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion-oci/container.h"

/**
 * In the container: open a pair of a terminal on its own devpts (a descriptor of that mount), send
 * the master to --console-socket or over the channel, make the other end our controlling terminal
 * and standard descriptors. *ret_terminal is what becomes /dev/console.
 */
int terminal_open(
	const struct task *task, int devpts, int channel, int *ret_terminal, struct error *err);

/** Make an opened terminal ours: session, controlling terminal, standard descriptors. */
int terminal_take(int terminal, struct error *err);

/** In the parent: pass bytes between our own terminal and the master until the process ends, with
 * its size and signals; the exit status of the process. */
int terminal_relay(int master, int pidfd, int interrupts, struct error *err);

/** Connect to a Unix socket of any path length: a descriptor, or minus the errno. */
int terminal_connect(const char *path, int type);
