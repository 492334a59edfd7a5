/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/schema.h"

#include "layers/context/opt_ins.h"
#include "layers/types.h"

/* clang-format off */

/* The configuration of the OCI runtime specification, 1.0 to 1.3: config.md and config-linux.md. */
STRUCT(root, "Root", STRING("path"), BOOL("readonly"));

STRUCT(id_mapping, "IDMapping", INT("containerID"), INT("hostID"), INT("size"));
static LIST_OF(id_mapping);

STRUCT(mount, "Mount",
	STRING("destination"), STRING("type"), STRING("source"), STRINGS("options"),
	LIST("uidMappings", id_mapping), LIST("gidMappings", id_mapping));
static LIST_OF(mount);

STRUCT(user, "User",
	INT("uid"), INT("gid"), INT("umask"), INTS("additionalGids"), STRING("username"));
STRUCT(capabilities, "Capabilities",
	STRINGS("bounding"), STRINGS("effective"), STRINGS("inheritable"), STRINGS("permitted"),
	STRINGS("ambient"));
STRUCT(rlimit, "Rlimit", STRING("type"), ANY("hard"), ANY("soft"));
static LIST_OF(rlimit);
STRUCT(process, "Process",
	BOOL("terminal"), ANY("consoleSize"), ONE("user", user), STRINGS("args"),
	STRING("commandLine"), STRINGS("env"), STRING("cwd"), ONE("capabilities", capabilities),
	LIST("rlimits", rlimit), BOOL("noNewPrivileges"), STRING("apparmorProfile"),
	INT("oomScoreAdj"), ANY("scheduler"), STRING("selinuxLabel"), ANY("ioPriority"),
	ANY("execCPUAffinity"));

STRUCT(hook, "Hook", STRING("path"), STRINGS("args"), STRINGS("env"), INT("timeout"));
static LIST_OF(hook);
STRUCT(hooks, "Hooks",
	LIST("prestart", hook), LIST("createRuntime", hook), LIST("createContainer", hook),
	LIST("startContainer", hook), LIST("poststart", hook), LIST("poststop", hook));

STRUCT(namespace, "Namespace", STRING("type"), STRING("path"));
static LIST_OF(namespace);
STRUCT(device, "Device",
	STRING("type"), STRING("path"), INT("major"), INT("minor"), INT("fileMode"), INT("uid"),
	INT("gid"));
static LIST_OF(device);

STRUCT(device_rule, "DeviceRule",
	BOOL("allow"), STRING("type"), INT("major"), INT("minor"), STRING("access"));
static LIST_OF(device_rule);
STRUCT(memory, "Memory",
	INT("limit"), INT("reservation"), INT("swap"), INT("kernel"), INT("kernelTCP"),
	INT("swappiness"), BOOL("disableOOMKiller"), BOOL("useHierarchy"),
	BOOL("checkBeforeUpdate"));
STRUCT(cpu, "CPU",
	INT("shares"), INT("quota"), INT("burst"), INT("period"), INT("realtimeRuntime"),
	INT("realtimePeriod"), STRING("cpus"), STRING("mems"), INT("idle"));
STRUCT(pids, "Pids", INT("limit"));
STRUCT(resources, "Resources",
	LIST("devices", device_rule), ONE("memory", memory), ONE("cpu", cpu), ONE("pids", pids),
	ANY("blockIO"), ANY("hugepageLimits"), ANY("network"), ANY("rdma"),
	STRING_MAP("unified"));

STRUCT(seccomp_arg, "SeccompArg",
	INT("index"), ANY("value"), ANY("valueTwo"), STRING("op"));
static LIST_OF(seccomp_arg);
STRUCT(seccomp_rule, "SeccompRule",
	STRINGS("names"), STRING("action"), INT("errnoRet"), LIST("args", seccomp_arg));
static LIST_OF(seccomp_rule);
STRUCT(seccomp, "Seccomp",
	STRING("defaultAction"), INT("defaultErrnoRet"), STRINGS("architectures"),
	STRINGS("flags"), STRING("listenerPath"), STRING("listenerMetadata"),
	LIST("syscalls", seccomp_rule));

STRUCT(linux_config, "Linux",
	LIST("namespaces", namespace), LIST("uidMappings", id_mapping),
	LIST("gidMappings", id_mapping), ANY("timeOffsets"), LIST("devices", device),
	ANY("netDevices"), STRING("cgroupsPath"), ONE("resources", resources),
	STRING("rootfsPropagation"), ONE("seccomp", seccomp), STRING_MAP("sysctl"),
	STRINGS("maskedPaths"), STRINGS("readonlyPaths"), STRING("mountLabel"), ANY("intelRdt"),
	ANY("personality"), ANY("memoryPolicy"));

STRUCT(config, "Config",
	STRING("ociVersion"), ONE("root", root), LIST("mounts", mount), ONE("process", process),
	STRING("hostname"), STRING("domainname"), ONE("hooks", hooks), STRING_MAP("annotations"),
	ONE("linux", linux_config));

/* What is granted: a list for each opt-in. */
#define GRANT(id, name, field, value, meaning) STRINGS(field),
STRUCT(opt_in_lists, "OptIns", OPT_INS(GRANT) {NULL, NULL});
STRUCT(context, "Context",
	STRING("id"), ONE("optIns", opt_in_lists), ONE("config", config));

/* What the configuration comes to, where that takes more than reading it. */
STRUCT(effective, "Effective",
	STRINGS("systemCalls"), ONE("seccomp", seccomp), STRINGS("namespaces"),
	STRINGS("capabilities"), STRINGS("landlock"), STRING("landlockRules"));

static const struct policy_subject_kind kinds[] = {
	{.name = "start",
		.meaning = "A workload that is about to be started.",
		.roots = {{"config", &config, "The configuration it is to be started with (config.json)."},
			{"context", &context, "What its context grants, and the configuration that "
				"grants no more."},
			{"effective", &effective, "What the configuration comes to."}}},
	{.name = NULL},
};
/* clang-format on */

#define ROW(id, name, field, value, meaning) {name, value, meaning},
static const struct policy_opt_in opt_ins[] = {OPT_INS(ROW){NULL, NULL, NULL}};

const struct policy_subject_kind *const context_start = &kinds[0];

const struct policy_schema context_schema = {
	.layer = "context", .kinds = kinds, .opt_ins = opt_ins};
