/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/flow.h"
#include "layers/cluster/kinds.h"
#include "layers/cluster/layer.h"
#include "layers/context/layer.h"
#include "layers/context/schema.h"

const struct layer *const flow_layers[] = {&cluster_layer, &context_layer, NULL};

const struct policy_schema *const flow_schemas[] = {&cluster_schema, &context_schema, NULL};
