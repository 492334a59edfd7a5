/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/value.h"

/*
 * Records are kept for years and shown to many: what may be a secret never enters one. Each rule is
 * a row of a table in redact.c; what it finds is replaced by [redacted:<rule>], so that the
 * redaction is seen.
 */

/**
 * Append text with everything replaced that one of the rules takes for a secret: private keys,
 * tokens of known issuers, JSON web tokens, passwords in URLs, and what is assigned to a name such
 * as password or token. Linear in the length of the text. Returns how many were replaced.
 */
size_t redact_put(struct buf *out, struct str text);

/**
 * A copy of a document in which every string has passed through redact_put(), and every string
 * under a key that names a secret is replaced whole. Keys stay. Depth as the document's
 * (LIMIT_DATA_DEPTH).
 */
struct value redact_value(struct arena *arena, const struct value *v);
