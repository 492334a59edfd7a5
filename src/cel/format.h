/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/library.h"

/* What string.format() is made of; its two dialects differ in how they write an argument. */

enum { FORMAT_DEFAULT_PRECISION = 6, FORMAT_MAX_PRECISION = 1000 };

/* One clause being carried out. */
struct format_clause {
	struct cel_run *run;
	const struct value *argument;
	unsigned precision; /* as written, or the default */
	char verb;
	struct buf *out;
};

/* Write the argument; false when its type does not fit the clause. */
typedef bool format_verb(const struct format_clause *clause);

/* The verbs of a dialect. */
struct format_dialect {
	format_verb *text, *decimal, *fixed, *scientific;
};

/** `%`-clauses of arguments[0] filled from the list arguments[1]. */
struct value format_text(
	struct cel_run *run, const struct value *arguments, const struct format_dialect *dialect);

/** NaN and the infinities as words; false for other numbers. */
bool format_put_special(struct buf *out, double real);

/** A finite number like printf's %f or %e. */
void format_put_number(struct buf *out, char verb, unsigned precision, double real);

/**
 * True when a value may be written by %s: nothing in it but what has a text. Counts the work of
 * writing it.
 */
bool format_is_printable(struct cel_run *run, const struct value *v, unsigned depth);
