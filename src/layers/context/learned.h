/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/context.h"
#include "layers/context/spec_seccomp.h"

/* The system calls that a context has learned, and what they make of its filter. */

/**
 * Leave of what profile lets pass only the calls of list, and those without which no program starts
 * or ends. With complain, the others pass and the kernel logs them; what profile itself refuses
 * stays refused. Returns -1 with the place of a name that is none, of one that profile refuses
 * (naming the opt-in that would allow it), or of an empty list. Pure.
 */
int learned_narrow(struct arena *arena, const struct value *list, bool complain,
	struct spec_seccomp *profile, struct error *err);

/** Whether a context has a list that only complains. */
bool learned_complains(const struct context *context);

/**
 * Of the calls that were made (by the machine's numbers, count of them), the names that a profile
 * lets pass for nothing but learned_narrow()'s complaining; a list in the arena, by number. Pure.
 */
struct value learned_missed(
	struct arena *arena, const struct spec_seccomp *profile, const uint8_t *made, size_t count);

/** The digest of the image that was observed; empty when the context does not say. */
struct str learned_image(const struct context *context);
