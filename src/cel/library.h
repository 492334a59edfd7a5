/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/function.h"

/* What the function libraries share; of no use to anyone else. */

/* A row that only the kubernetes profile has, from this minor version on. */
#define KUBERNETES_SINCE(minor) (uint16_t)(CEL_KUBERNETES_ONLY_BIT | (minor))

/* Defines a library from its table of rows. */
#define CEL_LIBRARY(variable, title, table) \
	extern const struct cel_library variable; \
	const struct cel_library variable = { \
		.name = (title), .rows = (table), .count = sizeof(table) / sizeof((table)[0])}

/** Size as the cost model counts: code points, bytes, items or entries; of an optional, its
 * value's; else 1. */
uint64_t cel_size(const struct value *v);

/** A tenth of a unit for each of size elements, rounded up. */
uint64_t cel_cost_tenth(uint64_t size);

/** cel_cost: reading the first argument once, or reading it and writing as much. */
uint64_t cel_cost_read(const struct value *arguments, size_t count, const struct value *result);
uint64_t cel_cost_copy(const struct value *arguments, size_t count, const struct value *result);

/** cel_cost: every leaf below the first argument once, one unit each, a tenth per byte of text. */
uint64_t cel_cost_traverse(const struct value *arguments, size_t count, const struct value *result);

/** cel_cost: matching the first argument against a pattern, the second. */
uint64_t cel_cost_match(const struct value *arguments, size_t count, const struct value *result);

/** The same for a pattern of that many code points. */
uint64_t cel_cost_match_size(const struct value *text, uint64_t pattern_size);

/** What was written, as a string that keeps the origin of the value it was made from. */
struct value cel_text(const struct buf *out, const struct value *from);

/** A part of a string, borrowed, with its origin. */
struct value cel_slice(const struct value *s, size_t from, size_t to);

/** An optional of a value, copied into the run's arena. */
struct value cel_some(struct cel_run *run, struct value v);

/** The optional without a value. */
static inline struct value cel_none(void)
{
	return (struct value){.kind = CEL_OPTIONAL};
}

/** A value of a library's own type; payload begins with struct cel_opaque. */
static inline struct value cel_opaque_value(const struct cel_opaque *payload)
{
	return (struct value){.kind = CEL_OPAQUE, .pointer = payload};
}

/** Phrases that several functions fail with. */
struct value cel_fail_overload(struct cel_run *run, const struct value *culprit);
struct value cel_fail_budget(struct cel_run *run);
