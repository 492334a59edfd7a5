/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "sys/landlock.h"

/*
 * Landlock rules as text, for the annotation dev.gabion.landlock of a configuration (the runtime
 * specification has no field for them):
 *
 *   read,execute /usr /lib; read,write,make /data ?/cache; connect 443; bind 8080; scope signals
 *
 * Rules are separated by ";" or line ends. A rule is rights and paths, or "bind" or "connect" and
 * TCP ports, or "scope" and "abstract" or "signals", or "log". Paths are absolute, as the workload
 * sees them; "?" before one means that it may be missing; "\" takes the next character as it is.
 * "write" includes "truncate", "all" is every right. Once a path is named, every right is refused
 * wherever it is not given; "bind" and "connect" alone refuse every port. A path named twice has
 * the rights of both.
 */
#define LANDLOCK_ANNOTATION "dev.gabion.landlock"

struct landlock_rule {
	const char *path;
	uint32_t rights; /* enum landlock_right */
	bool may_be_missing;
};

struct landlock_text {
	const struct landlock_rule *paths; /* in the order of their first naming */
	size_t path_count;
	const struct landlock_port *ports; /* in ascending order */
	size_t port_count;
	bool restrict_bind, restrict_connect, scope_abstract, scope_signals, log_after_exec;
};

/**
 * Read rules into the arena. Returns -1 with the column, cause and remedy for a word that is no
 * right, a path that is relative or has "..", a port that is none, a rule that names nothing, more
 * than LIMIT_LANDLOCK_PATHS paths or LIMIT_LANDLOCK_PORTS ports. Pure.
 */
int landlock_text_read(
	struct arena *arena, struct str text, struct landlock_text *ret_rules, struct error *err);

/** Write rules so that reading them gives the same. */
void landlock_text_print(const struct landlock_text *rules, struct buf *out);

/**
 * Open the paths as the calling process sees them and make the ruleset, to be entered with
 * landlock_enter() and closed by the caller: for a launcher that stands in the workload's root.
 * ret_state says what the kernel lacks. Returns -1 naming a path that cannot be opened.
 */
int landlock_text_make(struct arena *arena, const struct landlock_text *rules,
	struct landlock_state *ret_state, struct error *err);
