/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/settings_making.h"

void settings_host_of(const struct cgroup_layout *layout, struct settings_host *ret_host)
{
	*ret_host = (struct settings_host){0};
	for (unsigned i = 0; i < CGROUP_CONTROLLERS; i++) {
		int index = cgroup_layout_find(layout, i);
		if (index >= 0)
			ret_host->version[i] = layout->items[index].unified ? 2 : 1;
	}
}

static int refuse_missing(struct making *making, const struct place *place, struct origin origin)
{
	const char *name = cgroup_controller_name(place->controller, false);
	ERROR_SET(making->err, ERROR_SYSTEM, origin,
		"linux.resources.%s needs the cgroup controller '%s', which is not mounted",
		place->field, name);
	error_set_remedy(making->err,
		"mount it (`mount -t cgroup -o %s none /sys/fs/cgroup/%s`), boot with version 2, "
		"or drop the setting",
		name, name);
	return -1;
}

static int refuse_version(struct making *making, const struct place *place, struct origin origin)
{
	int version = making->host->version[place->controller];
	ERROR_SET(making->err, ERROR_INPUT, origin,
		"linux.resources.%s cannot be set: cgroup version %d has no such setting",
		place->field, version);
	error_set_remedy(making->err,
		"drop the setting, or run where the controller '%s' is of "
		"version %d",
		cgroup_controller_name(place->controller, false), 3 - version);
	return -1;
}

static struct setting *add(
	struct making *making, const struct place *place, struct origin origin, struct str text)
{
	struct settings *out = making->out;
	if (out->count == making->capacity)
		out->items = arena_grow(making->arena, out->items, out->count, &making->capacity,
			sizeof(*out->items));
	bool second = making->host->version[place->controller] == 2;
	struct setting *setting = &out->items[out->count++];
	*setting = (struct setting){
		.controller = place->controller,
		.flags = place->flags,
		.field = place->field,
		.file = second ? place->file2 : place->file1,
		.other_file = second ? place->other2 : place->other1,
		.text = text,
		.other_text = text,
		.origin = origin,
	};
	out->controllers |= CGROUP_BIT(place->controller);
	return setting;
}

struct setting *settings_put(
	struct making *making, const struct place *place, struct origin origin, struct str text)
{
	int version = making->host->version[place->controller];
	if (version == 0)
		(void)refuse_missing(making, place, origin);
	else if (!(version == 2 ? place->file2 : place->file1))
		(void)refuse_version(making, place, origin);
	else
		return add(making, place, origin, text);
	return NULL;
}

bool settings_is_second(const struct making *making, enum cgroup_controller controller)
{
	return making->host->version[controller] == 2;
}

/* Version 1 says -1, version 2 says "max". */
static struct str limit_text(const struct making *making, bool second, int64_t limit)
{
	if (limit < 0)
		return second ? STR("max") : STR("-1");
	return str_format(making->arena, "%lld", (long long)limit);
}

struct str settings_natural(const struct making *making, uint64_t number)
{
	return str_format(making->arena, "%llu", (unsigned long long)number);
}

int settings_put_limit(
	struct making *making, const struct place *place, const struct spec_number *number)
{
	if (!number->set || number->value == 0)
		return 0;
	bool second = settings_is_second(making, place->controller);
	return settings_put(
		       making, place, number->origin, limit_text(making, second, number->value))
		       ? 0
		       : -1;
}

int settings_put_natural(
	struct making *making, const struct place *place, const struct spec_natural *number)
{
	if (!number->set)
		return 0;
	struct str text = settings_natural(making, number->value);
	return settings_put(making, place, number->origin, text) ? 0 : -1;
}

/* Version 2 limits swap by itself, the specification memory and swap together. */
static int put_swap(struct making *making, const struct spec_memory *memory)
{
	static const struct place place = {CGROUP_MEMORY, "memory.swap",
		"memory.memsw.limit_in_bytes", "memory.swap.max", 0, NULL, NULL};
	struct spec_number swap = memory->swap;
	if (!swap.set || swap.value == 0)
		return 0;
	if (!settings_is_second(making, CGROUP_MEMORY) || swap.value < 0)
		return settings_put_limit(making, &place, &swap);
	if (!memory->limit.set || memory->limit.value <= 0 || swap.value < memory->limit.value) {
		ERROR_SET(making->err, ERROR_INPUT, swap.origin,
			"linux.resources.memory.swap is memory and swap together: it needs a "
			"memory.limit, and must not be below it");
		error_set_remedy(making->err, "set memory.limit too, or memory.swap to -1");
		return -1;
	}
	swap.value -= memory->limit.value;
	struct str text = limit_text(making, true, swap.value);
	return settings_put(making, &place, swap.origin, text) ? 0 : -1;
}

/* What version 2 always does, or never; version 1 takes 0 and 1. */
static int put_choice(struct making *making, const struct place *place,
	const struct spec_choice *choice, bool always)
{
	if (!choice->set ||
		(choice->value == always && making->host->version[place->controller] != 1))
		return 0;
	return settings_put(making, place, choice->origin, choice->value ? STR("1") : STR("0"))
		       ? 0
		       : -1;
}

static int make_memory(struct making *making, const struct spec_memory *memory)
{
	static const struct place reservation = {CGROUP_MEMORY, "memory.reservation",
					  "memory.soft_limit_in_bytes", "memory.low", 0, NULL,
					  NULL},
				  tcp = {CGROUP_MEMORY, "memory.kernelTCP",
					  "memory.kmem.tcp.limit_in_bytes", NULL, 0, NULL, NULL},
				  swappiness = {CGROUP_MEMORY, "memory.swappiness",
					  "memory.swappiness", NULL, 0, NULL, NULL},
				  killer = {CGROUP_MEMORY, "memory.disableOOMKiller",
					  "memory.oom_control", NULL, 0, NULL, NULL},
				  hierarchy = {CGROUP_MEMORY, "memory.useHierarchy",
					  "memory.use_hierarchy", NULL, 0, NULL, NULL};
	struct place limit = {CGROUP_MEMORY, "memory.limit", "memory.limit_in_bytes", "memory.max",
		0, NULL, NULL};
	bool second = settings_is_second(making, CGROUP_MEMORY);
	if (memory->swap.set && memory->swap.value != 0 && !second)
		limit.flags |= SETTING_AND_NEXT;
	if (memory->check_before_update.value && second)
		limit.flags |= SETTING_CHECK_USAGE;
	if (put_choice(making, &hierarchy, &memory->use_hierarchy, true) < 0 ||
		settings_put_limit(making, &limit, &memory->limit) < 0 ||
		put_swap(making, memory) < 0 ||
		settings_put_limit(making, &reservation, &memory->reservation) < 0 ||
		settings_put_limit(making, &tcp, &memory->kernel_tcp) < 0 ||
		settings_put_natural(making, &swappiness, &memory->swappiness) < 0)
		return -1;
	return put_choice(making, &killer, &memory->disable_oom_killer, false);
}

static int put_shares(struct making *making, const struct spec_natural *shares)
{
	static const struct place place = {
		CGROUP_CPU, "cpu.shares", "cpu.shares", "cpu.weight", 0, NULL, NULL};
	struct spec_natural number = *shares;
	if (!number.set || number.value == 0)
		return 0;
	if (settings_is_second(making, CGROUP_CPU))
		number.value = settings_weight_of_shares(number.value);
	return settings_put_natural(making, &place, &number);
}

/* Version 2 has one file for both. */
static int put_quota(struct making *making, const struct spec_cpu *cpu)
{
	static const struct place quota = {CGROUP_CPU, "cpu.quota", "cpu.cfs_quota_us", "cpu.max",
					  0, NULL, NULL},
				  only_period = {CGROUP_CPU, "cpu.period", "cpu.cfs_period_us",
					  "cpu.max", SETTING_KEEP_QUOTA, NULL, NULL};
	struct place period = only_period;
	bool has_quota = cpu->quota_us.set && cpu->quota_us.value != 0;
	bool has_period = cpu->period_us.set && cpu->period_us.value != 0;
	if (has_period && (!has_quota || !settings_is_second(making, CGROUP_CPU))) {
		period.flags |= has_quota ? SETTING_AND_NEXT : 0;
		if (settings_put_natural(making, &period, &cpu->period_us) < 0)
			return -1;
	}
	if (!has_quota)
		return 0;
	bool second = settings_is_second(making, CGROUP_CPU);
	struct str text = limit_text(making, second, cpu->quota_us.value);
	if (second && has_period)
		text = str_format(making->arena, "%.*s %llu", STR_ARGS(text),
			(unsigned long long)cpu->period_us.value);
	return settings_put(making, &quota, cpu->quota_us.origin, text) ? 0 : -1;
}

int settings_put_text(
	struct making *making, const struct place *place, const struct spec_text *text)
{
	if (!text->text || !text->text[0])
		return 0;
	return settings_put(making, place, text->origin, str_from(text->text)) ? 0 : -1;
}

static int make_cpu(struct making *making, const struct spec_cpu *cpu)
{
	static const struct place idle = {CGROUP_CPU, "cpu.idle", "cpu.idle", "cpu.idle", 0, NULL,
					  NULL},
				  burst = {CGROUP_CPU, "cpu.burst", "cpu.cfs_burst_us",
					  "cpu.max.burst", 0, NULL, NULL},
				  rt_period = {CGROUP_CPU, "cpu.realtimePeriod", "cpu.rt_period_us",
					  NULL, 0, NULL, NULL},
				  rt_runtime = {CGROUP_CPU, "cpu.realtimeRuntime",
					  "cpu.rt_runtime_us", NULL, 0, NULL, NULL},
				  cpus = {CGROUP_CPUSET, "cpu.cpus", "cpuset.cpus", "cpuset.cpus",
					  0, NULL, NULL},
				  mems = {CGROUP_CPUSET, "cpu.mems", "cpuset.mems", "cpuset.mems",
					  0, NULL, NULL};
	/* An idle group has no weight that could be set. */
	struct str idle_text = cpu->idle.value ? STR("1") : STR("0");
	if (cpu->idle.set && !cpu->idle.value &&
		!settings_put(making, &idle, cpu->idle.origin, idle_text))
		return -1;
	if (put_shares(making, &cpu->shares) < 0 || put_quota(making, cpu) < 0 ||
		settings_put_natural(making, &burst, &cpu->burst_us) < 0 ||
		settings_put_natural(making, &rt_period, &cpu->realtime_period_us) < 0 ||
		settings_put_limit(making, &rt_runtime, &cpu->realtime_runtime_us) < 0 ||
		settings_put_text(making, &cpus, &cpu->cpus) < 0 ||
		settings_put_text(making, &mems, &cpu->mems) < 0)
		return -1;
	if (cpu->idle.set && cpu->idle.value &&
		!settings_put(making, &idle, cpu->idle.origin, idle_text))
		return -1;
	return 0;
}

static int make_pids(struct making *making, const struct spec_number *limit)
{
	static const struct place place = {
		CGROUP_PIDS, "pids.limit", "pids.max", "pids.max", 0, NULL, NULL};
	if (!limit->set || limit->value == 0)
		return 0;
	struct str text = limit_text(making, true, limit->value);
	return settings_put(making, &place, limit->origin, text) ? 0 : -1;
}

int settings_make(struct arena *arena, const struct spec_resources *resources,
	const struct settings_host *host, struct settings *ret_settings, struct error *err)
{
	*ret_settings = (struct settings){0};
	struct making making = {arena, host, ret_settings, 0, err};
	if (resources->memory && make_memory(&making, resources->memory) < 0)
		return -1;
	if (resources->cpu && make_cpu(&making, resources->cpu) < 0)
		return -1;
	if (make_pids(&making, &resources->pids_limit) < 0)
		return -1;
	return settings_make_devices(&making, resources);
}
