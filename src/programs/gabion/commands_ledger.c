/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/command.h"
#include "programs/gabion/commands.h"

#include <limits.h>

/* clang-format off */
#define FIND_OPTIONS \
	OPTION_FIND_TYPE, OPTION_FIND_LAYER, OPTION_FIND_VERDICT, OPTION_FIND_POLICY, \
		OPTION_FIND_OWNER, OPTION_FIND_RISK, OPTION_FIND_KIND, OPTION_FIND_NAMESPACE, \
		OPTION_FIND_NAME, OPTION_FIND_NODE, OPTION_FIND_ACTOR, OPTION_FIND_ACTION, \
		OPTION_FIND_INCIDENT, OPTION_FIND_WAIVER, OPTION_SINCE, OPTION_UNTIL, OPTION_FIRST, \
		OPTION_LAST, OPTION_TEXT
const struct command ledger_commands[] = {
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
	{.name = NULL},
};
/* clang-format on */
