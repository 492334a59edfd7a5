/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/destroy.h"

#include "programs/gabion-oci/cgroups.h"
#include "programs/gabion-oci/commands.h"
#include "programs/gabion-oci/hooks.h"
#include "programs/gabion-oci/log.h"
#include "sys/fail.h"
#include "sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

enum { DEATH_MS = 10000 };

/* Without a pid namespace of its own a container's other processes outlive its first. */
static int empty_cgroups(struct cgroups *groups, struct error *err)
{
	if (groups->absent)
		return 0;
	return cgroup_kill(&groups->group, SIGKILL, err) < 0 ? -1 : cgroups_remove(groups, err);
}

static int remove_cgroups(const struct status *status, struct error *err)
{
	struct cgroups groups;
	if (!status->cgroup[0])
		return 0;
	int result = cgroups_open(&groups, status->cgroup, 0, err);
	if (result == 0)
		result = empty_cgroups(&groups, err);
	cgroups_release(&groups);
	return result;
}

static int remove_all(
	int root, const struct status *status, struct cgroups *groups, struct error *err)
{
	int result = groups ? empty_cgroups(groups, err) : remove_cgroups(status, err);
	return result < 0 ? -1 : status_remove(root, status->id, status->folder, err);
}

int destroy(struct invocation *invocation, int root, const struct status *status,
	const struct spec *spec, struct cgroups *groups, struct error *err)
{
	struct error failed = {0};
	invocation->step = "removing the container";
	/* A failure that does not last must not leave anything. */
	if (remove_all(root, status, groups, &failed) < 0 &&
		remove_all(root, status, groups, err) < 0)
		return -1;
	memset(&failed, 0, sizeof(failed));
	if (spec && hooks_run(invocation->arena, spec, SPEC_HOOK_POSTSTOP, status,
			    CONDITION_STOPPED, &failed) < 0)
		log_error(invocation, &failed);
	return 0;
}

static int end_process(const struct status *status, int pidfd, bool force, struct error *err)
{
	enum condition condition;
	if (status_condition(status, &condition, err) < 0)
		return -1;
	if (!force && condition != CONDITION_CREATED) {
		(void)ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"container '%s' is %s, so it cannot be deleted", status->id,
			condition_name(condition));
		error_set_remedy(err, "kill it first, or use --force");
		return -1;
	}
	struct cgroups groups;
	struct error ignored = {0};
	/* A frozen process dies only once it is thawed. */
	if (status->cgroup[0] && cgroups_open(&groups, status->cgroup, 0, &ignored) == 0) {
		(void)cgroup_kill(&groups.group, SIGKILL, &ignored);
		cgroups_release(&groups);
	}
	(void)process_signal(pidfd, SIGKILL);
	int result = process_wait_end(pidfd, DEATH_MS);
	return result < 0 ? fail_system(err, -result, "container '%s' does not die", status->id)
			  : 0;
}

/* Cgroups that were about to be made: nobody of ours is in them, others are not ours to kill. */
static int remove_noted(const struct status *status, struct error *err)
{
	char path[CGROUP_PATH_BYTES];
	struct cgroups groups;
	if (!status_noted_cgroup(status->folder, path))
		return 0;
	int result = cgroups_open(&groups, path, 0, err);
	if (result == 0)
		result = cgroups_remove(&groups, err);
	cgroups_release(&groups);
	return result;
}

/* What a command that was killed left: a folder without a state. */
static int remove_remains(int root, const char *id, struct error *err)
{
	int folder = openat(root, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0)
		return errno == ENOENT
			       ? 0
			       : fail_system(err, errno, "cannot open the state of '%s'", id);
	struct status status = {.id = id, .folder = folder};
	int result = status_lock(&status, err);
	if (result == 0)
		result = remove_noted(&status, err);
	if (result == 0)
		result = status_remove(root, id, folder, err);
	(void)close(folder);
	return result;
}

int command_delete(struct invocation *invocation, struct error *err)
{
	struct status status;
	struct spec spec;
	struct error missing = {0};
	int root;
	bool force = invocation->options[OPTION_FORCE] != NULL;
	const char *id = invocation->operands[0];
	invocation->step = "deleting";
	if (status_open_root(invocation, &root, err) < 0 || status_check_id(id, err) < 0)
		return -1;
	if (status_load(invocation->arena, root, id, &status, &missing) < 0) {
		if (force)
			return remove_remains(root, id, err);
		*err = missing;
		return -1;
	}
	int pidfd = status_open_process(&status);
	if (pidfd >= 0 && end_process(&status, pidfd, force, err) < 0)
		return -1;
	if (pidfd < 0 && pidfd != -ESRCH)
		return fail_system(err, -pidfd, "cannot examine the process of '%s'", id);
	if (status_lock(&status, err) < 0)
		return -1;
	bool readable = spec_read(invocation->arena, status.config, &spec, &missing) == 0;
	return destroy(invocation, root, &status, readable ? &spec : NULL, NULL, err);
}
