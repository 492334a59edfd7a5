/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/real.h"

#include "base/number.h"

#include <math.h>

/* A finite number, apart: d.ddd times 10 to the exponent. */
struct digits {
	char text[NUMBER_DOUBLE_BYTES];
	size_t count;
	int exponent;
};

/* Takes the shortest text apart, whose forms are 123, 12.3, 0.012 and 1.2e+30. */
static void take_apart(double magnitude, struct digits *ret_digits)
{
	char text[NUMBER_DOUBLE_BYTES];
	struct str rest = {text, number_print_double(magnitude, text)};
	struct digits made = {.exponent = -1};
	size_t e = str_find_char(rest, 'e');
	int64_t power = 0;
	if (e != SIZE_MAX) {
		size_t sign = rest.data[e + 1] == '+';
		(void)number_parse_int(str_slice(rest, e + 1 + sign, rest.len), &power);
		rest = str_slice(rest, 0, e);
	}
	bool behind_point = false;
	for (size_t i = 0; i < rest.len; i++) {
		char c = rest.data[i];
		if (c == '.') {
			behind_point = true;
			continue;
		}
		if (made.count > 0 || c != '0')
			made.text[made.count++] = c;
		if (!behind_point)
			made.exponent += made.count > 0;
		else if (made.count == 0)
			made.exponent--;
	}
	while (made.count > 1 && made.text[made.count - 1] == '0')
		made.count--;
	made.exponent += (int)power;
	*ret_digits = made;
}

static void put_zeros(struct buf *out, int count)
{
	for (; count > 0; count--)
		buf_put_char(out, '0');
}

static void put_plain(const struct digits *digits, struct buf *out)
{
	struct str text = {digits->text, digits->count};
	int whole = digits->exponent + 1;
	if (whole <= 0) {
		buf_puts(out, "0.");
		put_zeros(out, -whole);
		buf_put(out, text);
		return;
	}
	buf_put(out, str_slice(text, 0, (size_t)whole));
	put_zeros(out, whole - (int)text.len);
	if ((size_t)whole < text.len) {
		buf_put_char(out, '.');
		buf_put(out, str_slice(text, (size_t)whole, text.len));
	}
}

static void put_scientific(const struct digits *digits, struct buf *out)
{
	buf_put_char(out, digits->text[0]);
	if (digits->count > 1) {
		buf_put_char(out, '.');
		buf_put(out, (struct str){digits->text + 1, digits->count - 1});
	}
	int power = digits->exponent < 0 ? -digits->exponent : digits->exponent;
	buf_put(out, digits->exponent < 0 ? STR("e-") : STR("e+"));
	if (power < 10)
		buf_put_char(out, '0');
	buf_put_int(out, power);
}

/* Signs, zero and what is not finite; true when that was all. */
static bool put_special(double real, struct str infinity, struct buf *out)
{
	if (isnan(real)) {
		buf_puts(out, "NaN");
		return true;
	}
	if (signbit(real))
		buf_put_char(out, '-');
	if (isinf(real))
		buf_put(out, infinity);
	else if (real == 0)
		buf_put_char(out, '0');
	return isinf(real) || real == 0;
}

void real_print_plain(double real, struct buf *out)
{
	if (put_special(real, STR("Infinity"), out))
		return;
	struct digits digits;
	take_apart(fabs(real), &digits);
	put_plain(&digits, out);
}

void real_print_general(double real, struct buf *out)
{
	if (put_special(real, real > 0 ? STR("+Inf") : STR("Inf"), out))
		return;
	struct digits digits;
	take_apart(fabs(real), &digits);
	if (digits.exponent < -4 || digits.exponent >= 6)
		put_scientific(&digits, out);
	else
		put_plain(&digits, out);
}

static bool same_word(struct str text, struct str word)
{
	if (text.len != word.len)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if ((text.data[i] | 32) != word.data[i])
			return false;
	return true;
}

bool real_parse(struct str text, double *ret_real)
{
	bool negative = text.len > 0 && text.data[0] == '-';
	if (negative || (text.len > 0 && text.data[0] == '+'))
		text = str_slice(text, 1, text.len);
	double magnitude;
	if (same_word(text, STR("inf")) || same_word(text, STR("infinity"))) {
		magnitude = INFINITY;
	} else if (same_word(text, STR("nan"))) {
		magnitude = NAN;
	} else {
		if (text.len == 0 || text.data[0] == '-' ||
			!number_parse_double(text, &magnitude) || isinf(magnitude))
			return false;
	}
	*ret_real = negative ? -magnitude : magnitude;
	return true;
}
