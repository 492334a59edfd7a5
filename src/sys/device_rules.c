/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/device_rules.h"

static bool covers_device(const struct device_rule *rule, char type, int64_t major, int64_t minor)
{
	return (rule->type == 'a' || rule->type == type) &&
	       (rule->major == DEVICE_ANY || rule->major == major) &&
	       (rule->minor == DEVICE_ANY || rule->minor == minor);
}

bool device_rules_allow(
	struct device_rules rules, char type, int64_t major, int64_t minor, unsigned access)
{
	for (size_t i = rules.count; i-- > 0 && access != 0;) {
		const struct device_rule *rule = &rules.items[i];
		if (!covers_device(rule, type, major, minor))
			continue;
		if (!rule->allow && rule->access & access)
			return false;
		access &= ~rule->access;
	}
	return access == 0;
}

/* Registers of the program. Numbers are read from the context for each rule: kept in registers,
 * what the verifier learns of them in one rule would multiply the paths through all others. */
enum {
	ANSWER = BPF_REG_0,
	CONTEXT = BPF_REG_1,
	TYPE = BPF_REG_2,
	WANTED = BPF_REG_3, /* rights not yet allowed */
	NUMBER = BPF_REG_4,
};

enum { HEAD = 7, TAIL = 2, PER_RULE = 9 }; /* instructions, at most */

static void emit(struct device_program *program, unsigned code, unsigned target, unsigned source,
	int offset, int number)
{
	program->items[program->count++] = (struct bpf_insn){
		.code = (uint8_t)code,
		.dst_reg = (uint8_t)(target & 15),
		.src_reg = (uint8_t)(source & 15),
		.off = (int16_t)offset,
		.imm = number,
	};
}

static void emit_answer(struct device_program *program, bool allow)
{
	emit(program, BPF_ALU64 | BPF_MOV | BPF_K, ANSWER, 0, 0, allow);
	emit(program, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static void emit_head(struct device_program *program)
{
	enum { ACCESS_SHIFT = 16, TYPE_MASK = 0xffff };
	emit(program, BPF_LDX | BPF_MEM | BPF_W, TYPE, CONTEXT,
		offsetof(struct bpf_cgroup_dev_ctx, access_type), 0);
	emit(program, BPF_ALU64 | BPF_MOV | BPF_X, WANTED, TYPE, 0, 0);
	emit(program, BPF_ALU64 | BPF_RSH | BPF_K, WANTED, 0, 0, ACCESS_SHIFT);
	emit(program, BPF_ALU64 | BPF_AND | BPF_K, TYPE, 0, 0, TYPE_MASK);
	/* Asked for nothing (does it exist?): nothing to deny. */
	emit(program, BPF_ALU64 | BPF_MOV | BPF_K, ANSWER, 0, 0, 1);
	emit(program, BPF_JMP | BPF_JNE | BPF_K, WANTED, 0, 1, 0);
	emit(program, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static void emit_number(struct device_program *program, size_t field, int64_t number)
{
	if (number == DEVICE_ANY)
		return;
	emit(program, BPF_LDX | BPF_MEM | BPF_W, NUMBER, CONTEXT, (int)field, 0);
	emit(program, BPF_JMP | BPF_JNE | BPF_K, NUMBER, 0, 0, (int)number);
}

/* Jumps over the rest of a rule are filled in once its length is known. */
static void emit_rule(struct device_program *program, const struct device_rule *rule)
{
	size_t start = program->count;
	if (rule->type != 'a')
		emit(program, BPF_JMP | BPF_JNE | BPF_K, TYPE, 0, 0,
			rule->type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR);
	emit_number(program, offsetof(struct bpf_cgroup_dev_ctx, major), rule->major);
	emit_number(program, offsetof(struct bpf_cgroup_dev_ctx, minor), rule->minor);
	size_t tests = program->count;
	if (rule->allow) {
		emit(program, BPF_ALU64 | BPF_AND | BPF_K, WANTED, 0, 0,
			(int)(DEVICE_ALL & ~rule->access));
		emit(program, BPF_JMP | BPF_JNE | BPF_K, WANTED, 0, 2, 0);
	} else {
		emit(program, BPF_JMP | BPF_JSET | BPF_K, WANTED, 0, 1, (int)rule->access);
		emit(program, BPF_JMP | BPF_JA, 0, 0, 2, 0);
	}
	emit_answer(program, rule->allow);
	for (size_t i = start; i < tests; i++)
		if (BPF_CLASS(program->items[i].code) == BPF_JMP)
			program->items[i].off = (int16_t)(program->count - i - 1);
}

int device_program_make(struct arena *arena, struct device_rules rules,
	struct device_program *ret_program, struct error *err)
{
	if (rules.count > DEVICE_RULES)
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
			"more than %d rules for devices in linux.resources.devices", DEVICE_RULES);
	size_t room = HEAD + rules.count * PER_RULE + TAIL;
	*ret_program = (struct device_program){ARENA_NEW_ARRAY(arena, struct bpf_insn, room), 0};
	emit_head(ret_program);
	for (size_t i = rules.count; i-- > 0;)
		emit_rule(ret_program, &rules.items[i]);
	emit_answer(ret_program, false);
	return 0;
}
