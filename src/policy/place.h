/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/decide.h"

/**
 * Say where a reason is: path, pointer, origin and length, from the policy's `at` and the slots of
 * the evaluation that found it. Texts live in arena.
 */
void place_reason(struct reason *reason, const struct subject *subject, const struct value *slots,
	struct arena *arena);
