/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/error.h"

#include <linux/bpf.h>

enum {
	DEVICE_MKNOD = 1,
	DEVICE_READ = 2,
	DEVICE_WRITE = 4,
	DEVICE_ALL = 7,
	DEVICE_ANY = -1,     /* as major or minor */
	DEVICE_RULES = 1024, /* of one group: the defaults are 10, large machines list some 100 */
};

/*
 * One entry of a list in which the later entry decides: for every right that was asked for, the
 * last rule that covers device and right; without one it is denied.
 */
struct device_rule {
	char type; /* 'b', 'c', or 'a' for both */
	bool allow;
	unsigned access;      /* DEVICE_MKNOD | DEVICE_READ | DEVICE_WRITE */
	int64_t major, minor; /* or DEVICE_ANY */
};

struct device_rules {
	const struct device_rule *items;
	size_t count;
};

/** Whether the rules allow all of access to a device of type 'b' or 'c'. Pure. */
bool device_rules_allow(
	struct device_rules rules, char type, int64_t major, int64_t minor, unsigned access);

struct device_program {
	struct bpf_insn *items;
	size_t count;
};

/** The rules as a program of type BPF_PROG_TYPE_CGROUP_DEVICE, in the arena; at most
 * DEVICE_RULES. Pure. */
int device_program_make(struct arena *arena, struct device_rules rules,
	struct device_program *ret_program, struct error *err);

/** Load a program and attach it to a version 2 folder, beside those already there; it lives as long
 * as the folder. Needs CAP_BPF or CAP_SYS_ADMIN in the first user namespace, and CAP_NET_ADMIN. */
int device_program_attach(int folder, const struct device_program *program, struct error *err);

/* The devices controller of version 1: one default, and exceptions to it that do not overlap. */
struct device_list {
	bool allow;                     /* the default */
	struct device_rule *exceptions; /* all with allow == !list.allow */
	size_t count;
};

/** The rules in the form of version 1, in the arena; those that take a part out of an exception
 * made earlier cannot be said there and are an error. Pure. */
int device_list_make(struct arena *arena, struct device_rules rules, struct device_list *ret_list,
	struct error *err);

/** Write the list into a folder of version 1 that has no children yet. */
int device_list_apply(int folder, const struct device_list *list, struct error *err);
