/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/context.h"

/*
 * The Landlock rules of a context, made from its configuration, so that an opt-in which changes the
 * one has changed the other: everything may be read and executed; what is mounted writable may be
 * written; devices may be used; TCP is for contexts that are given a network.
 */

/**
 * Put the rules into config as its annotation dev.gabion.landlock. A context that may mount gets
 * none for files, for under them the kernel refuses every mount. lists: the document with the
 * learned lists of the context (`files`, `ports`), or NULL; rules are then no wider than these. -1
 * with the place of a path in them that is not absolute, or of a port that is none. Pure.
 */
int confinement_put(struct arena *arena, const struct context *context, const struct value *lists,
	struct value *config, struct error *err);
