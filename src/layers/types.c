/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/types.h"

const struct cel_type facts_strings = {.kind = CEL_TYPE_LIST, .parameters = {&cel_type_string}};
const struct cel_type facts_ints = {.kind = CEL_TYPE_LIST, .parameters = {&cel_type_int}};
const struct cel_type facts_string_map = {
	.kind = CEL_TYPE_MAP, .parameters = {&cel_type_string, &cel_type_string}};
