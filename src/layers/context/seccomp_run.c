/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/seccomp.h"

#include <linux/bpf_common.h>
#include <linux/seccomp.h>

static bool jump_holds(uint16_t code, uint32_t word, uint32_t operand)
{
	switch (BPF_OP(code)) {
	case BPF_JEQ:
		return word == operand;
	case BPF_JGE:
		return word >= operand;
	case BPF_JGT:
		return word > operand;
	default:
		return (word & operand) != 0;
	}
}

static uint32_t load(const struct seccomp_call *call, uint32_t offset)
{
	struct seccomp_data data = {.nr = (int)call->number, .arch = call->audit_arch};
	uint32_t word;
	memcpy(data.args, call->args, sizeof(data.args));
	memcpy(&word, (const char *)&data + offset, sizeof(word));
	return word;
}

uint32_t seccomp_run(const struct sock_filter *code, size_t len, const struct seccomp_call *call)
{
	uint32_t word = 0;
	for (size_t at = 0; at < len; at++) {
		const struct sock_filter *instruction = &code[at];
		switch (instruction->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			if (instruction->k % 4 != 0 ||
				instruction->k >= sizeof(struct seccomp_data))
				return SECCOMP_RET_KILL_PROCESS;
			word = load(call, instruction->k);
			break;
		case BPF_ALU | BPF_AND | BPF_K:
			word &= instruction->k;
			break;
		case BPF_JMP | BPF_JA:
			at += instruction->k;
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
		case BPF_JMP | BPF_JGE | BPF_K:
		case BPF_JMP | BPF_JGT | BPF_K:
		case BPF_JMP | BPF_JSET | BPF_K:
			at += jump_holds(instruction->code, word, instruction->k) ? instruction->jt
										  : instruction->jf;
			break;
		case BPF_RET | BPF_K:
			return instruction->k;
		default:
			return SECCOMP_RET_KILL_PROCESS;
		}
	}
	return SECCOMP_RET_KILL_PROCESS;
}
