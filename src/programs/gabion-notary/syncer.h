/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/*
 * A child that does nothing but sync the ledger's files when asked, so that the notary goes on
 * answering while the disk works. It ends when the notary does.
 */
struct syncer {
	int fd; /* a byte asks for a sync, an int answers: 0 or the errno */
	bool busy;
};

/** Start the child; to be done before the sandbox. */
int syncer_start(struct syncer *syncer, int folder_fd, struct error *err);

/** Ask for a sync; syncer->fd becomes readable when it is done. */
int syncer_ask(struct syncer *syncer, struct error *err);

/** Take the answer: 0 when the files are safe. */
int syncer_take(struct syncer *syncer, struct error *err);
