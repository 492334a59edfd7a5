/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/seccomp_graph.h"

/** The node that asks the conditions of one rule: to yes when they hold, else to no. */
seccomp_node seccomp_rule_node(struct seccomp_graph *graph, const struct spec_seccomp_rule *rule,
	bool is_32bit, seccomp_node yes, seccomp_node no);
