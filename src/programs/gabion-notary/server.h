/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "logstore/writer.h"
#include "programs/gabion-notary/access.h"
#include "programs/gabion-notary/syncer.h"

enum {
	SERVER_CLIENTS = 1024,
	SERVER_CYCLE_BYTES = 1 << 20, /* received before a group is written */
	SERVER_CYCLE_ITEMS = 32 << 10,
	SERVER_PUBLISH_MS = 200, /* a checkpoint is at most that much older than its last record */
};

struct server;

/** Take over an open writer, a listening socket and the syncing child. All memory is taken here. */
int server_new(struct log_writer *writer, int listen_fd, struct syncer *syncer,
	const struct access *access, struct server **ret_server, struct error *err);

/**
 * Serve until SIGTERM or SIGINT (0), when everything durable has been published, or until the
 * ledger can no longer be trusted to be written (-1), when nothing more is acknowledged.
 */
int server_run(struct server *server, struct error *err);

/** Close all connections and free the memory. */
void server_free(struct server *server);
