/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/function.h"

/** All tables of functions, NULL after the last; each row says in which profile and version it
 * exists. */
extern const struct cel_library *const cel_libraries[];
