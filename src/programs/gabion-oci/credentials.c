/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/credentials.h"

#include "sys/fail.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What a kernel can tell apart. */
enum { CAPABILITY_BITS = 64 };

struct sets {
	uint64_t effective, permitted, inheritable;
};

static int get_sets(struct sets *ret)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {{0}};
	if (syscall(SYS_capget, &header, data) < 0)
		return -errno;
	*ret = (struct sets){
		.effective = data[0].effective | (uint64_t)data[1].effective << 32,
		.permitted = data[0].permitted | (uint64_t)data[1].permitted << 32,
		.inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32,
	};
	return 0;
}

static int set_sets(const struct sets *sets)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {
		{(uint32_t)sets->effective, (uint32_t)sets->permitted, (uint32_t)sets->inheritable},
		{(uint32_t)(sets->effective >> 32), (uint32_t)(sets->permitted >> 32),
			(uint32_t)(sets->inheritable >> 32)},
	};
	return syscall(SYS_capset, &header, data) < 0 ? -errno : 0;
}

static int drop_bounding(uint64_t kept, struct error *err)
{
	for (unsigned long i = 0; i < CAPABILITY_BITS; i++) {
		if (kept >> i & 1)
			continue;
		if (prctl(PR_CAPBSET_DROP, i, 0, 0, 0) == 0)
			continue;
		if (errno == EINVAL)
			break;
		return fail_system(err, errno, "cannot drop capability %lu", i);
	}
	return 0;
}

static int set_groups(const struct task *task, struct error *err)
{
	const struct spec_user *user = &task->process->user;
	gid_t groups[64];
	size_t count = user->additional_gid_count;
	if (count > sizeof(groups) / sizeof(groups[0]))
		return ERROR_SET(err, ERROR_LIMIT, user->origin,
			"process.user.additionalGids: more than %zu groups",
			sizeof(groups) / sizeof(groups[0]));
	for (size_t i = 0; i < count; i++)
		groups[i] = (gid_t)user->additional_gids[i].value;
	if (task->no_setgroups && count == 0)
		return 0;
	if (syscall(SYS_setgroups, count, groups) == 0)
		return 0;
	(void)fail_system(err, errno, "process.user.additionalGids: cannot set groups");
	error_set_remedy(err, task->no_setgroups ? "a user who is not root cannot: remove them"
						 : "map these groups in linux.gidMappings");
	return -1;
}

static int fail_id(struct error *err, int cause, const char *what, uint32_t id)
{
	(void)fail_system(err, cause, "process.user.%s: cannot become %u", what, id);
	if (cause == EINVAL)
		error_set_remedy(err, "map it in linux.%sMappings", what);
	return -1;
}

int credentials_become(const struct task *task, struct error *err)
{
	const struct spec_user *user = &task->process->user;
	if (drop_bounding(task->process->capabilities.bounding, err) < 0 ||
		set_groups(task, err) < 0)
		return -1;
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return fail_system(err, errno, "cannot keep capabilities");
	if (syscall(SYS_setresgid, user->gid, user->gid, user->gid) < 0)
		return fail_id(err, errno, "gid", user->gid);
	if (syscall(SYS_setresuid, user->uid, user->uid, user->uid) < 0)
		return fail_id(err, errno, "uid", user->uid);
	struct sets sets = {0};
	int result = get_sets(&sets);
	sets.effective = sets.permitted;
	if (result == 0)
		result = set_sets(&sets);
	return result < 0 ? fail_system(err, -result, "cannot raise capabilities") : 0;
}

/* Those of them that cannot be raised are left out, as the specification asks. */
static void raise_ambient(uint64_t wanted)
{
	for (unsigned long i = 0; i < CAPABILITY_BITS; i++)
		if (wanted >> i & 1)
			(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i, 0, 0);
}

int credentials_restrict(const struct task *task, struct error *err)
{
	const struct spec_capabilities *wanted = &task->process->capabilities;
	struct sets sets = {0};
	if (task->process->no_new_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return fail_system(err, errno, "cannot set no_new_privs");
	int result = get_sets(&sets);
	if (result == 0) {
		sets.permitted &= wanted->permitted;
		sets.effective = wanted->effective & sets.permitted;
		/* With CAP_SETPCAP gone only what is permitted may be made inheritable. */
		sets.inheritable = wanted->inheritable & (sets.permitted | sets.inheritable);
		result = set_sets(&sets);
	}
	if (result < 0)
		return fail_system(err, -result, "cannot give up capabilities");
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	raise_ambient(wanted->ambient);
	(void)prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
	return 0;
}
