/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "data/value.h"
#include "layers/cluster/kinds.h"

/**
 * The pod of an object, wherever in the document it is written: the `pod` root of its facts. Lists
 * that are absent are empty, fields stay as they are. Copies heads of values only, so every part
 * keeps its place in the document. -1 when there is no pod where the kind has one, or when its
 * shape is not that of a pod: such an object cannot be judged. document holds no nulls.
 */
int cluster_pod_view(struct arena *arena, const struct cluster_kind *kind,
	const struct value *document, struct value *ret_pod, struct error *err);
