/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/device_rules.h"

#include "sys/fail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { ENTRY_BYTES = 64 };

/* "c 1:3 rwm", as version 1 and error messages have it. */
static struct str entry_text(const struct device_rule *rule, char text[ENTRY_BYTES])
{
	const int64_t numbers[] = {rule->major, rule->minor};
	struct buf buf;
	buf_init_fixed(&buf, text, ENTRY_BYTES - 1);
	buf_printf(&buf, "%c ", rule->type);
	for (int i = 0; i < 2; i++) {
		if (numbers[i] == DEVICE_ANY)
			buf_puts(&buf, "*");
		else
			buf_put_int(&buf, numbers[i]);
		buf_put_char(&buf, i == 0 ? ':' : ' ');
	}
	buf_printf(&buf, "%s%s%s", rule->access & DEVICE_READ ? "r" : "",
		rule->access & DEVICE_WRITE ? "w" : "", rule->access & DEVICE_MKNOD ? "m" : "");
	text[buf.len] = '\0';
	return buf_str(&buf);
}

/* What two numbers, or DEVICE_ANY, have in common. */
static bool meet(int64_t a, int64_t b, int64_t *ret_common)
{
	*ret_common = a == DEVICE_ANY ? b : a;
	return a == DEVICE_ANY || b == DEVICE_ANY || a == b;
}

static bool overlap(
	const struct device_rule *a, const struct device_rule *b, struct device_rule *ret_common)
{
	*ret_common = *a;
	return a->type == b->type && meet(a->major, b->major, &ret_common->major) &&
	       meet(a->minor, b->minor, &ret_common->minor);
}

static bool same_devices(const struct device_rule *a, const struct device_rule *b)
{
	return a->type == b->type && a->major == b->major && a->minor == b->minor;
}

struct making {
	struct arena *arena;
	struct device_list *list;
	size_t capacity;
	struct error *err;
};

/* Version 1 has one exception for a set of devices. */
static int put_exception(struct making *making, const struct device_rule *rule)
{
	struct device_list *list = making->list;
	for (size_t i = 0; i < list->count; i++)
		if (same_devices(&list->exceptions[i], rule)) {
			list->exceptions[i].access |= rule->access;
			return 0;
		}
	if (list->count == DEVICE_RULES)
		return ERROR_SET(making->err, ERROR_LIMIT, NO_ORIGIN,
			"linux.resources.devices needs more than %d entries of version 1",
			DEVICE_RULES);
	if (list->count == making->capacity)
		list->exceptions = arena_grow(making->arena, list->exceptions, list->count,
			&making->capacity, sizeof(*rule));
	list->exceptions[list->count++] = *rule;
	return 0;
}

/* Version 1 wants one exception that covers all rights asked for at once: where two overlap, their
 * common devices get an exception with the rights of both. */
static int add_exception(struct making *making, struct device_rule rule)
{
	const struct device_list *list = making->list;
	size_t before = list->count;
	for (size_t i = 0; i < before; i++) {
		struct device_rule common;
		if (!overlap(&list->exceptions[i], &rule, &common))
			continue;
		common.access |= rule.access;
		if (put_exception(making, &common) < 0)
			return -1;
	}
	return put_exception(making, &rule);
}

static int refuse(
	const struct device_rule *rule, const struct device_rule *exception, struct error *err)
{
	char taken[ENTRY_BYTES], from[ENTRY_BYTES];
	(void)entry_text(rule, taken);
	(void)entry_text(exception, from);
	ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
		"the devices controller of cgroup version 1 cannot %s '%s' after '%s'",
		rule->allow ? "allow" : "deny", taken, from);
	error_set_remedy(err, "name the devices of linux.resources.devices one by one, or use "
			      "cgroup version 2");
	return -1;
}

/* Back to the default: possible for whole exceptions, and for rights of them. */
static int take_exception(
	struct device_list *list, const struct device_rule *rule, struct error *err)
{
	size_t kept = 0;
	for (size_t i = 0; i < list->count; i++) {
		struct device_rule exception = list->exceptions[i], common;
		if (overlap(&exception, rule, &common) && exception.access & rule->access) {
			if (!same_devices(&common, &exception))
				return refuse(rule, &exception, err);
			exception.access &= ~rule->access;
		}
		if (exception.access != 0)
			list->exceptions[kept++] = exception;
	}
	list->count = kept;
	return 0;
}

static int take_rule(struct making *making, struct device_rule rule)
{
	if (rule.access == 0)
		return 0;
	rule.access &= DEVICE_ALL;
	if (rule.allow == making->list->allow)
		return take_exception(making->list, &rule, making->err);
	return add_exception(making, rule);
}

int device_list_make(struct arena *arena, struct device_rules rules, struct device_list *ret_list,
	struct error *err)
{
	*ret_list = (struct device_list){0};
	struct making making = {arena, ret_list, 0, err};
	for (size_t i = 0; i < rules.count; i++) {
		struct device_rule rule = rules.items[i];
		bool everything = rule.type == 'a' && rule.major == DEVICE_ANY &&
				  rule.minor == DEVICE_ANY && rule.access == DEVICE_ALL;
		if (everything) {
			ret_list->allow = rule.allow;
			ret_list->count = 0;
			continue;
		}
		/* Version 1 takes any entry of type 'a' for everything. */
		if (rule.type == 'a') {
			rule.type = 'b';
			if (take_rule(&making, rule) < 0)
				return -1;
			rule.type = 'c';
		}
		if (take_rule(&making, rule) < 0)
			return -1;
	}
	return 0;
}

static int write_entry(int fd, struct str text, const char *file, struct error *err)
{
	ssize_t written;
	do
		written = write(fd, text.data, text.len);
	while (written < 0 && errno == EINTR);
	if (written == (ssize_t)text.len)
		return 0;
	int cause = written < 0 ? errno : EIO;
	fail_system(err, cause, "cannot write '%.*s' to %s (linux.resources.devices)",
		STR_ARGS(text), file);
	if (cause == EPERM)
		error_set_remedy(err, "the cgroup above does not allow this device, or the right "
				      "CAP_SYS_ADMIN is missing");
	return -1;
}

static int write_entries(int folder, const char *file, const struct device_rule *items,
	size_t count, bool everything, struct error *err)
{
	int fd = openat(folder, file, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return fail_system(err, errno, "cannot open %s (linux.resources.devices)", file);
	int result = everything ? write_entry(fd, STR("a"), file, err) : 0;
	char text[ENTRY_BYTES];
	for (size_t i = 0; result == 0 && i < count; i++)
		result = write_entry(fd, entry_text(&items[i], text), file, err);
	close(fd);
	return result;
}

int device_list_apply(int folder, const struct device_list *list, struct error *err)
{
	static const char *const files[] = {"devices.deny", "devices.allow"};
	if (write_entries(folder, files[list->allow], NULL, 0, true, err) < 0)
		return -1;
	return write_entries(
		folder, files[!list->allow], list->exceptions, list->count, false, err);
}
