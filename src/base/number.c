/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A') + 10;
	return 99;
}

bool number_parse_uint(struct str s, unsigned base, uint64_t *ret_number)
{
	uint64_t number = 0;
	for (size_t i = 0; i < s.len; i++) {
		unsigned digit = digit_value(s.data[i]);
		if (digit >= base || __builtin_mul_overflow(number, base, &number) ||
			__builtin_add_overflow(number, digit, &number))
			return false;
	}
	*ret_number = number;
	return s.len > 0;
}

bool number_parse_int(struct str s, int64_t *ret_number)
{
	bool negative = s.len > 0 && s.data[0] == '-';
	uint64_t magnitude;
	if (!number_parse_uint(negative ? str_slice(s, 1, s.len) : s, 10, &magnitude))
		return false;
	if (magnitude > (uint64_t)INT64_MAX + negative)
		return false;
	*ret_number = (int64_t)(negative ? 0 - magnitude : magnitude);
	return true;
}

static size_t skip_digits(struct str s, size_t at)
{
	while (at < s.len && s.data[at] >= '0' && s.data[at] <= '9')
		at++;
	return at;
}

static bool is_double(struct str s)
{
	size_t at = s.len > 0 && s.data[0] == '-';
	size_t whole = at;
	at = skip_digits(s, at);
	size_t digits = at - whole;
	if (at < s.len && s.data[at] == '.') {
		size_t fraction = at + 1;
		at = skip_digits(s, fraction);
		digits += at - fraction;
	}
	if (digits == 0)
		return false;
	if (at < s.len && (s.data[at] == 'e' || s.data[at] == 'E')) {
		at++;
		at += at < s.len && (s.data[at] == '+' || s.data[at] == '-');
		size_t exponent = at;
		at = skip_digits(s, exponent);
		if (at == exponent)
			return false;
	}
	return at == s.len;
}

bool number_parse_double(struct str s, double *ret_number)
{
	char text[1104];
	if (s.len >= sizeof(text) || !is_double(s))
		return false;
	memcpy(text, s.data, s.len);
	text[s.len] = '\0';
	*ret_number = strtod(text, NULL);
	return true;
}

/*
 * Significant digits without trailing zeros, and the exponent of d.ddd form. Up to DBL_DIG digits
 * survive the way through a normal double, so fewer than that show as trailing zeros; subnormal
 * doubles hold fewer and are tried from one digit on.
 */
size_t number_shortest_digits(double magnitude, char digits[NUMBER_DIGITS_BYTES], int *ret_exponent)
{
	char text[40];
	for (int precision = magnitude < DBL_MIN ? 0 : DBL_DIG - 1; precision < 17; precision++) {
		(void)snprintf(text, sizeof(text), "%.*e", precision, magnitude);
		if (strtod(text, NULL) == magnitude)
			break;
	}
	size_t count = 0;
	char *at = text;
	for (; *at != 'e'; at++)
		if (*at != '.' && count < 20)
			digits[count++] = *at;
	while (count > 1 && digits[count - 1] == '0')
		count--;
	*ret_exponent = (int)strtol(at + 1, NULL, 10);
	return count;
}

static void put_zeros(struct buf *out, int count)
{
	while (count-- > 0)
		buf_put_char(out, '0');
}

static void put_scientific(struct buf *out, struct str digits, int exponent)
{
	buf_put(out, str_slice(digits, 0, 1));
	if (digits.len > 1)
		buf_put_char(out, '.');
	buf_put(out, str_slice(digits, 1, digits.len));
	buf_puts(out, "e");
	buf_put_char(out, exponent < 0 ? '-' : '+');
	buf_put_int(out, exponent < 0 ? -exponent : exponent);
}

/* The four cases of Number::toString, with point = position of the decimal point behind the first
 * digit. */
static void put_digits(struct buf *out, struct str digits, int exponent)
{
	int point = exponent + 1, count = (int)digits.len;
	if (point > 21 || point <= -6) {
		put_scientific(out, digits, exponent);
	} else if (point >= count) {
		buf_put(out, digits);
		put_zeros(out, point - count);
	} else if (point > 0) {
		buf_put(out, str_slice(digits, 0, (size_t)point));
		buf_put_char(out, '.');
		buf_put(out, str_slice(digits, (size_t)point, digits.len));
	} else {
		buf_puts(out, "0.");
		put_zeros(out, -point);
		buf_put(out, digits);
	}
}

size_t number_print_double(double number, char ret_text[NUMBER_DOUBLE_BYTES])
{
	struct buf out;
	buf_init_fixed(&out, ret_text, NUMBER_DOUBLE_BYTES - 1);
	if (isnan(number)) {
		buf_puts(&out, "nan");
	} else {
		if (number < 0)
			buf_put_char(&out, '-');
		char digits[NUMBER_DIGITS_BYTES];
		int exponent;
		if (isinf(number)) {
			buf_puts(&out, "inf");
		} else if (number == 0) {
			buf_puts(&out, "0");
		} else {
			size_t count = number_shortest_digits(fabs(number), digits, &exponent);
			put_digits(&out, (struct str){digits, count}, exponent);
		}
	}
	ret_text[out.len] = '\0';
	return out.len;
}
