/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/spec_reader.h"

/* The kernel's numbers, which do not change; its headers and those of C libraries contradict each
 * other on where they are. Source: linux/mount.h. */
enum mount_numbers {
	FLAG_SYNCHRONOUS = 1 << 4,
	FLAG_MANDLOCK = 1 << 6,
	FLAG_DIRSYNC = 1 << 7,
	FLAG_SILENT = 1 << 15,
	FLAG_REC = 1 << 14,
	FLAG_UNBINDABLE = 1 << 17,
	FLAG_PRIVATE = 1 << 18,
	FLAG_SLAVE = 1 << 19,
	FLAG_SHARED = 1 << 20,
	FLAG_I_VERSION = 1 << 23,
	FLAG_LAZYTIME = 1 << 25,

	ATTR_RDONLY = 0x1,
	ATTR_NOSUID = 0x2,
	ATTR_NODEV = 0x4,
	ATTR_NOEXEC = 0x8,
	ATTR_ATIME_MASK = 0x70, /* relatime is 0 within it */
	ATTR_NOATIME = 0x10,
	ATTR_STRICTATIME = 0x20,
	ATTR_NODIRATIME = 0x80,
	ATTR_NOSYMFOLLOW = 0x200000,
};

enum option_kind {
	OPTION_NONE, /* says what is so anyway */
	OPTION_ATTRIBUTE,
	OPTION_SUPER,
	OPTION_SUPER_CLEAR,
	OPTION_PROPAGATION,
	OPTION_BIND,
	OPTION_REMOUNT,
	OPTION_COPY_UP,
	OPTION_IDMAP,
};

/* Attributes are cleared and then set; those of access times share a field. An attribute has a
 * recursive form with an "r" before its name. */
static const struct option {
	const char *name;
	enum option_kind kind;
	unsigned long set, clear;
} options[] = {
	{"defaults", OPTION_NONE, 0, 0},
	{"ro", OPTION_ATTRIBUTE, ATTR_RDONLY, 0},
	{"rw", OPTION_ATTRIBUTE, 0, ATTR_RDONLY},
	{"nosuid", OPTION_ATTRIBUTE, ATTR_NOSUID, 0},
	{"suid", OPTION_ATTRIBUTE, 0, ATTR_NOSUID},
	{"nodev", OPTION_ATTRIBUTE, ATTR_NODEV, 0},
	{"dev", OPTION_ATTRIBUTE, 0, ATTR_NODEV},
	{"noexec", OPTION_ATTRIBUTE, ATTR_NOEXEC, 0},
	{"exec", OPTION_ATTRIBUTE, 0, ATTR_NOEXEC},
	{"noatime", OPTION_ATTRIBUTE, ATTR_NOATIME, ATTR_ATIME_MASK},
	{"atime", OPTION_ATTRIBUTE, 0, ATTR_ATIME_MASK},
	{"relatime", OPTION_ATTRIBUTE, 0, ATTR_ATIME_MASK},
	{"norelatime", OPTION_ATTRIBUTE, ATTR_STRICTATIME, ATTR_ATIME_MASK},
	{"strictatime", OPTION_ATTRIBUTE, ATTR_STRICTATIME, ATTR_ATIME_MASK},
	{"nostrictatime", OPTION_ATTRIBUTE, 0, ATTR_ATIME_MASK},
	{"nodiratime", OPTION_ATTRIBUTE, ATTR_NODIRATIME, 0},
	{"diratime", OPTION_ATTRIBUTE, 0, ATTR_NODIRATIME},
	{"nosymfollow", OPTION_ATTRIBUTE, ATTR_NOSYMFOLLOW, 0},
	{"symfollow", OPTION_ATTRIBUTE, 0, ATTR_NOSYMFOLLOW},
	{"sync", OPTION_SUPER, FLAG_SYNCHRONOUS, 0},
	{"async", OPTION_SUPER_CLEAR, FLAG_SYNCHRONOUS, 0},
	{"dirsync", OPTION_SUPER, FLAG_DIRSYNC, 0},
	{"mand", OPTION_SUPER, FLAG_MANDLOCK, 0},
	{"nomand", OPTION_SUPER_CLEAR, FLAG_MANDLOCK, 0},
	{"lazytime", OPTION_SUPER, FLAG_LAZYTIME, 0},
	{"nolazytime", OPTION_SUPER_CLEAR, FLAG_LAZYTIME, 0},
	{"silent", OPTION_SUPER, FLAG_SILENT, 0},
	{"loud", OPTION_SUPER_CLEAR, FLAG_SILENT, 0},
	{"iversion", OPTION_SUPER, FLAG_I_VERSION, 0},
	{"noiversion", OPTION_SUPER_CLEAR, FLAG_I_VERSION, 0},
	{"bind", OPTION_BIND, 0, 0},
	{"rbind", OPTION_BIND, FLAG_REC, 0},
	{"remount", OPTION_REMOUNT, 0, 0},
	{"shared", OPTION_PROPAGATION, FLAG_SHARED, 0},
	{"rshared", OPTION_PROPAGATION, FLAG_SHARED | FLAG_REC, 0},
	{"slave", OPTION_PROPAGATION, FLAG_SLAVE, 0},
	{"rslave", OPTION_PROPAGATION, FLAG_SLAVE | FLAG_REC, 0},
	{"private", OPTION_PROPAGATION, FLAG_PRIVATE, 0},
	{"rprivate", OPTION_PROPAGATION, FLAG_PRIVATE | FLAG_REC, 0},
	{"unbindable", OPTION_PROPAGATION, FLAG_UNBINDABLE, 0},
	{"runbindable", OPTION_PROPAGATION, FLAG_UNBINDABLE | FLAG_REC, 0},
	{"tmpcopyup", OPTION_COPY_UP, 0, 0},
	{"idmap", OPTION_IDMAP, 0, 0},
	{"ridmap", OPTION_IDMAP, FLAG_REC, 0},
};

const char *spec_mount_option_name(unsigned number)
{
	return number < sizeof(options) / sizeof(options[0]) ? options[number].name : NULL;
}

/* An option by name, or an attribute's by its recursive name. */
static const struct option *find_option(const char *name, bool *ret_recursive)
{
	*ret_recursive = false;
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (strcmp(options[i].name, name) == 0)
			return &options[i];
	*ret_recursive = true;
	for (size_t i = 0; name[0] == 'r' && i < sizeof(options) / sizeof(options[0]); i++)
		if (options[i].kind == OPTION_ATTRIBUTE && strcmp(options[i].name, name + 1) == 0)
			return &options[i];
	return NULL;
}

static void apply_attribute(struct spec_mount *mount, const struct option *option, bool recursive)
{
	uint64_t *set = recursive ? &mount->recursive_set : &mount->set;
	uint64_t *clear = recursive ? &mount->recursive_clear : &mount->clear;
	*set = (*set & ~(uint64_t)option->clear) | option->set;
	*clear = (*clear & ~(uint64_t)option->set) | option->clear;
}

static void apply_option(struct spec_mount *mount, const struct option *option, bool recursive)
{
	switch (option->kind) {
	case OPTION_ATTRIBUTE:
		apply_attribute(mount, option, recursive);
		break;
	case OPTION_SUPER:
		mount->super_flags |= option->set;
		break;
	case OPTION_SUPER_CLEAR:
		mount->super_flags &= ~option->set;
		break;
	case OPTION_PROPAGATION:
		mount->propagation = option->set;
		break;
	case OPTION_BIND:
		mount->bind = true;
		mount->bind_recursive = mount->bind_recursive || option->set != 0;
		break;
	case OPTION_REMOUNT:
		mount->remount = true;
		break;
	case OPTION_COPY_UP:
		mount->copy_up = true;
		break;
	case OPTION_IDMAP:
		mount->idmap = true;
		mount->idmap_recursive = mount->idmap_recursive || option->set != 0;
		break;
	case OPTION_NONE:
		break;
	}
}

/* A filesystem may have options of the same name, but not for itself alone. */
static void sort_options(struct spec_reader *reader, struct spec_mount *mount)
{
	struct spec_text *data =
		ARENA_NEW_ARRAY(reader->arena, struct spec_text, mount->options.count);
	for (size_t i = 0; i < mount->options.count; i++) {
		bool recursive = false;
		const struct option *option = find_option(mount->options.items[i].text, &recursive);
		if (option)
			apply_option(mount, option, recursive);
		else if (mount->options.items[i].text[0] != '\0')
			data[mount->data.count++] = mount->options.items[i];
	}
	mount->data.items = data;
	mount->data.origin = mount->options.origin;
}

static int finish_mount(struct spec_reader *reader, void *object)
{
	struct spec_mount *mount = object;
	sort_options(reader, mount);
	if (mount->type.text && strcmp(mount->type.text, "bind") == 0 && !mount->bind)
		mount->bind = true;
	if (mount->uids.count > 0 || mount->gids.count > 0)
		mount->idmap = true;
	if ((mount->uids.count > 0) != (mount->gids.count > 0))
		return spec_fail(
			reader, mount->origin, "uidMappings and gidMappings belong together");
	if (!mount->destination.text[0])
		return spec_fail(reader, mount->destination.origin, "the destination is empty");
	if (mount->bind && (!mount->source.text || !mount->source.text[0])) {
		(void)spec_fail(reader, mount->origin, "a bind mount without a source");
		error_set_remedy(reader->err, "name the file or folder of the host in 'source'");
		return -1;
	}
	if (!mount->bind && !mount->remount && mount->propagation == 0 && !mount->type.text)
		return spec_fail(reader, mount->origin, "neither a type nor a bind option");
	return 0;
}

static const struct spec_field id_mapping_fields[] = {
	SPEC_FIELD("containerID", SPEC_ID, spec_id_mapping, container_id, .required = true),
	SPEC_FIELD("hostID", SPEC_ID, spec_id_mapping, host_id, .required = true),
	SPEC_FIELD("size", SPEC_ID, spec_id_mapping, size, .required = true),
	SPEC_END,
};

static int finish_id_mapping(struct spec_reader *reader, void *object)
{
	const struct spec_id_mapping *mapping = object;
	if (mapping->size == 0)
		return spec_fail(reader, mapping->origin, "a mapping of no ids");
	uint64_t end = UINT32_MAX;
	if (mapping->container_id + (uint64_t)mapping->size > end ||
		mapping->host_id + (uint64_t)mapping->size > end)
		return spec_fail(reader, mapping->origin, "the mapping goes beyond the last id");
	return 0;
}

const struct spec_shape spec_shape_id_mapping =
	SPEC_SHAPE(spec_id_mapping, id_mapping_fields, .finish = finish_id_mapping);

static const struct spec_field mount_fields[] = {
	SPEC_FIELD("destination", SPEC_TEXT, spec_mount, destination, .required = true),
	SPEC_FIELD("type", SPEC_TEXT, spec_mount, type),
	SPEC_FIELD("source", SPEC_TEXT, spec_mount, source),
	SPEC_FIELD("options", SPEC_TEXTS, spec_mount, options),
	SPEC_FIELD("uidMappings", SPEC_LIST, spec_mount, uids, .shape = &spec_shape_id_mapping),
	SPEC_FIELD("gidMappings", SPEC_LIST, spec_mount, gids, .shape = &spec_shape_id_mapping),
	SPEC_END,
};

const struct spec_shape spec_shape_mount =
	SPEC_SHAPE(spec_mount, mount_fields, .finish = finish_mount);

static const struct spec_field root_fields[] = {
	SPEC_FIELD("path", SPEC_TEXT, spec_root, path, .required = true),
	SPEC_FIELD("readonly", SPEC_BOOL, spec_root, readonly),
	SPEC_END,
};

const struct spec_shape spec_shape_root = SPEC_SHAPE(spec_root, root_fields);

static int finish_device(struct spec_reader *reader, void *object)
{
	const struct spec_device *device = object;
	const char *type = device->type.text;
	if (strlen(type) != 1 || !memchr("bcup", type[0], 4)) {
		(void)spec_fail(reader, device->type.origin, "'%s' is no type of device", type);
		error_set_remedy(reader->err, "use b, c, u or p");
		return -1;
	}
	if (type[0] != 'p' && (!device->major.set || !device->minor.set))
		return spec_fail(reader, device->origin, "a device without major or minor number");
	return 0;
}

/* Numbers of the kernel's devices: 12 and 20 bits. */
static const struct spec_field device_fields[] = {
	SPEC_FIELD("type", SPEC_TEXT, spec_device, type, .required = true),
	SPEC_FIELD("path", SPEC_TEXT, spec_device, path, .required = true),
	SPEC_FIELD("major", SPEC_NUMBER, spec_device, major, .max = (1 << 12) - 1),
	SPEC_FIELD("minor", SPEC_NUMBER, spec_device, minor, .max = (1 << 20) - 1),
	SPEC_FIELD("fileMode", SPEC_NUMBER, spec_device, file_mode, .max = UINT32_MAX),
	SPEC_FIELD("uid", SPEC_NUMBER, spec_device, uid, .max = UINT32_MAX - 1),
	SPEC_FIELD("gid", SPEC_NUMBER, spec_device, gid, .max = UINT32_MAX - 1),
	SPEC_END,
};

const struct spec_shape spec_shape_device =
	SPEC_SHAPE(spec_device, device_fields, .finish = finish_device);

static const struct spec_field net_device_fields[] = {
	SPEC_FIELD("name", SPEC_TEXT, spec_net_device, name),
	SPEC_END,
};

const struct spec_shape spec_shape_net_device = {
	.fields = net_device_fields, .size = sizeof(struct spec_net_device)};
