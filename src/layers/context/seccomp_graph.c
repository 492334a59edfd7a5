/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/seccomp_graph.h"

#include "base/limits.h"

#include <linux/bpf_common.h>
#include <linux/seccomp.h>
#include <stddef.h>

#define FULL_MASK 0xffffffffU

struct seccomp_graph_node {
	struct seccomp_test test; /* op 0: returns the operand */
	seccomp_node yes, no;
	seccomp_node same_hash; /* node + 1 */
	bool reached, loads;    /* loads: someone comes with another word in the accumulator */
	uint16_t entry, loaded; /* where it is written: its load, and its jump */
};

void graph_init(struct seccomp_graph *graph, struct arena *arena)
{
	*graph = (struct seccomp_graph){.arena = arena};
}

static bool same_test(const struct seccomp_test *a, const struct seccomp_test *b)
{
	return a->word == b->word && a->op == b->op && a->mask == b->mask &&
	       a->operand == b->operand;
}

static bool same_word(const struct seccomp_test *a, const struct seccomp_test *b)
{
	return a->word == b->word && a->mask == b->mask;
}

static seccomp_node make(struct seccomp_graph *graph, const struct seccomp_graph_node *wanted)
{
	const struct seccomp_test *test = &wanted->test;
	uint32_t hash = (test->operand * 31 + test->mask * 17 + test->word) * 31 + test->op;
	hash = (hash * 31 + wanted->yes) * 31 + wanted->no;
	seccomp_node *bucket = &graph->buckets[(hash * 0x9e3779b1U) >> 24];
	for (seccomp_node at = *bucket; at; at = graph->nodes[at - 1].same_hash) {
		const struct seccomp_graph_node *node = &graph->nodes[at - 1];
		if (node->yes == wanted->yes && node->no == wanted->no &&
			same_test(&node->test, test))
			return (seccomp_node)(at - 1);
	}
	if (graph->count == LIMIT_SECCOMP_NODES) {
		graph->full = true;
		return 0;
	}
	if (graph->count == graph->capacity)
		graph->nodes = arena_grow(graph->arena, graph->nodes, graph->count,
			&graph->capacity, sizeof(*graph->nodes));
	graph->nodes[graph->count] = *wanted;
	graph->nodes[graph->count].same_hash = *bucket;
	*bucket = (seccomp_node)(++graph->count);
	return (seccomp_node)(graph->count - 1);
}

seccomp_node graph_return(struct seccomp_graph *graph, uint32_t value)
{
	return make(graph, &(struct seccomp_graph_node){.test = {.operand = value}});
}

enum { NO, YES, UNKNOWN };

static int holds(const struct seccomp_test *test, uint32_t word)
{
	switch (test->op) {
	case BPF_JEQ:
		return word == test->operand;
	case BPF_JGE:
		return word >= test->operand;
	case BPF_JGT:
		return word > test->operand;
	default:
		return (word & test->operand) != 0;
	}
}

/* The values a whole word may still have. */
struct interval {
	uint32_t least, most;
};

static void narrow(struct interval *values, const struct seccomp_facts *fact)
{
	uint32_t operand = fact->test.operand;
	if (fact->test.op == BPF_JEQ && fact->outcome)
		*values = (struct interval){operand, operand};
	else if (fact->test.op == BPF_JGE && fact->outcome && operand > values->least)
		values->least = operand;
	else if (fact->test.op == BPF_JGE && !fact->outcome && operand - 1 < values->most)
		values->most = operand - 1; /* graph_test() asks nobody whether word >= 0 */
	else if (fact->test.op == BPF_JGT && fact->outcome && operand + 1 > values->least)
		values->least = operand + 1;
	else if (fact->test.op == BPF_JGT && !fact->outcome && operand < values->most)
		values->most = operand;
}

static int holds_within(const struct seccomp_test *test, struct interval values)
{
	if (values.least == values.most)
		return holds(test, values.least & test->mask);
	if (test->mask != FULL_MASK)
		return UNKNOWN;
	if (test->op == BPF_JEQ)
		return test->operand < values.least || test->operand > values.most ? NO : UNKNOWN;
	if (test->op == BPF_JSET)
		return test->operand == 0 ? NO : UNKNOWN;
	int least = holds(test, values.least), most = holds(test, values.most);
	return least == most ? least : UNKNOWN;
}

static int known(const struct seccomp_test *test, const struct seccomp_facts *facts)
{
	struct interval values = {0, FULL_MASK};
	for (; facts; facts = facts->before) {
		const struct seccomp_test *asked = &facts->test;
		if (asked->word != test->word)
			continue;
		if (same_test(asked, test))
			return facts->outcome;
		if (asked->mask == test->mask && asked->op == BPF_JEQ && facts->outcome)
			return holds(test, asked->operand);
		if (asked->mask == FULL_MASK)
			narrow(&values, facts);
	}
	return holds_within(test, values);
}

/* Where a way really starts when these facts are known. */
static seccomp_node follow(
	const struct seccomp_graph *graph, seccomp_node at, const struct seccomp_facts *facts)
{
	while (graph->nodes[at].test.op) {
		int answer = known(&graph->nodes[at].test, facts);
		if (answer == UNKNOWN)
			break;
		at = answer == YES ? graph->nodes[at].yes : graph->nodes[at].no;
	}
	return at;
}

seccomp_node graph_test(struct seccomp_graph *graph, const struct seccomp_facts *facts,
	struct seccomp_test test, seccomp_node yes, seccomp_node no)
{
	if (graph->full)
		return 0;
	int answer = known(&test, facts);
	if (answer != UNKNOWN)
		return follow(graph, answer == YES ? yes : no, facts);
	struct seccomp_facts here = {.before = facts, .test = test, .outcome = true};
	yes = follow(graph, yes, &here);
	here.outcome = false;
	no = follow(graph, no, &here);
	if (yes == no)
		return yes;
	return make(graph, &(struct seccomp_graph_node){.test = test, .yes = yes, .no = no});
}

/* The program from its end to its start: a place is how many instructions come behind it. */
struct writer {
	struct sock_filter *code;
	uint16_t len;
	bool full;
};

enum { FARTHEST = 255, ROOM = 2 }; /* ROOM: what else is written before the jump itself */

static uint16_t write(struct writer *out, uint16_t code, uint8_t yes, uint8_t no, uint32_t operand)
{
	if (out->len == BPF_MAXINSNS) {
		out->full = true;
		return 0;
	}
	out->code[out->len] = (struct sock_filter){code, yes, no, operand};
	return out->len++;
}

/* A conditional jump reaches 255 instructions: farther on, a step stands in between, for others to
 * use as well. */
static void bring_near(struct writer *out, uint16_t *place)
{
	if (out->len + ROOM - *place - 1 <= FARTHEST)
		return;
	const struct sock_filter *target = &out->code[*place];
	if (target->code == (BPF_RET | BPF_K))
		*place = write(out, target->code, 0, 0, target->k);
	else
		*place = write(out, BPF_JMP | BPF_JA, 0, 0, (uint32_t)(out->len - *place - 1));
}

static uint16_t *place_of(const struct seccomp_graph_node *from, struct seccomp_graph_node *to)
{
	return same_word(&from->test, &to->test) ? &to->loaded : &to->entry;
}

static void write_node(
	struct writer *out, struct seccomp_graph *graph, struct seccomp_graph_node *node)
{
	const struct seccomp_test *test = &node->test;
	if (!test->op) {
		node->entry = node->loaded = write(out, BPF_RET | BPF_K, 0, 0, test->operand);
		return;
	}
	uint16_t *yes = place_of(node, &graph->nodes[node->yes]);
	uint16_t *no = place_of(node, &graph->nodes[node->no]);
	bring_near(out, yes);
	bring_near(out, no);
	node->loaded = write(out, BPF_JMP | BPF_K | test->op, (uint8_t)(out->len - *yes - 1),
		(uint8_t)(out->len - *no - 1), test->operand);
	if (!node->loads)
		return;
	if (test->mask != FULL_MASK)
		write(out, BPF_ALU | BPF_AND | BPF_K, 0, 0, test->mask);
	node->entry = write(out, BPF_LD | BPF_W | BPF_ABS, 0, 0, test->word);
}

static void reach(struct seccomp_graph *graph, seccomp_node root)
{
	graph->nodes[root].reached = graph->nodes[root].loads = true;
	for (size_t i = (size_t)root + 1; i-- > 0;) {
		const struct seccomp_graph_node *node = &graph->nodes[i];
		if (!node->reached || !node->test.op)
			continue;
		const seccomp_node ways[] = {node->yes, node->no};
		for (unsigned way = 0; way < 2; way++) {
			struct seccomp_graph_node *next = &graph->nodes[ways[way]];
			next->reached = true;
			next->loads |= !same_word(&node->test, &next->test);
		}
	}
}

int graph_write(struct seccomp_graph *graph, seccomp_node root, struct seccomp_program *ret_program,
	struct error *err)
{
	struct writer out = {.full = graph->full};
	if (!graph->full) {
		size_t most = graph->count * 5 + 1; /* two steps, load, mask and jump */
		most = most < BPF_MAXINSNS ? most : BPF_MAXINSNS;
		out.code = ARENA_NEW_ARRAY(graph->arena, struct sock_filter, most);
		reach(graph, root);
		for (size_t i = 0; i <= root && !out.full; i++)
			if (graph->nodes[i].reached)
				write_node(&out, graph, &graph->nodes[i]);
	}
	if (out.full) {
		error_set_remedy(err, "compare fewer values of arguments, or name fewer calls "
				      "with conditions");
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
			"linux.seccomp: the filter needs more than the %d instructions that the "
			"kernel takes",
			BPF_MAXINSNS);
	}
	for (size_t i = 0; i < out.len / 2; i++) {
		struct sock_filter kept = out.code[i];
		out.code[i] = out.code[out.len - 1 - i];
		out.code[out.len - 1 - i] = kept;
	}
	ret_program->code = out.code;
	ret_program->len = out.len;
	return 0;
}
