/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a walk over documents meets: d(ocument), { } [ ], p(lain) or q(uoted) scalar with its text.
 */
typedef void oracle_visit(void *context, char what, const char *text, size_t len);

/**
 * Let libfyaml read a YAML text and visit all of it in order, aliases and merges resolved; keys
 * come before their values. Returns how many documents there were, -1 when it refused one.
 */
int oracle_yaml(const char *text, size_t len, oracle_visit *visit, void *context);

#ifdef __cplusplus
}
#endif
