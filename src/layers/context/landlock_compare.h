/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/landlock_rules.h"

/* What one set of rules allows and another does not; what both allow. All pure. */

/** The rights below a path: those of every rule on the way to it. Without any path all of them. */
uint32_t landlock_text_rights(const struct landlock_text *rules, struct str path);

/** Add to list what rules allow beyond limit, as text ("write /etc", "connect"). */
size_t landlock_text_beyond(struct arena *arena, const struct landlock_text *rules,
	const struct landlock_text *limit, struct str **ret_list);

/** Rules that allow exactly what both allow. */
struct landlock_text landlock_text_meet(
	struct arena *arena, const struct landlock_text *a, const struct landlock_text *b);
