/* SPDX-License-Identifier: Apache-2.0 */
#include "cel_table.h"
#include "unit.h"

START_TEST(strings_count_code_points)
{
	CEL_NATIVE({"'tacocat'.charAt(3)", "o"}, {"'tacocat'.charAt(7)", ""},
		{"'tacocat'.charAt(8)", NULL}, {"'tacocat'.charAt(-1)", NULL},
		{"'©αT'.charAt(1)", "α"}, {"'©αT'.charAt(3)", ""}, {"'©αT'.charAt(4)", NULL},
		{"'🐱x'.charAt(1)", "x"}, {"''.charAt(0)", ""}, {"'tacocat'.substring(4)", "cat"},
		{"'tacocat'.substring(0, 4)", "taco"}, {"'tacocat'.substring(7)", ""},
		{"'tacocat'.substring(2, 2)", ""}, {"'ta©o©αT'.substring(2, 6)", "©o©α"},
		{"'ta©o©αT'.substring(7, 7)", ""}, {"'ta©o©αT'.substring(8)", NULL},
		{"'abc'.substring(2, 1)", NULL}, {"'abc'.substring(-1, 1)", NULL},
		{"'abc'.substring(1, 9)", NULL}, {"'gums'.reverse()", "smug"},
		{"'Ta©oCαt🐱'.reverse()", "🐱tαCo©aT"}, {"''.reverse()", ""});
}
END_TEST

START_TEST(strings_are_searched_from_both_ends)
{
	CEL_NATIVE({"'hello mellow'.indexOf('')", "0"}, {"'hello mellow'.indexOf('ello')", "1"},
		{"'hello mellow'.indexOf('jello')", "-1"}, {"'hello mellow'.indexOf('', 2)", "2"},
		{"'hello mellow'.indexOf('ello', 2)", "7"},
		{"'hello mellow'.indexOf('ello', 20)", NULL},
		{"'hello mellow'.indexOf('ello', -1)", NULL}, {"'abc'.indexOf('c', 3)", "-1"},
		{"'ta©o©αT'.indexOf('©', 3)", "4"}, {"'ta©o©αT'.indexOf('©α', 5)", "-1"},
		{"'hello mellow'.lastIndexOf('')", "12"},
		{"'hello mellow'.lastIndexOf('ello')", "7"},
		{"'hello mellow'.lastIndexOf('jello')", "-1"},
		{"'hello mellow'.lastIndexOf('ello', 6)", "1"},
		{"'hello mellow'.lastIndexOf('ello', -1)", NULL},
		{"'tacocat'.lastIndexOf('a', 30)", NULL}, {"'tacocat'.lastIndexOf('', 3)", "3"},
		{"'bananananana'.lastIndexOf('nana', 7)", "6"},
		{"'aaaaab'.lastIndexOf('aab')", "3"}, {"'baaaaa'.lastIndexOf('baa')", "0"},
		{"'abaabaab'.lastIndexOf('abaab')", "3"}, {"'ab'.lastIndexOf('abc')", "-1"},
		{"'ta©o©αT'.lastIndexOf('©')", "4"}, {"'ta©o©αT'.lastIndexOf('©', 3)", "2"},
		{"''.lastIndexOf('')", "0"}, {"''.lastIndexOf('a')", "-1"});
}
END_TEST

START_TEST(strings_are_taken_apart_and_put_together)
{
	CEL_NATIVE({"'a,b,c'.split(',')", "[a, b, c]"}, {"'a,b,c'.split(',', 0)", "[]"},
		{"'a,b,c'.split(',', 1)", "[a,b,c]"}, {"'a,b,c'.split(',', 2)", "[a, b,c]"},
		{"'a,b,c'.split(',', -5)", "[a, b, c]"}, {"'a,b,'.split(',')", "[a, b, ]"},
		{"'aé🐱'.split('')", "[a, é, 🐱]"}, {"'aé🐱'.split('', 2)", "[a, é🐱]"},
		{"''.split('')", "[]"}, {"''.split(',')", "[]"}, {"''.split(',').join('x')", ""},
		{"['x', 'y'].join()", "xy"}, {"['x', 'y', ''].join('-')", "x-y-"},
		{"[].join('-')", ""}, {"[1, 2].join('-')", NULL},
		{"'hello hello'.replace('he', 'we')", "wello wello"},
		{"'hello hello'.replace('he', 'we', 1)", "wello hello"},
		{"'hello hello'.replace('he', 'we', 0)", "hello hello"},
		{"'hello hello'.replace('he', 'we', -1)", "wello wello"},
		{"'aé'.replace('', '-')", "-a-é-"}, {"'aé'.replace('', '-', 2)", "-a-é"},
		{"''.replace('', 'x')", "x"}, {"'aaa'.replace('aa', '')", "a"},
		{"' \\t\\u00a0\\u2003x y\\u3000\\u0085'.trim()", "x y"},
		{"'\\u200b'.trim() == '\\u200b'", "true"}, {"'   '.trim()", ""}, {"''.trim()", ""},
		{"'TacoCÆt Xii'.lowerAscii()", "tacocÆt xii"},
		{"'tacoCαt @[`{'.upperAscii()", "TACOCαT @[`{"},
		{"strings.quote('a\"\\n\\\\é\\a')", "\"a\\\"\\n\\\\é\\a\""},
		{"strings.quote('')", "\"\""});
}
END_TEST

START_TEST(format_writes_each_clause_as_the_specification_says)
{
	CEL_NATIVE({"'%d %s %%'.format([1, 'x'])", "1 x %"},
		{"'%s'.format([[1, 2.5, 'a', null]])", "[1, 2.5, a, null]"},
		{"'%s'.format([{'b': 1, 'a': [true]}])", "{a: [true], b: 1}"},
		{"'%.2f %f %.0f'.format([1.005, 2, 3.5001])", "1.00 2.000000 4"},
		{"'%.3f'.format([9223372036854775807])", "9223372036854775807.000"},
		{"'%e %.1e'.format([2.71828, 12345u])", "2.718280e+00 1.2e+04"},
		{"'%x %X %x'.format([-255, 'aé', b'\\x00\\xff'])", "-ff 61C3A9 00ff"},
		{"'%b %b %o'.format([5, true, -8])", "101 1 -10"},
		{"'%b'.format([-9223372036854775808])",
			"-1000000000000000000000000000000000000000000000000000000000000000"},
		{"'%d'.format([1e21])", "1000000000000000000000"},
		{"'%d'.format([1e-7])", "0.0000001"}, {"'%d'.format([0.0 / 0.0])", "NaN"},
		{"'%f'.format([-1.0 / 0.0])", "-Infinity"},
		{"'%s'.format([1.0 / 0.0])", "Infinity"}, {"'100%'.format([])", NULL},
		{"'%'.format([1])", NULL}, {"'%q'.format([1])", NULL},
		{"'%d %d'.format([1])", NULL}, {"'%d'.format(['x'])", NULL},
		{"'%.f'.format([1.0])", NULL}, {"'%.1001f'.format([1.0])", NULL},
		{"'%.99999999999999999999f'.format([1.0])", NULL}, {"'%b'.format([1.5])", NULL},
		{"'%o'.format([true])", NULL}, {"'%x'.format([1.5])", NULL},
		{"'%e'.format(['1'])", NULL}, {"'%s'.format([ip('::1')])", NULL});
}
END_TEST

START_TEST(math_compares_by_value_and_keeps_the_kind)
{
	CEL_NATIVE({"math.greatest(1)", "1"}, {"math.greatest(1u, 2u)", "2"},
		{"math.greatest(-42.0, -21.5, -100.0)", "-21.5"},
		{"math.greatest([-42.0, -21.5, -100.0])", "-21.5"},
		{"math.greatest(5.4, 10, 3u, -5.0, 9223372036854775807)", "9223372036854775807"},
		{"math.greatest(1, 2, 3, 4, 5, 6, 7, 8)", "8"}, {"math.greatest(dyn('x'))", NULL},
		{"math.greatest(dyn([]))", NULL}, {"math.greatest(1, 2, dyn('x'))", NULL},
		{"math.least(1, 1u, 1.0)", "1"}, {"math.least([5.4, 10.5, 3u, -5.0])", "-5"},
		{"math.abs(-11)", "11"}, {"math.abs(dyn(-9223372036854775807) - 1)", NULL},
		{"math.abs(-1.5)", "1.5"}, {"math.abs(3u)", "3"}, {"math.sign(-3)", "-1"},
		{"math.sign(-0.5)", "-1"}, {"math.sign(0.0)", "0"}, {"math.sign(7u)", "1"},
		{"math.ceil(-1.2)", "-1"}, {"math.floor(-1.2)", "-2"}, {"math.round(-1.5)", "-2"},
		{"math.trunc(-1.9)", "-1"}, {"math.sqrt(81)", "9"}, {"math.sqrt(2.25)", "1.5"},
		{"math.isNaN(math.sqrt(-1.0))", "true"}, {"math.isInf(-1.0 / 0.0)", "true"},
		{"math.isFinite(1.0 / 0.0)", "false"}, {"math.bitAnd(6, 3)", "2"},
		{"math.bitOr(4, -2)", "-2"}, {"math.bitXor(1u, 3u)", "2"},
		{"math.bitNot(0u)", "18446744073709551615"}, {"math.bitNot(-1)", "0"},
		{"math.bitAnd([7, 6, 12])", "4"}, {"math.bitShiftLeft(1, 2)", "4"},
		{"math.bitShiftLeft(-1, 200)", "0"}, {"math.bitShiftRight(-1024, 60)", "15"},
		{"math.bitShiftRight(-1024, 64)", "0"}, {"math.bitShiftLeft(1u, -1)", NULL},
		{"math.ceil(dyn(1))", NULL});
}
END_TEST

START_TEST(lists_are_rearranged)
{
	CEL_NATIVE({"[1,2,3,4].slice(1, 3)", "[2, 3]"}, {"[1,2].slice(0, 0)", "[]"},
		{"[1,2].slice(2, 2)", "[]"}, {"[1,2].slice(0, 3)", NULL},
		{"[1,2].slice(-1, 1)", NULL}, {"[1,2].slice(2, 1)", NULL},
		{"[1,[2,3],[4]].flatten()", "[1, 2, 3, 4]"},
		{"[1,[2,[3,4]]].flatten()", "[1, 2, [3, 4]]"},
		{"[1,[2,[3,[4]]]].flatten(2)", "[1, 2, 3, [4]]"}, {"[[1]].flatten(0)", "[[1]]"},
		{"[1,[2,[3,[4]]]].flatten(-1)", NULL},
		{"[1,[2,[3,[4]]]].flatten(9223372036854775807)", "[1, 2, 3, 4]"},
		{"[].flatten()", "[]"},
		{"[1, 1u, 1.0, 'a', 'a', [1], [1.0], {'k': 1}, {'k': 1u}].distinct()",
			"[1, a, [1], {k: 1}]"},
		{"[1,2,3,4,5,6,7,8,9,10,1,5,9,10.0,2u].distinct()",
			"[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"},
		{"[0.0 / 0.0, 0.0 / 0.0].distinct()", "[NaN, NaN]"},
		{"lists.range(4)", "[0, 1, 2, 3]"}, {"lists.range(0)", "[]"},
		{"lists.range(-3)", "[]"}, {"lists.range(9223372036854775807)", NULL},
		{"[1, 2, 3].reverse()", "[3, 2, 1]"}, {"[3, 1, 2, -7].sort()", "[-7, 1, 2, 3]"},
		{"['b', 'a', 'c', 'a'].sort()", "[a, a, b, c]"},
		{"[true, false].sort()", "[false, true]"}, {"[].sort()", "[]"},
		{"[dyn(1), 'b'].sort()", NULL}, {"[[1]].sort()", NULL},
		{"[dyn(1), 1.5].sort()", NULL}, {"[1, 2].first()", "optional.of(1)"},
		{"[1, 2].last()", "optional.of(2)"}, {"[].first()", "optional.none()"});
}
END_TEST

START_TEST(sets_hold_equal_values_once)
{
	CEL_NATIVE({"sets.contains([], [])", "true"}, {"sets.contains([], [1])", "false"},
		{"sets.contains([1, 2, 3, 4], [2, 3])", "true"},
		{"sets.contains([1, 2.0, 3u], [1.0, 2u, 3])", "true"},
		{"sets.equivalent([1], [1, 1])", "true"},
		{"sets.equivalent([1], [1u, 1.0])", "true"},
		{"sets.equivalent([2, 1], [1])", "false"}, {"sets.intersects([1], [])", "false"},
		{"sets.intersects([[1], [2, 3]], [[1, 2], [2, 3.0]])", "true"},
		{"sets.intersects([1,2,3,4,5,6,7,8,9,10], [11, 12.5])", "false"},
		{"sets.intersects([1,2,3,4,5,6,7,8,9,10], [11, 10.0])", "true"},
		{"sets.contains(['aaaaaaaaaaaaaaaa1','aaaaaaaaaaaaaaaa2','3','4','5','6','7','8','"
		 "9'], ['aaaaaaaaaaaaaaaa2'])",
			"true"},
		{"sets.contains([1.5, -1, 18446744073709551615u, -1.0, 4, 5, 6, 7, 8, 9], "
		 "[18446744073709551615.0])",
			"false"});
}
END_TEST

START_TEST(base64_is_read_with_and_without_padding)
{
	CEL_NATIVE({"base64.encode(b'hello')", "aGVsbG8="}, {"base64.encode(b'')", ""},
		{"base64.decode('aGVsbG8=')", "hello"}, {"base64.decode('aGVsbG8')", "hello"},
		{"base64.decode('aGVsbA')", "hell"}, {"base64.decode('')", ""},
		{"base64.decode('aGVsb')", NULL}, {"base64.decode('aGV=bG8=')", NULL},
		{"base64.decode('aGVs bG8')", NULL});
}
END_TEST

START_TEST(addresses_are_read_strictly)
{
	CEL_NATIVE({"ip('192.168.0.1')", "192.168.0.1"}, {"ip('192.168.0.256')", NULL},
		{"ip('192.168.0.01')", NULL}, {"ip('192.168.0')", NULL},
		{"ip('192.168.0.1.0')", NULL}, {"ip('')", NULL}, {"ip(' 1.2.3.4')", NULL},
		{"ip('1.2.3.+4')", NULL}, {"ip('2001:DB8::68')", "2001:db8::68"},
		{"ip('1:0:0:2:0:0:0:3')", "1:0:0:2::3"},
		{"ip('1:0:2:3:4:5:6:7')", "1:0:2:3:4:5:6:7"}, {"ip('::')", "::"},
		{"ip('1::')", "1::"}, {"ip('0:0:0:0:0:0:0:1')", "::1"},
		{"ip('1:2:3:4:5:6:7::')", "1:2:3:4:5:6:7:0"}, {"ip('2001:db8:::68')", NULL},
		{"ip(':1')", NULL}, {"ip('1:')", NULL}, {"ip('::1::')", NULL},
		{"ip('1:2:3:4:5:6:7:8:9')", NULL}, {"ip('::1:2:3:4:5:6:7:8')", NULL},
		{"ip('12345::')", NULL}, {"ip('g::')", NULL}, {"ip('fe80::1%en0')", NULL},
		{"ip('64:ff9b::1.2.3.4')", "64:ff9b::102:304"}, {"ip('1.2.3.4::')", NULL},
		{"ip('::1.2.3.4:5')", NULL}, {"ip('1:2:3:4:5:6:1.2.3.4')", "1:2:3:4:5:6:102:304"},
		{"ip('1:2:3:4:5:1.2.3.4')", NULL}, {"ip('1:2:3:4:5:6:7:1.2.3.4')", NULL},
		{"ip('::ffff:192.168.0.1')", NULL}, {"ip('::ffff:c0a8:1')", "192.168.0.1"},
		{"isIP('1.2.3.4')", "true"}, {"isIP('::ffff:1.2.3.4')", "false"},
		{"ip.isCanonical('2001:DB8::68')", "false"},
		{"ip.isCanonical('2001:db8::68')", "true"}, {"ip.isCanonical('127.0.0.1')", "true"},
		{"ip.isCanonical('127.0.0.1.0')", NULL}, {"cidr('10.0.0.0/8')", "10.0.0.0/8"},
		{"cidr('10.0.0.0/33')", NULL}, {"cidr('10.0.0.0/08')", NULL},
		{"cidr('10.0.0.0/')", NULL}, {"cidr('10.0.0.0')", NULL}, {"cidr('::/129')", NULL},
		{"cidr('fe80::1%en0/24')", NULL}, {"cidr('::ffff:192.168.0.1/24')", NULL},
		{"isCIDR('::1/128')", "true"}, {"isCIDR('::1/x')", "false"});
}
END_TEST

START_TEST(addresses_are_of_kinds_and_in_networks)
{
	CEL_NATIVE({"ip('1.2.3.4').family()", "4"}, {"ip('::1').family()", "6"},
		{"ip('0.0.0.0').isUnspecified()", "true"}, {"ip('::').isUnspecified()", "true"},
		{"ip('0.0.0.1').isUnspecified()", "false"},
		{"ip('127.9.9.9').isLoopback()", "true"}, {"ip('::1').isLoopback()", "true"},
		{"ip('::2').isLoopback()", "false"},
		{"ip('224.0.0.9').isLinkLocalMulticast()", "true"},
		{"ip('224.0.1.1').isLinkLocalMulticast()", "false"},
		{"ip('ff02::1').isLinkLocalMulticast()", "true"},
		{"ip('fd00::1').isLinkLocalMulticast()", "false"},
		{"ip('169.254.169.254').isLinkLocalUnicast()", "true"},
		{"ip('febf::1').isLinkLocalUnicast()", "true"},
		{"ip('fec0::1').isLinkLocalUnicast()", "false"},
		{"ip('192.168.0.1').isGlobalUnicast()", "true"},
		{"ip('255.255.255.255').isGlobalUnicast()", "false"},
		{"ip('ff00::1').isGlobalUnicast()", "false"},
		{"ip('::ffff:c0a8:1') == ip('192.168.0.1')", "true"},
		{"ip('::') == ip('0.0.0.0')", "false"},
		{"cidr('192.168.0.0/16').containsIP('192.168.3.4')", "true"},
		{"cidr('192.168.0.0/16').containsIP(ip('192.169.3.4'))", "false"},
		{"cidr('0.0.0.0/0').containsIP('::1')", "false"},
		{"cidr('2001:db8::/33').containsIP('2001:db8:8000::')", "false"},
		{"cidr('10.0.0.0/8').containsIP('x')", NULL},
		{"cidr('192.168.0.0/16').containsCIDR('192.168.10.0/24')", "true"},
		{"cidr('192.168.0.0/24').containsCIDR(cidr('192.168.0.0/23'))", "false"},
		{"cidr('192.168.1.0/24').containsCIDR('192.168.2.0/24')", "false"},
		{"cidr('192.168.0.1/24').masked()", "192.168.0.0/24"},
		{"cidr('2001:db8:1::/33').masked()", "2001:db8::/33"},
		{"cidr('192.168.0.1/24') == cidr('192.168.0.0/24')", "false"},
		{"cidr('192.168.0.1/24').ip()", "192.168.0.1"},
		{"cidr('::1/128').prefixLength()", "128"},
		{"string(cidr('192.168.0.0/24'))", "192.168.0.0/24"});
}
END_TEST

START_TEST(patterns_extract_and_replace)
{
	CEL_NATIVE({"regex.replace('banana', 'a', 'x', 2)", "bxnxna"},
		{"regex.replace('banana', 'a', 'x', -12)", "bxnxnx"},
		{"regex.replace('banana', 'a', 'x', 0)", "banana"},
		{"regex.replace('foo bar', '(fo)o (ba)r', r'\\2 \\1')", "ba fo"},
		{"regex.replace('foo bar', r'\\w+', r'<\\0\\\\>')", "<foo\\> <bar\\>"},
		{"regex.replace('test', '(.)', r'\\2')", NULL},
		{"regex.replace('id=123', r'id=(?P<value>\\d+)', r'\\values')", NULL},
		{"regex.replace('test', '.', r'x\\')", NULL},
		{"regex.replace('test', '(', 'x')", NULL}, {"regex.replace('', 'a*', 'x')", "x"},
		{"regex.replace('abc', '', '-')", "-a-b-c-"},
		{"regex.replace('né', '', '-')", "-n-é-"},
		{"regex.replace('a', '(b)?a', r'[\\1]')", "[]"},
		{"regex.extract('hello world', 'hello(.*)')", "optional.of( world)"},
		{"regex.extract('HELLO', 'hello')", "optional.none()"},
		{"regex.extract('brand', 'brand')", "optional.of(brand)"},
		{"regex.extract('ab', 'a(x)?b')", "optional.none()"},
		{"regex.extract('a@b', '(.*)@([^.]*)')", NULL},
		{"regex.extractAll('id:123, id:456', r'id:(\\d+)')", "[123, 456]"},
		{"regex.extractAll('id:123, id:456', 'assa')", "[]"},
		{"regex.extractAll('a@b', '(.*)@([^.]*)')", NULL});
}
END_TEST

START_TEST(hostile_patterns_are_refused_or_linear)
{
	CEL_NATIVE({"regex.extract('x', '((((a{100}){100}){100}){100}){100}')", NULL},
		{"regex.extract('x', 'a{1001}')", NULL},
		{"regex.extract('x', r'[^a]{1000}[^b]{1000}[^c]{1000}[^d]{1000}[^e]{1000}')", NULL},
		{"lists.range(2000).all(i, !'x'.matches('[^y]{1000}' + string(i)))", NULL},
		{"lists.range(17).map(i, "
		 "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa').join().matches('^(a|aa)+$')",
			"true"},
		{"regex.extract('é', r'\\C')", NULL},
		{"regex.extract('C', r'\\QC\\E')", "optional.of(C)"},
		{"regex.extract('\\\\C', r'\\\\C')", "optional.of(\\C)"},
		{"regex.extract('x', '(?<!a)x')", NULL}, {"regex.extract('x', r'(x)\\1')", NULL},
		{"regex.extract(lists.range(2000).size() == 2000 ? "
		 "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' : '', '^(a|aa)+$')",
			"optional.none()"});
}
END_TEST

UNIT_TESTS("cel-lib-native", strings_count_code_points, strings_are_searched_from_both_ends,
	strings_are_taken_apart_and_put_together,
	format_writes_each_clause_as_the_specification_says,
	math_compares_by_value_and_keeps_the_kind, lists_are_rearranged,
	sets_hold_equal_values_once, base64_is_read_with_and_without_padding,
	addresses_are_read_strictly, addresses_are_of_kinds_and_in_networks,
	patterns_extract_and_replace, hostile_patterns_are_refused_or_linear)
