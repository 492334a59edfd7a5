/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"
#include "cel/cel.h"

/* One line of a table of expressions. */
struct cel_case {
	const char *expression;
	const char *expected; /* the result's text, or NULL: an error, at compile time or later */
};

/* What an expression costs. */
struct cel_cost_case {
	const char *expression;
	uint64_t cost;
};

/** Evaluate each expression in env, with slots for its variables, and compare; fails the test when
 * any differs. */
void cel_check_cases(
	const struct cel_env *env, struct value *slots, const struct cel_case *cases, size_t count);

/** The same without variables. */
void cel_check_profile(
	const struct cel_options *options, const struct cel_case *cases, size_t count);

/** Evaluate each expression without variables under the kubernetes profile and compare its cost. */
void cel_check_costs(unsigned minor, const struct cel_cost_case *cases, size_t count);

#define CEL_NATIVE(...) \
	do { \
		static const struct cel_case cases_[] = {__VA_ARGS__}; \
		struct cel_options options_ = {.profile = CEL_PROFILE_NATIVE}; \
		cel_check_profile(&options_, cases_, sizeof(cases_) / sizeof(cases_[0])); \
	} while (0)

#define CEL_KUBERNETES(minor, ...) \
	do { \
		static const struct cel_case cases_[] = {__VA_ARGS__}; \
		struct cel_options options_ = { \
			.profile = CEL_PROFILE_KUBERNETES, .kubernetes_minor = (minor)}; \
		cel_check_profile(&options_, cases_, sizeof(cases_) / sizeof(cases_[0])); \
	} while (0)

#define CEL_COSTS(minor, ...) \
	do { \
		static const struct cel_cost_case cases_[] = {__VA_ARGS__}; \
		cel_check_costs((minor), cases_, sizeof(cases_) / sizeof(cases_[0])); \
	} while (0)
