/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

struct invocation;

/** Make a witness: a signing key in the file --key, an empty memory in --state; prints its key. */
int witness_make(struct invocation *invocation);

/**
 * Be a witness: answer the add-checkpoint request on standard input as a CGI program does (RFC 3875
 * section 6), with the key --key, the memory --state and the logs of --policy. Exit code 0 for
 * status 200, 1 for a refusal, 3 for status 500.
 */
int witness_serve(struct invocation *invocation);
