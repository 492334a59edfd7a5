/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/command.h"

static const char *const word_owners[] = {"provider", "customer", "shared", NULL};
static const char *const word_layers[] = {
	"image", "cluster", "context", "runtime", "network", "host", NULL};
static const char *const word_ledger_exports[] = {"jsonl", "ocsf", "csv", "bundle", NULL};
static const char *const word_types[] = {"decision", "undecided", "note", "gap", "catalogue",
	"detection", "acknowledgement", "action", "verification", "recovery", "closure",
	"blast-radius", "drift", "heartbeat", "inventory", "clock", "prune", NULL};
static const char *const word_verdicts[] = {"allow", "warn", "deny", NULL};
static const char *const word_risks[] = {"low", "medium", "high", "critical", NULL};

/* clang-format off */
const struct option ledger_options[] = {
	[0] = { /* OPTION_LEDGER */
		.name = "ledger",
		.metavar = "DIR",
		.meaning = "the ledger's folder",
		.values = VALUES_FILES,
		.environment = "GABION_LEDGER",
		.excludes = NO_OPTION,
	},
	[OPTION_TRUST - OPTION_LEDGER] = {
		.name = "trust",
		.metavar = "KEY",
		.meaning =
			"the verifier key to believe, instead of the one that lies in the "
			"ledger itself",
		.environment = "GABION_TRUST",
		.excludes = NO_OPTION,
	},
	[OPTION_KEY - OPTION_LEDGER] = {
		.name = "key",
		.metavar = "FILE",
		.meaning = "the file of the signing key, mode 0400",
		.values = VALUES_FILES,
		.excludes = NO_OPTION,
	},
	[OPTION_ORIGIN - OPTION_LEDGER] = {
		.name = "origin",
		.metavar = "NAME",
		.meaning = "the name for ever of a ledger or a witness, by custom a domain and a path",
		.excludes = NO_OPTION,
	},
	[OPTION_NOTARY - OPTION_LEDGER] = {
		.name = "notary",
		.metavar = "SOCKET",
		.meaning = "where the notary listens",
		.values = VALUES_FILES,
		.environment = "GABION_NOTARY",
		.excludes = NO_OPTION,
	},
	[OPTION_EVIDENCE - OPTION_LEDGER] = {
		.name = "evidence",
		.metavar = "SOCKET",
		.meaning =
			"have the notary at this socket record every decision; a spool keeps "
			"them while it is away",
		.values = VALUES_FILES,
		.environment = "GABION_EVIDENCE",
		.excludes = NO_OPTION,
	},
	[OPTION_PROOF - OPTION_LEDGER] = {
		.name = "proof",
		.metavar = "FILE",
		.meaning = "verify this proof of one record, offline",
		.values = VALUES_FILES,
		.excludes = NO_OPTION,
	},
	[OPTION_RECORD - OPTION_LEDGER] = {
		.name = "record",
		.metavar = "FILE",
		.meaning =
			"the record that the proof is about, as `gabion ledger show -o json` "
			"prints it",
		.values = VALUES_FILES,
		.excludes = NO_OPTION,
	},
	[OPTION_LINES - OPTION_LEDGER] = {
		.name = "lines",
		.letter = 'n',
		.metavar = "N",
		.meaning = "how many records, from the end",
		.excludes = NO_OPTION,
	},
	[OPTION_TO - OPTION_LEDGER] = {
		.name = "to",
		.metavar = "DIR",
		.meaning = "the archive's folder: a new one, or one that ends where the ledger begins",
		.values = VALUES_FILES,
		.excludes = NO_OPTION,
	},
	[OPTION_BEFORE - OPTION_LEDGER] = {
		.name = "before",
		.metavar = "NUMBER",
		.meaning = "archive the records below this one, in whole bundles of 256",
		.excludes = NO_OPTION,
	},
	[OPTION_OLDER_THAN - OPTION_LEDGER] = {
		.name = "older-than",
		.metavar = "DAYS",
		.meaning = "archive what is older; 365, the default, is the least without --force",
		.excludes = NO_OPTION,
	},
	[OPTION_FORCE - OPTION_LEDGER] = {
		.name = "force",
		.meaning = "archive younger records too; the record of the pruning says so",
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_TYPE - OPTION_LEDGER] = {
		.name = "type",
		.metavar = "TYPE",
		.meaning =
			"only records of this type; repeatable, then any of them",
		.values = VALUES_WORDS,
		.words = word_types,
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_LAYER - OPTION_LEDGER] = {
		.name = "layer",
		.metavar = "LAYER",
		.meaning =
			"only decisions of this layer; repeatable",
		.values = VALUES_WORDS,
		.words = word_layers,
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_VERDICT - OPTION_LEDGER] = {
		.name = "verdict",
		.metavar = "VERDICT",
		.meaning =
			"only decisions that ended so; repeatable",
		.values = VALUES_WORDS,
		.words = word_verdicts,
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_POLICY - OPTION_LEDGER] = {
		.name = "policy",
		.metavar = "ID",
		.meaning =
			"only decisions with a reason by this policy; * is any text; "
			"repeatable",
		.values = VALUES_POLICIES,
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_OWNER - OPTION_LEDGER] = {
		.name = "owner",
		.metavar = "OWNER",
		.meaning =
			"only decisions with a reason that this owner is to fix; repeatable",
		.values = VALUES_WORDS,
		.words = word_owners,
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_RISK - OPTION_LEDGER] = {
		.name = "risk",
		.metavar = "RISK",
		.meaning =
			"only decisions with a reason of this risk; repeatable",
		.values = VALUES_WORDS,
		.words = word_risks,
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_KIND - OPTION_LEDGER] = {
		.name = "kind",
		.metavar = "KIND",
		.meaning =
			"only decisions about subjects of this kind; * is any text; "
			"repeatable",
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_NAMESPACE - OPTION_LEDGER] = {
		.name = "namespace",
		.metavar = "NAME",
		.meaning =
			"only decisions about subjects in this namespace; * is any text; "
			"repeatable",
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_NAME - OPTION_LEDGER] = {
		.name = "name",
		.metavar = "NAME",
		.meaning =
			"only decisions about subjects of this name; * is any text; "
			"repeatable",
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_NODE - OPTION_LEDGER] = {
		.name = "node",
		.metavar = "NODE",
		.meaning =
			"only records made on this host; * is any text; repeatable",
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_ACTOR - OPTION_LEDGER] = {
		.name = "actor",
		.metavar = "ACTOR",
		.meaning =
			"only records by this program, user or person; * is any text; "
			"repeatable",
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_ACTION - OPTION_LEDGER] = {
		.name = "action",
		.metavar = "ACTION",
		.meaning =
			"only decisions after which this was done, such as admit or report; "
			"repeatable",
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_INCIDENT - OPTION_LEDGER] = {
		.name = "incident",
		.metavar = "ID",
		.meaning =
			"only records of this incident; * is any text; repeatable",
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_FIND_WAIVER - OPTION_LEDGER] = {
		.name = "waiver",
		.metavar = "ID",
		.meaning =
			"only decisions that this waiver changed; * is any text; repeatable",
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_SINCE - OPTION_LEDGER] = {
		.name = "since",
		.metavar = "TIME",
		.meaning =
			"only records made then or later: 2026-10-31T12:00:00Z, a day "
			"(2026-10-31), or an age (90s, 30m, 24h, 7d, 2w)",
		.excludes = NO_OPTION,
	},
	[OPTION_UNTIL - OPTION_LEDGER] = {
		.name = "until",
		.metavar = "TIME",
		.meaning =
			"only records made before then; of a day, before it ends",
		.excludes = NO_OPTION,
	},
	[OPTION_FIRST - OPTION_LEDGER] = {
		.name = "first",
		.metavar = "NUMBER",
		.meaning =
			"only records from this number on",
		.excludes = NO_OPTION,
	},
	[OPTION_LAST - OPTION_LEDGER] = {
		.name = "last",
		.metavar = "NUMBER",
		.meaning =
			"only records up to this number",
		.excludes = NO_OPTION,
	},
	[OPTION_TEXT - OPTION_LEDGER] = {
		.name = "text",
		.metavar = "TEXT",
		.meaning =
			"only records whose JSON contains this, in whatever case",
		.excludes = NO_OPTION,
	},
	[OPTION_LIMIT - OPTION_LEDGER] = {
		.name = "limit",
		.metavar = "N",
		.meaning =
			"at most so many records",
		.excludes = NO_OPTION,
	},
	[OPTION_NEWEST - OPTION_LEDGER] = {
		.name = "newest",
		.meaning =
			"the newest record first",
		.excludes = NO_OPTION,
	},
	[OPTION_COUNT - OPTION_LEDGER] = {
		.name = "count",
		.meaning =
			"only how many there are",
		.excludes = NO_OPTION,
	},
	[OPTION_INDEX - OPTION_LEDGER] = {
		.name = "index",
		.metavar = "FILE",
		.meaning =
			"where the index is kept; by default in your cache folder, one for "
			"each ledger",
		.values = VALUES_FILES,
		.environment = "GABION_INDEX",
		.excludes = NO_OPTION,
	},
	[OPTION_NO_INDEX - OPTION_LEDGER] = {
		.name = "no-index",
		.meaning =
			"read the whole ledger instead of using an index",
		.excludes = OPTION_INDEX,
	},
	[OPTION_AT - OPTION_LEDGER] = {
		.name = "at",
		.metavar = "TIME",
		.meaning =
			"the moment of the figures, such as 2026-12-31T18:00:00Z: later records "
			"do not count; the time of the last record when not given",
		.excludes = NO_OPTION,
	},
	[OPTION_EXPORT - OPTION_LEDGER] = {
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
	[OPTION_FILE - OPTION_LEDGER] = {
		.name = "file",
		.metavar = "FILE",
		.meaning = "write there, whole or not at all, instead of standard output",
		.values = VALUES_FILES,
		.excludes = NO_OPTION,
	},
	[OPTION_ENCRYPT_TO - OPTION_LEDGER] = {
		.name = "encrypt-to",
		.metavar = "RECIPIENT",
		.meaning =
			"encrypt in the age format so that this recipient (age1...) can read "
			"it; repeatable",
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_RECIPIENTS - OPTION_LEDGER] = {
		.name = "recipients",
		.metavar = "FILE",
		.meaning = "encrypt to those of a file, one a line; repeatable",
		.values = VALUES_FILES,
		.repeatable = true,
		.excludes = NO_OPTION,
	},
	[OPTION_TRUST_POLICY - OPTION_LEDGER] = {
		.name = "policy",
		.metavar = "FILE",
		.meaning =
			"a trust policy (c2sp.org/tlog-policy): which logs and which quorum of "
			"witnesses to believe",
		.values = VALUES_FILES,
		.environment = "GABION_TRUST_POLICY",
		.excludes = NO_OPTION,
	},
	[OPTION_STATE - OPTION_LEDGER] = {
		.name = "state",
		.metavar = "FILE",
		.meaning = "what the witness remembers of each log; never to be put back",
		.values = VALUES_FILES,
		.excludes = NO_OPTION,
	},
	[OPTION_OLD_SIZE - OPTION_LEDGER] = {
		.name = "old-size",
		.metavar = "NUMBER",
		.meaning =
			"print a request instead of sending it, for a witness that has signed "
			"that many records",
		.excludes = NO_OPTION,
	},
};
/* clang-format on */
