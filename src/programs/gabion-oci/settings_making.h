/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion-oci/settings.h"

/* Inside of settings_make(). */

/* A translation under way. */
struct making {
	struct arena *arena;
	const struct settings_host *host;
	struct settings *out;
	size_t capacity;
	struct error *err;
};

/* Where a field goes; NULL where a version has no such thing. */
struct place {
	enum cgroup_controller controller;
	const char *field, *file1, *file2;
	unsigned flags;
	const char *other1, *other2; /* files of other kernels */
};

/** Add a setting; NULL with the error when the host cannot take it. */
struct setting *settings_put(
	struct making *making, const struct place *place, struct origin origin, struct str text);

/** The same for a number, a limit (-1: none; 0: not given) or a text, if given; 0 or -1. */
int settings_put_natural(
	struct making *making, const struct place *place, const struct spec_natural *number);
int settings_put_limit(
	struct making *making, const struct place *place, const struct spec_number *number);
int settings_put_text(
	struct making *making, const struct place *place, const struct spec_text *text);

/** Whether a controller is of version 2 here. */
bool settings_is_second(const struct making *making, enum cgroup_controller controller);

/** A number in the arena. */
struct str settings_natural(const struct making *making, uint64_t number);

/** Block devices, huge pages, network, RDMA, and what is given by the names of version 2. */
int settings_make_devices(struct making *making, const struct spec_resources *resources);
