/* SPDX-License-Identifier: Apache-2.0 */
#include "data/map.h"
#include "data/pick.h"
#include "policy/date.h"
#include "report/json.h"
#include "report/record_view.h"

/*
 * Classes, identifiers and required attributes: https://schema.ocsf.io/1.8.0. Findings are events
 * about a thing with a life of its own (created, updated, closed); what is none of that is a base
 * event.
 */
enum class_uid {
	BASE_EVENT = 0,
	COMPLIANCE_FINDING = 2003,
	DETECTION_FINDING = 2004,
	APPLICATION_ERROR = 6008
};
enum { CREATE = 1, UPDATE = 2, CLOSE = 3, OTHER = 99, GENERAL_ERROR = 1 };
enum status { NO_STATUS = 0, NEW = 1, IN_PROGRESS = 2, RESOLVED = 4 };
enum severity { UNKNOWN, INFORMATIONAL, LOW, MEDIUM, HIGH, CRITICAL, SEVERITIES };

static const struct class
{
	enum class_uid uid;
	int category_uid;
	const char *name, *category;
} classes[] = {
	{BASE_EVENT, 0, "Base Event", "Uncategorized"},
	{COMPLIANCE_FINDING, 2, "Compliance Finding", "Findings"},
	{DETECTION_FINDING, 2, "Detection Finding", "Findings"},
	{APPLICATION_ERROR, 6, "Application Error", "Application Activity"},
};

/* The first row whose type and layer are the record's. Severity UNKNOWN: that of the worst risk. */
static const struct mapping {
	const char *type, *layer; /* NULL: any */
	enum class_uid class;
	int activity;
	enum status status;
	enum severity severity;
} mappings[] = {
	{"decision", "runtime", DETECTION_FINDING, CREATE, NEW, UNKNOWN},
	{"decision", "network", DETECTION_FINDING, CREATE, NEW, UNKNOWN},
	{"decision", NULL, COMPLIANCE_FINDING, CREATE, NEW, UNKNOWN},
	{"undecided", NULL, COMPLIANCE_FINDING, CREATE, NEW, MEDIUM},
	{"detection", NULL, DETECTION_FINDING, CREATE, NEW, UNKNOWN},
	{"acknowledgement", NULL, DETECTION_FINDING, UPDATE, IN_PROGRESS, UNKNOWN},
	{"action", NULL, DETECTION_FINDING, UPDATE, IN_PROGRESS, INFORMATIONAL},
	{"verification", NULL, DETECTION_FINDING, UPDATE, IN_PROGRESS, INFORMATIONAL},
	{"blast-radius", NULL, DETECTION_FINDING, UPDATE, IN_PROGRESS, INFORMATIONAL},
	{"recovery", NULL, DETECTION_FINDING, UPDATE, IN_PROGRESS, INFORMATIONAL},
	{"closure", NULL, DETECTION_FINDING, CLOSE, RESOLVED, INFORMATIONAL},
	{"gap", NULL, APPLICATION_ERROR, GENERAL_ERROR, NO_STATUS, HIGH},
	{"clock", NULL, APPLICATION_ERROR, GENERAL_ERROR, NO_STATUS, MEDIUM},
	{NULL, NULL, BASE_EVENT, OTHER, NO_STATUS, INFORMATIONAL},
};

static const char *const severities[SEVERITIES] = {
	"Unknown", "Informational", "Low", "Medium", "High", "Critical"};

static const struct class *class_of(const struct mapping *mapping)
{
	const struct class *class = classes;
	while (class->uid != mapping->class)
		class ++;
	return class;
}

static const struct mapping *mapping_of(const struct value *record)
{
	struct str type = pick_text(record, "type"), layer = pick_text(record, "layer");
	const struct mapping *row = mappings;
	while (row->type && (!str_equal(type, str_from(row->type)) ||
				    (row->layer && !str_equal(layer, str_from(row->layer)))))
		row++;
	return row;
}

static enum severity severity_of_risk(struct str risk)
{
	static const struct str risks[] = {
		STR_INIT("low"), STR_INIT("medium"), STR_INIT("high"), STR_INIT("critical")};
	for (int i = 0; i < 4; i++)
		if (str_equal(risk, risks[i]))
			return (enum severity)(LOW + i);
	return UNKNOWN;
}

/* A reason counts unless it is waived. */
static bool counts(const struct value *reason)
{
	return !map_get_str(reason, STR("waiver"));
}

static bool is_undecided(const struct value *reason)
{
	const struct value *undecided = map_get_str(reason, STR("undecided"));
	return value_is(undecided, VALUE_BOOL) && undecided->boolean;
}

static enum severity severity_of(const struct value *record, const struct mapping *mapping)
{
	const struct value *reasons = map_get_str(record, STR("reasons"));
	enum severity worst = INFORMATIONAL;
	if (mapping->severity != UNKNOWN)
		return mapping->severity;
	if (!value_is(reasons, VALUE_LIST)) {
		enum severity told = severity_of_risk(pick_text(record, "detection.risk"));
		return told != UNKNOWN
			       ? told
			       : severity_of_risk(pick_text(record, "acknowledgement.risk"));
	}
	for (uint32_t i = 0; i < reasons->count; i++) {
		enum severity one = severity_of_risk(pick_text(&reasons->items[i], "risk"));
		if (counts(&reasons->items[i]) && one > worst)
			worst = one;
	}
	return worst;
}

enum check { PASS = 1, WARNING = 2, FAIL = 3 };

static enum check check_of_reason(const struct value *reason)
{
	if (!counts(reason))
		return PASS;
	return is_undecided(reason) ? WARNING : FAIL;
}

static enum check check_of(const struct value *record)
{
	const struct value *reasons = map_get_str(record, STR("reasons"));
	enum check worst = PASS;
	if (!value_is(reasons, VALUE_LIST))
		return FAIL;
	for (uint32_t i = 0; i < reasons->count; i++) {
		enum check one = check_of_reason(&reasons->items[i]);
		worst = one > worst ? one : worst;
	}
	return worst;
}

static void put_check(struct json *json, enum check check)
{
	static const char *const names[] = {
		[PASS] = "Pass", [WARNING] = "Warning", [FAIL] = "Fail"};
	json_uint(json, "status_id", check);
	json_text(json, "status", names[check]);
}

static void put_compliance(struct json *json, const struct value *record)
{
	const struct value *reasons = map_get_str(record, STR("reasons"));
	json_open(json, "compliance", '{');
	put_check(json, check_of(record));
	json_open(json, "checks", '[');
	for (uint32_t i = 0; value_is(reasons, VALUE_LIST) && i < reasons->count; i++) {
		const struct value *reason = &reasons->items[i];
		enum severity severity = severity_of_risk(pick_text(reason, "risk"));
		json_open(json, "", '{');
		json_str(json, "uid", pick_text(reason, "policy"));
		json_str(json, "desc", pick_text(reason, "message"));
		json_uint(json, "severity_id", severity);
		json_text(json, "severity", severities[severity]);
		put_check(json, check_of_reason(reason));
		json_close(json, '}');
	}
	json_close(json, ']');
	json_close(json, '}');
}

static void put_resources(struct json *json, const struct value *record)
{
	const struct value *subject = map_get_str(record, STR("subject"));
	struct str name = pick_text(subject, "name");
	if (!subject)
		return;
	json_open(json, "resources", '[');
	json_open(json, "", '{');
	json_str(json, "type", pick_text(subject, "kind"));
	json_str(json, "namespace", pick_text(subject, "namespace"));
	json_str(json, "name", name.len > 0 ? name : pick_text(subject, "file"));
	json_str(json, "uid", pick_text(subject, "digest"));
	json_close(json, '}');
	json_close(json, ']');
}

/* What people read first; of a decision the verdict about a subject. */
static struct str message_of(const struct record_view *view, struct arena *arena)
{
	static const char *const parts[] = {"type", "layer", "verdict", "subject.kind",
		"subject.namespace", "subject.name", "action.name", "detection.title", "incident",
		"note.incident.title", "undecided.why"};
	struct buf text;
	buf_init_arena(&text, arena, 128);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct str part = pick_text(view->record, parts[i]);
		if (part.len > 0 && text.len > 0)
			buf_puts(&text, " ");
		buf_put(&text, part);
	}
	return text.len > 0 ? buf_str(&text) : STR("an entry that is no record");
}

/* A finding that is an incident has its name, so that what follows updates it. */
static void put_finding(
	struct json *json, const struct record_view *view, struct arena *arena, struct str message)
{
	struct str incident = pick_text(view->record, "incident");
	json_open(json, "finding_info", '{');
	if (incident.len > 0)
		json_str(json, "uid", incident);
	else
		json_str(json, "uid",
			str_format(arena, "%.*s#%llu", STR_ARGS(view->origin),
				(unsigned long long)view->number));
	json_str(json, "title", message);
	json_close(json, '}');
	struct str node = pick_text(view->record, "node");
	if (node.len == 0)
		return;
	json_open(json, "device", '{');
	json_str(json, "hostname", node);
	json_uint(json, "type_id", 0);
	json_close(json, '}');
}

static void put_metadata(struct json *json, const struct record_view *view)
{
	const struct value *drill = map_get_str(view->record, STR("drill"));
	json_open(json, "metadata", '{');
	json_text(json, "version", "1.8.0");
	json_open(json, "product", '{');
	json_text(json, "name", "gabion");
	json_text(json, "vendor_name", "gabion");
	json_text(json, "version", view->version);
	json_close(json, '}');
	json_str(json, "log_name", view->origin);
	json_uint(json, "sequence", view->number);
	json_str(json, "original_time", pick_text(view->record, "time"));
	if (value_is(drill, VALUE_BOOL) && drill->boolean) {
		json_open(json, "labels", '[');
		json_text(json, "", "drill");
		json_close(json, ']');
	}
	json_close(json, '}');
}

/* Milliseconds since 1970; what has no time that can be read has the beginning of it. */
static uint64_t time_ms(const struct value *record)
{
	struct str text = pick_text(record, "time");
	int64_t seconds;
	uint64_t ms = 0;
	if (!date_parse_end(text, &seconds) || seconds < 0)
		return 0;
	size_t point = str_find_char(text, '.');
	for (size_t i = 1; i <= 3 && point != SIZE_MAX; i++) {
		char digit = point + i < text.len ? text.data[point + i] : '0';
		ms = ms * 10 + (digit >= '0' && digit <= '9' ? (uint64_t)(digit - '0') : 0);
	}
	return (uint64_t)seconds * 1000 + ms;
}

static const char *activity_name(const struct mapping *mapping)
{
	static const char *const names[] = {
		[CREATE] = "Create", [UPDATE] = "Update", [CLOSE] = "Close"};
	if (mapping->class == APPLICATION_ERROR)
		return "General Error";
	return mapping->class == BASE_EVENT ? "Record" : names[mapping->activity];
}

static const char *status_name(enum status status)
{
	static const char *const names[] = {
		[NEW] = "New", [IN_PROGRESS] = "In Progress", [RESOLVED] = "Resolved"};
	return names[status];
}

static void put_classification(
	struct json *json, const struct value *record, const struct mapping *mapping)
{
	const struct class *class = class_of(mapping);
	enum severity severity = severity_of(record, mapping);
	json_uint(json, "category_uid", (uint64_t) class->category_uid);
	json_text(json, "category_name", class->category);
	json_uint(json, "class_uid", (uint64_t) class->uid);
	json_text(json, "class_name", class->name);
	json_uint(json, "activity_id", (uint64_t)mapping->activity);
	json_text(json, "activity_name", activity_name(mapping));
	json_uint(json, "type_uid", (uint64_t) class->uid * 100 + (uint64_t)mapping->activity);
	json_uint(json, "severity_id", severity);
	json_text(json, "severity", severities[severity]);
	if (mapping->status == NO_STATUS)
		return;
	json_uint(json, "status_id", mapping->status);
	json_text(json, "status", status_name(mapping->status));
}

void record_put_ocsf(const struct record_view *view, struct arena *arena, struct buf *out)
{
	struct json json = {.out = out};
	const struct mapping *mapping = mapping_of(view->record);
	struct str message = message_of(view, arena);
	json_open(&json, "", '{');
	json_uint(&json, "time", time_ms(view->record));
	put_classification(&json, view->record, mapping);
	json_str(&json, "message", message);
	put_metadata(&json, view);
	if (mapping->class == COMPLIANCE_FINDING || mapping->class == DETECTION_FINDING)
		put_finding(&json, view, arena, message);
	if (mapping->class == COMPLIANCE_FINDING)
		put_compliance(&json, view->record);
	put_resources(&json, view->record);
	json_str(&json, "raw_data", view->entry);
	json_close(&json, '}');
	buf_puts(out, "\n");
}

void record_put_ocsf_reference(struct buf *out)
{
	buf_puts(out,
		"# OCSF events\n"
		"\n"
		"`gabion ledger export -o ocsf` writes each record as one event of [OCSF "
		"1.8.0](https://schema.ocsf.io/1.8.0), a line each. The first row that fits is "
		"taken. This page is made from the table that does it.\n\n");
	buf_puts(out, "| record | layer | class | activity | status | severity "
		      "|\n|---|---|---|---|---|---|\n");
	for (const struct mapping *row = mappings;; row++) {
		const struct class *class = class_of(row);
		buf_printf(out, "| %s | %s | %s (%d) | %s (%d) | ",
			row->type ? row->type : "any other", row->layer ? row->layer : "any",
			class->name, (int)class->uid, activity_name(row), row->activity);
		if (row->status == NO_STATUS)
			buf_puts(out, "none");
		else
			buf_printf(out, "%s (%d)", status_name(row->status), (int)row->status);
		if (row->severity == UNKNOWN)
			buf_puts(out, " | by the worst risk |\n");
		else
			buf_printf(out, " | %s (%d) |\n", severities[row->severity],
				(int)row->severity);
		if (!row->type)
			break;
	}
	buf_puts(out,
		"\n"
		"| attribute | from |\n|---|---|\n"
		"| `time` | `time`, in milliseconds since 1970; 0 when the record has none |\n"
		"| `message` | type, layer, verdict, subject, action and incident, in words |\n"
		"| `raw_data` | the record as it was signed: its hash is the one in the tree |\n"
		"| `metadata.log_name`, `sequence` | the ledger's name and the record's number |\n"
		"| `metadata.original_time` | `time` |\n"
		"| `metadata.labels` | `drill`, when it was an exercise |\n"
		"| `finding_info.uid` | `incident`, so that all events of one share it; else "
		"`<ledger>#<number>` |\n"
		"| `device.hostname` | `node` |\n"
		"| `resources` | `subject`: kind, namespace, name, and the digest as `uid` |\n"
		"| `compliance.checks` | one for each reason: policy, message, risk, status |\n"
		"| `compliance.status_id` | Fail (3) when a reason counts, Warning (2) when those "
		"that count could not be evaluated, Pass (1) otherwise |\n"
		"| `severity_id` | low 2, medium 3, high 4, critical 5, of reasons that count; "
		"Informational (1) when there is none, Unknown (0) when nothing says |\n"
		"\n"
		"A reason counts unless it is waived. `Other` (99) of a base event is named in "
		"`activity_name`.\n");
}
