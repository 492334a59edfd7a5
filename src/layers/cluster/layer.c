/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/cluster/layer.h"

#include "layers/cluster/kinds.h"
#include "layers/cluster/source.h"

const struct layer cluster_layer = {
	.name = "cluster",
	.schema = &cluster_schema,
	.open = cluster_open,
	.next = cluster_next,
};
