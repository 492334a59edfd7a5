/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "layers/context/spec_seccomp.h"

#include <linux/filter.h>

/*
 * From the seccomp section of a configuration to a filter: what each rule means, and a program of
 * classic BPF that says the same. Source: runtime-spec config-linux.md "Seccomp", seccomp(2),
 * seccomp_rule_add(3).
 *
 * How rules combine. The first rule without conditions for a call decides it, wherever it stands.
 * Without one, conditional rules are asked in the order of the profile and the first that holds
 * decides. Conditions of one rule must all hold; when two of them are about the same argument, one
 * is enough (each stands for a rule of its own). A rule that does what the default does is ignored.
 * Calls of a 32 bit architecture are compared by the low 32 bits of their arguments.
 *
 * What the profile could not know. Where the default refuses, a number above the highest one that
 * the profile names for the architecture gets ENOSYS, so that programs fall back to older calls.
 *
 * Which architectures. The machine's own, and those the profile names; any other kills the process.
 */

/* A program ready to be installed; in the arena it was compiled in. */
struct seccomp_program {
	const struct sock_filter *code;
	uint16_t len;        /* instructions */
	uint64_t flags;      /* SECCOMP_FILTER_FLAG_* the profile asks for */
	bool wants_listener; /* some calls are answered by the listener at listener_path */
};

/* What was left out of a program because it means nothing here: calls no kernel we know has. */
struct seccomp_left_out {
	const struct spec_text **names;
	size_t count;
};

/**
 * Compile for this machine. Pure. The program lives in the arena; ret_left_out may be NULL. Returns
 * -1 when a profile that allows by default refuses a call we do not know (it could not be kept), an
 * error number is above 4095, or the program would be longer than the kernel's 4096 instructions.
 * O(names x log calls + rules of a call squared).
 */
int seccomp_compile(struct arena *arena, const struct spec_seccomp *profile,
	struct seccomp_program *ret_program, struct seccomp_left_out *ret_left_out,
	struct error *err);

/* One call as the kernel shows it to a filter. */
struct seccomp_call {
	uint32_t number, audit_arch;
	uint64_t args[6];
};

/**
 * What the profile says about one call, by reading its rules one after another: SECCOMP_RET_* with
 * its data. Slow, and written apart from the compiler so that tests can hold each against the
 * other; no program links it. The profile must have compiled.
 */
uint32_t seccomp_decide(const struct spec_seccomp *profile, const struct seccomp_call *call);

/** Run a program as the kernel would. Returns SECCOMP_RET_*, KILL_PROCESS for code it would refuse.
 */
uint32_t seccomp_run(const struct sock_filter *code, size_t len, const struct seccomp_call *call);
