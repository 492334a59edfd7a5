/* SPDX-License-Identifier: Apache-2.0 */
#include "data/print.h"
#include "programs/gabion-oci/cgroups.h"
#include "programs/gabion-oci/commands.h"
#include "programs/gabion-oci/instant.h"
#include "programs/gabion-oci/status.h"
#include "sys/fail.h"
#include "sys/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

const char *condition_name(enum condition condition)
{
	static const char *const names[] = {[CONDITION_CREATING] = "creating",
		[CONDITION_CREATED] = "created",
		[CONDITION_RUNNING] = "running",
		[CONDITION_PAUSED] = "paused",
		[CONDITION_STOPPED] = "stopped"};
	return names[condition];
}

static bool is_frozen(const struct status *status)
{
	struct cgroups groups;
	struct error ignored = {0};
	bool frozen = status->cgroup[0] &&
		      cgroups_open(&groups, status->cgroup, 0, &ignored) == 0 &&
		      cgroup_frozen(&groups.group);
	if (status->cgroup[0])
		cgroups_release(&groups);
	return frozen;
}

int status_condition(const struct status *status, enum condition *ret_condition, struct error *err)
{
	int pidfd = status_open_process(status);
	if (pidfd < 0 && pidfd != -ESRCH)
		return fail_system(err, -pidfd, "cannot examine process %d of '%s'",
			(int)status->pid, status->id);
	if (pidfd < 0) {
		*ret_condition = CONDITION_STOPPED;
		return 0;
	}
	(void)close(pidfd);
	struct stat info;
	if (flock(status->folder, LOCK_SH | LOCK_NB) < 0)
		*ret_condition = CONDITION_CREATING;
	else if (fstatat(status->folder, STATUS_SOCKET, &info, AT_SYMLINK_NOFOLLOW) == 0)
		*ret_condition = CONDITION_CREATED;
	else
		*ret_condition = is_frozen(status) ? CONDITION_PAUSED : CONDITION_RUNNING;
	(void)flock(status->folder, LOCK_UN);
	return 0;
}

static void put_field(struct buf *out, const char *name, const char *value)
{
	buf_printf(out, ",\n  \"%s\": ", name);
	print_json_string(str_from(value), true, out);
}

static void put_annotations(const struct spec *spec, struct buf *out)
{
	buf_puts(out, ",\n  \"annotations\": {");
	for (size_t i = 0; i < spec->annotations.count; i++) {
		buf_printf(out, "%s\n    ", i == 0 ? "" : ",");
		print_json_string(str_from(spec->annotations.items[i].key.text), true, out);
		buf_puts(out, ": ");
		print_json_string(str_from(spec->annotations.items[i].value.text), true, out);
	}
	buf_printf(out, "%s}", spec->annotations.count > 0 ? "\n  " : "");
}

void status_put_json(const struct status *status, const struct spec *spec, const char *condition,
	bool extended, struct buf *out)
{
	buf_puts(out, "{\n  \"ociVersion\": \"1.3.0\"");
	put_field(out, "id", status->id);
	bool alive = strcmp(condition, condition_name(CONDITION_STOPPED)) != 0;
	buf_printf(out, ",\n  \"pid\": %d", alive ? (int)status->pid : 0);
	put_field(out, "status", condition);
	put_field(out, "bundle", status->bundle);
	if (extended) {
		char created[INSTANT_BYTES];
		instant_print(&status->created, created);
		put_field(out, "rootfs", status->rootfs);
		put_field(out, "created", created);
		put_field(out, "owner", "");
	}
	put_annotations(spec, out);
	buf_puts(out, "\n}\n");
}

int command_state(struct invocation *invocation, struct error *err)
{
	struct status status = {.config = {NULL, 0}};
	struct spec spec;
	enum condition condition = CONDITION_STOPPED;
	int root = -1;
	invocation->step = NULL;
	if (status_open_root(invocation, &root, err) < 0 ||
		status_load(invocation->arena, root, invocation->operands[0], &status, err) < 0 ||
		spec_read(invocation->arena, status.config, &spec, err) < 0 ||
		status_condition(&status, &condition, err) < 0)
		return -1;
	struct buf out;
	buf_init_arena(&out, invocation->arena, 1024);
	status_put_json(&status, &spec, condition_name(condition), true, &out);
	return process_write_all(STDOUT_FILENO, buf_str(&out)) < 0 ? 1 : 0;
}

/* How a list is written. */
enum list_form { LIST_TABLE, LIST_JSON, LIST_IDS };

static void put_row(struct invocation *invocation, const struct status *status, enum list_form form,
	size_t number, struct buf *out)
{
	struct error ignored = {0};
	enum condition condition = CONDITION_STOPPED;
	char created[INSTANT_BYTES];
	struct spec spec;
	(void)status_condition(status, &condition, &ignored);
	instant_print(&status->created, created);
	if (form == LIST_IDS) {
		buf_printf(out, "%s\n", status->id);
	} else if (form == LIST_JSON) {
		buf_printf(out, "%s", number == 0 ? "" : ",\n");
		if (spec_read(invocation->arena, status->config, &spec, &ignored) < 0)
			memset(&spec, 0, sizeof(spec));
		status_put_json(status, &spec, condition_name(condition), true, out);
	} else {
		buf_printf(out, "%-24s %8d %-8s %-30s ", status->id,
			condition == CONDITION_STOPPED ? 0 : (int)status->pid,
			condition_name(condition), created);
		buf_put_escaped(out, str_from(status->bundle));
		buf_put_char(out, '\n');
	}
}

static int choose_form(const struct invocation *invocation, enum list_form *ret, struct error *err)
{
	const char *format = invocation->options[OPTION_FORMAT];
	*ret = invocation->options[OPTION_QUIET] ? LIST_IDS : LIST_TABLE;
	if (!format || strcmp(format, "table") == 0)
		return 0;
	*ret = LIST_JSON;
	if (strcmp(format, "json") == 0)
		return 0;
	return ERROR_SET(
		err, ERROR_INPUT, NO_ORIGIN, "--format is table or json, not '%s'", format);
}

/* Containers that come and go meanwhile are no errors. */
static void list_all(
	struct invocation *invocation, int root, DIR *folder, enum list_form form, struct buf *out)
{
	size_t number = 0;
	for (const struct dirent *entry; (entry = readdir(folder));) {
		struct error ignored = {0};
		struct status status;
		if (entry->d_name[0] == '.')
			continue;
		struct str id = str_copy(invocation->arena, str_from(entry->d_name));
		if (status_load(invocation->arena, root, id.data, &status, &ignored) == 0)
			put_row(invocation, &status, form, number++, out);
		if (status.folder >= 0)
			(void)close(status.folder);
	}
}

int command_list(struct invocation *invocation, struct error *err)
{
	enum list_form form;
	int root;
	struct buf out;
	if (choose_form(invocation, &form, err) < 0 || status_open_root(invocation, &root, err) < 0)
		return -1;
	int fd = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	if (!folder)
		return fail_system(err, errno, "cannot read the folder of states");
	buf_init_arena(&out, invocation->arena, 1024);
	if (form == LIST_JSON)
		buf_put_char(&out, '[');
	if (form == LIST_TABLE)
		buf_printf(&out, "%-24s %8s %-8s %-30s %s\n", "ID", "PID", "STATUS", "CREATED",
			"BUNDLE");
	list_all(invocation, root, folder, form, &out);
	if (form == LIST_JSON)
		buf_puts(&out, "]\n");
	(void)closedir(folder);
	return process_write_all(STDOUT_FILENO, buf_str(&out)) < 0 ? 1 : 0;
}
