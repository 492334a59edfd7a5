/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/anchor.h"

#include "sys/durable.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ANCHOR_BYTES = 4096, ANCHOR_MODE = 0644 };

int log_anchor_open(struct log_anchor *anchor, const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	int len = slash == path ? 1 : slash ? (int)(slash - path) : 1;
	*anchor = (struct log_anchor){
		.folder_fd = -1, .path = path, .name = slash ? slash + 1 : path};
	if ((size_t)len >= sizeof(anchor->folder) || anchor->name[0] == '\0')
		return ERROR_SET(
			err, ERROR_INPUT, NO_ORIGIN, "'%s' cannot be the name of an anchor", path);
	(void)snprintf(anchor->folder, sizeof(anchor->folder), "%.*s", len, slash ? path : ".");
	anchor->folder_fd = open(anchor->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return anchor->folder_fd < 0 ? durable_fail(err, "open the anchor's folder", anchor->folder)
				     : 0;
}

static int say_behind(const struct log_anchor *anchor, const struct checkpoint *remembered,
	const struct log_reader *reader, struct error *err)
{
	ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
		"the ledger has %llu records, but the anchor '%s' remembers %llu: an older copy "
		"was "
		"put in its place",
		(unsigned long long)reader->checkpoint.size, anchor->path,
		(unsigned long long)remembered->size);
	error_set_remedy(err,
		"bring the newer ledger back; if it is lost, keep this one as evidence and begin "
		"another with gabion ledger init");
	return -1;
}

static int compare(const struct log_anchor *anchor, const struct checkpoint *remembered,
	struct log_reader *reader, struct error *err)
{
	struct ledger_nodes nodes = log_nodes(reader);
	struct ledger_hash root = ledger_empty_root();
	if (remembered->size > reader->checkpoint.size)
		return say_behind(anchor, remembered, reader, err);
	if (remembered->size > 0 && ledger_range_root(&nodes, 0, remembered->size, &root, err) < 0)
		return -1;
	if (ledger_hash_equal(&root, &remembered->root))
		return 0;
	ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
		"the ledger of %llu records is not an extension of the %llu that the anchor '%s' "
		"remembers",
		(unsigned long long)reader->checkpoint.size, (unsigned long long)remembered->size,
		anchor->path);
	error_set_remedy(err, "keep both as evidence: the key has signed two histories");
	return -1;
}

static int make_first(
	const struct log_anchor *anchor, const struct log_reader *reader, struct error *err)
{
	if (reader->checkpoint.size == 0)
		return log_anchor_write(anchor, reader->checkpoint_text, err);
	ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
		"the anchor '%s' is not there, and the ledger has %llu records already",
		anchor->path, (unsigned long long)reader->checkpoint.size);
	error_set_remedy(
		err, "if it never was, verify the ledger and copy its file 'checkpoint' there");
	return -1;
}

int log_anchor_check(struct log_anchor *anchor, struct log_reader *reader, struct error *err)
{
	struct log_reader there = {.folder_fd = anchor->folder_fd, .arena = reader->arena};
	struct note *note = ARENA_NEW(reader->arena, struct note);
	struct checkpoint remembered;
	struct str text;
	int found = log_read_file(&there, anchor->name, ANCHOR_BYTES, &text, err);
	if (found <= 0)
		return found < 0 ? -1 : make_first(anchor, reader, err);
	if (checkpoint_open(reader->arena, text, reader->key.name, &reader->key, &remembered, note,
		    err) < 0) {
		error_set_remedy(err, "this is what the anchor '%s' holds", anchor->path);
		return -1;
	}
	return compare(anchor, &remembered, reader, err);
}

bool log_anchor_is_near(const struct log_anchor *anchor, int ledger_fd)
{
	struct stat here, there;
	return fstat(ledger_fd, &here) == 0 && fstat(anchor->folder_fd, &there) == 0 &&
	       here.st_dev == there.st_dev;
}

int log_anchor_write(const struct log_anchor *anchor, struct str checkpoint, struct error *err)
{
	return anchor->folder_fd < 0 ? 0
				     : durable_replace(anchor->folder_fd, anchor->name, checkpoint,
					       ANCHOR_MODE, err);
}

void log_anchor_close(struct log_anchor *anchor)
{
	if (anchor->folder_fd >= 0)
		close(anchor->folder_fd);
	anchor->folder_fd = -1;
}
