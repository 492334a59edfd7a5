/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/spec.h"
#include "sys/cgroup.h"

/* linux.resources as what is written into which file of which controller. */

enum setting_flags {
	SETTING_IF_THERE = 1,     /* passed over where the kernel has no such file */
	SETTING_AND_NEXT = 2,     /* the kernel may want the next one first: tried in both orders */
	SETTING_KEEP_QUOTA = 4,   /* cpu.max: the text is the period; the quota stays */
	SETTING_BY_LINE = 8,      /* each line is a write of its own */
	SETTING_CHECK_USAGE = 16, /* memory.max: refused when more is in use already */
};

struct setting {
	enum cgroup_controller controller;
	unsigned flags;
	const char *field; /* below linux.resources: "memory.limit" */
	const char *file;
	struct str text;
	const char *other_file; /* for the other kind of kernel when there is no `file`, or NULL */
	struct str other_text;
	struct origin origin;
};

struct settings {
	struct setting *items; /* in the order to be applied */
	size_t count;
	uint32_t controllers; /* CGROUP_BIT()s of those used */
};

/* The version each controller is mounted as: 1, 2, or 0 where it is not. */
struct settings_host {
	uint8_t version[CGROUP_CONTROLLERS];
};

/** What a layout offers. */
void settings_host_of(const struct cgroup_layout *layout, struct settings_host *ret_host);

/**
 * Translate resources (devices excepted) for a host, into the arena. 0 means "not given" for limits
 * of memory, for quota, period, shares and pids, as with other runtimes; memory.kernel is ignored,
 * as the specification has it. Anything the host's version cannot do, or whose controller is not
 * mounted, is an error that names the field, the controller and the remedy. Pure.
 */
int settings_make(struct arena *arena, const struct spec_resources *resources,
	const struct settings_host *host, struct settings *ret_settings, struct error *err);

/** Write them into the folders of a group. Errors name field, controller, file and remedy; what was
 * written before one stays. */
int settings_apply(const struct cgroup *group, const struct settings *settings, struct error *err);

/** cpu.shares of version 1 (2..262144, default 1024) as cpu.weight of version 2 (1..10000, default
 * 100), and back: both ends and the defaults meet, as in crun 1.23 and runc 1.4. Pure. */
uint64_t settings_weight_of_shares(uint64_t shares);
uint64_t settings_shares_of_weight(uint64_t weight);

/** blkio weight of version 1 (10..1000) as io.weight of version 2 (1..10000). Pure. */
uint64_t settings_io_weight(uint64_t blkio_weight);
