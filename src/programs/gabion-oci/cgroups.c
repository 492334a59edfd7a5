/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/cgroups.h"

#include "programs/gabion-oci/settings.h"
#include "sys/cgroup_delegate.h"
#include "sys/cgroup_file.h"
#include "sys/device_rules.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static const char mount_root[] = "/sys/fs/cgroup";

#define CHARACTER(major, minor) \
	{ \
		'c', true, DEVICE_ALL, major, minor \
	}

/* What the specification puts into every container ("Default Devices"): null, zero, full, random,
 * urandom, tty, console, ptmx, and the terminals made through it. */
static const struct device_rule defaults[] = {
	CHARACTER(1, 3),
	CHARACTER(1, 5),
	CHARACTER(1, 7),
	CHARACTER(1, 8),
	CHARACTER(1, 9),
	CHARACTER(5, 0),
	CHARACTER(5, 1),
	CHARACTER(5, 2),
	CHARACTER(136, DEVICE_ANY),
};

enum { DEFAULTS = sizeof(defaults) / sizeof(defaults[0]) };

static unsigned access_of(const char *letters)
{
	if (!letters)
		return DEVICE_ALL;
	return (strchr(letters, 'r') ? DEVICE_READ : 0) |
	       (strchr(letters, 'w') ? DEVICE_WRITE : 0) |
	       (strchr(letters, 'm') ? DEVICE_MKNOD : 0);
}

static struct device_rule rule_of(const struct spec_device_rule *rule)
{
	return (struct device_rule){
		.type = rule->type.text && rule->type.text[0] ? rule->type.text[0] : 'a',
		.allow = rule->allow,
		.access = access_of(rule->access.text),
		.major = rule->major.set ? rule->major.value : DEVICE_ANY,
		.minor = rule->minor.set ? rule->minor.value : DEVICE_ANY,
	};
}

/* A device of linux.devices must be there: its node may be made; to use it needs a rule. */
static struct device_rule node_of(const struct spec_device *device)
{
	return (struct device_rule){
		.type = device->type.text[0] == 'b' ? 'b' : 'c',
		.allow = true,
		.access = device->type.text[0] == 'p' ? 0 : DEVICE_MKNOD,
		.major = device->major.value,
		.minor = device->minor.value,
	};
}

static struct device_rules device_rules(struct arena *arena, const struct spec *spec)
{
	size_t given = spec->resources ? spec->resources->devices.count : 0;
	size_t most = given + spec->devices.count + DEFAULTS, count = 0;
	struct device_rule *items = ARENA_NEW_ARRAY(arena, struct device_rule, most);
	for (size_t i = 0; i < given; i++)
		items[count++] = rule_of(&spec->resources->devices.items[i]);
	for (size_t i = 0; i < spec->devices.count; i++)
		items[count++] = node_of(&spec->devices.items[i]);
	memcpy(&items[count], defaults, sizeof(defaults));
	return (struct device_rules){items, count + DEFAULTS};
}

/* What a start needs, made out before anything is changed on the machine. */
struct plan {
	struct settings settings;
	struct device_program program; /* version 2 */
	struct device_list list;       /* version 1 */
	char path[CGROUP_PATH_BYTES];
};

static int plan_devices(struct plan *plan, struct arena *arena, const struct spec *spec,
	const struct settings_host *host, struct error *err)
{
	struct device_rules rules = device_rules(arena, spec);
	if (host->version[CGROUP_DEVICES] == 1)
		return device_list_make(arena, rules, &plan->list, err);
	if (host->version[CGROUP_DEVICES] == 2)
		return device_program_make(arena, rules, &plan->program, err);
	if (!spec->resources || spec->resources->devices.count == 0)
		return 0;
	ERROR_SET(err, ERROR_SYSTEM, spec->resources->devices.origin,
		"linux.resources.devices needs the cgroup controller 'devices', which is not "
		"mounted");
	error_set_remedy(err, "mount it (`mount -t cgroup -o devices none "
			      "/sys/fs/cgroup/devices`), or boot with version 2");
	return -1;
}

int cgroups_path(const struct spec *spec, const char *id, char ret_path[CGROUP_PATH_BYTES],
	struct error *err)
{
	const char *given = spec->cgroups_path.text;
	if (!given || !given[0]) {
		(void)snprintf(ret_path, CGROUP_PATH_BYTES, "gabion-%s", id);
		return 0;
	}
	if (cgroup_path(given, ret_path, err) == 0)
		return 0;
	err->origin = spec->cgroups_path.origin;
	return -1;
}

static int make_plan(struct cgroups *groups, struct plan *plan, struct arena *arena,
	const struct spec *spec, const char *id, struct error *err)
{
	struct settings_host host;
	settings_host_of(&groups->layout, &host);
	const char *given = spec->cgroups_path.text;
	groups->mapped = given && cgroup_path_is_systemd(given);
	if (cgroups_path(spec, id, plan->path, err) < 0)
		return -1;
	if (spec->resources &&
		settings_make(arena, spec->resources, &host, &plan->settings, err) < 0)
		return -1;
	return plan_devices(plan, arena, spec, &host, err);
}

/* Whether we lack the rights of the machine's root; the first namespace maps all numbers. */
static bool is_rootless(void)
{
	char text[128];
	if (geteuid() != 0)
		return true;
	ssize_t length = cgroup_file_read(AT_FDCWD, "/proc/self/uid_map", text, sizeof(text));
	return length <= 0 ||
	       str_find((struct str){text, (size_t)length}, STR("4294967295"), 0) == SIZE_MAX;
}

/* In a user namespace device filters cannot be set, and need not be: the kernel makes no device
 * nodes there, and opens none on what was mounted there. */
static int apply_devices(const struct cgroups *groups, const struct plan *plan, struct error *err)
{
	int index = cgroup_layout_find(&groups->layout, CGROUP_DEVICES);
	if (index < 0)
		return 0;
	struct error refused = {0};
	int folder = groups->group.folders[index];
	int result = groups->layout.items[index].unified
			     ? device_program_attach(folder, &plan->program, &refused)
			     : device_list_apply(folder, &plan->list, &refused);
	if (result == 0 || (refused.kind == ERROR_DENIED && is_rootless()))
		return 0;
	*err = refused;
	return -1;
}

static int apply_plan(struct cgroups *groups, const struct plan *plan, struct error *err)
{
	if (settings_apply(&groups->group, &plan->settings, err) < 0 ||
		apply_devices(groups, plan, err) < 0 ||
		cgroup_door_open(&groups->door, &groups->group, err) < 0)
		return -1;
	groups->target_fd = cgroup_tasks_target(&groups->group, 0, err);
	return 0;
}

static void start_empty(struct cgroups *groups)
{
	*groups = (struct cgroups){.target_fd = -1};
	groups->group.layout = &groups->layout;
	for (unsigned i = 0; i < CGROUP_HIERARCHIES; i++)
		groups->group.folders[i] = -1;
}

/* Without rights to any cgroup, what asks nothing of them can run all the same. */
static int do_without(struct cgroups *groups, const struct spec *spec,
	const struct settings *settings, const struct error *cause, struct error *err)
{
	bool asks = settings->count > 0 || (spec->resources && spec->resources->unified.count > 0);
	if (asks || (cause->kind != ERROR_DENIED && groups->layout.count > 0) || !is_rootless()) {
		*err = *cause;
		return -1;
	}
	cgroups_release(groups);
	groups->absent = true;
	return 0;
}

int cgroups_create(struct cgroups *ret_groups, struct arena *arena, const struct spec *spec,
	const char *id, struct error *err)
{
	struct plan plan = {0};
	struct error cause = {0};
	start_empty(ret_groups);
	if (cgroup_layout_open(&ret_groups->layout, mount_root, &cause) < 0)
		return do_without(ret_groups, spec, &plan.settings, &cause, err);
	if (make_plan(ret_groups, &plan, arena, spec, id, err) < 0)
		return -1;
	if (cgroup_make(&ret_groups->group, &ret_groups->layout, plan.path,
		    plan.settings.controllers, &cause) < 0)
		return do_without(ret_groups, spec, &plan.settings, &cause, err);
	if (apply_plan(ret_groups, &plan, err) == 0)
		return 0;
	struct error ignored = {0};
	(void)cgroup_remove(&ret_groups->group, &ignored);
	return -1;
}

int cgroups_do_without(const struct spec *spec, struct error *err)
{
	const struct spec_resources *resources = spec->resources;
	if (!resources || (!resources->memory && !resources->cpu && !resources->block_io &&
				  !resources->pids_limit.set && !resources->network_class_id.set &&
				  resources->hugepage_limits.count == 0 &&
				  resources->network_priorities.count == 0 &&
				  resources->rdma.count == 0 && resources->unified.count == 0))
		return 0;
	ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
		"linux.resources has limits, which need cgroups, and --cgroup-manager is disabled");
	error_set_remedy(err, "drop the limits, or leave --cgroup-manager out");
	return -1;
}

int cgroups_enter(const struct cgroups *groups, struct error *err)
{
	return cgroup_door_enter(&groups->door, err);
}

int cgroups_open(struct cgroups *ret_groups, const char *path, pid_t init, struct error *err)
{
	start_empty(ret_groups);
	ret_groups->absent = path[0] == '\0';
	if (ret_groups->absent)
		return 0;
	if (cgroup_layout_open(&ret_groups->layout, mount_root, err) < 0 ||
		cgroup_open(&ret_groups->group, &ret_groups->layout, path, err) < 0)
		return -1;
	if (init == 0)
		return 0;
	if (cgroup_door_open(&ret_groups->door, &ret_groups->group, err) < 0)
		return -1;
	ret_groups->target_fd = cgroup_tasks_target(&ret_groups->group, init, err);
	return ret_groups->target_fd < 0 && err->kind != ERROR_NONE ? -1 : 0;
}

/* Memory and swap together, without a word on memory: what it may use stays as it is. */
static void keep_limit(const struct cgroups *groups, struct spec_memory *memory)
{
	int index = cgroup_layout_find(&groups->layout, CGROUP_MEMORY);
	uint64_t limit;
	if (index >= 0 && groups->layout.items[index].unified && memory->swap.value > 0 &&
		memory->limit.value == 0 &&
		cgroup_file_number(groups->group.folders[index], "memory.max", &limit) == 0 &&
		limit <= INT64_MAX)
		memory->limit = (struct spec_number){.value = (int64_t)limit, .set = true};
}

int cgroups_update(struct cgroups *groups, struct arena *arena,
	const struct spec_resources *changes, struct error *err)
{
	struct spec_resources all = *changes, *resources = &all;
	struct spec_memory memory;
	if (changes->memory) {
		memory = *changes->memory;
		keep_limit(groups, &memory);
		all.memory = &memory;
	}
	struct settings settings;
	struct settings_host host;
	if (resources->devices.count > 0)
		return ERROR_SET(err, ERROR_INPUT, resources->devices.origin,
			"device rules cannot be changed while a container runs");
	settings_host_of(&groups->layout, &host);
	if (groups->absent)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"the container was started without cgroups, so it has no limits to change");
	if (settings_make(arena, resources, &host, &settings, err) < 0)
		return -1;
	int unified = cgroup_layout_unified(&groups->layout);
	if (unified >= 0 && cgroup_delegate(&groups->layout.items[unified], groups->group.path,
				    settings.controllers, err) < 0)
		return -1;
	return settings_apply(&groups->group, &settings, err);
}

int cgroups_remove(struct cgroups *groups, struct error *err)
{
	cgroup_door_close(&groups->door);
	return groups->absent ? 0 : cgroup_remove(&groups->group, err);
}

void cgroups_release(struct cgroups *groups)
{
	cgroup_door_close(&groups->door);
	cgroup_close(&groups->group);
	cgroup_layout_close(&groups->layout);
	groups->target_fd = -1;
	groups->group.path[0] = '\0';
}
