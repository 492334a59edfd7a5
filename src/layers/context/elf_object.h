/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/error.h"

/*
 * What an ELF file of this machine holds: its code and the names of functions. Hostile files are
 * normal: whatever they say is checked against their bytes, and what they leave open is left out.
 * Source: elf(5), System V ABI.
 */

enum {
	ELF_SEGMENTS = 32,     /* loaded ones; compilers make 4 */
	ELF_SYMBOLS = 1 << 16, /* of one file; the C library has 3,000 */
};

struct elf_segment {
	uint64_t address, offset, bytes;
	bool code;
};

struct elf_symbol {
	struct str name;
	uint64_t address, bytes; /* address 0: imported */
};

/* A file, read; borrows its bytes. */
struct elf_object {
	struct str bytes;
	struct elf_segment segments[ELF_SEGMENTS];
	size_t segment_count;
	struct str interpreter;           /* the program that loads it; empty: none */
	const struct elf_symbol *symbols; /* functions, those it has in the order of addresses */
	size_t symbol_count;
	bool is_c_library;
};

/** Read a file; -1 when it is no ELF file of this machine. O(n log n) in its symbols. */
int elf_object_read(
	struct arena *arena, struct str bytes, struct elf_object *ret_object, struct error *err);

/** The code from an address on, at most bytes; empty when there is none. */
struct str elf_object_code(const struct elf_object *object, uint64_t address, uint64_t bytes);

/** The index of the function that begins at an address, or SIZE_MAX. O(log n). */
size_t elf_object_function(const struct elf_object *object, uint64_t address);
