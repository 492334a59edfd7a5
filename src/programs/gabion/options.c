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
static const char *const word_ledger_exports[] = {"jsonl", "ocsf", "csv", "bundle", NULL};
static const char *const word_types[] = {"decision", "note", "gap", "catalogue", "detection",
	"acknowledgement", "action", "verification", "recovery", "closure", "blast-radius", "drift",
	"heartbeat", "inventory", "clock", "prune", NULL};
static const char *const word_verdicts[] = {"allow", "warn", "deny", NULL};
static const char *const word_risks[] = {"low", "medium", "high", "critical", NULL};
static const char *const word_colors[] = {"auto", "always", "never", NULL};

/* clang-format off */
const struct option options[OPTIONS] = {
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
	[OPTION_LEDGER] = {
		.name = "ledger",
		.metavar = "DIR",
		.meaning = "the ledger's folder",
		.values = VALUES_FILES,
		.environment = "GABION_LEDGER",
		.excludes = NO_OPTION,
	},
	[OPTION_TRUST] = {
		.name = "trust",
		.metavar = "KEY",
		.meaning =
			"the verifier key to believe, instead of the one that lies in the "
			"ledger itself",
		.environment = "GABION_TRUST",
		.excludes = NO_OPTION,
	},
	[OPTION_KEY] = {
		.name = "key",
		.metavar = "FILE",
		.meaning = "the file of the signing key, mode 0400",
		.values = VALUES_FILES,
		.excludes = NO_OPTION,
	},
	[OPTION_ORIGIN] = {
		.name = "origin",
		.metavar = "NAME",
		.meaning = "the name for ever of a ledger or a witness, by custom a domain and a path",
		.excludes = NO_OPTION,
	},
	[OPTION_NOTARY] = {
		.name = "notary",
		.metavar = "SOCKET",
		.meaning = "where the notary listens",
		.values = VALUES_FILES,
		.environment = "GABION_NOTARY",
		.excludes = NO_OPTION,
	},
	[OPTION_EVIDENCE] = {
		.name = "evidence",
		.metavar = "SOCKET",
		.meaning =
			"have the notary at this socket record every decision; a spool keeps "
			"them while it is away",
		.values = VALUES_FILES,
		.environment = "GABION_EVIDENCE",
		.excludes = NO_OPTION,
	},
	[OPTION_PROOF] = {
		.name = "proof",
		.metavar = "FILE",
		.meaning = "verify this proof of one record, offline",
		.values = VALUES_FILES,
		.excludes = NO_OPTION,
	},
	[OPTION_RECORD] = {
		.name = "record",
		.metavar = "FILE",
		.meaning =
			"the record that the proof is about, as `gabion ledger show -o json` "
			"prints it",
		.values = VALUES_FILES,
		.excludes = NO_OPTION,
	},
	[OPTION_LINES] = {
		.name = "lines",
		.letter = 'n',
		.metavar = "N",
		.meaning = "how many records, from the end",
		.excludes = NO_OPTION,
	},
	[OPTION_TO] = {
		.name = "to",
		.metavar = "DIR",
		.meaning = "the archive's folder: a new one, or one that ends where the ledger begins",
		.values = VALUES_FILES,
		.excludes = NO_OPTION,
	},
	[OPTION_BEFORE] = {
		.name = "before",
		.metavar = "NUMBER",
		.meaning = "archive the records below this one, in whole bundles of 256",
		.excludes = NO_OPTION,
	},
	[OPTION_OLDER_THAN] = {
		.name = "older-than",
		.metavar = "DAYS",
		.meaning = "archive what is older; 365, the default, is the least without --force",
		.excludes = NO_OPTION,
	},
	[OPTION_FORCE] = {
		.name = "force",
		.meaning = "archive younger records too; the record of the pruning says so",
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_TYPE] = {
		.name = "type",
		.metavar = "TYPE",
		.meaning =
			"only records of this type; repeatable, then any of them",
		.values = VALUES_WORDS,
		.words = word_types,
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_LAYER] = {
		.name = "layer",
		.metavar = "LAYER",
		.meaning =
			"only decisions of this layer; repeatable",
		.values = VALUES_WORDS,
		.words = word_layers,
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_VERDICT] = {
		.name = "verdict",
		.metavar = "VERDICT",
		.meaning =
			"only decisions that ended so; repeatable",
		.values = VALUES_WORDS,
		.words = word_verdicts,
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_POLICY] = {
		.name = "policy",
		.metavar = "ID",
		.meaning =
			"only decisions with a reason by this policy; * is any text; "
			"repeatable",
		.values = VALUES_POLICIES,
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_OWNER] = {
		.name = "owner",
		.metavar = "OWNER",
		.meaning =
			"only decisions with a reason that this owner is to fix; repeatable",
		.values = VALUES_WORDS,
		.words = word_owners,
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_RISK] = {
		.name = "risk",
		.metavar = "RISK",
		.meaning =
			"only decisions with a reason of this risk; repeatable",
		.values = VALUES_WORDS,
		.words = word_risks,
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_KIND] = {
		.name = "kind",
		.metavar = "KIND",
		.meaning =
			"only decisions about subjects of this kind; * is any text; "
			"repeatable",
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_NAMESPACE] = {
		.name = "namespace",
		.metavar = "NAME",
		.meaning =
			"only decisions about subjects in this namespace; * is any text; "
			"repeatable",
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_NAME] = {
		.name = "name",
		.metavar = "NAME",
		.meaning =
			"only decisions about subjects of this name; * is any text; "
			"repeatable",
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_NODE] = {
		.name = "node",
		.metavar = "NODE",
		.meaning =
			"only records made on this host; * is any text; repeatable",
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_ACTOR] = {
		.name = "actor",
		.metavar = "ACTOR",
		.meaning =
			"only records by this program, user or person; * is any text; "
			"repeatable",
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_ACTION] = {
		.name = "action",
		.metavar = "ACTION",
		.meaning =
			"only decisions after which this was done, such as admit or report; "
			"repeatable",
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_INCIDENT] = {
		.name = "incident",
		.metavar = "ID",
		.meaning =
			"only records of this incident; * is any text; repeatable",
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_WAIVER] = {
		.name = "waiver",
		.metavar = "ID",
		.meaning =
			"only decisions that this waiver changed; * is any text; repeatable",
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_SINCE] = {
		.name = "since",
		.metavar = "TIME",
		.meaning =
			"only records made then or later: 2026-10-31T12:00:00Z, a day "
			"(2026-10-31), or an age (90s, 30m, 24h, 7d, 2w)",
		.excludes = NO_OPTION,
	},
	[OPTION_UNTIL] = {
		.name = "until",
		.metavar = "TIME",
		.meaning =
			"only records made before then; of a day, before it ends",
		.excludes = NO_OPTION,
	},
	[OPTION_FIRST] = {
		.name = "first",
		.metavar = "NUMBER",
		.meaning =
			"only records from this number on",
		.excludes = NO_OPTION,
	},
	[OPTION_LAST] = {
		.name = "last",
		.metavar = "NUMBER",
		.meaning =
			"only records up to this number",
		.excludes = NO_OPTION,
	},
	[OPTION_TEXT] = {
		.name = "text",
		.metavar = "TEXT",
		.meaning =
			"only records whose JSON contains this, in whatever case",
		.excludes = NO_OPTION,
	},
	[OPTION_LIMIT] = {
		.name = "limit",
		.metavar = "N",
		.meaning =
			"at most so many records",
		.excludes = NO_OPTION,
	},
	[OPTION_NEWEST] = {
		.name = "newest",
		.meaning =
			"the newest record first",
		.excludes = NO_OPTION,
	},
	[OPTION_COUNT] = {
		.name = "count",
		.meaning =
			"only how many there are",
		.excludes = NO_OPTION,
	},
	[OPTION_INDEX] = {
		.name = "index",
		.metavar = "FILE",
		.meaning =
			"where the index is kept; by default in your cache folder, one for "
			"each ledger",
		.values = VALUES_FILES,
		.environment = "GABION_INDEX",
		.excludes = NO_OPTION,
	},
	[OPTION_NO_INDEX] = {
		.name = "no-index",
		.meaning =
			"read the whole ledger instead of using an index",
		.excludes = OPTION_INDEX,
	},
	[OPTION_AT] = {
		.name = "at",
		.metavar = "TIME",
		.meaning =
			"the moment of the figures, such as 2026-12-31T18:00:00Z: later records "
			"do not count; the time of the last record when not given",
		.excludes = NO_OPTION,
	},
	[OPTION_EXPORT] = {
		.name = "output",
		.letter = 'o',
		.metavar = "FORMAT",
		.meaning =
			"jsonl, the default: a record a line; ocsf: OCSF 1.8 events; csv: for "
			"spreadsheets; bundle: a tar of records and their proofs",
		.values = VALUES_WORDS,
		.words = word_ledger_exports,
		.excludes = NO_OPTION,
	},
	[OPTION_FILE] = {
		.name = "file",
		.metavar = "FILE",
		.meaning = "write there, whole or not at all, instead of standard output",
		.values = VALUES_FILES,
		.excludes = NO_OPTION,
	},
	[OPTION_ENCRYPT_TO] = {
		.name = "encrypt-to",
		.metavar = "RECIPIENT",
		.meaning =
			"encrypt in the age format so that this recipient (age1...) can read "
			"it; repeatable",
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_RECIPIENTS] = {
		.name = "recipients",
		.metavar = "FILE",
		.meaning = "encrypt to those of a file, one a line; repeatable",
		.values = VALUES_FILES,
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_TRUST_POLICY] = {
		.name = "policy",
		.metavar = "FILE",
		.meaning =
			"a trust policy (c2sp.org/tlog-policy): which logs and which quorum of "
			"witnesses to believe",
		.values = VALUES_FILES,
		.environment = "GABION_TRUST_POLICY",
		.excludes = NO_OPTION,
	},
	[OPTION_STATE] = {
		.name = "state",
		.metavar = "FILE",
		.meaning = "what the witness remembers of each log; never to be put back",
		.values = VALUES_FILES,
		.excludes = NO_OPTION,
	},
	[OPTION_OLD_SIZE] = {
		.name = "old-size",
		.metavar = "NUMBER",
		.meaning =
			"print a request instead of sending it, for a witness that has signed "
			"that many records",
		.excludes = NO_OPTION,
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
