/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/catalogue.h"

enum { OSCAL_UUID_BYTES = 37 };

/** The version 5 UUID of a name, terminated. */
typedef void oscal_uuid(struct str name, char ret_uuid[OSCAL_UUID_BYTES]);

/* What a document says of its making besides its content; no clock is read here. */
struct oscal_context {
	const char *version;       /* of the program */
	const char *last_modified; /* RFC 3339 */
	oscal_uuid *uuid;
};

/**
 * The policies in force as an OSCAL 1.1.3 component-definition: for each standard that policies
 * name, one implemented requirement for each control and policy. Equal catalogues give equal bytes.
 * Control ids are `<standard>-<control>`, for OSCAL's tokens begin with a letter.
 */
void oscal_put_component(const struct catalogue *catalogue, const struct oscal_context *context,
	struct arena *arena, struct buf *out);
