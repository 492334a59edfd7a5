/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/schema.h"

/* The roots of a subject of this layer, in the order of their slots. */
enum context_root { ROOT_CONFIG, ROOT_CONTEXT, ROOT_EFFECTIVE, CONTEXT_ROOTS };

/* The one kind of subject: a workload about to be started. */
extern const struct policy_subject_kind *const context_start;

extern const struct policy_schema context_schema;
