/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/spec_resources.h"

/* Parts of "linux" of a configuration. Source: runtime-spec config-linux.md. */

struct spec_resources {
	struct spec_device_rules devices;
	const struct spec_memory *memory; /* NULL when not given, as all pointers */
	const struct spec_cpu *cpu;
	struct spec_number pids_limit; /* -1 and 0: no limit */
	const struct spec_block_io *block_io;
	struct {
		const struct spec_hugepage_limit *items;
		size_t count;
		struct origin origin;
	} hugepage_limits;
	struct spec_natural network_class_id;
	struct {
		const struct spec_interface_priority *items;
		size_t count;
		struct origin origin;
	} network_priorities;
	struct {
		const struct spec_rdma *items;
		size_t count;
		struct origin origin;
	} rdma;
	struct spec_pairs unified; /* file of cgroup v2 -> content */
	struct origin origin;
};

struct spec_namespace {
	uint64_t type;         /* CLONE_NEW*; each at most once */
	struct spec_text path; /* to be joined; NULL: a new one */
	struct origin origin;
};

struct spec_namespaces {
	const struct spec_namespace *items;
	size_t count;
	struct origin origin;
};

struct spec_time_offset {
	int64_t seconds;
	uint64_t nanoseconds;
	bool set;
	struct origin origin;
};

struct spec_personality {
	uint64_t domain; /* PER_LINUX, PER_LINUX32 */
	struct origin origin;
};

struct spec_intel_rdt {
	struct spec_text class_id, l3_cache_schema, memory_bandwidth_schema;
	struct spec_texts schemata;
	bool enable_monitoring;
	struct origin origin;
};

/* set_mempolicy(2). */
struct spec_memory_policy {
	uint64_t mode; /* MPOL_* */
	struct spec_text nodes;
	uint64_t flags; /* MPOL_F_* */
	struct origin origin;
};

/* One program of "hooks". */
struct spec_hook {
	struct spec_text path; /* absolute */
	struct spec_texts args, env;
	struct spec_number timeout_s;
	struct origin origin;
};

struct spec_hooks {
	const struct spec_hook *items;
	size_t count;
	struct origin origin;
};
