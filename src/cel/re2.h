/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Regular expressions with RE2's syntax and linear time; the only door to C++. Programs are
 * bounded, so a hostile pattern is refused at compile time. A compiled pattern is freed by
 * re2_free(); owners register it with what frees their arena.
 */
struct re2_pattern;

/* No more groups than these, the match itself included, are reported by one search. */
#define RE2_MAX_SPANS 32

#ifdef __cplusplus
extern "C" {
#endif

/** Compile; NULL with a phrase in ret_message (cut to its size) when the pattern is malformed or
 * too large. */
struct re2_pattern *re2_compile(
	const char *pattern, size_t len, char *ret_message, size_t message_bytes);

/** Give a compiled pattern back; NULL is allowed. */
void re2_free(struct re2_pattern *pattern);

/** Number of capturing groups. */
unsigned re2_groups(const struct re2_pattern *pattern);

/** Number of instructions: a search takes at worst as many steps for each byte. */
size_t re2_steps(const struct re2_pattern *pattern);

/**
 * Search text from byte `from`; ret_spans receives 2 byte offsets per group, group 0 is the match,
 * SIZE_MAX where a group did not take part. spans counts groups; 0, when it does not matter where,
 * is fastest. Never throws. False when there is no match.
 */
bool re2_search(const struct re2_pattern *pattern, const char *text, size_t len, size_t from,
	size_t *ret_spans, unsigned spans);

#ifdef __cplusplus
}
#endif
