/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "data/value.h"

/* Stands for << among the keys of a map that is being read: no other key is null. */
#define YAML_MERGE_KEY value_null()

/**
 * Make a map of count pairs of key and value, one of which is a merge (https://yaml.org/type/
 * merge.html): its value is a map or a list of maps whose entries join those written here. A key
 * written behind the merge wins over it; earlier maps of the list win over later ones, as in
 * go-yaml v2. A key written before the merge that also comes with it is an error, for go-yaml v2
 * lets the merge win and the specification the key; so is a second merge in one map.
 */
int yaml_merge(struct arena *arena, const struct value *pairs, size_t count, struct value *ret_map,
	struct error *err);
