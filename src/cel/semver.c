/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/semver.h"

#include "base/arena.h"
#include "base/number.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_number(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!is_digit(text.data[i]))
			return false;
	return text.len > 0;
}

static bool is_identifier(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!is_letter && !is_digit(c) && c != '-')
			return false;
	}
	return text.len > 0;
}

static bool parse_number(struct str text, uint64_t *ret_number)
{
	bool has_zero = text.len > 1 && text.data[0] == '0';
	return !has_zero && number_parse_uint(text, 10, ret_number);
}

/* Identifiers with dots between them; numbers among those of a pre-release are held to the rules
 * of numbers. */
static bool are_identifiers(struct str text, bool are_pre)
{
	struct str part;
	uint64_t unused;
	while (str_next_part(&text, '.', &part)) {
		if (!is_identifier(part))
			return false;
		if (are_pre && is_number(part) && !parse_number(part, &unused))
			return false;
	}
	return true;
}

/* Cut off what follows a mark; empty without one. False when nothing follows it. */
static bool cut_behind(struct str *text, char mark, struct str *ret_part)
{
	size_t at = str_find_char(*text, mark);
	*ret_part = STR("");
	if (at == SIZE_MAX)
		return true;
	*ret_part = str_slice(*text, at + 1, text->len);
	*text = str_slice(*text, 0, at);
	return ret_part->len > 0;
}

const char *semver_parse(struct str text, struct semver *ret_version)
{
	struct str major, minor, patch = text;
	if (!str_next_part(&patch, '.', &major) || !str_next_part(&patch, '.', &minor) ||
		!patch.data)
		return "it lacks one of the three numbers";
	if (!cut_behind(&patch, '+', &ret_version->build) ||
		(ret_version->build.len > 0 && !are_identifiers(ret_version->build, false)))
		return "its build metadata is malformed";
	if (!cut_behind(&patch, '-', &ret_version->pre) ||
		(ret_version->pre.len > 0 && !are_identifiers(ret_version->pre, true)))
		return "its pre-release is malformed";
	if (!parse_number(major, &ret_version->major) ||
		!parse_number(minor, &ret_version->minor) ||
		!parse_number(patch, &ret_version->patch))
		return "one of its three numbers is malformed";
	return NULL;
}

/* A number without zeros in front, and what follows it. */
static void put_number(struct str part, struct buf *out)
{
	size_t zeros = 0;
	while (zeros + 1 < part.len && part.data[zeros] == '0' && is_digit(part.data[zeros + 1]))
		zeros++;
	buf_put(out, str_slice(part, zeros, part.len));
}

const char *semver_parse_loosely(struct arena *arena, struct str text, struct semver *ret_version)
{
	struct str rest = str_starts_with(text, STR("v")) ? str_slice(text, 1, text.len) : text;
	struct str part = {NULL, 0};
	struct buf out;
	unsigned count = 0;
	buf_init_arena(&out, arena, text.len + 4);
	for (; count < 3 && rest.data; count++) {
		if (count == 2) {
			part = rest;
			rest.data = NULL;
		} else {
			(void)str_next_part(&rest, '.', &part);
		}
		if (count > 0)
			buf_put_char(&out, '.');
		put_number(part, &out);
	}
	bool has_more =
		str_find_char(part, '+') != SIZE_MAX || str_find_char(part, '-') != SIZE_MAX;
	if (count < 3 && has_more)
		return "a shortened version can have no pre-release or build";
	for (; count < 3; count++)
		buf_puts(&out, ".0");
	return semver_parse(buf_str(&out), ret_version);
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* Numbers before words, numbers by value, words by their bytes. */
static int compare_identifiers(struct str a, struct str b)
{
	bool is_a = is_number(a), is_b = is_number(b);
	if (is_a != is_b)
		return is_a ? -1 : 1;
	int order = str_compare(a, b);
	if (is_a && a.len != b.len)
		return a.len > b.len ? 1 : -1;
	return (order > 0) - (order < 0);
}

static int compare_pre(struct str a, struct str b)
{
	struct str x, y;
	if (a.len == 0 || b.len == 0)
		return (a.len == 0) - (b.len == 0);
	for (;;) {
		bool has_x = str_next_part(&a, '.', &x), has_y = str_next_part(&b, '.', &y);
		if (!has_x || !has_y)
			return has_x - has_y;
		int order = compare_identifiers(x, y);
		if (order != 0)
			return order;
	}
}

int semver_compare(const struct semver *a, const struct semver *b)
{
	int order = compare_numbers(a->major, b->major);
	if (order == 0)
		order = compare_numbers(a->minor, b->minor);
	if (order == 0)
		order = compare_numbers(a->patch, b->patch);
	return order != 0 ? order : compare_pre(a->pre, b->pre);
}

void semver_print(const struct semver *version, struct buf *out)
{
	buf_put_uint(out, version->major);
	buf_put_char(out, '.');
	buf_put_uint(out, version->minor);
	buf_put_char(out, '.');
	buf_put_uint(out, version->patch);
	if (version->pre.len > 0)
		buf_put_char(out, '-');
	buf_put(out, version->pre);
	if (version->build.len > 0)
		buf_put_char(out, '+');
	buf_put(out, version->build);
}
