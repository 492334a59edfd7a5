/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "cel/library.h"
#include "cel/regex.h"

/* The regex extension, and find and findAll of Kubernetes. */

/* A list that grows. */
struct items {
	struct value *values;
	size_t count, capacity;
};

static void push(struct cel_run *run, struct items *items, struct value v)
{
	if (items->count == items->capacity)
		items->values = arena_grow(cel_run_arena(run), items->values, items->count,
			&items->capacity, sizeof(v));
	items->values[items->count++] = v;
}

/* The part of text that span number `index` covers; empty when it took no part. */
static struct value spanned(const struct value *text, const size_t *spans, unsigned index)
{
	size_t from = spans[2 * index], to = spans[2 * index + 1];
	return from == SIZE_MAX ? cel_slice(text, 0, 0) : cel_slice(text, from, to);
}

/* All of the matches, or of what span `index` covers in them; empty ones only where wanted. */
static struct value collect(struct cel_run *run, const struct value *text, struct cel_regex *regex,
	unsigned index, int64_t limit)
{
	struct cel_matches matches = cel_matches_begin(run, regex, value_str(text));
	struct cel_regex_match match = {.wanted = index + 1};
	struct items items = {NULL, 0, 0};
	while (limit < 0 || (uint64_t)limit > items.count) {
		if (!cel_matches_next(&matches, &match))
			break;
		struct value found = spanned(text, match.spans, index);
		if (index == 0 || found.count > 0)
			push(run, &items, found);
	}
	cel_regex_close(regex);
	return matches.exhausted ? cel_fail_budget(run) : value_list(items.values, items.count);
}

static struct value find(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct cel_regex_match match = {.wanted = 1};
	struct value failed;
	struct cel_regex regex;
	if (!cel_regex_open(run, &arguments[1], &regex, &failed))
		return failed;
	bool done = cel_regex_search(run, regex.pattern, value_str(arguments), 0, &match);
	cel_regex_close(&regex);
	if (!done)
		return cel_fail_budget(run);
	return match.found ? spanned(arguments, match.spans, 0) : cel_slice(arguments, 0, 0);
}

static struct value find_all(struct cel_run *run, const struct value *arguments, size_t count)
{
	struct value failed;
	struct cel_regex regex;
	if (!cel_regex_open(run, &arguments[1], &regex, &failed))
		return failed;
	return collect(run, arguments, &regex, 0, count > 2 ? arguments[2].integer : -1);
}

/* Open a pattern with at most one group. */
static bool open_extraction(struct cel_run *run, const struct value *pattern,
	struct cel_regex *ret_regex, struct value *ret_error)
{
	if (!cel_regex_open(run, pattern, ret_regex, ret_error))
		return false;
	if (re2_groups(ret_regex->pattern) <= 1)
		return true;
	cel_regex_close(ret_regex);
	*ret_error = cel_fail_at(
		run, pattern, "the regular expression has more than one capturing group");
	return false;
}

static struct value extract(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct value failed;
	struct cel_regex regex;
	if (!open_extraction(run, &arguments[1], &regex, &failed))
		return failed;
	unsigned group = re2_groups(regex.pattern);
	struct cel_regex_match match = {.wanted = group + 1};
	bool done = cel_regex_search(run, regex.pattern, value_str(arguments), 0, &match);
	cel_regex_close(&regex);
	if (!done)
		return cel_fail_budget(run);
	if (!match.found)
		return cel_none();
	struct value part = spanned(arguments, match.spans, group);
	return group == 1 && part.count == 0 ? cel_none() : cel_some(run, part);
}

static struct value extract_all(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct value failed;
	struct cel_regex regex;
	if (!open_extraction(run, &arguments[1], &regex, &failed))
		return failed;
	return collect(run, arguments, &regex, re2_groups(regex.pattern), -1);
}

/* One replacement: \0 to \9 are groups, \\ is a backslash, nothing else may follow one. */
static bool put_replacement(struct buf *out, struct str text, struct str replacement,
	const size_t *spans, unsigned groups)
{
	for (size_t i = 0; i < replacement.len; i++) {
		char c = replacement.data[i];
		if (c != '\\') {
			buf_put_char(out, c);
			continue;
		}
		c = ++i < replacement.len ? replacement.data[i] : '\0';
		unsigned group = (unsigned)(c - '0');
		if (c == '\\')
			buf_put_char(out, c);
		else if (c < '0' || c > '9' || group > groups)
			return false;
		else if (spans[2 * group] != SIZE_MAX)
			buf_put(out, str_slice(text, spans[2 * group], spans[2 * group + 1]));
	}
	return true;
}

/* Replace in text up to limit matches; false when the replacement does not fit the pattern. */
static bool put_replaced(
	struct cel_matches *matches, struct str replacement, int64_t limit, struct buf *out)
{
	struct cel_regex_match match = {.wanted = CEL_REGEX_SPANS};
	size_t copied = 0;
	unsigned groups = re2_groups(matches->pattern);
	for (int64_t done = 0; limit < 0 || done < limit; done++) {
		if (!cel_matches_next(matches, &match))
			break;
		buf_put(out, str_slice(matches->text, copied, match.spans[0]));
		if (!put_replacement(out, matches->text, replacement, match.spans, groups))
			return false;
		copied = match.spans[1];
	}
	buf_put(out, str_slice(matches->text, copied, matches->text.len));
	return true;
}

static struct value replace(struct cel_run *run, const struct value *arguments, size_t count)
{
	int64_t limit = count > 3 ? arguments[3].integer : -1;
	struct value failed;
	struct cel_regex regex;
	if (limit == 0)
		return arguments[0];
	if (!cel_regex_open(run, &arguments[1], &regex, &failed))
		return failed;
	struct cel_matches matches = cel_matches_begin(run, &regex, value_str(arguments));
	struct buf out;
	buf_init_arena(&out, cel_run_arena(run), arguments->count);
	bool good = put_replaced(&matches, value_str(&arguments[2]), limit, &out);
	cel_regex_close(&regex);
	if (matches.exhausted)
		return cel_fail_budget(run);
	if (!good)
		return cel_fail_at(run, &arguments[2],
			"in a replacement, \\ must be followed by \\ or the digit of a group that "
			"the regular expression has");
	return cel_text(&out, arguments);
}

static uint64_t cost(const struct value *arguments, size_t count, const struct value *result)
{
	(void)count;
	double text = (double)cel_size(&arguments[0]) * 0.1;
	double pattern = (double)cel_size(&arguments[1]) * 0.25;
	return 1 + (uint64_t)(text * pattern) + cel_size(result);
}

static const struct cel_overload_row rows[] = {
	{"regex_replace_string_string_string", "regex.replace(string, string, string) -> string",
		replace, cost, CEL_NATIVE_ONLY},
	{"regex_replace_string_string_string_int",
		"regex.replace(string, string, string, int) -> string", replace, cost,
		CEL_NATIVE_ONLY},
	{"regex_extract_string_string", "regex.extract(string, string) -> optional_type(string)",
		extract, cost, CEL_NATIVE_ONLY},
	{"regex_extractAll_string_string", "regex.extractAll(string, string) -> list(string)",
		extract_all, cost, CEL_NATIVE_ONLY},
	{"string_find_string", "string.find(string) -> string", find, cel_cost_match,
		KUBERNETES_SINCE(0)},
	{"string_find_all_string", "string.findAll(string) -> list(string)", find_all,
		cel_cost_match, KUBERNETES_SINCE(0)},
	{"string_find_all_string_int", "string.findAll(string, int) -> list(string)", find_all,
		cel_cost_match, KUBERNETES_SINCE(0)},
};

CEL_LIBRARY(cel_lib_regex, "regex", rows);
