/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/spec_reader.h"

#include "base/limits.h"

#include <stdarg.h>
#include <stdio.h>

enum { WAY_BYTES = 160, PHRASE_BYTES = 200 };

static void put_way(struct buf *out, const struct spec_step *step)
{
	if (!step)
		return;
	put_way(out, step->up);
	if (!step->key) {
		buf_printf(out, "[%zu]", step->index);
		return;
	}
	if (out->len > 0)
		buf_put_char(out, '.');
	buf_put(out, (struct str){step->key, step->key_length});
}

int spec_fail(struct spec_reader *reader, struct origin origin, const char *format, ...)
{
	char way[WAY_BYTES], phrase[PHRASE_BYTES];
	struct buf out;
	buf_init_fixed(&out, way, sizeof(way));
	put_way(&out, reader->at);
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(phrase, sizeof(phrase), format, arguments);
	va_end(arguments);
	return ERROR_SET(reader->err, ERROR_INPUT, origin, "%.*s%s%s", STR_ARGS(buf_str(&out)),
		out.len > 0 ? ": " : "", phrase);
}

void spec_note_unknown(struct spec_reader *reader, struct origin origin, const char *detail)
{
	if (reader->unknown_count >= LIMIT_CONTEXT_UNKNOWN)
		return;
	char way[WAY_BYTES];
	struct buf out;
	buf_init_fixed(&out, way, sizeof(way));
	put_way(&out, reader->at);
	if (reader->unknown_count == reader->unknown_capacity)
		reader->unknown = arena_grow(reader->arena, reader->unknown, reader->unknown_count,
			&reader->unknown_capacity, sizeof(*reader->unknown));
	struct str what = str_format(reader->arena, "%.*s%s%s", STR_ARGS(buf_str(&out)),
		detail ? ": " : "", detail ? detail : "");
	reader->unknown[reader->unknown_count++] =
		(struct spec_unknown){.what = what.data, .origin = origin};
}

static const char *kind_name(const struct value *v)
{
	static const char *const names[] = {[VALUE_NULL] = "null",
		[VALUE_BOOL] = "a boolean",
		[VALUE_INT] = "a number",
		[VALUE_UINT] = "a number",
		[VALUE_DOUBLE] = "a number",
		[VALUE_STRING] = "a string",
		[VALUE_BYTES] = "bytes",
		[VALUE_LIST] = "a list",
		[VALUE_MAP] = "an object"};
	return names[v->kind];
}

static int fail_kind(struct spec_reader *reader, const struct value *v, const char *expected)
{
	(void)spec_fail(reader, v->origin, "%s where %s belongs", kind_name(v), expected);
	error_set_remedy(reader->err, "write %s, or remove the field", expected);
	return -1;
}

static int expect(struct spec_reader *reader, const struct value *v, enum value_kind kind,
	const char *expected)
{
	return value_is(v, kind) ? 0 : fail_kind(reader, v, expected);
}

bool spec_name_find(const struct spec_name *names, const char *name, uint64_t *ret_number)
{
	for (; names->name; names++) {
		if (strcmp(names->name, name) == 0) {
			*ret_number = names->number;
			return true;
		}
	}
	return false;
}

int spec_read_text(struct spec_reader *reader, const struct value *v, struct spec_text *ret_text)
{
	if (expect(reader, v, VALUE_STRING, "a string") < 0)
		return -1;
	struct str s = value_str(v);
	if (s.len > 0 && memchr(s.data, '\0', s.len)) {
		(void)spec_fail(reader, v->origin, "the text holds a 0 byte");
		error_set_remedy(
			reader->err, "remove \\u0000: the kernel would cut the text there");
		return -1;
	}
	*ret_text = (struct spec_text){str_copy(reader->arena, s).data, v->origin};
	return 0;
}

static int read_text(struct spec_reader *reader, const struct spec_field *field,
	const struct value *v, void *target)
{
	(void)field;
	return spec_read_text(reader, v, target);
}

static int read_texts(struct spec_reader *reader, const struct spec_field *field,
	const struct value *v, void *target)
{
	(void)field;
	if (expect(reader, v, VALUE_LIST, "a list of strings") < 0)
		return -1;
	struct spec_text *items = ARENA_NEW_ARRAY(reader->arena, struct spec_text, v->count);
	struct spec_step step = {.up = reader->at};
	reader->at = &step;
	for (; step.index < v->count; step.index++)
		if (spec_read_text(reader, &v->items[step.index], &items[step.index]) < 0)
			return -1;
	reader->at = step.up;
	*(struct spec_texts *)target = (struct spec_texts){items, v->count, v->origin};
	return 0;
}

static int fail_range(struct spec_reader *reader, const struct value *v, int64_t min, int64_t max)
{
	(void)spec_fail(reader, v->origin, "the number must be from %lld to %lld", (long long)min,
		(long long)max);
	return -1;
}

static int read_integer(struct spec_reader *reader, const struct spec_field *field,
	const struct value *v, int64_t *ret)
{
	if (v->kind == VALUE_UINT)
		return fail_range(reader, v, INT64_MIN, INT64_MAX);
	if (expect(reader, v, VALUE_INT, "a whole number") < 0)
		return -1;
	bool bounded = field->min != 0 || field->max != 0;
	if (bounded && (v->integer < field->min || v->integer > field->max))
		return fail_range(reader, v, field->min, field->max);
	*ret = v->integer;
	return 0;
}

static int read_whole(struct spec_reader *reader, const struct value *v, uint64_t *ret)
{
	if (v->kind == VALUE_UINT) {
		*ret = v->natural;
		return 0;
	}
	if (expect(reader, v, VALUE_INT, "a whole number") < 0)
		return -1;
	if (v->integer < 0)
		return spec_fail(reader, v->origin, "the number must not be negative");
	*ret = (uint64_t)v->integer;
	return 0;
}

static int read_int64(struct spec_reader *reader, const struct spec_field *field,
	const struct value *v, void *target)
{
	return read_integer(reader, field, v, target);
}

static int read_uint64(struct spec_reader *reader, const struct spec_field *field,
	const struct value *v, void *target)
{
	(void)field;
	return read_whole(reader, v, target);
}

static int read_number(struct spec_reader *reader, const struct spec_field *field,
	const struct value *v, void *target)
{
	struct spec_number *number = target;
	number->set = true;
	number->origin = v->origin;
	return read_integer(reader, field, v, &number->value);
}

static int read_natural(struct spec_reader *reader, const struct spec_field *field,
	const struct value *v, void *target)
{
	(void)field;
	struct spec_natural *natural = target;
	natural->set = true;
	natural->origin = v->origin;
	return read_whole(reader, v, &natural->value);
}

static int read_bool(struct spec_reader *reader, const struct spec_field *field,
	const struct value *v, void *target)
{
	(void)field;
	if (expect(reader, v, VALUE_BOOL, "true or false") < 0)
		return -1;
	*(bool *)target = v->boolean;
	return 0;
}

static int read_choice(struct spec_reader *reader, const struct spec_field *field,
	const struct value *v, void *target)
{
	struct spec_choice *choice = target;
	choice->set = true;
	choice->origin = v->origin;
	return read_bool(reader, field, v, &choice->value);
}

static int read_id(struct spec_reader *reader, const struct spec_field *field,
	const struct value *v, void *target)
{
	(void)field;
	uint64_t id = 0;
	if (read_whole(reader, v, &id) < 0)
		return -1;
	if (id >= UINT32_MAX)
		return fail_range(reader, v, 0, (int64_t)UINT32_MAX - 1);
	*(uint32_t *)target = (uint32_t)id;
	return 0;
}

static int read_name(struct spec_reader *reader, const struct spec_field *field,
	const struct value *v, void *target)
{
	struct spec_text text;
	if (spec_read_text(reader, v, &text) < 0)
		return -1;
	if (spec_name_find(field->names, text.text, target))
		return 0;
	(void)spec_fail(reader, v->origin, "'%s' is no name known here", text.text);
	error_set_remedy(reader->err, "use a name of the runtime specification, such as %s",
		field->names[0].name);
	return -1;
}

static int read_flags(struct spec_reader *reader, const struct spec_field *field,
	const struct value *v, void *target)
{
	if (expect(reader, v, VALUE_LIST, "a list of strings") < 0)
		return -1;
	uint64_t *flags = target;
	for (uint32_t i = 0; i < v->count; i++) {
		uint64_t flag = 0;
		if (read_name(reader, field, &v->items[i], &flag) < 0)
			return -1;
		*flags |= flag;
	}
	return 0;
}

static int read_pairs(struct spec_reader *reader, const struct spec_field *field,
	const struct value *v, void *target)
{
	(void)field;
	if (expect(reader, v, VALUE_MAP, "an object") < 0)
		return -1;
	struct spec_pair *items = ARENA_NEW_ARRAY(reader->arena, struct spec_pair, v->count);
	struct spec_step step = {.up = reader->at};
	reader->at = &step;
	for (uint32_t i = 0; i < v->count; i++) {
		struct str key = value_str(&v->entries[i].key);
		step.key = key.data;
		step.key_length = key.len;
		if (spec_read_text(reader, &v->entries[i].key, &items[i].key) < 0 ||
			spec_read_text(reader, &v->entries[i].value, &items[i].value) < 0)
			return -1;
	}
	reader->at = step.up;
	*(struct spec_pairs *)target = (struct spec_pairs){items, v->count, v->origin};
	return 0;
}

static int read_object(struct spec_reader *reader, const struct spec_field *field,
	const struct value *v, void *target)
{
	return spec_reader_object(reader, v, field->shape, target);
}

static int read_pointer(struct spec_reader *reader, const struct spec_field *field,
	const struct value *v, void *target)
{
	void *object = arena_alloc_array(reader->arena, 1, field->shape->size);
	*(void **)target = object;
	return spec_reader_object(reader, v, field->shape, object);
}

/* The layout of every list in the headers; the origin is only there for SPEC_LIST and SPEC_MAP. */
struct list {
	void *items;
	size_t count;
	struct origin origin;
};

static int read_items(struct spec_reader *reader, const struct spec_field *field,
	const struct value *v, void *target)
{
	if (expect(reader, v, VALUE_LIST, "a list") < 0)
		return -1;
	struct list *list = target;
	list->items = arena_alloc_array(reader->arena, v->count, field->shape->size);
	list->count = v->count;
	struct spec_step step = {.up = reader->at};
	reader->at = &step;
	for (; step.index < v->count; step.index++)
		if (spec_reader_object(reader, &v->items[step.index], field->shape,
			    (char *)list->items + step.index * field->shape->size) < 0)
			return -1;
	reader->at = step.up;
	return 0;
}

static int read_list(struct spec_reader *reader, const struct spec_field *field,
	const struct value *v, void *target)
{
	((struct list *)target)->origin = v->origin;
	return read_items(reader, field, v, target);
}

static int read_numbers(struct spec_reader *reader, const struct spec_field *field,
	const struct value *v, void *target)
{
	if (expect(reader, v, VALUE_LIST, "a list of numbers") < 0)
		return -1;
	struct spec_number *items = ARENA_NEW_ARRAY(reader->arena, struct spec_number, v->count);
	struct spec_step step = {.up = reader->at};
	reader->at = &step;
	for (; step.index < v->count; step.index++)
		if (read_number(reader, field, &v->items[step.index], &items[step.index]) < 0)
			return -1;
	reader->at = step.up;
	((struct list *)target)->items = items;
	((struct list *)target)->count = v->count;
	return 0;
}

static int read_map(struct spec_reader *reader, const struct spec_field *field,
	const struct value *v, void *target)
{
	if (expect(reader, v, VALUE_MAP, "an object") < 0)
		return -1;
	struct list *list = target;
	*list = (struct list){
		.items = arena_alloc_array(reader->arena, v->count, field->shape->size),
		.count = v->count,
		.origin = v->origin};
	struct spec_step step = {.up = reader->at};
	reader->at = &step;
	for (uint32_t i = 0; i < v->count; i++) {
		struct str key = value_str(&v->entries[i].key);
		step.key = key.data;
		step.key_length = key.len;
		char *item = (char *)list->items + i * field->shape->size;
		if (spec_reader_object(reader, &v->entries[i].value, field->shape, item) < 0 ||
			spec_read_text(
				reader, &v->entries[i].key, (struct spec_text *)(void *)item) < 0)
			return -1;
	}
	reader->at = step.up;
	return 0;
}

static int read_custom(struct spec_reader *reader, const struct spec_field *field,
	const struct value *v, void *target)
{
	return field->read(reader, v, target);
}

static int read_field(struct spec_reader *reader, const struct spec_field *field,
	const struct value *v, void *target)
{
	static int (*const readers[])(
		struct spec_reader *, const struct spec_field *, const struct value *, void *) = {
		[SPEC_TEXT] = read_text,
		[SPEC_TEXTS] = read_texts,
		[SPEC_NUMBER] = read_number,
		[SPEC_NATURAL] = read_natural,
		[SPEC_CHOICE] = read_choice,
		[SPEC_BOOL] = read_bool,
		[SPEC_INT64] = read_int64,
		[SPEC_UINT64] = read_uint64,
		[SPEC_ID] = read_id,
		[SPEC_NAME] = read_name,
		[SPEC_FLAGS] = read_flags,
		[SPEC_PAIRS] = read_pairs,
		[SPEC_OBJECT] = read_object,
		[SPEC_POINTER] = read_pointer,
		[SPEC_LIST] = read_list,
		[SPEC_ITEMS] = read_items,
		[SPEC_NUMBERS] = read_numbers,
		[SPEC_MAP] = read_map,
		[SPEC_CUSTOM] = read_custom,
	};
	return readers[field->kind](reader, field, v, target);
}

static const struct spec_field *find_field(const struct spec_shape *shape, struct str key)
{
	for (const struct spec_field *field = shape->fields; key.len > 0 && field->key[0]; field++)
		if (field->key[0] == key.data[0] && str_equal(str_from(field->key), key))
			return field;
	return NULL;
}

static int check_required(
	struct spec_reader *reader, const struct value *v, const struct spec_shape *shape)
{
	uint32_t position = 0;
	for (const struct spec_field *field = shape->fields; field->key[0]; field++) {
		if (!field->required)
			continue;
		bool given = false;
		for (position = 0; position < v->count && !given; position++)
			given = str_equal(value_str(&v->entries[position].key),
					str_from(field->key)) &&
				v->entries[position].value.kind != VALUE_NULL;
		if (!given) {
			(void)spec_fail(reader, v->origin, "'%s' is missing", field->key);
			error_set_remedy(
				reader->err, "add it: the runtime specification requires it");
			return -1;
		}
	}
	return 0;
}

int spec_reader_object(struct spec_reader *reader, const struct value *v,
	const struct spec_shape *shape, void *target)
{
	if (expect(reader, v, VALUE_MAP, "an object") < 0 || check_required(reader, v, shape) < 0)
		return -1;
	if (shape->has_origin)
		*(struct origin *)(void *)((char *)target + shape->origin_offset) = v->origin;
	struct spec_step step = {.up = reader->at};
	reader->at = &step;
	for (uint32_t i = 0; i < v->count; i++) {
		struct str key = value_str(&v->entries[i].key);
		step.key = key.data;
		step.key_length = key.len;
		const struct spec_field *field = find_field(shape, key);
		if (!field)
			spec_note_unknown(reader, v->entries[i].key.origin, NULL);
		else if (v->entries[i].value.kind != VALUE_NULL &&
			 read_field(reader, field, &v->entries[i].value,
				 (char *)target + field->offset) < 0)
			return -1;
	}
	reader->at = step.up;
	return shape->finish ? shape->finish(reader, target) : 0;
}
