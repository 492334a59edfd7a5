/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "policy/decide.h"

/* What a layer is asked to judge: one text, or one document, and what is known around it. */
struct layer_input {
	struct str file;
	struct str text;          /* of the file; also for excerpts */
	const struct value *root; /* a document already read: then text is not; NULL: it is */
	unsigned kubernetes_minor;
	const void *scope; /* what the layer compares with, see its source.h; NULL: its default */
	bool found; /* among others in a folder, not named: may hold documents for no layer */
};

/*
 * The plug of a layer: its facts, and how one input becomes subjects. layers/<layer>/layer.c fills
 * one such table; flow/layers.c lists them. Removing a layer is deleting its folder and its row.
 */
struct layer {
	const char *name;
	const struct policy_schema *schema;
	/** Begin with an input; the state lives in arena, which outlives all its subjects. */
	void *(*open)(struct arena *arena, const struct layer_input *input);
	/**
	 * The next subject into its own arena: 1; 0 at the end; 2 for a document of an input that
	 * was found and does not claim to be of this layer; -1 for one that could not become a
	 * subject. After these the next call continues behind it.
	 */
	int (*next)(
		void *state, struct arena *arena, struct subject *ret_subject, struct error *err);
};
