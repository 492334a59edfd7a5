/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/context.h"
#include "policy/decide.h"
#include "programs/gabion/load.h"

/* The context that a command line names, and the catalogue it comes from. */
struct chosen_context {
	struct loaded loaded;
	struct context context;
	int64_t now_s;
};

/**
 * Load the catalogue and make the context of --context (the default without it). Problems are told
 * on standard error, grants that have expired as warnings; then an exit code above 0.
 */
int contexts_choose(struct invocation *invocation, struct chosen_context *ret_chosen);

/** The same for a context by its name, of a catalogue already loaded, at a moment. */
int contexts_named(struct invocation *invocation, const struct loaded *loaded, struct str name,
	int64_t now_s, struct context *ret_context);

/** Tell a reason against a configuration: as an error of a kind when it is in force, else as a
 * warning. */
void contexts_tell_reason(struct invocation *invocation, const struct reason *reason,
	enum error_kind kind, struct str file);

/** Read a configuration from a file, or from standard input (-). */
int contexts_read_config(struct invocation *invocation, struct str path, struct value *ret_config,
	struct str *ret_text, struct error *err);

/** What a configuration allows, a line each, for reading. */
void contexts_put_config(struct buf *out, const struct value *config);
