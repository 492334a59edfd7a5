/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "data/value.h"

/* How plain numbers and duplicate keys are read. */
enum document_typing {
	DOCUMENT_CEL,        /* JSON: int, else uint, else double */
	DOCUMENT_KUBERNETES, /* as the API server: int64, else double; a whole YAML double below
				1e21 is an int */
};

enum document_format {
	DOCUMENT_DETECT, /* JSON when the first byte that is no white space is { or [, else YAML */
	DOCUMENT_JSON,
	DOCUMENT_YAML,
};

/*
 * A text that holds any number of documents: a YAML stream, or JSON values one after another.
 * Borrows text and file; both must outlive it and every value read from it.
 */
struct documents {
	struct str text;
	struct str file;
	enum document_typing typing;
	enum document_format format;
	struct yaml_stream *yaml; /* only while a YAML stream is being read */
	size_t next;              /* byte offset of what has not been read */
	struct origin next_origin;
};

/** Begin to read text, which is borrowed, as file; takes no memory, cannot fail. */
void documents_init(struct documents *documents, struct str text, struct str file,
	enum document_format format, enum document_typing typing);

/**
 * Read the next document into the arena: 1 and a value; 0 at the end; -1 when this document is
 * malformed or over a limit, after which the next call continues behind it (for YAML at the next
 * line that begins with "---", for JSON there is no next). Empty documents are passed over.
 * Whatever happens to the arena, nothing leaks: reaching its cap becomes an error here. Limits:
 * LIMIT_INPUT_BYTES, LIMIT_DOCUMENT_BYTES, LIMIT_DATA_DEPTH, LIMIT_DATA_NODES, LIMIT_ALIAS_NODES.
 */
int documents_next(struct documents *documents, struct arena *arena, struct value *ret_root,
	struct error *err);

/** Free what an unfinished stream holds. */
void documents_release(struct documents *documents);
