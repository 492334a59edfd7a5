/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/redact.h"

#include "data/map.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_token_char(char c)
{
	return is_letter(c) || is_digit(c) || c == '_' || c == '-';
}

static bool is_base64_char(char c)
{
	return is_token_char(c) || c == '+' || c == '/' || c == '=';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static size_t run_of(struct str text, size_t at, bool (*belongs)(char c))
{
	size_t end = at;
	while (end < text.len && belongs(text.data[end]))
		end++;
	return end - at;
}

static bool has_prefix(struct str text, size_t at, struct str prefix)
{
	return str_starts_with(str_slice(text, at, text.len), prefix);
}

/* A span inside the text; len 0: not found here. */
struct span {
	size_t start, len;
};

/* -----BEGIN ... PRIVATE KEY----- up to the line that ends it, or to the end of a text that was
 * cut. */
static struct span find_private_key(struct str text, size_t at)
{
	if (!has_prefix(text, at, STR("-----BEGIN ")))
		return (struct span){0, 0};
	struct str head = str_slice(text, at, at + 64);
	if (str_find(head, STR("PRIVATE KEY-----"), 0) == SIZE_MAX)
		return (struct span){0, 0};
	size_t end = str_find(text, STR("-----END "), at);
	size_t close = end == SIZE_MAX ? SIZE_MAX : str_find(text, STR("-----"), end + 9);
	return (struct span){at, (close == SIZE_MAX ? text.len : close + 5) - at};
}

static struct span find_issued_token(struct str text, size_t at)
{
	static const struct {
		struct str prefix;
		size_t least; /* characters behind the prefix */
	} issuers[] = {
		{STR_INIT("AKIA"), 16},
		{STR_INIT("ASIA"), 16},
		{STR_INIT("ghp_"), 30},
		{STR_INIT("gho_"), 30},
		{STR_INIT("ghs_"), 30},
		{STR_INIT("ghu_"), 30},
		{STR_INIT("github_pat_"), 30},
		{STR_INIT("glpat-"), 20},
		{STR_INIT("xoxb-"), 20},
		{STR_INIT("xoxp-"), 20},
		{STR_INIT("sk_live_"), 16},
		{STR_INIT("AIza"), 30},
		{STR_INIT("gabion_"), 40},
	};
	for (size_t i = 0; i < sizeof(issuers) / sizeof(issuers[0]); i++) {
		if (!has_prefix(text, at, issuers[i].prefix))
			continue;
		size_t len = run_of(text, at, is_token_char);
		if (len >= issuers[i].prefix.len + issuers[i].least)
			return (struct span){at, len};
	}
	return (struct span){0, 0};
}

/* Three parts of base64url, the first of which begins a JSON object. */
static struct span find_web_token(struct str text, size_t at)
{
	if (!has_prefix(text, at, STR("eyJ")))
		return (struct span){0, 0};
	size_t end = at;
	for (int part = 0; part < 3; part++) {
		size_t len = run_of(text, end, is_token_char);
		bool dot = end + len < text.len && text.data[end + len] == '.';
		if (len < 4 || (part < 2 && !dot))
			return (struct span){0, 0};
		end += len + (part < 2);
	}
	return (struct span){at, end - at};
}

/* The password of scheme://user:password@host. */
static struct span find_url_password(struct str text, size_t at)
{
	if (!has_prefix(text, at, STR("://")))
		return (struct span){0, 0};
	size_t colon = SIZE_MAX;
	for (size_t i = at + 3; i < text.len; i++) {
		char c = text.data[i];
		if (c == '@' && colon != SIZE_MAX && i > colon + 1)
			return (struct span){colon + 1, i - colon - 1};
		if (c == ':' && colon == SIZE_MAX)
			colon = i;
		if ((unsigned char)c <= ' ' || c == '/' || c == '"' || c == '\'' || i > at + 1024)
			break;
	}
	return (struct span){0, 0};
}

static bool word_at(struct str text, size_t at, struct str word)
{
	if (text.len - at < word.len)
		return false;
	for (size_t i = 0; i < word.len; i++)
		if (lower(text.data[at + i]) != word.data[i])
			return false;
	return true;
}

static size_t secret_name_at(struct str text, size_t at)
{
	static const struct str names[] = {STR_INIT("password"), STR_INIT("passwd"),
		STR_INIT("passphrase"), STR_INIT("secret"), STR_INIT("token"), STR_INIT("api_key"),
		STR_INIT("apikey"), STR_INIT("api-key"), STR_INIT("access_key"),
		STR_INIT("private_key"), STR_INIT("credential"), STR_INIT("bearer")};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (word_at(text, at, names[i]))
			return names[i].len;
	return 0;
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'';
}

static bool ends_value(char c)
{
	return (unsigned char)c <= ' ' || c == '"' || c == '\'' || c == ',' || c == ';' ||
	       c == ')' || c == '}';
}

/* A name begins at a border of words: after no letter, or as the next word of camelCase. */
static bool begins_word(struct str text, size_t at)
{
	if (at == 0 || !is_letter(text.data[at - 1]))
		return true;
	return lower(text.data[at]) != text.data[at];
}

static bool is_plain_word(struct str value)
{
	static const struct str words[] = {
		STR_INIT("true"), STR_INIT("false"), STR_INIT("null"), STR_INIT("none")};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_equal(value, words[i]))
			return true;
	return value.len < 3;
}

/* What stands behind password= or token: "...", bearer .... */
static struct span find_assigned(struct str text, size_t at)
{
	size_t name = secret_name_at(text, at);
	if (name == 0 || !begins_word(text, at))
		return (struct span){0, 0};
	size_t i = at + name + run_of(text, at + name, is_token_char);
	while (i < text.len && is_quote(text.data[i]))
		i++;
	if (i < text.len && (text.data[i] == '=' || text.data[i] == ':'))
		i++;
	else if (!word_at(text, at, STR("bearer")))
		return (struct span){0, 0};
	while (i < text.len && (text.data[i] == ' ' || is_quote(text.data[i])))
		i++;
	size_t end = i;
	while (end < text.len && !ends_value(text.data[end]))
		end++;
	return is_plain_word(str_slice(text, i, end)) ? (struct span){0, 0}
						      : (struct span){i, end - i};
}

static const struct {
	const char *first; /* the bytes that a match can begin with, NULL: letters of the names */
	const char *name;
	struct span (*find)(struct str text, size_t at);
} rules[] = {
	{"-", "private-key", find_private_key},
	{"AgxsG", "issued-token", find_issued_token},
	{"e", "web-token", find_web_token},
	{":", "url-password", find_url_password},
	{"psatcbPSATCB", "assigned", find_assigned},
};

/* The first rule that finds a secret when it looks at this place. */
static struct span find_secret(struct str text, size_t at, const char **ret_rule)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (str_find_char(str_from(rules[i].first), text.data[at]) == SIZE_MAX)
			continue;
		bool inside_word = at > 0 && is_base64_char(text.data[at - 1]) &&
				   text.data[at - 1] != '=' && rules[i].find != find_assigned &&
				   rules[i].find != find_url_password;
		struct span found = inside_word ? (struct span){0, 0} : rules[i].find(text, at);
		if (found.len > 0) {
			*ret_rule = rules[i].name;
			return found;
		}
	}
	return (struct span){0, 0};
}

size_t redact_put(struct buf *out, struct str text)
{
	size_t written = 0, count = 0;
	for (size_t at = 0; at < text.len; at++) {
		const char *rule = NULL;
		struct span secret = find_secret(text, at, &rule);
		if (secret.len == 0)
			continue;
		buf_put(out, str_slice(text, written, secret.start));
		buf_puts(out, "[redacted:");
		buf_put(out, str_from(rule));
		buf_put_char(out, ']');
		written = secret.start + secret.len;
		at = written - 1;
		count++;
	}
	buf_put(out, str_slice(text, written, text.len));
	return count;
}

static bool names_secret(struct str key)
{
	for (size_t at = 0; at < key.len; at++)
		if (secret_name_at(key, at) > 0 && begins_word(key, at))
			return true;
	return false;
}

static struct value redact_string(struct arena *arena, struct str text)
{
	struct buf out;
	buf_init_arena(&out, arena, text.len + 32);
	redact_put(&out, text);
	return value_string(buf_str(&out));
}

static struct value redact_list(struct arena *arena, const struct value *list)
{
	struct value *items = ARENA_NEW_ARRAY(arena, struct value, list->count);
	for (uint32_t i = 0; i < list->count; i++)
		items[i] = redact_value(arena, &list->items[i]);
	return value_list(items, list->count);
}

static struct value redact_map(struct arena *arena, const struct value *map)
{
	struct value_entry *entries = map_entries_new(arena, map->count);
	struct value redacted = value_null();
	struct error never = {0}; /* the keys are those of a map */
	for (uint32_t i = 0; i < map->count; i++) {
		const struct value_entry *entry = &map->entries[i];
		bool secret = value_is(&entry->key, VALUE_STRING) &&
			      value_is(&entry->value, VALUE_STRING) &&
			      names_secret(value_str(&entry->key));
		entries[i].key = entry->key;
		entries[i].value = secret ? value_ascii(STR("[redacted:named]"))
					  : redact_value(arena, &entry->value);
	}
	map_make(entries, map->count, &redacted, &never);
	return redacted;
}

struct value redact_value(struct arena *arena, const struct value *v)
{
	if (value_is(v, VALUE_STRING))
		return redact_string(arena, value_str(v));
	if (value_is(v, VALUE_LIST))
		return redact_list(arena, v);
	return value_is(v, VALUE_MAP) ? redact_map(arena, v) : *v;
}
