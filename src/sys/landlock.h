/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/*
 * Landlock: files, ports and scopes a process keeps. Rights are named by what they are for; which
 * bits of the kernel they are is a table by ABI version, and what a kernel does not know is left
 * out and reported. Source: landlock(7), Documentation/userspace-api/landlock.rst.
 */

/* What may be done below a path, to be combined. */
enum landlock_right {
	LANDLOCK_READ = 1 << 0,         /* open files to read, list folders */
	LANDLOCK_EXECUTE = 1 << 1,      /* execute files */
	LANDLOCK_WRITE = 1 << 2,        /* open files to write */
	LANDLOCK_MAKE = 1 << 3,         /* make and remove files and folders */
	LANDLOCK_MAKE_SPECIAL = 1 << 4, /* make symbolic links, sockets and pipes */
	LANDLOCK_MAKE_DEVICE = 1 << 5,  /* make device nodes */
	LANDLOCK_REFER = 1 << 6,        /* ABI 2: rename and link between folders */
	LANDLOCK_IOCTL_DEVICE = 1 << 7, /* ABI 5: ioctl on devices opened from now on */
	LANDLOCK_TRUNCATE = 1 << 8,     /* ABI 3: cut files, on opening or by path */
	LANDLOCK_ALL_RIGHTS = (1 << 9) - 1,
};

/* One folder and all below, or one file. */
struct landlock_path {
	int fd;          /* O_PATH is enough; stays the caller's */
	uint32_t rights; /* enum landlock_right */
};

/* TCP, ABI 4. */
struct landlock_port {
	uint16_t port; /* 0 with bind: ports the kernel chooses */
	bool bind, connect;
};

struct landlock_rules {
	uint32_t handled; /* rights that are refused wherever no path gives them */
	const struct landlock_path *paths;
	size_t path_count;
	bool restrict_bind, restrict_connect; /* refused for ports not listed */
	const struct landlock_port *ports;
	size_t port_count;
	bool scope_abstract; /* ABI 6: abstract sockets made outside are out of reach */
	bool scope_signals;  /* ABI 6: processes outside cannot be signalled */
	bool log_after_exec; /* ABI 7: denials of programs executed later are logged as well */
};

/* What a ruleset is, and what could not be had. */
struct landlock_state {
	int ruleset; /* -1: the kernel knows nothing of what was asked for, so nothing is entered */
	int abi;     /* 0: the kernel has no Landlock, or it is switched off */
	uint32_t enter_flags;
	uint32_t missing_rights; /* not restricted, wholly or in part */
	bool missing_ports, missing_scopes, missing_log;
};

/** The version of the kernel's Landlock, 0 when it has none. */
int landlock_abi(void);

/** "read", "make-device": the name of one right. */
const char *landlock_right_name(uint32_t right);

/** The right of a name, or 0. */
uint32_t landlock_right_of(struct str name);

/**
 * Make a ruleset to be entered later, for this kernel or, for tests, as if its ABI were lower (0:
 * as it is). Rules cost on every open() what lies between the file and the rule: put them on the
 * deepest folders. open() also looks whether the file may be cut later, so where TRUNCATE is
 * handled but not given it walks on to the root: on a mount that is read-only anyway, give it. The
 * caller closes ret_state->ruleset.
 */
int landlock_make(const struct landlock_rules *rules, int highest_abi,
	struct landlock_state *ret_state, struct error *err);

/** Restrict the calling thread and its children for good. Needs no_new_privs or CAP_SYS_ADMIN. */
int landlock_enter(const struct landlock_state *state, struct error *err);
