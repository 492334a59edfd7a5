/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/seccomp.h"
#include "layers/context/syscalls.h"

/* What the compiler of seccomp profiles and their reader agree on. */

/** What a filter returns for an action and its errnoRet (EPERM when not set). */
uint32_t seccomp_answer(uint64_t action, const struct spec_natural *error);

/** Whether calls go through under this action: allowed, logged, or left to a tracer. */
bool seccomp_lets_through(uint64_t action);

/** The architectures a profile is for, one bit per enum syscall_arch: the machine's own, and of
 * those named the ones that can run on it. */
unsigned seccomp_archs(const struct spec_seccomp *profile);

/** Whether registers of its calls have 32 bits. */
bool seccomp_is_32bit(enum syscall_arch arch);

/* On i386 these calls can also be made through one call whose first argument tells which: the rest
 * stands in memory, where no filter sees it. */
struct seccomp_multiplexed {
	char name[12];
	uint8_t code;
	bool socket; /* through socketcall, otherwise ipc */
};

/** The row of a name, or NULL. */
const struct seccomp_multiplexed *seccomp_multiplexed_find(struct str name);

/** The number of socketcall or ipc on i386. */
int64_t seccomp_multiplexer(const struct seccomp_multiplexed *call);

/**
 * Whether a rule for a multiplexed call also decides the call that multiplexes: without conditions
 * always; with conditions, which cannot be seen there, only where that refuses more.
 */
bool seccomp_multiplexer_obeys(
	const struct spec_seccomp *profile, const struct spec_seccomp_rule *rule);

/** Whether a name is a call of another architecture, which therefore cannot happen here. */
bool seccomp_is_foreign(struct str name);
