/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/record.h"

#include "data/canonical.h"
#include "data/map.h"
#include "ledger/hash.h"
#include "ledger/redact.h"
#include "ledger/tile.h"

enum { MOST_FIELDS = 16 };

/* A map being made: canonical form sorts the keys. */
struct fields {
	struct arena *arena;
	struct value_entry *entries;
	size_t count;
};

static struct fields begin(struct arena *arena)
{
	return (struct fields){.arena = arena, .entries = map_entries_new(arena, MOST_FIELDS)};
}

static void add(struct fields *fields, const char *key, struct value value)
{
	fields->entries[fields->count++] =
		(struct value_entry){.key = value_string(str_from(key)), .value = value};
}

/* Empty texts are left out. */
static void add_text(struct fields *fields, const char *key, struct str text)
{
	if (text.len > 0)
		add(fields, key, value_string(text));
}

static void add_redacted(struct fields *fields, const char *key, struct str text)
{
	struct buf out;
	buf_init_arena(&out, fields->arena, text.len + 32);
	redact_put(&out, text);
	add_text(fields, key, buf_str(&out));
}

static struct value end(struct fields *fields)
{
	struct value map = value_null();
	struct error never = {0}; /* keys are ours and differ */
	map_make(fields->entries, fields->count, &map, &never);
	return map;
}

static const char *verdict_name(enum verdict_kind kind)
{
	static const char *const names[] = {
		[VERDICT_ALLOW] = "allow", [VERDICT_WARN] = "warn", [VERDICT_DENY] = "deny"};
	return names[kind];
}

static struct value waiver_value(struct arena *arena, const struct policy_waiver *waiver)
{
	struct fields fields = begin(arena);
	struct buf expires;
	buf_init_arena(&expires, arena, 40);
	record_print_time((struct record_time){waiver->expires_s, 0}, &expires);
	add_text(&fields, "id", waiver->id);
	add_text(&fields, "owner", waiver->owner);
	add_redacted(&fields, "reason", waiver->reason);
	add_text(&fields, "expires", buf_str(&expires));
	return end(&fields);
}

static struct value reason_value(struct arena *arena, const struct reason *reason)
{
	struct fields fields = begin(arena);
	add_text(&fields, "policy", reason->policy->id);
	add_text(&fields, "owner", str_from(policy_owner_name(reason->policy->owner)));
	add_text(&fields, "risk", str_from(policy_risk_name(reason->policy->risk)));
	add_text(&fields, "phase", str_from(policy_phase_name(reason->phase)));
	add_redacted(&fields, "path", reason->path);
	add(&fields, "line", value_int(reason->origin.line));
	add_redacted(&fields, "message", reason->message);
	if (reason->undecided)
		add(&fields, "undecided", value_bool(true));
	if (reason->waiver)
		add(&fields, "waiver", waiver_value(arena, reason->waiver));
	return end(&fields);
}

/* The digest identifies what was judged without keeping it. */
static struct str digest_of(struct arena *arena, const struct value *root)
{
	struct buf text, digest;
	struct error no_json = {0};
	buf_init_arena(&text, arena, 4096);
	buf_init_arena(&digest, arena, 80);
	if (canonical_put(arena, root, &text, &no_json) < 0)
		return STR("");
	struct ledger_hash hash = ledger_plain_hash(buf_str(&text), STR(""));
	buf_puts(&digest, "sha256:");
	for (size_t i = 0; i < sizeof(hash.bytes); i++)
		buf_printf(&digest, "%02x", hash.bytes[i]);
	return buf_str(&digest);
}

static struct value subject_value(struct arena *arena, const struct subject *subject)
{
	struct fields fields = begin(arena);
	add_text(&fields, "apiVersion", subject->api_version);
	add_text(&fields, "kind", subject->object_kind);
	add_text(&fields, "namespace", subject->namespace);
	add_redacted(&fields, "name", subject->name);
	add_redacted(&fields, "file", subject->file);
	add(&fields, "line", value_int(subject->origin.line));
	add_text(&fields, "digest", digest_of(arena, &subject->root));
	return end(&fields);
}

static struct value action_value(struct arena *arena, const struct record_action *action)
{
	struct fields fields = begin(arena);
	add_text(&fields, "name", action->name);
	add_text(&fields, "outcome", action->outcome);
	add_redacted(&fields, "why", action->why);
	return end(&fields);
}

static struct value actor_value(struct arena *arena, const struct record_head *head)
{
	struct fields fields = begin(arena);
	add_text(&fields, "program", head->program);
	add_text(&fields, "user", head->user);
	return end(&fields);
}

static struct fields head_fields(
	struct arena *arena, const struct record_head *head, const char *type)
{
	struct fields fields = begin(arena);
	struct buf time;
	buf_init_arena(&time, arena, 40);
	record_print_time(head->time, &time);
	add_text(&fields, "apiVersion", STR("gabion.dev/v1"));
	add_text(&fields, "kind", STR("Record"));
	add_text(&fields, "type", str_from(type));
	add_text(&fields, "time", buf_str(&time));
	add_text(&fields, "node", head->node);
	add(&fields, "actor", actor_value(arena, head));
	if (head->drill)
		add(&fields, "drill", value_bool(true));
	return fields;
}

/* All of a decision but its reasons. */
static struct fields decision_fields(struct arena *arena, const struct record_head *head,
	const struct catalogue *catalogue, const struct subject *subject,
	const struct verdict *verdict, const struct record_action *action)
{
	struct fields fields = head_fields(arena, head, "decision");
	add_text(&fields, "layer", str_from(subject->schema->layer));
	add_text(&fields, "catalogue",
		str_format(arena, "sha256:%.*s", STR_ARGS(catalogue_digest(catalogue))));
	add(&fields, "subject", subject_value(arena, subject));
	add_text(&fields, "verdict", str_from(verdict_name(verdict->kind)));
	add(&fields, "action", action_value(arena, action));
	return fields;
}

static struct value all_reasons(struct arena *arena, const struct verdict *verdict)
{
	struct value *items = ARENA_NEW_ARRAY(arena, struct value, verdict->count);
	for (size_t i = 0; i < verdict->count; i++)
		items[i] = reason_value(arena, &verdict->reasons[i]);
	return value_list(items, verdict->count);
}

int record_print_decision(struct arena *arena, const struct record_head *head,
	const struct catalogue *catalogue, const struct subject *subject,
	const struct verdict *verdict, const struct record_action *action, struct buf *out,
	struct error *err)
{
	struct fields fields = decision_fields(arena, head, catalogue, subject, verdict, action);
	struct fields listed = begin(arena);
	memcpy(listed.entries, fields.entries, fields.count * sizeof(*fields.entries));
	listed.count = fields.count;
	add(&listed, "reasons", all_reasons(arena, verdict));
	size_t start = out->len;
	struct value record = end(&listed);
	if (canonical_put(arena, &record, out, err) < 0)
		return -1;
	if (out->len - start <= ENTRY_MAX_BYTES)
		return 0;
	out->len = start;
	add(&fields, "reasonCount", value_int((int64_t)verdict->count));
	record = end(&fields);
	if (canonical_put(arena, &record, out, err) < 0)
		return -1;
	if (out->len - start > ENTRY_MAX_BYTES)
		return ERROR_SET(err, ERROR_LIMIT, subject->origin,
			"the record of this decision is over %d bytes", ENTRY_MAX_BYTES);
	return 0;
}

int record_print_note(struct arena *arena, const struct record_head *head, const struct value *note,
	struct buf *out, struct error *err)
{
	struct fields fields = head_fields(arena, head, "note");
	add(&fields, "note", redact_value(arena, note));
	size_t start = out->len;
	struct value record = end(&fields);
	if (canonical_put(arena, &record, out, err) < 0)
		return -1;
	if (out->len - start > ENTRY_MAX_BYTES)
		return ERROR_SET(err, ERROR_LIMIT, note->origin,
			"this record has %zu bytes, at most %d can be kept", out->len - start,
			ENTRY_MAX_BYTES);
	return 0;
}
