/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/judge.h"
#include "report/words.h"

#include <unistd.h>

static const char *const endings[] = {".yaml", ".yml", ".json", NULL};

struct gathering {
	struct invocation *invocation;
	struct judge_source *sources;
	size_t count, capacity;
	bool stdin_taken;
};

static struct judge_source *add_source(struct gathering *gathering)
{
	if (gathering->count == gathering->capacity)
		gathering->sources = arena_grow(gathering->invocation->arena, gathering->sources,
			gathering->count, &gathering->capacity, sizeof(*gathering->sources));
	struct judge_source *source = &gathering->sources[gathering->count++];
	*source = (struct judge_source){.kind = JUDGE_FILE};
	return source;
}

static void add_failure(struct gathering *gathering, const struct error *err)
{
	struct error *kept = ARENA_NEW(gathering->invocation->arena, struct error);
	struct judge_source *source = add_source(gathering);
	*kept = *err;
	source->kind = JUDGE_FAILED;
	source->name = err->file;
	source->failure = kept;
}

static void add_folder(struct gathering *gathering, struct str path)
{
	struct error err = {0};
	struct file_entry *entries;
	size_t count;
	int result = file_walk(gathering->invocation->arena, path, endings, &entries, &count, &err);
	for (size_t i = 0; i < count; i++) {
		struct judge_source *source = add_source(gathering);
		source->name = entries[i].path;
		source->file = (struct file_source){
			path.data, entries[i].relative.data, entries[i].path.data};
		source->found = true;
	}
	if (result < 0)
		add_failure(gathering, &err);
}

static int add_stream(struct gathering *gathering, struct str path, int fd, struct error *err)
{
	struct judge_source *source = add_source(gathering);
	source->kind = JUDGE_STREAM;
	source->fd = fd;
	source->name = fd == STDIN_FILENO ? STR("<stdin>") : path;
	if (fd != STDIN_FILENO)
		return 0;
	if (gathering->stdin_taken) {
		ERROR_SET(err, ERROR_POLICY, NO_ORIGIN, "standard input cannot be read twice");
		error_set_remedy(err, "name - once");
		return -1;
	}
	gathering->stdin_taken = true;
	if (isatty(STDIN_FILENO))
		console_say(gathering->invocation->console,
			STR("reading manifests from the terminal; end with Ctrl-D\n"));
	return 0;
}

static int gather(struct gathering *gathering, struct error *err)
{
	const struct invocation *invocation = gathering->invocation;
	for (size_t i = 0; i < invocation->argument_count; i++) {
		struct str path = invocation->arguments[i];
		int fd;
		if (judge_is_descriptor(path, &fd)) {
			if (add_stream(gathering, path, fd, err) < 0)
				return -1;
		} else if (file_is_folder(path.data)) {
			add_folder(gathering, path);
		} else {
			struct judge_source *source = add_source(gathering);
			source->name = path;
			source->file = (struct file_source){NULL, path.data, path.data};
		}
	}
	return 0;
}

enum { FAIL_ON_DENY, FAIL_ON_WARN, FAIL_ON_AUDIT, FAIL_ON_RISKS };

static bool findings_fail(const struct invocation *invocation, const struct report_summary *summary)
{
	int level = invocation_word(invocation, OPTION_FAIL_ON);
	size_t count = 0;
	if (invocation_has(invocation, OPTION_EXIT_ZERO))
		return false;
	if (level <= FAIL_ON_DENY)
		return summary->denied > 0;
	if (level < FAIL_ON_RISKS) {
		for (int phase = level == FAIL_ON_WARN ? PHASE_WARN : PHASE_AUDIT;
			phase <= PHASE_ENFORCE; phase++)
			count += tally_sum(summary->tally, STR(""), -1, -1, phase);
		return count > 0;
	}
	for (int risk = level - FAIL_ON_RISKS; risk <= RISK_CRITICAL; risk++)
		count += tally_sum(summary->tally, STR(""), -1, risk, -1);
	return count > 0;
}

/* Reports went to files only: say what became of it all the same. */
static void say_result(struct console *console, const struct report_summary *summary)
{
	char memory[256];
	struct buf text;
	buf_init_fixed(&text, memory, sizeof(memory));
	buf_printf(&text, "verdict: %s (", report_verdict_name(summary));
	words_put_result(&text, summary);
	buf_puts(&text, ")\n");
	console_say(console, buf_str(&text));
}

static int tell(struct invocation *invocation, const struct error *err)
{
	console_tell(invocation->console, "error", err, STR(""));
	return err->kind == ERROR_POLICY ? EXIT_INVALID : EXIT_UNDECIDED;
}

int command_check(struct invocation *invocation)
{
	struct error err = {0};
	struct loaded loaded;
	struct targets targets;
	struct evidence evidence;
	struct report_summary summary;
	struct gathering gathering = {.invocation = invocation};
	int code = load_catalogue(invocation, &loaded);
	if (code != EXIT_ALLOWED)
		return code;
	if (gather(&gathering, &err) < 0 || targets_open(&targets, invocation, &err) < 0)
		return tell(invocation, &err);
	bool recorded = invocation_has(invocation, OPTION_EVIDENCE);
	if (recorded)
		evidence_begin(&evidence, invocation,
			invocation_value(invocation, OPTION_EVIDENCE, STR("")).data);
	judge(&(struct judge_request){.invocation = invocation,
		      .loaded = &loaded,
		      .sources = gathering.sources,
		      .count = gathering.count,
		      .targets = &targets,
		      .evidence = recorded ? &evidence : NULL,
		      .owner = invocation_word(invocation, OPTION_OWNER),
		      .timed = invocation->console->out_terminal.interactive},
		&summary);
	size_t failures = targets_commit(&targets, invocation);
	if (recorded && evidence_end(&evidence) < 0)
		failures++;
	if (!targets.on_stdout && !invocation_has(invocation, OPTION_QUIET))
		say_result(invocation->console, &summary);
	if (findings_fail(invocation, &summary))
		return EXIT_DENIED;
	return summary.undecided + failures > 0 ? EXIT_UNDECIDED : EXIT_ALLOWED;
}
