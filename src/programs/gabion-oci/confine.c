/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/landlock_rules.h"
#include "programs/gabion-oci/task.h"
#include "sys/fail.h"

#include <errno.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Source: linux/prctl.h of 6.3. */
enum { SET_MDWE = 65, MDWE_REFUSE_EXEC_GAIN = 1 };

static const char memory_annotation[] = "dev.gabion.memory-deny-write-execute";

static int refuse_exec_gain(const struct spec *spec, struct error *err)
{
	const char *wanted = spec_annotation(spec, memory_annotation);
	if (!wanted || strcmp(wanted, "false") == 0)
		return 0;
	if (strcmp(wanted, "true") != 0)
		return ERROR_SET(err, ERROR_INPUT, spec->annotations.origin,
			"%s: '%s' is neither true nor false", memory_annotation, wanted);
	/* Before Linux 6.3 the seccomp profile alone stands there. */
	if (prctl(SET_MDWE, MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) < 0 && errno != EINVAL &&
		errno != EPERM)
		return fail_system(err, errno, "cannot refuse memory that becomes executable");
	return 0;
}

int task_confine(struct task *task, struct arena *arena, const struct spec *spec, struct error *err)
{
	const char *text = spec_annotation(spec, LANDLOCK_ANNOTATION);
	struct landlock_text rules;
	task->landlock = (struct landlock_state){.ruleset = -1};
	if (refuse_exec_gain(spec, err) < 0)
		return -1;
	if (!text)
		return 0;
	if (landlock_text_read(arena, str_from(text), &rules, err) < 0 ||
		landlock_text_make(arena, &rules, &task->landlock, err) < 0)
		return -1;
	if (task->landlock.abi > 0)
		return 0;
	error_set_remedy(err, "boot with lsm=landlock,... or remove the annotation");
	return ERROR_SET(
		err, ERROR_SYSTEM, NO_ORIGIN, LANDLOCK_ANNOTATION ": this kernel has no Landlock");
}
