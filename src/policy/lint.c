/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/lint.h"

#include "base/limits.h"
#include "cel/parse.h"
#include "policy/entry.h"
#include "policy/estimate.h"
#include "policy/uses.h"

/* One policy being looked at. */
struct linter {
	const struct catalogue *catalogue;
	const struct policy_entry *entry;
	const struct policy *policy;
	const struct value *root;
	struct problems problems;
};

/* Calls visit for every expression of the policy. */
static void each_expression(struct linter *linter,
	void (*visit)(struct linter *, const struct value *, void *), void *context)
{
	static const char *const single[] = {
		"match", "require", "forbid", "messageExpression", NULL};
	static const char *const lists[] = {"variables", "each", NULL};
	for (const char *const *field = lists; *field; field++) {
		const struct value *list = form_get(linter->root, *field);
		for (uint32_t i = 0; list && i < list->count; i++)
			visit(linter, form_get(&list->items[i], "expression"), context);
	}
	for (const char *const *field = single; *field; field++) {
		const struct value *text = form_get(linter->root, *field);
		if (text)
			visit(linter, text, context);
	}
	const struct value *patch = form_get(form_get(linter->root, "remediation"), "patch");
	const struct value *computed = form_get(patch, "valueExpression");
	if (computed)
		visit(linter, computed, context);
}

/* A name under one root that the policy's expressions may use. */
struct used {
	struct str root;
	const struct value *name;
	bool found;
};

static void visit_use(struct linter *linter, const struct value *text, void *context)
{
	struct used *used = context;
	struct arena *arena = linter->problems.arena;
	struct error err = {0};
	struct cel_ast ast;
	if (used->found || cel_parse(linter->entry->env, arena, value_str(text), &ast, &err) != 0)
		return;
	const struct use *use = uses_of(arena, &ast, used->root);
	for (; use; use = use->next)
		if (use->field.len == 0 || str_equal(use->field, value_str(used->name)))
			used->found = true;
}

static bool is_used(struct linter *linter, struct str root, const struct value *name)
{
	struct used used = {root, name, false};
	each_expression(linter, visit_use, &used);
	return used.found;
}

static void check_test(struct linter *linter)
{
	const struct catalogue *catalogue = linter->catalogue;
	for (size_t i = 0; i < catalogue->document_count; i++) {
		const struct catalogue_document *document = &catalogue->documents[i];
		if (document->kind == KIND_TEST &&
			str_equal(form_text(document->root, "policy"), linter->policy->id))
			return;
	}
	problem_at(&linter->problems, form_get(linter->root, "id"),
		"write one beside it, in <policy>.test.yaml", "`%.*s` has no test",
		QUOTE(linter->policy->id));
}

static void check_mapping(struct linter *linter)
{
	if (linter->policy->mapping_count == 0)
		problem_at(&linter->problems, linter->root,
			"say which controls it serves, for example mappings: {cis: [5.2.2]}",
			"`%.*s` maps to no standard", QUOTE(linter->policy->id));
}

static void check_remediation(struct linter *linter)
{
	if (linter->policy->remedy.len == 0)
		problem_at(&linter->problems, linter->root,
			"say what a person does about it, in remediation: {text: ...}",
			"`%.*s` has no remediation", QUOTE(linter->policy->id));
}

/* A text that is an expression, or has one between the marks of a template. */
static bool shows_expression(const struct linter *linter, struct str text)
{
	static const struct str marks[] = {STR_INIT("{{"), STR_INIT("${"), STR_INIT("$(")};
	static const struct str operators[] = {STR_INIT("+"), STR_INIT("?")};
	struct error err = {0};
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (str_find(text, marks[i], 0) != SIZE_MAX)
			return true;
	const struct cel_program *program =
		cel_compile(linter->entry->env, linter->problems.arena, text, &err);
	if (!program)
		return false;
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
		if (str_find(text, operators[i], 0) != SIZE_MAX)
			return true;
	return str_find_char(text, '(') != SIZE_MAX || str_find_char(text, '.') != SIZE_MAX;
}

static void check_message(struct linter *linter)
{
	static const char *const fields[] = {"message", "title", NULL};
	for (const char *const *field = fields; *field; field++) {
		const struct value *text = form_get(linter->root, *field);
		if (text && shows_expression(linter, value_str(text)))
			problem_at(&linter->problems, text, "move it to messageExpression",
				"`%s` is a text, but shows an expression that nothing evaluates",
				*field);
	}
}

/*
 * With nothing bound, an expression that reads a fact, a parameter or a variable fails; one that
 * does not fail is the same for every subject, the empty one too.
 */
static void check_constant(struct linter *linter)
{
	const struct policy *policy = linter->policy;
	const char *const fields[] = {"match", policy->forbids ? "forbid" : "require"};
	const struct cel_program *const programs[] = {policy->match, policy->condition};
	struct arena *arena = linter->problems.arena;
	for (size_t i = 0; i < 2; i++) {
		struct cel_run run = {.arena = arena, .cost_limit = LIMIT_DECIDE_COST};
		if (!programs[i])
			continue;
		run.slots = ARENA_NEW_ARRAY(arena, struct value, policy->slots);
		for (size_t slot = 0; slot < policy->slots; slot++)
			run.slots[slot].kind = CEL_UNSET;
		struct value result = cel_eval(programs[i], &run);
		/* Where `each` has picked the offenders there is nothing left to ask. */
		bool picked = i == 1 && policy->each_count > 0;
		if (result.kind == VALUE_BOOL && !(picked && result.boolean == policy->forbids))
			problem_at(&linter->problems, form_get(linter->root, fields[i]),
				"let it depend on the subject, or remove it",
				"`%s` is %s for every subject, even an empty one", fields[i],
				result.boolean ? "true" : "false");
	}
}

static void check_variables(struct linter *linter)
{
	const struct value *list = form_get(linter->root, "variables");
	for (uint32_t i = 0; list && i < list->count; i++) {
		const struct value *name = form_get(&list->items[i], "name");
		if (!is_used(linter, STR("variables"), name))
			problem_at(&linter->problems, name, "remove it",
				"the variable `%.*s` is never used", QUOTE(value_str(name)));
	}
}

static void check_parameters(struct linter *linter)
{
	const struct value *map = form_get(linter->root, "parameters");
	for (uint32_t i = 0; map && i < map->count; i++) {
		const struct value *name = &map->entries[i].key;
		if (!is_used(linter, STR("params"), name))
			problem_at(&linter->problems, name, "remove it",
				"the parameter `%.*s` is never used", QUOTE(value_str(name)));
	}
}

/* Lists are taken to have ESTIMATE_ITEMS items; bounds on data are not known to the types. */
static void check_cost(struct linter *linter)
{
	struct estimate estimate = {.arena = linter->problems.arena, .env = linter->entry->env};
	uint64_t units = estimate_policy(&estimate, linter->root);
	if (units > ESTIMATE_LIMIT)
		problem_at(&linter->problems, linter->root,
			"compute what the inner loop needs once, in a variable",
			"`%.*s` may cost about %llu units for lists of %d items; all policies over "
			"a subject together have %d",
			QUOTE(linter->policy->id), (unsigned long long)units, ESTIMATE_ITEMS,
			LIMIT_DECIDE_COST);
}

static const struct {
	struct lint_check check;
	void (*run)(struct linter *linter);
} table[] = {
	{{"test", "it has a test beside it"}, check_test},
	{{"mapping", "it maps to a standard"}, check_mapping},
	{{"remediation", "it says how to mend what it finds"}, check_remediation},
	{{"message", "its title and message show no expression that nothing evaluates"},
		check_message},
	{{"constant", "its expressions depend on the subject"}, check_constant},
	{{"variables", "its variables are used"}, check_variables},
	{{"parameters", "its parameters are used"}, check_parameters},
	{{"cost", "its loops stay within the budget of a subject"}, check_cost},
};

size_t policy_lint_count(void)
{
	return sizeof(table) / sizeof(table[0]);
}

struct lint_check policy_lint_check(size_t index)
{
	return table[index].check;
}

size_t policy_lint(const struct catalogue *catalogue, const struct policy *policy,
	struct arena *arena, catalogue_problem *problem, void *context)
{
	const struct policy_entry *entry = policy_entry(policy);
	struct linter linter = {.catalogue = catalogue,
		.entry = entry,
		.policy = policy,
		.root = entry->document->root,
		.problems = {.arena = arena,
			.report = problem,
			.context = context,
			.level = PROBLEM_WARNING,
			.file = policy->file,
			.text = entry->document->source->text}};
	for (size_t i = 0; i < policy_lint_count(); i++)
		table[i].run(&linter);
	return linter.problems.count;
}
