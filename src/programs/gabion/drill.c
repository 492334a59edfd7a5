/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/drills.h"

#include "base/number.h"
#include "data/json.h"
#include "layers/context/schema.h"
#include "policy/context.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/drill_root.h"
#include "programs/gabion/evidence.h"
#include "programs/gabion/launch.h"
#include "programs/gabion/ledger.h"
#include "report/json.h"
#include "sys/child.h"
#include "sys/durable.h"
#include "sys/files.h"

#include <sys/mman.h>
#include <unistd.h>

enum { DRILL_COUNT_MAX = 128, OUTPUT_BYTES = 64 << 10 };

/* What came of one drill in one context. */
enum finding {
	FINDING_BLOCKED, /* as it must be */
	FINDING_OPEN,    /* as was granted */
	FINDING_KERNEL,  /* granted, but the kernel itself refuses it here */
	FINDING_ESCAPED, /* open, and nothing grants it */
	FINDING_SILENT,  /* the probe said nothing of it: nothing is proven */
	FINDINGS,
};
static const char *const finding_words[FINDINGS] = {
	"blocked", "open", "refused by the kernel", "ESCAPED", "NO ANSWER"};

struct drilling {
	struct invocation *invocation;
	struct loaded loaded;
	char probe[PATH_MAX];
	struct json json; /* of -o json */
	bool wants_json;
	size_t escaped, silent, runs;
	struct evidence *evidence; /* NULL: none */
};

/* One context being drilled. */
struct trial {
	struct context context;
	struct str name;
	const struct drill_image *image;
	enum drill_outcome outcomes[DRILL_COUNT_MAX];
	int numbers[DRILL_COUNT_MAX];
	bool answered[DRILL_COUNT_MAX];
	bool intact, core_pattern_kept;
	bool refused; /* the runtime would not start such an image: it gets nowhere */
};

static bool grants_all(struct arena *arena, const struct context *context, struct str grants)
{
	struct policy_context needs;
	struct error err = {0};
	if (context_parse(arena, STR(""), grants, &needs, &err) < 0)
		return false;
	for (size_t i = 0; i < needs.grant_count; i++) {
		const struct policy_grant *grant = &needs.grants[i];
		enum opt_in opt_in = (enum opt_in)(grant->opt_in - context_schema.opt_ins);
		if (!context_grants(context, opt_in, grant->value))
			return false;
	}
	return true;
}

/* Whether a context grants everything that a drill needs, in one way or another. */
static bool is_granted(
	struct arena *arena, const struct context *context, const struct drill *drill)
{
	struct str ways = drill->needs ? str_from(drill->needs) : STR(""), way;
	while (ways.len > 0 && str_next_part(&ways, '|', &way))
		if (grants_all(arena, context, way))
			return true;
	return false;
}

static enum finding finding_of(struct arena *arena, const struct trial *trial, size_t i)
{
	bool granted = is_granted(arena, &trial->context, &drills[i]);
	if (!trial->answered[i])
		return trial->refused ? FINDING_BLOCKED : FINDING_SILENT;
	if (trial->outcomes[i] == DRILL_OPEN)
		return granted ? FINDING_OPEN : FINDING_ESCAPED;
	return granted ? FINDING_KERNEL : FINDING_BLOCKED;
}

/* A line of the probe: "name word number"; anything else is not believed. */
static void read_line(struct trial *trial, struct str line)
{
	struct str name, word;
	int64_t number;
	if (!str_next_part(&line, ' ', &name) || !str_next_part(&line, ' ', &word) ||
		!number_parse_int(line, &number))
		return;
	const struct drill *drill = drill_find(name);
	for (int outcome = 0; drill && outcome < DRILL_OUTCOMES; outcome++) {
		if (!str_equal(word, str_from(drill_outcomes[outcome])))
			continue;
		trial->outcomes[drill - drills] = (enum drill_outcome)outcome;
		trial->numbers[drill - drills] = (int)number;
		trial->answered[drill - drills] = true;
	}
}

static void read_output(struct trial *trial, struct arena *arena, int fd)
{
	struct error err = {0};
	struct str text, line;
	if (lseek(fd, 0, SEEK_SET) < 0 ||
		file_read_stream(arena, fd, "the probe", OUTPUT_BYTES, &text, &err) < 0)
		return;
	trial->refused = trial->image->link && text.len == 0;
	while (text.len > 0 && str_next_part(&text, '\n', &line))
		read_line(trial, line);
}

static struct value probe_arguments(struct arena *arena, const char *marker)
{
	struct value *items = ARENA_NEW_ARRAY(arena, struct value, DRILL_COUNT_MAX + 2);
	size_t count = 0;
	items[count++] = value_ascii(STR("/probe"));
	items[count++] = value_string(str_copy(arena, str_from(marker)));
	for (const struct drill *drill = drills; drill->name; drill++)
		items[count++] = value_ascii(str_from(drill->name));
	return value_list(items, count);
}

static struct str core_pattern(struct arena *arena)
{
	static const char path[] = "/proc/sys/kernel/core_pattern";
	struct error err = {0};
	struct file_source source = {NULL, path, path};
	struct str text;
	return file_read(arena, &source, 4096, &text, &err) == 0 ? text : STR("");
}

static int run_trial(struct drilling *drilling, struct trial *trial, struct error *err)
{
	struct arena *arena = drilling->invocation->arena;
	struct drill_root root;
	struct launch launch = {.invocation = drilling->invocation,
		.chosen = {.loaded = drilling->loaded, .context = trial->context}};
	struct str before = core_pattern(arena);
	int status;
	if (drill_root_make(&root, arena, trial->image, drilling->probe, err) < 0)
		return -1;
	launch.output = memfd_create("drill", MFD_CLOEXEC);
	int started = launch.output < 0 ? durable_fail(&launch.err, "make", "a file in memory")
					: launch_make(&launch, root.root,
						  probe_arguments(arena, root.marker));
	if (started == 0)
		started = launch_start(&launch, &status);
	if (launch.output >= 0) {
		read_output(trial, arena, launch.output);
		close(launch.output);
	}
	trial->intact = drill_root_intact(&root);
	trial->core_pattern_kept = str_equal(before, core_pattern(arena));
	drill_root_remove(&root);
	if (started < 0)
		*err = launch.err;
	return started;
}

static void put_row(
	struct drilling *drilling, const struct trial *trial, size_t i, enum finding finding)
{
	struct buf *out = &drilling->invocation->console->out.buf;
	if (!drilling->wants_json) {
		buf_printf(out, "  %-21s %-16s %s\n", finding_words[finding], drills[i].name,
			drills[i].attempt);
		return;
	}
	json_line(&drilling->json, 2);
	json_open(&drilling->json, "", '{');
	json_text(&drilling->json, "drill", drills[i].name);
	json_text(&drilling->json, "finding", finding_words[finding]);
	json_text(&drilling->json, "attempt", drills[i].attempt);
	if (drills[i].needs)
		json_text(&drilling->json, "needs", drills[i].needs);
	if (drills[i].source[0] != '\0')
		json_text(&drilling->json, "source", drills[i].source);
	json_uint(&drilling->json, trial->outcomes[i] == DRILL_KILLED ? "signal" : "errno",
		(uint64_t)trial->numbers[i]);
	json_close(&drilling->json, '}');
}

/* The canaries outside, which no probe can talk about. */
static void put_outside(struct drilling *drilling, const struct trial *trial)
{
	struct buf *out = &drilling->invocation->console->out.buf;
	bool escaped = !trial->intact || !trial->core_pattern_kept;
	drilling->escaped += escaped;
	if (drilling->wants_json) {
		json_bool(&drilling->json, "outsideIntact", trial->intact);
		json_bool(&drilling->json, "corePatternKept", trial->core_pattern_kept);
		return;
	}
	buf_printf(out, "  %-21s %-16s %s\n",
		finding_words[escaped ? FINDING_ESCAPED : FINDING_BLOCKED], "outside",
		"change files of the host and its core pattern, seen from outside");
}

static void count(struct drilling *drilling, const size_t *counts)
{
	drilling->escaped += counts[FINDING_ESCAPED];
	drilling->silent += counts[FINDING_SILENT];
	drilling->runs++;
}

static void put_trial(struct drilling *drilling, const struct trial *trial)
{
	struct buf *out = &drilling->invocation->console->out.buf;
	size_t counts[FINDINGS] = {0};
	if (drilling->wants_json) {
		json_line(&drilling->json, 1);
		json_open(&drilling->json, "", '{');
		json_str(&drilling->json, "context", trial->name);
		json_text(&drilling->json, "image", trial->image->name);
		json_open(&drilling->json, "drills", '[');
	} else {
		buf_printf(out, "context %.*s", STR_ARGS(trial->name));
		if (trial->image->link)
			buf_printf(out, ", image %s: %s (%s)", trial->image->name,
				trial->image->trick, trial->image->source);
		buf_puts(out, "\n");
	}
	for (size_t i = 0; drills[i].name; i++) {
		enum finding finding = finding_of(drilling->invocation->arena, trial, i);
		counts[finding]++;
		bool plain = finding == FINDING_BLOCKED;
		if (drilling->wants_json || !plain || !trial->image->link)
			put_row(drilling, trial, i, finding);
	}
	if (drilling->wants_json)
		json_close(&drilling->json, ']');
	put_outside(drilling, trial);
	if (drilling->wants_json)
		json_bool(&drilling->json, "refused", trial->refused);
	if (drilling->wants_json)
		json_close(&drilling->json, '}');
	else if (trial->refused)
		buf_puts(out, "  the runtime refuses to start it\n\n");
	else
		buf_printf(out, "  %zu blocked, %zu open as granted, %zu escaped\n\n",
			counts[FINDING_BLOCKED] + counts[FINDING_KERNEL], counts[FINDING_OPEN],
			counts[FINDING_ESCAPED]);
	count(drilling, counts);
}

/* A drill is evidence too, and marked so that no figure takes it for an incident. */
static void record(struct drilling *drilling, const struct trial *trial)
{
	struct arena *arena = drilling->invocation->arena;
	struct record_head head = ledger_head(arena, "gabion drill context");
	struct buf note, text;
	struct value document;
	struct error err = {0};
	if (!drilling->evidence)
		return;
	head.drill = true;
	buf_init_arena(&note, arena, 4096);
	struct json json = {.out = &note};
	json_open(&json, "", '{');
	json_str(&json, "context", trial->name);
	json_text(&json, "image", trial->image->name);
	json_bool(&json, "outsideIntact", trial->intact && trial->core_pattern_kept);
	json_open(&json, "drills", '{');
	for (size_t i = 0; drills[i].name; i++)
		json_text(&json, drills[i].name, finding_words[finding_of(arena, trial, i)]);
	json_close(&json, '}');
	json_close(&json, '}');
	buf_init_arena(&text, arena, 4096);
	if (json_read(arena, buf_str(&note), DOCUMENT_CEL, &document, &err) == 0 &&
		record_print_note(arena, &head, &document, &text, &err) == 0)
		evidence_add(drilling->evidence, buf_str(&text));
	else
		console_tell(drilling->invocation->console, "error", &err, STR(""));
}

static int drill(struct drilling *drilling, struct trial *trial)
{
	struct error err = {0};
	if (run_trial(drilling, trial, &err) < 0) {
		console_tell(drilling->invocation->console, "error", &err, STR(""));
		return -1;
	}
	put_trial(drilling, trial);
	record(drilling, trial);
	output_flush(&drilling->invocation->console->out);
	return 0;
}

static int drill_images_of(
	struct drilling *drilling, const struct context *context, struct str name)
{
	int result = 0;
	for (const struct drill_image *image = drill_images; image->name; image++) {
		struct trial trial = {.context = *context, .name = name, .image = image};
		if (drill(drilling, &trial) < 0)
			result = -1;
	}
	return result;
}

/* Every set of opt-ins that a drill needs, alone: it must open these drills and no others. */
static int drill_each(struct drilling *drilling)
{
	struct arena *arena = drilling->invocation->arena;
	int result = 0;
	for (const struct drill *at = drills; at->name; at++) {
		struct policy_context *policy = ARENA_NEW(arena, struct policy_context);
		struct trial trial = {.image = &drill_images[0]};
		struct error err = {0};
		bool seen = false;
		for (const struct drill *other = drills; other < at && at->needs; other++)
			seen = seen || (other->needs && strcmp(other->needs, at->needs) == 0);
		if (!at->needs || seen)
			continue;
		trial.name = str_trim(
			str_slice(str_from(at->needs), 0, str_find_char(str_from(at->needs), '|')));
		if (context_parse(arena, trial.name, trial.name, policy, &err) < 0 ||
			context_make(arena, policy, 0, &trial.context, &err) < 0) {
			console_tell(drilling->invocation->console, "error", &err, STR(""));
			return -1;
		}
		if (drill(drilling, &trial) < 0)
			result = -1;
	}
	return result;
}

static int drill_all(struct drilling *drilling)
{
	struct context context;
	struct str name = invocation_value(drilling->invocation, OPTION_CONTEXT, STR("default"));
	int code = contexts_named(drilling->invocation, &drilling->loaded, name, &context);
	if (code != EXIT_ALLOWED)
		return code;
	if (drilling->wants_json)
		json_open(&drilling->json, "", '[');
	int result = drill_images_of(drilling, &context, name);
	if (invocation_has(drilling->invocation, OPTION_EACH) && drill_each(drilling) < 0)
		result = -1;
	if (drilling->wants_json) {
		json_close(&drilling->json, ']');
		buf_puts(drilling->json.out, "\n");
	}
	if (drilling->escaped > 0)
		return EXIT_DENIED;
	return result < 0 || drilling->silent > 0 ? EXIT_UNDECIDED : EXIT_ALLOWED;
}

int command_drill_context(struct invocation *invocation)
{
	struct evidence evidence;
	struct drilling drilling = {.invocation = invocation,
		.json = {.out = &invocation->console->out.buf},
		.wants_json = invocation_word(invocation, OPTION_FORM) == 1};
	int code = load_catalogue(invocation, &drilling.loaded);
	if (code != EXIT_ALLOWED)
		return code;
	child_find_sibling("gabion-probe", drilling.probe);
	if (invocation_has(invocation, OPTION_EVIDENCE)) {
		evidence_begin(&evidence, invocation,
			invocation_value(invocation, OPTION_EVIDENCE, STR("")).data);
		drilling.evidence = &evidence;
	}
	code = drill_all(&drilling);
	if (drilling.evidence && evidence_end(&evidence) < 0 && code == EXIT_ALLOWED)
		code = EXIT_UNDECIDED;
	return code;
}
