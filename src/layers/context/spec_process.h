/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/spec_parts.h"

/* "process" of a configuration, and the document of `exec --process`. Source: runtime-spec
 * config.md, "Process". */

struct spec_user {
	uint32_t uid, gid;
	struct spec_number umask;
	const struct spec_number *additional_gids;
	size_t additional_gid_count;
	struct origin origin;
};

struct spec_rlimit {
	struct spec_text type; /* as written, "RLIMIT_NOFILE" */
	int resource;          /* RLIMIT_NOFILE */
	uint64_t soft, hard;
	struct origin origin;
};

struct spec_rlimits {
	const struct spec_rlimit *items;
	size_t count;
	struct origin origin;
};

/* Sets of capabilities as the kernel numbers them: bit 21 is CAP_SYS_ADMIN. */
struct spec_capabilities {
	uint64_t bounding, effective, inheritable, permitted, ambient;
	bool set; /* else the process has none */
	struct origin origin;
};

/* sched_setattr(2). */
struct spec_scheduler {
	uint64_t policy; /* SCHED_* */
	struct spec_number nice, priority;
	uint64_t flags; /* SCHED_FLAG_* */
	struct spec_natural runtime_ns, deadline_ns, period_ns;
	struct origin origin;
};

struct spec_io_priority {
	uint64_t class; /* IOPRIO_CLASS_* */
	int64_t priority;
	struct origin origin;
};

struct spec_cpu_affinity {
	struct spec_text initial, final; /* lists such as "0-3,7" */
	struct origin origin;
};

struct spec_console_size {
	uint64_t height, width;
	struct origin origin;
};

struct spec_process {
	bool terminal;
	const struct spec_console_size *console_size; /* NULL when not given, as all pointers */
	struct spec_user user;
	struct spec_texts args, env;
	struct spec_text cwd; /* absolute */
	struct spec_capabilities capabilities;
	struct spec_rlimits rlimits;
	bool no_new_privileges;
	struct spec_text apparmor_profile, selinux_label;
	struct spec_number oom_score_adj;
	const struct spec_scheduler *scheduler;
	const struct spec_io_priority *io_priority;
	const struct spec_cpu_affinity *cpu_affinity;
	struct origin origin;
};
