/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "base/number.h"
#include "programs/gabion-oci/bytes.h"
#include "programs/gabion-oci/commands.h"
#include "programs/gabion-oci/running.h"
#include "sys/fail.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* The texts and numbers of linux.resources that options can set. */
struct changes {
	struct spec_memory memory;
	struct spec_cpu cpu;
	struct spec_block_io block_io;
	struct spec_number pids_limit;
};

enum change_kind { CHANGE_NUMBER, CHANGE_NATURAL, CHANGE_BYTES, CHANGE_TEXT };

static const struct change {
	enum option_id option;
	enum change_kind kind;
	size_t offset;
} table[] = {
	{OPTION_MEMORY, CHANGE_BYTES, offsetof(struct changes, memory.limit)},
	{OPTION_MEMORY_RESERVATION, CHANGE_BYTES, offsetof(struct changes, memory.reservation)},
	{OPTION_MEMORY_SWAP, CHANGE_BYTES, offsetof(struct changes, memory.swap)},
	{OPTION_KERNEL_MEMORY, CHANGE_BYTES, offsetof(struct changes, memory.kernel)},
	{OPTION_KERNEL_MEMORY_TCP, CHANGE_BYTES, offsetof(struct changes, memory.kernel_tcp)},
	{OPTION_CPU_SHARE, CHANGE_NATURAL, offsetof(struct changes, cpu.shares)},
	{OPTION_CPU_QUOTA, CHANGE_NUMBER, offsetof(struct changes, cpu.quota_us)},
	{OPTION_CPU_PERIOD, CHANGE_NATURAL, offsetof(struct changes, cpu.period_us)},
	{OPTION_CPU_BURST, CHANGE_NATURAL, offsetof(struct changes, cpu.burst_us)},
	{OPTION_CPU_RT_PERIOD, CHANGE_NATURAL, offsetof(struct changes, cpu.realtime_period_us)},
	{OPTION_CPU_RT_RUNTIME, CHANGE_NUMBER, offsetof(struct changes, cpu.realtime_runtime_us)},
	{OPTION_CPU_IDLE, CHANGE_NUMBER, offsetof(struct changes, cpu.idle)},
	{OPTION_CPUSET_CPUS, CHANGE_TEXT, offsetof(struct changes, cpu.cpus)},
	{OPTION_CPUSET_MEMS, CHANGE_TEXT, offsetof(struct changes, cpu.mems)},
	{OPTION_BLKIO_WEIGHT, CHANGE_NATURAL, offsetof(struct changes, block_io.weight)},
	{OPTION_PIDS_LIMIT, CHANGE_NUMBER, offsetof(struct changes, pids_limit)},
};

static int refuse(struct error *err, const struct change *change, const char *text)
{
	ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "--%s takes %s, not '%s'",
		options[change->option].name,
		change->kind == CHANGE_BYTES ? "bytes, or 512k, 64m, 2g, or -1" : "a number", text);
	return -1;
}

static int take(
	struct changes *changes, const struct change *change, const char *text, struct error *err)
{
	void *at = (char *)changes + change->offset;
	struct spec_number number = {.set = true};
	struct spec_natural natural = {.set = true};
	bool good = true;
	switch (change->kind) {
	case CHANGE_TEXT:
		memcpy(at, &(struct spec_text){.text = text}, sizeof(struct spec_text));
		break;
	case CHANGE_NATURAL:
		good = number_parse_uint(str_from(text), 10, &natural.value);
		memcpy(at, &natural, sizeof(natural));
		break;
	case CHANGE_NUMBER:
		good = number_parse_int(str_from(text), &number.value);
		memcpy(at, &number, sizeof(number));
		break;
	case CHANGE_BYTES:
		good = bytes_parse(text, &number.value);
		memcpy(at, &number, sizeof(number));
		break;
	}
	return good ? 0 : refuse(err, change, text);
}

static int read_options(const struct invocation *invocation, struct changes *changes,
	size_t *ret_count, struct error *err)
{
	*ret_count = 0;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const char *text = invocation->options[table[i].option];
		if (!text)
			continue;
		if (take(changes, &table[i], text, err) < 0)
			return -1;
		++*ret_count;
	}
	return 0;
}

static int read_stream(
	struct arena *arena, int fd, const char *name, struct str *ret_text, struct error *err)
{
	struct buf text;
	char chunk[4096];
	buf_init_arena(&text, arena, sizeof(chunk));
	for (;;) {
		ssize_t got = read(fd, chunk, sizeof(chunk));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail_system(err, errno, "cannot read %s", name);
		if (got == 0)
			break;
		buf_put(&text, (struct str){chunk, (size_t)got});
		if (text.len > LIMIT_CONTEXT_CONFIG_BYTES)
			return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN, "%s has more than %d MiB",
				name, LIMIT_CONTEXT_CONFIG_BYTES >> 20);
	}
	*ret_text = buf_str(&text);
	return 0;
}

static int read_document(
	struct arena *arena, const char *file, struct spec_resources *ret, struct error *err)
{
	struct str text = {0};
	bool standard = strcmp(file, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail_system(err, errno, "cannot open %s", file);
	const char *name = standard ? "standard input" : file;
	int result = read_stream(arena, fd, name, &text, err);
	if (!standard)
		(void)close(fd);
	if (result < 0)
		return -1;
	error_set_file(err, str_from(name));
	return spec_read_resources(arena, text, ret, err);
}

static int read_changes(const struct invocation *invocation, struct changes *changes,
	struct spec_resources *ret, struct error *err)
{
	size_t count;
	const char *file = invocation->options[OPTION_RESOURCES];
	if (read_options(invocation, changes, &count, err) < 0)
		return -1;
	if (file && count > 0)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"--resources says all there is to change: it goes with no other option");
	if (file)
		return read_document(invocation->arena, file, ret, err);
	if (count == 0) {
		ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "update was not told what to change");
		error_set_remedy(err, "see gabion-oci update --help");
		return -1;
	}
	*ret = (struct spec_resources){.memory = &changes->memory,
		.cpu = &changes->cpu,
		.block_io = &changes->block_io,
		.pids_limit = changes->pids_limit};
	return 0;
}

int command_update(struct invocation *invocation, struct error *err)
{
	struct running running;
	struct changes changes = {0};
	struct spec_resources resources = {0};
	int result = -1;
	invocation->step = "updating limits";
	if (read_changes(invocation, &changes, &resources, err) < 0)
		return -1;
	if (running_open(&running, invocation, err) == 0)
		result = cgroups_update(&running.cgroups, invocation->arena, &resources, err);
	running_close(&running);
	return result;
}
