/* SPDX-License-Identifier: Apache-2.0 */
#include "context_sample.h"
#include "layers/context/schema.h"
#include "layers/context/syscall_groups.h"
#include "page.h"

/* docs/reference/contexts.md: what the default restricts, and from the tables what opens it. */

static const struct {
	const char *restricted, *why, *opened;
} restrictions[] = {
	{"It is user 65532 of a user namespace, and nobody outside of it.",
		"A process that gets out has no rights over anything there.",
		"`user` (another id), `root-user`, `host-users`"},
	{"It has no capability, in no set.",
		"Each is a part of root's power, within its namespaces.", "`capability`"},
	{"No program raises its privileges (no_new_privs).",
		"A setuid file in an image would be a way up.", "`new-privileges`"},
	{"Its namespaces are its own: cgroup, ipc, mount, network, pid, user, uts.",
		"What is not shared cannot be reached.", "`host-namespace`, `host-users`"},
	{"It has no network but the loopback of its namespace; by Landlock it can neither bind nor "
	 "connect TCP, nor reach abstract sockets made outside.",
		"Most workloads that are broken into call home.",
		"`network`, `host-namespace` network; `gabion run --listen` hands in a socket"},
	{"The root file system is read-only.", "What is changed in an image stays changed.",
		"`writable-root`, `scratch`"},
	{"What is writable, /tmp, /dev/shm and /dev/mqueue, is its own, empty, limited, and holds "
	 "no programs.",
		"A program that was not in the image is not run.", "`scratch`, `host-path`"},
	{"By Landlock files are written only there, and devices are null, zero, full, random, "
	 "urandom and the terminal.",
		"A second barrier that no capability lifts.",
		"`host-path`, `device`, `kernel-path`, `writable-root`; `system-calls` mount "
		"leaves "
		"out all rules for files"},
	{"No device of the host.", "A disk or the memory of the machine is behind some.",
		"`device`"},
	{"Paths of /proc and /sys that tell of the host, or change it, are hidden or read-only.",
		"They are the kernel's, not the namespace's.", "`kernel-path`"},
	{"No setting of the kernel is made.", "Some are the whole machine's.", "`kernel-setting`"},
	{"System calls are an allow-list for this machine's architecture; some only with harmless "
	 "arguments. Others get EPERM, newer ones ENOSYS, other architectures end the process.",
		"Most holes of kernels are in calls that few programs make.", "`system-calls`"},
	{"No memory is both written and executed, and none becomes executable.",
		"Code that is sent in cannot run.", "`system-calls` rwx-memory"},
	{"At most 512 MiB of memory, none of it in swap, 256 processes, 1024 files of a process.",
		"A neighbour is not starved.", "`resources`, `no-limit`"},
	{"Class burstable: others that are guaranteed come first.", "A crash hits the right one.",
		"`resources`"},
	{"No core dumps.", "They hold whatever was in memory.", "`core-dumps`"},
	{"No program is run on the host while it is made or removed.",
		"Hooks run with the rights of the runtime.", "`hook`"},
};

static void put_code(struct buf *out, const char *text)
{
	if (text)
		buf_printf(out, " | %s |\n", text);
	else
		buf_puts(out, " | |\n");
}

static void put_page(struct buf *out)
{
	buf_puts(out,
		"# Contexts\n\nWhat a workload may do that `gabion run` starts. The default is as "
		"strict as most programs can live in; a document of `kind: Context` "
		"([policy.md](policy.md)) grants more, by opt-ins that have a reason, an owner and "
		"an end. An opt-in that has expired grants nothing. This page is made from the "
		"tables of the program.\n\n## The default\n\n"
		"| what | why | what opens it |\n|---|---|---|\n");
	for (size_t i = 0; i < sizeof(restrictions) / sizeof(restrictions[0]); i++)
		buf_printf(out, "| %s | %s | %s |\n", restrictions[i].restricted,
			restrictions[i].why, restrictions[i].opened);
	buf_puts(out, "\n## Opt-ins\n\n| `allow` | what it opens | `value` |\n|---|---|---|\n");
	for (const struct policy_opt_in *at = context_schema.opt_ins; at->name; at++) {
		buf_printf(out, "| `%s` | %s", at->name, at->meaning);
		put_code(out, at->value);
	}
	buf_puts(out, "\n## Values of system-calls\n\n| group | opens | closed otherwise because | "
		      "calls |\n|---|---|---|---|\n");
	for (const struct syscall_group *at = syscall_groups; at->name; at++)
		buf_printf(
			out, "| `%s` | %s | %s | %s |\n", at->name, at->opens, at->why, at->calls);
}

static void put_rules(struct buf *out)
{
	struct context_sample sample;
	ck_assert_int_eq(context_sample_make(&sample, NULL, 0), 0);
	buf_puts(out, "\n## Annotations\n\nThe runtime specification has no field for these; "
		      "gabion-oci carries them out, other runtimes pass them over.\n\n"
		      "| annotation | of the default |\n|---|---|\n"
		      "| `dev.gabion.landlock` | `");
	struct str rules = context_sample_at(&sample, "/annotations/dev.gabion.landlock");
	buf_put(out, str_slice(rules, 1, rules.len - 1));
	buf_puts(out, "` |\n| `dev.gabion.memory-deny-write-execute` | `true` |\n"
		      "| `dev.gabion.context` | `default`: the context's name |\n");
	context_sample_release(&sample);
}

START_TEST(the_reference_of_contexts_is_what_the_tables_say)
{
	struct arena arena;
	struct buf page;
	arena_init(&arena, (size_t)4 << 20);
	buf_init_arena(&page, &arena, 64 << 10);
	put_page(&page);
	put_rules(&page);
	check_page("contexts.md", buf_str(&page));
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("reference", the_reference_of_contexts_is_what_the_tables_say)
