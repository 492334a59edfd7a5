/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/seccomp_rule.h"

#include <linux/bpf_common.h>
#include <linux/seccomp.h>

/* The conditions of a rule from one on: all must hold. */
struct conditions {
	struct seccomp_graph *graph;
	const struct spec_seccomp_arg *args;
	size_t count;
	bool is_32bit;
	seccomp_node yes, no;
};

static seccomp_node conditions_node(
	const struct conditions *conditions, const struct seccomp_facts *facts);

static struct seccomp_test test_of(uint8_t word, uint8_t op, uint32_t mask, uint32_t operand)
{
	return (struct seccomp_test){word, op, mask, operand};
}

/* (word & mask) == operand; one bit, or no bit, of a mask is asked without masking. */
static seccomp_node masked_equal(struct seccomp_graph *graph, const struct seccomp_facts *facts,
	struct seccomp_test test, seccomp_node yes, seccomp_node no)
{
	bool whole = test.mask == ~0U, one_bit = (test.mask & (test.mask - 1)) == 0;
	if (test.mask == 0)
		return test.operand == 0 ? yes : no;
	if (!whole && test.operand == 0)
		return graph_test(
			graph, facts, test_of(test.word, BPF_JSET, ~0U, test.mask), no, yes);
	if (!whole && one_bit && test.operand == test.mask)
		return graph_test(
			graph, facts, test_of(test.word, BPF_JSET, ~0U, test.mask), yes, no);
	return graph_test(graph, facts, test, yes, no);
}

/* A value is equal when both of its halves are; what follows may count on that. */
static seccomp_node equal_node(const struct conditions *conditions,
	const struct spec_seccomp_arg *arg, const struct seccomp_facts *facts)
{
	struct seccomp_graph *graph = conditions->graph;
	bool masked = arg->compare == SPEC_COMPARE_MASKED_EQ;
	uint64_t mask = masked ? arg->value : ~(uint64_t)0;
	mask &= conditions->is_32bit ? 0xffffffffU : ~(uint64_t)0;
	/* As libseccomp: bits outside the mask are not compared. */
	uint64_t value = (masked ? arg->value_two : arg->value) & mask;
	unsigned index = (unsigned)arg->index;
	struct seccomp_test high = test_of(
		SECCOMP_WORD_HIGH(index), BPF_JEQ, (uint32_t)(mask >> 32), (uint32_t)(value >> 32));
	struct seccomp_test low =
		test_of(SECCOMP_WORD_LOW(index), BPF_JEQ, (uint32_t)mask, (uint32_t)value);
	const struct seccomp_facts with_high = {facts, high, true};
	const struct seccomp_facts both = {&with_high, low, true};
	bool inverse = arg->compare == SPEC_COMPARE_NE;
	seccomp_node rest = conditions_node(conditions, inverse ? facts : &both);
	seccomp_node yes = inverse ? conditions->no : rest, no = inverse ? rest : conditions->no;
	yes = masked_equal(graph, &with_high, low, yes, no);
	return masked_equal(graph, facts, high, yes, no);
}

/* >= and >, and < and <= as what they are not. */
static seccomp_node order_node(const struct conditions *conditions,
	const struct spec_seccomp_arg *arg, const struct seccomp_facts *facts)
{
	struct seccomp_graph *graph = conditions->graph;
	unsigned index = (unsigned)arg->index;
	bool inverse = arg->compare == SPEC_COMPARE_LT || arg->compare == SPEC_COMPARE_LE;
	bool strict = arg->compare == SPEC_COMPARE_GT || arg->compare == SPEC_COMPARE_LE;
	seccomp_node rest = conditions_node(conditions, facts);
	seccomp_node yes = inverse ? conditions->no : rest, no = inverse ? rest : conditions->no;
	struct seccomp_test low = test_of(
		SECCOMP_WORD_LOW(index), strict ? BPF_JGT : BPF_JGE, ~0U, (uint32_t)arg->value);
	if (conditions->is_32bit)
		return graph_test(graph, facts, low, yes, no);
	uint32_t half = (uint32_t)(arg->value >> 32);
	struct seccomp_test above = test_of(SECCOMP_WORD_HIGH(index), BPF_JGT, ~0U, half);
	struct seccomp_test same = test_of(SECCOMP_WORD_HIGH(index), BPF_JEQ, ~0U, half);
	const struct seccomp_facts not_above = {facts, above, false};
	const struct seccomp_facts is_same = {&not_above, same, true};
	seccomp_node at_low = graph_test(graph, &is_same, low, yes, no);
	seccomp_node at_same = graph_test(graph, &not_above, same, at_low, no);
	return graph_test(graph, facts, above, yes, at_same);
}

static seccomp_node conditions_node(
	const struct conditions *conditions, const struct seccomp_facts *facts)
{
	if (conditions->count == 0)
		return conditions->yes;
	struct conditions rest = *conditions;
	const struct spec_seccomp_arg *arg = rest.args++;
	rest.count--;
	switch ((enum spec_compare)arg->compare) {
	case SPEC_COMPARE_NE:
	case SPEC_COMPARE_EQ:
	case SPEC_COMPARE_MASKED_EQ:
		return equal_node(&rest, arg, facts);
	case SPEC_COMPARE_LT:
	case SPEC_COMPARE_LE:
	case SPEC_COMPARE_GE:
	case SPEC_COMPARE_GT:
		break;
	}
	return order_node(&rest, arg, facts);
}

static bool repeats_an_argument(const struct spec_seccomp_rule *rule)
{
	unsigned seen = 0;
	for (size_t i = 0; i < rule->arg_count; i++) {
		unsigned bit = 1U << rule->args[i].index;
		if (seen & bit)
			return true;
		seen |= bit;
	}
	return false;
}

seccomp_node seccomp_rule_node(struct seccomp_graph *graph, const struct spec_seccomp_rule *rule,
	bool is_32bit, seccomp_node yes, seccomp_node no)
{
	struct conditions conditions = {.graph = graph,
		.args = rule->args,
		.count = rule->arg_count,
		.is_32bit = is_32bit,
		.yes = yes,
		.no = no};
	if (!repeats_an_argument(rule))
		return conditions_node(&conditions, NULL);
	conditions.count = 1;
	for (size_t i = rule->arg_count; i-- > 0; conditions.no = no) {
		conditions.args = &rule->args[i];
		no = conditions_node(&conditions, NULL);
	}
	return no;
}
