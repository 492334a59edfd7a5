/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/origin.h"
#include "base/text.h"

/**
 * Where in a file a byte of a scalar is written: text is the whole file, start the origin of the
 * scalar in it, decoded its value, offset a byte of that (or its length: the end). Follows quotes,
 * escapes, folding and block indentation of YAML and JSON by matching what is no white space, which
 * no style of a scalar adds, drops or reorders. O(text).
 */
struct origin locate_in_scalar(
	struct str text, struct origin start, struct str decoded, size_t offset);
