/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/syscall_groups.h"

#include "layers/context/syscalls.h"

#include <errno.h>
#include <linux/seccomp.h>

const struct syscall_group syscall_groups[] = {
	{"bpf", "loading programs into the kernel",
		"its verifier has been the way to many kernel exploits", "bpf"},
	{"chroot", "changing the root folder", "it is the first step of known ways out of a root",
		"chroot"},
	{"clock", "setting and slewing the clock of the host",
		"every machine has one clock for all",
		"adjtimex clock_adjtime clock_adjtime64 clock_settime clock_settime64 settimeofday "
		"stime"},
	{"device-nodes", "making device nodes with mknod()",
		"a device node reaches the host's disks and memory", ""},
	{"fanotify", "watching files for access, for whole file systems",
		"it sees files of others and holds up their opening",
		"fanotify_init fanotify_mark"},
	{"file-handles", "opening files by handle instead of by path",
		"handles reach files outside of the root", "name_to_handle_at open_by_handle_at"},
	{"host-admin", "accounting, quotas, swap, the kernel's log, rebooting",
		"these act on the host, never on the context",
		"acct quotactl quotactl_fd reboot swapoff swapon syslog vhangup"},
	{"hostname", "changing the names of the host", "the context was given its name",
		"setdomainname sethostname"},
	{"i386", "32 bit programs of x86",
		"a second, less used entry to the kernel with its own conversions", ""},
	{"io-ports", "access to I/O ports", "it is direct access to hardware", "ioperm iopl"},
	{"io-uring", "asynchronous system calls by rings",
		"it runs calls that no filter sees and has a history of holes",
		"io_uring_enter io_uring_register io_uring_setup"},
	{"kexec", "starting another kernel", "it replaces the host's kernel",
		"kexec_file_load kexec_load"},
	{"keyring", "the kernel's key rings", "keys are not separated by every namespace",
		"add_key keyctl request_key"},
	{"legacy-x86", "own segments and virtual 8086 mode",
		"only 16 bit emulation needs them, and exploits have used them",
		"modify_ldt vm86 vm86old"},
	{"memfd-exec", "files in memory that may be executed",
		"they are programs that no path, image or rule knows", ""},
	{"modules", "loading kernel modules", "a module is the kernel",
		"delete_module finit_module init_module"},
	{"mount", "mounting file systems", "parsers of file systems and mount flags guard the host",
		"fsconfig fsmount fsopen fspick mount mount_setattr move_mount open_tree "
		"open_tree_attr pivot_root umount umount2"},
	{"namespaces", "making and entering namespaces",
		"a user namespace opens most of the kernel to any user", "listns setns unshare"},
	{"numa", "placing memory on nodes and moving it",
		"it acts on pages of others and few programs need it",
		"get_mempolicy mbind migrate_pages move_pages set_mempolicy "
		"set_mempolicy_home_node"},
	{"obsolete", "calls that Linux removed or keeps for old binaries",
		"nobody maintains them and nothing of today needs them",
		"_sysctl afs_syscall bdflush break create_module epoll_ctl_old epoll_wait_old "
		"ftime "
		"get_kernel_syms getpmsg gtty idle lock lookup_dcookie mpx nfsservctl prof profil "
		"putpmsg "
		"query_module remap_file_pages security stty sysfs tuxcall ulimit uselib ustat "
		"vserver"},
	{"perf", "performance counters and tracing",
		"it observes others and has a history of holes", "perf_event_open"},
	{"personality", "every execution domain, also without address randomisation",
		"it switches off protections of the process", ""},
	{"personality-32bit", "the execution domain of 32 bit programs",
		"only old build tools ask for it", ""},
	{"ptrace", "debugging and reading other processes",
		"one process taken over takes over its neighbours",
		"kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace"},
	{"rwx-memory", "memory that is writable and executable",
		"it turns a memory error into running code", ""},
	{"secret-memory", "memory hidden from the kernel", "it cannot be inspected or moved",
		"memfd_secret"},
	{"socket-alg", "AF_ALG: the kernel's ciphers",
		"its parsers were reachable by anyone and had holes", ""},
	{"socket-any", "sockets of every family, also by the call that multiplexes them",
		"rare protocols are the least tested parts of the kernel", "socketcall"},
	{"socket-netlink", "AF_NETLINK: all of the kernel's configuration protocols",
		"packet filters and traffic control had many holes", ""},
	{"socket-packet", "AF_PACKET: frames of an interface",
		"it reads and forges the traffic of others", ""},
	{"socket-route", "AF_NETLINK: asking for interfaces and routes",
		"few programs need it, and resolvers do without", ""},
	{"socket-vsock", "AF_VSOCK: the way to the virtual machine's host",
		"it passes every network policy", ""},
	{"terminal-input", "typing into one's terminal, and the console's selection",
		"the shell outside would read it as its own", ""},
	{"userfaultfd", "handling page faults in user space",
		"it makes races in the kernel easy to win", "userfaultfd"},
	{"vmsplice", "giving pages of memory to a pipe",
		"shared pages between pipe and cache were overwritten that way", "vmsplice"},
	{"x32", "programs of the x32 interface", "hardly any exist, and every filter must know it",
		""},
	{NULL, NULL, NULL, NULL},
};

const struct syscall_group *syscall_group_find(struct str name)
{
	for (const struct syscall_group *group = syscall_groups; group->name; group++)
		if (str_equal(name, str_from(group->name)))
			return group;
	return NULL;
}

static bool lists(const char *calls, struct str wanted)
{
	struct str rest = str_from(calls), call;
	while (str_next_part(&rest, ' ', &call))
		if (str_equal(call, wanted))
			return true;
	return false;
}

const struct syscall_group *syscall_group_of(struct str call)
{
	for (const struct syscall_condition *row = syscall_conditions; row->calls; row++)
		if (lists(row->calls, call))
			return syscall_group_find(str_from(row->lifted_by));
	for (const struct syscall_group *group = syscall_groups; group->name; group++)
		if (lists(group->calls, call))
			return group;
	return NULL;
}

/* What is being made: rules, and names of the first rule. */
struct builder {
	struct arena *arena;
	const struct str *opened;
	size_t opened_count;
	struct spec_text *names;
	size_t name_count;
	struct spec_seccomp_rule *rules;
	size_t rule_count;
};

static bool is_open(const struct builder *builder, const char *group)
{
	for (size_t i = 0; i < builder->opened_count; i++)
		if (str_equal(builder->opened[i], str_from(group)))
			return true;
	return false;
}

static bool has_condition(const struct builder *builder, struct str call)
{
	for (const struct syscall_condition *row = syscall_conditions; row->calls; row++)
		if (lists(row->calls, call))
			return !is_open(builder, row->lifted_by);
	return false;
}

static size_t count_parts(const char *calls)
{
	size_t count = 1;
	for (; *calls; calls++)
		count += *calls == ' ';
	return count;
}

static struct spec_texts names_of(struct builder *builder, const char *calls)
{
	struct str rest = str_from(calls), call;
	struct spec_text *names =
		ARENA_NEW_ARRAY(builder->arena, struct spec_text, count_parts(calls));
	size_t count = 0;
	while (str_next_part(&rest, ' ', &call))
		names[count++].text = str_copy(builder->arena, call).data;
	return (struct spec_texts){.items = names, .count = count};
}

static void add_names(struct builder *builder, const char *calls)
{
	struct str rest = str_from(calls), call;
	while (str_next_part(&rest, ' ', &call))
		if (call.len > 0 && !has_condition(builder, call))
			builder->names[builder->name_count++].text =
				str_copy(builder->arena, call).data;
}

static void add_conditions(struct builder *builder)
{
	for (const struct syscall_condition *row = syscall_conditions; row->calls; row++) {
		if (is_open(builder, row->lifted_by) ||
			(row->only_with && !is_open(builder, row->only_with)))
			continue;
		builder->rules[builder->rule_count++] = (struct spec_seccomp_rule){
			.names = names_of(builder, row->calls),
			.action = row->action,
			.error = {.value = row->error, .set = row->action == SECCOMP_RET_ERRNO},
			.args = row->args,
			.arg_count = row->arg_count,
		};
	}
}

static struct spec_texts architectures_of(struct builder *builder)
{
	struct spec_text *names = ARENA_NEW_ARRAY(builder->arena, struct spec_text, SYSCALL_ARCHS);
	size_t count = 0;
	names[count++].text = syscall_arch_names[SYSCALL_NATIVE].oci_name;
	if (is_open(builder, "i386"))
		names[count++].text = syscall_arch_names[SYSCALL_I386].oci_name;
	if (is_open(builder, "x32"))
		names[count++].text = syscall_arch_names[SYSCALL_X32].oci_name;
	return (struct spec_texts){.items = names, .count = count};
}

static int check_names(const struct builder *builder, struct error *err)
{
	for (size_t i = 0; i < builder->opened_count; i++)
		if (!syscall_group_find(builder->opened[i])) {
			error_set_remedy(err, "use a name such as 'ptrace' or 'socket-vsock'");
			return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
				"'%.*s' is no group of system calls", STR_ARGS(builder->opened[i]));
		}
	return 0;
}

int syscall_groups_profile(struct arena *arena, const struct str *opened, size_t count,
	struct spec_seccomp *ret_profile, struct error *err)
{
	struct builder builder = {.arena = arena, .opened = opened, .opened_count = count};
	size_t conditions = 0;
	if (check_names(&builder, err) < 0)
		return -1;
	while (syscall_conditions[conditions].calls)
		conditions++;
	builder.names = ARENA_NEW_ARRAY(arena, struct spec_text, syscall_count);
	builder.rules = ARENA_NEW_ARRAY(arena, struct spec_seccomp_rule, conditions + 1);
	for (size_t i = 0; syscall_list[i]; i++)
		add_names(&builder, syscall_list[i]);
	for (const struct syscall_group *group = syscall_groups; group->name; group++)
		if (is_open(&builder, group->name))
			add_names(&builder, group->calls);
	builder.rules[builder.rule_count++] = (struct spec_seccomp_rule){
		.names = {.items = builder.names, .count = builder.name_count},
		.action = SECCOMP_RET_ALLOW,
	};
	add_conditions(&builder);
	*ret_profile = (struct spec_seccomp){
		.default_action = SECCOMP_RET_ERRNO,
		.default_error = {.value = EPERM, .set = true},
		.architectures = architectures_of(&builder),
		.flags = SECCOMP_FILTER_FLAG_SPEC_ALLOW,
		.rules = builder.rules,
		.rule_count = builder.rule_count,
	};
	return 0;
}
