/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Mounts that are trees of their own, known by a descriptor, until they are attached. Every
 * function gives 0 or a descriptor (O_CLOEXEC), or minus the errno. Needs Linux 5.12.
 */

/* MOUNT_ATTR_* of mount_setattr(2); access times are one choice of three: relatime is 0. */
enum mount_attribute {
	MOUNT_READ_ONLY = 0x1,
	MOUNT_NO_SUID = 0x2,
	MOUNT_NO_DEVICES = 0x4,
	MOUNT_NO_EXEC = 0x8,
	MOUNT_NO_ATIME = 0x10,
	MOUNT_STRICT_ATIME = 0x20,
	MOUNT_ATIME = 0x70, /* all that makes the choice */
	MOUNT_NO_FOLDER_ATIME = 0x80,
	MOUNT_IDMAP = 0x100000,
	MOUNT_NO_LINKS = 0x200000,
};

/* One option of a filesystem: "size", "64k"; or a flag, with value NULL. */
struct mount_option {
	const char *key;
	const char *value;
};

enum {
	MOUNT_OPTION_BYTES = 256, /* of a value, its end included: the kernel's own limit */
	MOUNT_LOG_BYTES = 160,    /* of what a filesystem says about its options */
};

/* A filesystem to be made. */
struct mount_new {
	const char *type;
	const char *source; /* may be NULL */
	const struct mount_option *options;
	size_t option_count;
	uint64_t attributes; /* of the mount, set before anyone can see it */
	/* Afterwards: */
	const struct mount_option *refused; /* the option that failed, if it was one */
	char log[MOUNT_LOG_BYTES];          /* what the kernel said, "" for nothing */
};

/** Make a filesystem and a detached mount of it. */
int mount_new(struct mount_new *mount);

/** A detached copy of the mount at a descriptor (of any kind, also O_PATH), from there on; with all
 * mounts below when recursive. */
int mount_copy(int fd, bool recursive);

/** Attach a detached mount, or move one, onto what a descriptor names; both of the same kind. */
int mount_attach(int mount, int target);

/* A change of attributes. */
struct mount_change {
	uint64_t set, clear;
	unsigned long propagation; /* MS_PRIVATE...; 0 leaves it */
	int map;                   /* user namespace for MOUNT_IDMAP, when set has it */
	bool recursive;
};

/** Change attributes of the mount at a descriptor; no change asked for is no system call. */
int mount_change(int mount, const struct mount_change *change);

/** The MOUNT_* attributes, those of access times among them, in force at a descriptor. */
int mount_attributes(int fd, uint64_t *ret_attributes);

/** Make the mount at a descriptor the root of our namespace, and detach the old root once for all;
 * the working directory is the new root. */
int mount_pivot(int mount);
