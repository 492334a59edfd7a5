/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The C library's allocator, for a program that lives for milliseconds and asks for a few large
 * blocks: each is a mapping of its own. musl's, built for everything else, would be a thirtieth of
 * this program's size and is not linked beside these.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

/* In front of each block, and as large as blocks must be aligned. */
struct block {
	_Alignas(16) size_t mapped_bytes;
};

enum { TOUCHED_BYTES = 48 * 1024 };

void *malloc(size_t size)
{
	size_t bytes;
	if (__builtin_add_overflow(size, sizeof(struct block), &bytes) || bytes > PTRDIFF_MAX) {
		errno = ENOMEM;
		return NULL;
	}
	/* Blocks of an arena are written soon after: one fault less for each page. */
	int early = bytes <= TOUCHED_BYTES ? MAP_POPULATE : 0;
	struct block *block = mmap(
		NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | early, -1, 0);
	if (block == MAP_FAILED) {
		errno = ENOMEM;
		return NULL;
	}
	block->mapped_bytes = bytes;
	return block + 1;
}

void *calloc(size_t count, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes))
		bytes = SIZE_MAX;
	/* What the kernel maps is zero. */
	return malloc(bytes);
}

void free(void *memory)
{
	struct block *block = memory;
	int before = errno;
	if (block)
		(void)munmap(block - 1, block[-1].mapped_bytes);
	errno = before;
}

void *realloc(void *memory, size_t size)
{
	struct block *block = memory;
	size_t bytes;
	if (!block)
		return malloc(size);
	if (__builtin_add_overflow(size, sizeof(*block), &bytes) || bytes > PTRDIFF_MAX) {
		errno = ENOMEM;
		return NULL;
	}
	block = mremap(block - 1, block[-1].mapped_bytes, bytes, MREMAP_MAYMOVE);
	if (block == MAP_FAILED)
		return NULL;
	block->mapped_bytes = bytes;
	return block + 1;
}
