/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "logstore/reader.h"
#include "programs/gabion/invocation.h"
#include "search/query.h"

/** What the options of a command ask for; says what is wrong with them: EXIT_ALLOWED or not. */
int ledger_find_query(struct invocation *invocation, struct search_query *ret_query);

/** A whole number given for an option: EXIT_ALLOWED and the fallback when it was not given. */
int ledger_find_number(
	struct invocation *invocation, enum option_id id, uint64_t fallback, uint64_t *ret_number);

/** Say it when records that might match are not here, because they were archived or are in the
 * ledger that this is an archive of. */
void ledger_find_say_absent(
	struct invocation *invocation, struct log_reader *reader, const struct search_query *query);
