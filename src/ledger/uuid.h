/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

enum { UUID_BYTES = 37 };

/** The version 5 UUID of a name in gabion's own namespace (that of gabion.dev among DNS names),
 * terminated: the same name has the same UUID for ever. Source: RFC 9562 section 5.5. */
void uuid_of_name(struct str name, char ret_uuid[UUID_BYTES]);
