/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/spec.h"
#include "layers/context/spec_table.h"

/*
 * Documents become structs by tables: a shape per object, a field per key. What is not in a table
 * is listed as unknown; null means not given, as for every reader written in Go.
 */

enum spec_field_kind {
	SPEC_TEXT,    /* struct spec_text */
	SPEC_TEXTS,   /* struct spec_texts */
	SPEC_NUMBER,  /* struct spec_number */
	SPEC_NATURAL, /* struct spec_natural */
	SPEC_CHOICE,  /* struct spec_choice */
	SPEC_BOOL,
	SPEC_INT64,
	SPEC_UINT64,
	SPEC_ID,      /* uint32_t, not 4294967295, the kernel's "none" */
	SPEC_NAME,    /* one of names: uint64_t */
	SPEC_FLAGS,   /* list of names: uint64_t, or-ed */
	SPEC_PAIRS,   /* map of texts: struct spec_pairs */
	SPEC_OBJECT,  /* in place, of shape */
	SPEC_POINTER, /* const pointer to a new one of shape */
	SPEC_LIST,    /* {items, count, origin} of shape */
	SPEC_ITEMS,   /* {items, count} of shape */
	SPEC_NUMBERS, /* {items, count} of struct spec_number within 0 to max */
	SPEC_MAP,     /* as SPEC_LIST; each begins with a struct spec_text for its key */
	SPEC_CUSTOM,  /* read does it */
};

struct spec_reader;
struct spec_field {
	char key[24]; /* not a pointer: each would be a relocation at every start */
	enum spec_field_kind kind;
	bool required;
	size_t offset;
	const struct spec_shape *shape;
	const struct spec_name *names;
	int64_t min, max; /* of SPEC_NUMBER and SPEC_NUMBERS; both 0: any */
	int (*read)(struct spec_reader *reader, const struct value *v, void *target);
};

struct spec_shape {
	const struct spec_field *fields; /* the last has no key */
	size_t size;
	bool has_origin;
	size_t origin_offset;
	/* What fields alone cannot say; runs when all are read. */
	int (*finish)(struct spec_reader *reader, void *object);
};

/* A step of the way to what is being read; the steps live on the stack. */
struct spec_step {
	const struct spec_step *up;
	const char *key; /* NULL: index */
	size_t key_length;
	size_t index;
};

struct spec_reader {
	struct arena *arena;
	const struct spec_step *at;
	struct spec_unknown *unknown;
	size_t unknown_count, unknown_capacity;
	struct error *err;
};

/** Read an object of a shape into target, which is zeroed. */
int spec_reader_object(struct spec_reader *reader, const struct value *v,
	const struct spec_shape *shape, void *target);

/** Fail; the way to what is being read comes before the phrase. */
int spec_fail(struct spec_reader *reader, struct origin origin, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** A text of a value; fails for another type or a 0 byte. */
int spec_read_text(struct spec_reader *reader, const struct value *v, struct spec_text *ret_text);

/** List what is passed over, at the place being read; detail may be NULL. */
void spec_note_unknown(struct spec_reader *reader, struct origin origin, const char *detail);

/** The number of a name in a table; false when it is not there. */
bool spec_name_find(const struct spec_name *names, const char *name, uint64_t *ret_number);

extern const struct spec_shape spec_shape_root, spec_shape_mount, spec_shape_device,
	spec_shape_net_device, spec_shape_id_mapping, spec_shape_process, spec_shape_resources,
	spec_shape_seccomp;
