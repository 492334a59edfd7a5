/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/landlock_compare.h"

/* Whether a path is folder, or below it; empty parts ("//", a "/" at the end) do not count. */
static bool is_within(struct str path, struct str folder)
{
	struct str wanted, part;
	while (str_next_part(&folder, '/', &wanted)) {
		if (wanted.len == 0)
			continue;
		do {
			if (!str_next_part(&path, '/', &part))
				return false;
		} while (part.len == 0);
		if (!str_equal(part, wanted))
			return false;
	}
	return true;
}

uint32_t landlock_text_rights(const struct landlock_text *rules, struct str path)
{
	uint32_t rights = rules->path_count == 0 ? LANDLOCK_ALL_RIGHTS : 0;
	for (size_t i = 0; i < rules->path_count; i++)
		if (is_within(path, str_from(rules->paths[i].path)))
			rights |= rules->paths[i].rights;
	return rights;
}

/* Rights change only where a rule of either has its path; without any, at the root. */
static size_t all_paths(struct arena *arena, const struct landlock_text *a,
	const struct landlock_text *b, const struct landlock_rule **ret_paths)
{
	static const struct landlock_rule root = {.path = "/"};
	struct landlock_rule *paths =
		ARENA_NEW_ARRAY(arena, struct landlock_rule, a->path_count + b->path_count + 1);
	size_t count = 0;
	paths[count++] = root;
	for (size_t i = 0; i < a->path_count; i++)
		paths[count++] = a->paths[i];
	for (size_t i = 0; i < b->path_count; i++)
		paths[count++] = b->paths[i];
	*ret_paths = paths;
	return count;
}

static struct str right_names(struct arena *arena, uint32_t rights, const char *path)
{
	const struct landlock_rule rule = {.path = path, .rights = rights};
	const struct landlock_text text = {.paths = &rule, .path_count = 1};
	struct buf out;
	buf_init_arena(&out, arena, 64);
	landlock_text_print(&text, &out);
	return buf_str(&out);
}

static bool is_listed(const struct landlock_text *rules, uint16_t port, bool bind)
{
	if (!(bind ? rules->restrict_bind : rules->restrict_connect))
		return true;
	for (size_t i = 0; i < rules->port_count; i++)
		if (rules->ports[i].port == port)
			return bind ? rules->ports[i].bind : rules->ports[i].connect;
	return false;
}

static bool ports_beyond(
	const struct landlock_text *rules, const struct landlock_text *limit, bool bind)
{
	bool restricts = bind ? rules->restrict_bind : rules->restrict_connect;
	if (!(bind ? limit->restrict_bind : limit->restrict_connect))
		return false;
	for (size_t i = 0; restricts && i < rules->port_count; i++)
		if ((bind ? rules->ports[i].bind : rules->ports[i].connect) &&
			!is_listed(limit, rules->ports[i].port, bind))
			return true;
	return !restricts;
}

/* Paths of what is beyond; those whose parents have already told it are left out. */
static size_t paths_beyond(struct arena *arena, const struct landlock_text *rules,
	const struct landlock_text *limit, struct str *list)
{
	const struct landlock_rule *paths;
	size_t path_count = all_paths(arena, rules, limit, &paths), count = 0;
	struct landlock_rule *told = ARENA_NEW_ARRAY(arena, struct landlock_rule, path_count);
	for (size_t i = 0; i < path_count; i++) {
		struct str path = str_from(paths[i].path);
		struct landlock_text known = {.paths = told, .path_count = count};
		uint32_t more =
			landlock_text_rights(rules, path) & ~landlock_text_rights(limit, path);
		if (count > 0)
			more &= ~landlock_text_rights(&known, path);
		if (!more)
			continue;
		told[count] = (struct landlock_rule){paths[i].path, more, false};
		list[count++] = right_names(arena, more, paths[i].path);
	}
	return count;
}

size_t landlock_text_beyond(struct arena *arena, const struct landlock_text *rules,
	const struct landlock_text *limit, struct str **ret_list)
{
	enum { OTHERS = 5 };
	struct str *list =
		ARENA_NEW_ARRAY(arena, struct str, rules->path_count + limit->path_count + OTHERS);
	bool unconfined = rules->path_count == 0 && limit->path_count > 0;
	size_t count = unconfined ? 0 : paths_beyond(arena, rules, limit, list);
	if (unconfined)
		list[count++] = STR("any file");
	if (ports_beyond(rules, limit, true))
		list[count++] = STR("bind");
	if (ports_beyond(rules, limit, false))
		list[count++] = STR("connect");
	if (limit->scope_abstract && !rules->scope_abstract)
		list[count++] = STR("abstract sockets");
	if (limit->scope_signals && !rules->scope_signals)
		list[count++] = STR("signals");
	*ret_list = list;
	return count;
}

/* Ports that either names and both allow; a direction that only one restricts is as he has it. */
static void meet_ports(struct arena *arena, const struct landlock_text *a,
	const struct landlock_text *b, struct landlock_text *meet)
{
	const struct landlock_text *both[] = {a, b};
	struct landlock_port *ports =
		ARENA_NEW_ARRAY(arena, struct landlock_port, a->port_count + b->port_count + 1);
	for (size_t i = 0; i < a->port_count + b->port_count; i++) {
		bool first = i < a->port_count;
		uint16_t port = both[!first]->ports[first ? i : i - a->port_count].port;
		bool bind =
			meet->restrict_bind && is_listed(a, port, true) && is_listed(b, port, true);
		bool connect = meet->restrict_connect && is_listed(a, port, false) &&
			       is_listed(b, port, false);
		bool seen = false;
		for (size_t j = 0; j < meet->port_count; j++)
			seen = seen || ports[j].port == port;
		if (!seen && (bind || connect))
			ports[meet->port_count++] = (struct landlock_port){port, bind, connect};
	}
	meet->ports = ports;
}

/* The rules of a path are those of all above it, so the deepest one alone must be right: each path
 * of either gets what both give it. */
static void meet_paths(struct arena *arena, const struct landlock_text *a,
	const struct landlock_text *b, struct landlock_text *meet)
{
	const struct landlock_rule *paths;
	size_t count = all_paths(arena, a, b, &paths);
	struct landlock_rule *kept = ARENA_NEW_ARRAY(arena, struct landlock_rule, count + 1);
	for (size_t i = 0; i < count; i++) {
		struct str path = str_from(paths[i].path);
		struct landlock_rule rule = paths[i];
		bool seen = false;
		rule.rights = landlock_text_rights(a, path) & landlock_text_rights(b, path);
		for (size_t j = 0; j < meet->path_count; j++)
			seen = seen || str_equal(str_from(kept[j].path), path);
		if (rule.rights != 0 && !seen)
			kept[meet->path_count++] = rule;
	}
	/* No path at all would mean no restriction: one that does not exist stands for "none". */
	if (meet->path_count == 0)
		kept[meet->path_count++] =
			(struct landlock_rule){"/proc/none", LANDLOCK_EXECUTE, true};
	meet->paths = kept;
}

struct landlock_text landlock_text_meet(
	struct arena *arena, const struct landlock_text *a, const struct landlock_text *b)
{
	struct landlock_text meet = {
		.restrict_bind = a->restrict_bind || b->restrict_bind,
		.restrict_connect = a->restrict_connect || b->restrict_connect,
		.scope_abstract = a->scope_abstract || b->scope_abstract,
		.scope_signals = a->scope_signals || b->scope_signals,
		.log_after_exec = a->log_after_exec || b->log_after_exec,
	};
	meet_ports(arena, a, b, &meet);
	if (a->path_count + b->path_count > 0)
		meet_paths(arena, a, b, &meet);
	return meet;
}
