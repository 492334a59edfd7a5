/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/regex.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/utf8.h"

/* Units of work, measured: compiling takes 0.3 us an instruction, and 2 us. A search takes 2 ns a
 * byte and instruction at worst, which is far from usual: a fifth of that is counted. */
enum { MESSAGE_BYTES = 128, COMPILE_WORK = 200, COMPILE_WORK_PER_STEP = 30, STEPS_PER_WORK = 32 };

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

/* NULL with a phrase when the pattern is malformed or too large. */
static struct re2_pattern *compile(
	const struct value *text, char *ret_message, size_t message_bytes)
{
	struct buf message;
	buf_init_fixed(&message, ret_message, message_bytes - 1);
	if (text->count > LIMIT_CEL_REGEX_BYTES) {
		buf_puts(&message, "it is longer than 64 KiB");
		ret_message[message.len] = '\0';
		return NULL;
	}
	struct re2_pattern *made = re2_compile(text->text, text->count, ret_message, message_bytes);
	if (!made || re2_steps(made) <= LIMIT_CEL_REGEX_STEPS)
		return made;
	re2_free(made);
	buf_puts(&message, "its repetitions are too large");
	ret_message[message.len] = '\0';
	return NULL;
}

int cel_regex_prepare(struct arena *arena, struct value *literal, struct error *err)
{
	if (literal->flags & CEL_PATTERN_COMPILED)
		return 0;
	char message[MESSAGE_BYTES] = "";
	struct prepared *prepared = arena_alloc(arena, sizeof(*prepared) + literal->count + 1);
	struct cel_regex_holder *holder = new_holder(arena);
	holder->pattern = compile(literal, message, sizeof(message));
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
	holder->pattern = compile(pattern, message, sizeof(message));
	if (!holder->pattern) {
		*ret_error =
			cel_fail_at(run, pattern, "the regular expression is invalid: %s", message);
		return false;
	}
	if (!cel_run_work(run, COMPILE_WORK + COMPILE_WORK_PER_STEP * re2_steps(holder->pattern))) {
		release(holder);
		*ret_error = cel_fail(run, "the regular expressions take too much work to compile");
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

bool cel_regex_search(struct cel_run *run, const struct re2_pattern *pattern, struct str text,
	size_t from, struct cel_regex_match *ret_match)
{
	ret_match->found = false;
	uint64_t steps = (uint64_t)(text.len - from) * re2_steps(pattern);
	if (!cel_run_work(run, 1 + steps / STEPS_PER_WORK))
		return false;
	ret_match->found =
		re2_search(pattern, text.data, text.len, from, ret_match->spans, ret_match->wanted);
	return true;
}

static void step_over_rune(struct cel_matches *matches)
{
	if (matches->at < matches->text.len)
		(void)utf8_next(matches->text, &matches->at);
	else
		matches->at++;
}

bool cel_matches_next(struct cel_matches *matches, struct cel_regex_match *ret_match)
{
	const size_t *span = ret_match->spans;
	while (matches->at <= matches->text.len) {
		if (!cel_regex_search(matches->run, matches->pattern, matches->text, matches->at,
			    ret_match)) {
			matches->exhausted = true;
			return false;
		}
		if (!ret_match->found)
			return false;
		bool touches = span[1] == matches->at && span[0] == matches->previous_end;
		matches->previous_end = span[1];
		if (span[1] == matches->at)
			step_over_rune(matches);
		else
			matches->at = span[1];
		if (!touches)
			return true;
	}
	return false;
}
