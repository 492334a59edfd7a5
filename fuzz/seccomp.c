/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/seccomp.h"
#include "base/limits.h"
#include "fuzz.h"
#include "layers/context/syscalls.h"

#include <linux/bpf_common.h>
#include <linux/seccomp.h>
#include <string.h>

/* The input is a profile in a form of its own, byte by byte, and then calls to be judged. */
struct input {
	const uint8_t *data;
	size_t left;
};

static uint8_t take(struct input *input)
{
	if (input->left == 0)
		return 0;
	input->left--;
	return *input->data++;
}

/* Values near each other, in both halves of 64 bits. */
static uint64_t take_value(struct input *input)
{
	uint8_t how = take(input);
	uint64_t value = take(input);
	if (how & 1)
		value = (uint64_t)(int64_t)(int8_t)value;
	if (how & 2)
		value <<= 32;
	if (how & 4)
		value ^= 0xffffffff;
	return how & 8 ? value | value << 31 : value;
}

static uint64_t take_action(struct input *input)
{
	static const uint32_t actions[] = {SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO, SECCOMP_RET_LOG,
		SECCOMP_RET_TRAP, SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD,
		SECCOMP_RET_TRACE, SECCOMP_RET_USER_NOTIF};
	return actions[take(input) % 8];
}

static struct spec_text take_name(struct input *input)
{
	uint8_t which = take(input);
	if (which == 255)
		return (struct spec_text){.text = "no_such_call"};
	/* Few enough that rules meet, i386's multiplexed ones among them. */
	static const char *const often[] = {"socket", "shmat", "socketcall", "read", "clone3"};
	if (which % 2)
		return (struct spec_text){.text = often[which % 5]};
	return (struct spec_text){.text = syscall_at(which * 7U % syscall_count)->name};
}

static void take_rule(struct arena *arena, struct input *input, struct spec_seccomp_rule *rule)
{
	size_t names = take(input) % 4 + 1U;
	struct spec_text *texts = ARENA_NEW_ARRAY(arena, struct spec_text, names);
	struct spec_seccomp_arg *args = ARENA_NEW_ARRAY(arena, struct spec_seccomp_arg, 8);
	for (size_t i = 0; i < names; i++)
		texts[i] = take_name(input);
	*rule = (struct spec_seccomp_rule){.names = {.items = texts, .count = names},
		.action = take_action(input),
		.error = {.value = take(input) * 17U, .set = take(input) % 2},
		.args = args,
		.arg_count = take(input) % 8};
	for (size_t i = 0; i < rule->arg_count; i++)
		args[i] = (struct spec_seccomp_arg){.index = take(input) % 6,
			.value = take_value(input),
			.value_two = take_value(input),
			.compare = take(input) % 7};
}

static struct spec_seccomp take_profile(struct arena *arena, struct input *input)
{
	static const struct spec_text archs[] = {{.text = "SCMP_ARCH_X86"},
		{.text = "SCMP_ARCH_X32"}, {.text = "SCMP_ARCH_S390X"},
		{.text = "SCMP_ARCH_AARCH64"}};
	size_t count = take(input) % 32;
	struct spec_seccomp_rule *rules =
		ARENA_NEW_ARRAY(arena, struct spec_seccomp_rule, count + 1);
	struct spec_seccomp profile = {.default_action = take_action(input),
		.default_error = {.value = take(input), .set = take(input) % 2},
		.architectures = {.items = archs, .count = take(input) % 5},
		.rules = rules,
		.rule_count = count};
	for (size_t i = 0; i < count; i++)
		take_rule(arena, input, &rules[i]);
	return profile;
}

/* What the kernel's check of filters demands, and its emulation of constant answers. */
static void check_code(const struct seccomp_program *program)
{
	PROPERTY(program->len > 0 && program->len <= BPF_MAXINSNS);
	for (size_t i = 0; i < program->len; i++) {
		const struct sock_filter *at = &program->code[i];
		bool jumps = BPF_CLASS(at->code) == BPF_JMP;
		size_t far = at->code == (BPF_JMP | BPF_JA) ? at->k
			     : at->jt > at->jf              ? at->jt
							    : at->jf;
		PROPERTY(!jumps || i + 1 + far < program->len);
		PROPERTY(jumps || at->code == (BPF_RET | BPF_K) ||
			 at->code == (BPF_LD | BPF_W | BPF_ABS) ||
			 at->code == (BPF_ALU | BPF_AND | BPF_K));
	}
	PROPERTY(program->code[program->len - 1].code == (BPF_RET | BPF_K));
}

static void judge(const struct spec_seccomp *profile, const struct seccomp_program *program,
	struct input *input)
{
	for (unsigned turn = 0; turn < 24; turn++) {
		struct spec_text name = take_name(input);
		const struct syscall_entry *entry = syscall_find(str_from(name.text));
		uint8_t how = take(input);
		enum syscall_arch arch = how % SYSCALL_ARCHS;
		struct seccomp_call call = {.audit_arch = syscall_arch_names[arch].audit};
		call.number = entry ? (uint32_t)syscall_number(arch, entry) : take(input) * 4U;
		if (how & 128)
			call.number ^= how & 64 ? SYSCALL_X32_BIT : 1;
		for (unsigned i = 0; i < 6; i++)
			call.args[i] = take_value(input);
		PROPERTY(seccomp_run(program->code, program->len, &call) ==
			 seccomp_decide(profile, &call));
	}
}

/* The program decides as the profile reads, for every call tried. */
static void compile(struct arena *arena, struct input *input)
{
	struct error err = {.kind = ERROR_NONE};
	struct seccomp_program program;
	struct spec_seccomp profile = take_profile(arena, input);
	if (seccomp_compile(arena, &profile, &program, NULL, &err) < 0) {
		PROPERTY(err.message[0] != '\0');
		return;
	}
	check_code(&program);
	judge(&profile, &program, input);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct input input = {data, size};
	arena_init(&arena, LIMIT_CONTEXT_BYTES);
	if (!ARENA_LIMIT_REACHED(&arena))
		compile(&arena, &input);
	arena_release(&arena);
	return 0;
}
