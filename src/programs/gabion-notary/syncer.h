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

/**
 * Start the child for a ledger's folder; to be done first of all. It must know no key, and not hold
 * the ledger's lock even for a moment: it would outlive a notary that is killed and keep the next
 * one out.
 */
int syncer_start(struct syncer *syncer, const char *folder, struct error *err);

/** Ask for a sync; syncer->fd becomes readable when it is done. */
int syncer_ask(struct syncer *syncer, struct error *err);

/** Take the answer: 0 when the files are safe. */
int syncer_take(struct syncer *syncer, struct error *err);
