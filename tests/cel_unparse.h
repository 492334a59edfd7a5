/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/ast.h"

/** Write a tree as an expression that parses to the same tree; resolved trees too. */
void cel_unparse(const struct cel_node *node, struct buf *out);
