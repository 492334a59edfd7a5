/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "layers/context/seccomp_calls.h"
#include "layers/context/seccomp_graph.h"
#include "layers/context/seccomp_rule.h"

#include <errno.h>
#include <linux/bpf_common.h>
#include <linux/seccomp.h>

/* A rule for a call; code: only when the first argument is this, and whatever the rest are. */
struct use {
	const struct use *before; /* in the order of the profile */
	const struct spec_seccomp_rule *rule;
	uint8_t code;
};

/* What the profile says about one number. */
struct decision {
	const struct spec_seccomp_rule *always; /* the first rule without conditions */
	const struct use *last;                 /* conditional ones */
};

enum { NUMBERS = 600 }; /* more than any architecture has */

/* A name of the profile: its rows, and the rule it stands in. */
struct named {
	const struct syscall_entry *entry;
	const struct seccomp_multiplexed *multiplexed;
	const struct spec_seccomp_rule *rule;
};

struct compiler {
	struct seccomp_graph graph;
	struct arena *arena;
	const struct spec_seccomp *profile;
	uint32_t default_value;
	seccomp_node otherwise; /* the default */
	seccomp_node newer;     /* above what the profile knows */
	struct named *names;
	size_t count;
	size_t place;               /* where the last name was found */
	struct decision *decisions; /* of the architecture in hand, NUMBERS */
	int64_t highest;            /* number named for it, or SYSCALL_NONE */
};

/* Numbers from first to the next span's go to one node. */
struct span {
	uint32_t first;
	seccomp_node node;
	bool mixed; /* the node asks for one number already */
};

static bool does_as_default(const struct compiler *compiler, const struct spec_seccomp_rule *rule)
{
	return seccomp_answer(rule->action, &rule->error) == compiler->default_value;
}

static void add_use(struct compiler *compiler, int64_t number, const struct spec_seccomp_rule *rule,
	uint8_t code)
{
	struct decision *decision = &compiler->decisions[number];
	if (decision->always || does_as_default(compiler, rule))
		return;
	if (rule->arg_count == 0 && code == 0) {
		decision->always = rule;
		return;
	}
	struct use *use = ARENA_NEW(compiler->arena, struct use);
	*use = (struct use){.before = decision->last, .rule = rule, .code = code};
	decision->last = use;
}

static void collect(struct compiler *compiler, enum syscall_arch arch)
{
	compiler->highest = SYSCALL_NONE;
	memset(compiler->decisions, 0, NUMBERS * sizeof(struct decision));
	for (size_t i = 0; i < compiler->count; i++) {
		const struct named *named = &compiler->names[i];
		int64_t number = named->entry ? named->entry->numbers[arch] : SYSCALL_NONE;
		if (number >= 0)
			add_use(compiler, number, named->rule, 0);
		compiler->highest = number > compiler->highest ? number : compiler->highest;
		if (arch == SYSCALL_I386 && named->multiplexed &&
			seccomp_multiplexer_obeys(compiler->profile, named->rule))
			add_use(compiler, seccomp_multiplexer(named->multiplexed), named->rule,
				named->multiplexed->code);
	}
}

static seccomp_node code_node(struct compiler *compiler, const struct use *use, seccomp_node no)
{
	const struct spec_seccomp_arg arg = {.value = use->code, .compare = SPEC_COMPARE_EQ};
	const struct spec_seccomp_rule rule = {.args = &arg, .arg_count = 1};
	seccomp_node yes = graph_return(
		&compiler->graph, seccomp_answer(use->rule->action, &use->rule->error));
	return seccomp_rule_node(&compiler->graph, &rule, true, yes, no);
}

static seccomp_node decision_node(
	struct compiler *compiler, enum syscall_arch arch, const struct decision *decision)
{
	struct seccomp_graph *graph = &compiler->graph;
	if (decision->always)
		return graph_return(
			graph, seccomp_answer(decision->always->action, &decision->always->error));
	seccomp_node node = compiler->otherwise;
	for (const struct use *use = decision->last; use && !graph->full; use = use->before) {
		if (use->code) {
			node = code_node(compiler, use, node);
			continue;
		}
		seccomp_node yes =
			graph_return(graph, seccomp_answer(use->rule->action, &use->rule->error));
		node = seccomp_rule_node(graph, use->rule, seccomp_is_32bit(arch), yes, node);
	}
	return node;
}

static struct seccomp_test number_is(uint8_t op, uint32_t number)
{
	return (struct seccomp_test){
		.word = SECCOMP_WORD_NUMBER, .op = op, .mask = ~0U, .operand = number};
}

static size_t make_spans(struct compiler *compiler, enum syscall_arch arch, struct span *ret_spans)
{
	uint32_t base = arch == SYSCALL_X32 ? SYSCALL_X32_BIT : 0;
	size_t count = 0;
	for (uint32_t number = 0; number <= NUMBERS; number++) {
		seccomp_node node = compiler->otherwise;
		if (compiler->highest >= 0 && number > compiler->highest)
			node = compiler->newer;
		else if (number < NUMBERS)
			node = decision_node(compiler, arch, &compiler->decisions[number]);
		if (count == 0 || ret_spans[count - 1].node != node)
			ret_spans[count++] = (struct span){.first = base + number, .node = node};
	}
	return count;
}

/* One number between spans that are alike is one question, not two. */
static size_t merge_spans(struct compiler *compiler, struct span *spans, size_t count)
{
	size_t kept = 1;
	for (size_t i = 1; i < count; i++) {
		struct span *last = &spans[kept - 1];
		if (last->mixed || i + 1 == count || spans[i + 1].first != spans[i].first + 1 ||
			spans[i + 1].node != last->node) {
			spans[kept++] = spans[i];
			continue;
		}
		last->node = graph_test(&compiler->graph, NULL, number_is(BPF_JEQ, spans[i].first),
			spans[i].node, last->node);
		last->mixed = true;
		i++;
	}
	return kept;
}

static seccomp_node tree(struct compiler *compiler, const struct span *spans, size_t count)
{
	if (count == 1)
		return spans[0].node;
	size_t half = count / 2;
	seccomp_node below = tree(compiler, spans, half);
	seccomp_node above = tree(compiler, spans + half, count - half);
	return graph_test(
		&compiler->graph, NULL, number_is(BPF_JGE, spans[half].first), above, below);
}

static seccomp_node arch_node(struct compiler *compiler, enum syscall_arch arch)
{
	struct span spans[NUMBERS + 1];
	collect(compiler, arch);
	size_t count = make_spans(compiler, arch, spans);
	return tree(compiler, spans, merge_spans(compiler, spans, count));
}

/* x86_64 and x32 come under one architecture and differ by a bit of the number. -1 has that bit
 * and is neither: a call that a tracer took away, or a program asking for a number nobody has. */
static seccomp_node x86_64_node(struct compiler *compiler, bool with_x32, seccomp_node refused)
{
	const uint32_t minus_one = 0xffffffffU;
	seccomp_node nobodys = compiler->otherwise, x32 = refused;
	if (with_x32)
		x32 = arch_node(compiler, SYSCALL_X32);
	seccomp_node own = arch_node(compiler, SYSCALL_X86_64);
	if (compiler->highest >= 0)
		nobodys = compiler->newer;
	x32 = graph_test(&compiler->graph, NULL, number_is(BPF_JEQ, minus_one), nobodys, x32);
	return graph_test(&compiler->graph, NULL, number_is(BPF_JGE, SYSCALL_X32_BIT), x32, own);
}

static seccomp_node root_node(struct compiler *compiler)
{
	unsigned archs = seccomp_archs(compiler->profile);
	seccomp_node root = graph_return(&compiler->graph, SECCOMP_RET_KILL_PROCESS);
	seccomp_node refused = root;
	for (unsigned arch = SYSCALL_ARCHS; arch-- > 0;) {
		if (!(archs & 1U << arch) || arch == SYSCALL_X32)
			continue;
		seccomp_node node =
			arch == SYSCALL_X86_64
				? x86_64_node(compiler, (archs & 1U << SYSCALL_X32) != 0, refused)
				: arch_node(compiler, (enum syscall_arch)arch);
		const struct seccomp_test test = {.word = SECCOMP_WORD_ARCH,
			.op = BPF_JEQ,
			.mask = ~0U,
			.operand = syscall_arch_names[arch].audit};
		root = graph_test(&compiler->graph, NULL, test, node, root);
	}
	return root;
}

static int check_errno(const struct spec_natural *error, struct error *err)
{
	enum { LAST_ERRNO = 4095 };
	if (error->set && error->value > LAST_ERRNO)
		return ERROR_SET(err, ERROR_INPUT, error->origin,
			"linux.seccomp: an errno is at most %d", LAST_ERRNO);
	return 0;
}

/* A call that no table has cannot be refused, and need not be allowed. */
static int check_unknown(const struct compiler *compiler, const struct spec_seccomp_rule *rule,
	const struct spec_text *name, struct error *err)
{
	if (!seccomp_lets_through(compiler->profile->default_action) ||
		seccomp_lets_through(rule->action) || seccomp_is_foreign(str_from(name->text)))
		return 0;
	error_set_remedy(err, "allow what is needed and refuse by default, or leave the name out");
	return ERROR_SET(err, ERROR_INPUT, name->origin,
		"linux.seccomp: '%s' is to be refused, but its number is not known", name->text);
}

static int look_up(struct compiler *compiler, const struct spec_seccomp_rule *rule,
	struct seccomp_left_out *left_out, struct error *err)
{
	bool with_i386 = (seccomp_archs(compiler->profile) & 1U << SYSCALL_I386) != 0;
	for (size_t i = 0; i < rule->names.count; i++) {
		const struct spec_text *name = &rule->names.items[i];
		struct str text = str_from(name->text);
		struct named named = {
			.entry = syscall_find_near(text, &compiler->place), .rule = rule};
		if (!named.entry || with_i386)
			named.multiplexed = seccomp_multiplexed_find(text);
		if (named.entry || named.multiplexed)
			compiler->names[compiler->count++] = named;
		else if (check_unknown(compiler, rule, name, err) < 0)
			return -1;
		else
			left_out->names[left_out->count++] = name;
	}
	return check_errno(&rule->error, err);
}

static int look_up_all(
	struct compiler *compiler, struct seccomp_left_out *left_out, struct error *err)
{
	const struct spec_seccomp *profile = compiler->profile;
	size_t total = 0;
	for (size_t i = 0; i < profile->rule_count; i++)
		total += profile->rules[i].names.count;
	compiler->names = ARENA_NEW_ARRAY(compiler->arena, struct named, total + 1);
	left_out->names = ARENA_NEW_ARRAY(compiler->arena, const struct spec_text *, total + 1);
	for (size_t i = 0; i < profile->rule_count; i++)
		if (look_up(compiler, &profile->rules[i], left_out, err) < 0)
			return -1;
	return check_errno(&profile->default_error, err);
}

static bool notifies(const struct spec_seccomp *profile)
{
	bool found = profile->default_action == SECCOMP_RET_USER_NOTIF;
	for (size_t i = 0; i < profile->rule_count; i++)
		found |= profile->rules[i].action == SECCOMP_RET_USER_NOTIF;
	return found;
}

int seccomp_compile(struct arena *arena, const struct spec_seccomp *profile,
	struct seccomp_program *ret_program, struct seccomp_left_out *ret_left_out,
	struct error *err)
{
	struct compiler *compiler = ARENA_NEW(arena, struct compiler);
	struct seccomp_left_out left_out = {0};
	compiler->arena = arena;
	compiler->profile = profile;
	if (look_up_all(compiler, &left_out, err) < 0)
		return -1;
	graph_init(&compiler->graph, arena);
	compiler->decisions = ARENA_NEW_ARRAY(arena, struct decision, NUMBERS);
	compiler->default_value = seccomp_answer(profile->default_action, &profile->default_error);
	compiler->otherwise = graph_return(&compiler->graph, compiler->default_value);
	compiler->newer = seccomp_lets_through(profile->default_action)
				  ? compiler->otherwise
				  : graph_return(&compiler->graph, SECCOMP_RET_ERRNO | ENOSYS);
	seccomp_node root = root_node(compiler);
	*ret_program = (struct seccomp_program){
		.flags = profile->flags, .wants_listener = notifies(profile)};
	if (ret_left_out)
		*ret_left_out = left_out;
	return graph_write(&compiler->graph, root, ret_program, err);
}
