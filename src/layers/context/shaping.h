/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "data/value.h"
#include "layers/context/resources.h"

/*
 * The `resources` of a context, put into a configuration: what is not said is what the default
 * configuration has, and the class of service decides the rest.
 */

/**
 * Read resources (NULL: none are said) and change config accordingly. ret_request is what they
 * came to, for what depends on the host. -1 with the place of an amount that means nothing. Pure.
 */
int shaping_apply(struct arena *arena, const struct value *resources, struct value *config,
	struct resources_request *ret_request, struct error *err);

/** Put into config what resources_settings() says of a request: for a host that is known, or when
 * limits have been lifted. */
int shaping_put(struct arena *arena, const struct resources_request *request, struct value *config,
	struct error *err);
