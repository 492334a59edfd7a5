/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/zones.h"

#include "base/arena.h"
#include "base/error.h"
#include "sys/files.h"

struct zone_file {
	struct zone_file *next;
	struct str name, tzif;
};

static const char zone_folder[] = "/usr/share/zoneinfo";

static struct zone_file *find(const struct zones *zones, struct str name)
{
	struct zone_file *at = zones->known;
	while (at && !str_equal(at->name, name))
		at = at->next;
	return at;
}

/*
 * Names come from expressions, even from data: file_read() keeps them within the folder, and what
 * does not exist is not remembered, so that data cannot fill the memory.
 */
static struct zone_file *read_zone(struct zones *zones, struct str name)
{
	struct error ignored = {0};
	struct arena_mark mark = arena_mark(zones->arena);
	struct zone_file *file = ARENA_NEW(zones->arena, struct zone_file);
	file->name = str_copy(zones->arena, name);
	struct file_source source = {zone_folder, file->name.data, file->name.data};
	if (str_find_char(name, '\0') != SIZE_MAX ||
		file_read(zones->arena, &source, ZONE_LIMIT_BYTES, &file->tzif, &ignored) < 0) {
		arena_rewind(zones->arena, mark);
		return NULL;
	}
	file->next = zones->known;
	zones->known = file;
	return file;
}

bool zones_load(void *context, struct str name, struct str *ret_tzif)
{
	struct zones *zones = context;
	const struct zone_file *file = find(zones, name);
	if (!file)
		file = read_zone(zones, name);
	if (file)
		*ret_tzif = file->tzif;
	return file != NULL;
}
