/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "logstore/reader.h"

/*
 * A second place that remembers the last published checkpoint, on another disk than the ledger: who
 * puts an old copy of the ledger back (a snapshot of a virtual machine) does not put that back, and
 * the ledger does not go on from the past. The file is a copy of `checkpoint`.
 */
struct log_anchor {
	int folder_fd; /* owned; -1: there is no anchor */
	const char *path;
	const char *name;  /* the file in its folder */
	char folder[4096]; /* for the sandbox */
};

/** Open the folder of an anchor; the file need not be there. path must outlive it. */
int log_anchor_open(struct log_anchor *anchor, const char *path, struct error *err);

/**
 * Compare with an opened ledger, under its writer's lock: -1 when the ledger has fewer records than
 * the anchor, or other ones. A missing anchor is made for an empty ledger and refused for any
 * other: somebody may have removed it.
 */
int log_anchor_check(struct log_anchor *anchor, struct log_reader *reader, struct error *err);

/** Whether the anchor lies on the file system of the ledger, where it guards against less. */
bool log_anchor_is_near(const struct log_anchor *anchor, int ledger_fd);

/** Remember a published checkpoint, durably. Does nothing without an anchor. */
int log_anchor_write(const struct log_anchor *anchor, struct str checkpoint, struct error *err);

/** Close the folder. */
void log_anchor_close(struct log_anchor *anchor);
