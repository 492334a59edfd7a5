/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/* A semantic version; https://semver.org, version 2.0.0. */
struct semver {
	uint64_t major, minor, patch;
	struct str pre;   /* identifiers with dots between them, empty for a release */
	struct str build; /* the same */
};

/** Read MAJOR.MINOR.PATCH[-PRE][+BUILD]; borrows text. Returns NULL, or a phrase saying what is
 * wrong. */
const char *semver_parse(struct str text, struct semver *ret_version);

/** The same after removing a "v" in front and zeros in front of numbers, and adding missing ".0"s;
 * what had to be changed lives in arena. */
const char *semver_parse_loosely(struct arena *arena, struct str text, struct semver *ret_version);

/** Precedence: -1, 0 or 1; builds do not count. */
int semver_compare(const struct semver *a, const struct semver *b);

/** The text of a version. */
void semver_print(const struct semver *version, struct buf *out);
