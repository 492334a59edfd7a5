/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "age/age.h"
#include "programs/gabion/invocation.h"
#include "sys/output.h"

/* Where an export goes: a file or standard output, encrypted or as it is. */
struct ledger_sink {
	struct buf *in; /* write here */
	struct output *out;
	struct output file;
	struct buf plain; /* the chunk being filled, when encrypting */
	struct age_stream stream;
	char *sealed; /* room for one chunk */
	struct error failure;
};

/**
 * Open what --file, --encrypt-to and --recipients ask for; buffers live in arena. is_text: what is
 * written may be shown on a terminal. Says what is wrong: EXIT_ALLOWED or not.
 */
int ledger_sink_open(
	struct ledger_sink *sink, struct invocation *invocation, bool is_text, struct arena *arena);

/** Whether writing has failed, so that going on is in vain. */
bool ledger_sink_failed(const struct ledger_sink *sink);

/** Finish, and put a file under its name: EXIT_ALLOWED or not. */
int ledger_sink_commit(struct ledger_sink *sink, struct invocation *invocation);

/** Give up: no file remains, and no stream can be mistaken for a complete one by age. */
void ledger_sink_discard(struct ledger_sink *sink);
