/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/layer.h"

#include "layers/context/schema.h"
#include "layers/context/source.h"

const struct layer context_layer = {
	.name = "context",
	.schema = &context_schema,
	.open = context_open,
	.next = context_next,
};
