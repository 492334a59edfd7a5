/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
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

/* Where in a text to go on. */
struct text_place {
	size_t offset;
	struct origin origin;
};

/** The origin of a text's first byte. */
#define TEXT_START ((struct origin){1, 1})

/*
 * A text that holds any number of documents: a YAML stream, or JSON values one after another.
 * Borrows text and file; both must outlive it and every value read from it. A UTF-8 byte order
 * mark before the text is passed over, and columns count behind it.
 */
struct documents {
	struct str text;
	struct str file;
	enum document_typing typing;
	enum document_format format;
	bool detected;            /* format was found out, not given */
	struct text_place next;   /* what has not been read; unused while yaml is set */
	struct yaml_stream *yaml; /* only while a YAML stream is being read */
	struct arena memory;      /* of yaml */
};

/** Prepare to read a text; reads nothing yet. Call documents_release() in the end. */
void documents_init(struct documents *documents, struct str text, struct str file,
	enum document_format format, enum document_typing typing);

/**
 * Read the next document into the arena: 1 and a value; 0 at the end; -1 when this document is
 * malformed or over a limit, after which the next call continues behind it: at the next line that
 * begins with "---". Where a format was given as JSON, or nothing follows, that is the end. Empty
 * documents are passed over. In a text that was detected to be JSON a line "---" begins YAML.
 * Whatever happens to the arena, nothing leaks: reaching its cap becomes an error here, and what a
 * malformed document took from the arena is given back. Limits: LIMIT_INPUT_BYTES,
 * LIMIT_DOCUMENT_BYTES, LIMIT_DATA_DEPTH, LIMIT_DATA_NODES, LIMIT_ALIAS_NODES, LIMIT_ANCHORS.
 */
int documents_next(struct documents *documents, struct arena *arena, struct value *ret_root,
	struct error *err);

/** Free what an unfinished stream holds. */
void documents_release(struct documents *documents);
