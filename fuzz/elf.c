/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "layers/context/elf_calls.h"

#include <string.h>

/* A program file is read twice to the same, alone and beside another that imports its functions. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct elf_object objects[2];
	struct elf_calls once, twice, both;
	struct error err = {0};
	struct str bytes = {(const char *)data, size};
	arena_init(&arena, 64 << 20);
	if (elf_object_read(&arena, bytes, &objects[0], &err) == 0) {
		objects[1] = objects[0];
		objects[1].is_c_library = !objects[0].is_c_library;
		elf_calls_find(&arena, objects, 1, &once);
		elf_calls_find(&arena, objects, 1, &twice);
		PROPERTY(memcmp(&once, &twice, sizeof(once)) == 0);
		elf_calls_find(&arena, objects, 2, &both);
		for (size_t i = 0; i < OBSERVED_CALLS; i++)
			PROPERTY(objects[0].is_c_library || !once.found[i] || both.found[i]);
		for (size_t i = 0; i < objects[0].symbol_count; i++)
			PROPERTY(objects[0].symbols[i].name.data >= bytes.data &&
				 objects[0].symbols[i].name.len <= size);
	}
	arena_release(&arena);
	return 0;
}
