/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/learn_static.h"

#include "base/limits.h"
#include "layers/context/elf_calls.h"
#include "sys/durable.h"
#include "sys/files.h"
#include "sys/path.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct reading {
	struct arena *arena;
	struct observed *observed;
	int root;
	struct elf_object *objects;
	size_t count, bytes;
};

static bool is_library(struct str path)
{
	return str_ends_with(path, STR(".so")) || str_find(path, STR(".so."), 0) != SIZE_MAX;
}

/* What lies on a mount of the context, not in the root, is not there to be read: no loss. */
static bool read_program(struct reading *reading, struct str path, struct str *ret_bytes)
{
	struct error err = {0};
	struct stat status;
	int fd = path_open(reading->root, str_copy(reading->arena, path).data,
		O_RDONLY | O_NONBLOCK | O_NOCTTY, PATH_ANY);
	if (fd < 0)
		return false;
	bool fits = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
		    status.st_size <= LIMIT_LEARN_FILE_BYTES &&
		    (size_t)status.st_size <= LIMIT_LEARN_TOTAL_BYTES - reading->bytes &&
		    reading->count < LIMIT_LEARN_FILES;
	bool got = fits && file_read_stream(reading->arena, fd, "a program", LIMIT_LEARN_FILE_BYTES,
				   ret_bytes, &err) == 0;
	close(fd);
	if (got)
		reading->bytes += ret_bytes->len;
	else
		reading->observed->lost++;
	return got;
}

/* "#!/bin/sh -e": the kernel opens it, so no call names it. */
static void note_script(struct reading *reading, struct str bytes)
{
	struct str line, word;
	if (!str_starts_with(bytes, STR("#!")))
		return;
	line = str_slice(bytes, 2, bytes.len < 256 ? bytes.len : 256);
	size_t end = str_find_char(line, '\n');
	line = str_trim(str_slice(line, 0, end == SIZE_MAX ? line.len : end));
	if (str_next_part(&line, ' ', &word) && str_starts_with(word, STR("/")))
		observed_text(reading->observed, word, OBSERVED_EXECUTE);
}

static void read_one(struct reading *reading, struct str path)
{
	struct elf_object *object = &reading->objects[reading->count];
	struct error err = {0};
	struct str bytes;
	if (!read_program(reading, path, &bytes))
		return;
	if (elf_object_read(reading->arena, bytes, object, &err) < 0) {
		note_script(reading, bytes);
		return;
	}
	reading->count++;
	if (str_starts_with(object->interpreter, STR("/")))
		observed_text(reading->observed, object->interpreter, OBSERVED_EXECUTE);
}

int learn_static(struct arena *arena, struct str rootfs, bool wants_calls,
	struct observed *observed, struct error *err)
{
	struct reading reading = {.arena = arena,
		.observed = observed,
		.objects = ARENA_NEW_ARRAY(arena, struct elf_object, LIMIT_LEARN_FILES + 1)};
	struct elf_calls calls;
	reading.root = open(rootfs.data, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (reading.root < 0)
		return durable_fail(err, "open", rootfs.data);
	/* The list grows by what the files name. */
	for (uint32_t i = 0; i < observed->text_count; i++) {
		const struct observed_text *text = &observed->texts[i];
		struct str path = observed_str(observed, text);
		bool loaded = (text->uses & OBSERVED_READ) && is_library(path);
		if (!(text->uses & OBSERVED_FOLDER) && ((text->uses & OBSERVED_EXECUTE) || loaded))
			read_one(&reading, path);
	}
	close(reading.root);
	elf_calls_find(arena, reading.objects, reading.count, &calls);
	for (int i = 0; wants_calls && i < OBSERVED_CALLS; i++)
		if (calls.found[i])
			observed_call(observed, i, OBSERVED_STATIC);
	return 0;
}
