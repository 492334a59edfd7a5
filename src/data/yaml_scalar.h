/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/document.h"

/*
 * The meaning of YAML scalars as the Kubernetes API server has it: sigs.k8s.io/yaml, which types as
 * go-yaml v2 does (YAML 1.1 without base 60 and dates) and then goes through JSON.
 */

/**
 * Whether a plain scalar is null, bool, int, uint or double; everything else is a string. Infinity
 * and NaN are doubles here; yaml_settle() refuses them. *ret_v keeps its origin.
 */
bool yaml_plain(struct str text, struct value *ret_v);

/**
 * What JSON in between makes of a value: in DOCUMENT_KUBERNETES a whole double that fits int64
 * becomes an int and a uint a double. -1 with an error for infinity and NaN, which JSON has not.
 */
int yaml_settle(struct value *v, enum document_typing typing, struct error *err);

/**
 * Turn a settled or unsettled scalar into the string that it is as a key: 8 for 010, true for yes,
 * the shortest text of a float for a double. -1 with an error for null, uint and what JSON has not.
 */
int yaml_key(struct arena *arena, struct value *key, struct error *err);

/**
 * Give a scalar the type its tag demands (tag:yaml.org,2002:str and so on). -1 with an error for
 * a text that is none of that type and for tags without meaning in Kubernetes (!!binary, !mine).
 */
int yaml_tagged(struct str tag, struct str text, struct value *v, struct error *err);

/** The error for a tag without meaning in Kubernetes; returns -1. */
int yaml_refuse_tag(struct str tag, struct origin origin, struct error *err);
