/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/record_fields.h"

#include "ledger/redact.h"

void fields_text(struct fields *fields, const char *key, struct str text)
{
	if (text.len > 0)
		fields_add(fields, key, value_string(text));
}

void fields_redacted(struct fields *fields, const char *key, struct str text)
{
	struct buf out;
	buf_init_arena(&out, fields->arena, text.len + 32);
	redact_put(&out, text);
	fields_text(fields, key, buf_str(&out));
}

static struct value actor_value(struct arena *arena, const struct record_head *head)
{
	struct fields fields = fields_begin(arena, MOST_FIELDS);
	fields_text(&fields, "program", head->program);
	fields_text(&fields, "user", head->user);
	fields_redacted(&fields, "person", head->person);
	return fields_end(&fields);
}

struct fields fields_record(struct arena *arena, const struct record_head *head, const char *type)
{
	struct fields fields = fields_begin(arena, MOST_FIELDS);
	struct buf time;
	buf_init_arena(&time, arena, 40);
	record_print_time(head->time, &time);
	fields_text(&fields, "apiVersion", STR("gabion.dev/v1"));
	fields_text(&fields, "kind", STR("Record"));
	fields_text(&fields, "type", str_from(type));
	fields_text(&fields, "time", buf_str(&time));
	fields_text(&fields, "node", head->node);
	fields_add(&fields, "actor", actor_value(arena, head));
	if (head->drill)
		fields_add(&fields, "drill", value_bool(true));
	fields_redacted(&fields, "incident", head->incident);
	if (value_is(&head->links, VALUE_LIST))
		fields_add(&fields, "links", head->links);
	return fields;
}
