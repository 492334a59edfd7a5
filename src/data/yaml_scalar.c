/* SPDX-License-Identifier: Apache-2.0 */
#include "data/yaml_scalar.h"

#include "base/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

/* What a byte lets a plain scalar be. Most are strings by their first or second byte. */
enum hint {
	HINT_WORD = 1,   /* begins a word of the table below */
	HINT_NUMBER = 2, /* begins a number */
	HINT_SECOND = 4, /* the second byte of a word */
};

static const uint8_t hints[256] = {
	['0'] = HINT_NUMBER,
	['1'] = HINT_NUMBER,
	['2'] = HINT_NUMBER,
	['3'] = HINT_NUMBER,
	['4'] = HINT_NUMBER,
	['5'] = HINT_NUMBER,
	['6'] = HINT_NUMBER,
	['7'] = HINT_NUMBER,
	['8'] = HINT_NUMBER,
	['9'] = HINT_NUMBER,
	['+'] = HINT_NUMBER,
	['-'] = HINT_NUMBER,
	['.'] = HINT_NUMBER,
	['~'] = HINT_WORD,
	['y'] = HINT_WORD,
	['Y'] = HINT_WORD,
	['t'] = HINT_WORD,
	['T'] = HINT_WORD,
	['n'] = HINT_WORD | HINT_SECOND,
	['N'] = HINT_WORD | HINT_SECOND,
	['f'] = HINT_WORD | HINT_SECOND,
	['F'] = HINT_WORD | HINT_SECOND,
	['o'] = HINT_WORD | HINT_SECOND,
	['O'] = HINT_WORD | HINT_SECOND,
	['a'] = HINT_SECOND,
	['A'] = HINT_SECOND,
	['e'] = HINT_SECOND,
	['E'] = HINT_SECOND,
	['r'] = HINT_SECOND,
	['R'] = HINT_SECOND,
	['u'] = HINT_SECOND,
	['U'] = HINT_SECOND,
};

enum { NUMBER_TEXT_BYTES = 1104 };

/* Words of at most 5 bytes, each as one number, so that comparing is one instruction. */
enum { WORD_BYTES = 5 };
#define PACK(a, b, c, d, e) \
	((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 | \
		(uint64_t)(e) << 32)

static const uint64_t words_true[] = {PACK('y', 0, 0, 0, 0), PACK('Y', 0, 0, 0, 0),
	PACK('o', 'n', 0, 0, 0), PACK('O', 'n', 0, 0, 0), PACK('O', 'N', 0, 0, 0),
	PACK('y', 'e', 's', 0, 0), PACK('Y', 'e', 's', 0, 0), PACK('Y', 'E', 'S', 0, 0),
	PACK('t', 'r', 'u', 'e', 0), PACK('T', 'r', 'u', 'e', 0), PACK('T', 'R', 'U', 'E', 0)};
static const uint64_t words_false[] = {PACK('n', 0, 0, 0, 0), PACK('N', 0, 0, 0, 0),
	PACK('n', 'o', 0, 0, 0), PACK('N', 'o', 0, 0, 0), PACK('N', 'O', 0, 0, 0),
	PACK('o', 'f', 'f', 0, 0), PACK('O', 'f', 'f', 0, 0), PACK('O', 'F', 'F', 0, 0),
	PACK('f', 'a', 'l', 's', 'e'), PACK('F', 'a', 'l', 's', 'e'),
	PACK('F', 'A', 'L', 'S', 'E')};
static const uint64_t words_null[] = {0, PACK('~', 0, 0, 0, 0), PACK('n', 'u', 'l', 'l', 0),
	PACK('N', 'u', 'l', 'l', 0), PACK('N', 'U', 'L', 'L', 0)};
static const uint64_t words_infinity[] = {PACK('.', 'i', 'n', 'f', 0), PACK('.', 'I', 'n', 'f', 0),
	PACK('.', 'I', 'N', 'F', 0), PACK('+', '.', 'i', 'n', 'f'), PACK('+', '.', 'I', 'n', 'f'),
	PACK('+', '.', 'I', 'N', 'F'), PACK('-', '.', 'i', 'n', 'f'), PACK('-', '.', 'I', 'n', 'f'),
	PACK('-', '.', 'I', 'N', 'F')};
static const uint64_t words_nan[] = {
	PACK('.', 'n', 'a', 'n', 0), PACK('.', 'N', 'a', 'N', 0), PACK('.', 'N', 'A', 'N', 0)};

#define HAS(words, word) has_word((words), sizeof(words) / sizeof((words)[0]), (word))

static bool has_word(const uint64_t *words, size_t count, uint64_t word)
{
	bool found = false;
	for (size_t i = 0; i < count; i++)
		found |= words[i] == word;
	return found;
}

/* text has at most WORD_BYTES. */
static bool is_word(struct str text, struct value *ret)
{
	uint64_t word = 0;
	for (size_t i = 0; i < text.len; i++)
		word |= (uint64_t)(unsigned char)text.data[i] << (8 * i);
	bool yes = HAS(words_true, word);
	if (yes || HAS(words_false, word))
		*ret = value_bool(yes);
	else if (HAS(words_null, word))
		*ret = value_null();
	else if (HAS(words_infinity, word))
		*ret = value_double(text.data[0] == '-' ? -INFINITY : INFINITY);
	else if (HAS(words_nan, word))
		*ret = value_double(NAN);
	else
		return false;
	return true;
}

/* As Go's strconv reads an integer of base 0: 0x, 0o, 0b, and a leading 0 for octal. */
static unsigned cut_base(struct str *digits)
{
	if (digits->len < 2 || digits->data[0] != '0')
		return 10;
	char letter = (char)(digits->data[1] | 0x20);
	unsigned base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
	*digits = str_slice(*digits, base ? 2 : 1, digits->len);
	return base ? base : 8;
}

static bool is_integer(struct str text, struct value *ret)
{
	bool negative = text.data[0] == '-', sign = negative || text.data[0] == '+';
	struct str digits = sign ? str_slice(text, 1, text.len) : text;
	unsigned base = cut_base(&digits);
	uint64_t magnitude;
	if (!number_parse_uint(digits, base, &magnitude))
		return false;
	if (magnitude <= (uint64_t)INT64_MAX + negative)
		*ret = value_int((int64_t)(negative ? 0 - magnitude : magnitude));
	else if (!sign)
		*ret = value_uint(magnitude);
	else
		return false;
	return true;
}

/* Not empty, and without underscores. */
static bool is_plain_number(struct str text, struct value *ret)
{
	double real;
	if (is_integer(text, ret))
		return true;
	bool plus = text.data[0] == '+' && text.len > 1 && text.data[1] != '-';
	if (!number_parse_double(plus ? str_slice(text, 1, text.len) : text, &real) || isinf(real))
		return false;
	*ret = value_double(real);
	return true;
}

static bool is_number(struct str text, struct value *ret)
{
	if (str_find_char(text, '_') == SIZE_MAX)
		return is_plain_number(text, ret);
	char memory[NUMBER_TEXT_BYTES];
	struct buf plain;
	buf_init_fixed(&plain, memory, sizeof(memory));
	for (struct str part; str_next_part(&text, '_', &part);)
		buf_put(&plain, part);
	return plain.len > 0 && !plain.truncated && is_plain_number(buf_str(&plain), ret);
}

static uint8_t hint_at(struct str text, size_t at)
{
	return hints[(unsigned char)text.data[at]];
}

bool yaml_plain(struct str text, struct value *ret_v)
{
	struct value v;
	bool number = text.len > 0 && (hint_at(text, 0) & HINT_NUMBER);
	bool word = text.len <= WORD_BYTES &&
		    (number || text.len == 0 ||
			    ((hint_at(text, 0) & HINT_WORD) &&
				    (text.len == 1 || (hint_at(text, 1) & HINT_SECOND))));
	if (!(word && is_word(text, &v)) && !(number && is_number(text, &v)))
		return false;
	*ret_v = value_at(v, ret_v->origin);
	return true;
}

static int refuse_unreal(const struct value *v, struct error *err)
{
	return ERROR_SET(err, ERROR_INPUT, v->origin,
		"infinity and NaN are no numbers that JSON, and so Kubernetes, can hold");
}

int yaml_settle(struct value *v, enum document_typing typing, struct error *err)
{
	if (v->kind == VALUE_DOUBLE && v->real - v->real != 0)
		return refuse_unreal(v, err);
	if (typing == DOCUMENT_CEL)
		return 0;
	struct origin origin = v->origin;
	if (v->kind == VALUE_UINT)
		*v = value_double((double)v->natural);
	else if (v->kind == VALUE_DOUBLE && v->real >= -0x1p63 && v->real < 0x1p63 &&
		 v->real == (double)(int64_t)v->real)
		*v = value_int((int64_t)v->real);
	v->origin = origin;
	return 0;
}

/*
 * As Go's FormatFloat(real, 'g', -1, 32) prints a key: rounded to a float, the fewest digits that
 * read back as it, with an exponent outside 1e-4 to 1e6.
 */
static struct str float_text(struct arena *arena, double real)
{
	char text[24];
	const double narrow = (double)(float)real;
	int precision = 0;
	for (; precision < 9; precision++) {
		double back;
		(void)snprintf(text, sizeof(text), "%.*e", precision, narrow);
		if (number_parse_double(str_from(text), &back) && (double)(float)back == narrow)
			break;
	}
	struct str scientific = str_from(text);
	struct str exponent_text = str_slice(scientific, str_find_char(scientific, 'e') + 1, 24);
	int64_t exponent = 0;
	(void)number_parse_int(str_slice(exponent_text, 1, 24), &exponent);
	if (exponent_text.data[0] == '-')
		exponent = -exponent;
	if (exponent < -4 || exponent >= 6)
		return str_copy(arena, scientific);
	return str_format(
		arena, "%.*f", precision > exponent ? precision - (int)exponent : 0, narrow);
}

static int key_text(
	struct arena *arena, const struct value *key, struct str *ret, struct error *err)
{
	switch (key->kind) {
	case VALUE_STRING:
		*ret = value_str(key);
		return 0;
	case VALUE_BOOL:
		*ret = key->boolean ? STR("true") : STR("false");
		return 0;
	case VALUE_INT:
		*ret = str_format(arena, "%lld", (long long)key->integer);
		return 0;
	case VALUE_DOUBLE:
		if (!(fabs(key->real) <= (double)FLT_MAX))
			break;
		*ret = float_text(arena, key->real);
		return 0;
	case VALUE_NULL:
		(void)ERROR_SET(err, ERROR_INPUT, key->origin, "null is no key");
		error_set_remedy(err, "write the key, in quotes if it is to be \"null\" or \"~\"");
		return -1;
	default:
		break;
	}
	(void)ERROR_SET(err, ERROR_INPUT, key->origin, "a number beyond all bounds is no key");
	error_set_remedy(err, "put the key in quotes");
	return -1;
}

int yaml_key(struct arena *arena, struct value *key, struct error *err)
{
	struct str text;
	if (key_text(arena, key, &text, err) < 0)
		return -1;
	if (key->kind != VALUE_STRING)
		*key = value_at(value_ascii(text), key->origin);
	return 0;
}

/* Makes v what the tag says, if it is of that kind. */
static bool fits_tag(enum value_kind wanted, struct value *v)
{
	if (wanted == VALUE_INT)
		return v->kind == VALUE_INT || v->kind == VALUE_UINT;
	if (wanted == VALUE_DOUBLE && v->kind == VALUE_INT)
		*v = value_at(value_double((double)v->integer), v->origin);
	return v->kind == (uint8_t)wanted;
}

int yaml_tagged(struct str tag, struct str text, struct value *v, struct error *err)
{
	static const struct {
		struct str tag;
		enum value_kind kind;
		const char *name;
	} tags[] = {
		{STR_INIT("tag:yaml.org,2002:str"), VALUE_STRING, "a string"},
		{STR_INIT("tag:yaml.org,2002:int"), VALUE_INT, "an integer"},
		{STR_INIT("tag:yaml.org,2002:float"), VALUE_DOUBLE, "a number"},
		{STR_INIT("tag:yaml.org,2002:bool"), VALUE_BOOL, "a bool"},
		{STR_INIT("tag:yaml.org,2002:null"), VALUE_NULL, "null"},
	};
	struct origin origin = v->origin;
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		if (!str_equal(tag, tags[i].tag))
			continue;
		if (tags[i].kind == VALUE_STRING || !yaml_plain(text, v))
			*v = value_at(value_string(text), origin);
		if (fits_tag(tags[i].kind, v))
			return 0;
		return ERROR_SET(err, ERROR_INPUT, origin,
			"the tag demands %s, which \"%.*s\" is not", tags[i].name,
			(int)(text.len < 64 ? text.len : 64), text.data);
	}
	return yaml_refuse_tag(tag, origin, err);
}

int yaml_refuse_tag(struct str tag, struct origin origin, struct error *err)
{
	(void)ERROR_SET(err, ERROR_INPUT, origin, "the tag \"%.*s\" has no meaning in Kubernetes",
		(int)(tag.len < 64 ? tag.len : 64), tag.data);
	error_set_remedy(err, "remove the tag");
	return -1;
}
