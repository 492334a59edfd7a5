/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/origin.h"
#include "base/text.h"

enum error_kind {
	ERROR_NONE,
	ERROR_INPUT,  /* what the user gave us to judge is malformed */
	ERROR_POLICY, /* a policy, profile, waiver or expression is invalid */
	ERROR_LIMIT,  /* a limit of base/limits.h was reached */
	ERROR_DENIED, /* the kernel or a peer refused a right */
	ERROR_SYSTEM, /* a system call failed; system_errno says how */
	ERROR_BUG,    /* we contradicted ourselves */
};

enum { ERROR_MESSAGE_BYTES = 384, ERROR_REMEDY_BYTES = 192 };

/*
 * Why a call failed. Owned by the caller, zeroed before the first call, last parameter of every
 * function that can fail, filled once: a second error_set() on a filled error changes nothing, so
 * the first cause survives. The text may quote hostile input: escape it when printing
 * (buf_put_escaped()).
 */
struct error {
	enum error_kind kind;
	int system_errno;
	struct str file;                   /* the user's file, borrowed; empty when unknown */
	struct origin origin;              /* in the user's text */
	uint32_t length;                   /* bytes to underline from origin, 0 when unknown */
	const char *function;              /* ours, for bug reports */
	char message[ERROR_MESSAGE_BYTES]; /* one complete phrase, no full stop */
	char remedy[ERROR_REMEDY_BYTES];   /* what to do about it; may be empty */
};

/** Fill an empty error; always returns -1 so that callers can write `return ERROR_SET(...)`. */
int error_set(struct error *err, const char *function, enum error_kind kind, struct origin origin,
	const char *format, ...) __attribute__((format(printf, 5, 6)));

/* What error_set() always returns, visible to the compiler and to analysers of callers. */
static inline int error_result(int result)
{
	(void)result;
	return -1;
}

#define ERROR_SET(err, kind, origin, ...) \
	error_result(error_set((err), __func__, (kind), (origin), __VA_ARGS__))
#define NO_ORIGIN ((struct origin){0, 0})

/** Say what the user can do; only the first remedy is kept. */
void error_set_remedy(struct error *err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** Name the user's file if no one has yet; file must outlive err. */
void error_set_file(struct error *err, struct str file);
