/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/task.h"

#include "base/number.h"
#include "programs/gabion-oci/credentials.h"
#include "programs/gabion-oci/notify.h"
#include "sys/fail.h"
#include "sys/path.h"
#include "sys/process.h"
#include "sys/seccomp_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Whether a file could be run, and is not ourselves: a shebang line of /proc/self/exe would be. */
static int check_program(const struct task *task, const char *path)
{
	struct stat info;
	if (stat(path, &info) < 0)
		return -errno;
	if (info.st_dev == task->own_device && info.st_ino == task->own_inode)
		return -EPERM;
	if (!S_ISREG(info.st_mode))
		return -EACCES;
	return access(path, X_OK) < 0 && errno != EACCES ? -errno
	       : (info.st_mode & 0111) == 0              ? -EACCES
							 : 0;
}

static const char *variable(const struct spec_texts *env, const char *name)
{
	size_t len = strlen(name);
	const char *value = NULL;
	for (size_t i = 0; i < env->count; i++)
		if (strncmp(env->items[i].text, name, len) == 0 && env->items[i].text[len] == '=')
			value = env->items[i].text + len + 1;
	return value;
}

static int find_in_path(struct task *task, struct arena *arena, const char *name)
{
	const char *path = variable(&task->process->env, "PATH");
	struct str rest = str_from(path ? path : "/usr/local/bin:/usr/bin:/bin"), folder;
	int result = -ENOENT;
	while (str_next_part(&rest, ':', &folder)) {
		struct str whole = str_format(
			arena, "%.*s/%s", STR_ARGS(folder.len > 0 ? folder : STR(".")), name);
		int checked = check_program(task, whole.data);
		if (checked == 0) {
			task->program = whole.data;
			return 0;
		}
		if (checked == -EACCES || checked == -EPERM)
			result = checked;
	}
	return result;
}

static int find_program(struct task *task, struct arena *arena, struct error *err)
{
	const char *name = task->process->args.items[0].text;
	bool is_path = strchr(name, '/') != NULL;
	int result = is_path ? check_program(task, name) : find_in_path(task, arena, name);
	if (is_path)
		task->program = name;
	if (result == 0)
		return 0;
	if (!is_path && result == -ENOENT) {
		(void)ERROR_SET(err, ERROR_INPUT, task->process->args.items[0].origin,
			"executable file not found in $PATH: '%s'", name);
		error_set_remedy(err, "write its whole path, or check PATH in process.env");
		return -1;
	}
	(void)fail_system(err, -result, "cannot run '%s'", name);
	error_set_remedy(err, "it must be an executable file of the container");
	return -1;
}

/* A relative result means that the folder is not below our root: CVE-2024-21626. */
static int check_inside(struct error *err)
{
	char path[PATH_BYTES];
	long len = syscall(SYS_getcwd, path, sizeof(path));
	if (len > 0 && path[0] == '/')
		return 0;
	return ERROR_SET(
		err, ERROR_DENIED, NO_ORIGIN, "the working directory is outside of the container");
}

static int make_folder(const char *path)
{
	char clean[PATH_BYTES];
	int len = path_clean(path, clean);
	if (len < 0)
		return len;
	int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = root < 0 ? -errno : path_make(root, clean, PATH_FOLDER, PATH_ANY, NULL);
	if (fd >= 0)
		(void)close(fd);
	if (root >= 0)
		(void)close(root);
	return fd < 0 ? fd : 0;
}

/* 0; 1 when only the user himself may enter, which is tried again once we are him. */
static int go_to_folder(const struct spec_text *cwd, struct error *err)
{
	int result = chdir(cwd->text) < 0 ? -errno : 0;
	if (result == -ENOENT && (result = make_folder(cwd->text)) == 0)
		result = chdir(cwd->text) < 0 ? -errno : 0;
	if (result == 0)
		return check_inside(err);
	if (result == -EACCES)
		return 1;
	(void)fail_system(err, -result, "process.cwd: cannot go to '%s'", cwd->text);
	error_set_remedy(err, "it must be a folder of the container");
	return -1;
}

int task_find(struct task *task, struct arena *arena, struct error *err)
{
	int gone = go_to_folder(&task->process->cwd, err);
	task->changed_folder = gone == 0;
	return gone < 0 ? -1 : find_program(task, arena, err);
}

static int set_limits(const struct task *task, struct error *err)
{
	const struct spec_rlimits *limits = &task->process->rlimits;
	for (size_t i = 0; i < limits->count; i++) {
		const struct spec_rlimit *limit = &limits->items[i];
		struct {
			uint64_t soft, hard;
		} wanted = {limit->soft, limit->hard}, now = {0, 0};
		if (syscall(SYS_prlimit64, 0, limit->resource, &wanted, &now) == 0)
			continue;
		int cause = errno;
		(void)syscall(SYS_prlimit64, 0, limit->resource, NULL, &now);
		err->origin = limit->origin;
		(void)fail_system(err, cause, "process.rlimits[%zu]: cannot set %s to %llu", i,
			limit->type.text, (unsigned long long)limit->hard);
		err->origin = limit->origin;
		if (cause == EPERM)
			error_set_remedy(err,
				"ask for at most %llu, or give the runtime CAP_SYS_RESOURCE",
				(unsigned long long)now.hard);
		return -1;
	}
	return 0;
}

static int write_label(const struct task *task, const char *file, struct str label)
{
	return process_write_file(task->proc, file, label);
}

static int set_labels(const struct task *task, struct error *err)
{
	const struct spec_process *process = task->process;
	char memory[512];
	struct buf text;
	if (process->apparmor_profile.text && process->apparmor_profile.text[0]) {
		buf_init_fixed(&text, memory, sizeof(memory));
		buf_printf(&text, "exec %s", process->apparmor_profile.text);
		int result = write_label(task, "thread-self/attr/apparmor/exec", buf_str(&text));
		if (result == -ENOENT)
			result = write_label(task, "thread-self/attr/exec", buf_str(&text));
		if (result < 0) {
			(void)fail_system(err, -result, "cannot use the AppArmor profile '%s'",
				process->apparmor_profile.text);
			error_set_remedy(
				err, "load it with apparmor_parser, or remove the setting");
			return -1;
		}
	}
	if (process->selinux_label.text && process->selinux_label.text[0]) {
		int result = write_label(
			task, "thread-self/attr/exec", str_from(process->selinux_label.text));
		if (result < 0)
			return fail_system(err, -result, "cannot use the SELinux label '%s'",
				process->selinux_label.text);
	}
	return 0;
}

static int install_filter(struct task *task, struct error *err)
{
	enum { NEW_LISTENER = 1 << 3 };
	if (!task->filtered)
		return 0;
	if (task->seccomp.wants_listener)
		return notify_install(task, err);
	int listener = -1;
	return seccomp_filter_install(task->seccomp.code, task->seccomp.len,
		task->seccomp.flags & ~(uint64_t)NEW_LISTENER, &listener, err);
}

/* Landlock and then seccomp: needs CAP_SYS_ADMIN, or no_new_privs. */
static int restrict_self(struct task *task, const char **step, struct error *err)
{
	*step = "entering Landlock";
	if (landlock_enter(&task->landlock, err) < 0)
		return -1;
	*step = "installing the seccomp filter";
	return install_filter(task, err);
}

/* Of pipes alone: a file or terminal of the caller's stays his. */
static void give_pipes(const struct task *task)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		struct stat info;
		if (fstat(fd, &info) == 0 && S_ISFIFO(info.st_mode) &&
			info.st_uid != task->process->user.uid)
			(void)fchown(fd, task->process->user.uid, (gid_t)-1);
	}
}

static int become_user(struct task *task, struct error *err)
{
	give_pipes(task);
	if (credentials_become(task, err) < 0)
		return -1;
	if (task->changed_folder)
		return 0;
	if (chdir(task->process->cwd.text) < 0)
		return fail_system(
			err, errno, "process.cwd: cannot go to '%s'", task->process->cwd.text);
	return check_inside(err);
}

static int run_program(const struct task *task, struct error *err)
{
	(void)syscall(SYS_execve, task->program, task->arguments, task->environment);
	return fail_system(err, errno, "cannot run '%s'", task->program);
}

int task_become(struct task *task, const char **step, struct error *err)
{
	const struct spec_number *mask = &task->process->user.umask;
	bool locked = task->process->no_new_privileges;
	(void)umask(mask->set ? (mode_t)mask->value : 0022);
	*step = "setting limits";
	if (set_limits(task, err) < 0)
		return -1;
	*step = "setting labels";
	if (set_labels(task, err) < 0)
		return -1;
	*step = "becoming the user";
	if (become_user(task, err) < 0)
		return -1;
	if (!locked && restrict_self(task, step, err) < 0)
		return -1;
	*step = "giving up capabilities";
	if (credentials_restrict(task, err) < 0)
		return -1;
	if (locked && restrict_self(task, step, err) < 0)
		return -1;
	*step = "running the program";
	return run_program(task, err);
}
