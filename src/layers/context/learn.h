/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/observed.h"
#include "layers/context/spec_seccomp.h"
#include "policy/context.h"

/* From what was observed to a profile. All functions are pure. */

/* What a seccomp section says about each of the machine's calls, by number. */
enum learn_floor {
	LEARN_REFUSED,
	LEARN_CONDITIONAL, /* allowed with some arguments */
	LEARN_ALLOWED,
};

/** The machine's number of a call that can be observed, SYSCALL_NONE of any other name. */
int learn_number(struct str name);

/** What the floor, the seccomp section of the context a workload runs in, says about every call. */
void learn_floor(const struct spec_seccomp *floor, uint8_t ret_floor[OBSERVED_CALLS]);

/**
 * The section to run a workload with while it is watched: every call waits for the watcher, but for
 * those that have been seen (observed NULL: all, for somebody else records them), that the floor
 * always allows and whose names are not `watched`. Lives in the arena, borrows architectures of the
 * floor.
 */
void learn_section(struct arena *arena, const struct spec_seccomp *floor,
	const struct observed *observed, bool (*watched)(const char *call),
	const char *listener_path, struct spec_seccomp *ret_section);

/** Whether the floor knows no other architecture than the machine's, so that a number says which
 * call it is. */
bool learn_is_native(const struct spec_seccomp *floor);

/* What a profile is written from. */
struct learn_profile {
	const struct observed *observed;
	const uint8_t *floor;                 /* of learn_floor() */
	const struct policy_context *context; /* that it was run in; NULL: the default */
	struct str id, program;
	struct str architecture, kernel, image; /* image: a digest, or empty */
	bool has_network;                       /* the context grants one */
};

/** Why no profile can be made of this: nothing ran, or what ran made no call; NULL when it can. */
const char *learn_refusal(const struct observed *observed);

/** Print the profile, a document of kind Context in YAML. */
void learn_print(struct arena *arena, const struct learn_profile *profile, struct buf *out);

/**
 * Add the lists of a context learned before, a document read from its file; -1 with the place when
 * it is none, or was learned on another architecture. What the floor refuses stays out in the end.
 */
int learn_merge(struct observed *observed, const struct value *document, struct str architecture,
	struct error *err);

/** "41, 3, 0, 0": the new calls of each run. */
struct str learn_saturation(struct arena *arena, const struct observed *observed);

/** The paths of one use as a list of files and folders, as Landlock rules want them: see
 * docs/how-to/learn-a-context.md. Sorted; in the arena. */
size_t learn_paths(struct arena *arena, const struct observed *observed, enum observed_use use,
	struct str **ret_paths);

/** Whether a call is in the profile, and how: enum observed_from, 0 when it is not. */
unsigned learn_has_call(const struct learn_profile *profile, int number);
