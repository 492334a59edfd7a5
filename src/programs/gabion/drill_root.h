/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "programs/gabion/scratch.h"

/* A folder for one drill: the root of a context, and beside it what must stay as it is. */
struct drill_root {
	char path[SCRATCH_PATH_BYTES];
	struct str root; /* of the context's root in it */
	char marker[33]; /* that the probe looks for */
	int listener;    /* an abstract socket of the host's network namespace, or -1 */
};

/* Roots that are made to lead a runtime astray, besides the plain one. */
struct drill_image {
	const char *name;
	const char *trick;  /* what the image does, one phrase */
	const char *link;   /* a path in the root that becomes a symbolic link; NULL: none */
	const char *target; /* "@": the folder of canaries outside */
	const char *folder; /* the working directory it asks for; NULL: the context's */
	bool script; /* the probe is started by a script whose interpreter is /proc/self/exe */
	const char *source; /* what it is the harmless equivalent of */
};

/* The first is the plain one; ends with name == NULL. */
extern const struct drill_image drill_images[];

/** Make the folder, with the probe at /probe and the image's trick; -1 leaves nothing behind. */
int drill_root_make(struct drill_root *ret_root, struct arena *arena,
	const struct drill_image *image, const char *probe, struct error *err);

/** Whether what lies outside of the root is as it was. */
bool drill_root_intact(const struct drill_root *root);

/** Remove the folder and everything in it. */
void drill_root_remove(struct drill_root *root);
