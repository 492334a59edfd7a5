/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "layers/context/learn.h"

#include <stdlib.h>

enum {
	PATHS_MOST = 48, /* of one use: set-up of Landlock takes 2 us for each */
	DEPTH_LEAST = 2, /* folders above this depth are never put in place of what is in them */
};

/* Where files of many owners lie side by side: a file in them does not speak for its neighbours. */
static const char *const shared[] = {"/", "/bin", "/boot", "/dev", "/etc", "/home", "/lib",
	"/lib64", "/media", "/mnt", "/opt", "/proc", "/root", "/run", "/sbin", "/srv", "/sys",
	"/tmp", "/usr", "/usr/bin", "/usr/lib", "/usr/libexec", "/usr/local", "/usr/local/bin",
	"/usr/local/sbin", "/usr/sbin", "/usr/share", "/var", "/var/lib", "/var/run", NULL};

struct path_list {
	struct str *items;
	size_t count;
};

static struct str parent_of(struct str path)
{
	size_t len = path.len;
	while (len > 0 && path.data[len - 1] != '/')
		len--;
	return (struct str){path.data, len > 1 ? len - 1 : len};
}

static bool is_shared(struct str folder)
{
	for (size_t i = 0; shared[i]; i++)
		if (str_equal(folder, str_from(shared[i])))
			return true;
	return false;
}

static unsigned depth_of(struct str path)
{
	unsigned depth = 0;
	for (size_t i = 0; i + 1 < path.len; i++)
		depth += path.data[i] == '/';
	return depth + (path.len > 1);
}

/* What no document should say is said by the folder it is in. */
static struct str printable(struct str path)
{
	size_t at = 0, slash = 0;
	while (at < path.len) {
		size_t before = at;
		uint32_t rune = utf8_next(path, &at);
		if (!utf8_is_visible(rune))
			return slash == 0 ? STR("/") : (struct str){path.data, slash};
		if (rune == '/')
			slash = before;
	}
	return path;
}

static int by_bytes(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static bool covers(struct str folder, struct str path)
{
	if (!str_starts_with(path, folder))
		return false;
	return folder.len == 1 || path.len == folder.len || path.data[folder.len] == '/';
}

static bool is_covered(const struct path_list *list, size_t count, struct str path)
{
	for (size_t i = 0; i < count; i++)
		if (covers(list->items[i], path))
			return true;
	return false;
}

/* Sort, and drop what lies in another of the list: that stands before it. */
static void tidy(struct path_list *list)
{
	size_t kept = 0;
	if (list->count > 0)
		qsort(list->items, list->count, sizeof(*list->items), by_bytes);
	for (size_t i = 0; i < list->count; i++)
		if (!is_covered(list, kept, list->items[i]))
			list->items[kept++] = list->items[i];
	list->count = kept;
}

/* Until few enough are left, put folders in the place of the deepest. */
static void shorten(struct path_list *list)
{
	while (list->count > PATHS_MOST) {
		unsigned deepest = 0;
		for (size_t i = 0; i < list->count; i++)
			if (depth_of(list->items[i]) > deepest)
				deepest = depth_of(list->items[i]);
		if (deepest <= DEPTH_LEAST)
			return;
		for (size_t i = 0; i < list->count; i++)
			if (depth_of(list->items[i]) == deepest)
				list->items[i] = parent_of(list->items[i]);
		tidy(list);
	}
}

static struct path_list collect(
	struct arena *arena, const struct observed *observed, enum observed_use use)
{
	struct path_list list = {ARENA_NEW_ARRAY(arena, struct str, observed->text_count + 1), 0};
	for (uint32_t i = 0; i < observed->text_count; i++) {
		const struct observed_text *text = &observed->texts[i];
		struct str path = observed_str(observed, text);
		if (!(text->uses & use) || path.len == 0 || path.data[0] != '/')
			continue;
		bool file = !(text->uses & OBSERVED_FOLDER);
		if (use == OBSERVED_READ && file && !is_shared(parent_of(path)))
			path = parent_of(path);
		list.items[list.count++] = printable(path);
	}
	tidy(&list);
	shorten(&list);
	return list;
}

size_t learn_paths(struct arena *arena, const struct observed *observed, enum observed_use use,
	struct str **ret_paths)
{
	struct path_list list = collect(arena, observed, use);
	*ret_paths = list.items;
	if (use != OBSERVED_READ)
		return list.count;
	/* What may be written or executed may be read. */
	struct path_list write = collect(arena, observed, OBSERVED_WRITE);
	struct path_list execute = collect(arena, observed, OBSERVED_EXECUTE);
	size_t kept = 0;
	for (size_t i = 0; i < list.count; i++)
		if (!is_covered(&write, write.count, list.items[i]) &&
			!is_covered(&execute, execute.count, list.items[i]))
			list.items[kept++] = list.items[i];
	return kept;
}
