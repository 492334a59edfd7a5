/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/seccomp.h"

/*
 * A filter while it is made: tests of one 32 bit word of struct seccomp_data, each with two ways
 * on, ending in returned values. Equal nodes are one node, so what decides alike is shared. Nodes
 * are made from the ends to the root; written out in the same order they only jump forwards.
 */

/* The words, by their offset in struct seccomp_data. */
#define SECCOMP_WORD_NUMBER    ((uint8_t)offsetof(struct seccomp_data, nr))
#define SECCOMP_WORD_ARCH      ((uint8_t)offsetof(struct seccomp_data, arch))
#define SECCOMP_WORD_LOW(arg)  ((uint8_t)(offsetof(struct seccomp_data, args) + 8U * (arg)))
#define SECCOMP_WORD_HIGH(arg) ((uint8_t)(SECCOMP_WORD_LOW(arg) + 4U))

/* (word & mask) == operand, or >=, or >; or (word & operand) != 0. */
struct seccomp_test {
	uint8_t word;
	uint8_t op; /* BPF_JEQ, BPF_JGE, BPF_JGT, BPF_JSET */
	uint32_t mask, operand;
};

/* What is known where a node is asked: the tests on the way to it and how they came out. */
struct seccomp_facts {
	const struct seccomp_facts *before; /* NULL at the end */
	struct seccomp_test test;
	bool outcome;
};

typedef uint16_t seccomp_node;

struct seccomp_graph {
	struct arena *arena;
	struct seccomp_graph_node *nodes;
	size_t count, capacity;
	seccomp_node buckets[256]; /* newest node + 1 of a hash */
	bool full;                 /* over LIMIT_SECCOMP_NODES: graph_write() fails */
};

/** An empty graph; its nodes live in the arena. */
void graph_init(struct seccomp_graph *graph, struct arena *arena);

/** The end that returns this value. */
seccomp_node graph_return(struct seccomp_graph *graph, uint32_t value);

/**
 * The node that asks a test and goes on with yes or no; or what it comes to: nothing is asked whose
 * answer follows from facts (may be NULL), and each way starts behind what the answer decides.
 */
seccomp_node graph_test(struct seccomp_graph *graph, const struct seccomp_facts *facts,
	struct seccomp_test test, seccomp_node yes, seccomp_node no);

/** Write the program that starts at root; -1 when the kernel would refuse its length. */
int graph_write(struct seccomp_graph *graph, seccomp_node root, struct seccomp_program *ret_program,
	struct error *err);
