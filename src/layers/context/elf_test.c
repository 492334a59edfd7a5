/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/elf_calls.h"

#include "base/limits.h"
#include "unit.h"

#include <elf.h>
#include <stdio.h>
#include <sys/syscall.h>

enum { CODE_AT = 0x200, FILE_BYTES = 0x400, ADDRESS = 0x400000, MACHINES = 2 };

#if defined(__x86_64__)
enum { MACHINE = EM_X86_64 };
#else
enum { MACHINE = EM_AARCH64 };
#endif

static struct arena arena;
static unsigned char file[FILE_BYTES];

static void set_up(void)
{
	arena_init(&arena, LIMIT_CONTEXT_BYTES);
}

static struct str bytes_of_file(void)
{
	return (struct str){(const char *)file, sizeof(file)};
}

/* One segment of code. */
static Elf64_Ehdr make_file(const void *code, size_t bytes)
{
	Elf64_Ehdr header = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
		.e_type = ET_EXEC,
		.e_machine = MACHINE,
		.e_phoff = sizeof(header),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 1};
	Elf64_Phdr segment = {.p_type = PT_LOAD,
		.p_flags = PF_R | PF_X,
		.p_offset = CODE_AT,
		.p_vaddr = ADDRESS,
		.p_filesz = bytes,
		.p_memsz = bytes};
	memset(file, 0, sizeof(file));
	memcpy(file, &header, sizeof(header));
	memcpy(file + sizeof(header), &segment, sizeof(segment));
	memcpy(file + CODE_AT, code, bytes);
	return header;
}

static int read_file(struct elf_object *ret_object)
{
	struct error err = {0};
	return elf_object_read(&arena, bytes_of_file(), ret_object, &err);
}

START_TEST(numbers_are_found_before_their_calls)
{
	static const struct {
		const char *code;
		size_t bytes;
		int number; /* -1: unknown, -2: no call at all */
	} rows[] = {
		{"\xb8\x27\x00\x00\x00\x0f\x05", 7, 39},
		{"\x31\xc0\x0f\x05", 4, 0},
		{"\x33\xc0\x90\x90\x0f\x05", 6, 0},
		{"\x48\xc7\xc0\x3c\x00\x00\x00\x0f\x05", 9, 60},
		{"\xb8\x01\x00\x00\x00\xb8\x02\x00\x00\x00\x0f\x05", 12, 2},
		{"\xb8\x00\x00\x00\x7f\x0f\x05", 7, -1},
		{"\x48\x89\xf8\x0f\x05", 5, -1},
		{"\x0f\x05", 2, -1},
		{"\x0f", 1, -2},
		{"", 0, -2},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && MACHINE == EM_X86_64; i++) {
		struct elf_object object;
		struct elf_calls calls;
		make_file(rows[i].code, rows[i].bytes);
		set_up();
		ck_assert_int_eq(read_file(&object), 0);
		elf_calls_find(&arena, &object, 1, &calls);
		ck_assert_uint_eq(calls.unknown, rows[i].number == -1);
		for (int k = 0; k < OBSERVED_CALLS; k++)
			if (calls.found[k] != (k == rows[i].number))
				ck_abort_msg("row %zu, call %d", i, k);
		arena_release(&arena);
	}
}
END_TEST

START_TEST(files_that_are_no_programs_of_this_machine_are_refused)
{
	static const struct {
		size_t at;
		unsigned char byte;
	} rows[] = {{0, 0}, {EI_CLASS, ELFCLASS32}, {EI_DATA, ELFDATA2MSB},
		{offsetof(Elf64_Ehdr, e_machine), EM_386}, {offsetof(Elf64_Ehdr, e_phentsize), 1}};
	struct elf_object object;
	struct error err = {0};
	set_up();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_file("\x0f\x05", 2);
		file[rows[i].at] = rows[i].byte;
		ck_assert_int_eq(read_file(&object), -1);
	}
	ck_assert_int_eq(elf_object_read(&arena,
				 STR("\x7f"
				     "ELF"),
				 &object, &err),
		-1);
	ck_assert_int_eq(elf_object_read(&arena, STR(""), &object, &err), -1);
	arena_release(&arena);
}
END_TEST

START_TEST(every_changed_byte_and_every_cut_is_survived)
{
	struct elf_object object;
	struct elf_calls calls;
	for (size_t i = 0; i < CODE_AT / 4; i++)
		for (int bit = 0; bit < 8; bit++) {
			struct error err = {0};
			make_file("\xb8\x27\x00\x00\x00\x0f\x05", 7);
			file[i] ^= (unsigned char)(1U << bit);
			set_up();
			if (read_file(&object) == 0)
				elf_calls_find(&arena, &object, 1, &calls);
			struct str cut = {(const char *)file, i};
			if (elf_object_read(&arena, cut, &object, &err) == 0)
				elf_calls_find(&arena, &object, 1, &calls);
			arena_release(&arena);
		}
}
END_TEST

static struct str read_whole(const char *path)
{
	enum { MOST = 32 << 20 };
	FILE *in = fopen(path, "rb");
	if (!in)
		return STR("");
	char *memory = arena_alloc(&arena, MOST);
	size_t len = fread(memory, 1, MOST, in);
	fclose(in);
	return (struct str){memory, len};
}

/* The C library that this test runs with, and the test itself. */
static struct str c_library(void)
{
	char line[512];
	FILE *maps = fopen("/proc/self/maps", "r");
	struct str found = STR("");
	while (maps && found.len == 0 && fgets(line, sizeof(line), maps)) {
		char *path = strchr(line, '/');
		if (!path || !strstr(path, "/libc.so"))
			continue;
		path[strcspn(path, "\n")] = '\0';
		found = read_whole(path);
	}
	if (maps)
		fclose(maps);
	return found;
}

START_TEST(of_the_c_library_only_what_is_imported_counts)
{
	struct elf_object objects[2];
	struct elf_calls alone, both;
	struct error err = {0};
	arena_init(&arena, LIMIT_SUBJECT_BYTES);
	struct str program = read_whole("/proc/self/exe"), library = c_library();
	if (MACHINE != EM_X86_64 || library.len == 0) {
		arena_release(&arena);
		return;
	}
	ck_assert_int_eq(elf_object_read(&arena, program, &objects[0], &err), 0);
	ck_assert_int_eq(elf_object_read(&arena, library, &objects[1], &err), 0);
	ck_assert(objects[1].is_c_library && !objects[0].is_c_library);
	ck_assert(str_starts_with(objects[0].interpreter, STR("/")));
	elf_calls_find(&arena, &objects[1], 1, &alone);
	elf_calls_find(&arena, objects, 2, &both);
	ck_assert(!alone.found[SYS_read]);
	ck_assert(both.found[SYS_read] && both.found[SYS_openat] && both.found[SYS_mmap]);
	ck_assert(!both.found[SYS_reboot] && !both.found[SYS_swapon]);
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("elf", numbers_are_found_before_their_calls,
	files_that_are_no_programs_of_this_machine_are_refused,
	every_changed_byte_and_every_cut_is_survived, of_the_c_library_only_what_is_imported_counts)
