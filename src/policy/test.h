/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/decide.h"

/* A document whose subjects a test case wants judged. */
struct policy_test_document {
	const struct policy_schema *schema; /* the layer whose subjects they are */
	struct str file, text;              /* where it was read, for excerpts */
	const struct value *root;
	unsigned kubernetes_minor;
};

/* What the engine cannot do by itself: the layer and the disk. */
struct policy_test_source {
	/** Begin with the subjects of a document; what is returned lives in arena. */
	void *(*open)(
		void *context, struct arena *arena, const struct policy_test_document *document);
	/** The next subject of what was opened: 1; 0 at the end; -1 for one that is malformed. */
	int (*next)(
		void *opened, struct arena *arena, struct subject *ret_subject, struct error *err);
	/** The text of a file that a test at test_path names; -1 when it cannot be read. */
	int (*read)(void *context, struct arena *arena, struct str test_path, struct str file,
		struct str *ret_text, struct error *err);
	void *context; /* of open and read */
};

/* What came of one case. */
struct policy_test_result {
	struct str policy, name;
	struct str file;       /* of the test */
	struct origin origin;  /* of the case in it */
	struct str difference; /* lines, each what was expected and what was found; empty: passed */
};

struct policy_test_summary {
	size_t cases, failed;
};

/**
 * Run all cases of the `kind: PolicyTest` documents of a catalogue, in their order. Each case
 * compiles its policy anew for its version and parameters, in phase enforce unless it says
 * otherwise, without profile, rollouts and waivers. Pure but for what source does; a result lives
 * only during the call of report.
 */
struct policy_test_summary policy_test_run(const struct catalogue *catalogue,
	const struct policy_schema *const *schemas, const struct policy_test_source *source,
	void (*report)(void *context, const struct policy_test_result *result), void *context);
