/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/command.h"

/* clang-format off */
const struct option context_options[] = {
	[0] = { /* OPTION_CONTEXT */
		.name = "context",
		.metavar = "NAME",
		.meaning = "the context to start in; without it the default, which is the strictest",
		.environment = "GABION_CONTEXT",
		.excludes = NO_OPTION,
	},
	[OPTION_ROOTFS - OPTION_CONTEXT] = {
		.name = "rootfs",
		.metavar = "DIR",
		.meaning = "the folder that becomes the workload's root",
		.values = VALUES_FILES,
		.excludes = NO_OPTION,
	},
	[OPTION_ENV - OPTION_CONTEXT] = {
		.name = "env",
		.metavar = "NAME=VALUE",
		.meaning = "an environment variable of the workload; repeatable",
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_NETWORK - OPTION_CONTEXT] = {
		.name = "network",
		.metavar = "PATH",
		.meaning = "a network namespace to join; its context must grant `network`",
		.values = VALUES_FILES,
		.excludes = NO_OPTION,
	},
	[OPTION_LISTEN - OPTION_CONTEXT] = {
		.name = "listen",
		.metavar = "ADDRESS:PORT",
		.meaning =
			"listen there and hand the socket to the workload as descriptor 3, so that "
			"it can serve without a network of its own",
		.excludes = NO_OPTION,
	},
	[OPTION_RUNTIME - OPTION_CONTEXT] = {
		.name = "runtime",
		.metavar = "FILE",
		.meaning = "the OCI runtime; without it the gabion-oci beside gabion",
		.values = VALUES_FILES,
		.environment = "GABION_RUNTIME",
		.excludes = NO_OPTION,
	},
	[OPTION_EACH - OPTION_CONTEXT] = {
		.name = "each",
		.meaning = "then drill each opt-in alone: it must open its own drills and no others",
		.excludes = NO_OPTION,
	},
	[OPTION_RUNS - OPTION_CONTEXT] = {
		.name = "runs",
		.metavar = "N",
		.meaning = "how often the workload is run, 1 to 64; without it once",
		.excludes = NO_OPTION,
	},
	[OPTION_FOR - OPTION_CONTEXT] = {
		.name = "for",
		.metavar = "SECONDS",
		.meaning = "end each run after so long, for what does not end by itself",
		.excludes = NO_OPTION,
	},
	[OPTION_MERGE - OPTION_CONTEXT] = {
		.name = "merge",
		.metavar = "FILE",
		.meaning = "a context that was learned before, whose lists are added; repeatable",
		.values = VALUES_FILES,
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_SEEN_ONLY - OPTION_CONTEXT] = {
		.name = "seen-only",
		.meaning = "leave out the calls that are in the program files but were not made",
		.excludes = NO_OPTION,
	},
	[OPTION_ID - OPTION_CONTEXT] = {
		.name = "id",
		.metavar = "NAME",
		.meaning = "the name of the learned context; without it `learned-` and the program's",
		.excludes = NO_OPTION,
	},
	[OPTION_IMAGE_DIGEST - OPTION_CONTEXT] = {
		.name = "image-digest",
		.metavar = "DIGEST",
		.meaning = "the image that the root was made from, such as sha256:..., to be told when the "
			   "context was learned from another",
		.excludes = NO_OPTION,
	},
	[OPTION_LEARNED - OPTION_CONTEXT] = {
		.name = "output",
		.letter = 'o',
		.metavar = "FILE",
		.meaning = "where the context is written; without it to standard output, and what the "
			   "workload writes goes to standard error",
		.values = VALUES_FILES,
		.excludes = NO_OPTION,
	},
};
/* clang-format on */
