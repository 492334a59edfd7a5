/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ipc/notary_client.h"
#include "logstore/journal.h"
#include "logstore/producers.h"

/*
 * What a producer keeps on its own disk while the notary cannot be reached. Records get numbers as
 * they come; when the notary is back they are sent in that order, from the first number it does not
 * have.
 */
struct spool {
	int folder_fd; /* owned; locked while open */
	unsigned char id[PRODUCER_ID_BYTES];
	struct journal journal; /* entry index = sequence - 1 */
};

/**
 * Open or make a spool folder (mode 0700). One process at a time: another that has it open is
 * ERROR_DENIED. After -1 nothing is held.
 */
int spool_open(struct spool *spool, const char *folder, struct error *err);

/** Make records durable here; each 1 to 65,535 bytes, together at most JOURNAL_GROUP_BYTES. */
int spool_append(struct spool *spool, const struct str *records, size_t count, struct error *err);

/** Send what the notary at the socket does not have: 0 when it has all; ret_sent counts. -1: kept
 * for later. */
int spool_drain(struct spool *spool, const char *socket_path, unsigned timeout_ms,
	uint64_t *ret_sent, struct error *err);

/** Close; nothing is lost. */
void spool_close(struct spool *spool);
