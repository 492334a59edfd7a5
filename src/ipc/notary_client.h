/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "ipc/notary.h"

/* One connection to the notary, for one producer; answers are waited for. */
struct notary_client {
	int fd;
	unsigned char producer[NOTARY_PRODUCER_BYTES];
	uint64_t last_sequence; /* the highest number that the ledger has of this producer */
	char *message;          /* NOTARY_MESSAGE_BYTES, owned */
};

/** Connect and say hello. timeout_ms bounds every later wait. */
int notary_connect(struct notary_client *client, const char *socket_path,
	const unsigned char producer[NOTARY_PRODUCER_BYTES], unsigned timeout_ms,
	struct error *err);

/**
 * Append records numbered from client->last_sequence + 1 on; durable when it returns 0. Takes as
 * many of count as fit into one message and says how many in ret_taken (at least one).
 */
int notary_append(struct notary_client *client, const struct str *records, size_t count,
	size_t *ret_taken, struct notary_answer *ret_answer, struct error *err);

/** Wait until a signed checkpoint covers everything that is durable now. */
int notary_flush(struct notary_client *client, struct notary_answer *ret_answer, struct error *err);

/**
 * Let the notary forget the records below minimum, which are now at archive (UTF-8, at most
 * NOTARY_PRUNE_BYTES); forced is told in the record of it. Done when the minimum is durable.
 */
int notary_prune(struct notary_client *client, uint64_t minimum, struct str archive, bool forced,
	struct notary_answer *ret_answer, struct error *err);

/** Close the connection and free the memory. */
void notary_disconnect(struct notary_client *client);
