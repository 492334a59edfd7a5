/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/spec_reader.h"

static int finish_device_rule(struct spec_reader *reader, void *object)
{
	const struct spec_device_rule *rule = object;
	const char *type = rule->type.text, *access = rule->access.text;
	if (type && type[0] && (strlen(type) != 1 || !memchr("abc", type[0], 3))) {
		(void)spec_fail(reader, rule->type.origin, "'%s' is no type of device", type);
		error_set_remedy(reader->err, "use a, b or c");
		return -1;
	}
	if (access && strspn(access, "rwm") != strlen(access)) {
		(void)spec_fail(
			reader, rule->access.origin, "'%s' is no access to a device", access);
		error_set_remedy(reader->err, "use letters of \"rwm\"");
		return -1;
	}
	return 0;
}

/* -1 means any, as runtimes have always read it. */
static const struct spec_field device_rule_fields[] = {
	SPEC_FIELD("allow", SPEC_BOOL, spec_device_rule, allow, .required = true),
	SPEC_FIELD("type", SPEC_TEXT, spec_device_rule, type),
	SPEC_FIELD("access", SPEC_TEXT, spec_device_rule, access),
	SPEC_FIELD("major", SPEC_NUMBER, spec_device_rule, major, .min = -1, .max = UINT32_MAX),
	SPEC_FIELD("minor", SPEC_NUMBER, spec_device_rule, minor, .min = -1, .max = UINT32_MAX),
	SPEC_END,
};

static const struct spec_shape device_rule_shape =
	SPEC_SHAPE(spec_device_rule, device_rule_fields, .finish = finish_device_rule);

static const struct spec_field memory_fields[] = {
	SPEC_FIELD("limit", SPEC_NUMBER, spec_memory, limit, .min = -1, .max = INT64_MAX),
	SPEC_FIELD(
		"reservation", SPEC_NUMBER, spec_memory, reservation, .min = -1, .max = INT64_MAX),
	SPEC_FIELD("swap", SPEC_NUMBER, spec_memory, swap, .min = -1, .max = INT64_MAX),
	SPEC_FIELD("kernel", SPEC_NUMBER, spec_memory, kernel, .min = -1, .max = INT64_MAX),
	SPEC_FIELD("kernelTCP", SPEC_NUMBER, spec_memory, kernel_tcp, .min = -1, .max = INT64_MAX),
	SPEC_FIELD("swappiness", SPEC_NATURAL, spec_memory, swappiness),
	SPEC_FIELD("disableOOMKiller", SPEC_CHOICE, spec_memory, disable_oom_killer),
	SPEC_FIELD("useHierarchy", SPEC_CHOICE, spec_memory, use_hierarchy),
	SPEC_FIELD("checkBeforeUpdate", SPEC_CHOICE, spec_memory, check_before_update),
	SPEC_END,
};

static const struct spec_shape memory_shape = SPEC_SHAPE(spec_memory, memory_fields);

static const struct spec_field cpu_fields[] = {
	SPEC_FIELD("shares", SPEC_NATURAL, spec_cpu, shares),
	SPEC_FIELD("quota", SPEC_NUMBER, spec_cpu, quota_us),
	SPEC_FIELD("burst", SPEC_NATURAL, spec_cpu, burst_us),
	SPEC_FIELD("period", SPEC_NATURAL, spec_cpu, period_us),
	SPEC_FIELD("realtimeRuntime", SPEC_NUMBER, spec_cpu, realtime_runtime_us),
	SPEC_FIELD("realtimePeriod", SPEC_NATURAL, spec_cpu, realtime_period_us),
	SPEC_FIELD("cpus", SPEC_TEXT, spec_cpu, cpus),
	SPEC_FIELD("mems", SPEC_TEXT, spec_cpu, mems),
	SPEC_FIELD("idle", SPEC_NUMBER, spec_cpu, idle),
	SPEC_END,
};

static const struct spec_shape cpu_shape = SPEC_SHAPE(spec_cpu, cpu_fields);

static const struct spec_field pids_fields[] = {
	SPEC_FIELD("limit", SPEC_NUMBER, spec_resources, pids_limit),
	SPEC_END,
};

static const struct spec_shape pids_shape = {
	.fields = pids_fields, .size = sizeof(struct spec_resources)};

static const struct spec_field weight_device_fields[] = {
	SPEC_FIELD("major", SPEC_INT64, spec_weight_device, major, .required = true),
	SPEC_FIELD("minor", SPEC_INT64, spec_weight_device, minor, .required = true),
	SPEC_FIELD("weight", SPEC_NATURAL, spec_weight_device, weight),
	SPEC_FIELD("leafWeight", SPEC_NATURAL, spec_weight_device, leaf_weight),
	SPEC_END,
};

static const struct spec_shape weight_device_shape =
	SPEC_SHAPE(spec_weight_device, weight_device_fields);

static const struct spec_field throttle_fields[] = {
	SPEC_FIELD("major", SPEC_INT64, spec_throttle_device, major, .required = true),
	SPEC_FIELD("minor", SPEC_INT64, spec_throttle_device, minor, .required = true),
	SPEC_FIELD("rate", SPEC_UINT64, spec_throttle_device, rate),
	SPEC_END,
};

static const struct spec_shape throttle_shape = SPEC_SHAPE(spec_throttle_device, throttle_fields);

#define THROTTLE(name, member) \
	SPEC_FIELD(name, SPEC_LIST, spec_block_io, member, .shape = &throttle_shape)

static const struct spec_field block_io_fields[] = {
	SPEC_FIELD("weight", SPEC_NATURAL, spec_block_io, weight),
	SPEC_FIELD("leafWeight", SPEC_NATURAL, spec_block_io, leaf_weight),
	SPEC_FIELD("weightDevice", SPEC_LIST, spec_block_io, weight_devices,
		.shape = &weight_device_shape),
	THROTTLE("throttleReadBpsDevice", read_bps),
	THROTTLE("throttleWriteBpsDevice", write_bps),
	THROTTLE("throttleReadIOPSDevice", read_iops),
	THROTTLE("throttleWriteIOPSDevice", write_iops),
	SPEC_END,
};

static const struct spec_shape block_io_shape = SPEC_SHAPE(spec_block_io, block_io_fields);

static const struct spec_field hugepage_fields[] = {
	SPEC_FIELD("pageSize", SPEC_TEXT, spec_hugepage_limit, page_size, .required = true),
	SPEC_FIELD("limit", SPEC_UINT64, spec_hugepage_limit, limit_bytes, .required = true),
	SPEC_END,
};

static const struct spec_shape hugepage_shape = SPEC_SHAPE(spec_hugepage_limit, hugepage_fields);

static const struct spec_field interface_fields[] = {
	SPEC_FIELD("name", SPEC_TEXT, spec_interface_priority, name, .required = true),
	SPEC_FIELD("priority", SPEC_UINT64, spec_interface_priority, priority, .required = true),
	SPEC_END,
};

static const struct spec_shape interface_shape =
	SPEC_SHAPE(spec_interface_priority, interface_fields);

static const struct spec_field network_fields[] = {
	SPEC_FIELD("classID", SPEC_NATURAL, spec_resources, network_class_id),
	SPEC_FIELD("priorities", SPEC_LIST, spec_resources, network_priorities,
		.shape = &interface_shape),
	SPEC_END,
};

static const struct spec_shape network_shape = {
	.fields = network_fields, .size = sizeof(struct spec_resources)};

static const struct spec_field rdma_fields[] = {
	SPEC_FIELD("hcaHandles", SPEC_NATURAL, spec_rdma, hca_handles),
	SPEC_FIELD("hcaObjects", SPEC_NATURAL, spec_rdma, hca_objects),
	SPEC_END,
};

static const struct spec_shape rdma_shape = {
	.fields = rdma_fields, .size = sizeof(struct spec_rdma)};

/* Names of unified are files of one folder; a slash would lead out of it. */
static int finish_resources(struct spec_reader *reader, void *object)
{
	const struct spec_resources *resources = object;
	for (size_t i = 0; i < resources->unified.count; i++) {
		const struct spec_text *file = &resources->unified.items[i].key;
		if (!file->text[0] || strchr(file->text, '/') || file->text[0] == '.') {
			(void)spec_fail(reader, file->origin,
				"unified: '%s' is no file of a cgroup", file->text);
			error_set_remedy(reader->err, "use a name such as memory.high");
			return -1;
		}
	}
	return 0;
}

/* What "pids" and "network" hold stands in struct spec_resources itself. */
static const struct spec_field resources_fields[] = {
	SPEC_FIELD("devices", SPEC_LIST, spec_resources, devices, .shape = &device_rule_shape),
	SPEC_FIELD("memory", SPEC_POINTER, spec_resources, memory, .shape = &memory_shape),
	SPEC_FIELD("cpu", SPEC_POINTER, spec_resources, cpu, .shape = &cpu_shape),
	{.key = "pids", .kind = SPEC_OBJECT, .shape = &pids_shape},
	SPEC_FIELD("blockIO", SPEC_POINTER, spec_resources, block_io, .shape = &block_io_shape),
	SPEC_FIELD("hugepageLimits", SPEC_LIST, spec_resources, hugepage_limits,
		.shape = &hugepage_shape),
	{.key = "network", .kind = SPEC_OBJECT, .shape = &network_shape},
	SPEC_FIELD("rdma", SPEC_MAP, spec_resources, rdma, .shape = &rdma_shape),
	SPEC_FIELD("unified", SPEC_PAIRS, spec_resources, unified),
	SPEC_END,
};

const struct spec_shape spec_shape_resources =
	SPEC_SHAPE(spec_resources, resources_fields, .finish = finish_resources);
