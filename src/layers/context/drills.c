/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/drills.h"

#define MOUNTING "capability SYS_ADMIN, system-calls mount"

const char *const drill_outcomes[DRILL_OUTCOMES] = {"blocked", "killed", "open"};

/* clang-format off */
const struct drill drills[] = {
	/* Mounts. */
	{"mount", "mount a file system", MOUNTING, "CVE-2022-0185 class"},
	{"new-mount", "make a file system with fsopen()", MOUNTING, "CVE-2022-0185"},
	{"clone-tree", "copy the mount tree with open_tree()", MOUNTING, ""},
	{"unmask", "unmount what hides /proc/kcore", NULL, "CVE-2025-31133 class"},
	{"chroot", "change the root folder", "capability SYS_CHROOT, system-calls chroot", ""},
	{"handle", "name a file by handle", "system-calls file-handles", "shocker"},
	{"release-agent", "write a control group's release_agent", NULL, "CVE-2022-0492"},
	/* Namespaces. */
	{"unshare-user", "make a user namespace with unshare()", "system-calls namespaces", "CVE-2023-32233 class"},
	{"clone-user", "make a user namespace with clone()", "system-calls namespaces", ""},
	{"clone3-user", "make a user namespace with clone3()", "system-calls namespaces", ""},
	{"host-users", "have the user ids of the host", "host-users", ""},
	{"root-user", "be user 0", "root-user", ""},
	{"host-network", "reach an abstract socket of the host", "host-namespace network", "CVE-2020-15257"},
	{"host-name", "see the host's name", "host-namespace uts", ""},
	/* Files of the kernel. */
	{"core-pattern", "open /proc/sys/kernel/core_pattern for writing", NULL, "CVE-2025-31133"},
	{"sysrq", "open /proc/sysrq-trigger for writing", NULL, ""},
	{"uevent-helper", "open /sys/kernel/uevent_helper for writing", NULL, ""},
	{"interrupts", "read /proc/interrupts", "kernel-path /proc/interrupts", ""},
	{"kallsyms", "read /proc/kallsyms", "kernel-path /proc/kallsyms", ""},
	{"firmware", "list /sys/firmware", "kernel-path /sys/firmware", ""},
	{"kcore", "read /proc/kcore", NULL, ""},
	/* Interfaces of the kernel. */
	{"bpf", "call bpf()", "system-calls bpf", "CVE-2021-3490 class"},
	{"perf", "call perf_event_open()", "system-calls perf", ""},
	{"keyctl", "call keyctl()", "system-calls keyring", "CVE-2016-0728 class"},
	{"userfaultfd", "call userfaultfd()", "system-calls userfaultfd", "CVE-2022-2590 class"},
	{"io-uring", "call io_uring_setup()", "system-calls io-uring", "CVE-2022-29582 class"},
	{"fanotify", "call fanotify_init()", "system-calls fanotify", ""},
	{"modules", "call finit_module()", "capability SYS_MODULE, system-calls modules, host-users", ""},
	{"quotas", "call quotactl()", "system-calls host-admin", ""},
	{"clock", "call adjtimex()", "system-calls clock", ""},
	{"io-ports", "call ioperm()", "system-calls io-ports", ""},
	{"numa", "call get_mempolicy()", "system-calls numa", ""},
	{"vmsplice", "give a page to a pipe", "system-calls vmsplice", "CVE-2022-0847 class"},
	{"ldt", "call modify_ldt()", "system-calls legacy-x86", "CVE-2015-5157 class"},
	{"personality", "switch off address randomisation", "system-calls personality", ""},
	{"terminal-input", "type into the terminal", "system-calls terminal-input", "CVE-2016-2568 class"},
	{"hostname", "change the host name", "capability SYS_ADMIN, system-calls hostname", ""},
	{"socket-alg", "open an AF_ALG socket", "system-calls socket-alg", "CVE-2026-31431"},
	{"socket-vsock", "open an AF_VSOCK socket", "system-calls socket-vsock", "CVE-2021-26708"},
	{"socket-packet", "open an AF_PACKET socket", "capability NET_RAW, system-calls socket-packet", "CVE-2020-14386"},
	{"socket-netlink", "open a netlink socket of netfilter", "system-calls socket-netlink", "CVE-2023-32233"},
	{"socket-route", "open a netlink socket for routes", "system-calls socket-route | system-calls socket-netlink", ""},
	/* Processes and memory. */
	{"ptrace", "let oneself be traced", "system-calls ptrace", ""},
	{"process-vm", "read memory of a process", "system-calls ptrace", ""},
	{"pidfd-getfd", "take a descriptor of a process", "system-calls ptrace", ""},
	{"write-execute", "map memory writable and executable", "system-calls rwx-memory", ""},
	{"execute-written", "make written memory executable", "system-calls rwx-memory", ""},
	{"memfd", "make an executable file in memory", "system-calls memfd-exec", ""},
	{"i386", "call the kernel as a 32 bit program", "system-calls i386", "int 80"},
	{"x32", "call the kernel by the x32 interface", "system-calls x32", ""},
	{"new-privileges", "be allowed to gain privileges", "new-privileges", ""},
	{"unfiltered", "run without a filter of system calls", NULL, ""},
	{"core-dumps", "write core dumps", "core-dumps", ""},
	{"processes", "start more processes than a context may", "no-limit processes", "fork bomb"},
	{"memory", "use more memory than a context may", "no-limit memory", ""},
	/* Files and devices. */
	{"leaked-files", "find an open file that nobody meant to give", NULL, "CVE-2024-21626"},
	{"outside-folder", "stand in a folder outside of the root", NULL, "CVE-2024-21626"},
	{"above-root", "find the host's files above the root", NULL, ""},
	{"own-program", "write to the program that is running", NULL, "CVE-2019-5736"},
	{"write-root", "write to the root file system", "writable-root", ""},
	{"make-device", "make a device file", NULL, ""},
	{"device", "open /dev/fuse", "device /dev/fuse", ""},
	{"disks", "open a disk or the memory of the host", NULL, ""},
	{"setuid", "gain user 0 from a setuid program", NULL, ""},
	{NULL, NULL, NULL, NULL},
};
/* clang-format on */

const struct drill *drill_find(struct str name)
{
	for (const struct drill *at = drills; at->name; at++)
		if (str_equal(name, str_from(at->name)))
			return at;
	return NULL;
}
