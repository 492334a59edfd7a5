/* SPDX-License-Identifier: Apache-2.0 */
#include "data/json.h"
#include "data/map.h"
#include "unit.h"

#include <jansson.h>

static struct arena memory;

static void check(const json_t *theirs, const struct value *ours);

static void check_object(const json_t *theirs, const struct value *ours)
{
	ck_assert_int_eq(ours->kind, VALUE_MAP);
	ck_assert_uint_eq(json_object_size(theirs), ours->count);
	for (uint32_t i = 0; i < ours->count; i++) {
		struct str key = value_str(&ours->entries[i].key);
		const json_t *other = json_object_get(theirs, str_copy(&memory, key).data);
		ck_assert_ptr_nonnull(other);
		check(other, &ours->entries[i].value);
	}
}

static void check(const json_t *theirs, const struct value *ours)
{
	switch (json_typeof(theirs)) {
	case JSON_OBJECT:
		check_object(theirs, ours);
		return;
	case JSON_ARRAY:
		ck_assert_int_eq(ours->kind, VALUE_LIST);
		ck_assert_uint_eq(json_array_size(theirs), ours->count);
		for (uint32_t i = 0; i < ours->count; i++)
			check(json_array_get(theirs, i), &ours->items[i]);
		return;
	case JSON_STRING:
		ck_assert_int_eq(ours->kind, VALUE_STRING);
		ASSERT_STR(value_str(ours),
			((struct str){json_string_value(theirs), json_string_length(theirs)}));
		return;
	case JSON_INTEGER:
		ck_assert(ours->kind == VALUE_INT && ours->integer == json_integer_value(theirs));
		return;
	case JSON_REAL:
		ck_assert(ours->kind == VALUE_DOUBLE && !(ours->real < json_real_value(theirs)) &&
			  !(ours->real > json_real_value(theirs)));
		return;
	case JSON_TRUE:
	case JSON_FALSE:
		ck_assert(ours->kind == VALUE_BOOL && ours->boolean == json_is_true(theirs));
		return;
	case JSON_NULL:
	default:
		ck_assert_int_eq(ours->kind, VALUE_NULL);
	}
}

/* jansson has no integers beyond int64 and no U+0000 in keys. */
static bool is_beyond_jansson(const json_error_t *error)
{
	return json_error_code(error) == json_error_numeric_overflow ||
	       json_error_code(error) == json_error_null_byte_in_key;
}

static bool compare(struct str text)
{
	json_error_t error;
	struct error err = {0};
	struct value root;
	arena_reset(&memory);
	json_t *theirs = json_loadb(text.data, text.len,
		JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
	int result = json_read(&memory, text, DOCUMENT_KUBERNETES, &root, &err);
	if (theirs || !is_beyond_jansson(&error))
		ck_assert_msg((result == 0) == (theirs != NULL), "%.*s\nours: %s\ntheirs: %s",
			STR_ARGS(text), err.message, theirs ? "good" : error.text);
	if (theirs && result == 0)
		check(theirs, &root);
	json_decref(theirs);
	return result == 0;
}

static const char sample[] =
	"{\"apiVersion\":\"v1\",\"n\":[0,-1,2.5,1e3,-0.0,12345678901234567,1E-7,9.5e+10],\"s\":"
	"\"\\u00e9\\ud83d\\ude00\\n\\\"\\\\ \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80\",\"b\":[true,"
	"false,null],\"m\":{\"\":{},\"a\":[[],[{}]],\"b\":{\"c\":{\"d\":[1,2,3]}}},\n\t\"z\" : "
	"\"a longer text without anything special in it\"\r\n}";

START_TEST(a_document_means_what_jansson_says)
{
	arena_init(&memory, 1 << 24);
	ck_assert(compare(str_from(sample)));
	arena_release(&memory);
}
END_TEST

/* xorshift: the same numbers every time. */
static uint32_t next_random(void)
{
	static uint64_t state = 0x9E3779B97F4A7C15u;
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 16);
}

START_TEST(mutilated_documents_are_refused_and_read_as_jansson_does)
{
	static const char bytes[] = "{}[]:,\"\\0123456789eE+-.truefalsn u\n\t\x01\x7F\xC3\xA9\xFF";
	enum { ROUNDS = 60000 };
	size_t good = 0;
	arena_init(&memory, 1 << 24);
	for (int round = 0; round < ROUNDS; round++) {
		char text[sizeof(sample)];
		size_t len = sizeof(sample) - 1;
		memcpy(text, sample, len);
		for (uint32_t i = next_random() % 3 + 1; i > 0; i--) {
			size_t at = next_random() % len;
			char byte = bytes[next_random() % (sizeof(bytes) - 1)];
			if (next_random() % 4 > 0)
				text[at] = byte;
			else
				memmove(text + at, text + at + 1, --len - at);
		}
		good += compare((struct str){text, len});
	}
	/* Both outcomes were met often enough to mean something. */
	ck_assert_uint_gt(good, ROUNDS / 20);
	ck_assert_uint_lt(good, ROUNDS * 19 / 20);
	arena_release(&memory);
}
END_TEST

UNIT_TESTS("oracle-json", a_document_means_what_jansson_says,
	mutilated_documents_are_refused_and_read_as_jansson_does)
