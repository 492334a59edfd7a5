/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "programs/gabion-oci/task.h"
#include "sys/fail.h"
#include "sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { PASSWD_BYTES = 64 * 1024, PRESERVED_FDS = 1024 };

static const char *own_variable(char **ours, const char *name)
{
	size_t len = strlen(name);
	for (; *ours; ours++)
		if (strncmp(*ours, name, len) == 0 && (*ours)[len] == '=')
			return *ours + len + 1;
	return NULL;
}

/* The home folder in a line "name:password:uid:gid:words:home:shell" of this user. */
static bool read_home(struct str line, uint32_t uid, struct str *ret_home)
{
	enum { UID = 2, HOME = 5 };
	struct str field;
	for (int i = 0; str_next_part(&line, ':', &field); i++) {
		uint64_t number = 0;
		if (i == UID && (!number_parse_uint(field, 10, &number) || number != uid))
			return false;
		if (i == HOME) {
			*ret_home = field;
			return field.len > 0 && !memchr(field.data, '\0', field.len);
		}
	}
	return false;
}

/* What login would have set; the container's file may hold anything, and need not be there: then it
 * is not worth the memory. */
static int home_variable(
	struct arena *arena, uint32_t uid, const char **ret_variable, struct error *err)
{
	static const char passwd[] = "/etc/passwd";
	struct arena_mark mark = arena_mark(arena);
	bool there = access(passwd, F_OK) == 0 || errno != ENOENT;
	char *text = arena_alloc(arena, there ? PASSWD_BYTES : 0);
	ssize_t len = there ? process_read_file(AT_FDCWD, passwd, text, PASSWD_BYTES) : -ENOENT;
	bool missing = len == -ENOENT || len == -ENOTDIR || len == -EACCES || len == -ELOOP ||
		       len == -ENXIO || len == -EISDIR;
	if (len < 0 && !missing)
		return fail_system(err, (int)-len, "cannot read %s of the container", passwd);
	struct str rest = {text, len > 0 ? (size_t)len : 0}, line, home = STR("/");
	char found[256];
	while (str_next_part(&rest, '\n', &line))
		if (read_home(line, uid, &home))
			break;
	struct buf out;
	buf_init_fixed(&out, found, sizeof(found));
	buf_put(&out, home);
	arena_rewind(arena, mark);
	struct str folder = out.truncated ? STR("/") : buf_str(&out);
	*ret_variable = str_format(arena, "HOME=%.*s", STR_ARGS(folder)).data;
	return 0;
}

int task_environment(struct task *task, struct arena *arena, char **ours, struct error *err)
{
	enum { ADDED = 4 };
	const struct spec_texts *env = &task->process->env, *args = &task->process->args;
	const char **arguments = ARENA_NEW_ARRAY(arena, const char *, args->count + 1);
	for (size_t i = 0; i < args->count; i++)
		arguments[i] = args->items[i].text;
	task->arguments = arguments;
	const char **all = ARENA_NEW_ARRAY(arena, const char *, env->count + ADDED);
	size_t count = 0;
	bool has_home = false;
	for (size_t i = 0; i < env->count; i++) {
		all[count++] = env->items[i].text;
		has_home = has_home || strncmp(env->items[i].text, "HOME=", 5) == 0;
	}
	if (!has_home && home_variable(arena, task->process->user.uid, &all[count++], err) < 0)
		return -1;
	const char *listening = own_variable(ours, "LISTEN_FDS");
	if (listening && task->preserve > 0) {
		all[count++] = str_format(arena, "LISTEN_FDS=%s", listening).data;
		all[count++] = "LISTEN_PID=1";
	}
	task->environment = all;
	return 0;
}

/* A missing standard descriptor would become the first file we open. */
static int fill_standard(struct error *err)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR | O_NOCTTY) != fd)
			return fail_system(err, errno, "cannot open /dev/null");
	return 0;
}

int task_preserve(struct task *task, const struct invocation *invocation, struct error *err)
{
	int64_t wanted = 0, listening = 0;
	const char *text = own_variable(invocation->environment, "LISTEN_FDS");
	if (fill_standard(err) < 0 ||
		invocation_number(invocation, OPTION_PRESERVE_FDS, 0, &wanted, err) < 0)
		return -1;
	if (text && !number_parse_int(str_from(text), &listening))
		return ERROR_SET(
			err, ERROR_INPUT, NO_ORIGIN, "LISTEN_FDS is '%s', not a number", text);
	if (wanted < 0 || listening < 0 || wanted + listening > PRESERVED_FDS)
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
			"at most %d descriptors are passed on", PRESERVED_FDS);
	task->preserve = (unsigned)(wanted + listening);
	for (int fd = 3; fd < 3 + (int)task->preserve; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
				"descriptor %d is to be passed on, but is not open", fd);
	int result = process_close_on_exec(3 + (int)task->preserve);
	return result < 0 ? fail_system(err, -result, "cannot close what was left open") : 0;
}
