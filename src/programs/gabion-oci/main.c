/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "programs/gabion-oci/invocation.h"
#include "programs/gabion-oci/log.h"
#include "sys/process.h"

#include <unistd.h>

static int show(struct arena *arena, const struct command *command)
{
	struct buf out;
	buf_init_arena(&out, arena, 4096);
	help_print(command, &out);
	return process_write_all(STDOUT_FILENO, buf_str(&out)) < 0 ? 1 : 0;
}

static int dispatch(struct invocation *invocation, struct error *err)
{
	static const char version[] = "gabion-oci version " GABION_VERSION "\nspec: 1.3.0\n";
	if (invocation->options[OPTION_VERSION])
		return process_write_all(STDOUT_FILENO, str_from(version)) < 0 ? 1 : 0;
	if (invocation->options[OPTION_HELP] || !invocation->command)
		return show(invocation->arena, invocation->command) != 0 ||
		       !invocation->options[OPTION_HELP];
	return invocation->command->run(invocation, err);
}

static int run(struct arena *arena, char **arguments, char **environment)
{
	struct invocation invocation = {0};
	struct error err = {0};
	volatile int status = -1;
	if (ARENA_LIMIT_REACHED(arena))
		(void)ERROR_SET(&err, ERROR_LIMIT, NO_ORIGIN,
			"the configuration needs more than %d MiB of memory",
			LIMIT_CONTEXT_BYTES >> 20);
	else if (invocation_read(&invocation, arena, arguments, environment, &err) == 0)
		status = dispatch(&invocation, &err);
	arena_unguard(arena);
	if (status >= 0)
		return status;
	log_error(&invocation, &err);
	return 1;
}

#ifdef __SANITIZE_ADDRESS__
/* The search for leaks stops threads by a tracer, which a process that hides its memory and has
 * joined other namespaces cannot have; it would wait for it for ever. */
__attribute__((visibility("default"))) int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
	return 1;
}
#endif

int main(int count, char **arguments, char **environment)
{
	(void)count;
	struct arena arena;
	arena_init(&arena, LIMIT_CONTEXT_BYTES);
	int status = run(&arena, arguments, environment);
	arena_release(&arena);
	return status;
}
