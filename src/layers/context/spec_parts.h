/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* What a configuration is made of. Everything lives in the arena it was read into. */

/* A text: terminated, without 0 bytes inside; NULL when it was not given. */
struct spec_text {
	const char *text;
	struct origin origin;
};

struct spec_texts {
	const struct spec_text *items;
	size_t count;
	struct origin origin;
};

/* A number that may be missing. */
struct spec_number {
	int64_t value;
	bool set;
	struct origin origin;
};

struct spec_natural {
	uint64_t value;
	bool set;
	struct origin origin;
};

/* true, false or not given. */
struct spec_choice {
	bool value;
	bool set;
	struct origin origin;
};

/* An entry of a map of texts. */
struct spec_pair {
	struct spec_text key, value;
};

struct spec_pairs {
	const struct spec_pair *items;
	size_t count;
	struct origin origin;
};

/* Section "User namespace mappings" of config-linux. */
struct spec_id_mapping {
	uint32_t container_id, host_id, size;
	struct origin origin;
};

struct spec_id_mappings {
	const struct spec_id_mapping *items;
	size_t count;
	struct origin origin;
};

/* A name of a table and its number; tables end with name == NULL. */
struct spec_name {
	const char *name;
	uint64_t number;
};
