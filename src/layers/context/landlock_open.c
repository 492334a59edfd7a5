/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/landlock_rules.h"
#include "sys/fail.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static void close_paths(const struct landlock_path *paths, size_t count)
{
	for (size_t i = 0; i < count; i++)
		close(paths[i].fd);
}

static int open_paths(const struct landlock_text *rules, struct landlock_path *paths,
	size_t *ret_count, struct error *err)
{
	*ret_count = 0;
	for (size_t i = 0; i < rules->path_count; i++) {
		const struct landlock_rule *rule = &rules->paths[i];
		int fd = open(rule->path, O_PATH | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT && rule->may_be_missing)
			continue;
		if (fd < 0) {
			error_set_remedy(
				err, "mount it, or write ? before it in " LANDLOCK_ANNOTATION);
			fail_system(err, errno, "open '%s' for the Landlock rules", rule->path);
			close_paths(paths, *ret_count);
			return -1;
		}
		paths[(*ret_count)++] = (struct landlock_path){.fd = fd, .rights = rule->rights};
	}
	return 0;
}

int landlock_text_make(struct arena *arena, const struct landlock_text *rules,
	struct landlock_state *ret_state, struct error *err)
{
	struct landlock_path *paths =
		ARENA_NEW_ARRAY(arena, struct landlock_path, rules->path_count + 1);
	size_t count;
	if (open_paths(rules, paths, &count, err) < 0)
		return -1;
	const struct landlock_rules wanted = {
		.handled = rules->path_count > 0 ? LANDLOCK_ALL_RIGHTS : 0,
		.paths = paths,
		.path_count = count,
		.restrict_bind = rules->restrict_bind,
		.restrict_connect = rules->restrict_connect,
		.ports = rules->ports,
		.port_count = rules->port_count,
		.scope_abstract = rules->scope_abstract,
		.scope_signals = rules->scope_signals,
		.log_after_exec = rules->log_after_exec,
	};
	int result = landlock_make(&wanted, 0, ret_state, err);
	close_paths(paths, count);
	return result;
}
