/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/cgroup.h"

#include <string.h>

enum { NAME_BYTES = 255 };

static int refuse(struct error *err, struct str text, const char *why)
{
	char quoted[160];
	struct buf buf;
	buf_init_fixed(&buf, quoted, sizeof(quoted) - 1);
	buf_put_escaped(&buf, text);
	quoted[buf.len] = '\0';
	ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "the cgroup path '%s' %s", quoted, why);
	error_set_remedy(err, "name a folder below the root, such as /pods/NAME");
	return -1;
}

static int put_parts(struct buf *buf, struct str text, struct error *err)
{
	struct str rest = text, part;
	while (str_next_part(&rest, '/', &part)) {
		if (part.len == 0 || str_equal(part, STR(".")))
			continue;
		if (str_equal(part, STR("..")))
			return refuse(err, text, "leads upwards");
		if (part.len > NAME_BYTES)
			return refuse(err, text, "has a name of more than 255 bytes");
		if (buf->len > 0)
			buf_put_char(buf, '/');
		buf_put(buf, part);
	}
	return 0;
}

/* systemd.slice(5): "a-b.slice" lies in "a.slice". */
static int put_slice(struct buf *buf, struct str text, struct str slice, struct error *err)
{
	if (slice.len == 0)
		slice = STR("system.slice");
	if (str_equal(slice, STR("-.slice")))
		return 0;
	if (!str_ends_with(slice, STR(".slice")) || slice.data[0] == '-')
		return refuse(err, text, "does not begin with the name of a systemd slice");
	struct str stem = str_slice(slice, 0, slice.len - STR(".slice").len);
	for (size_t i = 0; i < stem.len; i++) {
		if (stem.data[i] != '-')
			continue;
		buf_put(buf, str_slice(stem, 0, i));
		buf_puts(buf, ".slice/");
	}
	buf_put(buf, slice);
	return 0;
}

static int put_systemd(struct buf *buf, struct str text, struct error *err)
{
	struct str rest = text, slice, prefix, name;
	(void)str_next_part(&rest, ':', &slice);
	(void)str_next_part(&rest, ':', &prefix);
	(void)str_next_part(&rest, ':', &name);
	if (name.len == 0)
		return refuse(err, text, "ends without a name");
	if (put_slice(buf, text, slice, err) < 0)
		return -1;
	if (buf->len > 0)
		buf_put_char(buf, '/');
	if (str_ends_with(name, STR(".slice"))) {
		buf_put(buf, name);
		return 0;
	}
	buf_put(buf, prefix);
	if (prefix.len > 0)
		buf_put_char(buf, '-');
	buf_put(buf, name);
	buf_puts(buf, ".scope");
	return 0;
}

bool cgroup_path_is_systemd(const char *text)
{
	size_t colons = 0;
	for (; *text; text++) {
		if (*text == '/')
			return false;
		colons += *text == ':';
	}
	return colons == 2;
}

int cgroup_path(const char *text, char ret_path[CGROUP_PATH_BYTES], struct error *err)
{
	struct str whole = str_from(text);
	struct buf buf;
	buf_init_fixed(&buf, ret_path, CGROUP_PATH_BYTES - 1);
	if ((cgroup_path_is_systemd(text) ? put_systemd : put_parts)(&buf, whole, err) < 0)
		return -1;
	if (buf.truncated)
		return refuse(err, whole, "is longer than 1023 bytes");
	if (buf.len == 0)
		return refuse(err, whole, "is the root, which belongs to the machine");
	if (memchr(ret_path, '\n', buf.len))
		return refuse(err, whole, "has a line feed");
	ret_path[buf.len] = '\0';
	return 0;
}
