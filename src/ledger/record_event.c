/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/datetime.h"
#include "data/canonical.h"
#include "ledger/record_fields.h"
#include "ledger/redact.h"
#include "ledger/tile.h"
#include "policy/form.h"

static const char *const versions[] = {"gabion.dev/v1", NULL};
static const char *const kinds[] = {"Record", NULL};
static const char *const actions[] = {"admit", "harden", "hold", "kill", "cut", "freeze",
	"throttle", "remediate", "report", NULL};
static const char *const outcomes[] = {"done", "failed", "refused", NULL};
static const char *const resolutions[] = {"resolved", "false-positive", "duplicate", NULL};
static const char *const measures[] = {"potential", "observed", NULL};
static const char *const types[] = {"detection", "acknowledgement", "action", "verification",
	"recovery", "closure", "blast-radius", "drift", "heartbeat", "inventory", "clock", NULL};

#define WORD(list_of_words) .type = FORM_WORD, .words = (list_of_words)
#define OBJECT(table)       .type = FORM_OBJECT, .fields = (table)
#define REQUIRED            .required = true
#define LIST                .list = true

/* clang-format off */
static const struct form_field detection_fields[] = {
	{"title", FORM_TEXT, .meaning = "What it is about, as one sentence."},
	{"risk", WORD(form_risks), .meaning = "What it may cost."},
	{"indicator", FORM_MOMENT, .meaning = "The first sign of compromise; for a kernel event the kernel's time."},
	{"detected", FORM_MOMENT, REQUIRED, .meaning = "When it was recognised."},
	{0},
};

static const struct form_field acknowledgement_fields[] = {
	{"at", FORM_MOMENT, REQUIRED, .meaning = "When somebody took it on."},
	{"risk", WORD(form_risks), .meaning = "The priority it was given."},
	{0},
};

static const struct form_field action_fields[] = {
	{"name", WORD(actions), REQUIRED, .meaning = "What was done."},
	{"outcome", WORD(outcomes), REQUIRED, .meaning = "What became of it."},
	{"target", FORM_TEXT, .meaning = "To what it was done."},
	{"started", FORM_MOMENT, REQUIRED, .meaning = "When it began."},
	{"finished", FORM_MOMENT, .meaning = "When it was over."},
	{"verified", FORM_MOMENT, .meaning = "When it was looked at again and found to stop further harm; also a record `verification` can say so."},
	{"why", FORM_TEXT, .meaning = "Why it was not done."},
	{0},
};

static const struct form_field verification_fields[] = {
	{"at", FORM_MOMENT, REQUIRED, .meaning = "When it was looked at again."},
	{"held", FORM_FLAG, REQUIRED, .meaning = "Whether further harm is stopped. `false` takes back an earlier `true`."},
	{"how", FORM_TEXT, .meaning = "How it was looked at."},
	{0},
};

static const struct form_field recovery_fields[] = {
	{"at", FORM_MOMENT, REQUIRED, .meaning = "From when it was healthy and compliant again."},
	{"how", FORM_TEXT, .meaning = "By what this was seen."},
	{0},
};

static const struct form_field closure_fields[] = {
	{"at", FORM_MOMENT, REQUIRED, .meaning = "When it was closed."},
	{"resolution", WORD(resolutions), REQUIRED, .meaning = "What it was; all but `resolved` count in no time."},
	{"why", FORM_TEXT, .meaning = "Why."},
	{0},
};

static const struct form_field blast_radius_fields[] = {
	{"measure", WORD(measures), REQUIRED, .meaning = "`potential`: what the compromised can reach; `observed`: what has confirmed indicators at containment."},
	{"affected", FORM_COUNT, REQUIRED, .meaning = "How many workloads."},
	{"total", FORM_NUMBER, REQUIRED, .meaning = "Of how many."},
	{"over", FORM_TEXT, LIST, .meaning = "By which ways: network, identity, mount, privilege, secret."},
	{0},
};

static const struct form_field drift_fields[] = {
	{"id", FORM_TEXT, REQUIRED, .meaning = "The same in all records about one drift."},
	{"what", FORM_TEXT, .meaning = "What differs from what is wanted."},
	{"drifted", FORM_MOMENT, .meaning = "When it left the wanted state."},
	{"restored", FORM_MOMENT, .meaning = "When the wanted state was verified again."},
	{0},
};

static const struct form_field heartbeat_fields[] = {
	{"intervalSeconds", FORM_NUMBER, REQUIRED, .meaning = "How soon the next one follows."},
	{"sequence", FORM_COUNT, .meaning = "The highest number that this node gave a record."},
	{0},
};

static const struct form_field inventory_fields[] = {
	{"nodes", FORM_TEXT, REQUIRED, LIST, .meaning = "All nodes there are: what coverage is a share of."},
	{0},
};

static const struct form_field clock_fields[] = {
	{"expected", FORM_MOMENT, REQUIRED, .meaning = "What the clock should have said."},
	{"found", FORM_MOMENT, REQUIRED, .meaning = "What it said."},
	{0},
};

#define HEAD \
	{"apiVersion", WORD(versions), REQUIRED, .meaning = "The version of this form."}, \
	{"kind", WORD(kinds), REQUIRED, .meaning = "`Record`."}, \
	{"type", WORD(types), REQUIRED, .meaning = "What it tells; its facts stand below the same name, `blastRadius` for `blast-radius`."}, \
	{"drill", FORM_FLAG, .meaning = "An exercise: apart in every figure."}, \
	{"person", FORM_TEXT, .meaning = "Who says to have done it; the user's number is recorded in any case."}, \
	{"links", FORM_COUNT, LIST, .meaning = "Numbers of earlier records that it is about, such as the decision."}

#define OF_INCIDENT \
	{"incident", FORM_TEXT, REQUIRED, .meaning = "The same in all records about one incident."}

static const struct form_field head_rows[] = {HEAD, {0}};
static const struct form_field detection[] = {HEAD, OF_INCIDENT, {"detection", OBJECT(detection_fields), REQUIRED, .meaning = "An incident was recognised."}, {0}};
static const struct form_field acknowledgement[] = {HEAD, OF_INCIDENT, {"acknowledgement", OBJECT(acknowledgement_fields), REQUIRED, .meaning = "Somebody took it on."}, {0}};
static const struct form_field action[] = {HEAD, {"incident", FORM_TEXT, .meaning = "The incident it answers."}, {"action", OBJECT(action_fields), REQUIRED, .meaning = "Something was done, or could not be done."}, {0}};
static const struct form_field verification[] = {HEAD, OF_INCIDENT, {"verification", OBJECT(verification_fields), REQUIRED, .meaning = "Containment was looked at again."}, {0}};
static const struct form_field recovery[] = {HEAD, OF_INCIDENT, {"recovery", OBJECT(recovery_fields), REQUIRED, .meaning = "Back in safe operation."}, {0}};
static const struct form_field closure[] = {HEAD, OF_INCIDENT, {"closure", OBJECT(closure_fields), REQUIRED, .meaning = "Nothing more will be done."}, {0}};
static const struct form_field blast_radius[] = {HEAD, OF_INCIDENT, {"blastRadius", OBJECT(blast_radius_fields), REQUIRED, .meaning = "How far it can reach, or reached; the last one of a measure counts."}, {0}};
static const struct form_field drift[] = {HEAD, {"drift", OBJECT(drift_fields), REQUIRED, .meaning = "What runs left what is wanted, or came back."}, {0}};
static const struct form_field heartbeat[] = {HEAD, {"heartbeat", OBJECT(heartbeat_fields), REQUIRED, .meaning = "This node keeps evidence."}, {0}};
static const struct form_field inventory[] = {HEAD, {"inventory", OBJECT(inventory_fields), REQUIRED, .meaning = "Which nodes there are; the last one counts."}, {0}};
static const struct form_field clock_jump[] = {HEAD, {"clock", OBJECT(clock_fields), REQUIRED, .meaning = "The clock jumped: times around this record are in doubt."}, {0}};
/* clang-format on */

/* In the order of `types`; the row before the last of each is the one of its facts. */
static const struct form_field *const forms_of_types[] = {detection, acknowledgement, action,
	verification, recovery, closure, blast_radius, drift, heartbeat, inventory, clock_jump};

static void keep_first(void *context, const struct error *err, enum problem_level level)
{
	struct error *first = context;
	(void)level;
	if (first->kind == ERROR_NONE)
		*first = *err;
}

/* A moment as all records write it, whatever offset and fraction it came with. */
static struct value moment_value(struct arena *arena, const struct value *text)
{
	struct value timestamp;
	struct buf out;
	buf_init_arena(&out, arena, 40);
	if (!time_parse_timestamp(value_str(text), &timestamp))
		return *text;
	record_print_time((struct record_time){timestamp.integer, timestamp.count}, &out);
	return value_string(buf_str(&out));
}

static const struct form_field *find_row(const struct form_field *fields, struct str name)
{
	while (fields->name && !str_equal(str_from(fields->name), name))
		fields++;
	return fields;
}

static struct value facts_value(
	struct arena *arena, const struct form_field *rows, const struct value *facts)
{
	struct fields fields = fields_begin(arena, MOST_FIELDS);
	for (uint32_t i = 0; i < facts->count; i++) {
		const struct value_entry *entry = &facts->entries[i];
		const struct form_field *row = find_row(rows, value_str(&entry->key));
		fields_add(&fields, row->name,
			row->type == FORM_MOMENT ? moment_value(arena, &entry->value)
						 : redact_value(arena, &entry->value));
	}
	return fields_end(&fields);
}

static const struct form_field *last_row(const struct form_field *fields)
{
	while (fields[1].name)
		fields++;
	return fields;
}

static int check(struct arena *arena, const struct value *document,
	const struct form_field **ret_fields, const char **ret_type, struct error *err)
{
	struct error first = {0};
	struct problems problems = {.arena = arena, .report = keep_first, .context = &first};
	int type = form_word(document, "type", types, -1);
	*ret_fields = forms_of_types[type < 0 ? 0 : type];
	*ret_type = types[type < 0 ? 0 : type];
	if (form_check_fields(&problems, *ret_fields, document, "record"))
		return 0;
	*err = first;
	err->kind = ERROR_INPUT;
	return -1;
}

int record_print_event(struct arena *arena, const struct record_head *head,
	const struct value *document, struct buf *out, struct error *err)
{
	const struct form_field *form;
	const char *type;
	struct record_head own = *head;
	if (check(arena, document, &form, &type, err) < 0)
		return -1;
	const struct form_field *row = last_row(form);
	const struct value *drill = form_get(document, "drill"),
			   *links = form_get(document, "links");
	own.drill |= drill && drill->boolean;
	own.person = form_text(document, "person");
	own.incident = form_text(document, "incident");
	own.links = links ? *links : value_null();
	struct fields fields = fields_record(arena, &own, type);
	fields_add(
		&fields, row->name, facts_value(arena, row->fields, form_get(document, row->name)));
	struct value record = fields_end(&fields);
	size_t start = out->len;
	if (canonical_put(arena, &record, out, err) < 0)
		return -1;
	if (out->len - start > ENTRY_MAX_BYTES)
		return ERROR_SET(err, ERROR_LIMIT, document->origin,
			"this record has %zu bytes, at most %d can be kept", out->len - start,
			ENTRY_MAX_BYTES);
	return 0;
}

static const char reference_head[] =
	"# Records\n\n"
	"A record is one entry of the ledger, in canonical JSON; [its schema](../schema/"
	"record.schema.json) has every member.\n"
	"`decision`, `undecided` and `catalogue` are written by `gabion check --evidence`, `gap`, "
	"`prune` and "
	"`clock` by the notary. The\n"
	"others, and `clock` as well, come from documents, one or many in a YAML or JSON file, "
	"through `gabion ledger append`:\n\n"
	"```yaml\n"
	"apiVersion: gabion.dev/v1\n"
	"kind: Record\n"
	"type: detection\n"
	"incident: 2026-7\n"
	"detection:\n"
	"  title: a shell in the export\n"
	"  indicator: 2026-03-01T10:00:00.250Z\n"
	"  detected: 2026-03-01T10:00:30Z\n"
	"```\n\n"
	"Each is held to the form of its type; one field that is unknown, missing or malformed "
	"refuses it, with its line and\n"
	"column. Time, node, program and user are added. Times may have any offset and become UTC. "
	"A document without\n"
	"`kind: Record` becomes a record of type `note`, whatever is in it. "
	"[metrics.md](metrics.md) "
	"says what is computed\n"
	"from which.\n\n";

void record_print_reference(struct buf *out)
{
	buf_put(out, str_from(reference_head));
	form_print_fields(head_rows, out);
	for (size_t i = 0; types[i]; i++) {
		const struct form_field *row = last_row(forms_of_types[i]);
		buf_printf(out, "\n## %s\n\n%s", types[i], row->meaning);
		const struct form_field *incident = find_row(forms_of_types[i], STR("incident"));
		if (incident->name)
			buf_printf(out, " `incident` is %s.",
				incident->required ? "required" : "optional");
		buf_puts(out, "\n\n");
		form_print_fields(row->fields, out);
	}
}
