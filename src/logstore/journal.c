/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/journal.h"

#include "base/number.h"
#include "logstore/segment.h"
#include "sys/durable.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SPARE   "spare"
#define RESTORE "restore this file from a copy; nothing has been changed"

/* What a segment begins with; its name. */
struct segment_start {
	uint64_t index;
	uint64_t group;
};

/* Ascending by index. */
struct segments {
	struct segment_start starts[JOURNAL_MAX_SEGMENTS];
	size_t count;
};

static void print_name(struct segment_start start, char ret_name[JOURNAL_NAME_BYTES])
{
	(void)snprintf(ret_name, JOURNAL_NAME_BYTES, "%020llu-%020llu",
		(unsigned long long)start.index, (unsigned long long)start.group);
}

static bool parse_name(struct str name, struct segment_start *ret_start)
{
	struct str rest = name, index;
	return name.len == JOURNAL_NAME_BYTES - 1 && str_next_part(&rest, '-', &index) &&
	       index.len == 20 && number_parse_uint(index, 10, &ret_start->index) &&
	       number_parse_uint(rest, 10, &ret_start->group);
}

static int compare_starts(const void *a, const void *b)
{
	uint64_t left = ((const struct segment_start *)a)->index,
		 right = ((const struct segment_start *)b)->index;
	return (left > right) - (left < right);
}

static int list_segments(int folder_fd, struct segments *ret_segments, struct error *err)
{
	int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	if (!folder) {
		if (fd >= 0)
			close(fd);
		return durable_fail(err, "list", "journal");
	}
	ret_segments->count = 0;
	const struct dirent *entry;
	while ((entry = readdir(folder)) && ret_segments->count < JOURNAL_MAX_SEGMENTS) {
		struct segment_start start;
		if (parse_name(str_from(entry->d_name), &start))
			ret_segments->starts[ret_segments->count++] = start;
	}
	closedir(folder);
	qsort(ret_segments->starts, ret_segments->count, sizeof(struct segment_start),
		compare_starts);
	if (ret_segments->count == JOURNAL_MAX_SEGMENTS)
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN, "the journal has %d segments or more",
			JOURNAL_MAX_SEGMENTS);
	return 0;
}

/* What has been read so far. */
struct scan {
	uint64_t next_index;
	uint64_t next_group;
	uint64_t first_wanted;
	journal_replay *replay;
	void *context;
	char *memory; /* of one segment */
};

/* The bytes of the whole group at offset, or 0 when it is not there in full. */
static size_t group_bytes(const struct scan *scan, struct str segment, size_t offset)
{
	struct frame frame;
	size_t at = offset;
	uint64_t index = scan->next_index;
	uint32_t left = 0;
	do {
		if (!frame_get(segment, at, &frame) || frame.index != index)
			return 0;
		bool continues = at == offset || frame.left + 1 == left;
		if (frame.group != scan->next_group || !continues)
			return 0;
		left = frame.left;
		at += frame.bytes;
		index++;
	} while (left > 0);
	return at - offset;
}

static int replay_group(
	struct scan *scan, struct str segment, size_t offset, size_t bytes, struct error *err)
{
	struct frame frame;
	for (size_t at = offset; at < offset + bytes; at += frame.bytes) {
		if (!frame_get(segment, at, &frame))
			return ERROR_SET(
				err, ERROR_BUG, NO_ORIGIN, "a frame changed while it was read");
		bool wanted = frame.index >= scan->first_wanted;
		if (wanted && scan->replay(scan->context, frame.index, frame.entry, err) < 0)
			return -1;
		scan->next_index++;
		scan->next_group = frame.group + 1;
	}
	return 0;
}

static int say_damage(const char *name, size_t offset, uint64_t index, struct error *err)
{
	ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
		"journal/%s is damaged at byte %zu: entry %llu was acknowledged and cannot be read",
		name, offset, (unsigned long long)index);
	error_set_remedy(err, RESTORE);
	return -1;
}

/* Replays the segment's groups; *ret_offset is where the next group belongs. */
static int scan_segment(struct scan *scan, struct str segment, const char *name, size_t *ret_offset,
	struct error *err)
{
	size_t offset = 0, bytes;
	while ((bytes = group_bytes(scan, segment, offset)) > 0) {
		if (replay_group(scan, segment, offset, bytes, err) < 0)
			return -1;
		offset += bytes;
	}
	*ret_offset = offset;
	/* A group behind the missing one was written only after that had been acknowledged. */
	if (segment_has_group(segment, offset, scan->next_group + 1))
		return say_damage(name, offset, scan->next_index, err);
	return 0;
}

/* Without waiting, should somebody have put a pipe or a device there. */
static int open_whole(int folder_fd, const char *name, int flags, struct error *err)
{
	struct stat status;
	int fd = openat(folder_fd, name, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &status) < 0) {
		durable_fail(err, "open", name);
	} else if (!S_ISREG(status.st_mode) || status.st_size != JOURNAL_SEGMENT_BYTES) {
		ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"journal/%s is not a segment: a regular file of %d bytes", name,
			JOURNAL_SEGMENT_BYTES);
		error_set_remedy(err, RESTORE);
	} else {
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Read, not mapped: a disk that fails is an error then, and not a signal. */
static int read_segment(int folder_fd, const char *name, char *memory, struct error *err)
{
	int fd = open_whole(folder_fd, name, O_RDONLY, err);
	if (fd < 0)
		return -1;
	int result = durable_read_at(fd, name, memory, JOURNAL_SEGMENT_BYTES, 0, err);
	close(fd);
	return result;
}

static int scan_file(
	struct journal *journal, struct scan *scan, struct segment_start start, struct error *err)
{
	struct str segment = {scan->memory, JOURNAL_SEGMENT_BYTES};
	size_t offset;
	print_name(start, journal->name);
	if (start.index != scan->next_index || start.group != scan->next_group) {
		ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"the journal lacks what comes before journal/%s: entry %llu was "
			"acknowledged and cannot be read",
			journal->name, (unsigned long long)scan->next_index);
		error_set_remedy(err, RESTORE);
		return -1;
	}
	if (read_segment(journal->folder_fd, journal->name, scan->memory, err) < 0 ||
		scan_segment(scan, segment, journal->name, &offset, err) < 0)
		return -1;
	journal->offset = offset;
	journal->has_torn_group = frame_begun(segment, offset, scan->next_index, scan->next_group);
	size_t block = offset / JOURNAL_BLOCK_BYTES * JOURNAL_BLOCK_BYTES;
	memcpy(journal->block, segment.data + block, offset - block);
	return 0;
}

/* What is published was in the journal before, and was not taken out of its last segment. */
static int say_end(const struct journal *journal, const struct scan *scan, struct error *err)
{
	if (journal->name[0] != '\0')
		ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"journal/%s is damaged at byte %llu: entry %llu was there and cannot be "
			"read",
			journal->name, (unsigned long long)journal->offset,
			(unsigned long long)scan->next_index);
	else
		ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"the folder journal does not hold entry %llu, which follows the published "
			"ones",
			(unsigned long long)scan->first_wanted);
	error_set_remedy(err, RESTORE);
	return -1;
}

static int scan_all(struct journal *journal, struct scan *scan, struct error *err)
{
	struct segments segments;
	if (list_segments(journal->folder_fd, &segments, err) < 0)
		return -1;
	size_t at = 0;
	if (scan->first_wanted == JOURNAL_OLDEST)
		scan->first_wanted = segments.count > 0 ? segments.starts[0].index : 0;
	while (at + 1 < segments.count && segments.starts[at + 1].index <= scan->first_wanted)
		at++;
	if (segments.count > 0) {
		scan->next_index = segments.starts[at].index;
		scan->next_group = segments.starts[at].group;
	}
	bool starts_late = segments.count > 0 && segments.starts[0].index > scan->first_wanted;
	for (; !starts_late && at < segments.count; at++)
		if (scan_file(journal, scan, segments.starts[at], err) < 0)
			return -1;
	return starts_late || scan->next_index < scan->first_wanted ? say_end(journal, scan, err)
								    : 0;
}

/* Direct writes where the file system has them: twice as fast, and the page cache cannot lie. */
static int open_segment(struct journal *journal, struct error *err)
{
	struct error not_direct = {0};
	journal->fd = open_whole(
		journal->folder_fd, journal->name, O_WRONLY | O_DSYNC | O_DIRECT, &not_direct);
	if (journal->fd >= 0)
		return 0;
	if (not_direct.system_errno != EINVAL) {
		*err = not_direct;
		return -1;
	}
	journal->fd = open_whole(journal->folder_fd, journal->name, O_WRONLY | O_DSYNC, err);
	return journal->fd < 0 ? -1 : 0;
}

static int fill_with_zeros(int fd, const char *name, struct error *err)
{
	static const char zeros[1 << 20];
	for (uint64_t offset = 0; offset < JOURNAL_SEGMENT_BYTES; offset += sizeof(zeros))
		if (durable_write_at(fd, name, (struct str){zeros, sizeof(zeros)}, offset, err) < 0)
			return -1;
	return durable_sync(fd, name, err);
}

/* Zeros are written once so that later writes change no metadata: a sync is then one write of the
 * disk. */
static int make_spare(struct journal *journal, struct error *err)
{
	unlinkat(journal->folder_fd, SPARE ".new", 0);
	int fd = openat(
		journal->folder_fd, SPARE ".new", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return durable_fail(err, "create", "journal/" SPARE);
	int result = fill_with_zeros(fd, "journal/" SPARE, err);
	close(fd);
	if (result == 0 &&
		renameat(journal->folder_fd, SPARE ".new", journal->folder_fd, SPARE) < 0)
		result = durable_fail(err, "rename to", "journal/" SPARE);
	if (result < 0)
		unlinkat(journal->folder_fd, SPARE ".new", 0);
	return result;
}

/* A spare holds nothing: one that cannot be used is replaced. */
static int take_spare(struct journal *journal, struct error *err)
{
	struct error unusable = {0};
	int fd = open_whole(journal->folder_fd, SPARE, O_RDONLY, &unusable);
	if (fd >= 0)
		close(fd);
	else if (make_spare(journal, err) < 0)
		return -1;
	if (renameat(journal->folder_fd, SPARE, journal->folder_fd, journal->name) < 0)
		return durable_fail(err, "rename to", journal->name);
	return 0;
}

static int begin_segment(struct journal *journal, struct error *err)
{
	if (journal->fd >= 0)
		close(journal->fd);
	journal->fd = -1;
	print_name((struct segment_start){journal->next_index, journal->next_group}, journal->name);
	if (take_spare(journal, err) < 0)
		return -1;
	if (durable_sync_folder(journal->folder_fd, err) < 0)
		return -1;
	journal->offset = 0;
	return open_segment(journal, err);
}

static int open_folder(struct journal *journal, int folder_fd, struct error *err)
{
	if (mkdirat(folder_fd, "journal", 0700) < 0 && errno != EEXIST)
		return durable_fail(err, "make folder", "journal");
	journal->folder_fd =
		openat(folder_fd, "journal", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (journal->folder_fd < 0)
		return durable_fail(err, "open", "journal");
	return durable_sync_folder(folder_fd, err);
}

int journal_open(struct journal *journal, int folder_fd, uint64_t first_index,
	journal_replay *replay, void *context, struct error *err)
{
	*journal = (struct journal){.folder_fd = -1, .fd = -1};
	struct scan scan = {.first_wanted = first_index, .replay = replay, .context = context};
	journal->block =
		aligned_alloc(JOURNAL_BLOCK_BYTES, JOURNAL_GROUP_BYTES + 2 * JOURNAL_BLOCK_BYTES);
	if (!journal->block)
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN, "no memory for the journal's buffer");
	scan.memory = malloc(JOURNAL_SEGMENT_BYTES);
	if (!scan.memory)
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN, "no memory for a journal segment");
	int result = open_folder(journal, folder_fd, err);
	if (result == 0)
		result = scan_all(journal, &scan, err);
	free(scan.memory);
	if (result < 0)
		return -1;
	journal->next_index = scan.next_index;
	journal->next_group = scan.next_group;
	return journal->name[0] != '\0' ? open_segment(journal, err) : 0;
}

int journal_append(
	struct journal *journal, const struct str *entries, size_t count, struct error *err)
{
	if (journal->broken)
		return ERROR_SET(
			err, ERROR_SYSTEM, NO_ORIGIN, "the journal was left after a failed write");
	size_t bytes = 0;
	for (size_t i = 0; i < count; i++)
		bytes += journal_frame_bytes(entries[i].len);
	if (bytes > JOURNAL_GROUP_BYTES)
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
			"a group of %zu bytes is over the limit of %d", bytes, JOURNAL_GROUP_BYTES);
	journal->broken = true; /* until the disk has said yes */
	if ((journal->fd < 0 || journal->offset + bytes > JOURNAL_SEGMENT_BYTES) &&
		begin_segment(journal, err) < 0)
		return -1;
	size_t at = journal->offset % JOURNAL_BLOCK_BYTES;
	for (size_t i = 0; i < count; i++) {
		struct frame frame = {.left = (uint32_t)(count - 1 - i),
			.index = journal->next_index + i,
			.group = journal->next_group,
			.entry = entries[i]};
		at += frame_put(journal->block + at, &frame);
	}
	size_t whole = (at + JOURNAL_BLOCK_BYTES - 1) / JOURNAL_BLOCK_BYTES * JOURNAL_BLOCK_BYTES;
	memset(journal->block + at, 0, whole - at);
	uint64_t start = journal->offset / JOURNAL_BLOCK_BYTES * JOURNAL_BLOCK_BYTES;
	if (durable_write_at(journal->fd, journal->name, (struct str){journal->block, whole}, start,
		    err) < 0)
		return -1;
	size_t kept = at / JOURNAL_BLOCK_BYTES * JOURNAL_BLOCK_BYTES;
	memmove(journal->block, journal->block + kept, at - kept);
	journal->offset += bytes;
	journal->next_index += count;
	journal->next_group++;
	journal->broken = false;
	return 0;
}

static int reuse_segment(struct journal *journal, struct segment_start start, struct error *err)
{
	char name[JOURNAL_NAME_BYTES];
	print_name(start, name);
	bool has_spare = faccessat(journal->folder_fd, SPARE, F_OK, 0) == 0;
	int result = has_spare ? unlinkat(journal->folder_fd, name, 0)
			       : renameat(journal->folder_fd, name, journal->folder_fd, SPARE);
	return result < 0 ? durable_fail(err, "recycle", name) : 0;
}

int journal_recycle(struct journal *journal, uint64_t published_size, struct error *err)
{
	struct segments segments;
	if (list_segments(journal->folder_fd, &segments, err) < 0)
		return -1;
	size_t reused = 0;
	for (; reused + 1 < segments.count && segments.starts[reused + 1].index <= published_size;
		reused++)
		if (reuse_segment(journal, segments.starts[reused], err) < 0)
			return -1;
	return reused > 0 ? durable_sync_folder(journal->folder_fd, err) : 0;
}

void journal_close(struct journal *journal)
{
	if (journal->fd >= 0)
		close(journal->fd);
	if (journal->folder_fd >= 0)
		close(journal->folder_fd);
	free(journal->block);
	*journal = (struct journal){.folder_fd = -1, .fd = -1};
}
