/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/cgroup_file.h"

#include "base/number.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int cgroup_file_write(int folder, const char *file, struct str text)
{
	int fd = openat(folder, file, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno;
	ssize_t written;
	do
		written = write(fd, text.data, text.len);
	while (written < 0 && errno == EINTR);
	int failed = written < 0 ? errno : (size_t)written == text.len ? 0 : EIO;
	close(fd);
	return failed;
}

static ssize_t read_whole(int fd, char *text, size_t size)
{
	size_t length = 0;
	while (length < size) {
		ssize_t got = read(fd, text + length, size - length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0) {
			text[length] = '\0';
			return (ssize_t)length;
		}
		length += (size_t)got;
	}
	return -E2BIG;
}

ssize_t cgroup_file_read(int folder, const char *file, char *text, size_t size)
{
	int fd = openat(folder, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	ssize_t length = read_whole(fd, text, size);
	close(fd);
	return length;
}

int cgroup_file_number(int folder, const char *file, uint64_t *ret_number)
{
	char text[64];
	ssize_t length = cgroup_file_read(folder, file, text, sizeof(text));
	if (length < 0)
		return (int)-length;
	struct str number = str_trim((struct str){text, (size_t)length});
	*ret_number = UINT64_MAX;
	if (str_equal(number, STR("max")) || str_equal(number, STR("-1")))
		return 0;
	return number_parse_uint(number, 10, ret_number) ? 0 : EINVAL;
}

bool cgroup_text_number(struct str text, struct str key, uint64_t *ret_number)
{
	struct str line, name;
	while (str_next_part(&text, '\n', &line)) {
		if (!str_next_part(&line, ' ', &name) || !str_equal(name, key))
			continue;
		return number_parse_uint(str_trim(line), 10, ret_number);
	}
	return false;
}

bool cgroup_file_exists(int folder, const char *file)
{
	return faccessat(folder, file, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}
