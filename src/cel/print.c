/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "cel/cel.h"
#include "cel/compare.h"
#include "cel/datetime.h"
#include "cel/real.h"

/* Maps are printed in the order of their keys' texts, a chunk at a time so that no memory is
 * needed; maps too large for that keep the order of their document. */
enum { SORTED_CHUNK = 64, SORTED_ENTRIES = 1024 };

static void print_value(const struct value *v, struct buf *out, unsigned depth);

/* What nests deeper than anything a document holds is not followed to its end. */
static bool is_cut(struct buf *out, unsigned depth)
{
	if (depth > LIMIT_CEL_VALUE_DEPTH)
		buf_puts(out, "...");
	return depth > LIMIT_CEL_VALUE_DEPTH;
}

static void print_list(const struct value *list, struct buf *out, unsigned depth)
{
	if (is_cut(out, depth))
		return;
	buf_put_char(out, '[');
	for (uint32_t i = 0; i < list->count && !out->truncated; i++) {
		if (i > 0)
			buf_puts(out, ", ");
		print_value(&list->items[i], out, depth + 1);
	}
	buf_put_char(out, ']');
}

enum { KEY_BYTES = 40 };

/* The text of a key; room holds KEY_BYTES for those that are no strings. */
static struct str key_text(const struct value *key, char *room)
{
	if (key->kind == VALUE_STRING)
		return value_str(key);
	struct buf out;
	buf_init_fixed(&out, room, KEY_BYTES);
	print_value(key, &out, 0);
	return buf_str(&out);
}

static int compare_keys(const struct value *a, const struct value *b)
{
	char room_a[KEY_BYTES], room_b[KEY_BYTES];
	return str_compare(key_text(a, room_a), key_text(b, room_b));
}

static void print_entry(const struct value_entry *entry, struct buf *out, unsigned depth)
{
	print_value(&entry->key, out, depth + 1);
	buf_puts(out, ": ");
	print_value(&entry->value, out, depth + 1);
}

/* The smallest entries greater than `last`, in order; returns how many. */
static size_t next_chunk(const struct value *map, const struct value_entry *last,
	const struct value_entry *ret_chunk[SORTED_CHUNK])
{
	size_t count = 0;
	for (uint32_t i = 0; i < map->count; i++) {
		const struct value_entry *entry = &map->entries[i];
		if (last && compare_keys(&entry->key, &last->key) <= 0)
			continue;
		if (count == SORTED_CHUNK &&
			compare_keys(&entry->key, &ret_chunk[count - 1]->key) >= 0)
			continue;
		size_t at = count < SORTED_CHUNK ? count++ : count - 1;
		for (; at > 0 && compare_keys(&entry->key, &ret_chunk[at - 1]->key) < 0; at--)
			ret_chunk[at] = ret_chunk[at - 1];
		ret_chunk[at] = entry;
	}
	return count;
}

static void print_sorted(const struct value *map, struct buf *out, unsigned depth)
{
	const struct value_entry *chunk[SORTED_CHUNK], *last = NULL;
	while (!out->truncated) {
		size_t count = next_chunk(map, last, chunk);
		for (size_t i = 0; i < count; i++) {
			if (last || i > 0)
				buf_puts(out, ", ");
			print_entry(chunk[i], out, depth);
		}
		if (count < SORTED_CHUNK)
			break;
		last = chunk[count - 1];
	}
}

static void print_map(const struct value *map, struct buf *out, unsigned depth)
{
	if (is_cut(out, depth))
		return;
	buf_put_char(out, '{');
	if (map->count <= SORTED_ENTRIES) {
		print_sorted(map, out, depth);
	} else {
		for (uint32_t i = 0; i < map->count && !out->truncated; i++) {
			if (i > 0)
				buf_puts(out, ", ");
			print_entry(&map->entries[i], out, depth);
		}
	}
	buf_put_char(out, '}');
}

static void print_optional(const struct value *optional, struct buf *out, unsigned depth)
{
	if (is_cut(out, depth))
		return;
	if (optional->count == 0) {
		buf_puts(out, "optional.none()");
		return;
	}
	buf_puts(out, "optional.of(");
	print_value(optional->items, out, depth + 1);
	buf_put_char(out, ')');
}

static void print_failure(const struct value *error, struct buf *out)
{
	const struct cel_failure *failure = error->pointer;
	buf_puts(out, "error: ");
	buf_put(out, failure->message);
}

static void print_special(const struct value *v, struct buf *out, unsigned depth)
{
	switch (v->kind) {
	case CEL_TIMESTAMP:
		time_print_timestamp(v, out);
		break;
	case CEL_DURATION:
		time_print_duration(v, out);
		break;
	case CEL_TYPE:
		buf_put(out, cel_type_name(v->pointer));
		break;
	case CEL_OPTIONAL:
		print_optional(v, out, depth);
		break;
	case CEL_OPAQUE:
		((const struct cel_opaque *)v->pointer)->class->print(v->pointer, out);
		break;
	case CEL_ERROR:
		print_failure(v, out);
		break;
	default:
		buf_puts(out, "unset");
	}
}

static void print_value(const struct value *v, struct buf *out, unsigned depth)
{
	switch (v->kind) {
	case VALUE_NULL:
		buf_puts(out, "null");
		break;
	case VALUE_BOOL:
		buf_put(out, v->boolean ? STR("true") : STR("false"));
		break;
	case VALUE_INT:
		buf_put_int(out, v->integer);
		break;
	case VALUE_UINT:
		buf_put_uint(out, v->natural);
		break;
	case VALUE_DOUBLE:
		real_print_plain(v->real, out);
		break;
	case VALUE_STRING:
	case VALUE_BYTES:
		buf_put(out, value_str(v));
		break;
	case VALUE_LIST:
		print_list(v, out, depth);
		break;
	case VALUE_MAP:
		print_map(v, out, depth);
		break;
	default:
		print_special(v, out, depth);
	}
}

void cel_print(const struct value *v, struct buf *out)
{
	print_value(v, out, 0);
}

static const struct cel_type *opaque_type(struct arena *arena, const struct value *v)
{
	const struct cel_opaque *opaque = v->pointer;
	return cel_type_new(arena, CEL_TYPE_OPAQUE, opaque->class->type_name, NULL, NULL);
}

const struct cel_type *cel_type_of(struct arena *arena, const struct value *v)
{
	static const struct cel_type *const plain[] = {
		[VALUE_NULL] = &cel_type_null,
		[VALUE_BOOL] = &cel_type_bool,
		[VALUE_INT] = &cel_type_int,
		[VALUE_UINT] = &cel_type_uint,
		[VALUE_DOUBLE] = &cel_type_double,
		[VALUE_STRING] = &cel_type_string,
		[VALUE_BYTES] = &cel_type_bytes,
		[VALUE_LIST] = &cel_type_list_dyn,
		[VALUE_MAP] = &cel_type_map_dyn,
		[CEL_TIMESTAMP] = &cel_type_timestamp,
		[CEL_DURATION] = &cel_type_duration,
		[CEL_TYPE] = &cel_type_type,
		[CEL_OPTIONAL] = &cel_type_optional_dyn,
		[CEL_ERROR] = &cel_type_error,
		[CEL_UNSET] = &cel_type_error,
	};
	return v->kind == CEL_OPAQUE ? opaque_type(arena, v) : plain[v->kind];
}
