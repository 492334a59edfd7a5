/* SPDX-License-Identifier: Apache-2.0 */
#include "data/map.h"
#include "unit.h"

#include <math.h>

static struct arena memory;

static struct value key_number(unsigned i)
{
	return value_string(str_format(&memory, "key-%u", i));
}

static struct value numbered_map(size_t count)
{
	struct value_entry *entries = map_entries_new(&memory, count);
	for (size_t i = 0; i < count; i++)
		entries[i] = (struct value_entry){key_number((unsigned)i), value_int((int64_t)i)};
	struct value map;
	struct error err = {0};
	ck_assert_int_eq(map_make(entries, count, &map, &err), 0);
	return map;
}

START_TEST(every_key_is_found_in_maps_of_all_sizes)
{
	arena_init(&memory, 1 << 26);
	for (size_t count = 0; count < 70; count++) {
		struct value map = numbered_map(count);
		for (size_t i = 0; i < count; i++) {
			struct value key = key_number((unsigned)i);
			const struct value *found = map_get(&map, &key);
			ck_assert(value_is(found, VALUE_INT) && found->integer == (int64_t)i);
		}
		ck_assert_ptr_null(map_get_str(&map, STR("absent")));
		ck_assert_ptr_null(map_get_str(&map, STR("")));
		ck_assert_ptr_null(map_find(&map, &(struct value){.kind = VALUE_INT}));
	}
	arena_release(&memory);
}
END_TEST

START_TEST(what_is_no_map_has_no_keys)
{
	struct value text = value_string(STR("text"));
	ck_assert_ptr_null(map_get_str(NULL, STR("key")));
	ck_assert_ptr_null(map_get_str(&text, STR("key")));
	ck_assert_ptr_null(map_find(&text, &text));
}
END_TEST

START_TEST(keys_that_collide_in_the_hash_are_told_apart)
{
	/* Head and tail are all the hash reads, so these share one. */
	arena_init(&memory, 1 << 26);
	for (size_t count = 2; count < 3000; count = count * 3) {
		struct value_entry *entries = map_entries_new(&memory, count);
		for (size_t i = 0; i < count; i++)
			entries[i].key = value_string(
				str_format(&memory, "aaaaaaaa%06u-bbbbbbbb", (unsigned)i));
		struct value map;
		struct error err = {0};
		ck_assert_int_eq(map_make(entries, count, &map, &err), 0);
		for (size_t i = 0; i < count; i++)
			ck_assert_ptr_eq(map_find(&map, &entries[i].key), &entries[i]);
	}
	arena_release(&memory);
}
END_TEST

START_TEST(both_ways_to_hash_agree)
{
	char text[64 + 8];
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)(i * 37 + 11);
	for (size_t start = 0; start < 8; start++) {
		for (size_t len = 0; len + start < 64; len++) {
			struct str s = {text + start, len};
			ck_assert_uint_eq(value_hash(s), value_hash_readable(s));
		}
	}
}
END_TEST

START_TEST(a_duplicate_is_refused_with_both_places)
{
	arena_init(&memory, 1 << 26);
	static const size_t counts[] = {2, 16, 17, 40, 1000};
	for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
		size_t count = counts[c];
		struct value_entry *entries = map_entries_new(&memory, count);
		for (size_t i = 0; i < count; i++)
			entries[i].key = value_at(key_number(i == count - 1 ? 0 : (unsigned)i),
				(struct origin){(uint32_t)i + 1, 3});
		struct value map;
		struct error err = {0};
		ck_assert_int_eq(map_make(entries, count, &map, &err), -1);
		ck_assert_uint_eq(err.origin.line, count);
		ck_assert_uint_eq(err.origin.column, 3);
		ck_assert_ptr_nonnull(strstr(err.message, "\"key-0\""));
		ck_assert_ptr_nonnull(strstr(err.message, "line 1,"));
	}
	arena_release(&memory);
}
END_TEST

/* Numbers of any kind that are one number are one key; others are not. */
static const struct {
	struct value a, b;
	int order;
} numbers[] = {
	{{.kind = VALUE_INT, .integer = 1}, {.kind = VALUE_UINT, .natural = 1}, 0},
	{{.kind = VALUE_INT, .integer = 1}, {.kind = VALUE_DOUBLE, .real = 1}, 0},
	{{.kind = VALUE_INT, .integer = 1}, {.kind = VALUE_DOUBLE, .real = 1.5}, -1},
	{{.kind = VALUE_INT, .integer = -1}, {.kind = VALUE_DOUBLE, .real = -1.5}, 1},
	{{.kind = VALUE_INT, .integer = -1}, {.kind = VALUE_UINT, .natural = UINT64_MAX}, -1},
	{{.kind = VALUE_INT, .integer = INT64_MAX}, {.kind = VALUE_DOUBLE, .real = 0x1p63}, -1},
	{{.kind = VALUE_INT, .integer = INT64_MIN}, {.kind = VALUE_DOUBLE, .real = -0x1p63}, 0},
	{{.kind = VALUE_INT, .integer = (1ll << 53) + 1}, {.kind = VALUE_DOUBLE, .real = 0x1p53},
		1},
	{{.kind = VALUE_UINT, .natural = UINT64_MAX}, {.kind = VALUE_DOUBLE, .real = 0x1p64}, -1},
	{{.kind = VALUE_UINT, .natural = 0}, {.kind = VALUE_DOUBLE, .real = -0.5}, 1},
	{{.kind = VALUE_UINT, .natural = 7}, {.kind = VALUE_UINT, .natural = 9}, -1},
	{{.kind = VALUE_DOUBLE, .real = 0.0}, {.kind = VALUE_DOUBLE, .real = -0.0}, 0},
	{{.kind = VALUE_DOUBLE, .real = NAN}, {.kind = VALUE_DOUBLE, .real = NAN}, VALUE_UNORDERED},
	{{.kind = VALUE_INT, .integer = 0}, {.kind = VALUE_DOUBLE, .real = NAN}, VALUE_UNORDERED},
	{{.kind = VALUE_INT, .integer = 0}, {.kind = VALUE_DOUBLE, .real = INFINITY}, -1},
};

START_TEST(numbers_compare_by_mathematical_value)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const struct value *a = &numbers[i].a, *b = &numbers[i].b;
		int order = numbers[i].order, back = order == VALUE_UNORDERED ? order : -order;
		ck_assert_msg(value_compare_numbers(a, b) == order, "row %zu", i);
		ck_assert_msg(value_compare_numbers(b, a) == back, "row %zu", i);
		ck_assert_msg(value_equal(a, b) == (order == 0), "row %zu", i);
	}
}
END_TEST

START_TEST(keys_that_are_one_number_are_one_key)
{
	arena_init(&memory, 1 << 20);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		for (size_t count = 2; count <= 40; count += 38) {
			struct value_entry *entries = map_entries_new(&memory, count);
			for (size_t j = 2; j < count; j++)
				entries[j].key = value_int(1000 + (int64_t)j);
			entries[0].key = numbers[i].a;
			entries[1].key = numbers[i].b;
			struct value map;
			struct error err = {0};
			int result = map_make(entries, count, &map, &err);
			ck_assert_int_eq(result, numbers[i].order == 0 ? -1 : 0);
		}
	}
	arena_release(&memory);
}
END_TEST

START_TEST(keys_of_different_kinds_live_in_one_map)
{
	arena_init(&memory, 1 << 20);
	for (size_t count = 5; count <= 60; count += 55) {
		struct value_entry *entries = map_entries_new(&memory, count);
		entries[0].key = value_bool(true);
		entries[1].key = value_bool(false);
		entries[2].key = value_int(1);
		entries[3].key = value_string(STR("1"));
		entries[4].key = value_double(0.5);
		for (size_t i = 5; i < count; i++)
			entries[i].key = i % 2 ? value_uint(i) : key_number((unsigned)i);
		struct value map;
		struct error err = {0};
		ck_assert_int_eq(map_make(entries, count, &map, &err), 0);
		for (size_t i = 0; i < count; i++)
			ck_assert_ptr_eq(map_find(&map, &entries[i].key), &entries[i]);
		ck_assert_ptr_eq(map_find(&map, &(struct value){.kind = VALUE_DOUBLE, .real = 1}),
			&entries[2]);
		ck_assert_ptr_null(map_find(&map, &(struct value){.kind = VALUE_NULL}));
		ck_assert_ptr_null(map_find(&map, &(struct value){.kind = VALUE_LIST}));
	}
	arena_release(&memory);
}
END_TEST

START_TEST(equality_looks_inside_and_ignores_the_order_of_keys)
{
	arena_init(&memory, 1 << 20);
	struct value a = numbered_map(20), b = numbered_map(20), c = numbered_map(19);
	struct value_entry *turned = map_entries_new(&memory, 20);
	for (size_t i = 0; i < 20; i++)
		turned[i] = b.entries[19 - i];
	struct error err = {0};
	ck_assert_int_eq(map_make(turned, 20, &b, &err), 0);
	ck_assert(value_equal(&a, &b));
	ck_assert(!value_equal(&a, &c));
	struct value list_a = value_list(&a, 1), list_b = value_list(&b, 1),
		     none = value_list(NULL, 0);
	ck_assert(value_equal(&list_a, &list_b));
	ck_assert(!value_equal(&list_a, &none));
	ck_assert(!value_equal(&none, &a));
	struct value text = value_string(STR("a")), bytes = value_bytes(STR("a"));
	ck_assert(!value_equal(&text, &bytes));
	arena_release(&memory);
}
END_TEST

UNIT_TESTS("map", every_key_is_found_in_maps_of_all_sizes, what_is_no_map_has_no_keys,
	keys_that_collide_in_the_hash_are_told_apart, a_duplicate_is_refused_with_both_places,
	both_ways_to_hash_agree, numbers_compare_by_mathematical_value,
	keys_that_are_one_number_are_one_key, keys_of_different_kinds_live_in_one_map,
	equality_looks_inside_and_ignores_the_order_of_keys)
