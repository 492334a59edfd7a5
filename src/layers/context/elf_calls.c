/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/elf_calls.h"

#include <stdlib.h>

enum {
	BACK_BYTES = 64,          /* from the instruction back to where its number is loaded */
	FUNCTION_BYTES = 4096,    /* of a function whose size nobody says */
	FUNCTIONS_MOST = 1 << 15, /* that are followed */
};

/* The functions of the C library still to be looked at. */
struct walk {
	const struct elf_object *object;
	struct elf_calls *calls;
	uint64_t *found; /* addresses, in the order in which they were met */
	size_t count, next;
	uint32_t *slots; /* by hash: index in found + 1 */
	size_t left;     /* bytes of code that may still be read: hostile functions overlap */
};

#if defined(__x86_64__)
static uint32_t word_at(const unsigned char *code)
{
	uint32_t word;
	memcpy(&word, code, sizeof(word));
	return word;
}

/* The constant that the instruction before loads into eax, or -1. */
static int64_t number_before(const unsigned char *code, size_t at)
{
	size_t least = at > BACK_BYTES ? at - BACK_BYTES : 0;
	for (size_t i = at; i-- > least;) {
		if (at - i >= 5 && code[i] == 0xb8 && word_at(code + i + 1) < OBSERVED_CALLS)
			return word_at(code + i + 1);
		if (at - i >= 6 && code[i] == 0xc7 && code[i + 1] == 0xc0 &&
			word_at(code + i + 2) < OBSERVED_CALLS)
			return word_at(code + i + 2);
		if (at - i >= 2 && (code[i] == 0x31 || code[i] == 0x33) && code[i + 1] == 0xc0)
			return 0;
	}
	return -1;
}

static bool is_system_call(const unsigned char *code)
{
	return code[0] == 0x0f && code[1] == 0x05;
}

/* Where a call or jump of 5 bytes leads, as a distance from its begin; 0: it is none. */
static int64_t leads_to(const unsigned char *code)
{
	if (code[0] != 0xe8 && code[0] != 0xe9)
		return 0;
	return (int64_t)(int32_t)word_at(code + 1) + 5;
}

/* Bytes of the instructions that fill up to the next function. */
static bool fills(unsigned char byte)
{
	static const unsigned char bytes[] = {
		0x00, 0x0f, 0x1f, 0x2e, 0x40, 0x44, 0x66, 0x80, 0x84, 0x90, 0xcc};
	return memchr(bytes, byte, sizeof(bytes)) != NULL;
}

/* A function ends where a return or a jump is followed by nothing but what fills up to the next,
 * which begins at a multiple of 16. at: its place in memory. */
static bool ends_at(const unsigned char *code, size_t i, uint64_t at)
{
	if ((at + i) % 16 != 0)
		return false;
	size_t last = i - 1;
	while (last > 0 && i - last < 16 && fills(code[last]))
		last--;
	return code[last] == 0xc3 || (last >= 4 && code[last - 4] == 0xe9) ||
	       (last >= 1 && code[last - 1] == 0xeb);
}
#else
static int64_t number_before(const unsigned char *code, size_t at)
{
	(void)code;
	(void)at;
	return -1;
}

static bool is_system_call(const unsigned char *code)
{
	(void)code;
	return false;
}

static int64_t leads_to(const unsigned char *code)
{
	(void)code;
	return 0;
}

static bool ends_at(const unsigned char *code, size_t i, uint64_t at)
{
	(void)code;
	(void)at;
	return i == 0;
}
#endif

static void scan(struct str text, struct elf_calls *calls)
{
	const unsigned char *code = (const unsigned char *)text.data;
	for (size_t i = 0; i + 2 <= text.len; i++) {
		if (!is_system_call(code + i))
			continue;
		int64_t number = number_before(code, i);
		if (number >= 0 && number < OBSERVED_CALLS)
			calls->found[number] = 1;
		else
			calls->unknown++;
	}
}

/* Segments that overlap are hostile: no more is read than the file has. */
static void scan_whole(const struct elf_object *object, struct elf_calls *calls)
{
	size_t left = object->bytes.len;
	for (size_t i = 0; i < object->segment_count; i++) {
		const struct elf_segment *segment = &object->segments[i];
		if (!segment->code)
			continue;
		struct str code = elf_object_code(object, segment->address, segment->bytes);
		scan(str_slice(code, 0, left), calls);
		left -= code.len < left ? code.len : left;
	}
}

static bool is_code(const struct elf_object *object, uint64_t address)
{
	for (size_t i = 0; i < object->segment_count; i++) {
		const struct elf_segment *segment = &object->segments[i];
		if (segment->code && address >= segment->address &&
			address - segment->address < segment->bytes)
			return true;
	}
	return false;
}

static void follow(struct walk *walk, uint64_t address)
{
	size_t slot = (size_t)(address * 0x9E3779B97F4A7C15u >> 48) % (2 * FUNCTIONS_MOST);
	if (walk->count == FUNCTIONS_MOST || !is_code(walk->object, address))
		return;
	for (; walk->slots[slot] != 0; slot = (slot + 1) % (2 * FUNCTIONS_MOST))
		if (walk->found[walk->slots[slot] - 1] == address)
			return;
	walk->found[walk->count++] = address;
	walk->slots[slot] = (uint32_t)walk->count;
}

static struct str function_at(const struct elf_object *object, uint64_t address)
{
	size_t known = elf_object_function(object, address);
	if (known != SIZE_MAX && object->symbols[known].bytes > 0)
		return elf_object_code(object, address, object->symbols[known].bytes);
	struct str code = elf_object_code(object, address, FUNCTION_BYTES);
	for (size_t i = 1; i < code.len; i++)
		if (ends_at((const unsigned char *)code.data, i, address))
			return str_slice(code, 0, i);
	return code;
}

static void walk_on(struct walk *walk)
{
	while (walk->next < walk->count && walk->left > 0) {
		uint64_t address = walk->found[walk->next++];
		struct str code = str_slice(function_at(walk->object, address), 0, walk->left);
		walk->left -= code.len;
		scan(code, walk->calls);
		for (size_t i = 0; i + 5 <= code.len; i++) {
			int64_t distance = leads_to((const unsigned char *)code.data + i);
			if (distance != 0)
				follow(walk, address + i + (uint64_t)distance);
		}
	}
}

static int by_name(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* The names that the others import, sorted. */
static size_t imports_of(
	struct arena *arena, const struct elf_object *objects, size_t count, struct str **ret_names)
{
	size_t total = 0, kept = 0;
	for (size_t i = 0; i < count; i++)
		total += objects[i].symbol_count;
	struct str *names = ARENA_NEW_ARRAY(arena, struct str, total + 1);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < objects[i].symbol_count; k++)
			if (objects[i].symbols[k].address == 0 && !objects[i].is_c_library)
				names[kept++] = objects[i].symbols[k].name;
	if (kept > 0)
		qsort(names, kept, sizeof(*names), by_name);
	*ret_names = names;
	return kept;
}

static void walk_c_library(struct arena *arena, const struct elf_object *object,
	const struct str *names, size_t name_count, struct elf_calls *calls)
{
	struct walk walk = {.object = object,
		.left = 4 * object->bytes.len,
		.calls = calls,
		.found = ARENA_NEW_ARRAY(arena, uint64_t, FUNCTIONS_MOST),
		.slots = ARENA_NEW_ARRAY(arena, uint32_t, (size_t)2 * FUNCTIONS_MOST)};
	for (size_t i = 0; i < object->symbol_count && name_count > 0; i++) {
		const struct elf_symbol *symbol = &object->symbols[i];
		if (symbol->address != 0 &&
			bsearch(&symbol->name, names, name_count, sizeof(*names), by_name))
			follow(&walk, symbol->address);
	}
	walk_on(&walk);
}

void elf_calls_find(struct arena *arena, const struct elf_object *objects, size_t count,
	struct elf_calls *ret_calls)
{
	struct str *names;
	size_t name_count = imports_of(arena, objects, count, &names);
	*ret_calls = (struct elf_calls){0};
	for (size_t i = 0; i < count; i++) {
		if (objects[i].is_c_library)
			walk_c_library(arena, &objects[i], names, name_count, ret_calls);
		else
			scan_whole(&objects[i], ret_calls);
	}
}
