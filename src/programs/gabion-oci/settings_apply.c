/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/settings.h"

#include "base/number.h"
#include "sys/cgroup_file.h"
#include "sys/fail.h"

#include <errno.h>

enum { QUOTA_BYTES = 64 };

static int write_lines(int folder, const char *file, struct str text)
{
	struct str line;
	int failed = 0;
	while (failed == 0 && str_next_part(&text, '\n', &line))
		if (line.len > 0)
			failed = cgroup_file_write(folder, file, line);
	return failed;
}

/* cpu.max is "QUOTA PERIOD", and a write needs the quota. */
static int write_period(int folder, const char *file, struct str period)
{
	char old[QUOTA_BYTES], text[2 * QUOTA_BYTES];
	ssize_t length = cgroup_file_read(folder, file, old, sizeof(old));
	if (length < 0)
		return (int)-length;
	struct str rest = {old, (size_t)length}, quota;
	if (!str_next_part(&rest, ' ', &quota))
		return EINVAL;
	struct buf buf;
	buf_init_fixed(&buf, text, sizeof(text));
	buf_printf(&buf, "%.*s %.*s", STR_ARGS(quota), STR_ARGS(period));
	return cgroup_file_write(folder, file, buf_str(&buf));
}

/* EBUSY when more memory is in use than the limit would be: version 2 would kill. */
static int check_usage(int folder, struct str limit)
{
	uint64_t used, wanted;
	if (!number_parse_uint(limit, 10, &wanted))
		return 0;
	int failed = cgroup_file_number(folder, "memory.current", &used);
	return failed != 0 ? failed : used > wanted ? EBUSY : 0;
}

static int write_one(int folder, const struct setting *setting)
{
	if (setting->flags & SETTING_KEEP_QUOTA &&
		str_equal(str_from(setting->file), STR("cpu.max")))
		return write_period(folder, setting->file, setting->text);
	if (setting->flags & SETTING_CHECK_USAGE) {
		int busy = check_usage(folder, setting->text);
		if (busy != 0)
			return busy;
	}
	int failed = setting->flags & SETTING_BY_LINE
			     ? write_lines(folder, setting->file, setting->text)
			     : cgroup_file_write(folder, setting->file, setting->text);
	if (failed == ENOENT && setting->other_file)
		failed = cgroup_file_write(folder, setting->other_file, setting->other_text);
	return failed == ENOENT && setting->flags & SETTING_IF_THERE ? 0 : failed;
}

static void suggest(struct error *err, int cause, const struct setting *setting, bool second)
{
	const char *name = cgroup_controller_name(setting->controller, second);
	if (cause == ENOENT)
		error_set_remedy(err,
			"this kernel's controller '%s' has no %s, or it was not "
			"handed down to the group: drop the setting",
			name, setting->file);
	else if (cause == EBUSY)
		error_set_remedy(err, "more is in use than the limit would be: raise it");
	else if (cause == EINVAL || cause == ERANGE)
		error_set_remedy(err,
			"the kernel takes no such value: see linux.resources.%s in "
			"the runtime specification, and what the group above allows",
			setting->field);
	else if (cause == EACCES || cause == EPERM)
		error_set_remedy(err, "run as root, or drop the setting");
	else if (cause == ENODEV)
		error_set_remedy(err, "name a whole disk of this machine by major:minor");
}

static int explain(const struct cgroup *group, unsigned index, const struct setting *setting,
	int cause, struct error *err)
{
	const struct cgroup_hierarchy *item = &group->layout->items[index];
	char value[48];
	struct buf buf;
	buf_init_fixed(&buf, value, sizeof(value) - 1);
	buf_put_escaped(&buf, setting->text);
	value[buf.len] = '\0';
	bool is_first = err->kind == ERROR_NONE;
	fail_system(err, cause, "cannot set linux.resources.%s: writing '%s' to %s/%s/%s",
		setting->field, value, item->mount, group->path, setting->file);
	if (is_first)
		err->origin = setting->origin;
	suggest(err, cause, setting, item->unified);
	return -1;
}

/* Raising a limit past its partner: the partner goes first, then this one. Returns the errno, and
 * which of the two failed. */
static int write_partner_first(int folder, const struct setting **failing)
{
	const struct setting *setting = *failing, *partner = setting + 1;
	int failed = write_one(folder, partner);
	*failing = failed != 0 ? partner : setting;
	return failed != 0 ? failed : write_one(folder, setting);
}

int settings_apply(const struct cgroup *group, const struct settings *settings, struct error *err)
{
	for (size_t i = 0; i < settings->count; i++) {
		const struct setting *setting = &settings->items[i];
		int index = cgroup_layout_find(group->layout, setting->controller);
		if (index < 0 || group->folders[index] < 0)
			return explain(
				group, index < 0 ? 0 : (unsigned)index, setting, ENOENT, err);
		int folder = group->folders[index], failed = write_one(folder, setting);
		if (failed == EINVAL && setting->flags & SETTING_AND_NEXT) {
			failed = write_partner_first(folder, &setting);
			i++;
		}
		if (failed != 0)
			return explain(group, (unsigned)index, setting, failed, err);
	}
	return 0;
}
