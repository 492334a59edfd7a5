/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/command.h"
#include "programs/gabion/commands.h"

#include <limits.h>

/* clang-format off */
const struct command context_commands[] = {
	{
		.name = "run",
		.summary = "start a workload in its context, without any daemon",
		.description =
			"The context decides what the workload may do; without --context it is "
			"the default, the strictest. The policies judge the configuration that "
			"comes of it, and nothing starts that they refuse.\n\nThe exit code is "
			"the workload's, 128 + N when signal N ended it, and 125 when it was not "
			"started. With --evidence the decision is recorded first: what cannot be "
			"recorded does not start.",
		.argument = "COMMAND...",
		.least = 1,
		.most = UINT_MAX,
		.options = {
			CATALOGUE_OPTIONS, OPTION_CONTEXT, OPTION_ROOTFS, OPTION_ENV,
			OPTION_NETWORK, OPTION_LISTEN, OPTION_RUNTIME, OPTION_IMAGE_DIGEST, OPTION_EVIDENCE, NO_OPTION,
		},
		.examples = {
			{"gabion run --rootfs ./rootfs -- /bin/server --port 8080",
				"in the default context"},
			{"gabion run --policy contexts/ --context shop-web --rootfs ./rootfs -- /bin/web",
				"in a context of your own"},
			{NULL, NULL},
		},
		.exits = {
			"the workload ended with 0; other codes are its own, but for 125", NULL,
			"the command line is invalid", NULL,
		},
		.run = command_run,
	},
	{
		.name = "learn",
		.summary = "run a workload, watch what it needs, and write a context of it",
		.description =
			"The workload runs in its context, whose limits hold, and every system "
			"call is noted before it happens: the calls, the files, what it listens "
			"and connects to, the most memory and processes. The context that is "
			"written allows that, what any program may need, and the calls that the "
			"program files hold, which are marked. What the workload's context refuses is "
			"never in it: such calls are listed as opt-ins that somebody would have to "
			"give a reason for.\n\nRun the workload several times, and with all that "
			"it does: what it was not seen to do will be refused. \"New system calls "
			"per run\" says when a run brought nothing new.",
		.argument = "COMMAND...",
		.least = 1,
		.most = UINT_MAX,
		.options = {
			CATALOGUE_OPTIONS, OPTION_CONTEXT, OPTION_ROOTFS, OPTION_RUNS, OPTION_FOR,
			OPTION_MERGE, OPTION_SEEN_ONLY, OPTION_ID, OPTION_IMAGE_DIGEST, OPTION_LEARNED,
			OPTION_ENV,
			OPTION_NETWORK, OPTION_LISTEN, OPTION_RUNTIME, NO_OPTION,
		},
		.examples = {
			{"gabion learn --rootfs ./rootfs --runs 4 -o web.yaml -- /bin/web --once",
				"from four runs"},
			{"gabion learn --rootfs ./rootfs --for 30 -o web.yaml -- /bin/web",
				"a server, used for half a minute"},
			{"gabion run --policy web.yaml --context learned-web --rootfs ./rootfs -- /bin/web",
				"then run it in what was learned"},
			{NULL, NULL},
		},
		.exits = {
			"written", "written, but a run ended with an error",
			EXIT_INVALID_USAGE, "nothing could be learned, or it could not be written",
		},
		.run = command_learn,
	},
	{
		.name = "context list",
		.summary = "list the contexts of the catalogue",
		.options = {CATALOGUE_OPTIONS, OPTION_FORM, NO_OPTION},
		.examples = {
			{"gabion context list --policy contexts/", "with your own"},
			{NULL, NULL},
		},
		.exits = {"listed", NULL, EXIT_INVALID_USAGE, "a policy cannot be read"},
		.run = command_context_list,
	},
	{
		.name = "context show",
		.summary = "show what a context allows, and until when",
		.description =
			"With -o json also the whole OCI configuration that it comes to.",
		.argument = "[NAME]",
		.least = 0,
		.most = 1,
		.options = {CATALOGUE_OPTIONS, OPTION_FORM, NO_OPTION},
		.examples = {
			{"gabion context show", "the default"},
			{"gabion context show -o json", "its configuration"},
			{NULL, NULL},
		},
		.exits = {
			"shown", NULL, "there is no such context, or a policy is invalid",
			"a policy cannot be read",
		},
		.run = command_context_show,
	},
	{
		.name = "context diff",
		.summary = "show what one context allows and another does not",
		.argument = "A B",
		.least = 2,
		.most = 2,
		.options = {CATALOGUE_OPTIONS, NO_OPTION},
		.examples = {
			{"gabion context diff default shop-web --policy contexts/",
				"what a context opens"},
			{NULL, NULL},
		},
		.exits = {
			"they allow the same", "they differ",
			"there is no such context, or a policy is invalid",
			"a policy cannot be read",
		},
		.run = command_context_diff,
	},
	{
		.name = "context check",
		.summary = "judge whether OCI configurations ask for more than their context grants",
		.argument = "CONFIG...",
		.values = VALUES_FILES,
		.least = 1,
		.most = UINT_MAX,
		.options = {
			OPTION_OUTPUT, CATALOGUE_OPTIONS, OPTION_CONTEXT, OPTION_EVIDENCE,
			OPTION_QUIET, NO_OPTION,
		},
		.examples = {
			{"gabion context check config.json", "against the default context"},
			{NULL, NULL},
		},
		.exits = {
			"they ask for no more", "one asks for more", EXIT_INVALID_USAGE,
			"something could not be read, judged or written",
		},
		.run = command_context_check,
	},
	{
		.name = "context harden",
		.summary = "tighten an OCI configuration to what its context grants",
		.description =
			"Prints the tightened configuration, and on standard error each change "
			"with its reason. The result is judged again: what no change could mend "
			"is told, and the exit code says so. With --evidence what the file asked "
			"for is recorded before the result is printed: what cannot be recorded is "
			"not printed.",
		.argument = "CONFIG",
		.values = VALUES_FILES,
		.least = 1,
		.most = 1,
		.options = {
			CATALOGUE_OPTIONS, OPTION_CONTEXT, OPTION_QUIET, OPTION_EVIDENCE, NO_OPTION,
		},
		.examples = {
			{"gabion context harden config.json >hardened.json", "to the default context"},
			{NULL, NULL},
		},
		.exits = {
			"it asks for no more than it is granted",
			"something is left that only its author can change", EXIT_INVALID_USAGE,
			"it cannot be read, or not be recorded",
		},
		.run = command_context_harden,
	},
	{
		.name = "context grants",
		.summary = "list what a context can be granted beyond the default",
		.options = {OPTION_FORM, NO_OPTION},
		.examples = {
			{"gabion context grants", "each by its name"},
			{NULL, NULL},
		},
		.exits = {"listed", NULL, "the command line is invalid", NULL},
		.run = command_context_grants,
	},
	{
		.name = "doctor",
		.summary = "say what this machine's kernel and rights allow, and what stands in for the rest",
		.description =
			"Looks and changes nothing. For what is missing it says what gabion does "
			"instead, or what would mend it.",
		.options = {OPTION_FORM, NO_OPTION},
		.examples = {
			{"gabion doctor", "this machine, this user"},
			{"gabion doctor -o json", "for programs"},
			{NULL, NULL},
		},
		.exits = {
			"contexts can be made", "something is missing that nothing stands in for",
			"the command line is invalid", NULL,
		},
		.run = command_doctor,
	},
	{
		.name = "drill context",
		.summary = "try every known way out of a context, harmlessly",
		.description =
			"Starts a probe in the context, which tries one way out after the other, "
			"and looks from outside at what came of it; then the same with images "
			"that are made to lead a runtime astray. With the default context all is "
			"blocked. The probe refuses to run anywhere else.",
		.options = {
			CATALOGUE_OPTIONS, OPTION_CONTEXT, OPTION_EACH, OPTION_RUNTIME, OPTION_FORM,
			OPTION_EVIDENCE, NO_OPTION,
		},
		.examples = {
			{"gabion drill context", "the default"},
			{"gabion drill context --each -o json", "and every opt-in alone"},
			{NULL, NULL},
		},
		.exits = {
			"nothing escaped", "something escaped", EXIT_INVALID_USAGE,
			"a context could not be started, or a probe did not answer",
		},
		.run = command_drill_context,
	},
	{.name = NULL},
};
/* clang-format on */
