/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/path.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int path_open(int root, const char *path, int flags, unsigned rules)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned)flags | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	if (rules & PATH_NO_LINKS)
		how.resolve |= RESOLVE_NO_SYMLINKS;
	if (rules & PATH_SAME_MOUNT)
		how.resolve |= RESOLVE_NO_XDEV;
	if (path[0] == '\0')
		path = ".";
	for (int attempt = 0; attempt < PATH_ATTEMPTS; attempt++) {
		int fd = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
		if (fd >= 0)
			return fd;
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
	}
	return -EAGAIN;
}

/* Take the last name off what has been written. */
static size_t without_last(const char *path, size_t length)
{
	while (length > 0 && path[length - 1] != '/')
		length--;
	return length > 0 ? length - 1 : 0;
}

int path_clean(const char *path, char ret_clean[PATH_BYTES])
{
	struct str rest = str_from(path), name;
	size_t length = 0;
	while (str_next_part(&rest, '/', &name)) {
		if (name.len == 0 || str_equal(name, STR(".")))
			continue;
		if (str_equal(name, STR(".."))) {
			length = without_last(ret_clean, length);
			continue;
		}
		if (length + (length > 0) + name.len >= PATH_BYTES)
			return -ENAMETOOLONG;
		if (length > 0)
			ret_clean[length++] = '/';
		memcpy(ret_clean + length, name.data, name.len);
		length += name.len;
	}
	ret_clean[length] = '\0';
	return (int)length;
}

const char *path_below(const char *path, const char *prefix)
{
	size_t length = strlen(prefix);
	if (length == 0)
		return path;
	if (strncmp(path, prefix, length) != 0 || (path[length] != '/' && path[length] != '\0'))
		return NULL;
	return path[length] == '/' ? path + length + 1 : path + length;
}

/* Make a name in a folder we hold, and open what then bears it: a link in its place is ELOOP. */
static int make_name(int folder, const char *name, enum path_kind kind, unsigned rules)
{
	int made = kind == PATH_FOLDER ? mkdirat(folder, name, 0755)
				       : mknodat(folder, name, S_IFREG | 0644, 0);
	if (made < 0 && errno != EEXIST)
		return -errno;
	int flags = O_PATH | (kind == PATH_FOLDER ? O_DIRECTORY : 0);
	return path_open(folder, name, flags, rules | PATH_NO_LINKS);
}

/* Make the names of rest, one below the other; takes folder over. */
static int make_names(int folder, char *rest, enum path_kind kind, unsigned rules)
{
	while (folder >= 0 && *rest) {
		char *end = strchrnul(rest, '/');
		bool last = *end == '\0';
		*end = '\0';
		int next = make_name(folder, rest, last ? kind : PATH_FOLDER, rules);
		(void)close(folder);
		folder = next;
		rest = end + !last;
	}
	return folder;
}

static int make_missing(int root, const char *path, enum path_kind kind, unsigned rules)
{
	char names[PATH_BYTES];
	size_t length = strlen(path), end = length;
	if (length >= sizeof(names))
		return -ENAMETOOLONG;
	memcpy(names, path, length + 1);
	int folder;
	do {
		end = without_last(names, end);
		names[end] = '\0';
		folder = path_open(root, names, O_PATH | O_DIRECTORY, rules);
	} while (folder == -ENOENT && end > 0);
	memcpy(names, path, length + 1);
	return make_names(folder, names + end + (end > 0), kind, rules);
}

int path_make(int root, const char *path, enum path_kind kind, unsigned rules, bool *ret_made)
{
	int flags = O_PATH | (kind == PATH_FOLDER ? O_DIRECTORY : 0);
	int fd = path_open(root, path, flags, rules);
	bool missing = fd == -ENOENT;
	if (missing)
		fd = make_missing(root, path, kind, rules);
	if (ret_made)
		*ret_made = missing && fd >= 0;
	struct stat status;
	if (kind == PATH_FOLDER || fd < 0)
		return fd;
	if (fstat(fd, &status) == 0 && !S_ISDIR(status.st_mode))
		return fd;
	(void)close(fd);
	return -EISDIR;
}

/* An entry of getdents64(2). */
struct entry {
	uint64_t inode, offset;
	uint16_t bytes;
	uint8_t kind;
	char name[];
};

enum { ENTRY_IS_FOLDER = 4 };

static bool is_dots(const char *name)
{
	return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

int path_next_name(int folder, struct path_names *names, const char **ret_name, bool *ret_is_folder)
{
	for (;;) {
		if (names->at == names->length) {
			long length = syscall(
				SYS_getdents64, folder, names->memory, sizeof(names->memory));
			if (length <= 0)
				return length < 0 ? -errno : 0;
			names->length = (size_t)length;
			names->at = 0;
		}
		const void *at = names->memory + names->at;
		const struct entry *entry = at;
		names->at += entry->bytes;
		if (is_dots(entry->name))
			continue;
		*ret_name = entry->name;
		*ret_is_folder = entry->kind == ENTRY_IS_FOLDER;
		return 1;
	}
}
