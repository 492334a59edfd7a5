/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/regex.h"

#include "base/arena.h"
#include "base/utf8.h"

enum { MESSAGE_BYTES = 128 };

struct cel_regex_holder {
	struct re2_pattern *pattern;
};

/* What a prepared literal's text is preceded by, so that its text finds it. */
struct prepared {
	struct re2_pattern *pattern;
	char text[];
};

int cel_regex_argument(const char *overload_id)
{
	static const char *const overloads[] = {"matches", "matches_string", "string_find_string",
		"string_find_all_string", "string_find_all_string_int",
		"regex_replace_string_string_string", "regex_replace_string_string_string_int",
		"regex_extract_string_string", "regex_extractAll_string_string"};
	for (size_t i = 0; i < sizeof(overloads) / sizeof(overloads[0]); i++)
		if (strcmp(overloads[i], overload_id) == 0)
			return 1;
	return -1;
}

static void release(void *object)
{
	struct cel_regex_holder *holder = object;
	if (holder->pattern)
		re2_free(holder->pattern);
	holder->pattern = NULL;
}

/* A holder that the arena empties. */
static struct cel_regex_holder *new_holder(struct arena *arena)
{
	struct cel_regex_holder *holder = ARENA_NEW(arena, struct cel_regex_holder);
	arena_defer(arena, release, holder);
	return holder;
}

int cel_regex_prepare(struct arena *arena, struct value *literal, struct error *err)
{
	if (literal->flags & CEL_PATTERN_COMPILED)
		return 0;
	char message[MESSAGE_BYTES] = "";
	struct prepared *prepared = arena_alloc(arena, sizeof(*prepared) + literal->count + 1);
	struct cel_regex_holder *holder = new_holder(arena);
	holder->pattern = re2_compile(literal->text, literal->count, message, sizeof(message));
	if (!holder->pattern)
		return ERROR_SET(err, ERROR_POLICY, literal->origin,
			"the regular expression is invalid: %s", message);
	prepared->pattern = holder->pattern;
	memcpy(prepared->text, literal->text, literal->count);
	prepared->text[literal->count] = '\0';
	literal->text = prepared->text;
	literal->flags |= CEL_PATTERN_COMPILED;
	return 0;
}

static const struct re2_pattern *prepared_pattern(const struct value *literal)
{
	struct re2_pattern *pattern;
	memcpy(&pattern, literal->text - offsetof(struct prepared, text), sizeof(pattern));
	return pattern;
}

bool cel_regex_open(struct cel_run *run, const struct value *pattern, struct cel_regex *ret_regex,
	struct value *ret_error)
{
	*ret_regex = (struct cel_regex){NULL, NULL};
	if (pattern->flags & CEL_PATTERN_COMPILED) {
		ret_regex->pattern = prepared_pattern(pattern);
		return true;
	}
	char message[MESSAGE_BYTES] = "";
	struct cel_regex_holder *holder = new_holder(cel_run_arena(run));
	holder->pattern = re2_compile(pattern->text, pattern->count, message, sizeof(message));
	if (!holder->pattern) {
		*ret_error =
			cel_fail_at(run, pattern, "the regular expression is invalid: %s", message);
		return false;
	}
	*ret_regex = (struct cel_regex){holder->pattern, holder};
	return true;
}

void cel_regex_close(struct cel_regex *regex)
{
	if (regex->holder)
		release(regex->holder);
	regex->pattern = NULL;
}

struct cel_matches cel_matches_begin(
	struct cel_run *run, const struct cel_regex *regex, struct str text)
{
	return (struct cel_matches){
		.run = run, .pattern = regex->pattern, .text = text, .previous_end = SIZE_MAX};
}

/* Any search may read to the end of the text, so many of them are quadratic. */
static bool search(struct cel_matches *matches, size_t *ret_spans, unsigned spans)
{
	if (matches->at > matches->text.len)
		return false;
	size_t left = matches->text.len - matches->at;
	if (!cel_run_work(matches->run, 1 + left / 256)) {
		matches->exhausted = true;
		return false;
	}
	return re2_search(matches->pattern, matches->text.data, matches->text.len, matches->at,
		ret_spans, spans);
}

static void step_over_rune(struct cel_matches *matches)
{
	if (matches->at < matches->text.len)
		(void)utf8_next(matches->text, &matches->at);
	else
		matches->at++;
}

bool cel_matches_next(struct cel_matches *matches, size_t *ret_spans, unsigned spans)
{
	while (search(matches, ret_spans, spans)) {
		bool touches = ret_spans[1] == matches->at && ret_spans[0] == matches->previous_end;
		matches->previous_end = ret_spans[1];
		if (ret_spans[1] == matches->at)
			step_over_rune(matches);
		else
			matches->at = ret_spans[1];
		if (!touches)
			return true;
	}
	return false;
}
