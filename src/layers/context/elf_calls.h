/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/elf_object.h"
#include "layers/context/observed.h"

/*
 * The system calls that program files could make: an estimate from their code. A program's own code
 * and that of its libraries counts whole; of the C library only the functions that one of them
 * imports, and what these call. It is more than a run needs, and still misses what code computes:
 * numbers that are no constants, calls through pointers.
 */
struct elf_calls {
	uint8_t found[OBSERVED_CALLS]; /* by number: 1 when the code has it */
	uint32_t unknown;              /* system call instructions whose number is no constant */
};

/** The calls of a program and all its libraries together; scratch memory is the arena's. Machines
 * whose instructions are not known have none. O(code). Pure. */
void elf_calls_find(struct arena *arena, const struct elf_object *objects, size_t count,
	struct elf_calls *ret_calls);
