/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/decide.h"
#include "policy/test.h"

/* For the tests of this folder: a small layer of its own, and catalogues from text. */

extern const struct policy_schema sample_schema;
extern const struct policy_schema *const sample_schemas[];

/* What a load or a lint told, one line each: "error p.yaml:3:7: message; remedy". */
struct sample {
	struct arena arena;
	struct catalogue_options options;
	char text[8192];
	struct buf told;
	size_t problems;
};

/** Begin; the profile is empty, Kubernetes is 1.30. */
void sample_init(struct sample *sample);
void sample_release(struct sample *sample);

/** A catalogue_problem; context is the sample. */
void sample_tell(void *context, const struct error *err, enum problem_level level);

/** Load one source named p.yaml, or count of them. */
const struct catalogue *sample_load(struct sample *sample, const char *text);
const struct catalogue *sample_load_all(
	struct sample *sample, const struct policy_source *sources, size_t count);

/** The same, which must succeed. */
const struct catalogue *sample_catalogue(struct sample *sample, const char *text);

/** The subject in a document: a pod when its kind is Pod, else an object. */
struct subject sample_subject(struct arena *arena, const struct value *root, unsigned minor);

/** The subject in a text, read as file s.yaml. */
struct subject sample_read(struct sample *sample, const char *text);
