/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/drill_trial.h"

#include "base/number.h"
#include "layers/context/grants.h"
#include "layers/context/schema.h"
#include "policy/context.h"
#include "programs/gabion/launch.h"
#include "sys/durable.h"
#include "sys/files.h"

#include <sys/mman.h>
#include <unistd.h>

enum { OUTPUT_BYTES = 64 << 10 };

const char *const drill_findings[FINDINGS] = {
	"blocked", "open", "refused by the kernel", "ESCAPED", "NO ANSWER"};

static bool grants_all(struct arena *arena, const struct context *context, struct str grants)
{
	struct policy_context needs;
	struct error err = {0};
	if (context_parse(arena, STR(""), grants, &needs, &err) < 0)
		return false;
	for (size_t i = 0; i < needs.grant_count; i++) {
		const struct policy_grant *grant = &needs.grants[i];
		enum opt_in opt_in = grant_opt_in(grant);
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

enum finding trial_finding(struct arena *arena, const struct trial *trial, size_t i)
{
	bool granted = is_granted(arena, &trial->context, &drills[i]);
	if (!trial->answered[i])
		return trial->silent && trial->image->source[0] != '\0' ? FINDING_BLOCKED
									: FINDING_SILENT;
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
	while (text.len > 0 && str_next_part(&text, '\n', &line))
		read_line(trial, line);
	for (size_t i = 0; drills[i].name; i++)
		trial->silent = trial->silent && !trial->answered[i];
}

static struct value probe_arguments(
	struct arena *arena, const struct drill_image *image, const char *marker)
{
	struct value *items = ARENA_NEW_ARRAY(arena, struct value, DRILL_COUNT_MAX + 2);
	size_t count = 0;
	items[count++] = value_ascii(image->script ? STR("/script") : STR("/probe"));
	items[count++] = value_string(str_copy(arena, str_from(marker)));
	for (const struct drill *drill = drills; drill->name; drill++)
		items[count++] = value_ascii(str_from(drill->name));
	return value_list(items, count);
}

static struct str content(struct arena *arena, const char *path)
{
	enum { BYTES = 64 << 20 };
	struct error err = {0};
	struct file_source source = {NULL, path, path};
	struct str text;
	return file_read(arena, &source, BYTES, &text, &err) == 0 ? text : STR("");
}

/* What no context may change, before and after. */
struct outside {
	struct str core_pattern, runtime;
};

static struct outside look_outside(struct invocation *invocation)
{
	char runtime[PATH_MAX];
	child_find_sibling("gabion-oci", runtime);
	struct str given = invocation_value(invocation, OPTION_RUNTIME, STR(""));
	return (struct outside){content(invocation->arena, "/proc/sys/kernel/core_pattern"),
		content(invocation->arena, given.len > 0 ? given.data : runtime)};
}

int trial_run(struct invocation *invocation, const struct loaded *loaded, struct trial *trial,
	struct error *err)
{
	struct arena *arena = invocation->arena;
	struct drill_root root;
	struct launch launch = {.invocation = invocation,
		.chosen = {.loaded = *loaded, .context = trial->context},
		.files = {.output = -1, .errors = -1, .listener = -1},
		.folder = trial->image->folder};
	struct outside before = look_outside(invocation);
	char probe[PATH_MAX];
	int status;
	trial->silent = true;
	child_find_sibling("gabion-probe", probe);
	if (drill_root_make(&root, arena, trial->image, probe, err) < 0)
		return -1;
	launch.files.output = memfd_create("drill", MFD_CLOEXEC);
	if (trial->quiet)
		launch.files.errors = launch.files.output;
	int started = launch.files.output < 0
			      ? durable_fail(&launch.err, "make", "a file in memory")
			      : launch_make(&launch, root.root,
					probe_arguments(arena, trial->image, root.marker));
	if (started == 0)
		started = launch_start(&launch, &status);
	if (launch.files.output >= 0) {
		read_output(trial, arena, launch.files.output);
		close(launch.files.output);
	}
	trial->intact = drill_root_intact(&root);
	struct outside after = look_outside(invocation);
	trial->core_pattern_kept = str_equal(before.core_pattern, after.core_pattern);
	trial->runtime_kept = str_equal(before.runtime, after.runtime);
	drill_root_remove(&root);
	if (started < 0)
		*err = launch.err;
	return started;
}
