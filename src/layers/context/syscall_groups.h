/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "layers/context/spec_seccomp.h"

/*
 * The system calls of a context: an allow-list that programs live well with, and named groups that
 * open more. Every call of syscalls.h is in the list or in exactly one group. Some of the list are
 * open with conditions on their arguments (socket families, flags of clone, W+X memory), and a
 * group lifts or widens its own condition and no other.
 */

struct syscall_group {
	const char *name;  /* "ptrace": the name of the opt-in */
	const char *opens; /* what it opens, one phrase */
	const char *why;   /* why it is closed otherwise, one phrase */
	const char *calls; /* separated by spaces; may be empty */
};

/* In the order of names; ends with name == NULL. */
extern const struct syscall_group syscall_groups[];

/* The calls of the list, conditional ones too, separated by spaces; ends with NULL. */
extern const char *const syscall_list[];

/* A call of the list that is open, or refused in a special way, only with these arguments. */
struct syscall_condition {
	const char *calls;     /* separated by spaces */
	const char *lifted_by; /* the group that opens the call whatever its arguments */
	const char *only_with; /* the group that this row belongs to; NULL: the list itself */
	uint32_t action;       /* SECCOMP_RET_* */
	uint16_t error;        /* of SECCOMP_RET_ERRNO */
	struct spec_seccomp_arg args[2];
	uint8_t arg_count;
};

/* Rows of one call stand in the order in which they are asked; ends with calls == NULL. */
extern const struct syscall_condition syscall_conditions[];

/** The group of a name, or NULL. */
const struct syscall_group *syscall_group_find(struct str name);

/** The group that opens a call, or all of it; NULL when it is open anyway, or no call we know. */
const struct syscall_group *syscall_group_of(struct str call);

/**
 * The profile of a context with these groups opened, as the seccomp section of a configuration, for
 * this machine's architecture alone; groups "i386" and "x32" add theirs. Lives in the arena.
 * Refused calls get EPERM, clone3 and calls newer than the list ENOSYS. Returns -1 for a name that
 * is no group.
 */
int syscall_groups_profile(struct arena *arena, const struct str *opened, size_t count,
	struct spec_seccomp *ret_profile, struct error *err);
