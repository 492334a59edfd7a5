/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion-oci/container.h"

/**
 * Run from a sealed copy of ourselves in memory: a container that gets hold of the file it was
 * started by (CVE-2019-5736, or its pages in the cache) finds nothing that anyone else runs.
 * Returns in the copy, with its identity in task; in the original only to fail.
 */
int self_seal(struct task *task, const struct invocation *invocation, struct error *err);
