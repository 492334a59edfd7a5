/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/lex.h"

#include "base/utf8.h"
#include "cel/fail.h"

void cel_lexer_init(struct cel_lexer *lexer, struct str text)
{
	*lexer = (struct cel_lexer){.text = text, .line = 1};
}

static struct origin origin_of(const struct cel_lexer *lexer, size_t at)
{
	return (struct origin){lexer->line, (uint32_t)(at - lexer->line_start) + 1};
}

/* 0 beyond the end, which no expression contains where it matters. */
static char peek(const struct cel_lexer *lexer, size_t ahead)
{
	size_t at = lexer->at + ahead;
	return at < lexer->text.len ? lexer->text.data[at] : '\0';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static void new_line(struct cel_lexer *lexer, size_t line_start)
{
	lexer->line++;
	lexer->line_start = line_start;
}

static void skip_blank(struct cel_lexer *lexer)
{
	while (lexer->at < lexer->text.len) {
		char c = peek(lexer, 0);
		if (c == '/' && peek(lexer, 1) == '/') {
			while (lexer->at < lexer->text.len && peek(lexer, 0) != '\n')
				lexer->at++;
			continue;
		}
		if (!is_space(c))
			return;
		lexer->at++;
		if (c == '\n')
			new_line(lexer, lexer->at);
	}
}

/* Words that are no names. Source: cel-spec, "Syntax", RESERVED. */
static const struct {
	struct str text;
	enum cel_token_kind kind;
} words[] = {
	{STR_INIT("true"), TOKEN_TRUE},
	{STR_INIT("false"), TOKEN_FALSE},
	{STR_INIT("null"), TOKEN_NULL},
	{STR_INIT("in"), TOKEN_IN},
	{STR_INIT("as"), TOKEN_RESERVED},
	{STR_INIT("break"), TOKEN_RESERVED},
	{STR_INIT("const"), TOKEN_RESERVED},
	{STR_INIT("continue"), TOKEN_RESERVED},
	{STR_INIT("else"), TOKEN_RESERVED},
	{STR_INIT("for"), TOKEN_RESERVED},
	{STR_INIT("function"), TOKEN_RESERVED},
	{STR_INIT("if"), TOKEN_RESERVED},
	{STR_INIT("import"), TOKEN_RESERVED},
	{STR_INIT("let"), TOKEN_RESERVED},
	{STR_INIT("loop"), TOKEN_RESERVED},
	{STR_INIT("package"), TOKEN_RESERVED},
	{STR_INIT("namespace"), TOKEN_RESERVED},
	{STR_INIT("return"), TOKEN_RESERVED},
	{STR_INIT("var"), TOKEN_RESERVED},
	{STR_INIT("void"), TOKEN_RESERVED},
	{STR_INIT("while"), TOKEN_RESERVED},
};

static enum cel_token_kind lex_word(struct cel_lexer *lexer)
{
	size_t start = lexer->at;
	while (is_letter(peek(lexer, 0)) || is_digit(peek(lexer, 0)))
		lexer->at++;
	struct str word = str_slice(lexer->text, start, lexer->at);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (word.data[0] == words[i].text.data[0] && str_equal(word, words[i].text))
			return words[i].kind;
	return TOKEN_IDENT;
}

static void skip_digits(struct cel_lexer *lexer)
{
	while (is_digit(peek(lexer, 0)))
		lexer->at++;
}

static bool skip_exponent(struct cel_lexer *lexer)
{
	char c = peek(lexer, 0), sign = peek(lexer, 1);
	if (c != 'e' && c != 'E')
		return false;
	size_t digits = sign == '+' || sign == '-' ? 2 : 1;
	if (!is_digit(peek(lexer, digits)))
		return false;
	lexer->at += digits;
	skip_digits(lexer);
	return true;
}

static enum cel_token_kind lex_number(struct cel_lexer *lexer)
{
	bool is_double = false;
	if (peek(lexer, 0) == '0' && peek(lexer, 1) == 'x' && is_hex(peek(lexer, 2))) {
		lexer->at += 2;
		while (is_hex(peek(lexer, 0)))
			lexer->at++;
	} else {
		skip_digits(lexer);
		if (peek(lexer, 0) == '.' && is_digit(peek(lexer, 1))) {
			lexer->at++;
			skip_digits(lexer);
			is_double = true;
		}
		is_double |= skip_exponent(lexer);
	}
	if (is_double)
		return TOKEN_DOUBLE;
	if (peek(lexer, 0) != 'u' && peek(lexer, 0) != 'U')
		return TOKEN_INT;
	lexer->at++;
	return TOKEN_UINT;
}

/* Length of the prefix before a quote (b, r, br in any case), or SIZE_MAX when no string begins. */
static size_t string_prefix(const struct cel_lexer *lexer)
{
	size_t len = 0;
	if (peek(lexer, len) == 'b' || peek(lexer, len) == 'B')
		len++;
	if (peek(lexer, len) == 'r' || peek(lexer, len) == 'R')
		len++;
	return peek(lexer, len) == '"' || peek(lexer, len) == '\'' ? len : SIZE_MAX;
}

static int fail_unclosed(const struct cel_lexer *lexer, const struct cel_token *token, bool triple,
	struct error *err)
{
	CEL_FAIL(err, token->origin, lexer->at - (size_t)(token->text.data - lexer->text.data),
		triple ? "the string that begins here is not closed before the end of the "
			 "expression"
		       : "the string that begins here is not closed before the end of its line");
	error_set_remedy(err, triple ? "close it with three quotes"
				     : "close it, or use three quotes for a text of several lines");
	return -1;
}

static bool at_quotes(const struct cel_lexer *lexer, char quote, size_t quotes)
{
	for (size_t i = 0; i < quotes; i++)
		if (peek(lexer, i) != quote)
			return false;
	return lexer->at + quotes <= lexer->text.len;
}

/* The lines of a token count only once it is complete, so that its origin is its beginning. */
static void count_lines(struct cel_lexer *lexer, size_t from)
{
	for (size_t at = from; at < lexer->at; at++)
		if (lexer->text.data[at] == '\n')
			new_line(lexer, at + 1);
}

static int lex_string(
	struct cel_lexer *lexer, size_t prefix, struct cel_token *token, struct error *err)
{
	size_t start = lexer->at;
	char first = peek(lexer, 0), quote = peek(lexer, prefix);
	bool raw = prefix > 0 && (peek(lexer, prefix - 1) | 0x20) == 'r';
	lexer->at += prefix;
	size_t quotes = at_quotes(lexer, quote, 3) ? 3 : 1;
	lexer->at += quotes;
	while (!at_quotes(lexer, quote, quotes)) {
		char c = peek(lexer, 0);
		bool ends = quotes == 1 && (c == '\n' || c == '\r');
		if (lexer->at >= lexer->text.len || ends)
			return fail_unclosed(lexer, token, quotes == 3, err);
		lexer->at += c == '\\' && !raw && lexer->at + 1 < lexer->text.len ? 2 : 1;
	}
	lexer->at += quotes;
	count_lines(lexer, start);
	token->kind = prefix > 0 && (first | 0x20) == 'b' ? TOKEN_BYTES : TOKEN_STRING;
	return 0;
}

static int lex_escaped(struct cel_lexer *lexer, struct cel_token *token, struct error *err)
{
	size_t start = lexer->at++;
	while (is_letter(peek(lexer, 0)) || is_digit(peek(lexer, 0)) ||
		(peek(lexer, 0) != '\0' && strchr(".-/ ", peek(lexer, 0))))
		lexer->at++;
	if (peek(lexer, 0) != '`' || lexer->at == start + 1)
		return CEL_FAIL(err, token->origin, lexer->at - start,
			"a name in backquotes holds letters, digits, '_', '.', '-', '/' and "
			"spaces, "
			"and ends with a backquote");
	lexer->at++;
	token->kind = TOKEN_ESCAPED;
	return 0;
}

/* Longer ones first. */
static const struct {
	struct str text;
	enum cel_token_kind kind;
} marks[] = {
	{STR_INIT("=="), TOKEN_EQUALS},
	{STR_INIT("!="), TOKEN_NOT_EQUALS},
	{STR_INIT("<="), TOKEN_LESS_EQUALS},
	{STR_INIT(">="), TOKEN_GREATER_EQUALS},
	{STR_INIT("&&"), TOKEN_AND},
	{STR_INIT("||"), TOKEN_OR},
	{STR_INIT("<"), TOKEN_LESS},
	{STR_INIT(">"), TOKEN_GREATER},
	{STR_INIT("+"), TOKEN_PLUS},
	{STR_INIT("-"), TOKEN_MINUS},
	{STR_INIT("*"), TOKEN_STAR},
	{STR_INIT("/"), TOKEN_SLASH},
	{STR_INIT("%"), TOKEN_PERCENT},
	{STR_INIT("!"), TOKEN_NOT},
	{STR_INIT("?"), TOKEN_QUESTION},
	{STR_INIT(":"), TOKEN_COLON},
	{STR_INIT("."), TOKEN_DOT},
	{STR_INIT(","), TOKEN_COMMA},
	{STR_INIT("("), TOKEN_OPEN_PAREN},
	{STR_INIT(")"), TOKEN_CLOSE_PAREN},
	{STR_INIT("["), TOKEN_OPEN_BRACKET},
	{STR_INIT("]"), TOKEN_CLOSE_BRACKET},
	{STR_INIT("{"), TOKEN_OPEN_BRACE},
	{STR_INIT("}"), TOKEN_CLOSE_BRACE},
};

/* Characters that other languages have and this one writes otherwise. */
static const struct {
	char mark;
	const char *instead;
} foreign[] = {
	{'=', "=="},
	{'&', "&&"},
	{'|', "||"},
};

static int fail_mark(
	const struct cel_lexer *lexer, const struct cel_token *token, struct error *err)
{
	char c = peek(lexer, 0);
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		if (c != foreign[i].mark)
			continue;
		CEL_FAIL(err, token->origin, 1, "%c is not an operator; did you mean %s", c,
			foreign[i].instead);
		error_set_remedy(err, "write %s", foreign[i].instead);
		return -1;
	}
	size_t end = lexer->at;
	utf8_next(lexer->text, &end);
	char memory[32];
	struct buf shown;
	buf_init_fixed(&shown, memory, sizeof(memory));
	buf_put_escaped(&shown, str_slice(lexer->text, lexer->at, end));
	return CEL_FAIL(err, token->origin, end - lexer->at,
		"the character %.*s has no meaning outside a string", CEL_SHOWN(buf_str(&shown)));
}

static int lex_mark(struct cel_lexer *lexer, struct cel_token *token, struct error *err)
{
	struct str rest = str_slice(lexer->text, lexer->at, lexer->text.len);
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (rest.data[0] != marks[i].text.data[0] || !str_starts_with(rest, marks[i].text))
			continue;
		lexer->at += marks[i].text.len;
		token->kind = marks[i].kind;
		return 0;
	}
	return fail_mark(lexer, token, err);
}

static int lex_any(struct cel_lexer *lexer, struct cel_token *token, struct error *err)
{
	char c = peek(lexer, 0);
	size_t prefix = string_prefix(lexer);
	if (prefix != SIZE_MAX)
		return lex_string(lexer, prefix, token, err);
	if (c == '`')
		return lex_escaped(lexer, token, err);
	if (is_letter(c))
		token->kind = lex_word(lexer);
	else if (is_digit(c) || (c == '.' && is_digit(peek(lexer, 1))))
		token->kind = lex_number(lexer);
	else
		return lex_mark(lexer, token, err);
	return 0;
}

int cel_lex(struct cel_lexer *lexer, struct cel_token *ret_token, struct error *err)
{
	skip_blank(lexer);
	size_t start = lexer->at;
	*ret_token =
		(struct cel_token){.kind = TOKEN_END, .text = str_slice(lexer->text, start, start)};
	ret_token->origin = origin_of(lexer, start);
	if (start < lexer->text.len && lex_any(lexer, ret_token, err) < 0)
		return -1;
	ret_token->text = str_slice(lexer->text, start, lexer->at);
	return 0;
}
