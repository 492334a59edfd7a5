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
	LANDLOCK_WRITE = 1 << 2,        /* open files to write; ABI 3: and truncate them */
	LANDLOCK_MAKE = 1 << 3,         /* make and remove files, folders and symbolic links */
	LANDLOCK_MAKE_IPC = 1 << 4,     /* make and remove sockets and pipes */
	LANDLOCK_MAKE_DEVICE = 1 << 5,  /* make device nodes */
	LANDLOCK_REFER = 1 << 6,        /* ABI 2: rename and link between folders */
	LANDLOCK_IOCTL_DEVICE = 1 << 7, /* ABI 5: ioctl on devices */
	LANDLOCK_RIGHTS = (1 << 8) - 1,
};

/* Below a folder, or for one file. */
struct landlock_path {
	int fd;          /* O_PATH is enough; stays the caller's */
	uint32_t rights; /* enum landlock_right */
};

/* ABI 4. */
struct landlock_port {
	uint16_t port; /* 0 with bind: ports the kernel chooses */
	bool bind, connect;
};

struct landlock_rules {
	const struct landlock_path *paths;
	size_t path_count;
	uint32_t handled; /* rights that are refused wherever no path gives them */
	const struct landlock_port *ports;
	size_t port_count;
	bool restrict_bind, restrict_connect; /* TCP, refused for ports not listed */
	bool scope_abstract_sockets; /* ABI 6: abstract sockets of the outside are out of reach */
	bool scope_signals;          /* ABI 6: processes of the outside cannot be signalled */
	bool log_after_exec;         /* ABI 7: audit denials of programs executed later as well */
};

/* What could not be had. */
struct landlock_state {
	int abi; /* 0: the kernel has none, or it is switched off */
	uint32_t missing_rights;
	bool missing_ports, missing_abstract_sockets, missing_signals;
};

/** The version of the kernel's Landlock, 0 when it has none. */
int landlock_abi(struct error *err);

/**
 * A ruleset to be entered later, or -1 with err. Where the kernel has no Landlock *ret_ruleset is
 * -1 and the result 0: the caller decides by ret_state. One rule per path: put them on the deepest
 * folders, a check walks from the file upwards.
 */
int landlock_make(const struct landlock_rules *rules, int *ret_ruleset,
	struct landlock_state *ret_state, struct error *err);

/** Restrict the calling thread for good. Needs no_new_privs or CAP_SYS_ADMIN. */
int landlock_enter(int ruleset, const struct landlock_rules *rules, struct error *err);
