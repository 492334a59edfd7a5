/* SPDX-License-Identifier: Apache-2.0 */
#include "base/embed.h"
#include "flow/flow.h"
#include "page.h"
#include "policy/lint.h"
#include "policy/test.h"
#include "unit.h"

/* The folder catalogue/ with its tests. */
extern const struct embedded catalogue_with_tests;

enum { ARENA_BYTES = 256 << 20 };

static size_t problems;

static void count_problem(void *context, const struct error *err, enum problem_level level)
{
	(void)context;
	(void)level;
	problems++;
	printf("# %.*s:%u:%u: %s; %s\n", STR_ARGS(err->file), err->origin.line, err->origin.column,
		err->message, err->remedy);
}

static const struct catalogue *load(struct arena *arena, const char *profile, unsigned minor)
{
	size_t count = catalogue_with_tests.count;
	struct policy_source *sources = ARENA_NEW_ARRAY(arena, struct policy_source, count);
	for (size_t i = 0; i < count; i++)
		sources[i] = (struct policy_source){.path = catalogue_with_tests.files[i].path,
			.text = catalogue_with_tests.files[i].content};
	struct catalogue_options options = {
		.profile = str_from(profile), .kubernetes_minor = minor};
	return catalogue_load(arena, sources, count, flow_schemas, &options, count_problem, NULL);
}

/* The layer of a document and its state. */
struct opened {
	const struct layer *layer;
	void *state;
};

static void *open_document(
	void *context, struct arena *arena, const struct policy_test_document *document)
{
	(void)context;
	struct opened *opened = ARENA_NEW(arena, struct opened);
	const struct layer *const *layer = flow_layers;
	while ((*layer)->schema != document->schema)
		layer++;
	struct layer_input input = {.file = document->file,
		.text = document->text,
		.root = document->root,
		.kubernetes_minor = document->kubernetes_minor};
	*opened = (struct opened){*layer, (*layer)->open(arena, &input)};
	return opened;
}

static int next_subject(
	void *state, struct arena *arena, struct subject *ret_subject, struct error *err)
{
	struct opened *opened = state;
	return opened->layer->next(opened->state, arena, ret_subject, err);
}

static int no_file(void *context, struct arena *arena, struct str test_path, struct str file,
	struct str *ret_text, struct error *err)
{
	(void)context;
	(void)arena;
	(void)test_path;
	(void)file;
	(void)ret_text;
	return ERROR_SET(err, ERROR_POLICY, NO_ORIGIN, "built-in tests hold their subjects");
}

static void print_failure(void *context, const struct policy_test_result *result)
{
	(void)context;
	if (result->difference.len > 0)
		printf("# %.*s: %.*s\n%.*s\n", STR_ARGS(result->policy), STR_ARGS(result->name),
			STR_ARGS(result->difference));
}

START_TEST(every_profile_loads_for_every_version)
{
	static const struct {
		const char *profile;
		size_t policies;
	} profiles[] = {{"pss-baseline", 12}, {"pss-restricted", 18}, {"default", 50}, {"all", 70}};
	for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
		for (unsigned minor = 0; minor <= 37; minor += 37) {
			struct arena arena;
			arena_init(&arena, ARENA_BYTES);
			const struct catalogue *catalogue =
				load(&arena, profiles[i].profile, minor);
			ck_assert_ptr_nonnull(catalogue);
			ck_assert_uint_ge(catalogue_count(catalogue), profiles[i].policies);
			ck_assert_uint_eq(problems, 0);
			arena_release(&arena);
		}
}
END_TEST

START_TEST(lint_finds_nothing)
{
	struct arena arena, work;
	arena_init(&arena, ARENA_BYTES);
	arena_init(&work, ARENA_BYTES);
	const struct catalogue *catalogue = load(&arena, "all", 37);
	ck_assert_ptr_nonnull(catalogue);
	for (size_t i = 0; i < catalogue_count(catalogue); i++) {
		arena_reset(&work);
		policy_lint(catalogue, catalogue_policy(catalogue, i), &work, count_problem, NULL);
	}
	ck_assert_uint_eq(problems, 0);
	arena_release(&work);
	arena_release(&arena);
}
END_TEST

START_TEST(every_policy_has_tests_and_they_pass)
{
	struct arena arena;
	arena_init(&arena, ARENA_BYTES);
	const struct catalogue *catalogue = load(&arena, "all", 37);
	ck_assert_ptr_nonnull(catalogue);
	struct policy_test_source source = {
		.open = open_document, .next = next_subject, .read = no_file};
	struct policy_test_summary summary =
		policy_test_run(catalogue, flow_schemas, &source, print_failure, NULL);
	printf("# %zu cases, %zu failed\n", summary.cases, summary.failed);
	ck_assert_uint_ge(summary.cases, 3 * catalogue_count(catalogue));
	ck_assert_uint_eq(summary.failed, 0);
	arena_release(&arena);
}
END_TEST

static void put_mappings(const struct policy *policy, struct buf *out)
{
	for (size_t i = 0; i < policy->mapping_count; i++) {
		const struct policy_mapping *mapping = &policy->mappings[i];
		bool again =
			i > 0 && str_equal(mapping->standard, policy->mappings[i - 1].standard);
		if (!again)
			buf_printf(out, "%s%.*s ", i > 0 ? "; " : "", STR_ARGS(mapping->standard));
		buf_printf(out, "%s%.*s", again ? ", " : "", STR_ARGS(mapping->control));
	}
}

/* A row for each policy of `all`, with its phase in the default profile. */
static void put_policies(
	const struct catalogue *all, const struct catalogue *usual, struct buf *out)
{
	for (size_t i = 0, next = 0; i < catalogue_count(all); i++) {
		const struct policy *policy = catalogue_policy(all, i);
		const struct policy *same =
			next < catalogue_count(usual) ? catalogue_policy(usual, next) : NULL;
		bool used = same && str_equal(same->id, policy->id);
		next += used;
		buf_printf(out, "| `%.*s` | %.*s | `%s` | %s | %s | %s | ", STR_ARGS(policy->id),
			STR_ARGS(policy->title), policy->subject->name,
			policy_risk_name(policy->risk), policy_owner_name(policy->owner),
			used ? policy_phase_name(catalogue_phase(usual, same, NULL)) : "-");
		put_mappings(policy, out);
		buf_puts(out, " |\n");
	}
}

START_TEST(the_reference_lists_every_policy)
{
	struct arena arena, usual;
	struct buf page;
	arena_init(&arena, ARENA_BYTES);
	arena_init(&usual, ARENA_BYTES);
	buf_init_arena(&page, &arena, 64 << 10);
	buf_puts(&page,
		"# The built-in policies\n\n`gabion explain ID` says why each of them and how to "
		"comply. The last phase is that of the profile\n`default`; `-` is not in it.\n\n"
		"| policy | what must hold | subject | risk | owner | phase | standards |\n"
		"|---|---|---|---|---|---|---|\n");
	put_policies(load(&arena, "all", 37), load(&usual, "default", 37), &page);
	check_page("catalogue.md", buf_str(&page));
	arena_release(&usual);
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("catalogue", the_reference_lists_every_policy, every_profile_loads_for_every_version,
	lint_finds_nothing, every_policy_has_tests_and_they_pass)
