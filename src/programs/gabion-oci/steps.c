/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/mounts.h"
#include "sys/fail.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const verbs[] = {
	[STEP_SOURCE] = "open the source of",
	[STEP_MAKE] = "make",
	[STEP_LABEL] = "make",
	[STEP_COPY] = "copy the host's mount for",
	[STEP_CHANGE] = "set the options of",
	[STEP_MAP] = "map the ids of",
	[STEP_TARGET] = "make the place for",
	[STEP_ATTACH] = "attach",
	[STEP_FILL] = "fill",
	[STEP_DEVICE] = "make",
	[STEP_MASK] = "mask",
	[STEP_LOCK] = "make read-only",
	[STEP_PIVOT] = "change to",
};

enum { ANY_STEP = -1 };

/* What to do when a step fails with an errno; the first row that fits counts. */
static const struct {
	int step, cause;
	const char *remedy;
} remedies[] = {
	{ANY_STEP, EMFILE, "raise the limit of open files (ulimit -n) of the caller"},
	{ANY_STEP, ENFILE, "raise fs.file-max"},
	{ANY_STEP, ENOSYS, "gabion-oci needs Linux 5.12 or newer"},
	{STEP_SOURCE, ENOENT, "make it on the host, or correct the path in config.json"},
	{STEP_SOURCE, ENOTDIR, "correct the path in config.json"},
	{STEP_SOURCE, EACCES, "let the caller search the folders above it"},
	{STEP_SOURCE, EXDEV, "only a mount of procfs may cover /proc"},
	{STEP_MAKE, ENODEV,
		"this kernel has no such filesystem: load its module or drop the mount"},
	{STEP_MAKE, EINVAL, "correct its options"},
	{STEP_MAKE, EPERM, "give the container a namespace of its own for it, or bind the host's"},
	{STEP_MAKE, E2BIG, "give each option less than 256 bytes"},
	{STEP_LABEL, EINVAL, "linux.mountLabel needs SELinux and a label of its policy: remove it"},
	{STEP_COPY, EINVAL,
		"a mount there is unbindable or locked: use \"rbind\", or bind what is "
		"above it"},
	{STEP_CHANGE, EPERM, "the host has locked these options: do not ask for less"},
	{STEP_MAP, EINVAL, "its filesystem has no mapped mounts: drop \"idmap\""},
	{STEP_MAP, EPERM, "start as root of the host, or drop \"idmap\""},
	{STEP_TARGET, ELOOP,
		"the image has a symbolic link there that leads nowhere or may not be "
		"followed: remove it, or choose another destination"},
	{STEP_TARGET, EXDEV,
		"a symbolic link of the image leads into a filesystem of the kernel: "
		"choose another destination"},
	{STEP_TARGET, ENOTDIR, "the image has a file where a folder is needed"},
	{STEP_TARGET, EISDIR, "the image has a folder where a file is needed"},
	{STEP_TARGET, EROFS, "make the mount point in the image, or above it on what is writable"},
	{STEP_TARGET, EACCES, "make the mount point in the image: the container's root may not"},
	{STEP_TARGET, EOVERFLOW, "make the mount point in the image: its owner is not mapped"},
	{STEP_TARGET, EAGAIN, "the tree is being changed meanwhile: stop that"},
	{STEP_TARGET, ENAMETOOLONG, "choose a shorter destination"},
	{STEP_ATTACH, ENOSPC, "raise fs.mount-max"},
	{STEP_FILL, EFBIG, "the image has too many files there to be copied: drop \"tmpcopyup\""},
	{STEP_FILL, ENOSPC, "give it more room (\"size=\" or \"nr_inodes=\")"},
	{STEP_DEVICE, EPERM,
		"the caller may not make device nodes and the host has no such device"},
	{STEP_DEVICE, ENXIO, "the host's device has other numbers: correct linux.devices"},
	{STEP_MASK, ENXIO, "'/dev/null' must be the character device 1:3: correct linux.devices"},
	{STEP_MASK, ELOOP, "a symbolic link of the image stands in its place: remove it"},
	{STEP_PIVOT, EINVAL, "the host's root cannot be left: use --no-pivot"},
};

int rootfs_fail(
	enum rootfs_step step, const char *what, struct origin origin, int cause, struct error *err)
{
	cause = abs(cause);
	if (err->kind != ERROR_NONE)
		return -1;
	(void)fail_system(err, cause, "cannot %s %s", verbs[step], what);
	err->origin = origin;
	for (size_t i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++)
		if ((remedies[i].step == ANY_STEP || remedies[i].step == (int)step) &&
			remedies[i].cause == cause)
			error_set_remedy(err, "%s", remedies[i].remedy);
	return -1;
}

int mount_fail(
	enum rootfs_step step, const struct rootfs_mount *mount, int cause, struct error *err)
{
	char what[ERROR_MESSAGE_BYTES];
	const struct spec_mount *spec = mount->spec;
	if (spec->source.text && (mount->kind == MOUNT_BIND || step == STEP_SOURCE))
		(void)snprintf(what, sizeof(what), "mount '/%s' (bind of '%s')", mount->path,
			spec->source.text);
	else
		(void)snprintf(what, sizeof(what), "mount '/%s' (%s)", mount->path,
			spec->type.text ? spec->type.text : "bind");
	return rootfs_fail(step, what, spec->origin, cause, err);
}
