/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/maps.h"

#include "sys/fail.h"
#include "sys/namespace.h"
#include "sys/process.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

/* uid and gid differ in names alone. */
struct kind {
	const char *file, *setting, *helper;
};

static const struct kind kinds[] = {
	{"uid_map", "linux.uidMappings", "newuidmap"},
	{"gid_map", "linux.gidMappings", "newgidmap"},
};

static int write_map(struct arena *arena, const struct kind *kind,
	const struct spec_id_mappings *mappings, int proc, pid_t pid)
{
	struct namespace_map *maps =
		ARENA_NEW_ARRAY(arena, struct namespace_map, mappings->count + 1);
	for (size_t i = 0; i < mappings->count; i++)
		maps[i] = (struct namespace_map){mappings->items[i].container_id,
			mappings->items[i].host_id, mappings->items[i].size};
	return namespace_write_map(proc, pid, kind->file, maps, mappings->count);
}

static __attribute__((noreturn)) void become_helper(const char *helper, char **arguments)
{
	static const char *const folders[] = {"/usr/bin", "/usr/local/bin", "/bin"};
	char *environment[] = {NULL};
	process_reset_signals();
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		char path[64];
		(void)snprintf(path, sizeof(path), "%s/%s", folders[i], helper);
		(void)execve(path, arguments, environment);
	}
	_exit(127);
}

/* newuidmap PID INSIDE OUTSIDE SIZE... looks up in /etc/subuid what we may use. */
static int ask_helper(struct arena *arena, const struct kind *kind,
	const struct spec_id_mappings *mappings, pid_t pid, struct error *err)
{
	char **arguments = ARENA_NEW_ARRAY(arena, char *, mappings->count * 3 + 3);
	size_t count = 0;
	arguments[count++] = (char *)(uintptr_t)kind->helper;
	arguments[count++] = (char *)(uintptr_t)str_format(arena, "%d", (int)pid).data;
	for (size_t i = 0; i < mappings->count; i++) {
		const struct spec_id_mapping *m = &mappings->items[i];
		const uint32_t numbers[] = {m->container_id, m->host_id, m->size};
		for (size_t k = 0; k < 3; k++)
			arguments[count++] =
				(char *)(uintptr_t)str_format(arena, "%u", numbers[k]).data;
	}
	struct namespace_clone clone = {.cgroup = -1};
	pid_t helper = namespace_clone(&clone);
	if (helper == 0)
		become_helper(kind->helper, arguments);
	if (helper < 0)
		return fail_system(
			err, -helper, "%s: cannot start %s", kind->setting, kind->helper);
	int status = process_reap(clone.pidfd);
	(void)close(clone.pidfd);
	if (status == 0)
		return 0;
	(void)ERROR_SET(err, ERROR_DENIED, mappings->origin, "%s: %s ended with status %d",
		kind->setting, kind->helper, status);
	error_set_remedy(err, status == 127
				      ? "install the package uidmap"
				      : "give the user these ids in /etc/subuid and /etc/subgid");
	return -1;
}

/* What a user without rights may map by himself: one id, his own. */
static bool is_own(const struct spec_id_mappings *mappings, uint32_t own)
{
	return mappings->count == 1 && mappings->items[0].size == 1 &&
	       mappings->items[0].host_id == own;
}

static int fail_map(struct error *err, const struct kind *kind,
	const struct spec_id_mappings *mappings, int result)
{
	(void)fail_system(err, -result, "%s: cannot map these ids", kind->setting);
	err->origin = mappings->origin;
	error_set_remedy(err, result == -EINVAL
				      ? "ranges must not overlap, and their ids be mapped here"
				      : "ask for ids that this user may use");
	return -1;
}

static int map_kind(struct arena *arena, const struct kind *kind,
	const struct spec_id_mappings *mappings, int proc, pid_t pid, struct error *err)
{
	if (mappings->count == 0)
		return 0;
	bool helped =
		geteuid() != 0 && !is_own(mappings, kind == &kinds[0] ? geteuid() : getegid());
	if (helped)
		return ask_helper(arena, kind, mappings, pid, err);
	int result = write_map(arena, kind, mappings, proc, pid);
	return result < 0 ? fail_map(err, kind, mappings, result) : 0;
}

bool maps_forbid_setgroups(const struct spec *spec)
{
	return spec->new_namespaces & CLONE_NEWUSER && geteuid() != 0 &&
	       is_own(&spec->gids, getegid());
}

int maps_write(struct arena *arena, const struct spec *spec, int proc, pid_t pid, struct error *err)
{
	if (maps_forbid_setgroups(spec)) {
		char path[32];
		(void)snprintf(path, sizeof(path), "%d/setgroups", (int)pid);
		int result = process_write_file(proc, path, STR("deny"));
		if (result < 0)
			return fail_system(err, -result, "cannot forbid setgroups");
	}
	if (map_kind(arena, &kinds[0], &spec->uids, proc, pid, err) < 0)
		return -1;
	return map_kind(arena, &kinds[1], &spec->gids, proc, pid, err);
}
