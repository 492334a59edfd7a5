/* SPDX-License-Identifier: Apache-2.0 */
#include "data/json.h"

#include "base/limits.h"
#include "base/number.h"
#include "base/utf8.h"
#include "data/map.h"
#include "data/scan.h"

/* An open list or map; its children wait in the scratch stack. */
struct frame {
	uint32_t first;
	bool map;
	struct origin origin;
};

enum { SCRATCH_VALUES = 128 };

/*
 * Functions take the place of reading and return the place behind what they read, NULL after an
 * error: so it stays in a register. The line moves only over white space, for no token holds a
 * line break.
 */
struct reader {
	const char *end;
	const char *line_start;
	uint32_t line;
	enum document_typing typing;
	struct value *scratch;
	size_t count, capacity;
	size_t nodes;
	size_t depth;
	struct arena *arena;
	struct error *err;
	bool shortened; /* end is LIMIT_DOCUMENT_BYTES, not the end of the text */
	struct frame frames[LIMIT_DATA_DEPTH];
	struct value first[SCRATCH_VALUES]; /* scratch until it is too small */
};

static struct origin origin_at(const struct reader *r, const char *at)
{
	return (struct origin){r->line, (uint32_t)(at - r->line_start) + 1};
}

#define FAIL(r, at, ...) \
	((void)ERROR_SET((r)->err, ERROR_INPUT, origin_at((r), (at)), __VA_ARGS__), \
		(const char *)NULL)

static const char *fail_with_remedy(struct reader *r, const char *remedy)
{
	error_set_remedy(r->err, "%s", remedy);
	return NULL;
}

static const char *fail_too_large(struct reader *r, const char *at, const char *what, int limit)
{
	(void)ERROR_SET(r->err, ERROR_LIMIT, origin_at(r, at), "the document has more than %d %s",
		limit, what);
	return fail_with_remedy(r, "split it into smaller documents");
}

static const char *fail_at_end(struct reader *r)
{
	if (r->shortened)
		return fail_too_large(r, r->end, "bytes", LIMIT_DOCUMENT_BYTES);
	if (r->depth == 0)
		return FAIL(r, r->end, "the text ends before a value");
	const struct frame *frame = &r->frames[r->depth - 1];
	(void)FAIL(r, r->end, "the text ends inside the %s that begins at line %u, column %u",
		frame->map ? "map" : "list", frame->origin.line, frame->origin.column);
	return fail_with_remedy(r, "check whether the text was cut off");
}

/* What people write that is no JSON, by its first byte. */
static const char *remedy_for(char c)
{
	static const struct {
		const char *bytes, *remedy;
	} remedies[] = {
		{"'`", "write strings in double quotes"},
		{"/#", "JSON has no comments: remove it, or write YAML"},
		{"TF", "write true or false in small letters"},
		{"NIu", "write null, or a number"},
		{"+.", "begin a number with a digit or a minus sign"},
		{",", "remove the comma, or write a value before it"},
		{"\xEF", "remove the byte order mark"},
		{"\xFE\xFF", "convert the text from UTF-16 to UTF-8"},
		{"-", "begin YAML documents with a line \"---\", and do not mix them with JSON"},
	};
	for (size_t i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++)
		if (c != '\0' && str_find_char(str_from(remedies[i].bytes), c) != SIZE_MAX)
			return remedies[i].remedy;
	return "";
}

static const char *fail_unexpected(struct reader *r, const char *at, const char *expected)
{
	if (at >= r->end)
		return fail_at_end(r);
	unsigned char c = (unsigned char)*at;
	if (c > ' ' && c < 0x7F)
		(void)FAIL(r, at, "expected %s, not '%c'", expected, c);
	else
		(void)FAIL(r, at, "expected %s, not the byte 0x%02x", expected, c);
	r->err->length = 1;
	return fail_with_remedy(r, remedy_for(*at));
}

static const char *skip_lines(struct reader *r, const char *at)
{
	for (; at < r->end; at++) {
		if (*at == '\n') {
			r->line++;
			r->line_start = at + 1;
			at = scan_spaces(at + 1, r->end) - 1;
		} else if (*at != ' ' && *at != '\t' && *at != '\r') {
			break;
		}
	}
	return at;
}

static inline const char *skip_space(struct reader *r, const char *at)
{
	return at<r->end && * at> ' ' ? at : skip_lines(r, at);
}

static inline bool next_is(const struct reader *r, const char *at, char c)
{
	return at < r->end && *at == c;
}

/* Room for one more value on top of the scratch stack. */
static inline struct value *push(struct reader *r)
{
	if (__builtin_expect(r->count == r->capacity, 0))
		r->scratch = arena_grow(
			r->arena, r->scratch, r->count, &r->capacity, sizeof(*r->scratch));
	return &r->scratch[r->count++];
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The number of the \uXXXX whose backslash is at `at`, or UTF8_INVALID. */
static uint32_t read_unit(const struct reader *r, const char *at)
{
	if (r->end - at < 6 || at[0] != '\\' || at[1] != 'u')
		return UTF8_INVALID;
	uint32_t unit = 0;
	for (int i = 2; i < 6; i++) {
		int digit = hex_digit(at[i]);
		if (digit < 0)
			return UTF8_INVALID;
		unit = unit << 4 | (uint32_t)digit;
	}
	return unit;
}

/* Section 7 of RFC 8259: what is outside the basic plane takes a pair of surrogates. */
static const char *read_unicode(struct reader *r, const char *at, char **out)
{
	uint32_t rune = read_unit(r, at);
	if (rune == UTF8_INVALID)
		return FAIL(r, at, "\\u needs four hexadecimal digits");
	const char *behind = at + 6;
	if (rune >= 0xD800 && rune <= 0xDFFF) {
		uint32_t low = rune < 0xDC00 ? read_unit(r, behind) : UTF8_INVALID;
		if (low < 0xDC00 || low > 0xDFFF)
			return FAIL(r, at, "half of a surrogate pair stands alone");
		rune = 0x10000 + ((rune - 0xD800) << 10) + (low - 0xDC00);
		behind += 6;
	}
	*out += utf8_encode(rune, *out);
	return behind;
}

static const char *read_escape(struct reader *r, const char *at, char **out)
{
	static const struct str names = STR_INIT("\"\\/bfnrt");
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	if (r->end - at < 2)
		return fail_at_end(r);
	if (at[1] == 'u')
		return read_unicode(r, at, out);
	size_t which = str_find_char(names, at[1]);
	if (which != SIZE_MAX) {
		*(*out)++ = meanings[which];
		return at + 2;
	}
	(void)FAIL(r, at, "JSON has no such escape sequence");
	r->err->length = 2;
	return fail_with_remedy(r, "write \\\\ for a backslash");
}

static const char *fail_in_string(struct reader *r, const char *open, const char *at)
{
	if (at >= r->end && r->shortened)
		return fail_at_end(r);
	if (at >= r->end)
		return FAIL(r, at, "the text ends inside the string that begins at column %u",
			origin_at(r, open).column);
	if ((signed char)*at < 0)
		return FAIL(r, at, "the byte 0x%02x is not UTF-8", (unsigned char)*at);
	if (*at == '\n' || *at == '\r') {
		(void)FAIL(r, at, "a line ends inside the string that begins at column %u",
			origin_at(r, open).column);
		return fail_with_remedy(r, "close the string, or write \\n for a line break");
	}
	(void)FAIL(r, at, "the control character 0x%02x in a string", (unsigned char)*at);
	error_set_remedy(r->err, "write it as \\u%04x", (unsigned char)*at);
	return NULL;
}

/* The closing quote of a string; *ret_escaped and *ret_ascii say what is before it. */
static const char *find_quote(
	struct reader *r, const char *open, const char *at, bool *ret_escaped, bool *ret_ascii)
{
	while ((at = scan_plain(at, r->end)) < r->end && *at != '"') {
		if (*at == '\\') {
			*ret_escaped = true;
			at++;
			at += next_is(r, at, '"') || next_is(r, at, '\\');
			continue;
		}
		size_t sequence = 0;
		struct str rest = {at, (size_t)(r->end - at)};
		if ((signed char)*at >= 0 || utf8_next(rest, &sequence) == UTF8_INVALID)
			return fail_in_string(r, open, at);
		*ret_ascii = false;
		at += sequence;
	}
	return at < r->end ? at : fail_in_string(r, open, at);
}

/* With escape sequences the text cannot be used in place; it only becomes shorter. */
static const char *unescape(
	struct reader *r, const char *at, const char *quote, struct str *ret_text)
{
	char *memory = arena_alloc(r->arena, (size_t)(quote - at)), *out = memory;
	while (at < quote) {
		const char *plain = at;
		at = memchr(at, '\\', (size_t)(quote - at));
		at = at ? at : quote;
		memcpy(out, plain, (size_t)(at - plain));
		out += at - plain;
		if (at < quote && !(at = read_escape(r, at, &out)))
			return NULL;
	}
	*ret_text = (struct str){memory, (size_t)(out - memory)};
	return quote;
}

static __attribute__((noinline)) const char *read_odd_string(
	struct reader *r, const char *open, const char *at, struct value *ret)
{
	bool escaped = false, ascii = true;
	const char *quote = find_quote(r, open, at, &escaped, &ascii);
	if (!quote)
		return NULL;
	struct str text = {open + 1, (size_t)(quote - open) - 1};
	if (escaped && !unescape(r, open + 1, quote, &text))
		return NULL;
	*ret = ascii && !escaped ? value_ascii(text) : value_string(text);
	ret->origin = origin_at(r, open);
	return quote + 1;
}

/* value_ascii() in place: a value made elsewhere and copied at once costs a stalled load. */
static inline void set_ascii(const struct reader *r, struct value *ret, struct str s)
{
	bool readable = r->end - s.data >= 8;
	ret->kind = VALUE_STRING;
	ret->flags = VALUE_ASCII;
	ret->hash = __builtin_expect(readable, 1) ? value_hash_readable(s) : value_hash(s);
	ret->count = (uint32_t)s.len;
	ret->text = s.data;
}

static inline const char *read_string(struct reader *r, const char *at, struct value *ret)
{
	const char *stop = scan_plain(at + 1, r->end);
	if (__builtin_expect(!next_is(r, stop, '"'), 0))
		return read_odd_string(r, at, stop, ret);
	set_ascii(r, ret, (struct str){at + 1, (size_t)(stop - at) - 1});
	ret->origin = origin_at(r, at);
	return stop + 1;
}

static const char *skip_digits(const struct reader *r, const char *at)
{
	while (at < r->end && *at >= '0' && *at <= '9')
		at++;
	return at;
}

/* Fraction and exponent, section 6 of RFC 8259. */
static const char *skip_fraction(struct reader *r, const char *at)
{
	const char *digits;
	if (next_is(r, at, '.')) {
		digits = at + 1;
		if ((at = skip_digits(r, digits)) == digits)
			return fail_unexpected(r, at, "a digit after the decimal point");
	}
	if (next_is(r, at, 'e') || next_is(r, at, 'E')) {
		digits = at + 1;
		digits += next_is(r, digits, '+') || next_is(r, digits, '-');
		if ((at = skip_digits(r, digits)) == digits)
			return fail_unexpected(r, at, "a digit in the exponent");
	}
	return at;
}

static bool set_integer(const struct reader *r, struct str digits, struct value *v)
{
	if (number_parse_int(digits, &v->integer)) {
		v->kind = VALUE_INT;
		return true;
	}
	v->kind = VALUE_UINT;
	return r->typing == DOCUMENT_CEL && number_parse_uint(digits, 10, &v->natural);
}

static __attribute__((noinline)) const char *read_odd_number(
	struct reader *r, const char *at, struct value *ret)
{
	const char *digits = at + (*at == '-'), *whole = skip_digits(r, digits);
	if (whole == digits)
		return fail_unexpected(r, whole, "a digit");
	if (*digits == '0' && whole - digits > 1) {
		(void)FAIL(r, at, "a number cannot begin with 0");
		return fail_with_remedy(r, "remove the 0, or write the number as a string");
	}
	const char *behind = skip_fraction(r, whole);
	if (!behind)
		return NULL;
	struct str text = {at, (size_t)(behind - at)};
	*ret = (struct value){.kind = VALUE_DOUBLE, .origin = origin_at(r, at)};
	if (behind == whole && set_integer(r, text, ret))
		return behind;
	ret->kind = VALUE_DOUBLE;
	if (number_parse_double(text, &ret->real) && ret->real - ret->real == 0)
		return behind;
	(void)FAIL(r, at, "the number does not fit a double");
	r->err->length = (uint32_t)text.len;
	return fail_with_remedy(r, "write it as a string");
}

static inline const char *read_number(struct reader *r, const char *at, struct value *ret)
{
	const char *digits = at + (*at == '-'), *behind = digits;
	int64_t number = 0;
	while (behind < r->end && *behind >= '0' && *behind <= '9' && behind - digits < 18)
		number = number * 10 + (*behind++ - '0');
	bool odd = behind == digits || (*digits == '0' && behind - digits > 1) ||
		   (behind < r->end && ((*behind >= '0' && *behind <= '9') || *behind == '.' ||
					       (*behind | 0x20) == 'e'));
	if (odd)
		return read_odd_number(r, at, ret);
	ret->kind = VALUE_INT;
	ret->flags = 0;
	ret->hash = 0;
	ret->count = 0;
	ret->integer = digits == at ? number : -number;
	ret->origin = origin_at(r, at);
	return behind;
}

static const char *read_literal(struct reader *r, const char *at, struct value *ret)
{
	static const struct {
		struct str text;
		struct value value;
	} literals[] = {
		{STR_INIT("true"), {.kind = VALUE_BOOL, .boolean = true}},
		{STR_INIT("false"), {.kind = VALUE_BOOL, .boolean = false}},
		{STR_INIT("null"), {.kind = VALUE_NULL}},
	};
	struct str rest = {at, (size_t)(r->end - at)};
	for (size_t i = 0; i < sizeof(literals) / sizeof(literals[0]); i++) {
		if (str_starts_with(rest, literals[i].text)) {
			*ret = value_at(literals[i].value, origin_at(r, at));
			return at + literals[i].text.len;
		}
	}
	return fail_unexpected(r, at, "a value");
}

static inline const char *read_scalar(struct reader *r, const char *at, struct value *ret)
{
	if (at >= r->end)
		return fail_at_end(r);
	if (*at == '"')
		return read_string(r, at, ret);
	if (*at == '-' || (*at >= '0' && *at <= '9'))
		return read_number(r, at, ret);
	return read_literal(r, at, ret);
}

/* A key with its colon; leaves the place at the value. */
static inline const char *read_key(struct reader *r, const char *at)
{
	if (!next_is(r, at, '"'))
		return fail_unexpected(r, at, "a key in double quotes");
	if (!(at = read_string(r, at, push(r))))
		return NULL;
	at = skip_space(r, at);
	if (!next_is(r, at, ':'))
		return fail_unexpected(r, at, "':' after the key");
	return skip_space(r, at + 1);
}

static const char *open_container(struct reader *r, const char *at)
{
	if (r->depth == LIMIT_DATA_DEPTH) {
		(void)ERROR_SET(r->err, ERROR_LIMIT, origin_at(r, at),
			"lists and maps are nested deeper than %d", LIMIT_DATA_DEPTH);
		return fail_with_remedy(r, "flatten the document");
	}
	r->frames[r->depth++] = (struct frame){
		.first = (uint32_t)r->count, .map = *at == '{', .origin = origin_at(r, at)};
	return skip_space(r, at + 1);
}

static int make_container(struct reader *r, const struct frame *frame, struct value *ret)
{
	const struct value *children = r->scratch + frame->first;
	size_t count = r->count - frame->first;
	if (!frame->map) {
		struct value *items = arena_alloc(r->arena, count * sizeof(*items));
		memcpy(items, children, count * sizeof(*items));
		*ret = value_list(items, count);
		return 0;
	}
	struct value_entry *entries = map_entries_new(r->arena, count / 2);
	memcpy(entries, children, count * sizeof(*children));
	return map_make(entries, count / 2, ret, r->err);
}

/* The children leave the scratch stack, the container takes their place. */
static const char *close_container(struct reader *r, const char *at)
{
	const struct frame *frame = &r->frames[r->depth - 1];
	r->nodes += (r->count - frame->first) >> frame->map;
	if (r->nodes > LIMIT_DATA_NODES)
		return fail_too_large(r, at, "values", LIMIT_DATA_NODES);
	struct value container;
	if (make_container(r, frame, &container) < 0)
		return NULL;
	container.origin = frame->origin;
	r->count = frame->first;
	r->depth--;
	*push(r) = container;
	return at + 1;
}

/* Behind a value: close what ends here, and go to the next value; at depth 0 the document ends. */
static inline const char *go_on(struct reader *r, const char *at)
{
	while (r->depth > 0) {
		bool map = r->frames[r->depth - 1].map;
		at = skip_space(r, at);
		if (next_is(r, at, ',')) {
			at = skip_space(r, at + 1);
			return map ? read_key(r, at) : at;
		}
		if (!next_is(r, at, map ? '}' : ']'))
			return fail_unexpected(r, at, map ? "',' or '}'" : "',' or ']'");
		if (!(at = close_container(r, at)))
			return NULL;
	}
	return at;
}

/* An opening bracket: leaves the place at the first value, or behind an empty container. */
static inline const char *begin(struct reader *r, const char *at)
{
	bool map = *at == '{';
	if (!(at = open_container(r, at)))
		return NULL;
	if (next_is(r, at, map ? '}' : ']')) {
		at = close_container(r, at);
		return at ? go_on(r, at) : NULL;
	}
	return map ? read_key(r, at) : at;
}

static const char *read_value(struct reader *r, const char *at)
{
	do {
		if (next_is(r, at, '{') || next_is(r, at, '['))
			at = begin(r, at);
		else if ((at = read_scalar(r, at, push(r))))
			at = go_on(r, at);
	} while (at && r->depth > 0);
	return at;
}

static void prepare(struct reader *r, struct str text, const struct text_place *place)
{
	size_t left = text.len - place->offset;
	r->shortened = left > LIMIT_DOCUMENT_BYTES;
	r->end = text.data + place->offset + (r->shortened ? LIMIT_DOCUMENT_BYTES : left);
	r->line_start = text.data + place->offset - (place->origin.column - 1);
	r->line = place->origin.line;
	r->count = r->nodes = r->depth = 0;
	r->capacity = SCRATCH_VALUES;
	r->scratch = r->first;
}

/* One after another, bare values are told apart by white space. */
static bool stands_alone(const struct reader *r, const char *at)
{
	bool bare = r->scratch[0].kind != VALUE_LIST && r->scratch[0].kind != VALUE_MAP;
	return !bare || at >= r->end || str_find_char(STR(" \t\r\n{["), *at) != SIZE_MAX;
}

int json_next(struct arena *arena, struct str text, enum document_typing typing,
	struct text_place *place, struct value *ret_root, struct error *err)
{
	struct reader r __attribute__((uninitialized));
	r.arena = arena;
	r.err = err;
	r.typing = typing;
	prepare(&r, text, place);
	const char *at = skip_space(&r, text.data + place->offset);
	if (at == r.end && !r.shortened)
		return 0;
	at = read_value(&r, at);
	if (at && !stands_alone(&r, at))
		at = fail_unexpected(&r, at, "white space after the value");
	if (!at)
		return -1;
	*ret_root = r.scratch[0];
	*place = (struct text_place){(size_t)(at - text.data), origin_at(&r, at)};
	return 1;
}

int json_read(struct arena *arena, struct str text, enum document_typing typing,
	struct value *ret_root, struct error *err)
{
	struct reader r __attribute__((uninitialized));
	r.arena = arena;
	r.err = err;
	r.typing = typing;
	prepare(&r, text, &(struct text_place){0, TEXT_START});
	const char *at = read_value(&r, skip_space(&r, text.data));
	if (!at)
		return -1;
	at = skip_space(&r, at);
	if (at < r.end || r.shortened) {
		(void)fail_unexpected(&r, at, "the end of the text");
		return -1;
	}
	*ret_root = r.scratch[0];
	return 0;
}
