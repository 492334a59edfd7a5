/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/cgroups.h"
#include "programs/gabion-oci/commands.h"
#include "programs/gabion-oci/status.h"
#include "sys/fail.h"
#include "sys/process.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

static int kill_all(const struct status *status, int number, struct error *err)
{
	struct cgroups groups;
	if (!status->cgroup[0]) {
		(void)ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"the container has no cgroup, so its processes cannot be found");
		error_set_remedy(err, "leave --all out");
		return -1;
	}
	int result = cgroups_open(&groups, status->cgroup, 0, err);
	if (result == 0)
		result = cgroup_kill(&groups.group, number, err);
	cgroups_release(&groups);
	return result;
}

static int kill_first(const struct status *status, int number, struct error *err)
{
	int pidfd = status_open_process(status);
	int result = pidfd < 0 ? pidfd : process_signal(pidfd, number);
	if (pidfd >= 0)
		(void)close(pidfd);
	if (result == -ESRCH)
		return ERROR_SET(
			err, ERROR_INPUT, NO_ORIGIN, "container not running: '%s'", status->id);
	return result < 0 ? fail_system(err, -result, "cannot send signal %d to '%s'", number,
				    status->id)
			  : 0;
}

int command_kill(struct invocation *invocation, struct error *err)
{
	struct status status;
	int root;
	const char *name = invocation->operand_count > 1 ? invocation->operands[1] : "TERM";
	int number = process_signal_number(name);
	invocation->step = "killing";
	if (number < 0)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "'%s' is no signal", name);
	if (status_open_root(invocation, &root, err) < 0 ||
		status_load(invocation->arena, root, invocation->operands[0], &status, err) < 0)
		return -1;
	return invocation->options[OPTION_ALL] ? kill_all(&status, number, err)
					       : kill_first(&status, number, err);
}
