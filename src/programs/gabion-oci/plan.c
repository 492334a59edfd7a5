/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/mounts.h"

#include <sched.h>
#include <sys/mount.h>

bool rootfs_has_users(const struct rootfs *rootfs)
{
	return spec_namespace_of(rootfs->spec, CLONE_NEWUSER) != NULL;
}

/* Filesystems the container's own namespaces fill; all others need the host's paths and rights. */
static const struct {
	const char *type;
	bool labelled; /* takes "context=" */
} inside[] = {
	{"proc", false},
	{"sysfs", false},
	{"tmpfs", true},
	{"devpts", true},
	{"mqueue", false},
};

static bool is_labelled(const char *type)
{
	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++)
		if (strcmp(inside[i].type, type) == 0)
			return inside[i].labelled;
	return true;
}

static enum mount_kind kind_of(const struct spec_mount *spec, const char *path)
{
	const char *type = spec->type.text;
	if (spec->remount)
		return MOUNT_REMOUNT;
	if (spec->bind)
		return MOUNT_BIND;
	if (strcmp(type, "cgroup") == 0 || strcmp(type, "cgroup2") == 0)
		return MOUNT_CGROUPS;
	if (strcmp(type, "tmpfs") == 0 && strcmp(path, "dev") == 0)
		return MOUNT_DEV;
	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++)
		if (strcmp(inside[i].type, type) == 0)
			return MOUNT_INSIDE;
	return MOUNT_OUTSIDE;
}

/* Options of every filesystem, as they are called when it is made. */
static const struct {
	unsigned long flag;
	const char *key;
} super_options[] = {
	{MS_SYNCHRONOUS, "sync"},
	{MS_DIRSYNC, "dirsync"},
	{MS_MANDLOCK, "mand"},
	{1UL << 25, "lazytime"},
	{1UL << 23, "iversion"},
};
enum { SUPER_OPTIONS = sizeof(super_options) / sizeof(super_options[0]) };

static struct mount_option split_option(struct arena *arena, const char *text)
{
	const char *equals = strchr(text, '=');
	if (!equals)
		return (struct mount_option){text, NULL};
	struct str key = {text, (size_t)(equals - text)};
	return (struct mount_option){str_copy(arena, key).data, equals + 1};
}

static void plan_options(struct rootfs *rootfs, struct rootfs_mount *mount)
{
	const struct spec_mount *spec = mount->spec;
	struct mount_option *options = ARENA_NEW_ARRAY(
		rootfs->arena, struct mount_option, spec->data.count + SUPER_OPTIONS + 2);
	size_t count = 0;
	for (size_t i = 0; i < spec->data.count; i++)
		options[count++] = split_option(rootfs->arena, spec->data.items[i].text);
	for (size_t i = 0; i < SUPER_OPTIONS; i++)
		if (spec->super_flags & super_options[i].flag)
			options[count++] = (struct mount_option){super_options[i].key, NULL};
	if (mount->kind == MOUNT_OUTSIDE && (spec->set & MOUNT_READ_ONLY))
		options[count++] = (struct mount_option){"ro", NULL};
	const char *label = rootfs->spec->mount_label.text;
	if (label && label[0] && is_labelled(spec->type.text))
		options[count++] = (struct mount_option){"context", label};
	mount->options = options;
	mount->option_count = count;
}

bool mount_has_option(const struct rootfs_mount *mount, const char *key)
{
	for (size_t i = 0; i < mount->option_count; i++)
		if (strcmp(mount->options[i].key, key) == 0)
			return true;
	return false;
}

/* What tools such as lxcfs put over files of /proc: they show figures and steer nothing. */
static const char *const proc_files[] = {"cpuinfo", "diskstats", "loadavg", "meminfo", "slabinfo",
	"stat", "swaps", "uptime", "net/dev", "sys/crypto/fips_enabled", "sys/kernel/ns_last_pid"};

static int check_place(const struct rootfs_mount *mount, struct error *err)
{
	const char *below = path_below(mount->path, "proc");
	bool allowed = !below || below[0] == '\0';
	for (size_t i = 0; !allowed && i < sizeof(proc_files) / sizeof(proc_files[0]); i++)
		allowed = strcmp(below, proc_files[i]) == 0;
	if (mount->path[0] == '\0' && mount->kind != MOUNT_REMOUNT)
		ERROR_SET(err, ERROR_INPUT, mount->spec->destination.origin,
			"a mount over '/' would hide the root filesystem");
	else if (!allowed)
		ERROR_SET(err, ERROR_INPUT, mount->spec->destination.origin,
			"a mount at '/%s' would stand in for what the kernel says", mount->path);
	else if (below && below[0] == '\0' && mount->kind != MOUNT_BIND &&
		 mount->kind != MOUNT_REMOUNT && strcmp(mount->spec->type.text, "proc") != 0)
		ERROR_SET(err, ERROR_INPUT, mount->spec->type.origin,
			"only procfs can be mounted at '/proc'");
	else
		return 0;
	error_set_remedy(err, "choose another destination");
	return -1;
}

static int check_idmap(
	const struct rootfs *rootfs, const struct rootfs_mount *mount, struct error *err)
{
	const struct spec_mount *spec = mount->spec;
	if (!spec->idmap)
		return 0;
	if (mount->kind != MOUNT_BIND)
		ERROR_SET(err, ERROR_INPUT, spec->origin,
			"ids of mount '/%s' (%s) cannot be mapped: it is no bind mount",
			mount->path, spec->type.text ? spec->type.text : "remount");
	else if (spec->uids.count == 0 && !rootfs_has_users(rootfs))
		ERROR_SET(err, ERROR_INPUT, spec->origin,
			"nothing says how to map the ids of mount '/%s'", mount->path);
	else
		return 0;
	error_set_remedy(err, "give it uidMappings and gidMappings, or the container a user "
			      "namespace, or drop \"idmap\"");
	return -1;
}

static int plan_one(struct rootfs *rootfs, const struct spec_mount *spec,
	struct rootfs_mount *mount, struct error *err)
{
	char clean[PATH_BYTES];
	mount->spec = spec;
	mount->fd = -1;
	for (size_t i = 0; i < CGROUP_HIERARCHIES; i++)
		mount->parts[i] = -1;
	int length = path_clean(spec->destination.text, clean);
	if (length < 0)
		return ERROR_SET(err, ERROR_LIMIT, spec->destination.origin,
			"the destination of a mount is longer than %d bytes", PATH_BYTES - 1);
	mount->path = str_copy(rootfs->arena, (struct str){clean, (size_t)length}).data;
	mount->kind = kind_of(spec, mount->path);
	mount->waits = spec->idmap && spec->uids.count == 0;
	if (check_place(mount, err) < 0 || check_idmap(rootfs, mount, err) < 0)
		return -1;
	if (mount->kind != MOUNT_BIND && mount->kind != MOUNT_REMOUNT)
		plan_options(rootfs, mount);
	return 0;
}

/* /dev when the configuration has none: the specification promises the default devices. */
static const struct spec_text default_dev_options[] = {{"mode=755", {0, 0}}, {"size=64k", {0, 0}}};
static const struct spec_mount default_dev = {
	.destination = {"/dev", {0, 0}},
	.type = {"tmpfs", {0, 0}},
	.source = {"tmpfs", {0, 0}},
	.set = MOUNT_NO_SUID | MOUNT_NO_EXEC | MOUNT_STRICT_ATIME,
	.data = {default_dev_options, 2, {0, 0}},
};

int mounts_plan(struct rootfs *rootfs, struct error *err)
{
	const struct spec_mounts *given = &rootfs->spec->mounts;
	/* The default comes first, and is taken out again when /dev is given. */
	rootfs->mounts = ARENA_NEW_ARRAY(rootfs->arena, struct rootfs_mount, given->count + 1);
	bool has_dev = false;
	for (size_t i = 0; i < given->count; i++) {
		struct rootfs_mount *mount = &rootfs->mounts[i + 1];
		if (plan_one(rootfs, &given->items[i], mount, err) < 0)
			return -1;
		bool is_dev = strcmp(mount->path, "dev") == 0 && mount->kind != MOUNT_REMOUNT;
		if (mount->kind == MOUNT_DEV && has_dev)
			mount->kind = MOUNT_INSIDE;
		has_dev = has_dev || is_dev;
	}
	rootfs->mount_count = given->count + !has_dev;
	if (has_dev)
		rootfs->mounts++;
	return has_dev ? 0 : plan_one(rootfs, &default_dev, rootfs->mounts, err);
}
