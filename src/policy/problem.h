/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/catalogue.h"

/* Where the problems of a load go. */
struct problems {
	struct arena *arena; /* for remedies put together */
	catalogue_problem *report;
	void *context;
	struct str file, text; /* being read */
	enum problem_level level;
	size_t count; /* told so far; at most LIMIT_POLICY_PROBLEMS reach `report` */
	size_t errors;
};

/* What a message quotes of a name that may be hostile: "%.*s", QUOTE(name). */
#define QUOTE(s) ((int)((s).len > 64 ? 64 : (s).len)), (s).data

/** Tell of a problem at a value; remedy may be NULL. */
void problem_at(struct problems *problems, const struct value *at, const char *remedy,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

/** Tell of an error found elsewhere; its file is filled in when it has none. */
void problem_tell(struct problems *problems, struct error *err);

/** The byte that an origin means in a text of its own, such as an expression. */
size_t problem_offset(struct str text, struct origin origin);

/** Give an error the place of bytes within a scalar of the file being read. */
void problem_locate(const struct problems *problems, const struct value *scalar, size_t from,
	size_t length, struct error *err);

/** "did you mean X?", or NULL when nearest is empty: a remedy for a misspelt word. */
const char *problem_suggest(struct problems *problems, struct str nearest);

/* The word nearest to a misspelt one: feed candidates, then read `word` (empty: none is near). */
struct nearest {
	struct str wanted, word;
	size_t distance;
};

/** Begin the search for a word, and try one more. */
struct nearest nearest_to(struct str wanted);
void nearest_try(struct nearest *nearest, struct str candidate);
