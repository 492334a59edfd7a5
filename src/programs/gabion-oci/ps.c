/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/commands.h"
#include "programs/gabion-oci/running.h"
#include "sys/cgroup_file.h"
#include "sys/process.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

struct listing {
	struct buf out;
	bool json, first;
};

static int put_process(void *context, pid_t pid)
{
	struct listing *listing = context;
	char file[40], name[64];
	if (listing->json) {
		buf_printf(&listing->out, "%s%d", listing->first ? "" : ",", (int)pid);
		listing->first = false;
		return 0;
	}
	(void)snprintf(file, sizeof(file), "/proc/%d/comm", (int)pid);
	ssize_t length = cgroup_file_read(AT_FDCWD, file, name, sizeof(name));
	if (length < 0)
		return 0;
	buf_printf(&listing->out, "%-10d ", (int)pid);
	buf_put_escaped(&listing->out, str_trim((struct str){name, (size_t)length}));
	buf_put_char(&listing->out, '\n');
	return 0;
}

static int choose_form(const struct invocation *invocation, bool *ret_json, struct error *err)
{
	const char *format = invocation->options[OPTION_FORMAT];
	*ret_json = format && strcmp(format, "json") == 0;
	if (!format || *ret_json || strcmp(format, "table") == 0)
		return 0;
	return ERROR_SET(
		err, ERROR_INPUT, NO_ORIGIN, "--format is table or json, not '%s'", format);
}

int command_ps(struct invocation *invocation, struct error *err)
{
	struct running running;
	struct listing listing = {.first = true};
	int result = -1;
	invocation->step = "listing processes";
	if (choose_form(invocation, &listing.json, err) < 0)
		return -1;
	buf_init_arena(&listing.out, invocation->arena, 1024);
	buf_put(&listing.out, listing.json ? STR("[") : STR("PID        NAME\n"));
	if (running_open(&running, invocation, err) == 0)
		result = cgroup_tasks_each(&running.cgroups.group, put_process, &listing, err);
	running_close(&running);
	if (result < 0)
		return -1;
	if (listing.json)
		buf_puts(&listing.out, "]\n");
	return process_write_all(STDOUT_FILENO, buf_str(&listing.out)) < 0 ? 1 : 0;
}
