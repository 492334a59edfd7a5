/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/* What `stamp launch` says on this descriptor. Times are of CLOCK_MONOTONIC. */
enum { LAUNCHED_FD = 3 };
struct launched {
	int64_t start_ns; /* the moment before execve */
	int64_t end_ns;   /* reaped */
	int64_t peak_kib; /* of it and of all it has waited for */
	int64_t status;   /* as of wait(2) */
};

/** Entered by _start with the stack the kernel made. */
void stamp_main(long *stack);
