/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/commands.h"

#include "programs/gabion/command.h"

#include <limits.h>

static const char *const word_shells[] = {"bash", "zsh", "fish", NULL};

#define CATALOGUE_OPTIONS  OPTION_PROFILE, OPTION_POLICY, OPTION_NO_BUILTIN, OPTION_KUBERNETES
#define EXIT_INVALID_USAGE "the command line or a policy is invalid"

/* clang-format off */
static const struct command main_commands[] = {
	{
		.name = "check",
		.summary = "judge manifests before they reach a cluster",
		.description =
			"Judges every Kubernetes object in files, folders and standard input "
			"(-), JSON or YAML, also as rendered by Helm and Kustomize. Of a folder "
			"all files ending in .yaml, .yml and .json are read, hidden ones "
			"and linked folders apart. "
			"Every finding names its place, its cause, who is to fix it and how. "
			"Nothing is sent anywhere.\n\nWhat cannot be judged is reported and "
			"hides nothing else. When findings deny and something could not be "
			"judged, the exit code is 1: what was found is certain, and nothing "
			"unread could make it good.",
		.argument = "PATH...",
		.values = VALUES_FILES,
		.least = 1,
		.most = UINT_MAX,
		.options = {
			OPTION_OUTPUT, CATALOGUE_OPTIONS, OPTION_OWNER, OPTION_FAIL_ON,
			OPTION_EXIT_ZERO, OPTION_EVIDENCE, OPTION_QUIET, NO_OPTION,
		},
		.examples = {
			{"gabion check deploy.yaml", "one file"},
			{"helm template ./chart | gabion check -", "what a chart renders"},
			{"gabion check k8s/ -o text -o sarif=out.sarif",
				"a folder, with a report for code scanning"},
			{NULL, NULL},
		},
		.exits = {
			"nothing denies", "findings deny (see --fail-on)", EXIT_INVALID_USAGE,
			"something could not be read, judged or written, or there was nothing to judge",
		},
		.run = command_check,
	},
	{
		.name = "demo",
		.summary = "see gabion judge a small installation and its repaired twin",
		.description =
			"Needs no configuration, no cluster and no privilege. It judges an "
			"example that is built in and says what to learn from it; then it keeps "
			"the decisions in a ledger, verifies it, alters one byte and verifies it "
			"again. What it writes lies in a temporary folder that it removes.",
		.examples = {
			{"gabion demo", "all acts"},
			{NULL, NULL},
		},
		.options = {NO_OPTION},
		.exits = {
			"the demonstration went as it should", NULL,
			"the command line is invalid", "it did not",
		},
		.run = command_demo,
	},
	{
		.name = "eval",
		.summary = "evaluate an expression as policies do",
		.description =
			"Shows value, type and cost of a CEL expression, or a caret under what "
			"is wrong. With --data, `object` is the document, and each of its "
			"top-level keys that can be a name is a variable. Variables are "
			"dynamically typed.",
		.argument = "EXPRESSION",
		.least = 1,
		.most = 1,
		.options = {
			OPTION_DATA, OPTION_LANGUAGE, OPTION_KUBERNETES, OPTION_FORM, NO_OPTION,
		},
		.examples = {
			{"gabion eval '[1, 2, 3].filter(x, x > 1)'", "an expression alone"},
			{"gabion eval 'spec.replicas > 1' --data deploy.yaml", "over a document"},
			{"gabion eval 'ip(\"10.0.0.1\").family()' --profile kubernetes --k8s 1.31",
				"as an API server of that version would"},
			{NULL, NULL},
		},
		.exits = {
			"it has a value", NULL, "the command line or the expression is invalid",
			"the expression has no value for this data, or the data cannot be read",
		},
		.run = command_eval,
	},
	{
		.name = "explain",
		.summary = "say what a policy wants, why, and how to comply",
		.description =
			"Explains a policy of the catalogue, an exit code (exit-0 to exit-3) or "
			"a kind of error, such as the input of error[input].",
		.argument = "ID",
		.values = VALUES_EXPLAINED,
		.least = 1,
		.most = 1,
		.options = {CATALOGUE_OPTIONS, OPTION_FORM, NO_OPTION},
		.examples = {
			{"gabion explain pss.baseline.privileged", "a policy"},
			{"gabion explain exit-3", "an exit code"},
			{NULL, NULL},
		},
		.exits = {
			"explained", NULL, "there is no such thing, or a policy is invalid",
			NULL,
		},
		.run = command_explain,
	},
	{
		.name = "policy list",
		.summary = "list the policies in force",
		.options = {
			CATALOGUE_OPTIONS, OPTION_OWNER, OPTION_LAYER, OPTION_FORM, NO_OPTION,
		},
		.examples = {
			{"gabion policy list", "the default profile"},
			{"gabion policy list --profile all --owner provider",
				"what a provider owes"},
			{NULL, NULL},
		},
		.exits = {"listed", NULL, EXIT_INVALID_USAGE, "a policy cannot be read"},
		.run = command_policy_list,
	},
	{
		.name = "policy show",
		.summary = "show a policy as it was written",
		.argument = "ID",
		.values = VALUES_POLICIES,
		.least = 1,
		.most = 1,
		.options = {CATALOGUE_OPTIONS, OPTION_FORM, NO_OPTION},
		.examples = {
			{"gabion policy show pss.baseline.privileged", "its YAML"},
			{NULL, NULL},
		},
		.exits = {
			"shown", NULL, "there is no such policy, or one is invalid",
			"a policy cannot be read",
		},
		.run = command_policy_show,
	},
	{
		.name = "policy lint",
		.summary = "find what is wrong with policies before they judge anything",
		.description =
			"Checks form, names and types of every expression against the facts of "
			"its layer, and reports all errors with their place.",
		.argument = "PATH...",
		.values = VALUES_FILES,
		.least = 1,
		.most = UINT_MAX,
		.options = {OPTION_NO_BUILTIN, OPTION_KUBERNETES, OPTION_FORM, NO_OPTION},
		.examples = {
			{"gabion policy lint policies/", "a folder"},
			{NULL, NULL},
		},
		.exits = {
			"all are valid", NULL, "a policy is invalid, or the command line",
			"a file cannot be read",
		},
		.run = command_policy_lint,
	},
	{
		.name = "policy test",
		.summary = "run the tests written beside policies",
		.description =
			"Runs every test in files ending in .test.yaml: a subject, the verdict "
			"expected, the reasons and their lines. The policies of the same "
			"folders are added to the built-in ones.",
		.argument = "PATH...",
		.values = VALUES_FILES,
		.least = 1,
		.most = UINT_MAX,
		.options = {
			OPTION_NO_BUILTIN, OPTION_KUBERNETES, OPTION_QUIET, OPTION_FORM,
			NO_OPTION,
		},
		.examples = {
			{"gabion policy test policies/", "a folder"},
			{NULL, NULL},
		},
		.exits = {
			"all pass", "a test fails", "a policy or a test is invalid",
			"a file cannot be read, or there is no test",
		},
		.run = command_policy_test,
	},
	{
		.name = "policy export",
		.summary = "say in the form of a standard which controls the policies implement",
		.description =
			"Writes the policies in force as a component definition of OSCAL: one "
			"implemented requirement for each control of a standard that a policy "
			"names. The same policies give the same bytes.",
		.options = {CATALOGUE_OPTIONS, OPTION_EXPORT_FORM, NO_OPTION},
		.examples = {
			{"gabion policy export -o oscal >component.json", "the default profile"},
			{NULL, NULL},
		},
		.exits = {"written", NULL, EXIT_INVALID_USAGE, "a policy cannot be read"},
		.run = command_policy_export,
	},
	{
		.name = "metrics",
		.summary = "compute figures from a ledger, and from nothing else",
		.description =
			"Decisions, compliance by layer, owner, risk and standard, open waivers, "
			"gaps, coverage, blast radius, and the times to detect, acknowledge, "
			"respond, contain and recover; drills apart. The ledger is verified "
			"first. The same ledger and moment give the same figures; where there is "
			"no data, that is said.",
		.options = {OPTION_LEDGER, OPTION_TRUST, OPTION_AT, OPTION_METRICS_FORM,
			NO_OPTION},
		.examples = {
			{"gabion metrics --at 2026-12-31T23:59:59Z", "as they were at that moment"},
			{"gabion metrics -o prometheus >gabion.prom", "for monitoring"},
			{"gabion metrics -o oscal >results.json", "for auditors' tools"},
			{NULL, NULL},
		},
		.exits = {
			"computed", "a record is not what was signed",
			"the command line is invalid", "the ledger cannot be read",
		},
		.run = command_metrics,
	},
	{
		.name = "completion",
		.summary = "print a script that completes gabion's words in a shell",
		.argument = "SHELL",
		.values = VALUES_WORDS,
		.words = word_shells,
		.least = 1,
		.most = 1,
		.options = {NO_OPTION},
		.examples = {
			{"source <(gabion completion bash)", "for this shell"},
			{"gabion completion fish >~/.config/fish/completions/gabion.fish",
				"for all"},
			{NULL, NULL},
		},
		.exits = {"printed", NULL, "the command line is invalid", NULL},
		.run = command_completion,
	},
	{
		.name = "complete",
		.summary = "list what may stand at the end of a command line",
		.description = "Called by the scripts of gabion completion.",
		.argument = "SHELL WORD...",
		.least = 1,
		.most = UINT_MAX,
		.options = {NO_OPTION},
		.examples = {
			{"gabion complete bash -- check --pro", "what the shell asks"},
			{NULL, NULL},
		},
		.exits = {"listed", NULL, "the command line is invalid", NULL},
		.run = command_complete,
		.hidden = true,
	},
	{
		.name = "help",
		.summary = "show what a command does, with examples",
		.argument = "[COMMAND]",
		.values = VALUES_COMMANDS,
		.least = 0,
		.most = 2,
		.options = {OPTION_ALL, OPTION_MAN, OPTION_MARKDOWN, NO_OPTION},
		.examples = {
			{"gabion help check", "one command"},
			{"gabion help --man check | man -l -", "its manual page"},
			{NULL, NULL},
		},
		.exits = {"shown", NULL, "there is no such command", NULL},
		.run = command_help,
	},
	{
		.name = "version",
		.summary = "show the version",
		.options = {OPTION_FORM, NO_OPTION},
		.examples = {
			{"gabion version -o json", "for programs"},
			{NULL, NULL},
		},
		.exits = {"shown", NULL, "the command line is invalid", NULL},
		.run = command_version,
	},
	{.name = NULL},
};
/* clang-format on */

/* In the order of the overview. */
static const struct command *const groups[] = {main_commands, context_commands, ledger_commands};
enum { GROUPS = sizeof(groups) / sizeof(groups[0]) };

const struct command *command_next(const struct command *command)
{
	if (!command)
		return groups[0];
	command++;
	for (size_t i = 0; !command->name && i + 1 < GROUPS; i++) {
		const struct command *end = groups[i];
		while (end->name)
			end++;
		if (end == command)
			return groups[i + 1];
	}
	return command->name ? command : NULL;
}

bool command_takes(const struct command *command, enum option_id id)
{
	if (id == OPTION_HELP || id == OPTION_COLOR)
		return true;
	if (!command)
		return id == OPTION_VERSION;
	for (const enum option_id *at = command->options; *at != NO_OPTION; at++)
		if (*at == id)
			return true;
	return false;
}

const struct command *command_find(struct str name)
{
	for (const struct command *at = command_next(NULL); at; at = command_next(at))
		if (str_equal(name, str_from(at->name)))
			return at;
	return NULL;
}
