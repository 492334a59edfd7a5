/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Every limit of the project, each with its unit and its reason. Reaching one is an error, never a
 * cut. */
enum limits {
	/* Input documents: far above any real manifest (an API server refuses above 3 MiB). */
	LIMIT_INPUT_BYTES = 64 << 20,    /* one file or standard input */
	LIMIT_DOCUMENT_BYTES = 16 << 20, /* one document, from its first to its last byte */
	LIMIT_DATA_DEPTH = 256,     /* nesting of lists and maps; recursion over data stops here */
	LIMIT_DATA_NODES = 4 << 20, /* values in one document, counted after alias expansion */
	LIMIT_ALIAS_NODES = 100000, /* values that aliases may add to one document */
	LIMIT_LIST_DEPTH = 8,       /* Kubernetes Lists within Lists; real ones are 1 deep */
	LIMIT_ANCHORS = 4096,       /* in one document; looking one up is a scan */

	/* Expressions: the sizes cel-go and the API server use. */
	LIMIT_CEL_SOURCE_RUNES = 100000, /* code points of one expression */
	LIMIT_CEL_DEPTH = 250,          /* nesting of an expression; the specification demands 32 */
	LIMIT_CEL_TYPE_STEPS = 4 << 20, /* comparisons of types: 50 ms; a type can double with
					   every name bound */
	LIMIT_CEL_VALUE_DEPTH = 1000,   /* nesting of a computed value; recursion stops here */
	LIMIT_CEL_LAZY_DEPTH = 100,     /* lazy slots that wait for each other */
	LIMIT_CEL_FREE_WORK = 4 << 20,  /* units of cel_run_work() whatever the cost limit is */
	LIMIT_CEL_WORK_PER_COST = 8,    /* and as many more per unit of the cost limit */
	LIMIT_CEL_REGEX_BYTES = 64 << 10, /* source of one regular expression */
	LIMIT_CEL_REGEX_STEPS = 1 << 15,  /* instructions of a compiled one: [^x]{1000} is 8,000 */

	/* Policies: what a catalogue of thousands needs, and no more. */
	LIMIT_POLICY_ID_BYTES = 128,
	LIMIT_GLOB_BYTES = 256,      /* a pattern over names; Kubernetes' names end at 253 */
	LIMIT_POLICY_EACH = 4,       /* nested loops of one policy */
	LIMIT_POLICY_VARIABLES = 64, /* of one policy */
	LIMIT_POLICY_PARAMETERS = 64,
	LIMIT_POLICY_PROBLEMS = 500,       /* of one load; what comes after them is not listed */
	LIMIT_CATALOGUE_POLICIES = 4096,   /* ten times all published rule sets together */
	LIMIT_CATALOGUE_DOCUMENTS = 16384, /* policies, their tests, profiles, waivers */
	LIMIT_CATALOGUE_ROLLOUTS = 1024,   /* each pair of them is compared */

	/* A decision: the API server spends at most 10,000,000 units on one policy (about 1 s of
	 * its time); all policies over one subject together get the same. */
	LIMIT_DECIDE_COST = 10000000,
	LIMIT_KUBERNETES_COST = 1000000, /* of one expression in the language of an API server */
	LIMIT_REASONS = 1000,          /* of one subject; a last one says how many are not listed */
	LIMIT_MESSAGE_BYTES = 5 << 10, /* of a message an expression made, as the API server's */

	/* Execution contexts: a config.json with the largest seccomp profile in use has 60 KB. */
	LIMIT_CONTEXT_CONFIG_BYTES = 4 << 20,
	LIMIT_CONTEXT_BYTES = 64 << 20,  /* memory of one configuration, read */
	LIMIT_CONTEXT_UNKNOWN = 256,     /* fields and names passed over that are listed */
	LIMIT_SECCOMP_NODES = 16384,     /* questions of a filter while it is made; the kernel takes
					4,096 instructions */
	LIMIT_LANDLOCK_BYTES = 64 << 10, /* of an annotation's text */
	LIMIT_LANDLOCK_PATHS = 256,      /* each is a descriptor while rules are made */
	LIMIT_LANDLOCK_PORTS = 1024,     /* inserted in order, one by one */
	LIMIT_HARDEN_ROUNDS =
		16, /* of changes that call for others; the built-in policies need 3 */

	/* Program files whose code is read while a context is learned: node has 90 MB. */
	LIMIT_LEARN_FILE_BYTES = 256 << 20,  /* of one; a larger one is left out and told */
	LIMIT_LEARN_TOTAL_BYTES = 512 << 20, /* of all */
	LIMIT_LEARN_FILES = 512,             /* python3 with its libraries has 60 */

	/* What an image may have below the place of a tmpfs that starts with a copy of it. */
	LIMIT_COPY_UP_ENTRIES = 65536, /* files and folders; each takes memory of the kernel */
	LIMIT_COPY_UP_DEPTH = 64,      /* folders within folders; each holds two descriptors open */

	/* Memory of one subject: document, facts, evaluation and reasons together. */
	LIMIT_SUBJECT_BYTES = 256 << 20,
	/* What a run of a program keeps besides: catalogue, names of files, reports written last.
	 */
	LIMIT_RUN_BYTES = 1 << 30,
};
