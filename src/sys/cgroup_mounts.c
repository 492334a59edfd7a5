/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/cgroup_mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { MOUNT_POINT = 4, LINE_BYTES = 2048 };

static bool has_option(struct str options, struct str wanted)
{
	struct str part;
	while (str_next_part(&options, ',', &part))
		if (str_equal(part, wanted))
			return true;
	return false;
}

static bool serves(struct str type, struct str options, struct str list)
{
	if (list.len == 0)
		return str_equal(type, STR("cgroup2"));
	if (!str_equal(type, STR("cgroup")))
		return false;
	struct str part;
	while (str_next_part(&list, ',', &part))
		if (!has_option(options, part))
			return false;
	return true;
}

/* proc_pid_mountinfo(5): "id parent device root POINT options [tag]... - TYPE source OPTIONS". A
 * point with a space is escaped there; such a place is passed over. */
static bool line_serves(struct str line, struct str list, struct str *ret_point)
{
	size_t dash = str_find(line, STR(" - "), 0);
	if (dash == SIZE_MAX)
		return false;
	struct str head = str_slice(line, 0, dash), tail = str_slice(line, dash + 3, line.len);
	for (int i = 0; i <= MOUNT_POINT; i++)
		if (!str_next_part(&head, ' ', ret_point))
			return false;
	struct str type, source, options;
	if (!str_next_part(&tail, ' ', &type) || !str_next_part(&tail, ' ', &source) ||
		!str_next_part(&tail, ' ', &options))
		return false;
	return serves(type, options, list) && str_find_char(*ret_point, '\\') == SIZE_MAX;
}

static bool take_line(struct str line, struct str list, char ret_mount[CGROUP_MOUNT_BYTES])
{
	struct str point;
	if (!line_serves(line, list, &point) || point.len >= CGROUP_MOUNT_BYTES)
		return false;
	memcpy(ret_mount, point.data, point.len);
	ret_mount[point.len] = '\0';
	return true;
}

/* Lines are cut out of a window that moves over the file; one longer than it is passed over. */
static bool search(int fd, struct str list, char ret_mount[CGROUP_MOUNT_BYTES])
{
	char window[LINE_BYTES];
	size_t held = 0;
	for (;;) {
		ssize_t got = read(fd, window + held, sizeof(window) - held);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		held += (size_t)got;
		size_t start = 0, end;
		while ((end = str_find_char((struct str){window + start, held - start}, '\n')) !=
			SIZE_MAX) {
			if (take_line((struct str){window + start, end}, list, ret_mount))
				return true;
			start += end + 1;
		}
		if (start == 0 && held == sizeof(window))
			start = held;
		memmove(window, window + start, held - start);
		held -= start;
	}
}

bool cgroup_mounts_find(struct str list, char ret_mount[CGROUP_MOUNT_BYTES])
{
	int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool found = search(fd, list, ret_mount);
	close(fd);
	return found;
}
