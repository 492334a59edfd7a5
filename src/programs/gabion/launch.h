/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/decide.h"
#include "programs/gabion/contexts.h"
#include "sys/child.h"

#include <limits.h>

enum { LAUNCH_ID_BYTES = 16, LAUNCH_CGROUP_BYTES = LAUNCH_ID_BYTES + sizeof("gabion/") };

/* One workload, from its context to its end. The functions are called in this order. */
struct launch {
	struct invocation *invocation;
	struct chosen_context chosen;
	bool terminal;            /* it gets the one we have */
	struct child_files files; /* that it gets; -1: none */
	const char *folder;       /* its working directory; NULL: the context's */
	struct value config;
	struct subject subject;
	struct verdict verdict;
	char id[LAUNCH_ID_BYTES + 1];
	char bundle[PATH_MAX];
	bool failed; /* the runtime has told an error, so its exit code is not the workload's */
	struct error err; /* why a function returned -1 */
};

/** The program and its arguments, as the command line has them. */
struct value launch_arguments(const struct invocation *invocation);

/** Make the configuration: the context's, with this root, program and what --env and --network
 * say. */
int launch_make(struct launch *launch, struct str rootfs, struct value arguments);

/** The path of its cgroup below the mounts: "gabion/ID". */
void launch_cgroup(const struct launch *launch, char ret_path[LAUNCH_CGROUP_BYTES]);

/** Judge it; what speaks against it is told. */
int launch_decide(struct launch *launch);

/** With --evidence, record the verdict: gates record first, and nothing starts unrecorded. */
int launch_record(struct launch *launch);

/** Start gabion-oci and wait; ret_status is the workload's exit code, or 128 + N. Nothing remains
 * of the bundle. */
int launch_start(struct launch *launch, int *ret_status);
