/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/form.h"

#include "base/limits.h"
#include "cel/datetime.h"
#include "data/map.h"
#include "policy/date.h"

static const char *const kind_names[] = {[VALUE_NULL] = "nothing",
	[VALUE_BOOL] = "a bool",
	[VALUE_INT] = "a number",
	[VALUE_UINT] = "a number",
	[VALUE_DOUBLE] = "a number",
	[VALUE_STRING] = "a text",
	[VALUE_BYTES] = "bytes",
	[VALUE_LIST] = "a list",
	[VALUE_MAP] = "a map"};

/* What an expression already means by a word: keywords, words kept for later, types, and what a
 * policy brings. */
static const char *const reserved_names[] = {"true", "false", "null", "in", "as", "break", "const",
	"continue", "else", "for", "function", "if", "import", "let", "loop", "package",
	"namespace", "return", "var", "void", "while", "bool", "int", "uint", "double", "string",
	"bytes", "list", "map", "type", "null_type", "dyn", "timestamp", "duration", "optional",
	"cel", "math", "strings", "sets", "lists", "base64", "regex", "net", "variables", "params",
	NULL};

/* A value being checked: where it stands, for messages. */
struct spot {
	const char *field;
	const struct form_field *row;
	const struct value *value;
};

static bool check_object(struct problems *problems, const struct form_field *fields,
	const struct value *object, const char *name);

static bool wrong_kind(struct problems *problems, const struct spot *spot, const char *wanted)
{
	const struct value *v = spot->value;
	bool scalar = v->kind >= VALUE_BOOL && v->kind <= VALUE_DOUBLE;
	bool text = spot->row->type < FORM_NUMBER || spot->row->type == FORM_MOMENT;
	const char *remedy = v->kind == VALUE_NULL ? "give it a value, or remove it"
			     : scalar && text      ? "put it in quotes to make it a text"
						   : NULL;
	problem_at(problems, v, remedy, "`%s` must be %s, not %s", spot->field, wanted,
		kind_names[v->kind]);
	return false;
}

static bool is_lower_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_id(struct str s)
{
	bool after_word = false;
	for (size_t i = 0; i < s.len; i++) {
		bool joint = s.data[i] == '.' || s.data[i] == '-';
		if (joint ? !after_word : !is_lower_or_digit(s.data[i]))
			return false;
		after_word = !joint;
	}
	return after_word && s.len <= LIMIT_POLICY_ID_BYTES;
}

static bool is_identifier(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
		if (!letter && !(i > 0 && c >= '0' && c <= '9'))
			return false;
	}
	return s.len > 0 && s.len <= LIMIT_POLICY_ID_BYTES;
}

static bool is_word_of(struct str s, const char *const *words)
{
	while (*words && !str_equal(s, str_from(*words)))
		words++;
	return *words != NULL;
}

static bool check_id(struct problems *problems, const struct spot *spot)
{
	struct str s = value_str(spot->value);
	if (is_id(s))
		return true;
	problem_at(problems, spot->value, "write for example images.no-latest-tag",
		"`%.*s` is no id: lower-case words of letters and digits joined by '.' or '-', at "
		"most %d bytes",
		QUOTE(s), LIMIT_POLICY_ID_BYTES);
	return false;
}

static bool check_name(struct problems *problems, const struct spot *spot)
{
	struct str s = value_str(spot->value);
	if (!is_identifier(s)) {
		problem_at(problems, spot->value, "use letters, digits and _, and no digit first",
			"`%.*s` is no name that an expression could use", QUOTE(s));
		return false;
	}
	if (!is_word_of(s, reserved_names))
		return true;
	problem_at(problems, spot->value, "choose another name",
		"`%.*s` is reserved: an expression means something else by it", QUOTE(s));
	return false;
}

static bool check_word(struct problems *problems, const struct spot *spot)
{
	struct str s = value_str(spot->value);
	if (is_word_of(s, spot->row->words))
		return true;
	char list[128] = "";
	struct buf buf;
	struct nearest nearest = nearest_to(s);
	buf_init_fixed(&buf, list, sizeof(list) - 1);
	for (const char *const *word = spot->row->words; *word; word++) {
		if (word != spot->row->words)
			buf_put(&buf, word[1] ? STR(", ") : STR(" or "));
		buf_put(&buf, str_from(*word));
		nearest_try(&nearest, str_from(*word));
	}
	problem_at(problems, spot->value, problem_suggest(problems, nearest.word),
		"`%s` must be %.*s, not `%.*s`", spot->field, STR_ARGS(buf_str(&buf)), QUOTE(s));
	return false;
}

static bool check_date(struct problems *problems, const struct spot *spot)
{
	int64_t end_s;
	if (date_parse_end(value_str(spot->value), &end_s))
		return true;
	problem_at(problems, spot->value, "write 2026-12-31 or 2026-12-31T18:00:00Z",
		"`%s` is no date", spot->field);
	return false;
}

static bool check_glob(struct problems *problems, const struct spot *spot)
{
	if (spot->value->count <= LIMIT_GLOB_BYTES)
		return true;
	problem_at(problems, spot->value, NULL, "a pattern has at most %d bytes", LIMIT_GLOB_BYTES);
	return false;
}

static bool check_text(struct problems *problems, const struct spot *spot)
{
	if (str_trim(value_str(spot->value)).len > 0)
		return true;
	problem_at(problems, spot->value, "give it a text, or remove it", "`%s` is empty",
		spot->field);
	return false;
}

static bool check_number(struct problems *problems, const struct spot *spot)
{
	if (spot->value->kind != VALUE_INT)
		return wrong_kind(problems, spot, "a number");
	if (spot->value->integer > 0 && spot->value->integer <= UINT32_MAX)
		return true;
	problem_at(problems, spot->value, NULL, "`%s` must be above 0", spot->field);
	return false;
}

static bool check_count(struct problems *problems, const struct spot *spot)
{
	if (spot->value->kind == VALUE_UINT)
		return true;
	if (spot->value->kind != VALUE_INT)
		return wrong_kind(problems, spot, "a number");
	if (spot->value->integer >= 0)
		return true;
	problem_at(problems, spot->value, NULL, "`%s` must not be below 0", spot->field);
	return false;
}

static bool check_flag(struct problems *problems, const struct spot *spot)
{
	return spot->value->kind == VALUE_BOOL || wrong_kind(problems, spot, "true or false");
}

static bool check_moment(struct problems *problems, const struct spot *spot)
{
	struct value moment;
	if (time_parse_timestamp(value_str(spot->value), &moment) && moment.integer >= 0)
		return true;
	problem_at(problems, spot->value, "write 2026-12-31T18:00:00Z", "`%s` is no time",
		spot->field);
	return false;
}

static bool check_key(
	struct problems *problems, const struct form_field *row, const struct value *key)
{
	struct spot spot = {row->name, row, key};
	if (key->kind != VALUE_STRING)
		return wrong_kind(problems, &spot, "a text");
	return strcmp(row->name, FORM_KEY_ID) == 0 ? check_id(problems, &spot)
						   : check_name(problems, &spot);
}

static bool check_value(struct problems *problems, const struct spot *spot);

static bool check_map(struct problems *problems, const struct spot *spot)
{
	const struct form_field *row = spot->row->fields;
	bool valid = true;
	if (spot->value->kind != VALUE_MAP)
		return wrong_kind(problems, spot, "a map");
	for (uint32_t i = 0; i < spot->value->count; i++) {
		const struct value_entry *entry = &spot->value->entries[i];
		if (!check_key(problems, row, &entry->key)) {
			valid = false;
			continue;
		}
		/* A key that passed is short and holds no 0 byte. */
		char name[LIMIT_POLICY_ID_BYTES + 1] = "";
		memcpy(name, entry->key.text, entry->key.count);
		struct spot inner = {name, row, &entry->value};
		valid &= check_value(problems, &inner);
	}
	return valid;
}

static bool check_one(struct problems *problems, const struct spot *spot)
{
	static bool (*const checks[])(struct problems *, const struct spot *) = {
		[FORM_TEXT] = check_text,
		[FORM_ID] = check_id,
		[FORM_NAME] = check_name,
		[FORM_EXPRESSION] = check_text,
		[FORM_WORD] = check_word,
		[FORM_GLOB] = check_glob,
		[FORM_DATE] = check_date,
		[FORM_NUMBER] = check_number,
		[FORM_COUNT] = check_count,
		[FORM_FLAG] = check_flag,
		[FORM_MOMENT] = check_moment,
		[FORM_MAP] = check_map,
	};
	switch (spot->row->type) {
	case FORM_ANY:
		return true;
	case FORM_OBJECT:
		return check_object(problems, spot->row->fields, spot->value, spot->field);
	case FORM_MAP:
	case FORM_NUMBER:
	case FORM_COUNT:
	case FORM_FLAG:
		return checks[spot->row->type](problems, spot);
	case FORM_TEXT:
	case FORM_ID:
	case FORM_NAME:
	case FORM_EXPRESSION:
	case FORM_WORD:
	case FORM_GLOB:
	case FORM_DATE:
	case FORM_MOMENT:
		break;
	}
	if (spot->value->kind != VALUE_STRING)
		return wrong_kind(problems, spot,
			spot->row->type == FORM_EXPRESSION ? "an expression" : "a text");
	return checks[spot->row->type](problems, spot);
}

static bool check_value(struct problems *problems, const struct spot *spot)
{
	const struct value *list = spot->value;
	bool valid = true;
	if (!spot->row->list)
		return check_one(problems, spot);
	if (list->kind != VALUE_LIST)
		return wrong_kind(problems, spot, "a list");
	if (list->count == 0 && spot->row->required) {
		problem_at(problems, list, NULL, "`%s` is an empty list", spot->field);
		return false;
	}
	for (uint32_t i = 0; i < list->count; i++) {
		struct spot item = {spot->field, spot->row, &list->items[i]};
		valid &= check_one(problems, &item);
	}
	return valid;
}

static const struct form_field *find_field(const struct form_field *fields, struct str name)
{
	while (fields->name && !str_equal(str_from(fields->name), name))
		fields++;
	return fields->name ? fields : NULL;
}

static void unknown_field(struct problems *problems, const struct form_field *fields,
	const struct value *key, const char *name)
{
	struct nearest nearest = nearest_to(value_str(key));
	for (; fields->name; fields++)
		nearest_try(&nearest, str_from(fields->name));
	problem_at(problems, key, problem_suggest(problems, nearest.word),
		"`%s` has no field `%.*s`", name, QUOTE(value_str(key)));
}

static bool check_present(struct problems *problems, const struct form_field *fields,
	const struct value *object, const char *name)
{
	bool valid = true;
	for (; fields->name; fields++) {
		if (!fields->required || form_get(object, fields->name))
			continue;
		const char *remedy =
			str_format(problems->arena, "add `%s`: %s", fields->name, fields->meaning)
				.data;
		problem_at(problems, object, remedy, "`%s` lacks `%s`", name, fields->name);
		valid = false;
	}
	return valid;
}

static bool check_object(struct problems *problems, const struct form_field *fields,
	const struct value *object, const char *name)
{
	bool valid = true;
	if (object->kind != VALUE_MAP) {
		struct form_field row = {.name = name, .type = FORM_OBJECT};
		struct spot spot = {name, &row, object};
		return wrong_kind(problems, &spot, "a map");
	}
	for (uint32_t i = 0; i < object->count; i++) {
		const struct value_entry *entry = &object->entries[i];
		const struct form_field *row = entry->key.kind == VALUE_STRING
						       ? find_field(fields, value_str(&entry->key))
						       : NULL;
		if (!row) {
			unknown_field(problems, fields, &entry->key, name);
			valid = false;
			continue;
		}
		struct spot spot = {row->name, row, &entry->value};
		valid &= check_value(problems, &spot);
	}
	return check_present(problems, fields, object, name) && valid;
}

bool form_check_fields(struct problems *problems, const struct form_field *fields,
	const struct value *object, const char *name)
{
	return check_object(problems, fields, object, name);
}

static bool unknown_kind(struct problems *problems, const struct value *document)
{
	const struct value *kind = form_get(document, "kind");
	struct nearest nearest = nearest_to(form_text(document, "kind"));
	for (size_t i = 0; i < KIND_COUNT; i++)
		nearest_try(&nearest, str_from(forms[i].kind));
	if (!kind)
		problem_at(problems, document,
			"begin it with apiVersion: gabion.dev/v1 and kind: Policy",
			"this is no policy document: it lacks `kind`");
	else
		problem_at(problems, kind, problem_suggest(problems, nearest.word),
			"`kind` must be Policy, Profile, Rollout, Waiver or PolicyTest%s",
			nearest.word.len > 0 ? "" : "; this is no policy document");
	return false;
}

bool form_check(struct problems *problems, const struct value *document, enum form_kind *ret_kind)
{
	*ret_kind = KIND_COUNT;
	if (document->kind != VALUE_MAP) {
		problem_at(problems, document,
			"begin it with apiVersion: gabion.dev/v1 and kind: Policy",
			"this is no policy document: it must be a map, not %s",
			kind_names[document->kind]);
		return false;
	}
	struct str name = form_text(document, "kind");
	for (unsigned i = 0; i < KIND_COUNT; i++)
		if (str_equal(name, str_from(forms[i].kind)))
			*ret_kind = (enum form_kind)i;
	if (*ret_kind == KIND_COUNT)
		return unknown_kind(problems, document);
	const struct form *form = &forms[*ret_kind];
	return check_object(problems, form->fields, document, form->kind);
}

const struct value *form_get(const struct value *object, const char *field)
{
	return map_get_str(object, str_from(field));
}

struct str form_text(const struct value *object, const char *field)
{
	const struct value *text = form_get(object, field);
	return value_is(text, VALUE_STRING) ? value_str(text) : STR("");
}

struct globs form_globs(struct arena *arena, const struct value *object, const char *field)
{
	const struct value *list = form_get(object, field);
	if (!value_is(list, VALUE_LIST))
		return (struct globs){NULL, 0};
	struct str *items = ARENA_NEW_ARRAY(arena, struct str, list->count + 1);
	size_t count = 0;
	for (uint32_t i = 0; i < list->count; i++)
		if (list->items[i].kind == VALUE_STRING)
			items[count++] = value_str(&list->items[i]);
	return (struct globs){items, count};
}

int form_word(
	const struct value *object, const char *field, const char *const *words, int otherwise)
{
	struct str word = form_text(object, field);
	for (int i = 0; words[i]; i++)
		if (str_equal(word, str_from(words[i])))
			return i;
	return otherwise;
}
