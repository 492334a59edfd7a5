/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/context.h"

/* For tests: contexts from the text of a catalogue file, and what is in them. */
struct context_sample {
	struct arena arena;
	struct context context;
	char text[2048];
	struct buf told; /* "12:5: message; remedy" of each problem, one line each */
};

/** Begin. body: what follows `title` in the file, as YAML; NULL: the default context. */
int context_sample_make(struct context_sample *sample, const char *body, int64_t now_s);
void context_sample_release(struct context_sample *sample);

/** What a pointer leads to in the configuration, as JSON; empty when it leads nowhere. */
struct str context_sample_at(struct context_sample *sample, const char *pointer);
