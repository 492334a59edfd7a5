/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ledger/note.h"

/*
 * Trust policies: which logs are believed, and how many of which witnesses must have signed beside
 * them. Source: https://c2sp.org/tlog-policy, which asks for at least 32 of each.
 */
enum {
	TRUST_LOGS = 64,
	TRUST_WITNESSES = 64,
	TRUST_GROUPS = 64,
	TRUST_POLICY_BYTES = 64 << 10, /* 192 lines of 340 bytes */
	TRUST_NONE = -1,               /* as quorum: nobody needs to sign */
};

struct trust_log {
	struct note_key key; /* its name is the log's origin */
	struct str url;      /* may be empty */
};

struct trust_witness {
	struct str name; /* within the policy */
	struct note_key key;
	struct str url;
};

/* Who counts is a bit each: of the witnesses, and of the groups before this one. */
struct trust_group {
	struct str name;
	unsigned needed;
	uint64_t witnesses, groups;
};

struct trust_policy {
	struct trust_log logs[TRUST_LOGS];
	struct trust_witness witnesses[TRUST_WITNESSES];
	struct trust_group groups[TRUST_GROUPS];
	size_t log_count, witness_count, group_count;
	struct str quorum_name;
	int quorum; /* a witness, or TRUST_WITNESSES + a group, or TRUST_NONE */
};

/**
 * Read a policy; texts point into text and arena. Every rule of the specification is checked:
 * control characters, unknown, repeated and later names, repeated keys, thresholds, exactly one
 * quorum, keys that fit logs (Ed25519) and witnesses (Ed25519 cosignatures). Errors name the line.
 */
int trust_policy_parse(
	struct arena *arena, struct str text, struct trust_policy *ret_policy, struct error *err);

/* Which witnesses have signed a checkpoint. */
struct trust_verdict {
	uint64_t witnesses;                /* a bit each */
	uint64_t times_s[TRUST_WITNESSES]; /* when, by their own clocks */
};

/**
 * Check the cosignatures of a note: 1 when the quorum is reached, 0 when it is not, -1 when a
 * signature that claims to be a known witness's does not verify. Log keys are the caller's to check
 * (checkpoint_open()).
 */
int trust_check(struct arena *arena, const struct trust_policy *policy, const struct note *note,
	struct trust_verdict *ret_verdict, struct error *err);

/** Whether these witnesses, a bit each, are a quorum. */
bool trust_is_quorum(const struct trust_policy *policy, uint64_t witnesses);

/** The key of the log of that origin that has signed the note, or any one of that origin when none
 * has; NULL when the policy knows no such log. */
const struct note_key *trust_log_key(
	const struct trust_policy *policy, struct str origin, const struct note *note);

/** Names of witnesses, a bit each, separated by commas; "nobody" for none. */
void trust_put_names(const struct trust_policy *policy, uint64_t witnesses, struct buf *out);
