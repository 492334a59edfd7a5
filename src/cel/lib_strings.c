/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/utf8.h"
#include "cel/library.h"

/* The strings extension: indices count code points. */

/* Byte offset of a code point, the end included; SIZE_MAX outside of s. */
static size_t rune_offset(const struct value *s, int64_t index)
{
	if (index < 0 || index > (int64_t)s->count)
		return SIZE_MAX;
	if (s->flags & VALUE_ASCII)
		return (size_t)index;
	size_t at = 0;
	for (; index > 0 && at < s->count; index--)
		(void)utf8_next(value_str(s), &at);
	return index == 0 ? at : SIZE_MAX;
}

static int64_t rune_index(const struct value *s, size_t offset)
{
	bool ascii = s->flags & VALUE_ASCII;
	return (int64_t)(ascii ? offset : utf8_count(str_slice(value_str(s), 0, offset)));
}

static struct value fail_index(struct cel_run *run, const struct value *index)
{
	return cel_fail_at(run, index, "index out of range: %lld", (long long)index->integer);
}

static struct value char_at(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	const struct value *s = &arguments[0];
	size_t from = rune_offset(s, arguments[1].integer), to = from;
	if (from == SIZE_MAX)
		return fail_index(run, &arguments[1]);
	if (to < s->count)
		(void)utf8_next(value_str(s), &to);
	return cel_slice(s, from, to);
}

static struct value found_at(const struct value *s, size_t offset)
{
	return value_int(offset == SIZE_MAX ? -1 : rune_index(s, offset));
}

static struct value index_of(struct cel_run *run, const struct value *arguments, size_t count)
{
	size_t from = count > 2 ? rune_offset(&arguments[0], arguments[2].integer) : 0;
	if (from == SIZE_MAX)
		return fail_index(run, &arguments[2]);
	return found_at(
		&arguments[0], str_find(value_str(&arguments[0]), value_str(&arguments[1]), from));
}

/* Where a match of needle, read backwards, goes on after a mismatch behind i matching bytes. */
static uint32_t *backward_borders(struct arena *arena, struct str needle)
{
	uint32_t *border = arena_alloc_array(arena, needle.len + 1, sizeof(*border));
	uint32_t matched = 0;
	const char *last = needle.data + needle.len - 1;
	for (size_t i = 1; i < needle.len; i++) {
		while (matched > 0 && last[-(ptrdiff_t)i] != last[-(ptrdiff_t)matched])
			matched = border[matched];
		matched += last[-(ptrdiff_t)i] == last[-(ptrdiff_t)matched];
		border[i + 1] = matched;
	}
	return border;
}

/* Byte offset of the last occurrence of a needle that is not empty; linear whatever the texts are.
 */
static size_t find_last(struct arena *arena, struct str s, struct str needle)
{
	if (needle.len > s.len)
		return SIZE_MAX;
	const uint32_t *border = backward_borders(arena, needle);
	uint32_t matched = 0;
	for (size_t at = s.len; at-- > 0;) {
		while (matched > 0 && s.data[at] != needle.data[needle.len - 1 - matched])
			matched = border[matched];
		matched += s.data[at] == needle.data[needle.len - 1 - matched];
		if (matched == needle.len)
			return at;
	}
	return SIZE_MAX;
}

/* The last occurrence that begins at or before byte `from`. */
static struct value last_index_before(
	struct cel_run *run, const struct value *arguments, size_t from)
{
	struct str needle = value_str(&arguments[1]);
	if (needle.len == 0)
		return found_at(&arguments[0], from);
	struct str s = value_str(&arguments[0]);
	size_t end = needle.len < s.len - from ? from + needle.len : s.len;
	return found_at(&arguments[0], find_last(cel_run_arena(run), str_slice(s, 0, end), needle));
}

static struct value last_index_of(struct cel_run *run, const struct value *arguments, size_t count)
{
	size_t from =
		count > 2 ? rune_offset(&arguments[0], arguments[2].integer) : arguments[0].count;
	if (from == SIZE_MAX)
		return fail_index(run, &arguments[2]);
	return last_index_before(run, arguments, from);
}

/* The API server's engine: an empty text is found where it is sought, and nothing is behind the
 * end. */
static struct value kubernetes_index_of(
	struct cel_run *run, const struct value *arguments, size_t count)
{
	if (arguments[1].count == 0)
		return value_int(arguments[2].integer);
	if (arguments[2].integer < 0)
		return fail_index(run, &arguments[2]);
	if (rune_offset(&arguments[0], arguments[2].integer) == SIZE_MAX)
		return value_int(-1);
	return index_of(run, arguments, count);
}

static struct value kubernetes_last_index_of(
	struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	if (arguments[1].count == 0)
		return value_int(arguments[2].integer);
	if (arguments[2].integer < 0)
		return fail_index(run, &arguments[2]);
	size_t from = rune_offset(&arguments[0], arguments[2].integer);
	if (from >= arguments[0].count)
		return value_int(-1);
	return last_index_before(run, arguments, from);
}

static struct value with_case(struct cel_run *run, const struct value *s, char first, char flip)
{
	char *copy = arena_alloc(cel_run_arena(run), s->count);
	for (size_t i = 0; i < s->count; i++) {
		bool in_range = s->text[i] >= first && s->text[i] <= first + 25;
		copy[i] = in_range ? (char)(s->text[i] ^ flip) : s->text[i];
	}
	return value_at(value_string((struct str){copy, s->count}), s->origin);
}

static struct value lower_ascii(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	return with_case(run, arguments, 'A', 0x20);
}

static struct value upper_ascii(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	return with_case(run, arguments, 'a', 0x20);
}

/* Bytes up to the next place where old is, from byte `at`; an empty one is before every code point
 * and at the end. */
static size_t next_match(struct str s, struct str old, size_t at, bool first)
{
	if (old.len > 0)
		return str_find(s, old, at);
	if (!first && at < s.len)
		(void)utf8_next(s, &at);
	else if (!first)
		return SIZE_MAX;
	return at;
}

static struct value replace(struct cel_run *run, const struct value *arguments, size_t count)
{
	struct str s = value_str(&arguments[0]), old = value_str(&arguments[1]);
	int64_t limit = count > 3 ? arguments[3].integer : -1;
	size_t copied = 0;
	struct buf out;
	buf_init_arena(&out, cel_run_arena(run), s.len);
	for (int64_t done = 0; limit < 0 || done < limit; done++) {
		size_t at = next_match(s, old, copied, done == 0);
		if (at == SIZE_MAX)
			break;
		buf_put(&out, str_slice(s, copied, at));
		buf_put(&out, value_str(&arguments[2]));
		copied = at + old.len;
	}
	buf_put(&out, str_slice(s, copied, s.len));
	return cel_text(&out, &arguments[0]);
}

/* End of the part that begins at `at`: before the separator, or behind one code point. */
static size_t part_end(struct str s, struct str separator, size_t at)
{
	if (separator.len > 0)
		return str_find(s, separator, at);
	if (at < s.len)
		(void)utf8_next(s, &at);
	return at < s.len ? at : SIZE_MAX;
}

static size_t count_parts(struct str s, struct str separator, size_t limit)
{
	size_t parts = 1;
	for (size_t at = 0; parts < limit; parts++) {
		size_t end = part_end(s, separator, at);
		if (end == SIZE_MAX)
			break;
		at = end + separator.len;
	}
	return parts;
}

static struct value split(struct cel_run *run, const struct value *arguments, size_t count)
{
	struct str s = value_str(&arguments[0]), separator = value_str(&arguments[1]);
	int64_t limit = count > 2 ? arguments[2].integer : -1;
	if (limit == 0 || (s.len == 0 && separator.len == 0))
		return value_list(NULL, 0);
	size_t parts = count_parts(s, separator, limit < 0 ? SIZE_MAX : (size_t)limit);
	struct value *items = ARENA_NEW_ARRAY(cel_run_arena(run), struct value, parts);
	size_t at = 0;
	for (size_t i = 0; i < parts; i++) {
		size_t end = i + 1 < parts ? part_end(s, separator, at) : s.len;
		items[i] = cel_slice(&arguments[0], at, end);
		at = end + separator.len;
	}
	return value_list(items, parts);
}

static struct value substring(struct cel_run *run, const struct value *arguments, size_t count)
{
	const struct value *s = &arguments[0];
	size_t from = rune_offset(s, arguments[1].integer);
	size_t to = count > 2 ? rune_offset(s, arguments[2].integer) : s->count;
	if (count > 2 && arguments[1].integer > arguments[2].integer)
		return cel_fail_at(run, &arguments[1],
			"invalid substring range, start: %lld, end: %lld",
			(long long)arguments[1].integer, (long long)arguments[2].integer);
	if (from == SIZE_MAX)
		return fail_index(run, &arguments[1]);
	if (to == SIZE_MAX)
		return fail_index(run, &arguments[2]);
	return cel_slice(s, from, to);
}

/* The property White_Space of Unicode. */
static bool is_white_space(uint32_t rune)
{
	return rune == ' ' || (rune >= 0x09 && rune <= 0x0D) || rune == 0x85 || rune == 0xA0 ||
	       rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200A) || rune == 0x2028 ||
	       rune == 0x2029 || rune == 0x202F || rune == 0x205F || rune == 0x3000;
}

static struct value trim(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	struct str s = value_str(arguments);
	size_t from = 0, to = s.len;
	for (size_t at = 0; at < s.len && is_white_space(utf8_next(s, &at));)
		from = at;
	for (size_t at = to; at > from && is_white_space(utf8_previous(s, &at));)
		to = at;
	return cel_slice(arguments, from, to);
}

static struct value join(struct cel_run *run, const struct value *arguments, size_t count)
{
	struct str separator = count > 1 ? value_str(&arguments[1]) : STR("");
	struct buf out;
	buf_init_arena(&out, cel_run_arena(run), 0);
	for (uint32_t i = 0; i < arguments[0].count; i++) {
		const struct value *item = &arguments[0].items[i];
		if (!value_is(item, VALUE_STRING))
			return cel_fail_overload(run, item);
		if (i > 0)
			buf_put(&out, separator);
		buf_put(&out, value_str(item));
	}
	return cel_text(&out, &arguments[0]);
}

static uint64_t cost_join(const struct value *arguments, size_t count, const struct value *result)
{
	(void)arguments;
	return cel_cost_copy(result, count, result);
}

static struct value quote(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	static const char special[] = "\a\b\f\n\r\t\v\\\"", letters[] = "abfnrtv\\\"";
	struct str s = value_str(arguments);
	struct buf out;
	buf_init_arena(&out, cel_run_arena(run), s.len + 2);
	buf_put_char(&out, '"');
	for (size_t i = 0; i < s.len; i++) {
		const char *at = s.data[i] ? strchr(special, s.data[i]) : NULL;
		if (at)
			buf_put_char(&out, '\\');
		buf_put_char(&out, at ? letters[at - special] : s.data[i]);
	}
	buf_put_char(&out, '"');
	return cel_text(&out, arguments);
}

static struct value reverse(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct str s = value_str(arguments);
	char *copy = arena_alloc(cel_run_arena(run), s.len);
	for (size_t at = 0; at < s.len;) {
		size_t start = at;
		(void)utf8_next(s, &at);
		memcpy(copy + (s.len - at), s.data + start, at - start);
	}
	return value_at(value_string((struct str){copy, s.len}), arguments->origin);
}

/* Every API server has version 0 of the library; quote() and format() came with version 1. */
static const struct cel_overload_row rows[] = {
	{"string_char_at_int", "string.charAt(int) -> string", char_at, NULL, 0},
	{"string_index_of_string", "string.indexOf(string) -> int", index_of, cel_cost_traverse, 0},
	{"string_index_of_string_int", "string.indexOf(string, int) -> int", index_of,
		cel_cost_traverse, CEL_NATIVE_ONLY},
	{"string_index_of_string_int", "string.indexOf(string, int) -> int", kubernetes_index_of,
		cel_cost_traverse, KUBERNETES_SINCE(0)},
	{"string_last_index_of_string", "string.lastIndexOf(string) -> int", last_index_of,
		cel_cost_traverse, 0},
	{"string_last_index_of_string_int", "string.lastIndexOf(string, int) -> int", last_index_of,
		cel_cost_traverse, CEL_NATIVE_ONLY},
	{"string_last_index_of_string_int", "string.lastIndexOf(string, int) -> int",
		kubernetes_last_index_of, cel_cost_traverse, KUBERNETES_SINCE(0)},
	{"string_lower_ascii", "string.lowerAscii() -> string", lower_ascii, cel_cost_read, 0},
	{"string_upper_ascii", "string.upperAscii() -> string", upper_ascii, cel_cost_read, 0},
	{"string_replace_string_string", "string.replace(string, string) -> string", replace,
		cel_cost_copy, 0},
	{"string_replace_string_string_int", "string.replace(string, string, int) -> string",
		replace, cel_cost_copy, 0},
	{"string_split_string", "string.split(string) -> list(string)", split, cel_cost_copy, 0},
	{"string_split_string_int", "string.split(string, int) -> list(string)", split,
		cel_cost_copy, 0},
	{"string_substring_int", "string.substring(int) -> string", substring, cel_cost_read, 0},
	{"string_substring_int_int", "string.substring(int, int) -> string", substring,
		cel_cost_read, 0},
	{"string_trim", "string.trim() -> string", trim, cel_cost_read, 0},
	{"list_join", "list(string).join() -> string", join, cost_join, 0},
	{"list_join_string", "list(string).join(string) -> string", join, cost_join, 0},
	{"strings_quote", "strings.quote(string) -> string", quote, cel_cost_read, 29},
	{"string_reverse", "string.reverse() -> string", reverse, cel_cost_read, CEL_NATIVE_ONLY},
};

CEL_LIBRARY(cel_lib_strings, "strings", rows);
