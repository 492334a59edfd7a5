/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/learn.h"

#include "base/limits.h"
#include "base/number.h"
#include "data/document.h"
#include "data/edit.h"
#include "layers/context/effective.h"
#include "layers/context/grants.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/launch.h"
#include "programs/gabion/learn_static.h"
#include "programs/gabion/listen.h"
#include "programs/gabion/watch.h"
#include "sys/cgroup.h"
#include "sys/files.h"

#include <sys/utsname.h>
#include <unistd.h>

enum { NOT_STARTED = 125 };

/* A command line being carried out. */
struct learning {
	struct invocation *invocation;
	struct chosen_context chosen;
	struct observed *observed; /* shared memory */
	struct spec spec;          /* of the configuration that the workload runs with */
	struct seccomp_program floor;
	uint8_t floor_says[OBSERVED_CALLS];
	uint64_t runs, seconds;
	struct utsname machine;
	int listener; /* given to every run; -1: none */
	struct error err;
};

static int read_count(struct learning *learning, enum option_id id, uint64_t least, uint64_t most,
	uint64_t *ret_number)
{
	struct str text = invocation_value(learning->invocation, id, STR(""));
	if (text.len == 0)
		return 0;
	if (number_parse_uint(text, 10, ret_number) && *ret_number >= least && *ret_number <= most)
		return 0;
	return ERROR_SET(&learning->err, ERROR_POLICY, NO_ORIGIN,
		"--%s takes a number from %llu to %llu, not '%.*s'", option_row(id)->name,
		(unsigned long long)least, (unsigned long long)most, STR_ARGS(text));
}

/* The floor, as the configuration has it: it decides in every run what may be done. */
static int read_floor(struct learning *learning, const struct launch *launch)
{
	struct arena *arena = learning->invocation->arena;
	if (learning->floor.code)
		return 0;
	if (spec_from_value(arena, &launch->config, &learning->spec, &learning->err) < 0)
		return -1;
	if (!learning->spec.seccomp)
		return ERROR_SET(&learning->err, ERROR_BUG, NO_ORIGIN,
			"the context has no list of system calls");
	learn_floor(learning->spec.seccomp, learning->floor_says);
	return seccomp_compile(
		arena, learning->spec.seccomp, &learning->floor, NULL, &learning->err);
}

/* Every call that is neither known nor recorded waits for the watcher. */
static int put_section(struct learning *learning, struct launch *launch, const struct watch *watch)
{
	struct arena *arena = learning->invocation->arena;
	struct spec_seccomp section;
	learn_section(arena, learning->spec.seccomp, watch->records ? NULL : learning->observed,
		watch_looks_at, watch->path, &section);
	return config_put(arena, &launch->config, STR("/linux/seccomp"),
		       seccomp_value(arena, &section), &learning->err) < 0 ||
			       config_put(arena, &launch->config,
				       STR("/linux/seccomp/listenerPath"),
				       value_string(str_copy(arena, str_from(watch->path))),
				       &learning->err) < 0
		       ? -1
		       : 0;
}

static int make_launch(struct learning *learning, struct launch *launch)
{
	struct invocation *invocation = learning->invocation;
	struct str rootfs = invocation_value(invocation, OPTION_ROOTFS, STR(""));
	*launch = (struct launch){.invocation = invocation,
		.chosen = learning->chosen,
		.files = {.output = invocation_has(invocation, OPTION_LEARNED) ? -1 : STDERR_FILENO,
			.errors = -1,
			.listener = learning->listener}};
	if (launch_make(launch, rootfs, launch_arguments(invocation)) == 0 &&
		launch_decide(launch) == 0 && launch->verdict.kind != VERDICT_DENY)
		return read_floor(learning, launch);
	learning->err = launch->err;
	return ERROR_SET(
		&learning->err, ERROR_POLICY, NO_ORIGIN, "the policies refuse this context");
}

static int watch_run(struct learning *learning, struct launch *launch, struct watch *watch)
{
	int status = NOT_STARTED;
	if (watch_open(watch, &learning->err) < 0 || put_section(learning, launch, watch) < 0 ||
		watch_start(watch, &learning->err) < 0)
		return -1;
	if (launch_start(launch, &status) < 0) {
		learning->err = launch->err;
		return -1;
	}
	learning->observed->runs[learning->observed->run_count - 1].status = status;
	return 0;
}

/* In the first run nothing is known, and all would wait; later, to record costs more than to ask.
 * The recorder knows a cgroup of version 2, and numbers of one architecture. */
static bool can_record(const struct learning *learning, const char *cgroup)
{
	struct cgroup_layout layout;
	struct error ignored = {0};
	if (learning->observed->run_count > 0 || cgroup[0] == '\0' ||
		!learn_is_native(learning->spec.seccomp))
		return false;
	bool can = cgroup_layout_open(&layout, "/sys/fs/cgroup", &ignored) == 0 &&
		   cgroup_layout_unified(&layout) >= 0;
	cgroup_layout_close(&layout);
	return can;
}

static int learn_run(struct learning *learning)
{
	struct launch launch;
	char cgroup[LAUNCH_CGROUP_BYTES] = "";
	struct watch watch = {.observed = learning->observed,
		.floor = &learning->floor,
		.floor_says = learning->floor_says,
		.cgroup = cgroup,
		.most_ms = (int64_t)learning->seconds * 1000};
	if (make_launch(learning, &launch) < 0)
		return -1;
	if (geteuid() == 0)
		launch_cgroup(&launch, cgroup);
	watch.records = can_record(learning, cgroup);
	int watched = watch_run(learning, &launch, &watch);
	watch_close(&watch);
	if (watched < 0 || learning->observed->runs[learning->observed->run_count - 1].started)
		return watched;
	return ERROR_SET(&learning->err, ERROR_SYSTEM, NO_ORIGIN,
		"run %u: the program was not started", learning->observed->run_count);
}

/* "learned-" and what is allowed in a name of the program's. */
static struct str make_id(struct learning *learning)
{
	struct str program = learning->invocation->arguments[0];
	struct buf out;
	buf_init_arena(&out, learning->invocation->arena, 64);
	buf_puts(&out, "learned");
	bool gap = true;
	for (size_t i = 0; i < program.len && out.len < 60; i++) {
		char c = program.data[i];
		if (c == '/')
			out.len = STR("learned").len;
		bool upper = c >= 'A' && c <= 'Z';
		bool plain = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		gap = gap || !plain;
		if (!plain)
			continue;
		if (gap)
			buf_put_char(&out, '-');
		buf_put_char(&out, upper ? (char)(c - 'A' + 'a') : c);
		gap = false;
	}
	return buf_str(&out);
}

static int write_profile(struct learning *learning)
{
	struct invocation *invocation = learning->invocation;
	struct str path = invocation_value(invocation, OPTION_LEARNED, STR(""));
	const struct context *context = &learning->chosen.context;
	struct output file;
	struct learn_profile profile = {.observed = learning->observed,
		.floor = learning->floor_says,
		.context = context->policy,
		.has_network = context_grants(context, OPT_IN_NETWORK, STR("")) ||
			       context_grants(context, OPT_IN_HOST_NAMESPACE, STR("network")),
		.id = invocation_value(invocation, OPTION_ID, make_id(learning)),
		.program = invocation->arguments[0],
		.architecture = str_from(learning->machine.machine),
		.kernel = str_from(learning->machine.release),
		.image = invocation_value(learning->invocation, OPTION_IMAGE_DIGEST, STR(""))};
	if (path.len == 0) {
		learn_print(invocation->arena, &profile, &invocation->console->out.buf);
		return 0;
	}
	if (output_to_file(&file, invocation->arena, path.data, &learning->err) < 0)
		return -1;
	learn_print(invocation->arena, &profile, &file.buf);
	return output_commit(&file, &learning->err);
}

static void tell_summary(struct learning *learning)
{
	const struct observed *observed = learning->observed;
	struct arena *arena = learning->invocation->arena;
	const struct observed_run *last = &observed->runs[observed->run_count - 1];
	console_say(learning->invocation->console,
		str_format(arena, "new system calls per run: %.*s\n",
			STR_ARGS(learn_saturation(arena, observed))));
	if (last->new_calls > 0)
		console_say(learning->invocation->console,
			STR("the last run brought new ones: more runs may bring more\n"));
	if (observed->lost > 0)
		console_say(learning->invocation->console,
			str_format(arena,
				"%u paths or addresses were too many or too long, and are "
				"missing\n",
				observed->lost));
}

static int exit_code(const struct learning *learning)
{
	for (uint32_t i = 0; i < learning->observed->run_count; i++) {
		const struct observed_run *run = &learning->observed->runs[i];
		if (run->status != 0 && !run->ended_by_us)
			return EXIT_DENIED;
	}
	return EXIT_ALLOWED;
}

static int merge_file(struct learning *learning, struct str path)
{
	struct arena *arena = learning->invocation->arena;
	struct file_source source = {NULL, path.data, path.data};
	struct documents documents;
	struct value document;
	struct str text;
	if (file_read(arena, &source, LIMIT_CONTEXT_CONFIG_BYTES, &text, &learning->err) < 0)
		return -1;
	documents_init(&documents, text, path, DOCUMENT_DETECT, DOCUMENT_CEL);
	int got = documents_next(&documents, arena, &document, &learning->err);
	documents_release(&documents);
	if (got == 0)
		got = ERROR_SET(&learning->err, ERROR_INPUT, NO_ORIGIN, "the file is empty");
	if (got > 0)
		got = learn_merge(learning->observed, &document,
			str_from(learning->machine.machine), &learning->err);
	error_set_file(&learning->err, path);
	return got < 0 ? -1 : 0;
}

static int learn(struct learning *learning)
{
	const struct option_use *merge = &learning->invocation->options[OPTION_MERGE];
	for (size_t i = 0; i < merge->count; i++)
		if (merge_file(learning, merge->values[i]) < 0)
			return -1;
	for (uint64_t i = 0; i < learning->runs; i++)
		if (learn_run(learning) < 0)
			return -1;
	const char *refusal = learn_refusal(learning->observed);
	if (refusal)
		return ERROR_SET(&learning->err, ERROR_INPUT, NO_ORIGIN, "%s", refusal);
	if (learn_static(learning->invocation->arena,
		    invocation_value(learning->invocation, OPTION_ROOTFS, STR("")),
		    !invocation_has(learning->invocation, OPTION_SEEN_ONLY), learning->observed,
		    &learning->err) < 0)
		return -1;
	tell_summary(learning);
	return write_profile(learning);
}

static int fail(const struct learning *learning)
{
	console_tell(learning->invocation->console, "error", &learning->err, STR(""));
	return learning->err.kind == ERROR_POLICY ? EXIT_INVALID : EXIT_UNDECIDED;
}

int command_learn(struct invocation *invocation)
{
	struct learning learning = {.invocation = invocation, .runs = 1, .listener = -1};
	if (read_count(&learning, OPTION_RUNS, 1, OBSERVED_RUNS, &learning.runs) < 0 ||
		read_count(&learning, OPTION_FOR, 1, 1000000, &learning.seconds) < 0)
		return fail(&learning);
	int code = contexts_choose(invocation, &learning.chosen);
	if (code != EXIT_ALLOWED)
		return code;
	(void)uname(&learning.machine);
	struct str address = invocation_value(invocation, OPTION_LISTEN, STR(""));
	if (address.len > 0) {
		learning.listener = listen_at(address, &learning.err);
		if (learning.listener < 0)
			return fail(&learning);
	}
	learning.observed = watch_share(&learning.err);
	if (!learning.observed)
		return fail(&learning);
	code = learn(&learning) < 0 ? fail(&learning) : exit_code(&learning);
	watch_unshare(learning.observed);
	return code;
}
