/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/commands.h"
#include "programs/gabion-oci/running.h"

static int pause_or_resume(struct invocation *invocation, bool pause, struct error *err)
{
	struct running running;
	int result = -1;
	invocation->step = pause ? "pausing" : "resuming";
	if (running_open(&running, invocation, err) == 0) {
		bool paused = running.condition == CONDITION_PAUSED;
		if (paused == pause)
			ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "the container '%s' is %s",
				running.status.id, condition_name(running.condition));
		else
			result = (pause ? cgroup_freeze : cgroup_thaw)(&running.cgroups.group, err);
	}
	running_close(&running);
	return result;
}

int command_pause(struct invocation *invocation, struct error *err)
{
	return pause_or_resume(invocation, true, err);
}

int command_resume(struct invocation *invocation, struct error *err)
{
	return pause_or_resume(invocation, false, err);
}
