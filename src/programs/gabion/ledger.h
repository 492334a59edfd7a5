/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ledger/record.h"
#include "logstore/verify.h"
#include "programs/gabion/invocation.h"

/* What the subcommands of `gabion ledger` share. */

/** The folder of --ledger, terminated. */
const char *ledger_folder(const struct invocation *invocation);

/** Open the ledger that --ledger names, trusting --trust when given; says what is wrong:
 * EXIT_ALLOWED or not. */
int ledger_open(struct invocation *invocation, struct log_reader *ret_reader);

/** The whole number given for an option; *number stays as it is when none was given. */
int ledger_number(const struct invocation *invocation, enum option_id id, uint64_t *number,
	struct error *err);

/** Say what is wrong; the exit code for it. */
int ledger_tell(struct invocation *invocation, const struct error *err);

/** Who, where and when, for a record made by this program; command is for example "gabion check".
 */
struct record_head ledger_head(struct arena *arena, const char *command);

/** A new random signing key of that name, for a ledger or a witness; texts live in arena. */
int ledger_make_signer(struct arena *arena, struct str name, enum note_type type,
	struct note_signer *ret_signer, struct error *err);

/** Write a signing key into a new file that only its owner can read. */
int ledger_write_key(const char *path, const struct note_signer *signer, struct error *err);

/** When err is about a record that was pruned, let its remedy name the archive. */
void ledger_say_archive(struct log_reader *reader, uint64_t index, struct error *err);

/** One line about a record: number, time, type, what there is of verdict, action, subject. */
void ledger_put_line(struct buf *out, uint64_t index, const struct value *record);

/** Say which record is not what was signed, and where; EXIT_DENIED. */
int ledger_tell_fault(struct invocation *invocation, const struct log_fault *fault);
