/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/catalogue.h"

struct invocation;
struct loaded;

/* What `gabion explain` knows besides policies. */
struct explain_topic {
	const char *id;
	const char *title;
	const char *text;
	const char *remedy;
};

/** How many topics there are, and each, in the order in which they are listed. */
size_t explain_topic_count(void);
const struct explain_topic *explain_topic(size_t index);

/** Say all there is to say about a policy, as text or JSON as the command line asks. */
void explain_put_policy(
	struct invocation *invocation, const struct loaded *loaded, const struct policy *policy);

/** The policy with that id, or NULL after telling what was probably meant. */
const struct policy *explain_find(
	struct invocation *invocation, const struct loaded *loaded, struct str id);
