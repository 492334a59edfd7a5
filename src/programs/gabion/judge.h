/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/layer.h"
#include "programs/gabion/evidence.h"
#include "programs/gabion/load.h"
#include "programs/gabion/targets.h"
#include "sys/files.h"

enum judge_source_kind {
	JUDGE_FILE,
	JUDGE_STREAM, /* an open descriptor */
	JUDGE_TEXT,   /* built in */
	JUDGE_FAILED, /* known beforehand to be unreadable */
};

/* One text to be judged, read when its turn comes. */
struct judge_source {
	enum judge_source_kind kind;
	struct str name;         /* as reports show it */
	struct file_source file; /* JUDGE_FILE */
	int fd;                  /* JUDGE_STREAM */
	struct str text;         /* JUDGE_TEXT */
	const struct error *failure;
	bool found; /* in a folder, not named: may hold documents that are nobody's to judge */
};

/* What is to be judged, by what, for whom. */
struct judge_request {
	struct invocation *invocation;
	const struct loaded *loaded;
	const struct layer *layer; /* whose subjects the sources hold; NULL: of manifests */
	const void *scope;         /* of the layer's inputs */
	const char *program;       /* as records name it; NULL: gabion check */
	struct judge_source *sources;
	size_t count;
	struct targets *targets;   /* opened */
	struct evidence *evidence; /* begun; NULL: no record is made */
	int owner;                 /* only reasons of this owner count; -1: all */
	bool timed;                /* the reports may say how long it took */
};

/** Whether a path means an open descriptor: -, /dev/stdin, or a shell's <(command). */
bool judge_is_descriptor(struct str path, int *ret_fd);

/** Judge all sources in order and write all reports; they are not committed. */
void judge(const struct judge_request *request, struct report_summary *ret_summary);
