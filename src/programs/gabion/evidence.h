/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "policy/catalogue.h"
#include "programs/gabion/invocation.h"

/*
 * Records of this run on their way to the notary: gathered, then appended in messages. When the
 * notary is away they go into a spool on this machine's own disk and are sent by the next run that
 * reaches it.
 */
struct evidence {
	struct invocation *invocation;
	const char *socket;
	struct arena arena; /* of the records gathered */
	struct str *records;
	size_t count, capacity, bytes;
	uint64_t kept, spooled, lost;
	const struct catalogue *catalogue; /* whose policies are recorded */
	bool failed;                       /* a record could not be kept; said already */
};

/** Begin; takes no connection yet. socket is terminated; NULL: all records stay here. */
void evidence_begin(struct evidence *evidence, struct invocation *invocation, const char *socket);

/** Add one record; hands over what was gathered when it is much. */
void evidence_add(struct evidence *evidence, struct str record);

/** Forget what was gathered, without a word. */
void evidence_discard(struct evidence *evidence);

/** Keep one record where --evidence says: 0, also without that option; -1 when it could not be
 * kept, which is said. */
int evidence_keep(struct invocation *invocation, struct str record);

/** Hand over the rest and say what became of all; -1 when a record could not be kept. */
int evidence_end(struct evidence *evidence);
