/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct arena;

/* A slice of text to read: not owned, not terminated, may hold any byte. */
struct str {
	const char *data;
	size_t len;
};

#define STR_INIT(literal) \
	{ \
		"" literal, sizeof(literal) - 1 \
	} /* in static tables */
#define STR(literal) ((struct str)STR_INIT(literal))
/* The two arguments of "%.*s". */
#define STR_ARGS(s) ((int)((s).len > 4096 ? 4096 : (s).len)), (s).data

static inline struct str str_from(const char *text)
{
	return (struct str){text, strlen(text)};
}

static inline bool str_equal(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/** Byte order, shorter first when one is the other's prefix: < 0, 0, > 0. */
int str_compare(struct str a, struct str b);

/** Whether s begins, or ends, with these bytes. */
bool str_starts_with(struct str s, struct str prefix);
bool str_ends_with(struct str s, struct str suffix);

/** Byte index of the first occurrence (at or after from), or SIZE_MAX. */
size_t str_find(struct str s, struct str needle, size_t from);
size_t str_find_char(struct str s, char c);

/** The bytes [from, to), clamped to s. */
struct str str_slice(struct str s, size_t from, size_t to);

/** Without ASCII white space at its ends. */
struct str str_trim(struct str s);

/** Cut the part before the first separator off *rest; false once *rest is exhausted (data NULL). */
bool str_next_part(struct str *rest, char separator, struct str *ret_part);

/** A copy in the arena, with a 0 byte after it that is not counted. */
struct str str_copy(struct arena *arena, struct str s);

/** printf into the arena. */
struct str str_format(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** Edit distance (insert, delete, replace, swap neighbours), at most limit + 1. */
size_t str_distance(struct str a, struct str b, size_t limit);

/*
 * A bounded place to write text. What happens when it is full depends on how it was made: cut (and
 * truncated is set), grown in an arena, or handed to a writer by `full`.
 */
struct buf {
	char *data;
	size_t len;
	size_t capacity;
	bool truncated;
	/* Make room: flush or grow. Returns false when there is none to be had. */
	bool (*full)(struct buf *buf, size_t needed);
	void *context; /* of full */
};

/** Write into memory, cutting at capacity; or into an arena, growing up to the arena's cap. */
void buf_init_fixed(struct buf *buf, char *memory, size_t capacity);
void buf_init_arena(struct buf *buf, struct arena *arena, size_t capacity);

/** Append bytes, or a number in decimal. What does not fit: see struct buf. */
void buf_put(struct buf *buf, struct str s);
void buf_put_char(struct buf *buf, char c);
void buf_put_uint(struct buf *buf, uint64_t number);
void buf_put_int(struct buf *buf, int64_t number);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
#define buf_puts(buf, literal) buf_put((buf), STR(literal))

/** Text from outside, made safe for a terminal or a log: controls, DEL, bidirectional and other
 * invisible characters, and bytes that are not UTF-8 become \n, \t, \xNN or \u{NNNN}. */
void buf_put_escaped(struct buf *buf, struct str s);

/** What has been written so far; valid until the next write. */
static inline struct str buf_str(const struct buf *buf)
{
	return (struct str){buf->data, buf->len};
}
