/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/layer.h"

/** The two calls of struct layer: YAML or JSON text to one subject per Kubernetes object. */
void *cluster_open(struct arena *arena, const struct layer_input *input);
int cluster_next(void *state, struct arena *arena, struct subject *ret_subject, struct error *err);
