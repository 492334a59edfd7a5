/* SPDX-License-Identifier: Apache-2.0 */
#include "report/escape.h"

#include "unit.h"

static struct str escaped(enum medium medium, struct str text, char *memory, size_t size)
{
	struct buf out;
	buf_init_fixed(&out, memory, size);
	escape_put(&out, medium, text);
	ck_assert(!out.truncated);
	return buf_str(&out);
}

static const struct {
	enum medium medium;
	struct str text, expected;
} rows[] = {
	{MEDIUM_TERMINAL, STR_INIT("plain text"), STR_INIT("plain text")},
	{MEDIUM_TERMINAL, STR_INIT(""), STR_INIT("")},
	{MEDIUM_TERMINAL, STR_INIT("\x1b[31mred"), STR_INIT("\\x1b[31mred")},
	{MEDIUM_TERMINAL, STR_INIT("a\nb\tc\rd"), STR_INIT("a\\nb\\tc\\x0dd")},
	{MEDIUM_TERMINAL, STR_INIT("gr\xc3\xbc\xc3\x9f"), STR_INIT("gr\xc3\xbc\xc3\x9f")},
	{MEDIUM_TERMINAL, STR_INIT("\xe2\x80\xaetxt"), STR_INIT("\\u{202e}txt")},
	{MEDIUM_TERMINAL, STR_INIT("bad \xff\xc3"), STR_INIT("bad \\xff\\xc3")},
	{MEDIUM_TERMINAL, STR_INIT("nul\0end"), STR_INIT("nul\\x00end")},
	{MEDIUM_TERMINAL_ASCII, STR_INIT("gr\xc3\xbc"), STR_INIT("gr\\u{fc}")},
	{MEDIUM_JSON, STR_INIT("\"a\\b\""), STR_INIT("\\\"a\\\\b\\\"")},
	{MEDIUM_JSON, STR_INIT("\n\x1b\x7f"), STR_INIT("\\n\\u001b\\u007f")},
	{MEDIUM_JSON, STR_INIT("\xe2\x80\xae\xf3\xa0\x80\x81\xff"),
		STR_INIT("\\u202e\\udb40\\udc01\\ufffd")},
	{MEDIUM_XML, STR_INIT("<a b='c'>&\"]]>"),
		STR_INIT("&lt;a b=&apos;c&apos;&gt;&amp;&quot;]]&gt;")},
	{MEDIUM_XML, STR_INIT("a\nb\x01\xef\xbf\xbf"), STR_INIT("a\\nb\\x01\\u{ffff}")},
	{MEDIUM_MARKDOWN, STR_INIT("a|b`c`"), STR_INIT("a\\|b\\`c\\`")},
	{MEDIUM_MARKDOWN, STR_INIT("<img src=x>"), STR_INIT("&lt;img src=x&gt;")},
	{MEDIUM_MARKDOWN, STR_INIT("@team https://x"), STR_INIT("&#64;team https&#58;//x")},
	{MEDIUM_MARKDOWN, STR_INIT("a\n# b"), STR_INIT("a\\\\n\\# b")},
	{MEDIUM_GITHUB_DATA, STR_INIT("100%\n::error::x"), STR_INIT("100%25\\n::error::x")},
	{MEDIUM_GITHUB_PROPERTY, STR_INIT("a,b:c%"), STR_INIT("a%2Cb%3Ac%25")},
	{MEDIUM_URI, STR_INIT("a b/\xc3\xbc%#?.yaml"), STR_INIT("a%20b/%C3%BC%25%23%3F.yaml")},
	{MEDIUM_URI, STR_INIT("\xff\n"), STR_INIT("%FF%0A")},
	{MEDIUM_MDOC, STR_INIT("--a \\b \"c\""), STR_INIT("\\-\\-a \\eb \\(dqc\\(dq")},
};

START_TEST(no_text_acts_on_its_medium)
{
	char memory[256];
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ASSERT_STR(escaped(rows[i].medium, rows[i].text, memory, sizeof(memory)),
			rows[i].expected);
}
END_TEST

START_TEST(no_byte_below_space_leaves_any_medium)
{
	char memory[64];
	for (int medium = 0; medium < MEDIA; medium++) {
		for (int byte = 0; byte < 256; byte++) {
			char text[3] = {'a', (char)byte, 'b'};
			struct str out = escaped(
				(enum medium)medium, (struct str){text, 3}, memory, sizeof(memory));
			for (size_t i = 0; i < out.len; i++)
				ck_assert_msg(
					(unsigned char)out.data[i] >= 0x20 && out.data[i] != 0x7f,
					"medium %d, byte %02x", medium, byte);
		}
	}
}
END_TEST

UNIT_TESTS("escape", no_text_acts_on_its_medium, no_byte_below_space_leaves_any_medium)
