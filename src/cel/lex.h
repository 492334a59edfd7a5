/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "data/value.h"

enum cel_token_kind {
	TOKEN_END,
	TOKEN_IDENT,
	TOKEN_RESERVED, /* a word that may only name a field or a method */
	TOKEN_ESCAPED,  /* `a-b/c`, with its quotes */
	TOKEN_TRUE,
	TOKEN_FALSE,
	TOKEN_NULL,
	TOKEN_IN,
	TOKEN_INT,
	TOKEN_UINT,
	TOKEN_DOUBLE,
	TOKEN_STRING,
	TOKEN_BYTES,
	TOKEN_EQUALS,
	TOKEN_NOT_EQUALS,
	TOKEN_LESS,
	TOKEN_LESS_EQUALS,
	TOKEN_GREATER,
	TOKEN_GREATER_EQUALS,
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_PLUS,
	TOKEN_MINUS,
	TOKEN_STAR,
	TOKEN_SLASH,
	TOKEN_PERCENT,
	TOKEN_NOT,
	TOKEN_QUESTION,
	TOKEN_COLON,
	TOKEN_DOT,
	TOKEN_COMMA,
	TOKEN_OPEN_PAREN,
	TOKEN_CLOSE_PAREN,
	TOKEN_OPEN_BRACKET,
	TOKEN_CLOSE_BRACKET,
	TOKEN_OPEN_BRACE,
	TOKEN_CLOSE_BRACE,
	TOKEN_KINDS,
};

struct cel_token {
	enum cel_token_kind kind;
	struct str text; /* its bytes in the source */
	struct origin origin;
};

/* Cuts a text into tokens; borrows it. */
struct cel_lexer {
	struct str text;
	size_t at;
	size_t line_start;
	uint32_t line;
};

/** Begin at the first byte; text must be UTF-8. */
void cel_lexer_init(struct cel_lexer *lexer, struct str text);

/** Cut off the next token; -1 with err, kind POLICY, where no token begins or one does not end. */
int cel_lex(struct cel_lexer *lexer, struct cel_token *ret_token, struct error *err);

/**
 * The value of a literal's token, negated for a number with a minus before it; strings are decoded
 * into arena. -1 with err: out of range, or an escape that does not exist. Source: cel-spec,
 * "String and Bytes Values".
 */
int cel_literal_read(struct arena *arena, const struct cel_token *token, bool negative,
	struct value *ret_value, struct error *err);
