/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Fast ways over the bytes of a text that need no attention. */

/** Whether a byte of a JSON string means itself: printable ASCII but the quote and the backslash.
 */
static inline bool scan_is_plain(char c)
{
	return (signed char)c >= 0x20 && c != '"' && c != '\\';
}

/** The first byte in [at, end) that scan_is_plain() refuses, or end. */
static inline const char *scan_plain(const char *at, const char *end)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
	/* Signed: below space are the controls and everything that is not ASCII. */
	const __m128i space = _mm_set1_epi8(' ');
	for (; end - at >= 16; at += 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
		__m128i stop = _mm_or_si128(
			_mm_cmplt_epi8(bytes, space), _mm_or_si128(_mm_cmpeq_epi8(bytes, quote),
							      _mm_cmpeq_epi8(bytes, backslash)));
		unsigned mask = (unsigned)_mm_movemask_epi8(stop);
		if (mask != 0)
			return at + __builtin_ctz(mask);
	}
#endif
	while (at < end && scan_is_plain(*at))
		at++;
	return at;
}

/** The first byte in [at, end) that is no space, or end. */
static inline const char *scan_spaces(const char *at, const char *end)
{
#ifdef __SSE2__
	const __m128i space = _mm_set1_epi8(' ');
	for (; end - at >= 16; at += 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
		unsigned mask = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, space));
		if (mask != 0xFFFF)
			return at + __builtin_ctz(~mask);
	}
#endif
	while (at < end && *at == ' ')
		at++;
	return at;
}

/** Whether a byte is printable ASCII, a tab or a line feed. */
static inline bool scan_is_text(char c)
{
	return (c >= ' ' && c != 0x7F) || c == '\n' || c == '\t';
}

/** The first byte in [at, end) that scan_is_text() refuses, or end. */
static inline const char *scan_text(const char *at, const char *end)
{
#ifdef __SSE2__
	const __m128i space = _mm_set1_epi8(' '), delete = _mm_set1_epi8(0x7F);
	const __m128i tab = _mm_set1_epi8('\t'), feed = _mm_set1_epi8('\n');
	for (; end - at >= 16; at += 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
		__m128i blank =
			_mm_or_si128(_mm_cmpeq_epi8(bytes, tab), _mm_cmpeq_epi8(bytes, feed));
		__m128i stop = _mm_or_si128(_mm_andnot_si128(blank, _mm_cmplt_epi8(bytes, space)),
			_mm_cmpeq_epi8(bytes, delete));
		unsigned mask = (unsigned)_mm_movemask_epi8(stop);
		if (mask != 0)
			return at + __builtin_ctz(mask);
	}
#endif
	while (at < end && scan_is_text(*at))
		at++;
	return at;
}
