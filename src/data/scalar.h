/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/origin.h"
#include "base/text.h"

/**
 * Where in a text the byte at offset of a string's value stands, for a string whose origin is
 * given: a policy's expression stands in a YAML scalar, and its errors are to be shown there.
 * Follows the escapes of JSON and YAML, the folding of lines and the indentation of block scalars;
 * exact but for block scalars with an indentation indicator below a key that is not on the
 * indicator's line. The text is the one that was read (a byte order mark does not count). Behind
 * the end of the value, and for an alias, the nearest place known. O(text before it).
 */
struct origin scalar_position(struct str text, struct origin origin, size_t offset);
