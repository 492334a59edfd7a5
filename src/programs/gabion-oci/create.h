/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion-oci/invocation.h"

#include <sys/types.h>

/** Write --pid-file, which appears whole. */
int create_pid_file(const struct invocation *invocation, pid_t pid, struct error *err);

/** Wait for the end of a process in the foreground, passing on signals and, with a master, a
 * terminal: its exit status, or -1. */
int create_wait(int master, int pidfd, int interrupts, struct error *err);
