/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/quantity.h"

#include "base/arena.h"
#include "base/number.h"

#include <math.h>

enum { NANO = -9, SMALL_DIGITS = 18, SMALL_BINARY_DIGITS = 15 };

struct suffix {
	struct str text;
	enum quantity_format format;
	int exponent; /* of 10, or of 2 */
};

static const struct suffix suffixes[] = {
	{STR_INIT(""), QUANTITY_DECIMAL, 0},
	{STR_INIT("n"), QUANTITY_DECIMAL, -9},
	{STR_INIT("u"), QUANTITY_DECIMAL, -6},
	{STR_INIT("m"), QUANTITY_DECIMAL, -3},
	{STR_INIT("k"), QUANTITY_DECIMAL, 3},
	{STR_INIT("M"), QUANTITY_DECIMAL, 6},
	{STR_INIT("G"), QUANTITY_DECIMAL, 9},
	{STR_INIT("T"), QUANTITY_DECIMAL, 12},
	{STR_INIT("P"), QUANTITY_DECIMAL, 15},
	{STR_INIT("E"), QUANTITY_DECIMAL, 18},
	{STR_INIT("Ki"), QUANTITY_BINARY, 10},
	{STR_INIT("Mi"), QUANTITY_BINARY, 20},
	{STR_INIT("Gi"), QUANTITY_BINARY, 30},
	{STR_INIT("Ti"), QUANTITY_BINARY, 40},
	{STR_INIT("Pi"), QUANTITY_BINARY, 50},
	{STR_INIT("Ei"), QUANTITY_BINARY, 60},
};

enum { SUFFIXES = sizeof(suffixes) / sizeof(suffixes[0]) };

/* A quantity as it is written. */
struct written {
	bool negative;
	struct str whole, fraction; /* whole without zeros in front */
	bool has_digits;
	struct suffix suffix;
};

static size_t skip_digits(struct str text, size_t at)
{
	while (at < text.len && text.data[at] >= '0' && text.data[at] <= '9')
		at++;
	return at;
}

static bool read_exponent(struct str text, struct suffix *ret_suffix)
{
	int64_t exponent;
	if (text.len < 2 || (text.data[0] != 'e' && text.data[0] != 'E'))
		return false;
	size_t sign = text.data[1] == '+' ? 2 : 1;
	if (!number_parse_int(str_slice(text, sign, text.len), &exponent) ||
		(sign == 2 && text.len > 2 && text.data[2] == '-'))
		return false;
	if (exponent < INT32_MIN / 2 || exponent > INT32_MAX / 2)
		return false;
	*ret_suffix = (struct suffix){text, QUANTITY_EXPONENT, (int)exponent};
	return true;
}

static bool read_suffix(struct str text, struct suffix *ret_suffix)
{
	for (size_t i = 0; i < SUFFIXES; i++)
		if (str_equal(suffixes[i].text, text)) {
			*ret_suffix = suffixes[i];
			return true;
		}
	return read_exponent(text, ret_suffix);
}

static bool read_written(struct str text, struct written *ret_written)
{
	size_t at = text.len > 0 && (text.data[0] == '-' || text.data[0] == '+');
	ret_written->negative = at > 0 && text.data[0] == '-';
	size_t end = skip_digits(text, at);
	ret_written->has_digits = end > at;
	while (at < end && text.data[at] == '0')
		at++;
	ret_written->whole = str_slice(text, at, end);
	ret_written->fraction = STR("");
	if (end < text.len && text.data[end] == '.') {
		at = end + 1;
		end = skip_digits(text, at);
		ret_written->fraction = str_slice(text, at, end);
		ret_written->has_digits |= end > at;
	}
	return read_suffix(str_slice(text, end, text.len), &ret_written->suffix);
}

/* The digits of both parts without zeros in front. */
static struct str join_digits(struct arena *arena, const struct written *written)
{
	struct buf joined;
	buf_init_arena(&joined, arena, written->whole.len + written->fraction.len + 1);
	buf_put(&joined, written->whole);
	buf_put(&joined, written->fraction);
	struct str digits = buf_str(&joined);
	while (digits.len > 0 && digits.data[0] == '0')
		digits = str_slice(digits, 1, digits.len);
	return digits;
}

/* Whether the number is one of those that are kept as value * 10^scale; fills them in. */
static bool make_small(const struct written *written, struct str digits, struct quantity *q)
{
	size_t whole = written->whole.len > 0 ? written->whole.len : 1;
	const struct suffix *suffix = &written->suffix;
	uint64_t value = 0;
	q->scale = 0;
	if (suffix->format == QUANTITY_BINARY) {
		size_t taken = whole + (size_t)(suffix->exponent * 3 / 10) + 1;
		if (written->fraction.len > 0 || taken > SMALL_BINARY_DIGITS)
			return false;
	} else {
		if (whole + written->fraction.len > SMALL_DIGITS)
			return false;
		q->scale = suffix->exponent - (int64_t)written->fraction.len;
	}
	if (q->scale < NANO || (digits.len > 0 && !number_parse_uint(digits, 10, &value)))
		return false;
	if (suffix->format == QUANTITY_BINARY &&
		__builtin_mul_overflow(value, (uint64_t)1 << suffix->exponent, &value))
		return false;
	if (value > INT64_MAX)
		return false;
	q->is_small = true;
	q->value = written->negative ? -(int64_t)value : (int64_t)value;
	return true;
}

/* digits * factor, for a small factor. */
static struct str multiply(struct arena *arena, struct str digits, unsigned factor)
{
	enum { ROOM = 8 };
	char *product = arena_alloc(arena, digits.len + ROOM);
	size_t at = digits.len + ROOM;
	uint64_t carry = 0;
	for (size_t i = digits.len; i > 0 || carry > 0;) {
		if (i > 0)
			carry += (uint64_t)(digits.data[--i] - '0') * factor;
		product[--at] = (char)('0' + carry % 10);
		carry /= 10;
	}
	return (struct str){product + at, digits.len + ROOM - at};
}

/* digits + 1 */
static struct str increment(struct arena *arena, struct str digits)
{
	char *sum = arena_alloc(arena, digits.len + 1);
	sum[0] = '0';
	if (digits.len > 0)
		memcpy(sum + 1, digits.data, digits.len);
	size_t at = digits.len;
	while (sum[at] == '9')
		sum[at--] = '0';
	sum[at]++;
	size_t skip = sum[0] == '0';
	return (struct str){sum + skip, digits.len + 1 - skip};
}

/* Away from zero to a multiple of 10^-9. */
static void round_up(struct arena *arena, struct quantity *q)
{
	if (q->scale >= NANO || q->digits.len == 0)
		return;
	uint64_t excess = (uint64_t)(NANO - q->scale);
	size_t kept = q->digits.len > excess ? q->digits.len - (size_t)excess : 0;
	bool exact = true;
	for (size_t i = kept; i < q->digits.len; i++)
		exact &= q->digits.data[i] == '0';
	q->digits = str_slice(q->digits, 0, kept);
	if (!exact)
		q->digits = increment(arena, q->digits);
	q->scale = NANO;
}

static void make_large(
	struct arena *arena, const struct written *written, struct str digits, struct quantity *q)
{
	static const struct quantity most = {.digits = STR_INIT("9223372036854775807"), .scale = 0};
	const struct suffix *suffix = &written->suffix;
	q->digits = digits;
	q->scale = -(int64_t)written->fraction.len;
	if (suffix->format != QUANTITY_BINARY)
		q->scale += suffix->exponent;
	else
		for (int shift = 0; shift < suffix->exponent && q->digits.len > 0; shift += 10)
			q->digits = multiply(arena, q->digits, 1 << 10);
	round_up(arena, q);
	if (suffix->format == QUANTITY_BINARY && quantity_compare(q, &most) > 0) {
		q->digits = most.digits;
		q->scale = most.scale;
	}
	q->negative = written->negative && q->digits.len > 0;
}

const char *quantity_parse(struct arena *arena, struct str text, struct quantity *ret_quantity)
{
	struct written written;
	*ret_quantity = (struct quantity){.format = QUANTITY_DECIMAL};
	if (text.len == 0)
		return "it is empty";
	if (!read_written(text, &written))
		return "its suffix is unknown";
	struct str digits = join_digits(arena, &written);
	ret_quantity->format = written.suffix.format;
	if (make_small(&written, digits, ret_quantity))
		return NULL;
	if (!written.has_digits)
		return "it has no digits";
	make_large(arena, &written, digits, ret_quantity);
	return NULL;
}

enum { VALUE_DIGITS = 20 };

/* Any quantity as digits; those of a small one are put into room. */
static struct quantity as_large(const struct quantity *q, char room[VALUE_DIGITS])
{
	if (!q->is_small)
		return *q;
	struct buf digits;
	buf_init_fixed(&digits, room, VALUE_DIGITS);
	uint64_t magnitude = q->value < 0 ? 0 - (uint64_t)q->value : (uint64_t)q->value;
	if (magnitude > 0)
		buf_put_uint(&digits, magnitude);
	return (struct quantity){.format = q->format,
		.negative = q->value < 0,
		.digits = buf_str(&digits),
		.scale = q->scale};
}

int quantity_sign(const struct quantity *q)
{
	if (q->is_small)
		return (q->value > 0) - (q->value < 0);
	return q->digits.len == 0 ? 0 : q->negative ? -1 : 1;
}

/* The digit of q at 10^place. */
static int digit_at(const struct quantity *q, int64_t place)
{
	int64_t from_end = place - q->scale;
	if (from_end < 0 || from_end >= (int64_t)q->digits.len)
		return 0;
	return q->digits.data[(int64_t)q->digits.len - 1 - from_end] - '0';
}

static int64_t top_of(const struct quantity *q)
{
	return q->scale + (int64_t)q->digits.len;
}

/* Without signs. */
static int compare_magnitudes(const struct quantity *a, const struct quantity *b)
{
	int64_t top = top_of(a), bottom = a->scale < b->scale ? a->scale : b->scale;
	if (a->digits.len == 0 || b->digits.len == 0)
		return (a->digits.len > 0) - (b->digits.len > 0);
	if (top != top_of(b))
		return top > top_of(b) ? 1 : -1;
	for (int64_t place = top - 1; place >= bottom; place--) {
		int order = digit_at(a, place) - digit_at(b, place);
		if (order != 0)
			return order > 0 ? 1 : -1;
	}
	return 0;
}

int quantity_compare(const struct quantity *a, const struct quantity *b)
{
	char room_a[VALUE_DIGITS], room_b[VALUE_DIGITS];
	int sign = quantity_sign(a), other = quantity_sign(b);
	if (sign != other)
		return sign > other ? 1 : -1;
	struct quantity x = as_large(a, room_a), y = as_large(b, room_b);
	return sign * compare_magnitudes(&x, &y);
}

/* value * 10^places; false on overflow. */
static bool scale_up(int64_t value, int64_t places, int64_t *ret_value)
{
	for (; places > 0 && value != 0; places--)
		if (__builtin_mul_overflow(value, 10, &value))
			return false;
	*ret_value = value;
	return true;
}

static bool add_small(
	const struct quantity *a, const struct quantity *b, bool subtract, struct quantity *ret_sum)
{
	int64_t x = a->value, y = b->value, sum;
	int64_t scale = a->scale < b->scale ? a->scale : b->scale;
	if (subtract && __builtin_sub_overflow(0, y, &y))
		return false;
	*ret_sum = *a;
	if (y == 0)
		return true;
	if (x == 0)
		scale = b->scale;
	if (!scale_up(x, a->scale - scale, &x) || !scale_up(y, b->scale - scale, &y) ||
		__builtin_add_overflow(x, y, &sum))
		return false;
	ret_sum->value = sum;
	ret_sum->scale = scale;
	return true;
}

/* The sum of magnitudes, or with sign -1 the difference of a and a smaller b. */
static bool add_magnitudes(struct arena *arena, const struct quantity *a, const struct quantity *b,
	int sign, struct quantity *ret_sum)
{
	int64_t bottom = a->scale < b->scale ? a->scale : b->scale;
	int64_t top = (top_of(a) > top_of(b) ? top_of(a) : top_of(b)) + 1;
	if (top - bottom > QUANTITY_MAX_DIGITS)
		return false;
	size_t len = (size_t)(top - bottom), at = len;
	char *digits = arena_alloc(arena, len);
	int carry = 0;
	for (int64_t place = bottom; place < top; place++) {
		int digit = digit_at(a, place) + sign * digit_at(b, place) + carry;
		carry = digit < 0 ? -1 : digit / 10;
		digits[--at] = (char)('0' + (digit + 10) % 10);
	}
	while (at < len && digits[at] == '0')
		at++;
	ret_sum->digits = (struct str){digits + at, len - at};
	ret_sum->scale = bottom;
	return true;
}

bool quantity_add(struct arena *arena, const struct quantity *a, const struct quantity *b,
	bool subtract, struct quantity *ret_sum)
{
	enum quantity_format format = quantity_sign(a) == 0 ? b->format : a->format;
	if (a->is_small && b->is_small && add_small(a, b, subtract, ret_sum)) {
		ret_sum->format = format;
		return true;
	}
	char room_a[VALUE_DIGITS], room_b[VALUE_DIGITS];
	struct quantity x = as_large(a, room_a), y = as_large(b, room_b);
	y.negative ^= subtract;
	if (x.digits.len == 0 || y.digits.len == 0) {
		*ret_sum = x.digits.len == 0 ? y : x;
		ret_sum->digits = str_copy(arena, ret_sum->digits);
		ret_sum->format = format;
		return true;
	}
	*ret_sum = (struct quantity){.format = format};
	bool swap = compare_magnitudes(&x, &y) < 0;
	const struct quantity *larger = swap ? &y : &x, *smaller = swap ? &x : &y;
	int sign = x.negative == y.negative ? 1 : -1;
	if (!add_magnitudes(arena, larger, smaller, sign, ret_sum))
		return false;
	ret_sum->negative = larger->negative && ret_sum->digits.len > 0;
	return true;
}

bool quantity_integer(const struct quantity *q, int64_t *ret_integer)
{
	return q->is_small && q->scale >= 0 && scale_up(q->value, q->scale, ret_integer);
}

/* A power of 10 out of two, as Go's math.Pow10() makes it: the last bit is part of the answer. */
static double power_of_10(int64_t exponent)
{
	static const double low[32] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
		1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22, 1e23, 1e24, 1e25,
		1e26, 1e27, 1e28, 1e29, 1e30, 1e31};
	static const double high[10] = {
		1e0, 1e32, 1e64, 1e96, 1e128, 1e160, 1e192, 1e224, 1e256, 1e288};
	static const double tiny[11] = {
		1e-0, 1e-32, 1e-64, 1e-96, 1e-128, 1e-160, 1e-192, 1e-224, 1e-256, 1e-288, 1e-320};
	if (exponent < -323)
		return 0;
	if (exponent > 308)
		return INFINITY;
	if (exponent >= 0)
		return high[exponent / 32] * low[exponent % 32];
	return tiny[-exponent / 32] / low[-exponent % 32];
}

double quantity_real(const struct quantity *q)
{
	enum { PRECISE = 800 };
	double real = (double)q->value;
	int64_t exponent = q->scale;
	if (!q->is_small) {
		struct str digits = str_slice(q->digits, 0, PRECISE);
		exponent += (int64_t)(q->digits.len - digits.len);
		real = 0;
		if (digits.len > 0)
			(void)number_parse_double(digits, &real);
		real = q->negative ? -real : real;
	}
	return exponent == 0 || real == 0 ? real : real * power_of_10(exponent);
}

/* A number of three-digit steps as suffix, or as exponent. */
static void put_suffix(enum quantity_format format, int64_t exponent, struct buf *out)
{
	for (size_t i = 0; i < SUFFIXES && format == QUANTITY_DECIMAL; i++)
		if (suffixes[i].format == QUANTITY_DECIMAL && suffixes[i].exponent == exponent) {
			buf_put(out, suffixes[i].text);
			return;
		}
	if (exponent != 0) {
		buf_put_char(out, 'e');
		buf_put_int(out, exponent);
	}
}

static void put_decimal(const struct quantity *q, struct buf *out)
{
	size_t len = q->digits.len;
	while (len > 0 && q->digits.data[len - 1] == '0')
		len--;
	int64_t exponent = q->scale + (int64_t)(q->digits.len - len);
	int64_t zeros = (exponent % 3 + 3) % 3;
	if (q->negative)
		buf_put_char(out, '-');
	buf_put(out, str_slice(q->digits, 0, len));
	for (int64_t i = 0; i < zeros; i++)
		buf_put_char(out, '0');
	put_suffix(
		q->format == QUANTITY_BINARY ? QUANTITY_DECIMAL : q->format, exponent - zeros, out);
}

/* A large quantity that is a whole number of 64 bits all the same. */
static bool whole_of(struct quantity q, int64_t *ret_value)
{
	uint64_t value;
	while (q.digits.len > 0 && q.digits.data[q.digits.len - 1] == '0') {
		q.digits.len--;
		q.scale++;
	}
	if (q.scale < 0 || !number_parse_uint(q.digits, 10, &value) || value > INT64_MAX)
		return false;
	return scale_up(q.negative ? -(int64_t)value : (int64_t)value, q.scale, ret_value);
}

static void put_binary(int64_t value, struct buf *out)
{
	size_t step = 0;
	for (; value % 1024 == 0; value /= 1024)
		step++;
	buf_put_int(out, value);
	for (size_t i = 0; i < SUFFIXES && step > 0; i++)
		if (suffixes[i].format == QUANTITY_BINARY && suffixes[i].exponent == (int)step * 10)
			buf_put(out, suffixes[i].text);
}

void quantity_print(const struct quantity *q, struct buf *out)
{
	char room[VALUE_DIGITS];
	struct quantity x = as_large(q, room);
	int64_t value = 0;
	if (quantity_sign(q) == 0) {
		buf_put_char(out, '0');
		return;
	}
	bool is_integer = q->is_small ? quantity_integer(q, &value) : whole_of(*q, &value);
	if (q->format == QUANTITY_BINARY && is_integer && (value <= -1024 || value >= 1024)) {
		put_binary(value, out);
		return;
	}
	put_decimal(&x, out);
}
