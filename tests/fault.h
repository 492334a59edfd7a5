/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/*
 * A disk that fails when it is told to. A test program that is linked with fault.c calls its
 * versions of the system calls below; any other program does so when fault.so is preloaded, and
 * GABION_FAULT then names a file that holds struct fault, which may be changed while it runs.
 */
enum fault_call {
	FAULT_WRITE = 1,
	FAULT_SYNC = 2,
	FAULT_NAME = 4, /* rename, unlink, make folder */
	FAULT_OPEN = 8,
	FAULT_READ = 16,
	FAULT_ALL = 31,
};

enum { FAULT_SHORT = -1 }; /* as error: half of the bytes are written */

struct fault {
	uint32_t calls;  /* which of them may fail; 0: none */
	int32_t error;   /* errno of the failure, or FAULT_SHORT */
	uint64_t at;     /* the first that fails, counted from 1 */
	uint64_t stays;  /* 1: all later ones fail too */
	uint64_t seen;   /* calls counted so far */
	uint64_t failed; /* how many were made to fail */
};

/** Begin a new plan: the next calls are counted from 1. */
void fault_plan(uint32_t calls, int32_t error, uint64_t at, uint64_t stays);

/** The plan in force, with its counts. */
const struct fault *fault_state(void);
