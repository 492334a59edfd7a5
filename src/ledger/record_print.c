/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/record_fields.h"

#include "data/canonical.h"
#include "ledger/hash.h"
#include "ledger/record_undecided.h"
#include "ledger/redact.h"
#include "ledger/tile.h"

static const char *verdict_name(enum verdict_kind kind)
{
	static const char *const names[] = {
		[VERDICT_ALLOW] = "allow", [VERDICT_WARN] = "warn", [VERDICT_DENY] = "deny"};
	return names[kind];
}

static struct value waiver_value(struct arena *arena, const struct policy_waiver *waiver)
{
	struct fields fields = fields_begin(arena, MOST_FIELDS);
	struct buf expires;
	buf_init_arena(&expires, arena, 40);
	record_print_time((struct record_time){waiver->expires_s, 0}, &expires);
	fields_text(&fields, "id", waiver->id);
	fields_text(&fields, "owner", waiver->owner);
	fields_redacted(&fields, "reason", waiver->reason);
	fields_text(&fields, "expires", buf_str(&expires));
	return fields_end(&fields);
}

static struct value reason_value(struct arena *arena, const struct reason *reason)
{
	struct fields fields = fields_begin(arena, MOST_FIELDS);
	fields_text(&fields, "policy", reason->policy->id);
	fields_text(&fields, "owner", str_from(policy_owner_name(reason->policy->owner)));
	fields_text(&fields, "risk", str_from(policy_risk_name(reason->policy->risk)));
	fields_text(&fields, "phase", str_from(policy_phase_name(reason->phase)));
	fields_redacted(&fields, "path", reason->path);
	fields_add(&fields, "line", value_int(reason->origin.line));
	fields_redacted(&fields, "message", reason->message);
	if (reason->undecided)
		fields_add(&fields, "undecided", value_bool(true));
	if (reason->waiver)
		fields_add(&fields, "waiver", waiver_value(arena, reason->waiver));
	return fields_end(&fields);
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
	struct fields fields = fields_begin(arena, MOST_FIELDS);
	fields_text(&fields, "apiVersion", subject->api_version);
	fields_text(&fields, "kind", subject->object_kind);
	fields_text(&fields, "namespace", subject->namespace);
	fields_redacted(&fields, "name", subject->name);
	fields_redacted(&fields, "file", subject->file);
	fields_add(&fields, "line", value_int(subject->origin.line));
	fields_text(&fields, "digest", digest_of(arena, &subject->root));
	return fields_end(&fields);
}

static struct value action_value(struct arena *arena, const struct record_action *action)
{
	struct fields fields = fields_begin(arena, MOST_FIELDS);
	fields_text(&fields, "name", action->name);
	fields_text(&fields, "outcome", action->outcome);
	fields_redacted(&fields, "why", action->why);
	return fields_end(&fields);
}

/* All of a decision but its reasons. */
static struct fields decision_fields(struct arena *arena, const struct record_head *head,
	const struct catalogue *catalogue, const struct subject *subject,
	const struct verdict *verdict, const struct record_action *action)
{
	struct fields fields = fields_record(arena, head, "decision");
	fields_text(&fields, "layer", str_from(subject->schema->layer));
	fields_text(&fields, "catalogue",
		str_format(arena, "sha256:%.*s", STR_ARGS(catalogue_digest(catalogue))));
	fields_add(&fields, "subject", subject_value(arena, subject));
	fields_text(&fields, "verdict", str_from(verdict_name(verdict->kind)));
	fields_add(&fields, "action", action_value(arena, action));
	if (verdict->results)
		fields_add(&fields, "policies",
			record_policies(arena, verdict->results, catalogue_count(catalogue)));
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
	struct fields listed = fields_begin(arena, MOST_FIELDS);
	memcpy(listed.entries, fields.entries, fields.count * sizeof(*fields.entries));
	listed.count = fields.count;
	fields_add(&listed, "reasons", all_reasons(arena, verdict));
	size_t start = out->len;
	struct value record = fields_end(&listed);
	if (canonical_put(arena, &record, out, err) < 0)
		return -1;
	if (out->len - start <= ENTRY_MAX_BYTES)
		return 0;
	out->len = start;
	fields_add(&fields, "reasonCount", value_int((int64_t)verdict->count));
	record = fields_end(&fields);
	if (canonical_put(arena, &record, out, err) < 0)
		return -1;
	if (out->len - start > ENTRY_MAX_BYTES)
		return ERROR_SET(err, ERROR_LIMIT, subject->origin,
			"the record of this decision is over %d bytes", ENTRY_MAX_BYTES);
	return 0;
}

/* The place is whose fault it is that the record is too long. */
static int put_whole(struct arena *arena, const struct fields *fields, struct origin origin,
	struct buf *out, struct error *err)
{
	size_t start = out->len;
	struct value record = fields_end(fields);
	if (canonical_put(arena, &record, out, err) < 0)
		return -1;
	if (out->len - start > ENTRY_MAX_BYTES)
		return ERROR_SET(err, ERROR_LIMIT, origin,
			"this record has %zu bytes, at most %d can be kept", out->len - start,
			ENTRY_MAX_BYTES);
	return 0;
}

int record_print_note(struct arena *arena, const struct record_head *head, const struct value *note,
	struct buf *out, struct error *err)
{
	struct fields fields = fields_record(arena, head, "note");
	fields_add(&fields, "note", redact_value(arena, note));
	return put_whole(arena, &fields, note->origin, out, err);
}

int record_print_undecided(struct arena *arena, const struct record_head *head,
	const struct record_undecided *undecided, struct buf *out, struct error *err)
{
	struct fields fields = fields_record(arena, head, "undecided"),
		      subject = fields_begin(arena, MOST_FIELDS),
		      facts = fields_begin(arena, MOST_FIELDS);
	fields_redacted(&subject, "file", undecided->file);
	fields_add(&subject, "line", value_int(undecided->line));
	fields_redacted(&facts, "why", undecided->why);
	fields_text(&fields, "layer", undecided->layer);
	fields_text(&fields, "catalogue",
		str_format(arena, "sha256:%.*s", STR_ARGS(undecided->digest)));
	fields_add(&fields, "subject", fields_end(&subject));
	fields_add(&fields, "undecided", fields_end(&facts));
	return put_whole(arena, &fields, NO_ORIGIN, out, err);
}
