/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "base/utf8.h"
#include "cel/fail.h"
#include "cel/lex.h"

/* A string literal being decoded. */
struct decoder {
	const struct cel_token *token;
	struct str body; /* between the quotes */
	size_t at;       /* in body */
	char *out;
	size_t len;
	bool bytes;
	struct error *err;
};

static int fail_escape(const struct decoder *decoder, size_t length, const char *why)
{
	size_t offset = (size_t)(decoder->body.data - decoder->token->text.data) + decoder->at;
	struct origin origin = decoder->token->origin;
	struct str before = str_slice(decoder->token->text, 0, offset);
	size_t newline;
	while ((newline = str_find_char(before, '\n')) != SIZE_MAX) {
		before = str_slice(before, newline + 1, before.len);
		origin = (struct origin){origin.line + 1, 1};
	}
	origin.column += (uint32_t)before.len;
	struct str shown = str_slice(decoder->body, decoder->at, decoder->at + length);
	return CEL_FAIL(
		decoder->err, origin, length, "%.*s is not an escape: %s", CEL_SHOWN(shown), why);
}

static void put_rune(struct decoder *decoder, uint32_t rune)
{
	decoder->len += utf8_encode(rune, decoder->out + decoder->len);
}

/* In bytes, \x and octal escapes are bytes; in strings they are code points. */
static void put_byte(struct decoder *decoder, uint32_t byte)
{
	if (decoder->bytes)
		decoder->out[decoder->len++] = (char)(unsigned char)byte;
	else
		put_rune(decoder, byte);
}

static size_t digits_length(const struct decoder *decoder, size_t digits)
{
	size_t left = decoder->body.len - decoder->at;
	return left < digits + 2 ? left : digits + 2;
}

static int read_hex(struct decoder *decoder, size_t digits, uint64_t *ret_number)
{
	struct str text = str_slice(decoder->body, decoder->at + 2, decoder->at + 2 + digits);
	if (text.len == digits && number_parse_uint(text, 16, ret_number))
		return 0;
	fail_escape(decoder, digits_length(decoder, digits), "hexadecimal digits are missing");
	error_set_remedy(decoder->err, "write %zu of them, or \\\\ for a backslash", digits);
	return -1;
}

static int read_unicode(struct decoder *decoder, size_t digits)
{
	uint64_t rune;
	if (decoder->bytes)
		return fail_escape(decoder, 2, "bytes have no code points; write \\xHH");
	if (read_hex(decoder, digits, &rune) < 0)
		return -1;
	if (rune > 0x10FFFF || (rune >= 0xD800 && rune <= 0xDFFF))
		return fail_escape(decoder, digits + 2, "there is no such code point");
	put_rune(decoder, (uint32_t)rune);
	decoder->at += digits + 2;
	return 0;
}

static int read_byte(struct decoder *decoder)
{
	uint64_t byte;
	if (read_hex(decoder, 2, &byte) < 0)
		return -1;
	put_byte(decoder, (uint32_t)byte);
	decoder->at += 4;
	return 0;
}

static int read_octal(struct decoder *decoder)
{
	uint64_t byte;
	struct str digits = str_slice(decoder->body, decoder->at + 1, decoder->at + 4);
	if (digits.len != 3 || !number_parse_uint(digits, 8, &byte) || byte > 0xFF)
		return fail_escape(decoder, digits.len + 1, "octal is \\000 to \\377");
	put_byte(decoder, (uint32_t)byte);
	decoder->at += 4;
	return 0;
}

/* The letter after the backslash, and the character it stands for. */
static const char simple_escapes[][2] = {{'a', '\a'}, {'b', '\b'}, {'f', '\f'}, {'n', '\n'},
	{'r', '\r'}, {'t', '\t'}, {'v', '\v'}, {'\\', '\\'}, {'?', '?'}, {'"', '"'}, {'\'', '\''},
	{'`', '`'}};

static int read_escape(struct decoder *decoder)
{
	char c = decoder->body.data[decoder->at + 1];
	for (size_t i = 0; i < sizeof(simple_escapes) / sizeof(simple_escapes[0]); i++) {
		if (c != simple_escapes[i][0])
			continue;
		decoder->out[decoder->len++] = simple_escapes[i][1];
		decoder->at += 2;
		return 0;
	}
	if (c == 'x' || c == 'X')
		return read_byte(decoder);
	if (c == 'u' || c == 'U')
		return read_unicode(decoder, c == 'u' ? 4 : 8);
	if (c >= '0' && c <= '3')
		return read_octal(decoder);
	size_t end = decoder->at + 1;
	utf8_next(decoder->body, &end);
	fail_escape(decoder, end - decoder->at, "no such letter");
	error_set_remedy(decoder->err, "write \\\\ for a backslash, or a raw string r'...'");
	return -1;
}

static int decode(struct decoder *decoder)
{
	while (decoder->at < decoder->body.len) {
		if (decoder->body.data[decoder->at] != '\\')
			decoder->out[decoder->len++] = decoder->body.data[decoder->at++];
		else if (read_escape(decoder) < 0)
			return -1;
	}
	return 0;
}

static int read_string(struct arena *arena, const struct cel_token *token, struct value *ret_value,
	struct error *err)
{
	bool bytes = token->kind == TOKEN_BYTES;
	struct str text = str_slice(token->text, bytes, token->text.len);
	bool raw = (text.data[0] | 0x20) == 'r';
	text = str_slice(text, raw, text.len);
	bool triple = text.len >= 6 && text.data[1] == text.data[0] && text.data[2] == text.data[0];
	size_t quotes = triple ? 3 : 1;
	struct str body = str_slice(text, quotes, text.len - quotes);
	struct decoder decoder = {.token = token, .body = body, .bytes = bytes, .err = err};
	if (!raw && str_find_char(body, '\\') != SIZE_MAX) {
		decoder.out = arena_alloc(arena, body.len);
		if (decode(&decoder) < 0)
			return -1;
		body = (struct str){decoder.out, decoder.len};
	}
	*ret_value = bytes ? value_bytes(body) : value_string(body);
	return 0;
}

static bool parse_digits(struct str text, uint64_t *ret_number)
{
	if (str_starts_with(text, STR("0x")))
		return number_parse_uint(str_slice(text, 2, text.len), 16, ret_number);
	return number_parse_uint(text, 10, ret_number);
}

static int read_int(
	const struct cel_token *token, bool negative, struct value *ret_value, struct error *err)
{
	uint64_t number;
	uint64_t most = (uint64_t)INT64_MAX + negative;
	if (!parse_digits(token->text, &number) || number > most) {
		CEL_FAIL(err, token->origin, token->text.len,
			"%s%.*s does not fit an int (64 bits)", negative ? "-" : "",
			CEL_SHOWN(token->text));
		error_set_remedy(err, negative ? "" : "for a uint put u behind it");
		return -1;
	}
	*ret_value = value_int((int64_t)(negative ? 0 - number : number));
	return 0;
}

static int read_uint(const struct cel_token *token, struct value *ret_value, struct error *err)
{
	uint64_t number;
	if (!parse_digits(str_slice(token->text, 0, token->text.len - 1), &number))
		return CEL_FAIL(err, token->origin, token->text.len,
			"%.*s does not fit a uint (64 bits)", CEL_SHOWN(token->text));
	*ret_value = value_uint(number);
	return 0;
}

static int read_double(
	const struct cel_token *token, bool negative, struct value *ret_value, struct error *err)
{
	double number;
	if (!number_parse_double(token->text, &number) || __builtin_isinf(number))
		return CEL_FAIL(err, token->origin, token->text.len, "%.*s does not fit a double",
			CEL_SHOWN(token->text));
	*ret_value = value_double(negative ? -number : number);
	return 0;
}

int cel_literal_read(struct arena *arena, const struct cel_token *token, bool negative,
	struct value *ret_value, struct error *err)
{
	switch ((int)token->kind) {
	case TOKEN_INT:
		return read_int(token, negative, ret_value, err);
	case TOKEN_UINT:
		return read_uint(token, ret_value, err);
	case TOKEN_DOUBLE:
		return read_double(token, negative, ret_value, err);
	case TOKEN_STRING:
	case TOKEN_BYTES:
		return read_string(arena, token, ret_value, err);
	case TOKEN_NULL:
		*ret_value = value_null();
		return 0;
	default:
		*ret_value = value_bool(token->kind == TOKEN_TRUE);
		return 0;
	}
}
