/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/command.h"

static const char *const word_forms[] = {"text", "json", NULL};
static const char *const word_metrics[] = {"text", "json", "prometheus", "oscal", NULL};
static const char *const word_exports[] = {"oscal", NULL};
static const char *const word_languages[] = {"native", "kubernetes", NULL};
static const char *const word_owners[] = {"provider", "customer", "shared", NULL};
static const char *const word_layers[] = {
	"image", "cluster", "context", "runtime", "network", "host", NULL};
static const char *const word_fail_on[] = {
	"deny", "warn", "audit", "low", "medium", "high", "critical", NULL};
static const char *const word_colors[] = {"auto", "always", "never", NULL};

/* clang-format off */
static const struct option main_options[] = {
	[OPTION_OUTPUT] = {
		.name = "output",
		.letter = 'o',
		.metavar = "FORMAT[=FILE]",
		.meaning =
			"write a report as text, json, sarif, junit, markdown or github; repeat "
			"it with a file each for several at once",
		.values = VALUES_OUTPUTS,
		.repeatable = true,
		.separator = ',',
		.environment = "GABION_OUTPUT",
		.excludes = NO_OPTION,
	},
	[OPTION_FORM] = {
		.name = "output",
		.letter = 'o',
		.metavar = "FORMAT",
		.meaning = "text for people or json for programs",
		.values = VALUES_WORDS,
		.words = word_forms,
		.excludes = NO_OPTION,
	},
	[OPTION_EXPORT_FORM] = {
		.name = "output",
		.letter = 'o',
		.metavar = "FORMAT",
		.meaning = "oscal, the default: a component definition of OSCAL 1.1.3, in JSON",
		.values = VALUES_WORDS,
		.words = word_exports,
		.excludes = NO_OPTION,
	},
	[OPTION_METRICS_FORM] = {
		.name = "output",
		.letter = 'o',
		.metavar = "FORMAT",
		.meaning =
			"text for people, json for programs, prometheus for a file that its node "
			"exporter collects, or oscal for assessment-results of OSCAL 1.1.3 with "
			"the proof of every decision",
		.values = VALUES_WORDS,
		.words = word_metrics,
		.excludes = NO_OPTION,
	},
	[OPTION_PROFILE] = {
		.name = "profile",
		.metavar = "NAME",
		.meaning = "judge by the policies of this profile",
		.values = VALUES_PROFILES,
		.environment = "GABION_PROFILE",
		.excludes = NO_OPTION,
	},
	[OPTION_LANGUAGE] = {
		.name = "profile",
		.metavar = "LANGUAGE",
		.meaning =
			"native: all of CEL and its libraries; kubernetes: exactly what an API "
			"server offers",
		.values = VALUES_WORDS,
		.words = word_languages,
		.excludes = NO_OPTION,
	},
	[OPTION_POLICY] = {
		.name = "policy",
		.metavar = "PATH",
		.meaning = "also judge by the policies of this file or folder; repeatable",
		.values = VALUES_FILES,
		.repeatable = true,
		.separator = ':',
		.environment = "GABION_POLICY",
		.excludes = NO_OPTION,
	},
	[OPTION_NO_BUILTIN] = {
		.name = "no-builtin",
		.meaning = "without the policies that are built in",
		.excludes = NO_OPTION,
	},
	[OPTION_KUBERNETES] = {
		.name = "k8s",
		.metavar = "VERSION",
		.meaning = "the Kubernetes version to judge for, such as 1.31",
		.values = VALUES_VERSIONS,
		.environment = "GABION_K8S",
		.excludes = NO_OPTION,
	},
	[OPTION_OWNER] = {
		.name = "owner",
		.metavar = "OWNER",
		.meaning = "only what this owner is to fix: provider, customer or shared",
		.values = VALUES_WORDS,
		.words = word_owners,
		.environment = "GABION_OWNER",
		.excludes = NO_OPTION,
	},
	[OPTION_LAYER] = {
		.name = "layer",
		.metavar = "LAYER",
		.meaning = "only policies of this layer",
		.values = VALUES_WORDS,
		.words = word_layers,
		.excludes = NO_OPTION,
	},
	[OPTION_FAIL_ON] = {
		.name = "fail-on",
		.metavar = "LEVEL",
		.meaning =
			"what makes the exit code 1: findings that deny (the default), warn or "
			"audit and above, or any from this risk on: low, medium, high, critical",
		.values = VALUES_WORDS,
		.words = word_fail_on,
		.environment = "GABION_FAIL_ON",
		.excludes = OPTION_EXIT_ZERO,
	},
	[OPTION_EXIT_ZERO] = {
		.name = "exit-zero",
		.meaning = "exit with 0 where findings would make it 1",
		.excludes = OPTION_FAIL_ON,
	},
	[OPTION_DATA] = {
		.name = "data",
		.metavar = "FILE",
		.meaning =
			"JSON or YAML document: `object` is all of it, and its top-level keys "
			"are variables; - reads standard input",
		.values = VALUES_FILES,
		.excludes = NO_OPTION,
	},
	[OPTION_ALL] = {
		.name = "all",
		.meaning = "every command with its options",
		.excludes = NO_OPTION,
	},
	[OPTION_MAN] = {
		.name = "man",
		.meaning = "as a manual page",
		.excludes = OPTION_MARKDOWN,
	},
	[OPTION_MARKDOWN] = {
		.name = "markdown",
		.meaning = "the reference of all commands",
		.excludes = OPTION_MAN,
	},
	[OPTION_QUIET] = {
		.name = "quiet",
		.letter = 'q',
		.meaning =
			"a line per finding, no excerpts, no summary; nothing when there are "
			"none",
		.environment = "GABION_QUIET",
		.excludes = NO_OPTION,
	},
	[OPTION_COLOR] = {
		.name = "color",
		.metavar = "WHEN",
		.meaning = "auto (the default), always or never",
		.values = VALUES_WORDS,
		.words = word_colors,
		.environment = "GABION_COLOR",
		.excludes = NO_OPTION,
	},
	[OPTION_HELP] = {
		.name = "help",
		.letter = 'h',
		.meaning = "show help",
		.excludes = NO_OPTION,
	},
	[OPTION_VERSION] = {
		.name = "version",
		.meaning = "show the version",
		.excludes = NO_OPTION,
	},
};
/* clang-format on */

const struct option *option_row(enum option_id id)
{
	if (id < OPTION_LEDGER)
		return &main_options[id];
	return id < OPTION_CONTEXT ? &ledger_options[id - OPTION_LEDGER]
				   : &context_options[id - OPTION_CONTEXT];
}
