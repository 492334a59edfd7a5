/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/landlock_rules.h"

#include "base/limits.h"
#include "base/number.h"

struct reader {
	struct str text;
	size_t at;
	char *words; /* room for those to come: their bytes and a 0 after each */
	struct landlock_rule *paths;
	size_t path_count;
	struct landlock_port *ports;
	size_t port_count;
	struct landlock_text rules;
	struct error *err;
};

static int complain(struct reader *reader, size_t at, const char *what, const char *remedy)
{
	struct origin origin = {1, (uint32_t)at + 1};
	for (size_t i = 0; i < at; i++)
		if (reader->text.data[i] == '\n')
			origin = (struct origin){origin.line + 1, (uint32_t)(at - i)};
	error_set_remedy(reader->err, "%s", remedy);
	return ERROR_SET(reader->err, ERROR_INPUT, origin, LANDLOCK_ANNOTATION ": %s", what);
}

static bool is_end(char c)
{
	return c == ';' || c == '\n';
}

static void skip_blanks(struct reader *reader)
{
	while (reader->at < reader->text.len &&
		(reader->text.data[reader->at] == ' ' || reader->text.data[reader->at] == '\t'))
		reader->at++;
}

/* Whether the rule has another word; the next one then starts here. */
static bool has_word(struct reader *reader)
{
	skip_blanks(reader);
	return reader->at < reader->text.len && !is_end(reader->text.data[reader->at]);
}

/* The next word without its escapes; the place in the text is where it began. */
static struct str next_word(struct reader *reader)
{
	char *word = reader->words;
	size_t len = 0;
	for (; reader->at < reader->text.len; reader->at++) {
		char c = reader->text.data[reader->at];
		if (is_end(c) || c == ' ' || c == '\t')
			break;
		if (c == '\\' && reader->at + 1 < reader->text.len)
			c = reader->text.data[++reader->at];
		word[len++] = c;
	}
	word[len] = '\0';
	reader->words += len + 1;
	return (struct str){word, len};
}

static uint32_t rights_of(struct str words)
{
	uint32_t rights = 0;
	struct str word;
	while (str_next_part(&words, ',', &word)) {
		uint32_t right = landlock_right_of(word);
		if (right == LANDLOCK_WRITE)
			right |= LANDLOCK_TRUNCATE;
		if (str_equal(word, STR("all")))
			right = LANDLOCK_ALL_RIGHTS;
		if (right == 0)
			return 0;
		rights |= right;
	}
	return rights;
}

static bool climbs(struct str path)
{
	struct str part;
	while (str_next_part(&path, '/', &part))
		if (str_equal(part, STR("..")))
			return true;
	return false;
}

static int add_path(struct reader *reader, struct str word, uint32_t rights, size_t at)
{
	bool may_be_missing = str_starts_with(word, STR("?"));
	if (may_be_missing)
		word = str_slice(word, 1, word.len);
	if (!str_starts_with(word, STR("/")))
		return complain(reader, at, "a path that is not absolute", "begin it with /");
	if (climbs(word) || memchr(word.data, '\0', word.len))
		return complain(reader, at, "a path with '..' or a 0 byte", "name the path itself");
	for (size_t i = 0; i < reader->path_count; i++)
		if (str_equal(str_from(reader->paths[i].path), word)) {
			reader->paths[i].rights |= rights;
			reader->paths[i].may_be_missing &= may_be_missing;
			return 0;
		}
	if (reader->path_count == LIMIT_LANDLOCK_PATHS)
		return complain(reader, at, "too many paths", "name the folders above them");
	reader->paths[reader->path_count++] = (struct landlock_rule){
		.path = word.data, .rights = rights, .may_be_missing = may_be_missing};
	return 0;
}

static int read_paths(struct reader *reader, uint32_t rights)
{
	while (has_word(reader)) {
		size_t at = reader->at;
		if (add_path(reader, next_word(reader), rights, at) < 0)
			return -1;
	}
	return 0;
}

static int add_port(struct reader *reader, uint16_t number, bool bind, size_t at)
{
	size_t place = 0;
	while (place < reader->port_count && reader->ports[place].port < number)
		place++;
	struct landlock_port *port = &reader->ports[place];
	if (place == reader->port_count || port->port != number) {
		if (reader->port_count == LIMIT_LANDLOCK_PORTS)
			return complain(reader, at, "too many ports",
				"leave the direction open, or name fewer");
		memmove(port + 1, port, (reader->port_count++ - place) * sizeof(*port));
		*port = (struct landlock_port){.port = number};
	}
	port->bind |= bind;
	port->connect |= !bind;
	return 0;
}

static int read_ports(struct reader *reader, bool bind)
{
	*(bind ? &reader->rules.restrict_bind : &reader->rules.restrict_connect) = true;
	while (has_word(reader)) {
		size_t at = reader->at;
		uint64_t number;
		if (!number_parse_uint(next_word(reader), 10, &number) || number > UINT16_MAX)
			return complain(reader, at, "a word that is no port", "use 0 to 65535");
		if (add_port(reader, (uint16_t)number, bind, at) < 0)
			return -1;
	}
	return 0;
}

static int read_scopes(struct reader *reader)
{
	while (has_word(reader)) {
		size_t at = reader->at;
		struct str word = next_word(reader);
		bool abstract = str_equal(word, STR("abstract"));
		if (!abstract && !str_equal(word, STR("signals")))
			return complain(reader, at, "a word that is no scope",
				"use 'abstract' or 'signals'");
		*(abstract ? &reader->rules.scope_abstract : &reader->rules.scope_signals) = true;
	}
	return 0;
}

static int read_rule(struct reader *reader)
{
	size_t at = reader->at;
	struct str word = next_word(reader);
	bool more = has_word(reader);
	if (str_equal(word, STR("bind")) || str_equal(word, STR("connect")))
		return read_ports(reader, word.data[0] == 'b');
	if (str_equal(word, STR("log")) && !more) {
		reader->rules.log_after_exec = true;
		return 0;
	}
	if (str_equal(word, STR("scope")) && more)
		return read_scopes(reader);
	uint32_t rights = rights_of(word);
	if (rights == 0)
		return complain(reader, at, "a word that begins no rule",
			"use rights such as 'read,execute', or bind, connect, scope or log");
	if (!more)
		return complain(reader, at, "rights for no path", "name a path after them");
	return read_paths(reader, rights);
}

int landlock_text_read(
	struct arena *arena, struct str text, struct landlock_text *ret_rules, struct error *err)
{
	struct reader reader = {.text = text, .err = err};
	if (text.len > LIMIT_LANDLOCK_BYTES) {
		error_set_remedy(err, "name the folders above the paths");
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
			LANDLOCK_ANNOTATION ": more than %d bytes", LIMIT_LANDLOCK_BYTES);
	}
	reader.words = arena_alloc(arena, 2 * text.len + 1);
	reader.paths = ARENA_NEW_ARRAY(arena, struct landlock_rule, LIMIT_LANDLOCK_PATHS);
	reader.ports = ARENA_NEW_ARRAY(arena, struct landlock_port, LIMIT_LANDLOCK_PORTS + 1);
	while (reader.at < text.len) {
		if (has_word(&reader) && read_rule(&reader) < 0)
			return -1;
		reader.at++; /* the end of the rule */
	}
	*ret_rules = reader.rules;
	ret_rules->paths = reader.paths;
	ret_rules->path_count = reader.path_count;
	ret_rules->ports = reader.ports;
	ret_rules->port_count = reader.port_count;
	return 0;
}

static void put_rights(struct buf *out, uint32_t rights)
{
	const char *separator = "";
	if (rights == LANDLOCK_ALL_RIGHTS) {
		buf_puts(out, "all");
		return;
	}
	for (uint32_t right = 1; right < LANDLOCK_ALL_RIGHTS; right <<= 1) {
		bool implied = right == LANDLOCK_TRUNCATE && rights & LANDLOCK_WRITE;
		if (!(rights & right) || implied)
			continue;
		buf_printf(out, "%s%s", separator, landlock_right_name(right));
		separator = ",";
	}
}

static void put_path(struct buf *out, const struct landlock_rule *rule)
{
	buf_puts(out, " ");
	if (rule->may_be_missing)
		buf_puts(out, "?");
	for (const char *c = rule->path; *c; c++) {
		if (*c == '\\' || *c == ' ' || *c == '\t' || is_end(*c))
			buf_put_char(out, '\\');
		buf_put_char(out, *c);
	}
}

static void put_ports(struct buf *out, const struct landlock_text *rules, bool bind)
{
	for (size_t i = 0; i < rules->port_count; i++)
		if (bind ? rules->ports[i].bind : rules->ports[i].connect)
			buf_printf(out, " %u", rules->ports[i].port);
}

/* Begin a rule, apart from those before it. */
static void put_head(struct buf *out, size_t start, const char *head)
{
	if (out->len > start)
		buf_puts(out, "; ");
	buf_put(out, str_from(head));
}

void landlock_text_print(const struct landlock_text *rules, struct buf *out)
{
	size_t start = out->len;
	for (size_t i = 0; i < rules->path_count; i++) {
		if (i == 0 || rules->paths[i].rights != rules->paths[i - 1].rights) {
			put_head(out, start, "");
			put_rights(out, rules->paths[i].rights);
		}
		put_path(out, &rules->paths[i]);
	}
	if (rules->restrict_bind) {
		put_head(out, start, "bind");
		put_ports(out, rules, true);
	}
	if (rules->restrict_connect) {
		put_head(out, start, "connect");
		put_ports(out, rules, false);
	}
	if (rules->scope_abstract || rules->scope_signals) {
		put_head(out, start, "scope");
		buf_put(out, rules->scope_abstract ? STR(" abstract") : STR(""));
		buf_put(out, rules->scope_signals ? STR(" signals") : STR(""));
	}
	if (rules->log_after_exec)
		put_head(out, start, "log");
}
