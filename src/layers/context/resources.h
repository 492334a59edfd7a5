/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/* Shaping what a context may use: classes of service, limits with head-room from what was observed,
 * and yielding under pressure. All pure. */

/** Who yields first when the machine is short of something. */
enum resources_class {
	RESOURCES_GUARANTEED,
	RESOURCES_BURSTABLE,
	RESOURCES_BEST_EFFORT,
	RESOURCES_CLASSES,
};

/** The class of a word ("guaranteed", "burstable", "best-effort"); false for any other. */
bool resources_class_named(struct str word, enum resources_class *ret_class);

/* What a context asks for; 0: not said. */
struct resources_request {
	enum resources_class class;
	int64_t cpu_milli; /* thousandths of a processor */
	int64_t memory_bytes, processes;
	bool unified;    /* the host has cgroup version 2: memory.high can be used */
	bool io_weights; /* the host weighs input and output (BFQ or io.cost) */
};

/* One value of a config.json. */
struct resources_setting {
	const char *pointer; /* "/linux/resources/cpu/shares" */
	int64_t number;
	bool as_text; /* the value is a string of the number's digits (unified) */
};

enum { RESOURCES_SETTINGS = 16 };

/** The values that give a request its place in the machine: how many. Memory never grows into swap;
 * nothing needs a right beyond that to limits, so no class lowers oomScoreAdj. */
size_t resources_settings(const struct resources_request *request,
	struct resources_setting ret_settings[RESOURCES_SETTINGS]);

/* The most that one run of a workload used. */
struct resources_peak {
	int64_t cpu_milli, memory_bytes, processes;
};

/**
 * What runs were seen to use, with room: 100 % after one run, less the more runs there were (25 %
 * from ten on), never less than twice what they differed by; rounded up (50 thousandths, 4 MiB, 8
 * processes). The class of the result is burstable. count >= 1.
 */
struct resources_request resources_with_room(const struct resources_peak *peaks, size_t count);

/** Hundredths of a percent: the avg10 of the line of a *.pressure file that begins with kind
 * ("some", "full"); false when there is none. Source: Documentation/accounting/psi. */
bool resources_pressure(struct str text, struct str kind, unsigned *ret_avg10);

/* How far a context has been made to yield. Begins as RESOURCES_UNTHROTTLED. */
struct resources_throttle {
	unsigned percent; /* of its processor time it may still use */
	unsigned calm;    /* samples in a row without pressure on others */
};

#define RESOURCES_UNTHROTTLED ((struct resources_throttle){100, 0})

/** The next step of a context of this class, taken every few seconds, from the pressure (avg10 of
 * "some") felt by those it yields to: halves its share above the threshold of its class, gives a
 * tenth back after three calm samples. Guaranteed contexts never yield. */
struct resources_throttle resources_throttle_next(
	struct resources_throttle now, enum resources_class class, unsigned pressure);

/** The quota, in microseconds of each period, of a throttled context on a machine with this many
 * processors; -1: none. The kernel takes no less than 1,000. */
int64_t resources_quota_us(const struct resources_request *request,
	const struct resources_throttle *throttle, unsigned processors);

enum { RESOURCES_PERIOD_US = 100000 };
