/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/layer.h"
#include "report/report.h"

/*
 * The way of a datum, the same for every layer and every surface:
 *     source -> facts -> policy_decide() -> verdict -> action -> record
 * The surface says where inputs come from and what becomes of a verdict; nothing calls back.
 */
struct flow {
	const struct catalogue *catalogue;
	const struct layer *layer;
	struct decide_context decide;
	/**
	 * The next input: 1; 0 at the end; -1 for one that could not be read, after which the next
	 * call continues behind it. The arena is for its text and lives until the next call.
	 */
	int (*input)(void *context, struct arena *arena, struct layer_input *ret_input,
		struct error *err);
	/** Carry the verdict out (admit, hold, kill, ...); NULL where nothing is done. */
	void (*act)(void *context, const struct subject *subject, const struct verdict *verdict);
	/** Keep the verdict; the subject lives only during the call. */
	void (*record)(void *context, const struct subject *subject, const struct verdict *verdict);
	/** An input or document that could not be judged: fails closed, hides nothing else. */
	void (*problem)(void *context, const struct error *err);
	void *context; /* of the four */
};

/**
 * Judge everything the source has, in its order; counts into ret_summary (zeroed first). Memory:
 * one arena per input and one per subject, each capped at LIMIT_SUBJECT_BYTES; reaching a cap
 * becomes a problem of that subject. Reads no clock and does no I/O of its own.
 */
void flow_run(const struct flow *flow, struct report_summary *ret_summary);

/** The list of layers; ends with NULL. */
extern const struct layer *const flow_layers[];

/** The facts of all layers, for catalogue_load(); ends with NULL. */
extern const struct policy_schema *const flow_schemas[];
