/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/learned.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/launch.h"
#include "programs/gabion/listen.h"
#include "programs/gabion/misses.h"

#include <unistd.h>

/* As other engines say that it was they who failed, not the workload. */
enum { EXIT_NOT_STARTED = 125 };

static int fail(struct launch *launch)
{
	console_tell(launch->invocation->console, "error", &launch->err, STR(""));
	return EXIT_NOT_STARTED;
}

/* What another image needs, nobody has seen. */
static void warn_of_image(struct launch *launch)
{
	struct str image = learned_image(&launch->chosen.context);
	struct str given = invocation_value(launch->invocation, OPTION_IMAGE_DIGEST, STR(""));
	struct error err = {0};
	if (image.len == 0 || given.len == 0 || str_equal(image, given))
		return;
	ERROR_SET(&err, ERROR_POLICY, launch->chosen.context.policy->origin,
		"the context was learned from the image %.*s, and this is %.*s", STR_ARGS(image),
		STR_ARGS(given));
	error_set_remedy(&err, "learn it again with gabion learn");
	error_set_file(&err, launch->chosen.context.policy->file);
	console_tell(launch->invocation->console, "warning", &err,
		load_text(&launch->chosen.loaded, err.file));
}

int command_run(struct invocation *invocation)
{
	struct launch launch = {
		.invocation = invocation, .files = {.output = -1, .errors = -1, .listener = -1}};
	int status = EXIT_NOT_STARTED;
	launch.terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	if (contexts_choose(invocation, &launch.chosen) != EXIT_ALLOWED)
		return EXIT_NOT_STARTED;
	warn_of_image(&launch);
	struct str rootfs = invocation_value(invocation, OPTION_ROOTFS, STR(""));
	if (launch_make(&launch, rootfs, launch_arguments(invocation)) < 0 ||
		launch_decide(&launch) < 0 || launch_record(&launch) < 0)
		return fail(&launch);
	if (launch.verdict.kind == VERDICT_DENY)
		return EXIT_NOT_STARTED;
	struct str address = invocation_value(invocation, OPTION_LISTEN, STR(""));
	if (address.len > 0) {
		launch.files.listener = listen_at(address, &launch.err);
		if (launch.files.listener < 0)
			return fail(&launch);
	}
	struct misses misses;
	misses_begin(&misses, &launch);
	int started = launch_start(&launch, &status);
	if (misses_end(&misses, &launch) < 0 || started < 0)
		return fail(&launch);
	return launch.failed ? EXIT_NOT_STARTED : status;
}
