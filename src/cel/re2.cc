/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/re2.h"

#include <re2/re2.h>

#include <cstdio>
#include <new>

/* Memory of one compiled pattern with its caches: what RE2 itself takes as default. A counted
 * repetition that would need more is refused when it is compiled. */
static const int64_t pattern_bytes = 8 << 20;

struct re2_pattern {
	explicit re2_pattern(const re2::StringPiece &text, const RE2::Options &options)
	    : compiled(text, options)
	{
	}
	RE2 compiled;
};

static void say(char *ret_message, size_t message_bytes, const char *message)
{
	if (message_bytes > 0)
		(void)std::snprintf(ret_message, message_bytes, "%s", message);
}

/* \C matches one byte, which would cut a code point in two; Go and the specification have no such
 * thing. */
static bool has_byte_escape(const char *pattern, size_t len)
{
	for (size_t i = 0; i + 1 < len; i++) {
		if (pattern[i] != '\\')
			continue;
		i++;
		if (pattern[i] == 'C')
			return true;
		for (; pattern[i] == 'Q' && i + 2 < len; i++)
			if (pattern[i + 1] == '\\' && pattern[i + 2] == 'E')
				break;
	}
	return false;
}

static struct re2_pattern *compile(
	const char *pattern, size_t len, char *ret_message, size_t message_bytes)
{
	RE2::Options options;
	options.set_log_errors(false);
	options.set_max_mem(pattern_bytes);
	struct re2_pattern *made = new re2_pattern(re2::StringPiece(pattern, len), options);
	if (made->compiled.ok())
		return made;
	say(ret_message, message_bytes, made->compiled.error().c_str());
	delete made;
	return nullptr;
}

struct re2_pattern *re2_compile(
	const char *pattern, size_t len, char *ret_message, size_t message_bytes)
{
	if (has_byte_escape(pattern, len)) {
		say(ret_message, message_bytes, "invalid escape sequence: \\C");
		return nullptr;
	}
	try {
		return compile(pattern, len, ret_message, message_bytes);
	} catch (...) {
		say(ret_message, message_bytes, "out of memory");
		return nullptr;
	}
}

void re2_free(struct re2_pattern *pattern)
{
	delete pattern;
}

unsigned re2_groups(const struct re2_pattern *pattern)
{
	return (unsigned)pattern->compiled.NumberOfCapturingGroups();
}

size_t re2_steps(const struct re2_pattern *pattern)
{
	return (size_t)pattern->compiled.ProgramSize();
}

static void put_span(const char *text, const re2::StringPiece &part, size_t *ret_span)
{
	bool took_part = part.data() != nullptr;
	ret_span[0] = took_part ? (size_t)(part.data() - text) : SIZE_MAX;
	ret_span[1] = took_part ? ret_span[0] + part.size() : SIZE_MAX;
}

bool re2_search(const struct re2_pattern *pattern, const char *text, size_t len, size_t from,
	size_t *ret_spans, unsigned spans)
{
	/* A part that took none in the match has no data, so an empty text must have some. */
	const char *data = len > 0 ? text : "";
	re2::StringPiece parts[RE2_MAX_SPANS];
	unsigned asked = spans < RE2_MAX_SPANS ? spans : RE2_MAX_SPANS;
	try {
		if (!pattern->compiled.Match(re2::StringPiece(data, len), from, len,
			    RE2::UNANCHORED, parts, (int)asked))
			return false;
	} catch (...) {
		return false;
	}
	for (unsigned i = 0; i < spans; i++)
		put_span(
			data, i < asked ? parts[i] : re2::StringPiece(), &ret_spans[(size_t)2 * i]);
	return true;
}
