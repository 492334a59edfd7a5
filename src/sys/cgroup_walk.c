/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/cgroup_walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* What getdents64(2) fills in. */
struct entry {
	uint64_t inode;
	int64_t offset;
	unsigned short length;
	unsigned char type;
	char name[];
};

int cgroup_walk_open(int mount_fd, const char *path)
{
	struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS |
			   RESOLVE_NO_XDEV,
	};
	return (int)syscall(SYS_openat2, mount_fd, path, &how, sizeof(how));
}

static bool is_subfolder(const struct entry *entry)
{
	return entry->type == DT_DIR && strcmp(entry->name, ".") != 0 &&
	       strcmp(entry->name, "..") != 0;
}

static int refill(struct cgroup_walk *walk)
{
	long got = syscall(SYS_getdents64, walk->folder, walk->entries, sizeof(walk->entries));
	if (got < 0)
		return errno == ENOENT ? 0 : -errno;
	walk->at = 0;
	walk->filled = (unsigned)got;
	return got > 0;
}

int cgroup_walk_next(struct cgroup_walk *walk, char ret_name[CGROUP_NAME_BYTES])
{
	for (;;) {
		if (walk->at >= walk->filled) {
			int more = refill(walk);
			if (more <= 0)
				return more;
		}
		const struct entry *entry =
			(const void *)__builtin_assume_aligned(walk->entries + walk->at, 8);
		walk->at += entry->length;
		if (!is_subfolder(entry))
			continue;
		struct buf name;
		buf_init_fixed(&name, ret_name, CGROUP_NAME_BYTES - 1);
		buf_put(&name, str_from(entry->name));
		ret_name[name.len] = '\0';
		return 1;
	}
}

/* Remove the innermost first child: 1, or 0 when there is no child, or minus the errno. From the
 * top each time, so that no depth needs more than two descriptors. */
static int remove_innermost(int folder)
{
	char name[CGROUP_NAME_BYTES], deeper[CGROUP_NAME_BYTES];
	struct cgroup_walk walk = {.folder = folder};
	(void)lseek(folder, 0, SEEK_SET);
	int found = cgroup_walk_next(&walk, name);
	int parent = found == 1 ? fcntl(folder, F_DUPFD_CLOEXEC, 3) : -1;
	if (parent < 0)
		return found == 1 ? -errno : found;
	for (;;) {
		int child = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
		if (child < 0)
			break;
		walk = (struct cgroup_walk){.folder = child};
		if (cgroup_walk_next(&walk, deeper) != 1) {
			close(child);
			break;
		}
		close(parent);
		parent = child;
		memcpy(name, deeper, sizeof(name));
	}
	int gone = unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT ? 1 : -errno;
	close(parent);
	return gone;
}

int cgroup_walk_clear(int folder)
{
	int removed;
	do
		removed = remove_innermost(folder);
	while (removed == 1);
	return -removed;
}

bool cgroup_wait_more(struct cgroup_wait *wait, unsigned limit_ms)
{
	enum { LONGEST_MS = 50 };
	if (wait->slept_ms >= limit_ms)
		return false;
	unsigned ms = wait->next_ms > 0 ? wait->next_ms : 1;
	struct timespec pause = {.tv_nsec = (long)ms * 1000000};
	(void)nanosleep(&pause, NULL);
	wait->slept_ms += ms;
	wait->next_ms = ms * 2 < LONGEST_MS ? ms * 2 : LONGEST_MS;
	return true;
}
