/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/catalogue.h"

/* The one thing being judged. Made by a layer; lives in the subject's arena. */
struct subject {
	const struct policy_schema *schema;
	const struct policy_subject_kind *kind;
	struct str file; /* where it was read, as the user named it */
	struct str text; /* that file, for excerpts; may be empty */
	struct origin origin;
	struct str api_version, object_kind, namespace, name;
	struct value root;         /* the document, in which reasons find their path */
	const struct value *roots; /* one value per root of the kind */
};

enum verdict_kind { VERDICT_ALLOW, VERDICT_WARN, VERDICT_DENY };

/* One violated policy. */
struct reason {
	const struct policy *policy;
	enum policy_phase phase;
	const struct policy_waiver *waiver; /* in force: then the reason does not count */
	bool undecided;       /* the expression failed or a fact was missing: fails closed */
	struct str path;      /* spec.template.spec.containers[0].image, also of what is missing */
	struct str pointer;   /* the same as an RFC 6901 JSON pointer */
	struct origin origin; /* in file; of the deepest part of path that exists */
	uint32_t length;      /* bytes to underline */
	struct str message, remedy;
	bool has_patch; /* the policy's operation, with patch_value, mends it */
	struct value patch_value;
};

/* What became of a policy of the catalogue: bits, none when it did not judge this subject. It holds
 * when it applied and neither failed nor was waived. */
enum policy_result {
	POLICY_APPLIED = 1,
	POLICY_FAILED = 2,    /* a reason that counts */
	POLICY_WAIVED = 4,    /* a reason that a waiver covers */
	POLICY_UNDECIDED = 8, /* one of these because it could not be evaluated */
};

struct verdict {
	enum verdict_kind kind;
	const unsigned char *results; /* of each policy in force, by its index in the catalogue */
	const struct reason *reasons; /* by line, column, then policy id */
	size_t count;
	size_t waived;
};

/* What a decision may depend on besides catalogue and subject; no clock is read here. */
struct decide_context {
	int64_t now_s;   /* for waivers */
	uint64_t budget; /* cost units for one subject; 0: the default */
};

/* What a reason that says "more reasons are not listed" belongs to (beyond LIMIT_REASONS). */
extern const struct policy policy_reasons_limit;

/**
 * Judge one subject: all reasons, not the first. Pure; allocates only from arena, whose cap the
 * caller guards. An expression that fails, exceeds its budget or lacks a fact violates its policy
 * (fail closed).
 */
struct verdict policy_decide(const struct catalogue *catalogue, const struct subject *subject,
	const struct decide_context *context, struct arena *arena);
