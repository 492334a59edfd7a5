/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include "base/arena.h"
#include "data/document.h"
#include "fuzz.h"

enum { OUT_BYTES = 1 << 20 };

static const struct policy_subject_kind kind = {.name = "pod"};
static const struct policy_schema schema = {.layer = "cluster", .kinds = &kind};
static const struct policy policy = {.id = STR_INIT("a.b"),
	.title = STR_INIT("t"),
	.schema = &schema,
	.subject = &kind,
	.risk = RISK_HIGH,
	.remedy = STR_INIT("r"),
	.patch = {.operation = STR_INIT("replace"), .value = {.kind = VALUE_BOOL}}};
static const struct policy *const policies[] = {&policy};

/* Whatever stands in names and texts, a report is lines of visible characters. */
static void check_visible(struct str out)
{
	for (size_t i = 0; i < out.len; i++)
		PROPERTY(((unsigned char)out.data[i] >= 0x20 && out.data[i] != 0x7F) ||
			 out.data[i] == '\n');
}

/* What calls itself JSON is one document of our own strict reader. */
static void check_json(struct str out, struct arena *arena)
{
	struct documents documents;
	struct value root;
	struct error err = {0};
	documents_init(&documents, out, STR("report"), DOCUMENT_JSON, DOCUMENT_CEL);
	PROPERTY(documents_next(&documents, arena, &root, &err) == 1);
	PROPERTY(documents_next(&documents, arena, &root, &err) == 0);
	documents_release(&documents);
}

static void write_report(const struct report_format *format, struct arena *arena,
	const struct subject *subject, const struct verdict *verdict)
{
	static char memory[OUT_BYTES];
	struct buf out;
	struct error err = {.file = subject->file, .origin = subject->origin};
	struct report_context context = {.out = &out,
		.arena = arena,
		.policies = policies,
		.policy_count = 1,
		.profile = subject->name,
		.tool_version = STR("1.0.0"),
		.unicode = verdict->reasons[0].origin.line % 2 == 0};
	struct report_problem problem = {.error = &err, .text = subject->text};
	struct report_summary summary = {.tally = tally_new(arena, policies, 1)};
	ERROR_SET(&err, ERROR_INPUT, subject->origin, "%.*s", STR_ARGS(subject->name));
	buf_init_fixed(&out, memory, sizeof(memory));
	void *state = format->begin(&context);
	format->subject(state, subject, verdict);
	format->problem(state, &problem);
	format->end(state, &summary);
	PROPERTY(!out.truncated);
	check_visible(buf_str(&out));
	if (format->name[0] == 'j' && format->name[1] == 's')
		check_json(buf_str(&out), arena);
	if (format->name[0] == 's')
		check_json(buf_str(&out), arena);
}

/* Six bytes of place, then one text that is everything: names, message, path and file. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 6 || size > 4096)
		return 0;
	struct arena arena;
	struct str text = {(const char *)data + 6, size - 6};
	struct origin place = {data[0], data[1] | (uint32_t)data[2] << 8};
	struct subject subject = {.schema = &schema,
		.kind = &kind,
		.file = text,
		.text = text,
		.origin = place,
		.api_version = text,
		.object_kind = text,
		.namespace = text,
		.name = text};
	struct reason reason = {.policy = &policy,
		.has_patch = policy.patch.operation.len > 0,
		.patch_value = policy.patch.value,
		.phase = (enum policy_phase)(data[3] % 3),
		.path = text,
		.pointer = text,
		.origin = place,
		.length = data[4] | (uint32_t)data[5] << 8,
		.message = text,
		.remedy = text};
	struct verdict verdict = {.kind = VERDICT_DENY, .reasons = &reason, .count = 1};
	arena_init(&arena, 64 << 20);
	for (const struct report_format *const *at = report_formats; *at; at++)
		write_report(*at, &arena, &subject, &verdict);
	arena_release(&arena);
	return 0;
}
