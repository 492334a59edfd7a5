/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/call_recorder.h"

#include "sys/bpf.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The one value of the map. */
struct shared {
	uint64_t cgroup;
	uint64_t begun;
	uint8_t made[CALL_RECORDER_CALLS];
};

#define INSTRUCTION(op, to, from, offset, number) \
	((struct bpf_insn){.code = (op), \
		.dst_reg = (to), \
		.src_reg = (from), \
		.off = (offset), \
		.imm = (number)})
#define SET(to, number)                INSTRUCTION(BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, number)
#define ADD(to, from)                  INSTRUCTION(BPF_ALU64 | BPF_ADD | BPF_X, to, from, 0, 0)
#define READ(to, from, offset)         INSTRUCTION(BPF_LDX | BPF_MEM | BPF_DW, to, from, offset, 0)
#define WRITE_ONE(size, to, offset)    INSTRUCTION(BPF_ST | BPF_MEM | (size), to, 0, offset, 1)
#define CALL(function)                 INSTRUCTION(BPF_JMP | BPF_CALL, 0, 0, 0, function)
#define SKIP_UNLESS_EQUAL(a, b, count) INSTRUCTION(BPF_JMP | BPF_JNE | BPF_X, a, b, count, 0)
#define SKIP_IF_ZERO(a, count)         INSTRUCTION(BPF_JMP | BPF_JEQ | BPF_K, a, 0, count, 0)
#define SKIP_FROM(a, number, count)    INSTRUCTION(BPF_JMP | BPF_JGE | BPF_K, a, 0, count, number)
#define EXIT                           INSTRUCTION(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
/* Two instructions. */
#define SHARED(to, memory) \
	INSTRUCTION(BPF_LD | BPF_IMM | BPF_DW, to, BPF_PSEUDO_MAP_VALUE, 0, memory), \
		INSTRUCTION(0, 0, 0, 0, 0)

static int load(const struct bpf_insn *code, size_t count, const char *name)
{
	union bpf_attr attributes;
	memset(&attributes, 0, sizeof(attributes));
	attributes.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT;
	attributes.insns = (uintptr_t)code;
	attributes.insn_cnt = (uint32_t)count;
	return bpf_load(&attributes, name);
}

/* sched_process_exec: the task has become another program. */
static int load_begin(int memory)
{
	const struct bpf_insn code[] = {
		CALL(BPF_FUNC_get_current_cgroup_id),
		SHARED(1, memory),
		READ(2, 1, offsetof(struct shared, cgroup)),
		SKIP_UNLESS_EQUAL(0, 2, 1),
		WRITE_ONE(BPF_DW, 1, offsetof(struct shared, begun)),
		SET(0, 0),
		EXIT,
	};
	return load(code, sizeof(code) / sizeof(code[0]), "gabion_begin");
}

/* sys_enter: its second argument is the number. */
static int load_record(int memory)
{
	const struct bpf_insn code[] = {
		READ(6, 1, sizeof(uint64_t)),
		SKIP_FROM(6, CALL_RECORDER_CALLS, 9),
		CALL(BPF_FUNC_get_current_cgroup_id),
		SHARED(1, memory),
		READ(2, 1, offsetof(struct shared, cgroup)),
		SKIP_UNLESS_EQUAL(0, 2, 4),
		READ(2, 1, offsetof(struct shared, begun)),
		SKIP_IF_ZERO(2, 2),
		ADD(1, 6),
		WRITE_ONE(BPF_B, 1, offsetof(struct shared, made)),
		SET(0, 0),
		EXIT,
	};
	return load(code, sizeof(code) / sizeof(code[0]), "gabion_record");
}

/* A program held by its link alone. */
static int attach(int program, const char *tracepoint)
{
	union bpf_attr attributes;
	if (program < 0)
		return program;
	memset(&attributes, 0, sizeof(attributes));
	attributes.raw_tracepoint.name = (uintptr_t)tracepoint;
	attributes.raw_tracepoint.prog_fd = (uint32_t)program;
	int link = bpf_call(BPF_RAW_TRACEPOINT_OPEN, &attributes);
	(void)close(program);
	return link;
}

int call_recorder_open(struct call_recorder *ret_recorder)
{
	union bpf_attr attributes;
	*ret_recorder = (struct call_recorder){-1, {-1, -1}};
	memset(&attributes, 0, sizeof(attributes));
	attributes.map_type = BPF_MAP_TYPE_ARRAY;
	attributes.key_size = sizeof(uint32_t);
	attributes.value_size = sizeof(struct shared);
	attributes.max_entries = 1;
	int memory = ret_recorder->memory = bpf_call(BPF_MAP_CREATE, &attributes);
	if (memory < 0)
		return memory;
	int begin = ret_recorder->links[0] = attach(load_begin(memory), "sched_process_exec");
	if (begin < 0)
		return begin;
	int record = ret_recorder->links[1] = attach(load_record(memory), "sys_enter");
	return record < 0 ? record : 0;
}

/* The one value, read or written. */
static int exchange(
	const struct call_recorder *recorder, enum bpf_cmd command, struct shared *shared)
{
	union bpf_attr attributes;
	uint32_t key = 0;
	memset(&attributes, 0, sizeof(attributes));
	attributes.map_fd = (uint32_t)recorder->memory;
	attributes.key = (uintptr_t)&key;
	attributes.value = (uintptr_t)shared;
	return bpf_call(command, &attributes);
}

/* The kernel's number of a cgroup is the inode of its folder. */
int call_recorder_watch(const struct call_recorder *recorder, int folder)
{
	struct stat status;
	if (fstat(folder, &status) < 0)
		return -errno;
	struct shared shared = {.cgroup = status.st_ino};
	return exchange(recorder, BPF_MAP_UPDATE_ELEM, &shared);
}

int call_recorder_read(const struct call_recorder *recorder, struct recorded_calls *ret_calls)
{
	struct shared shared = {.cgroup = 0};
	int result = exchange(recorder, BPF_MAP_LOOKUP_ELEM, &shared);
	ret_calls->begun = shared.begun != 0;
	memcpy(ret_calls->made, shared.made, sizeof(ret_calls->made));
	return result;
}

void call_recorder_close(struct call_recorder *recorder)
{
	int *const fds[] = {&recorder->links[1], &recorder->links[0], &recorder->memory};
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (*fds[i] >= 0)
			(void)close(*fds[i]);
		*fds[i] = -1;
	}
}
