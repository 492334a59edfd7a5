/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/catalogue.h"
#include "programs/gabion/invocation.h"

enum { KUBERNETES_OLDEST = 0, KUBERNETES_NEWEST = 37 }; /* minor versions of 1 */

/* A catalogue and the texts it was made of. */
struct loaded {
	const struct catalogue *catalogue;
	struct policy_source *sources;
	size_t count;
	unsigned kubernetes_minor;
};

/**
 * The catalogue that --profile, --policy, --no-builtin and --k8s of this command line ask for:
 * built-in policies and the user's. Problems are told on standard error; then an exit code above 0
 * and no catalogue.
 */
int load_catalogue(struct invocation *invocation, struct loaded *ret_loaded);

/** The built-in catalogue with all its profiles, without a word; for completion. */
const struct catalogue *load_builtin(struct arena *arena);

/**
 * The same with the arguments of the command line in place of --policy, their tests too. Problems
 * of policies go to problem, when it is not NULL.
 */
int load_arguments(struct invocation *invocation, struct loaded *ret_loaded,
	catalogue_problem *problem, void *context);

/** Whether a catalogue file is the user's, not built in. */
bool load_is_users(const struct loaded *loaded, struct str path);

/** The text of the catalogue file with that path, empty when unknown. */
struct str load_text(const struct loaded *loaded, struct str path);

/** Minor version in `1.31`, `v1.31.2` or `latest`; false for what is out of range or malformed. */
bool load_version(struct str text, unsigned *ret_minor);
