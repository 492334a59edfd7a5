/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion-oci/mounts.h"

/* A device of the container. */
struct rootfs_device {
	const char *path; /* clean: "dev/net/tun" */
	const char *name; /* where it is in our /dev: "net/tun", or a name of ours when it is to be
			     elsewhere */
	mode_t mode;      /* kind and permissions */
	dev_t number;
	uid_t uid;
	gid_t gid;
	int fd;         /* a mount of the host's device, -1 when it is a node of ours */
	bool elsewhere; /* not below /dev */
	struct origin origin;
};

/** Sort out which devices there shall be; opens nothing. */
int devices_plan(struct rootfs *rootfs, struct error *err);

/** Make /dev with what belongs into it, before anyone can see it. */
int devices_fill(struct rootfs *rootfs, struct rootfs_mount *dev, struct error *err);

/** Once /dev is attached: devices that are mounts of the host's, or not below /dev. */
int devices_attach(struct rootfs *rootfs, struct error *err);

/** Where /dev is not ours: open the host's null device, to mask with. */
int devices_open_null(struct rootfs *rootfs, struct error *err);

/** A mount of a null device nobody else has had a hand in, checked, to mask one file with; or minus
 * the errno. */
int devices_null(struct rootfs *rootfs);
