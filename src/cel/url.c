/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/url.h"

#include "base/arena.h"
#include "base/number.h"

/* The parts of a URL differ in what stands for itself in them. */
enum part { PART_PATH, PART_USER, PART_HOST, PART_ZONE, PART_QUERY, PART_FRAGMENT };

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c);
}

/* Whether a character has to be written as %XX. */
static bool must_be_encoded(char c, enum part part)
{
	if (is_letter(c) || is_digit(c) || is_one_of(c, "-_.~"))
		return false;
	if ((part == PART_HOST || part == PART_ZONE) && is_one_of(c, "!$&'()*+,;=:[]<>\""))
		return false;
	if (is_one_of(c, "$&+,/:;=?@")) {
		if (part == PART_PATH)
			return c == '?';
		if (part == PART_USER)
			return is_one_of(c, "@/?:");
		return part != PART_FRAGMENT;
	}
	return part != PART_FRAGMENT || !is_one_of(c, "!()*");
}

/* Whether text as written may stand in a URL. */
static bool is_valid_encoding(struct str text, enum part part)
{
	for (size_t i = 0; i < text.len; i++)
		if (!is_one_of(text.data[i], "!$&'()*+,;=:@[]%") &&
			must_be_encoded(text.data[i], part))
			return false;
	return true;
}

/* The byte that %XX at `at` stands for; false when it may not stand in this part. */
static bool decode_one(struct str text, size_t at, enum part part, char *ret_byte)
{
	uint64_t byte;
	struct str digits = str_slice(text, at + 1, at + 3);
	if (digits.len < 2 || !number_parse_uint(digits, 16, &byte))
		return false;
	*ret_byte = (char)byte;
	bool is_percent = byte == '%';
	if (part == PART_HOST)
		return byte >= 0x80 || is_percent;
	if (part == PART_ZONE)
		return is_percent || byte == ' ' || !must_be_encoded((char)byte, PART_HOST);
	return true;
}

static bool decode(struct arena *arena, struct str text, enum part part, struct str *ret_decoded)
{
	char *decoded = arena_alloc(arena, text.len);
	size_t len = 0;
	bool is_host = part == PART_HOST || part == PART_ZONE;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		if (c == '%') {
			if (!decode_one(text, i, part, &c))
				return false;
			i += 2;
		} else if (c == '+' && part == PART_QUERY) {
			c = ' ';
		} else if (is_host && (unsigned char)c < 0x80 && must_be_encoded(c, part)) {
			return false;
		}
		decoded[len++] = c;
	}
	*ret_decoded = (struct str){decoded, len};
	return true;
}

static void encode(struct buf *out, struct str text, enum part part)
{
	for (size_t i = 0; i < text.len; i++) {
		if (must_be_encoded(text.data[i], part))
			buf_printf(out, "%%%02X", (unsigned char)text.data[i]);
		else
			buf_put_char(out, text.data[i]);
	}
}

static bool has_control(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.data[i] < ' ' || text.data[i] == 0x7F)
			return true;
	return false;
}

/* Cut "scheme:" off; false when there is a colon without scheme. */
static bool cut_scheme(struct arena *arena, struct str *rest, struct str *ret_scheme)
{
	size_t end = 0;
	*ret_scheme = STR("");
	while (end < rest->len && (is_letter(rest->data[end]) ||
					  (end > 0 && (is_digit(rest->data[end]) ||
							      is_one_of(rest->data[end], "+-.")))))
		end++;
	if (end == rest->len || rest->data[end] != ':')
		return true;
	char *scheme = arena_alloc(arena, end);
	for (size_t i = 0; i < end; i++) {
		char c = rest->data[i];
		scheme[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
	}
	*ret_scheme = (struct str){scheme, end};
	*rest = str_slice(*rest, end + 1, rest->len);
	return end > 0;
}

static bool is_optional_port(struct str port)
{
	if (port.len > 0 && port.data[0] != ':')
		return false;
	for (size_t i = 1; i < port.len; i++)
		if (!is_digit(port.data[i]))
			return false;
	return true;
}

static size_t find_last(struct str s, char c)
{
	for (size_t i = s.len; i > 0; i--)
		if (s.data[i - 1] == c)
			return i - 1;
	return SIZE_MAX;
}

/* [v6%25zone]:port, of which the zone has rules of its own. */
static const char *parse_bracketed(struct arena *arena, struct str host, struct str *ret_host)
{
	size_t end = find_last(host, ']');
	if (end == SIZE_MAX)
		return "its host lacks a ']'";
	if (!is_optional_port(str_slice(host, end + 1, host.len)))
		return "its port is invalid";
	size_t zone = str_find(str_slice(host, 0, end), STR("%25"), 0);
	zone = zone == SIZE_MAX ? end : zone;
	struct str parts[3];
	if (!decode(arena, str_slice(host, 0, zone), PART_HOST, &parts[0]) ||
		!decode(arena, str_slice(host, zone, end), PART_ZONE, &parts[1]) ||
		!decode(arena, str_slice(host, end, host.len), PART_HOST, &parts[2]))
		return "its host is invalid";
	*ret_host = str_format(arena, "%.*s%.*s%.*s", (int)parts[0].len, parts[0].data,
		(int)parts[1].len, parts[1].data, (int)parts[2].len, parts[2].data);
	return NULL;
}

static const char *parse_host(struct arena *arena, struct str host, struct str *ret_host)
{
	if (str_starts_with(host, STR("[")))
		return parse_bracketed(arena, host, ret_host);
	size_t colon = find_last(host, ':');
	if (colon != SIZE_MAX && !is_optional_port(str_slice(host, colon, host.len)))
		return "its port is invalid";
	return decode(arena, host, PART_HOST, ret_host) ? NULL : "its host is invalid";
}

static const char *parse_user(struct arena *arena, struct str text, struct url *url)
{
	for (size_t i = 0; i < text.len; i++)
		if (!is_letter(text.data[i]) && !is_digit(text.data[i]) &&
			!is_one_of(text.data[i], "-._:~!$&'()*+,;=%@"))
			return "its user information is invalid";
	size_t colon = str_find_char(text, ':');
	url->has_user = true;
	url->has_password = colon != SIZE_MAX;
	if (!decode(arena, str_slice(text, 0, colon), PART_USER, &url->user))
		return "its user information is invalid";
	if (url->has_password &&
		!decode(arena, str_slice(text, colon + 1, text.len), PART_USER, &url->password))
		return "its user information is invalid";
	return NULL;
}

static const char *parse_authority(struct arena *arena, struct str text, struct url *url)
{
	size_t at = find_last(text, '@');
	size_t host = at == SIZE_MAX ? 0 : at + 1;
	url->has_authority = true;
	const char *fault = parse_host(arena, str_slice(text, host, text.len), &url->host);
	if (!fault && at != SIZE_MAX)
		fault = parse_user(arena, str_slice(text, 0, at), url);
	return fault;
}

/* Cut "?query" off. */
static void cut_query(struct str *rest, struct url *url)
{
	size_t mark = str_find_char(*rest, '?');
	if (mark == SIZE_MAX)
		return;
	url->query = str_slice(*rest, mark + 1, rest->len);
	url->force_query = url->query.len == 0;
	*rest = str_slice(*rest, 0, mark);
}

static const char *parse(struct arena *arena, struct str rest, struct url *url)
{
	if (has_control(rest))
		return "it holds a control character";
	if (rest.len == 0)
		return "it is empty";
	if (!cut_scheme(arena, &rest, &url->scheme))
		return "its scheme is missing";
	cut_query(&rest, url);
	if (!str_starts_with(rest, STR("/"))) {
		url->opaque = rest;
		bool is_good = url->scheme.len > 0 || str_equal(rest, STR("*"));
		return is_good ? NULL : "it is neither absolute nor an absolute path";
	}
	if (url->scheme.len > 0 && str_starts_with(rest, STR("//"))) {
		struct str authority = str_slice(rest, 2, rest.len);
		size_t slash = str_find_char(authority, '/');
		rest = str_slice(authority, slash, authority.len);
		const char *fault = parse_authority(arena, str_slice(authority, 0, slash), url);
		if (fault)
			return fault;
	}
	url->path = rest;
	struct str unused;
	return decode(arena, rest, PART_PATH, &unused) ? NULL : "its path is badly encoded";
}

/*
 * ParseRequestURI() knows no fragments, Parse() knows paths like //host/path, both have to like the
 * text.
 */
const char *url_parse(struct arena *arena, struct str text, struct url *ret_url)
{
	struct str unused;
	size_t hash = str_find_char(text, '#');
	*ret_url = (struct url){.path = STR("")};
	const char *fault = parse(arena, text, ret_url);
	if (fault)
		return fault;
	*ret_url = (struct url){.path = STR("")};
	struct str rest = str_slice(text, 0, hash);
	bool is_network_path =
		str_starts_with(rest, STR("//")) && !str_starts_with(rest, STR("///"));
	if (is_network_path) {
		cut_query(&rest, ret_url);
		struct str authority = str_slice(rest, 2, rest.len);
		size_t slash = str_find_char(authority, '/');
		ret_url->path = str_slice(authority, slash, authority.len);
		fault = parse_authority(arena, str_slice(authority, 0, slash), ret_url);
		if (!fault && !decode(arena, ret_url->path, PART_PATH, &unused))
			fault = "its path is badly encoded";
	} else {
		fault = parse(arena, rest, ret_url);
	}
	if (fault || hash == SIZE_MAX)
		return fault;
	ret_url->fragment = str_slice(text, hash + 1, text.len);
	return decode(arena, ret_url->fragment, PART_FRAGMENT, &unused)
		       ? NULL
		       : "its fragment is badly encoded";
}

void url_split_host(struct str host, struct str *ret_name, struct str *ret_port)
{
	size_t colon = find_last(host, ':');
	*ret_port = STR("");
	if (colon != SIZE_MAX && is_optional_port(str_slice(host, colon, host.len))) {
		*ret_port = str_slice(host, colon + 1, host.len);
		host = str_slice(host, 0, colon);
	}
	bool in_brackets = str_starts_with(host, STR("[")) && str_ends_with(host, STR("]"));
	*ret_name = in_brackets ? str_slice(host, 1, host.len - 1) : host;
}

/* Text as written where that is valid, else encoded anew. */
static void put_encoded(struct arena *arena, struct str text, enum part part, struct buf *out)
{
	struct str decoded = text;
	if (is_valid_encoding(text, part))
		buf_put(out, text);
	else if (decode(arena, text, part, &decoded))
		encode(out, decoded, part);
}

void url_print_path(const struct url *url, struct arena *arena, struct buf *out)
{
	put_encoded(arena, url->path, PART_PATH, out);
}

static void put_authority(const struct url *url, struct buf *out)
{
	buf_puts(out, "//");
	encode(out, url->user, PART_USER);
	if (url->has_password)
		buf_put_char(out, ':');
	encode(out, url->password, PART_USER);
	if (url->has_user)
		buf_put_char(out, '@');
	encode(out, url->host, PART_HOST);
}

void url_print(const struct url *url, struct arena *arena, struct buf *out)
{
	buf_put(out, url->scheme);
	if (url->scheme.len > 0)
		buf_put_char(out, ':');
	buf_put(out, url->opaque);
	if (url->has_authority && (url->host.len > 0 || url->path.len > 0 || url->has_user))
		put_authority(url, out);
	url_print_path(url, arena, out);
	if (url->force_query || url->query.len > 0)
		buf_put_char(out, '?');
	buf_put(out, url->query);
	if (url->fragment.len > 0) {
		buf_put_char(out, '#');
		put_encoded(arena, url->fragment, PART_FRAGMENT, out);
	}
}

bool url_next_pair(
	struct str *query, struct arena *arena, struct str *ret_key, struct str *ret_value)
{
	struct str pair;
	while (str_next_part(query, '&', &pair)) {
		if (pair.len == 0 || str_find_char(pair, ';') != SIZE_MAX)
			continue;
		size_t equals = str_find_char(pair, '=');
		struct str value =
			equals == SIZE_MAX ? STR("") : str_slice(pair, equals + 1, pair.len);
		if (decode(arena, str_slice(pair, 0, equals), PART_QUERY, ret_key) &&
			decode(arena, value, PART_QUERY, ret_value))
			return true;
	}
	return false;
}
