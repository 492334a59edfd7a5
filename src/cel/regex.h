/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "cel/function.h"
#include "cel/re2.h"

/*
 * Patterns as arguments of functions (matches, find, regex.extract, ...). A literal is compiled
 * once, when the expression is; the literal then carries its compiled form. Any other pattern is
 * compiled for the one call.
 */

/* On a VALUE_STRING made by cel_regex_prepare(). Such a value equals no other string: it may only
 * stand as the pattern argument of a call. */
enum { CEL_PATTERN_COMPILED = 4 };

/** The argument that is a pattern in calls of this overload (a row's id), the receiver counted as
 * 0; or -1. */
int cel_regex_argument(const char *overload_id);

/**
 * Compile a literal pattern for as long as arena lives: 0 and the literal that carries it; -1 with
 * err, kind POLICY, when it is malformed or too large, literal untouched.
 */
int cel_regex_prepare(struct arena *arena, struct value *literal, struct error *err);

/* A pattern in use. */
struct cel_regex {
	const struct re2_pattern *pattern;
	struct cel_regex_holder *holder; /* NULL when a literal owns the pattern */
};

/**
 * The compiled form of a pattern argument; false and an error value when it is malformed. Nothing
 * leaks when the arena's cap is reached before cel_regex_close().
 */
bool cel_regex_open(struct cel_run *run, const struct value *pattern, struct cel_regex *ret_regex,
	struct value *ret_error);

/** Give a pattern back; what was matched stays. */
void cel_regex_close(struct cel_regex *regex);

enum { CEL_REGEX_SPANS = 10 }; /* the match and nine groups */

/* What a search found. */
struct cel_regex_match {
	bool found;
	unsigned wanted;                   /* spans to be filled, in */
	size_t spans[2 * CEL_REGEX_SPANS]; /* as in re2_search() */
};

/** Search text from byte `from`, paid for as work by what it may take at worst; false when the
 * budget is spent. */
bool cel_regex_search(struct cel_run *run, const struct re2_pattern *pattern, struct str text,
	size_t from, struct cel_regex_match *ret_match);

/* All matches in a text, one after the other. */
struct cel_matches {
	struct cel_run *run;
	const struct re2_pattern *pattern;
	struct str text;
	size_t at;           /* where to go on */
	size_t previous_end; /* of the last match, SIZE_MAX before the first */
	bool exhausted;      /* the budget for work is spent */
};

/** Prepare for the matches of an open pattern in a text. */
struct cel_matches cel_matches_begin(
	struct cel_run *run, const struct cel_regex *regex, struct str text);

/**
 * The next match that does not overlap the one before; an empty one right behind it does not count.
 * At least one span must be wanted. False at the end, or when matches->exhausted. Source: Go's
 * regexp, "All".
 */
bool cel_matches_next(struct cel_matches *matches, struct cel_regex_match *ret_match);
