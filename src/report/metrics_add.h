/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "report/metrics_sum.h"

/* Reading records into a sum. */

/* Members of a record; empty, false or NULL where they are missing or of another kind. */
struct str metrics_text(const struct value *map, const char *key);
bool metrics_flag(const struct value *map, const char *key);
bool metrics_number(const struct value *map, const char *key, uint64_t *ret_number);
const struct value *metrics_member(const struct value *map, const char *key);
struct metrics_when metrics_when(const struct value *map, const char *key);

/** Item number index of an array, zeroed when it is the next one. */
void *metrics_slot(struct metrics_sum *sum, struct metrics_array *array, size_t index, size_t size);

/* Add a record of a type; false when it is not what the type says. */
bool metrics_add_decision(struct metrics_sum *sum, const struct value *record, int drill);
bool metrics_add_undecided(struct metrics_sum *sum, const struct value *record, int drill);
bool metrics_add_catalogue(struct metrics_sum *sum, const struct value *record, int drill);
bool metrics_add_incident(struct metrics_sum *sum, const struct value *record, int drill);
bool metrics_add_note(struct metrics_sum *sum, const struct value *record, int drill);
bool metrics_add_drift(struct metrics_sum *sum, const struct value *record, int drill);
bool metrics_add_heartbeat(struct metrics_sum *sum, const struct value *record, int drill);
bool metrics_add_inventory(struct metrics_sum *sum, const struct value *record, int drill);
bool metrics_add_clock(struct metrics_sum *sum, const struct value *record, int drill);

/** The number of a layer, -1 when it is none. */
int metrics_layer(const struct metrics_sum *sum, struct str name);

/** The groups a policy's or decision's layer, owner, risk and standards are, as bits. */
uint64_t metrics_group_bits(struct metrics_sum *sum, const char *by, struct str name);
