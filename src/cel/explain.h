/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/check_state.h"

enum { EXPLAIN_BYTES = 160 };

/** A type's text, cut to fit. */
struct str cel_explain_type(
	struct cel_checker *checker, const struct cel_type *type, char memory[EXPLAIN_BYTES]);

/** No variable has this name: the nearest one is the remedy. Always -1. */
int cel_explain_name(struct cel_checker *checker, const struct cel_chain *chain);

/** No field has this name: the nearest one is the remedy. Always -1. */
int cel_explain_field(struct cel_checker *checker, const struct cel_node *at_fault,
	const struct cel_type *type, struct str field);

/** No function has this name, style and number of arguments: where it exists, or the nearest. -1.
 */
int cel_explain_function(struct cel_checker *checker, const struct cel_node *call);

/** A receiver is no variable: 0 when it is no namespace either, else what is wrong with the call,
 * -1.
 */
int cel_explain_namespace(
	struct cel_checker *checker, const struct cel_node *call, struct str namespace);

/** No overload takes these arguments. Always -1. */
int cel_explain_overload(struct cel_checker *checker, const struct cel_node *call,
	const struct cel_function *function, const struct cel_type *const *arguments);
