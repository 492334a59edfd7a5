/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What a context may be allowed beyond the default, each by name: the one list from which the
 * loader, the facts, the reference and the drills are made.
 *
 *   row(id, name in `allow`, name in expressions, what its value is or NULL, meaning)
 */
/* clang-format off */
#define OPT_INS(row) \
	row(CAPABILITY, "capability", "capability", "its name, such as NET_BIND_SERVICE", \
		"A capability for the workload's processes.") \
	row(SYSTEM_CALLS, "system-calls", "systemCalls", "a group of them, such as ptrace", \
		"System calls, or uses of them, that the default refuses.") \
	row(NEW_PRIVILEGES, "new-privileges", "newPrivileges", NULL, \
		"Programs that raise privileges: setuid, setgid, file capabilities.") \
	row(ROOT_USER, "root-user", "rootUser", NULL, \
		"User 0 inside the context; outside it is nobody all the same.") \
	row(HOST_USERS, "host-users", "hostUsers", NULL, \
		"The host's user ids: no user namespace.") \
	row(HOST_NAMESPACE, "host-namespace", "hostNamespace", \
		"cgroup, ipc, network, pid or uts", \
		"A namespace shared with the host.") \
	row(NETWORK, "network", "network", NULL, \
		"A network that somebody else has set up, given by the path of its namespace.") \
	row(DEVICE, "device", "device", "its path, such as /dev/fuse", \
		"A device of the host, to read and to write.") \
	row(HOST_PATH, "host-path", "hostPath", "PATH, or PATH:ro; PATH:INSIDE:ro or rw", \
		"A file or folder of the host.") \
	row(KERNEL_PATH, "kernel-path", "kernelPath", "its path below /proc or /sys", \
		"A file or folder of the kernel that the default hides or protects.") \
	row(KERNEL_SETTING, "kernel-setting", "kernelSetting", "its name, such as net.core.somaxconn", \
		"A setting of the kernel (sysctl) within the context's namespaces.") \
	row(WRITABLE_ROOT, "writable-root", "writableRoot", NULL, \
		"Writing to the root file system.") \
	row(HOOK, "hook", "hook", "its path", \
		"A program that is run on the host while the context is made or removed.") \
	row(CORE_DUMPS, "core-dumps", "coreDumps", NULL, \
		"Core dumps, which hold whatever was in memory.") \
	row(NO_LIMIT, "no-limit", "noLimit", "memory or processes", \
		"As much of the machine as there is.")
/* clang-format on */

#define OPT_IN_ID(id, name, field, value, meaning) OPT_IN_##id,
enum opt_in { OPT_INS(OPT_IN_ID) OPT_IN_COUNT };
