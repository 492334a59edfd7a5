/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/elf_object.h"

#include <elf.h>
#include <stdlib.h>

#if defined(__x86_64__)
enum { MACHINE = EM_X86_64 };
#else
enum { MACHINE = EM_AARCH64 };
#endif

/* Places of the dynamic section, as addresses. */
struct dynamic {
	uint64_t strings, string_bytes, symbols;
};

/* Bytes of a range, empty when it is not all in the file. */
static struct str range(struct str bytes, uint64_t offset, uint64_t len)
{
	if (offset > bytes.len || len > bytes.len - offset)
		return (struct str){NULL, 0};
	return (struct str){bytes.data + offset, (size_t)len};
}

static struct str text_at(struct str bytes, uint64_t offset)
{
	if (offset >= bytes.len)
		return STR("");
	const char *end = memchr(bytes.data + offset, '\0', bytes.len - (size_t)offset);
	return end ? (struct str){bytes.data + offset, (size_t)(end - bytes.data) - (size_t)offset}
		   : STR("");
}

/* The file's bytes from an address to the end of its segment. */
static struct str loaded(const struct elf_object *object, uint64_t address)
{
	for (size_t i = 0; i < object->segment_count; i++) {
		const struct elf_segment *segment = &object->segments[i];
		if (address < segment->address || address - segment->address >= segment->bytes)
			continue;
		uint64_t into = address - segment->address;
		return range(object->bytes, segment->offset + into, segment->bytes - into);
	}
	return (struct str){NULL, 0};
}

struct str elf_object_code(const struct elf_object *object, uint64_t address, uint64_t bytes)
{
	struct str rest = loaded(object, address);
	return str_slice(rest, 0, bytes < rest.len ? (size_t)bytes : rest.len);
}

static void read_segment(struct elf_object *object, const Elf64_Phdr *header, struct str *dynamic)
{
	struct str bytes = range(object->bytes, header->p_offset, header->p_filesz);
	if (!bytes.data)
		return;
	if (header->p_type == PT_INTERP)
		object->interpreter = text_at(bytes, 0);
	if (header->p_type == PT_DYNAMIC)
		*dynamic = bytes;
	if (header->p_type == PT_LOAD && object->segment_count < ELF_SEGMENTS)
		object->segments[object->segment_count++] =
			(struct elf_segment){.address = header->p_vaddr,
				.offset = header->p_offset,
				.bytes = header->p_filesz,
				.code = header->p_flags & PF_X};
}

static void read_dynamic(struct str bytes, struct dynamic *ret_dynamic)
{
	for (size_t at = 0; at + sizeof(Elf64_Dyn) <= bytes.len; at += sizeof(Elf64_Dyn)) {
		Elf64_Dyn entry;
		memcpy(&entry, bytes.data + at, sizeof(entry));
		if (entry.d_tag == DT_NULL)
			return;
		if (entry.d_tag == DT_STRTAB)
			ret_dynamic->strings = entry.d_un.d_ptr;
		if (entry.d_tag == DT_STRSZ)
			ret_dynamic->string_bytes = entry.d_un.d_val;
		if (entry.d_tag == DT_SYMTAB)
			ret_dynamic->symbols = entry.d_un.d_ptr;
	}
}

static int by_address(const void *a, const void *b)
{
	const struct elf_symbol *left = a, *right = b;
	return (left->address > right->address) - (left->address < right->address);
}

/* How many there are is said by no entry; linkers put the names behind the symbols. */
static void read_symbols(struct arena *arena, struct elf_object *object,
	const struct dynamic *dynamic, struct str strings)
{
	uint64_t gap = dynamic->strings - dynamic->symbols;
	if (dynamic->strings <= dynamic->symbols || gap / sizeof(Elf64_Sym) > ELF_SYMBOLS)
		return;
	struct str table = str_slice(loaded(object, dynamic->symbols), 0, (size_t)gap);
	size_t count = table.len / sizeof(Elf64_Sym), kept = 0;
	struct elf_symbol *symbols = ARENA_NEW_ARRAY(arena, struct elf_symbol, count + 1);
	for (size_t i = 0; i < count; i++) {
		Elf64_Sym symbol;
		memcpy(&symbol, table.data + i * sizeof(symbol), sizeof(symbol));
		unsigned type = ELF64_ST_TYPE(symbol.st_info);
		bool imported = symbol.st_shndx == SHN_UNDEF;
		if (type != STT_FUNC && type != STT_GNU_IFUNC && !(imported && type == STT_NOTYPE))
			continue;
		struct str name = text_at(strings, symbol.st_name);
		if (name.len == 0)
			continue;
		symbols[kept++] =
			(struct elf_symbol){name, imported ? 0 : symbol.st_value, symbol.st_size};
		if (!imported && str_equal(name, STR("__libc_start_main")))
			object->is_c_library = true;
	}
	if (kept > 0)
		qsort(symbols, kept, sizeof(*symbols), by_address);
	object->symbols = symbols;
	object->symbol_count = kept;
}

static bool is_ours(const Elf64_Ehdr *header)
{
	return memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 &&
	       header->e_ident[EI_CLASS] == ELFCLASS64 && header->e_ident[EI_DATA] == ELFDATA2LSB &&
	       header->e_machine == MACHINE && header->e_phentsize == sizeof(Elf64_Phdr);
}

int elf_object_read(
	struct arena *arena, struct str bytes, struct elf_object *ret_object, struct error *err)
{
	Elf64_Ehdr header = {0};
	struct str dynamic_bytes = {NULL, 0};
	struct dynamic dynamic = {0};
	*ret_object = (struct elf_object){.bytes = bytes};
	if (bytes.len >= sizeof(header))
		memcpy(&header, bytes.data, sizeof(header));
	if (!is_ours(&header))
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "it is no ELF file of this machine");
	for (size_t i = 0; i < header.e_phnum; i++) {
		Elf64_Phdr segment;
		struct str at = range(bytes, header.e_phoff, (i + 1) * sizeof(segment));
		if (!at.data)
			break;
		memcpy(&segment, at.data + i * sizeof(segment), sizeof(segment));
		read_segment(ret_object, &segment, &dynamic_bytes);
	}
	read_dynamic(dynamic_bytes, &dynamic);
	struct str strings = loaded(ret_object, dynamic.strings);
	strings = str_slice(strings, 0,
		dynamic.string_bytes < strings.len ? (size_t)dynamic.string_bytes : strings.len);
	read_symbols(arena, ret_object, &dynamic, strings);
	return 0;
}

size_t elf_object_function(const struct elf_object *object, uint64_t address)
{
	size_t low = 0, high = object->symbol_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (object->symbols[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return address != 0 && low < object->symbol_count && object->symbols[low].address == address
		       ? low
		       : SIZE_MAX;
}
