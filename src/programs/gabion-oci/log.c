/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/log.h"

#include "data/print.h"
#include "programs/gabion-oci/instant.h"
#include "sys/process.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

enum { LINE_BYTES = 2048 };

/* "making cgroups: config.json:12:5: memory.limit: what (remedy)", on one line. */
static void put_message(
	const struct invocation *invocation, const struct error *err, struct buf *out)
{
	if (invocation->step)
		buf_printf(out, "%s: ", invocation->step);
	if (err->file.len > 0)
		buf_put_escaped(out, err->file);
	if (err->origin.line > 0)
		buf_printf(out, ":%u:%u", err->origin.line, err->origin.column);
	if (err->file.len > 0 || err->origin.line > 0)
		buf_puts(out, ": ");
	buf_put_escaped(out, str_from(err->message));
	if (err->remedy[0]) {
		buf_puts(out, "; ");
		buf_put_escaped(out, str_from(err->remedy));
	}
	if (invocation->options[OPTION_DEBUG] && err->function)
		buf_printf(out, " [%s]", err->function);
}

static void write_log(const struct invocation *invocation, struct str message)
{
	int fd = open(invocation->options[OPTION_LOG],
		O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
	if (fd < 0)
		return;
	const char *format = invocation->options[OPTION_LOG_FORMAT];
	char memory[LINE_BYTES], now[INSTANT_BYTES];
	struct timespec instant = {0};
	(void)clock_gettime(CLOCK_REALTIME, &instant);
	instant_print(&instant, now);
	struct buf line;
	buf_init_fixed(&line, memory, sizeof(memory) - 1);
	if (format && strcmp(format, "json") == 0) {
		buf_puts(&line, "{\"level\":\"error\",\"time\":\"");
		buf_printf(&line, "%s\",\"msg\":", now);
		print_json_string(message, true, &line);
		buf_puts(&line, "}");
	} else {
		buf_printf(&line, "%s error: ", now);
		buf_put(&line, message);
	}
	memory[line.len] = '\n';
	(void)process_write_all(fd, (struct str){memory, line.len + 1});
	(void)close(fd);
}

void log_error(const struct invocation *invocation, const struct error *err)
{
	char memory[LINE_BYTES];
	struct buf out;
	buf_init_fixed(&out, memory, sizeof(memory) / 2);
	buf_puts(&out, "gabion-oci: ");
	put_message(invocation, err, &out);
	struct str message = str_slice(buf_str(&out), sizeof("gabion-oci: ") - 1, SIZE_MAX);
	if (invocation->options[OPTION_LOG])
		write_log(invocation, message);
	memory[out.len] = '\n';
	(void)process_write_all(STDERR_FILENO, (struct str){memory, out.len + 1});
}
