/* SPDX-License-Identifier: Apache-2.0 */
#include "report/patch.h"

#include "data/json.h"
#include "unit.h"

static const struct {
	const char *what, *document, *pointer, *operation, *expected;
} cases[] = {
	{"what is there is replaced", "{\"a\":{\"b\":true}}", "/a/b", "replace",
		"{\"patch\":{\"op\":\"replace\",\"path\":\"/a/b\",\"value\":false}}"},
	{"an item of a list is removed", "{\"a\":[1,2]}", "/a/1", "remove",
		"{\"patch\":{\"op\":\"remove\",\"path\":\"/a/1\"}}"},
	{"what is missing is added", "{\"a\":{}}", "/a/b", "add",
		"{\"patch\":{\"op\":\"add\",\"path\":\"/a/b\",\"value\":false}}"},
	{"with all that is missing on the way to it", "{\"a\":[{}]}", "/a/0/b/c/d", "add",
		"{\"patch\":{\"op\":\"add\",\"path\":\"/a/0/b\",\"value\":{\"c\":{\"d\":false}}}}"},
	{"what is missing cannot be replaced, but added", "{}", "/a/b", "replace",
		"{\"patch\":{\"op\":\"add\",\"path\":\"/a\",\"value\":{\"b\":false}}}"},
	{"escaped steps", "{\"a/b\":{}}", "/a~1b/c~0d/e", "add",
		"{\"patch\":{\"op\":\"add\",\"path\":\"/a~1b/c~0d\",\"value\":{\"e\":false}}}"},
	{"nothing is removed where nothing is", "{\"a\":{}}", "/a/b", "remove", "{}"},
	{"nothing is added to a list or a scalar", "{\"a\":[],\"b\":1}", "/a/0", "add", "{}"},
	{"nor below a scalar", "{\"b\":1}", "/b/c", "add", "{}"},
	{"nor without a place", "{}", "", "add", "{}"},
	{"nor without an operation", "{\"a\":1}", "/a", "", "{}"},
};

static void check(size_t i, bool undecided, const char *expected)
{
	char text[512];
	struct arena arena;
	struct buf out;
	struct error err = {0};
	struct subject subject = {.file = {"", 0}};
	struct policy policy = {
		.patch = {.operation = str_from(cases[i].operation), .value = value_bool(false)}};
	struct reason reason = {.policy = &policy,
		.pointer = str_from(cases[i].pointer),
		.undecided = undecided,
		.has_patch = !undecided && policy.patch.operation.len > 0,
		.patch_value = policy.patch.value};
	struct json json = {.out = &out};
	arena_init(&arena, 1 << 16);
	buf_init_fixed(&out, text, sizeof(text));
	ck_assert_int_eq(json_read(&arena, str_from(cases[i].document), DOCUMENT_KUBERNETES,
				 &subject.root, &err),
		0);
	json_open(&json, "", '{');
	patch_put(&json, &subject, &reason);
	json_close(&json, '}');
	ck_assert_msg(str_equal(buf_str(&out), str_from(expected)), "%s: got %.*s", cases[i].what,
		STR_ARGS(buf_str(&out)));
	arena_release(&arena);
}

START_TEST(a_patch_fits_the_document_as_it_is)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(i, false, cases[i].expected);
}
END_TEST

START_TEST(what_was_not_decided_is_not_patched)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(i, true, "{}");
}
END_TEST

UNIT_TESTS("patch", a_patch_fits_the_document_as_it_is, what_was_not_decided_is_not_patched)
