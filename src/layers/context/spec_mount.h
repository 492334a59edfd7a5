/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/spec_parts.h"

/* One entry of "mounts", its options told apart. Source: runtime-spec config.md, "Mounts" and
 * "Linux mount options". */
struct spec_mount {
	struct spec_text destination; /* made absolute by whoever resolves it */
	struct spec_text type;        /* NULL for binds */
	struct spec_text source;
	struct spec_texts options; /* as written */

	bool bind;           /* by option, or by type "bind" */
	bool bind_recursive; /* rbind */
	bool remount;
	bool copy_up;         /* tmpcopyup: what the image has there is copied into the tmpfs */
	bool idmap;           /* idmap or ridmap, or mappings are given */
	bool idmap_recursive; /* ridmap */
	uint64_t set, clear;  /* MOUNT_ATTR_* for the mount itself */
	uint64_t recursive_set, recursive_clear; /* the same for all below it: rro, rnosuid... */
	unsigned long propagation; /* MS_SHARED, MS_SLAVE, MS_PRIVATE or MS_UNBINDABLE, with MS_REC
				      or not; 0 when not given */
	unsigned long super_flags; /* MS_SYNCHRONOUS, MS_DIRSYNC, MS_MANDLOCK, MS_LAZYTIME,
				      MS_SILENT, MS_I_VERSION */
	struct spec_texts data;    /* what is the filesystem's own: "size=64k", "gid=5" */

	struct spec_id_mappings uids, gids;
	struct origin origin;
};

struct spec_mounts {
	const struct spec_mount *items;
	size_t count;
	struct origin origin;
};

struct spec_root {
	struct spec_text path;
	bool readonly;
	struct origin origin;
};

/* One entry of linux.devices. */
struct spec_device {
	struct spec_text type; /* "b", "c", "u" or "p" */
	struct spec_text path;
	struct spec_number major, minor;
	struct spec_number file_mode, uid, gid;
	struct origin origin;
};

struct spec_devices {
	const struct spec_device *items;
	size_t count;
	struct origin origin;
};

/* One entry of linux.netDevices: moved into the network namespace, and renamed when name is set. */
struct spec_net_device {
	struct spec_text host_name;
	struct spec_text name;
};

struct spec_net_devices {
	const struct spec_net_device *items;
	size_t count;
	struct origin origin;
};
