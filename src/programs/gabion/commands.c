/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/commands.h"

#include "programs/gabion/command.h"

#include <limits.h>

static const char *const word_shells[] = {"bash", "zsh", "fish", NULL};

#define CATALOGUE_OPTIONS  OPTION_PROFILE, OPTION_POLICY, OPTION_NO_BUILTIN, OPTION_KUBERNETES
#define FIND_OPTIONS \
	OPTION_FIND_TYPE, OPTION_FIND_LAYER, OPTION_FIND_VERDICT, OPTION_FIND_POLICY, \
		OPTION_FIND_OWNER, OPTION_FIND_RISK, OPTION_FIND_KIND, OPTION_FIND_NAMESPACE, \
		OPTION_FIND_NAME, OPTION_FIND_NODE, OPTION_FIND_ACTOR, OPTION_FIND_ACTION, \
		OPTION_FIND_INCIDENT, OPTION_FIND_WAIVER, OPTION_SINCE, OPTION_UNTIL, OPTION_FIRST, \
		OPTION_LAST, OPTION_TEXT
#define EXIT_INVALID_USAGE "the command line or a policy is invalid"

/* clang-format off */
const struct command commands[] = {
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
		.name = "ledger init",
		.summary = "make an empty ledger and its signing key",
		.description =
			"The signing key is for the notary alone. The verifier key that is "
			"printed is for everyone: keep it where whoever can alter the ledger "
			"cannot alter it as well.",
		.options = {OPTION_LEDGER, OPTION_ORIGIN, OPTION_KEY, NO_OPTION},
		.examples = {
			{"gabion ledger init --ledger ledger --origin example.com/prod --key ledger.key",
				"in this folder"},
			{NULL, NULL},
		},
		.exits = {
			"made", NULL, "the command line is invalid",
			"the ledger or the key could not be written",
		},
		.run = command_ledger_init,
	},
	{
		.name = "ledger append",
		.summary = "have the notary record what is written in files",
		.description =
			"Every document of the files, JSON or YAML, becomes a record: of the type "
			"it names when it says kind: Record, checked against the form of that "
			"type (detection, action, verification and others), else of type note. "
			"What looks like a secret is redacted. A spool keeps the records while "
			"the notary is away.",
		.argument = "FILE...",
		.values = VALUES_FILES,
		.least = 1,
		.most = UINT_MAX,
		.options = {OPTION_NOTARY, OPTION_QUIET, NO_OPTION},
		.examples = {
			{"gabion ledger append review.yaml", "a reviewed change"},
			{NULL, NULL},
		},
		.exits = {
			"recorded, or spooled", NULL, "the command line is invalid",
			"a file cannot be read or a record not kept",
		},
		.run = command_ledger_append,
	},
	{
		.name = "ledger tail",
		.summary = "list the newest records",
		.options = {OPTION_LEDGER, OPTION_TRUST, OPTION_LINES, OPTION_FORM, NO_OPTION},
		.examples = {
			{"gabion ledger tail -n 20", "a line each"},
			{"gabion ledger tail -o json", "the records as they are signed"},
			{NULL, NULL},
		},
		.exits = {
			"listed", NULL, "the command line is invalid",
			"the ledger cannot be read or is not what was signed",
		},
		.run = command_ledger_tail,
	},
	{
		.name = "ledger export",
		.summary = "hand records on to other programs and people",
		.description =
			"Writes the records for which all conditions hold, all of them by "
			"default. Each is read from the ledger itself and compared with what was "
			"signed; at the first one that differs the export ends without a file. "
			"The same records of the same checkpoint give the same bytes, unless "
			"they are encrypted.\n\n"
			"A bundle is a tar archive with the checkpoint, the verifier key and, "
			"for each record, its bytes and a proof that holds without the ledger. "
			"With --encrypt-to or --recipients whatever is written can be read by "
			"the recipients alone, with the program age.",
		.options = {
			OPTION_LEDGER, OPTION_TRUST, FIND_OPTIONS, OPTION_EXPORT, OPTION_FILE,
			OPTION_ENCRYPT_TO, OPTION_RECIPIENTS, NO_OPTION,
		},
		.examples = {
			{"gabion ledger export -o csv --since 2026-10-01 --file october.csv",
				"for a spreadsheet"},
			{"gabion ledger export -o ocsf --first 1000", "for a SIEM, what is new"},
			{"gabion ledger export -o bundle --recipients auditors.txt --file bundle.tar.age",
				"for an auditor"},
			{NULL, NULL},
		},
		.exits = {
			"exported", "a record is not what was signed",
			"the command line is invalid",
			"the ledger cannot be read or the export not written",
		},
		.run = command_ledger_export,
	},
	{
		.name = "ledger search",
		.summary = "find records",
		.description =
			"Lists the records for which all conditions hold. An index makes that "
			"quick; it is made when there is none, brought up to date, and made anew "
			"when it is not certainly of this ledger. Every record is read from the "
			"ledger itself and compared with what was signed before it is shown.\n\n"
			"Whoever can write the index can make it pass over a record: --no-index "
			"reads the ledger alone and leaves out nothing.",
		.options = {
			OPTION_LEDGER, OPTION_TRUST, FIND_OPTIONS, OPTION_LIMIT, OPTION_NEWEST,
			OPTION_COUNT, OPTION_INDEX, OPTION_NO_INDEX, OPTION_FORM, NO_OPTION,
		},
		.examples = {
			{"gabion ledger search --verdict deny --since 24h", "what was denied today"},
			{"gabion ledger search --policy 'pss.*' --namespace prod --newest --limit 5",
				"the last five in a namespace"},
			{"gabion ledger search --waiver agents-need-the-node --count",
				"how often a waiver was needed"},
			{NULL, NULL},
		},
		.exits = {
			"searched, whatever was found", "a record is not what was signed",
			"the command line is invalid", "the ledger cannot be read",
		},
		.run = command_ledger_search,
	},
	{
		.name = "ledger show",
		.summary = "show a record",
		.argument = "NUMBER",
		.least = 1,
		.most = 1,
		.options = {OPTION_LEDGER, OPTION_TRUST, OPTION_FORM, NO_OPTION},
		.examples = {
			{"gabion ledger show 7", "for reading"},
			{"gabion ledger show 7 -o json >record.json", "its bytes, for a proof"},
			{NULL, NULL},
		},
		.exits = {
			"shown", NULL, "the command line is invalid",
			"there is no such record, or the ledger cannot be read",
		},
		.run = command_ledger_show,
	},
	{
		.name = "ledger prove",
		.summary = "write an offline proof that a record is in the ledger",
		.description =
			"The proof (c2sp.org/tlog-proof) holds a path to the root that the "
			"ledger's key has signed. With the record and the verifier key it "
			"convinces without this ledger and without gabion.",
		.argument = "NUMBER",
		.least = 1,
		.most = 1,
		.options = {OPTION_LEDGER, OPTION_TRUST, NO_OPTION},
		.examples = {
			{"gabion ledger prove 7 >record.tlog-proof",
				"to hand on with the record"},
			{NULL, NULL},
		},
		.exits = {
			"written", NULL, "the command line is invalid",
			"there is no such record, or the ledger cannot be read",
		},
		.run = command_ledger_prove,
	},
	{
		.name = "ledger verify",
		.summary = "verify that nothing in the ledger was altered, removed or reordered",
		.description =
			"Reads every record and every hash and compares them with the root that "
			"is signed; names the first byte that is wrong. With --proof it "
			"verifies one record instead, offline.",
		.options = {
			OPTION_LEDGER, OPTION_TRUST, OPTION_TRUST_POLICY, OPTION_PROOF,
			OPTION_RECORD, OPTION_FORM, NO_OPTION,
		},
		.examples = {
			{"gabion ledger verify --trust \"$KEY\"", "all records"},
			{"gabion ledger verify --proof record.tlog-proof --record record.json --trust \"$KEY\"",
				"one record, without the ledger"},
			{NULL, NULL},
		},
		.exits = {
			"verified", "something is not what was signed",
			"the command line is invalid", "the ledger or the proof cannot be read",
		},
		.run = command_ledger_verify,
	},
	{
		.name = "ledger archive",
		.summary = "move old records out of the ledger, provably",
		.description =
			"Verifies the ledger, copies the records with their hashes into a "
			"folder that is a ledger for every reader, verifies that, and has the "
			"notary prune: a record says what went where, proofs of what remains "
			"hold, and nothing is removed before its copy is on the disk. When it "
			"was interrupted, run it again. Only root and the notary's user may.",
		.options = {
			OPTION_LEDGER, OPTION_TRUST, OPTION_TO, OPTION_BEFORE,
			OPTION_OLDER_THAN, OPTION_FORCE, OPTION_NOTARY, NO_OPTION,
		},
		.examples = {
			{"gabion ledger archive --to /archive/ledger", "what is older than a year"},
			{"gabion ledger verify --ledger /archive/ledger --trust \"$KEY\"",
				"the archive is verified as a ledger is"},
			{NULL, NULL},
		},
		.exits = {
			"archived and pruned, or there was nothing to archive", NULL,
			"the command line is invalid, or a record is too young",
			"the ledger, the archive or the notary failed: nothing is lost",
		},
		.run = command_ledger_archive,
	},
	{
		.name = "ledger witness",
		.summary = "have witnesses sign the ledger's checkpoint, or be a witness",
		.description =
			"A witness signs only trees that extend what it has signed before, so "
			"that nobody can be shown another ledger, or an older one. With "
			"--policy alone, every witness of the policy that has a URL is asked; "
			"when the quorum is reached, checkpoint.witnessed in the ledger's folder "
			"is replaced. With --key and --state it is a witness: it answers the "
			"request on standard input as a CGI program does. With --origin as well "
			"it makes a witness. REQUEST and RESPONSE are files, for answers that "
			"came by other ways.",
		.argument = "[REQUEST RESPONSE...]",
		.values = VALUES_FILES,
		.most = UINT_MAX,
		.options = {
			OPTION_LEDGER, OPTION_TRUST, OPTION_TRUST_POLICY, OPTION_KEY,
			OPTION_STATE, OPTION_ORIGIN, OPTION_OLD_SIZE, NO_OPTION,
		},
		.examples = {
			{"gabion ledger witness --policy trust.policy", "ask all witnesses"},
			{"gabion ledger witness --origin w1.example --key w1.key --state w1.state",
				"make a witness"},
			{"gabion ledger witness --key w1.key --state w1.state --policy logs.policy <request",
				"be that witness, once"},
			{NULL, NULL},
		},
		.exits = {
			"signed", "the quorum is not reached, or the witness refuses",
			"the command line or the policy is invalid",
			"the ledger, the key or the state cannot be read or written",
		},
		.run = command_ledger_witness,
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
	for (const struct command *at = commands; at->name; at++)
		if (str_equal(name, str_from(at->name)))
			return at;
	return NULL;
}
