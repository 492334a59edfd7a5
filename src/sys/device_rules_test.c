/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/cgroup.h"
#include "sys/cgroup_file.h"
#include "sys/device_rules.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARENA_BYTES = 1 << 20 };

/* What the kernel does with the instructions our program is made of; -1 for any other. */
static int run(const struct device_program *program, char type, unsigned major, unsigned minor,
	unsigned access)
{
	struct bpf_cgroup_dev_ctx context = {
		access << 16 | (type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR), major,
		minor};
	uint64_t r[11] = {0};
	for (size_t at = 0; at < program->count; at++) {
		const struct bpf_insn *insn = &program->items[at];
		uint64_t *target = &r[insn->dst_reg], number = (uint64_t)(int64_t)insn->imm;
		bool jump = false;
		switch (insn->code) {
		case BPF_LDX | BPF_MEM | BPF_W:
			if ((size_t)insn->off > sizeof(context) - sizeof(uint32_t))
				return -1;
			uint32_t word;
			memcpy(&word, (const char *)&context + insn->off, sizeof(word));
			*target = word;
			break;
		case BPF_ALU64 | BPF_MOV | BPF_X:
			*target = r[insn->src_reg];
			break;
		case BPF_ALU64 | BPF_MOV | BPF_K:
			*target = number;
			break;
		case BPF_ALU64 | BPF_RSH | BPF_K:
			*target >>= number;
			break;
		case BPF_ALU64 | BPF_AND | BPF_K:
			*target &= number;
			break;
		case BPF_JMP | BPF_JNE | BPF_K:
			jump = *target != number;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			jump = (*target & number) != 0;
			break;
		case BPF_JMP | BPF_JA:
			jump = true;
			break;
		case BPF_JMP | BPF_EXIT:
			return (int)r[0];
		default:
			return -1;
		}
		if (jump)
			at += (size_t)insn->off;
	}
	return -1;
}

/* How version 1 decides: with exceptions that allow, one must cover all; with exceptions that deny,
 * none may touch any. */
static bool list_allows(
	const struct device_list *list, char type, int64_t major, int64_t minor, unsigned access)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct device_rule *e = &list->exceptions[i];
		if (e->type != type || (e->major != DEVICE_ANY && e->major != major) ||
			(e->minor != DEVICE_ANY && e->minor != minor))
			continue;
		if (list->allow ? (e->access & access) != 0 : (access & ~e->access) == 0)
			return !list->allow;
	}
	return list->allow;
}

/* Every device the rules can tell apart, every combination of rights. */
static void compare(struct device_rules rules, const struct device_program *program,
	const struct device_list *list)
{
	for (unsigned n = 0; n < 2 * 4 * 4 * 8; n++) {
		char type = n & 1 ? 'b' : 'c';
		unsigned major = n >> 1 & 3, minor = n >> 3 & 3, access = n >> 5;
		bool expected = device_rules_allow(rules, type, major, minor, access);
		if (program && run(program, type, major, minor, access) != expected)
			ck_abort_msg("program: %c %u:%u %u", type, major, minor, access);
		if (list && access != 0 &&
			list_allows(list, type, major, minor, access) != expected)
			ck_abort_msg("list: %c %u:%u %u", type, major, minor, access);
	}
}

#define RULE(allow, type, major, minor, access) \
	{ \
		type, allow, access, major, minor \
	}

START_TEST(the_last_rule_decides_for_each_right)
{
	static const struct device_rule rules[] = {
		RULE(false, 'a', DEVICE_ANY, DEVICE_ANY, DEVICE_ALL),
		RULE(true, 'c', 1, 3, DEVICE_ALL),
		RULE(true, 'c', 5, DEVICE_ANY, DEVICE_READ | DEVICE_WRITE),
		RULE(false, 'c', 5, 1, DEVICE_WRITE),
		RULE(true, 'b', 8, 0, DEVICE_READ),
		RULE(true, 'b', DEVICE_ANY, DEVICE_ANY, DEVICE_MKNOD),
	};
	static const struct {
		char type;
		int major, minor;
		unsigned access;
		bool allowed;
	} cases[] = {
		{'c', 1, 3, DEVICE_ALL, true},
		{'c', 1, 5, DEVICE_READ, false},
		{'b', 1, 3, DEVICE_READ, false},
		{'c', 5, 0, DEVICE_READ | DEVICE_WRITE, true},
		{'c', 5, 0, DEVICE_MKNOD, false},
		{'c', 5, 1, DEVICE_READ, true},
		{'c', 5, 1, DEVICE_READ | DEVICE_WRITE, false},
		{'b', 8, 0, DEVICE_READ | DEVICE_MKNOD, true},
		{'b', 8, 0, DEVICE_WRITE, false},
		{'b', 8, 1, DEVICE_MKNOD, true},
		{'c', 9, 9, 0, true},
	};
	struct arena arena;
	struct error err = {0};
	struct device_program program;
	struct device_rules all = {rules, sizeof(rules) / sizeof(rules[0])};
	arena_init(&arena, ARENA_BYTES);
	ck_assert_int_eq(device_program_make(&arena, all, &program, &err), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_int_eq(device_rules_allow(all, cases[i].type, cases[i].major,
					 cases[i].minor, cases[i].access),
			cases[i].allowed);
		ck_assert_int_eq(run(&program, cases[i].type, (unsigned)cases[i].major,
					 (unsigned)cases[i].minor, cases[i].access),
			cases[i].allowed);
	}
	arena_release(&arena);
}
END_TEST

START_TEST(without_rules_nothing_is_allowed)
{
	struct arena arena;
	struct error err = {0};
	struct device_program program;
	struct device_list list;
	arena_init(&arena, ARENA_BYTES);
	ck_assert_int_eq(device_program_make(&arena, (struct device_rules){0}, &program, &err), 0);
	ck_assert_int_eq(device_list_make(&arena, (struct device_rules){0}, &list, &err), 0);
	compare((struct device_rules){0}, &program, &list);
	ck_assert(!list.allow && list.count == 0);
	arena_release(&arena);
}
END_TEST

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

START_TEST(program_and_list_decide_like_the_rules)
{
	enum { ROUNDS = 3000, MOST = 8 };
	uint32_t state = 7;
	unsigned said = 0;
	struct arena arena;
	arena_init(&arena, ARENA_BYTES);
	for (int round = 0; round < ROUNDS; round++) {
		struct device_rule items[MOST];
		struct device_rules rules = {items, next_random(&state) % (MOST + 1)};
		for (size_t i = 0; i < rules.count; i++)
			items[i] = (struct device_rule){
				.type = "aabcc"[next_random(&state) % 5],
				.allow = next_random(&state) & 1,
				.access = next_random(&state) % 4 ? next_random(&state) & 7
								  : DEVICE_ALL,
				.major = (int64_t)(next_random(&state) % 4) - 1,
				.minor = (int64_t)(next_random(&state) % 4) - 1,
			};
		struct device_program program;
		struct device_list list;
		struct error err = {0};
		if (device_program_make(&arena, rules, &program, &err) != 0)
			ck_abort_msg("%s", err.message);
		bool can_say = device_list_make(&arena, rules, &list, &err) == 0;
		said += can_say;
		compare(rules, &program, can_say ? &list : NULL);
		arena_reset(&arena);
	}
	ck_assert_uint_gt(said, ROUNDS / 3);
	arena_release(&arena);
}
END_TEST

START_TEST(version_1_refuses_what_it_cannot_say)
{
	static const struct device_rule rules[] = {
		RULE(true, 'c', 1, DEVICE_ANY, DEVICE_ALL), RULE(false, 'c', 1, 3, DEVICE_WRITE)};
	struct arena arena;
	struct error err = {0};
	struct device_list list;
	arena_init(&arena, ARENA_BYTES);
	ck_assert_int_eq(
		device_list_make(&arena, (struct device_rules){rules, 2}, &list, &err), -1);
	ck_assert_str_eq(err.message, "the devices controller of cgroup version 1 cannot deny "
				      "'c 1:3 w' after 'c 1:* rwm'");
	arena_release(&arena);
}
END_TEST

START_TEST(too_many_rules_are_refused)
{
	struct arena arena;
	struct error err = {0};
	struct device_program program;
	arena_init(&arena, ARENA_BYTES);
	struct device_rules rules = {
		ARENA_NEW_ARRAY(&arena, struct device_rule, DEVICE_RULES + 1), DEVICE_RULES + 1};
	ck_assert_int_eq(device_program_make(&arena, rules, &program, &err), -1);
	ck_assert_int_eq(err.kind, ERROR_LIMIT);
	arena_release(&arena);
}
END_TEST

/* Opens a device from inside the group of a file to join: 0, or the errno. */
static int open_inside(int join, const char *device, int flags)
{
	pid_t child = fork();
	if (child == 0) {
		if (write(join, "0", 1) != 1)
			_exit(255);
		_exit(open(device, flags) >= 0 ? 0 : errno);
	}
	int status;
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void check_devices(int join)
{
	ck_assert_int_eq(open_inside(join, "/dev/null", O_RDWR), 0);
	ck_assert_int_eq(open_inside(join, "/dev/zero", O_RDONLY), 0);
	ck_assert_int_eq(open_inside(join, "/dev/zero", O_RDWR), EPERM);
	ck_assert_int_eq(open_inside(join, "/dev/full", O_RDONLY), EPERM);
}

static const struct device_rule applied[] = {
	RULE(true, 'c', 1, 7, DEVICE_ALL),
	RULE(true, 'c', 1, 5, DEVICE_ALL),
	RULE(false, 'c', 1, 5, DEVICE_WRITE),
	RULE(false, 'c', 1, 7, DEVICE_ALL),
	RULE(true, 'c', 1, 3, DEVICE_ALL),
};

/* A folder of a hierarchy of this machine, or -1. */
static int make_group(bool unified, char name[64], int *ret_mount)
{
	static struct cgroup_layout layout;
	struct error err = {0};
	if (geteuid() != 0 || cgroup_layout_open(&layout, "/sys/fs/cgroup", &err) < 0)
		return -1;
	int index = unified ? cgroup_layout_unified(&layout)
			    : cgroup_layout_find(&layout, CGROUP_DEVICES);
	if (index < 0 || layout.items[index].unified != unified)
		return -1;
	*ret_mount = layout.items[index].mount_fd;
	(void)snprintf(name, 64, "gabion-unit-devices-%d", (int)getpid());
	if (mkdirat(*ret_mount, name, 0755) < 0)
		return -1;
	return openat(*ret_mount, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

START_TEST(the_kernel_takes_the_list)
{
	char name[64];
	struct arena arena;
	struct error err = {0};
	struct device_list list;
	int mount, folder = make_group(false, name, &mount);
	if (folder < 0)
		return;
	arena_init(&arena, ARENA_BYTES);
	ck_assert_int_eq(
		device_list_make(&arena, (struct device_rules){applied, 5}, &list, &err), 0);
	ck_assert_msg(device_list_apply(folder, &list, &err) == 0, "%s", err.message);
	int join = openat(folder, "tasks", O_WRONLY | O_CLOEXEC);
	check_devices(join);
	close(join);
	close(folder);
	ck_assert_int_eq(unlinkat(mount, name, AT_REMOVEDIR), 0);
	arena_release(&arena);
}
END_TEST

START_TEST(the_kernel_takes_the_program)
{
	char name[64];
	struct arena arena;
	struct error err = {0};
	struct device_program program, largest;
	int mount, folder = make_group(true, name, &mount);
	if (folder < 0)
		return;
	arena_init(&arena, ARENA_BYTES);
	ck_assert_int_eq(
		device_program_make(&arena, (struct device_rules){applied, 5}, &program, &err), 0);
	struct device_rule *rules = ARENA_NEW_ARRAY(&arena, struct device_rule, DEVICE_RULES);
	for (int i = 0; i < DEVICE_RULES; i++)
		rules[i] = (struct device_rule)RULE(i % 3 > 0, 'c', i, i % 7, 1 + (unsigned)i % 7);
	ck_assert_int_eq(device_program_make(&arena, (struct device_rules){rules, DEVICE_RULES},
				 &largest, &err),
		0);
	int attached = device_program_attach(folder, &program, &err);
	int join = openat(folder, "cgroup.procs", O_WRONLY | O_CLOEXEC);
	if (attached == 0)
		check_devices(join);
	if (attached == 0)
		ck_assert_msg(
			device_program_attach(folder, &largest, &err) == 0, "%s", err.message);
	close(join);
	close(folder);
	ck_assert_int_eq(unlinkat(mount, name, AT_REMOVEDIR), 0);
	ck_assert_msg(attached == 0 || err.kind == ERROR_DENIED, "%s", err.message);
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("device rules", the_last_rule_decides_for_each_right, without_rules_nothing_is_allowed,
	program_and_list_decide_like_the_rules, version_1_refuses_what_it_cannot_say,
	too_many_rules_are_refused, the_kernel_takes_the_list, the_kernel_takes_the_program)
