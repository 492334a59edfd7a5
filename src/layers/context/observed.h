/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/*
 * What a workload was seen to do, over all its runs. One block without pointers, so that the
 * process that watches can fill it in memory shared with the one that writes the profile. Zeroed,
 * it is empty. All functions are pure; what does not fit is counted, never silently left out.
 */

enum {
	OBSERVED_CALLS = 512, /* numbers of calls; Linux has 470, and none is above */
	OBSERVED_RUNS = 64,
	OBSERVED_TEXTS = 1 << 13,   /* paths and addresses, each once */
	OBSERVED_BYTES = 1 << 20,   /* of all of them together */
	OBSERVED_TEXT_BYTES = 4096, /* of one: PATH_MAX */
	OBSERVED_SLOTS = 2 * OBSERVED_TEXTS,
};

/* What was done with what a text names; to be combined. */
enum observed_use {
	OBSERVED_READ = 1 << 0,
	OBSERVED_WRITE = 1 << 1,
	OBSERVED_EXECUTE = 1 << 2,
	OBSERVED_FOLDER = 1 << 3,  /* it is a folder */
	OBSERVED_PROGRAM = 1 << 4, /* it is what execve() started in the end */
	OBSERVED_LISTEN = 1 << 5,  /* an address: bound */
	OBSERVED_CONNECT = 1 << 6, /* an address: connected or sent to */
};

/* How a call came into the profile. */
enum observed_from {
	OBSERVED_SEEN = 1 << 0,    /* the workload made it */
	OBSERVED_REFUSED = 1 << 1, /* it tried to, and its context refused */
	OBSERVED_MERGED = 1 << 2,  /* an earlier profile has it */
	OBSERVED_STATIC = 1 << 3,  /* the program files have it */
	OBSERVED_BASE = 1 << 4,    /* every program may need it at any time */
};

struct observed_text {
	uint32_t at, len; /* in bytes[] */
	uint32_t uses;    /* enum observed_use */
};

/* What one run added, and the most it used. */
struct observed_run {
	uint32_t new_calls;
	uint32_t processes_peak; /* 0: not known */
	uint64_t memory_peak;    /* bytes; 0: not known */
	uint64_t notices;
	int32_t status;  /* exit code, 128 + N for signal N */
	uint8_t started; /* the program was executed */
	uint8_t ended_by_us;
};

struct observed {
	uint8_t calls[OBSERVED_CALLS]; /* by the machine's own numbers: enum observed_from */
	uint32_t other_calls;          /* of numbers or architectures that cannot be learned */
	uint32_t lost;                 /* texts that did not fit */
	uint32_t text_count, byte_count, run_count;
	struct observed_run runs[OBSERVED_RUNS];
	struct observed_text texts[OBSERVED_TEXTS];
	uint16_t slots[OBSERVED_SLOTS]; /* by hash: index of a text + 1, 0 is free */
	char bytes[OBSERVED_BYTES];
};

/** Note how a call was met; a new one that was seen counts for the run being observed (the last of
 * run_count). A number that cannot be learned is counted. */
void observed_call(struct observed *observed, int64_t number, unsigned from);

/** Note the use of a path or an address. */
void observed_text(struct observed *observed, struct str text, unsigned uses);

/** The bytes of a text. */
static inline struct str observed_str(
	const struct observed *observed, const struct observed_text *text)
{
	return (struct str){observed->bytes + text->at, text->len};
}
