/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/spec.h"

#include "base/limits.h"
#include "data/json.h"
#include "layers/context/spec_reader.h"

/* Source: linux/sched.h. */
enum namespace_numbers {
	NAMESPACE_TIME = 0x00000080,
	NAMESPACE_MOUNT = 0x00020000,
	NAMESPACE_CGROUP = 0x02000000,
	NAMESPACE_UTS = 0x04000000,
	NAMESPACE_IPC = 0x08000000,
	NAMESPACE_USER = 0x10000000,
	NAMESPACE_PID = 0x20000000,
	NAMESPACE_NET = 0x40000000,
};

static const struct spec_name namespace_names[] = {
	{"mount", NAMESPACE_MOUNT},
	{"pid", NAMESPACE_PID},
	{"network", NAMESPACE_NET},
	{"ipc", NAMESPACE_IPC},
	{"uts", NAMESPACE_UTS},
	{"user", NAMESPACE_USER},
	{"cgroup", NAMESPACE_CGROUP},
	{"time", NAMESPACE_TIME},
	{0},
};

static const struct spec_field namespace_fields[] = {
	SPEC_FIELD("type", SPEC_NAME, spec_namespace, type, .required = true,
		.names = namespace_names),
	SPEC_FIELD("path", SPEC_TEXT, spec_namespace, path),
	SPEC_END,
};

static int finish_namespace(struct spec_reader *reader, void *object)
{
	struct spec_namespace *joined = object;
	if (joined->path.text && !joined->path.text[0])
		joined->path.text = NULL;
	if (joined->path.text && joined->path.text[0] != '/')
		return spec_fail(reader, joined->path.origin, "the path is not absolute");
	return 0;
}

static const struct spec_shape namespace_shape =
	SPEC_SHAPE(spec_namespace, namespace_fields, .finish = finish_namespace);

static int finish_offset(struct spec_reader *reader, void *object)
{
	struct spec_time_offset *offset = object;
	offset->set = true;
	if (offset->nanoseconds > 999999999)
		return spec_fail(
			reader, offset->origin, "a second has 999999999 nanoseconds at most");
	return 0;
}

static const struct spec_field offset_fields[] = {
	SPEC_FIELD("secs", SPEC_INT64, spec_time_offset, seconds),
	SPEC_FIELD("nanosecs", SPEC_UINT64, spec_time_offset, nanoseconds),
	SPEC_END,
};

static const struct spec_shape offset_shape =
	SPEC_SHAPE(spec_time_offset, offset_fields, .finish = finish_offset);

static const struct spec_field offsets_fields[] = {
	SPEC_FIELD("monotonic", SPEC_OBJECT, spec, monotonic, .shape = &offset_shape),
	SPEC_FIELD("boottime", SPEC_OBJECT, spec, boottime, .shape = &offset_shape),
	SPEC_END,
};

static const struct spec_shape offsets_shape = {
	.fields = offsets_fields, .size = sizeof(struct spec)};

static const struct spec_name personality_domains[] = {{"LINUX", 0}, {"LINUX32", 8}, {0}};

static int read_personality_flags(struct spec_reader *reader, const struct value *v, void *target)
{
	(void)target;
	if (v->kind == VALUE_LIST && v->count == 0)
		return 0;
	return spec_fail(reader, v->origin, "no flag of a personality is supported");
}

static const struct spec_field personality_fields[] = {
	SPEC_FIELD("domain", SPEC_NAME, spec_personality, domain, .required = true,
		.names = personality_domains),
	{.key = "flags", .kind = SPEC_CUSTOM, .read = read_personality_flags},
	SPEC_END,
};

static const struct spec_shape personality_shape = SPEC_SHAPE(spec_personality, personality_fields);

static int finish_rdt(struct spec_reader *reader, void *object)
{
	const struct spec_intel_rdt *rdt = object;
	const char *id = rdt->class_id.text;
	if (id && (strchr(id, '/') || strcmp(id, ".") == 0 || strcmp(id, "..") == 0))
		return spec_fail(reader, rdt->class_id.origin, "closID is no name of a folder");
	return 0;
}

static const struct spec_field rdt_fields[] = {
	SPEC_FIELD("closID", SPEC_TEXT, spec_intel_rdt, class_id),
	SPEC_FIELD("schemata", SPEC_TEXTS, spec_intel_rdt, schemata),
	SPEC_FIELD("l3CacheSchema", SPEC_TEXT, spec_intel_rdt, l3_cache_schema),
	SPEC_FIELD("memBwSchema", SPEC_TEXT, spec_intel_rdt, memory_bandwidth_schema),
	SPEC_FIELD("enableMonitoring", SPEC_BOOL, spec_intel_rdt, enable_monitoring),
	SPEC_END,
};

static const struct spec_shape rdt_shape =
	SPEC_SHAPE(spec_intel_rdt, rdt_fields, .finish = finish_rdt);

/* Source: linux/mempolicy.h. */
static const struct spec_name policy_modes[] = {
	{"MPOL_DEFAULT", 0},
	{"MPOL_PREFERRED", 1},
	{"MPOL_BIND", 2},
	{"MPOL_INTERLEAVE", 3},
	{"MPOL_LOCAL", 4},
	{"MPOL_PREFERRED_MANY", 5},
	{"MPOL_WEIGHTED_INTERLEAVE", 6},
	{0},
};

static const struct spec_name policy_flags[] = {
	{"MPOL_F_NUMA_BALANCING", 1 << 13},
	{"MPOL_F_RELATIVE_NODES", 1 << 14},
	{"MPOL_F_STATIC_NODES", 1 << 15},
	{0},
};

static const struct spec_field policy_fields[] = {
	SPEC_FIELD("mode", SPEC_NAME, spec_memory_policy, mode, .required = true,
		.names = policy_modes),
	SPEC_FIELD("nodes", SPEC_TEXT, spec_memory_policy, nodes),
	SPEC_FIELD("flags", SPEC_FLAGS, spec_memory_policy, flags, .names = policy_flags),
	SPEC_END,
};

static const struct spec_shape policy_shape = SPEC_SHAPE(spec_memory_policy, policy_fields);

static int read_propagation(struct spec_reader *reader, const struct value *v, void *target)
{
	enum { REC = 1 << 14, UNBINDABLE = 1 << 17, PRIVATE = 1 << 18, SLAVE = 1 << 19 };
	enum { SHARED = 1 << 20 };
	static const struct spec_name names[] = {
		{"private", PRIVATE},
		{"rprivate", PRIVATE | REC},
		{"slave", SLAVE},
		{"rslave", SLAVE | REC},
		{"shared", SHARED},
		{"rshared", SHARED | REC},
		{"unbindable", UNBINDABLE},
		{"runbindable", UNBINDABLE | REC},
		{0},
	};
	struct spec_text text;
	uint64_t number = 0;
	if (spec_read_text(reader, v, &text) < 0)
		return -1;
	if (text.text[0] && !spec_name_find(names, text.text, &number)) {
		(void)spec_fail(reader, v->origin, "'%s' is no kind of propagation", text.text);
		error_set_remedy(reader->err, "use private, slave, shared or unbindable");
		return -1;
	}
	*(unsigned long *)target = (unsigned long)number;
	return 0;
}

/* What "linux" holds stands in struct spec itself. */
static const struct spec_field linux_fields[] = {
	SPEC_FIELD("namespaces", SPEC_LIST, spec, namespaces, .shape = &namespace_shape),
	SPEC_FIELD("uidMappings", SPEC_LIST, spec, uids, .shape = &spec_shape_id_mapping),
	SPEC_FIELD("gidMappings", SPEC_LIST, spec, gids, .shape = &spec_shape_id_mapping),
	{.key = "timeOffsets", .kind = SPEC_OBJECT, .shape = &offsets_shape},
	SPEC_FIELD("devices", SPEC_LIST, spec, devices, .shape = &spec_shape_device),
	SPEC_FIELD("netDevices", SPEC_MAP, spec, net_devices, .shape = &spec_shape_net_device),
	SPEC_FIELD("cgroupsPath", SPEC_TEXT, spec, cgroups_path),
	SPEC_FIELD("resources", SPEC_POINTER, spec, resources, .shape = &spec_shape_resources),
	SPEC_FIELD("rootfsPropagation", SPEC_CUSTOM, spec, rootfs_propagation,
		.read = read_propagation),
	SPEC_FIELD("seccomp", SPEC_POINTER, spec, seccomp, .shape = &spec_shape_seccomp),
	SPEC_FIELD("sysctl", SPEC_PAIRS, spec, sysctl),
	SPEC_FIELD("maskedPaths", SPEC_TEXTS, spec, masked_paths),
	SPEC_FIELD("readonlyPaths", SPEC_TEXTS, spec, readonly_paths),
	SPEC_FIELD("mountLabel", SPEC_TEXT, spec, mount_label),
	SPEC_FIELD("personality", SPEC_POINTER, spec, personality, .shape = &personality_shape),
	SPEC_FIELD("intelRdt", SPEC_POINTER, spec, intel_rdt, .shape = &rdt_shape),
	SPEC_FIELD("memoryPolicy", SPEC_POINTER, spec, memory_policy, .shape = &policy_shape),
	SPEC_END,
};

static const struct spec_shape linux_shape = {.fields = linux_fields, .size = sizeof(struct spec)};

static int finish_hook(struct spec_reader *reader, void *object)
{
	const struct spec_hook *hook = object;
	if (hook->path.text[0] != '/')
		return spec_fail(reader, hook->path.origin, "the path is not absolute");
	return 0;
}

static const struct spec_field hook_fields[] = {
	SPEC_FIELD("path", SPEC_TEXT, spec_hook, path, .required = true),
	SPEC_FIELD("args", SPEC_TEXTS, spec_hook, args),
	SPEC_FIELD("env", SPEC_TEXTS, spec_hook, env),
	SPEC_FIELD("timeout", SPEC_NUMBER, spec_hook, timeout_s, .min = 1, .max = INT32_MAX),
	SPEC_END,
};

static const struct spec_shape hook_shape =
	SPEC_SHAPE(spec_hook, hook_fields, .finish = finish_hook);

#define HOOKS(name, kind) SPEC_FIELD(name, SPEC_LIST, spec, hooks[kind], .shape = &hook_shape)

static const struct spec_field hooks_fields[] = {
	HOOKS("prestart", SPEC_HOOK_PRESTART),
	HOOKS("createRuntime", SPEC_HOOK_CREATE_RUNTIME),
	HOOKS("createContainer", SPEC_HOOK_CREATE_CONTAINER),
	HOOKS("startContainer", SPEC_HOOK_START_CONTAINER),
	HOOKS("poststart", SPEC_HOOK_POSTSTART),
	HOOKS("poststop", SPEC_HOOK_POSTSTOP),
	SPEC_END,
};

static const struct spec_shape hooks_shape = {.fields = hooks_fields, .size = sizeof(struct spec)};

/* 1.0 to 1.3, with whatever follows the second number. */
static int check_version(struct spec_reader *reader, const struct spec_text *version)
{
	const char *text = version->text;
	bool known = strlen(text) > 3 && text[0] == '1' && text[1] == '.' && text[2] >= '0' &&
		     text[2] <= '3' && text[3] == '.';
	if (known)
		return 0;
	(void)spec_fail(reader, version->origin,
		"version '%s' of the specification is not supported", text);
	error_set_remedy(reader->err, "use 1.0 to 1.3");
	return -1;
}

static int collect_namespaces(struct spec_reader *reader, struct spec *spec)
{
	uint64_t seen = 0;
	for (size_t i = 0; i < spec->namespaces.count; i++) {
		const struct spec_namespace *namespace = &spec->namespaces.items[i];
		if (seen & namespace->type) {
			(void)spec_fail(reader, namespace->origin,
				"linux.namespaces[%zu]: a second namespace of one type", i);
			error_set_remedy(reader->err, "remove one of them");
			return -1;
		}
		seen |= namespace->type;
		if (!namespace->path.text)
			spec->new_namespaces |= namespace->type;
	}
	return 0;
}

/* Settings that would silently become the host's without a namespace of their own. */
static int check_namespaces(struct spec_reader *reader, const struct spec *spec)
{
	const struct {
		bool wanted;
		uint64_t type;
		struct origin origin;
		const char *setting, *name;
	} needs[] = {
		{spec->hostname.text != NULL, NAMESPACE_UTS, spec->hostname.origin, "hostname",
			"uts"},
		{spec->domainname.text != NULL, NAMESPACE_UTS, spec->domainname.origin,
			"domainname", "uts"},
		{spec->uids.count > 0, NAMESPACE_USER, spec->uids.origin, "linux.uidMappings",
			"user"},
		{spec->gids.count > 0, NAMESPACE_USER, spec->gids.origin, "linux.gidMappings",
			"user"},
		{spec->monotonic.set, NAMESPACE_TIME, spec->monotonic.origin, "linux.timeOffsets",
			"time"},
		{spec->boottime.set, NAMESPACE_TIME, spec->boottime.origin, "linux.timeOffsets",
			"time"},
		{spec->net_devices.count > 0, NAMESPACE_NET, spec->net_devices.origin,
			"linux.netDevices", "network"},
	};
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
		if (!needs[i].wanted || spec_namespace_of(spec, needs[i].type))
			continue;
		(void)spec_fail(reader, needs[i].origin,
			"%s would change the host: there is no %s "
			"namespace",
			needs[i].setting, needs[i].name);
		error_set_remedy(
			reader->err, "add {\"type\": \"%s\"} to linux.namespaces", needs[i].name);
		return -1;
	}
	return 0;
}

static int finish_spec(struct spec_reader *reader, void *object)
{
	struct spec *spec = object;
	if (spec->hostname.text && !spec->hostname.text[0])
		spec->hostname.text = NULL;
	if (spec->domainname.text && !spec->domainname.text[0])
		spec->domainname.text = NULL;
	if (check_version(reader, &spec->oci_version) < 0 || collect_namespaces(reader, spec) < 0)
		return -1;
	return check_namespaces(reader, spec);
}

static const struct spec_field spec_fields[] = {
	SPEC_FIELD("ociVersion", SPEC_TEXT, spec, oci_version, .required = true),
	SPEC_FIELD("root", SPEC_OBJECT, spec, root, .required = true, .shape = &spec_shape_root),
	SPEC_FIELD("mounts", SPEC_LIST, spec, mounts, .shape = &spec_shape_mount),
	SPEC_FIELD("process", SPEC_POINTER, spec, process, .shape = &spec_shape_process),
	SPEC_FIELD("hostname", SPEC_TEXT, spec, hostname),
	SPEC_FIELD("domainname", SPEC_TEXT, spec, domainname),
	{.key = "hooks", .kind = SPEC_OBJECT, .shape = &hooks_shape},
	SPEC_FIELD("annotations", SPEC_PAIRS, spec, annotations),
	{.key = "linux", .kind = SPEC_OBJECT, .shape = &linux_shape},
	SPEC_END,
};

static const struct spec_shape spec_shape = {
	.fields = spec_fields, .size = sizeof(struct spec), .finish = finish_spec};

int spec_from_value(
	struct arena *arena, const struct value *document, struct spec *ret_spec, struct error *err)
{
	struct spec_reader reader = {.arena = arena, .err = err};
	memset(ret_spec, 0, sizeof(*ret_spec));
	int result = spec_reader_object(&reader, document, &spec_shape, ret_spec);
	ret_spec->unknown = reader.unknown;
	ret_spec->unknown_count = reader.unknown_count;
	return result;
}

static int read_shape(struct arena *arena, struct str text, const struct spec_shape *shape,
	void *target, struct error *err)
{
	struct value document;
	if (json_read(arena, text, DOCUMENT_CEL, &document, err) < 0)
		return -1;
	struct spec_reader reader = {.arena = arena, .err = err};
	memset(target, 0, shape->size);
	return spec_reader_object(&reader, &document, shape, target);
}

int spec_read(struct arena *arena, struct str text, struct spec *ret_spec, struct error *err)
{
	struct value document;
	if (json_read(arena, text, DOCUMENT_CEL, &document, err) < 0)
		return -1;
	return spec_from_value(arena, &document, ret_spec, err);
}

int spec_read_process(
	struct arena *arena, struct str text, struct spec_process *ret_process, struct error *err)
{
	return read_shape(arena, text, &spec_shape_process, ret_process, err);
}

int spec_read_resources(struct arena *arena, struct str text, struct spec_resources *ret_resources,
	struct error *err)
{
	return read_shape(arena, text, &spec_shape_resources, ret_resources, err);
}

const char *spec_annotation(const struct spec *spec, const char *key)
{
	for (size_t i = 0; i < spec->annotations.count; i++)
		if (strcmp(spec->annotations.items[i].key.text, key) == 0)
			return spec->annotations.items[i].value.text;
	return NULL;
}

const struct spec_namespace *spec_namespace_of(const struct spec *spec, uint64_t type)
{
	for (size_t i = 0; i < spec->namespaces.count; i++)
		if (spec->namespaces.items[i].type == type)
			return &spec->namespaces.items[i];
	return NULL;
}
