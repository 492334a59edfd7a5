/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

#include <check.h>
#include <stdlib.h>

/* Fails unless two slices hold the same bytes. */
#define ASSERT_STR(actual, expected) \
	do { \
		struct str actual_ = (actual), expected_ = (expected); \
		ck_assert_msg(str_equal(actual_, expected_), "got '%.*s', expected '%.*s'", \
			STR_ARGS(actual_), STR_ARGS(expected_)); \
	} while (0)

/*
 * The end of every x_test.c: runs the named START_TEST functions, each in a process of its own, and
 * prints TAP.
 */
#define UNIT_TESTS(name, ...) \
	int main(void) \
	{ \
		const TTest *const tests[] = {__VA_ARGS__}; \
		Suite *suite = suite_create(name); \
		TCase *tests_of_suite = tcase_create(name); \
		for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) \
			tcase_add_test(tests_of_suite, tests[i]); \
		tcase_set_timeout(tests_of_suite, 60); \
		suite_add_tcase(suite, tests_of_suite); \
		SRunner *runner = srunner_create(suite); \
		srunner_set_tap(runner, "-"); \
		srunner_run_all(runner, CK_SILENT); \
		int failed = srunner_ntests_failed(runner); \
		srunner_free(runner); \
		return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE; \
	}
