/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Under AddressSanitizer an arena keeps a forbidden gap behind every allocation and forbids what it
 * has not handed out, so that an overrun inside one chunk is found like one on the heap. In normal
 * builds there is no gap and nothing happens.
 */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISON 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define POISON 1
#endif

#ifdef POISON
#include <sanitizer/asan_interface.h>
enum { POISON_GAP_BYTES = 8 };
#else
enum { POISON_GAP_BYTES = 0 };
#endif

/** Whether what is left behind an allocation holds the gap. */
static inline bool poison_gap_fits(size_t left)
{
#ifdef POISON
	return left >= POISON_GAP_BYTES;
#else
	(void)left;
	return true;
#endif
}

/** Forbid the bytes [at, at + size). */
static inline void poison(const void *at, size_t size)
{
#ifdef POISON
	/* Fresh memory is meant: without this the compiler warns that it is not initialised. */
	__asm__("" : "+r"(at));
	__asan_poison_memory_region(at, size);
#else
	(void)at, (void)size;
#endif
}

/** Allow them again; at is a multiple of 8. */
static inline void unpoison(const void *at, size_t size)
{
#ifdef POISON
	__asan_unpoison_memory_region(at, size);
#else
	(void)at, (void)size;
#endif
}
