/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/catalogue.h"

#include "policy_sample.h"
#include "unit.h"

#define POLICY(id, message) \
	"apiVersion: gabion.dev/v1\nkind: Policy\nid: " id "\ntitle: T\nlayer: cluster\n" \
	"subject: pod\nowner: customer\nrisk: high\nmessage: " message \
	"\nforbid: pod.spec.hostNetwork\n"
#define PROFILE(id, policies) \
	"apiVersion: gabion.dev/v1\nkind: Profile\nid: " id "\ntitle: P\npolicies: [" policies "]" \
	"\n"
#define WAIVER(expires) \
	"apiVersion: gabion.dev/v1\nkind: Waiver\nid: w\npolicies: [a]\nscope: {names: [x]}\n" \
	"owner: Team\nreason: r\nexpires: " expires "\n"

static struct str digest_of(
	struct sample *sample, const struct policy_source *sources, size_t count)
{
	const struct catalogue *catalogue = sample_load_all(sample, sources, count);
	ck_assert(catalogue != NULL);
	return catalogue_digest(catalogue);
}

START_TEST(the_digest_knows_the_catalogue_whatever_its_files_are)
{
	static const struct policy_source two[] = {
		{STR_INIT("a.yaml"), STR_INIT(POLICY("a", "m")), false},
		{STR_INIT("b.yaml"), STR_INIT(POLICY("b", "m")), false}};
	static const struct policy_source swapped[] = {
		{STR_INIT("x.yaml"), STR_INIT(POLICY("b", "'m'") "---\n# again\n" POLICY("a", "m")),
			false},
		{STR_INIT("y.yaml"),
			STR_INIT("apiVersion: gabion.dev/v1\nkind: PolicyTest\npolicy: a\ncases: "
				 "[{name: c, expect: deny}]\n"),
			false}};
	static const struct policy_source other[] = {
		{STR_INIT("a.yaml"), STR_INIT(POLICY("a", "m")), false},
		{STR_INIT("b.yaml"), STR_INIT(POLICY("b", "other")), false}};
	struct sample sample;
	sample_init(&sample);
	struct str digest = digest_of(&sample, two, 2);
	ck_assert_uint_eq(digest.len, 64);
	ASSERT_STR(digest_of(&sample, swapped, 2), digest);
	ck_assert(!str_equal(digest_of(&sample, other, 2), digest));
	sample.options.kubernetes_minor = 31;
	ck_assert(!str_equal(digest_of(&sample, two, 2), digest));
	sample_release(&sample);
}
END_TEST

START_TEST(a_profile_selects_and_what_is_given_by_hand_stays_in_force)
{
	static const struct policy_source sources[] = {
		{STR_INIT("a.yaml"),
			STR_INIT(POLICY("a.x", "m") "---\n" POLICY("a.y", "m") "---\n" PROFILE(
				"default", "a.x") "---\n" PROFILE("all",
				"'*'") "---\n" PROFILE("none", "a.y")),
			false},
		{STR_INIT("b.yaml"), STR_INIT(POLICY("b", "m")), true}};
	static const char *const profiles[][2] = {
		{"", "a.x b "}, {"default", "a.x b "}, {"all", "a.x a.y b "}, {"none", "a.y b "}};
	for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++) {
		struct sample sample;
		sample_init(&sample);
		sample.options.profile = str_from(profiles[i][0]);
		const struct catalogue *catalogue = sample_load_all(&sample, sources, 2);
		for (size_t p = 0; p < catalogue_count(catalogue); p++)
			buf_printf(&sample.told, "%.*s ",
				STR_ARGS(catalogue_policy(catalogue, p)->id));
		ASSERT_STR(buf_str(&sample.told), str_from(profiles[i][1]));
		ck_assert_uint_eq(catalogue_all_count(catalogue), 3);
		ck_assert_uint_eq(catalogue_profile_count(catalogue), 3);
		ASSERT_STR(catalogue_profile_at(catalogue, 0)->id, STR("all"));
		sample_release(&sample);
	}
}
END_TEST

START_TEST(an_unknown_profile_or_policy_names_the_nearest)
{
	struct sample sample;
	struct str nearest = STR("");
	sample_init(&sample);
	const struct catalogue *catalogue =
		sample_catalogue(&sample, POLICY("a.host", "m") "---\n" PROFILE("strict", "'*'"));
	ck_assert(catalogue_profile(catalogue) == NULL);
	ck_assert(catalogue_find(catalogue, STR("a.host"), &nearest) != NULL);
	ck_assert(catalogue_find(catalogue, STR("a.hots"), &nearest) == NULL);
	ASSERT_STR(nearest, STR("a.host"));
	ck_assert(catalogue_find(catalogue, STR("gabion.reasons-limit"), &nearest) ==
		  &policy_reasons_limit);
	sample.options.profile = STR("stirct");
	ck_assert(sample_load(&sample, PROFILE("strict", "'*'")) == NULL);
	ASSERT_STR(buf_str(&sample.told),
		STR("error p.yaml:5:12: `*` matches no policy\n"
		    "error :0:0: there is no profile `stirct`; did you mean `strict`?\n"));
	sample_release(&sample);
}
END_TEST

START_TEST(a_waiver_that_expired_is_a_warning_and_one_that_will_soon_a_notice)
{
	/* It is 2026-10-31T00:00:00Z. */
	static const char *const rows[][2] = {
		{POLICY("a", "m") "---\n" WAIVER("2026-10-30"),
			"warning p.yaml:12:1: the waiver `w` of Team is void: it expired at "
			"2026-10-31T00:00:00Z; mend what it covers, or have it renewed with a new "
			"date\n"},
		{POLICY("a", "m") "---\n" WAIVER("2026-11-13"),
			"notice p.yaml:12:1: the waiver `w` of Team expires soon, at "
			"2026-11-14T00:00:00Z; mend what it covers, or have it renewed with a new "
			"date\n"},
		{POLICY("a", "m") "---\n" WAIVER("2026-11-14"), ""},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sample sample;
		sample_init(&sample);
		const struct catalogue *catalogue = sample_catalogue(&sample, rows[i][0]);
		ck_assert_uint_eq(catalogue_waiver_count(catalogue), 1);
		catalogue_check_waivers(catalogue, 1793404800, sample_tell, &sample);
		ASSERT_STR(buf_str(&sample.told), str_from(rows[i][1]));
		sample_release(&sample);
	}
}
END_TEST

START_TEST(whatever_the_memory_a_load_succeeds_or_says_that_it_was_too_little)
{
	static const char text[] =
		POLICY("a", "m") "---\n" PROFILE("p", "'*'") "---\n" WAIVER("2026-10-30");
	for (size_t cap = 0;; cap += 4093) {
		struct sample sample;
		sample_init(&sample);
		struct arena whole = sample.arena;
		arena_init(&sample.arena, cap);
		struct policy_source source = {.path = STR("p.yaml"), .text = str_from(text)};
		const struct catalogue *catalogue = sample_load_all(&sample, &source, 1);
		struct str told = buf_str(&sample.told);
		arena_release(&sample.arena);
		sample.arena = whole;
		sample_release(&sample);
		if (catalogue)
			break;
		ck_assert_uint_gt(told.len, 0);
		ck_assert_uint_lt(cap, 64 << 20);
	}
}
END_TEST

UNIT_TESTS("catalogue", the_digest_knows_the_catalogue_whatever_its_files_are,
	a_profile_selects_and_what_is_given_by_hand_stays_in_force,
	an_unknown_profile_or_policy_names_the_nearest,
	a_waiver_that_expired_is_a_warning_and_one_that_will_soon_a_notice,
	whatever_the_memory_a_load_succeeds_or_says_that_it_was_too_little)
