/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "data/document.h"
#include "data/map.h"
#include "data/print.h"
#include "unit.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static struct arena memory;

/* All documents of a text as JSON, one per line; an error as `line:column: message`. */
static struct str read_all(struct str text, enum document_typing typing)
{
	struct documents documents;
	struct buf out;
	buf_init_arena(&out, &memory, 256);
	documents_init(&documents, text, STR("test.yaml"), DOCUMENT_YAML, typing);
	for (;;) {
		struct error err = {0};
		struct value root;
		int result = documents_next(&documents, &memory, &root, &err);
		if (result == 0)
			break;
		if (out.len > 0)
			buf_put_char(&out, '\n');
		if (result > 0)
			print_json(&root, (struct print_style){0}, &out);
		else
			buf_printf(
				&out, "%u:%u: %s", err.origin.line, err.origin.column, err.message);
		ck_assert_uint_lt(out.len, 1 << 20);
	}
	documents_release(&documents);
	return buf_str(&out);
}

struct row {
	const char *text, *json;
};

static void check_rows(const struct row *rows, size_t count, enum document_typing typing)
{
	arena_init(&memory, 1 << 24);
	for (size_t i = 0; i < count; i++) {
		struct str actual = read_all(str_from(rows[i].text), typing);
		ck_assert_msg(str_equal(actual, str_from(rows[i].json)),
			"row %zu: %s\ngives    %.*s\nexpected %s", i, rows[i].text,
			STR_ARGS(actual), rows[i].json);
	}
	arena_release(&memory);
}

static const struct row kubernetes_scalars[] = {
	{"[y, Y, yes, Yes, YES, true, True, TRUE, on, On, ON]",
		"[true,true,true,true,true,true,true,true,true,true,true]"},
	{"[n, N, no, No, NO, false, False, FALSE, off, Off, OFF]",
		"[false,false,false,false,false,false,false,false,false,false,false]"},
	{"[yEs, tRUE, oN, nO, oFF, yess, truee]",
		"[\"yEs\",\"tRUE\",\"oN\",\"nO\",\"oFF\",\"yess\",\"truee\"]"},
	{"[~, null, Null, NULL, nULL, nul]", "[null,null,null,null,\"nULL\",\"nul\"]"},
	{"a:\nb: ", "{\"a\":null,\"b\":null}"},
	{"[0, 7, -7, +7, 1_000, 1__0_]", "[0,7,-7,7,1000,10]"},
	{"[0x1F, 0X1f, -0x1F, +0xf, 0b101, 0B1, -0b11, 0o17, 0O7, 010, -010, 00]",
		"[31,31,-31,15,5,1,-3,15,7,8,-8,0]"},
	{"[0x, 0b2, 0o8, 0xg, 0b, 1_a]", "[\"0x\",\"0b2\",\"0o8\",\"0xg\",\"0b\",\"1_a\"]"},
	{"[9223372036854775807, -9223372036854775808]",
		"[9223372036854775807,-9223372036854775808]"},
	{"[9223372036854775808, 0xFFFFFFFFFFFFFFFF]", "[9223372036854776000,18446744073709552000]"},
	{"[1e3, .5, 08, 09.5, 1., -.5, +.5, 1.5e-3, 1E2]",
		"[1000,0.5,8,9.5,1,-0.5,0.5,0.0015,100]"},
	{"[1e18, 1e19, 1e21, -0.0, 5.0]", "[1000000000000000000,10000000000000000000,1e+21,0,5]"},
	{"[1e400, 1e, e1, ., +, -, .e5, 1.2.3, --1, +-1]",
		"[\"1e400\",\"1e\",\"e1\",\".\",\"+\",\"-\",\".e5\",\"1.2.3\",\"--1\",\"+-1\"]"},
	{"[1:30, 190:20:30, 2001-12-14, 2001-12-14t21:59:43.10-05:00, 12:30:45]",
		"[\"1:30\",\"190:20:30\",\"2001-12-14\",\"2001-12-14t21:59:43.10-05:00\","
		"\"12:30:45\"]"},
	{"['yes', \"1\", '~', \"\", '']", "[\"yes\",\"1\",\"~\",\"\",\"\"]"},
	{"a: |\n  yes\nb: >\n  1\n", "{\"a\":\"yes\\n\",\"b\":\"1\\n\"}"},
	{"[!!str 5, !!int \"5\", !!float 5, !!float 1.5, !!bool yes, !!null ~, !!str , !!null '']",
		"[\"5\",5,5,1.5,true,null,\"\",null]"},
	{"[! 12, ! yes]", "[12,true]"},
	{"!!map {a: !!seq [1]}", "{\"a\":[1]}"},
	{"\"\\u00e9\\x41\\n\\t\\\"\\\\\\/ \\U0001F600\"", "\"\xC3\xA9"
							  "A\\n\\t\\\"\\\\/ \xF0\x9F\x98\x80\""},
	{"'it''s'", "\"it's\""},
	{"1.0.0", "\"1.0.0\""},
};

START_TEST(plain_scalars_are_typed_as_the_api_server_types_them)
{
	check_rows(kubernetes_scalars, ROWS(kubernetes_scalars), DOCUMENT_KUBERNETES);
}
END_TEST

START_TEST(for_expressions_unsigned_and_whole_doubles_stay_what_they_are)
{
	arena_init(&memory, 1 << 20);
	struct documents documents;
	documents_init(&documents, STR("[1e3, 5.0, 18446744073709551615, 7]"), STR("-"),
		DOCUMENT_YAML, DOCUMENT_CEL);
	struct error err = {0};
	struct value root;
	ck_assert_int_eq(documents_next(&documents, &memory, &root, &err), 1);
	static const enum value_kind kinds[] = {VALUE_DOUBLE, VALUE_DOUBLE, VALUE_UINT, VALUE_INT};
	for (size_t i = 0; i < ROWS(kinds); i++)
		ck_assert_int_eq(root.items[i].kind, kinds[i]);
	documents_release(&documents);
	arena_release(&memory);
}
END_TEST

static const struct row keys[] = {
	{"1: a\n010: b\n-5: c", "{\"1\":\"a\",\"8\":\"b\",\"-5\":\"c\"}"},
	{"yes: a\noff: b", "{\"true\":\"a\",\"false\":\"b\"}"},
	{"1.5: a\n1e3: b\n1e6: c\n1e-5: d\n0.0001: e",
		"{\"1.5\":\"a\",\"1000\":\"b\",\"1e+06\":\"c\",\"1e-05\":\"d\",\"0.0001\":\"e\"}"},
	{"3.14159265358979: a\n123456.7: b\n16777217.0: c\n-2.50: d",
		"{\"3.1415927\":\"a\",\"123456.7\":\"b\",\"1.6777216e+07\":\"c\",\"-2.5\":\"d\"}"},
	{"2001-01-01: a", "{\"2001-01-01\":\"a\"}"},
	{"'1': a\n\"yes\": b", "{\"1\":\"a\",\"yes\":\"b\"}"},
	{"? a\n: b\n? c\n", "{\"a\":\"b\",\"c\":null}"},
	{"&k a: b\nc: *k", "{\"a\":\"b\",\"c\":\"a\"}"},
	{"k: &k 5\n*k : b", "{\"k\":5,\"5\":\"b\"}"},
	{"~: a", "1:1: null is no key"},
	{"? : a", "1:3: a list or map is no key"},
	{"null: a", "1:1: null is no key"},
	{"[a]: b", "1:1: a list or map is no key"},
	{"? {a: b}\n: c", "1:3: a list or map is no key"},
	{"l: &l [1]\n*l : b", "2:1: a list or map is no key"},
	{".inf: a", "1:1: a number beyond all bounds is no key"},
	{"18446744073709551615: a", "1:1: a number beyond all bounds is no key"},
	{"a: 1\nb: 2\na: 3", "3:1: the key \"a\" occurs twice in one map; the first is at line 1, "
			     "column 1"},
	{"1: a\n'1': b", "2:1: the key \"1\" occurs twice in one map; the first is at line 1, "
			 "column 1"},
	{"yes: a\ntrue: b", "2:1: the key \"true\" occurs twice in one map; the first is at line "
			    "1, column 1"},
	{"{a: {b: 1, b: 2}}", "1:12: the key \"b\" occurs twice in one map; the first is at line "
			      "1, column 6"},
};

START_TEST(keys_become_strings_and_occur_once)
{
	check_rows(keys, ROWS(keys), DOCUMENT_KUBERNETES);
}
END_TEST

static const struct row merges[] = {
	{"a: &a {x: 1, q: 2}\nb:\n  <<: *a\n  q: 3",
		"{\"a\":{\"x\":1,\"q\":2},\"b\":{\"q\":3,\"x\":1}}"},
	{"a: &a {x: 1}\nb: {z: 0, <<: *a}", "{\"a\":{\"x\":1},\"b\":{\"z\":0,\"x\":1}}"},
	{"b: {<<: [{x: 1, q: 1}, {q: 2, z: 2}], z: 3}", "{\"b\":{\"z\":3,\"x\":1,\"q\":1}}"},
	{"b: {<<: []}", "{\"b\":{}}"},
	{"b: {<<: {}}", "{\"b\":{}}"},
	{"a: &a {x: 1}\nb: &b {<<: *a, q: 2}\nc: {<<: *b}",
		"{\"a\":{\"x\":1},\"b\":{\"q\":2,\"x\":1},\"c\":{\"q\":2,\"x\":1}}"},
	{"{'<<': {x: 1}}", "{\"<<\":{\"x\":1}}"},
	{"{!!merge <<: {x: 1}}", "{\"x\":1}"},
	{"[<<]", "[\"<<\"]"},
	{"a: &a {x: 1}\nb:\n  x: 2\n  <<: *a",
		"3:3: the key \"x\" stands before the merge << that brings it too"},
	{"{<<: {x: 1}, <<: {q: 2}}", "1:14: the key << occurs twice in one map"},
	{"{<<: 5}", "1:6: only a map or a list of maps can be merged with <<"},
	{"{<<: [{x: 1}, [2]]}", "1:15: only a map or a list of maps can be merged with <<"},
	{"{<<: , x: 1}", "1:6: only a map or a list of maps can be merged with <<"},
	{"{<<: {x: 1}, q: 2, q: 3}", "1:20: the key \"q\" occurs twice in one map; the first is at "
				     "line 1, column 14"},
};

START_TEST(merges_join_maps_with_the_precedence_of_go_yaml)
{
	check_rows(merges, ROWS(merges), DOCUMENT_KUBERNETES);
}
END_TEST

/* clang-format off */
static const struct row streams[] = {
	{"", ""},
	{"# nothing\n", ""},
	{"---\n---\n# no\n---\n...\n", ""},
	{"a: 1\n---\nb: 2\n...\n# c\n---\n- 3\n", "{\"a\":1}\n{\"b\":2}\n[3]"},
	{"--- 1\n--- text\n--- ''\n--- ~\n", "1\n\"text\"\n\"\"\nnull"},
	{"%YAML 1.1\n---\na: 1\n", "{\"a\":1}"},
	{"%YAML 1.2\n---\na: 1\n", "{\"a\":1}"},
	{"%TAG !k! tag:yaml.org,2002:\n---\na: !k!str 1\n", "{\"a\":\"1\"}"},
	{"a: 1\r\n---\r\nb: |\r\n  x\r\n", "{\"a\":1}\n{\"b\":\"x\\n\"}"},
	{"\xEF\xBB\xBF" "a: 1", "{\"a\":1}"},
	{"---x: 1\n", "{\"---x\":1}"},
	{"a: |\n  x\n---\nb: 1", "{\"a\":\"x\\n\"}\n{\"b\":1}"},
	{"a: 1\n---\nb: [\n---\nc: 3\n",
		"{\"a\":1}\n4:1: did not find expected node content while parsing a flow node\n"
		"{\"c\":3}"},
	{"a: [1\n...\nb: 2\n",
		"2:1: did not find expected ',' or ']' while parsing a flow sequence that begins at "
		"line 1\n{\"b\":2}"},
	{"a: 1\n---\nb: \x01\n---\nc: 3\n",
		"{\"a\":1}\n3:4: YAML does not allow the control character 0x01\n{\"c\":3}"},
	{"\xC3\xA9: \xFF\n---\nc: 3\n---\nd: \xC0\n",
		"1:5: the byte 0xff is not UTF-8\n{\"c\":3}\n5:4: the byte 0xc0 is not UTF-8"},
	{"a: 1\n---\nb: \xEF\xBB\xBF\n",
		"{\"a\":1}\n3:4: YAML does not allow this invisible character"},
	{"a: b: c\n--- \n- 1\n", "1:5: mapping values are not allowed in this context\n[1]"},
	{"a: 'x\n---\nb: 2\n",
		"2:1: found unexpected document indicator while scanning a quoted scalar that begins "
		"at line 1\n{\"b\":2}"},
	{"\"a\"\n\"b\"\n---\nc: 1\n",
		"\"a\"\n2:1: did not find expected <document start>\n{\"c\":1}"},
	{"%YAML 3.0\n---\na", "1:1: found incompatible YAML document\n\"a\""},
	{"%FOO\n---\na: 1\n---\nb: [",
		"1:5: found unknown directive name while scanning a directive\n{\"a\":1}\n"
		"5:5: did not find expected node content while parsing a flow node"},
	{"a: 1\n... b\n... c\n\xFF\n", "{\"a\":1}\n"
		"2:5: did not find expected <document start>\n4:1: the byte 0xff is not UTF-8"},
	{"\xC3\xA9: [", "1:6: did not find expected node content while parsing a flow node"},
};
/* clang-format on */

START_TEST(streams_fall_into_documents_and_go_on_behind_malformed_ones)
{
	check_rows(streams, ROWS(streams), DOCUMENT_KUBERNETES);
}
END_TEST

/* clang-format off */
static const struct row malformed[] = {
	{"a: *x", "1:4: there is no anchor \"x\" before this alias"},
	{"a: &x [*x]", "1:8: the value of the anchor \"x\" would contain itself"},
	{"&x a: *y", "1:7: there is no anchor \"y\" before this alias"},
	{"a: &x {b: {c: *x}}", "1:15: the value of the anchor \"x\" would contain itself"},
	{"a: .inf",
		"1:4: infinity and NaN are no numbers that JSON, and so Kubernetes, can hold"},
	{"a: [1, .NaN]",
		"1:8: infinity and NaN are no numbers that JSON, and so Kubernetes, can hold"},
	{"!!binary aGk=", "1:10: the tag \"tag:yaml.org,2002:binary\" has no meaning in Kubernetes"},
	{"a: !mine x", "1:10: the tag \"!mine\" has no meaning in Kubernetes"},
	{"!!set {a, b}", "1:7: the tag \"tag:yaml.org,2002:set\" has no meaning in Kubernetes"},
	{"!!map [a]", "1:7: the tag \"tag:yaml.org,2002:map\" has no meaning in Kubernetes"},
	{"!!int x", "1:7: the tag demands an integer, which \"x\" is not"},
	{"!!int 1.5", "1:7: the tag demands an integer, which \"1.5\" is not"},
	{"!!bool 1", "1:8: the tag demands a bool, which \"1\" is not"},
	{"!!null x", "1:8: the tag demands null, which \"x\" is not"},
	{"!!float x", "1:9: the tag demands a number, which \"x\" is not"},
	{"a: !u!x 1", "1:4: found undefined tag handle while parsing a node"},
	{"a:\n\t- b",
		"2:1: found character that cannot start any token while scanning for the next token"},
	{"\"\\q\"", "1:2: found unknown escape character while parsing a quoted scalar"},
};
/* clang-format on */

START_TEST(what_is_no_document_is_refused_where_it_is_wrong)
{
	check_rows(malformed, ROWS(malformed), DOCUMENT_KUBERNETES);
}
END_TEST

UNIT_TESTS("yaml", plain_scalars_are_typed_as_the_api_server_types_them,
	for_expressions_unsigned_and_whole_doubles_stay_what_they_are,
	keys_become_strings_and_occur_once, merges_join_maps_with_the_precedence_of_go_yaml,
	streams_fall_into_documents_and_go_on_behind_malformed_ones,
	what_is_no_document_is_refused_where_it_is_wrong)
