/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/glob.h"

#include "unit.h"

START_TEST(a_star_stands_for_any_text_and_a_question_mark_for_one_byte)
{
	static const struct {
		const char *glob, *text;
		bool match;
	} rows[] = {
		{"*", "", true},
		{"", "", true},
		{"", "a", false},
		{"?", "", false},
		{"?", "a", true},
		{"pss.*", "pss.baseline.privileged", true},
		{"pss.*", "pss", false},
		{"*.privileged", "pss.baseline.privileged", true},
		{"a*b*c", "a-b-b-c", true},
		{"a*b*c", "a-c-b", false},
		{"prod-??", "prod-eu", true},
		{"prod-??", "prod-eus", false},
		{"**a", "bba", true},
		{"*aaaaaaaaaaaaaaaab", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(
			glob_match(str_from(rows[i].glob), str_from(rows[i].text)) == rows[i].match,
			"%s on %s", rows[i].glob, rows[i].text);
}
END_TEST

START_TEST(two_patterns_overlap_when_some_text_matches_both)
{
	static const struct {
		const char *a, *b;
		bool overlap;
	} rows[] = {
		{"*", "anything", true},
		{"a*", "*b", true},
		{"a*", "b*", false},
		{"prod-*", "*-eu", true},
		{"prod", "prod", true},
		{"prod", "prod?", false},
		{"?", "*", true},
		{"", "*", true},
		{"", "?", false},
		{"a?c*", "ab*d", true},
		{"a*b", "c*b", false},
		{"x*y*z", "x?z", true},
		{"x*y*z", "xz", false},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str a = str_from(rows[i].a), b = str_from(rows[i].b);
		ck_assert_msg(
			glob_overlap(a, b) == rows[i].overlap, "%s and %s", rows[i].a, rows[i].b);
		ck_assert(glob_overlap(b, a) == rows[i].overlap);
	}
}
END_TEST

START_TEST(an_exact_name_is_more_specific_than_a_pattern_and_a_longer_pattern_than_a_shorter)
{
	ck_assert(glob_weight(STR("web")) == GLOB_EXACT);
	ck_assert(glob_weight(STR("prod-eu-*")) > glob_weight(STR("prod-*")));
	ck_assert(glob_weight(STR("*")) == 0);
	struct str items[] = {STR("*"), STR("prod-*"), STR("dev")};
	struct globs globs = {items, 3};
	size_t weight;
	ck_assert(globs_match(&globs, STR("prod-eu"), &weight) && weight == 5);
	ck_assert(globs_match(&globs, STR("dev"), &weight) && weight == GLOB_EXACT);
	globs = (struct globs){items + 1, 2};
	ck_assert(!globs_match(&globs, STR("test"), &weight));
	ck_assert(globs_match(&(struct globs){NULL, 0}, STR("test"), &weight) && weight == 0);
}
END_TEST

UNIT_TESTS("glob", a_star_stands_for_any_text_and_a_question_mark_for_one_byte,
	two_patterns_overlap_when_some_text_matches_both,
	an_exact_name_is_more_specific_than_a_pattern_and_a_longer_pattern_than_a_shorter)
