/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/context.h"
#include "layers/layer.h"

/**
 * The functions of the layer's table. layer_input.scope is the struct context that a configuration
 * is compared with; without one the default context is, and a document may then also be a map of
 * `config` and `grants`, a list of texts "opt-in value": the form of policy tests.
 */
void *context_open(struct arena *arena, const struct layer_input *input);
int context_next(void *state, struct arena *arena, struct subject *ret_subject, struct error *err);

/** The subject in a configuration already read. file and text say where; text may be empty. */
int context_subject(struct arena *arena, const struct context *context, const struct value *config,
	struct str file, struct str text, struct subject *ret_subject, struct error *err);
