/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/spec_parts.h"

/* "linux.resources", and the document of `update --resources`. Source: runtime-spec
 * config-linux.md, "Control groups". */

/* A rule of the devices controller; a number that is not set means all. */
struct spec_device_rule {
	bool allow;
	struct spec_text type;   /* "a", "b", "c"; NULL means "a" */
	struct spec_text access; /* of the letters r, w, m; NULL means all */
	struct spec_number major, minor;
	struct origin origin;
};

struct spec_device_rules {
	const struct spec_device_rule *items;
	size_t count;
	struct origin origin;
};

struct spec_memory {
	struct spec_number limit, reservation, swap, kernel, kernel_tcp; /* bytes; -1: no limit */
	struct spec_natural swappiness;
	struct spec_choice disable_oom_killer, use_hierarchy, check_before_update;
	struct origin origin;
};

struct spec_cpu {
	struct spec_natural shares;
	struct spec_number quota_us, realtime_runtime_us, idle;
	struct spec_natural burst_us, period_us, realtime_period_us;
	struct spec_text cpus, mems;
	struct origin origin;
};

struct spec_weight_device {
	int64_t major, minor;
	struct spec_natural weight, leaf_weight;
	struct origin origin;
};

struct spec_throttle_device {
	int64_t major, minor;
	uint64_t rate; /* bytes or operations per second */
	struct origin origin;
};

struct spec_throttles {
	const struct spec_throttle_device *items;
	size_t count;
	struct origin origin;
};

struct spec_block_io {
	struct spec_natural weight, leaf_weight;
	struct {
		const struct spec_weight_device *items;
		size_t count;
		struct origin origin;
	} weight_devices;
	struct spec_throttles read_bps, write_bps, read_iops, write_iops;
	struct origin origin;
};

struct spec_hugepage_limit {
	struct spec_text page_size; /* "2MB" */
	uint64_t limit_bytes;
	struct origin origin;
};

struct spec_interface_priority {
	struct spec_text name;
	uint64_t priority;
	struct origin origin;
};

struct spec_rdma {
	struct spec_text device;
	struct spec_natural hca_handles, hca_objects;
};
