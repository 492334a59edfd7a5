/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "layers/context/spec_seccomp.h"

/*
 * The system calls of a context: an allow-list that programs live well with, and named groups that
 * open more. Every call of syscalls.h is in the list or in exactly one group. Some are in the list
 * with conditions on their arguments (socket families, flags of clone, W+X memory), and a group
 * lifts its own condition and no other.
 */

struct syscall_group {
	const char *name;  /* "ptrace": the name of the opt-in */
	const char *opens; /* what it opens, one phrase */
	const char *why;   /* why it is closed otherwise, one phrase */
};

/* In the order of names; ends with name == NULL. */
extern const struct syscall_group syscall_groups[];

/** The group of a name, or NULL. */
const struct syscall_group *syscall_group_find(struct str name);

/** The group that opens a call, or NULL when it is in the list (perhaps with conditions) or no call
 * we know. */
const struct syscall_group *syscall_group_of(struct str call);

/**
 * The profile of a context with these groups opened, as the seccomp section of a configuration, for
 * this machine's architecture alone; groups "i386" and "x32" add theirs. Lives in the arena.
 * Refused calls get EPERM, clone3 and calls newer than the list ENOSYS. Returns -1 for a name that
 * is no group.
 */
int syscall_groups_profile(struct arena *arena, const struct str *opened, size_t count,
	struct spec_seccomp *ret_profile, struct error *err);
