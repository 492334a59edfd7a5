/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/running.h"

#include <unistd.h>

static int open_groups(struct running *running, struct error *err)
{
	const struct status *status = &running->status;
	if (running->condition == CONDITION_STOPPED)
		return ERROR_SET(
			err, ERROR_INPUT, NO_ORIGIN, "the container '%s' has stopped", status->id);
	if (cgroups_open(&running->cgroups, status->cgroup, 0, err) < 0)
		return -1;
	if (!running->cgroups.absent)
		return 0;
	ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "the container '%s' was started without cgroups",
		status->id);
	error_set_remedy(err, "start it as root, or with a cgroupsPath that was delegated");
	return -1;
}

int running_open(struct running *ret, struct invocation *invocation, struct error *err)
{
	int root, result = -1;
	*ret = (struct running){.status = {.folder = -1}};
	(void)cgroups_open(&ret->cgroups, "", 0, err);
	if (status_open_root(invocation, &root, err) < 0)
		return -1;
	if (status_load(invocation->arena, root, invocation->operands[0], &ret->status, err) == 0 &&
		status_condition(&ret->status, &ret->condition, err) == 0)
		result = open_groups(ret, err);
	(void)close(root);
	return result;
}

void running_close(struct running *running)
{
	cgroups_release(&running->cgroups);
	if (running->status.folder >= 0)
		(void)close(running->status.folder);
	running->status.folder = -1;
}
