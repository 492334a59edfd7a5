/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/libraries.h"

/* One line per table here and below, in the order in which overloads are tried. */

extern const struct cel_library cel_lib_standard;
extern const struct cel_library cel_lib_optional;
extern const struct cel_library cel_lib_strings;
extern const struct cel_library cel_lib_format;
extern const struct cel_library cel_lib_k8s_strings;
extern const struct cel_library cel_lib_math;
extern const struct cel_library cel_lib_lists;
extern const struct cel_library cel_lib_sets;
extern const struct cel_library cel_lib_encoders;
extern const struct cel_library cel_lib_regex;
extern const struct cel_library cel_lib_network;
extern const struct cel_library cel_lib_k8s_lists;
extern const struct cel_library cel_lib_k8s_url;
extern const struct cel_library cel_lib_k8s_quantity;
extern const struct cel_library cel_lib_k8s_semver;
extern const struct cel_library cel_lib_k8s_format;
extern const struct cel_library cel_lib_k8s_jsonpatch;
extern const struct cel_library cel_lib_k8s_authz;

const struct cel_library *const cel_libraries[] = {
	&cel_lib_standard,
	&cel_lib_optional,
	&cel_lib_strings,
	&cel_lib_format,
	&cel_lib_k8s_strings,
	&cel_lib_math,
	&cel_lib_lists,
	&cel_lib_sets,
	&cel_lib_encoders,
	&cel_lib_regex,
	&cel_lib_network,
	&cel_lib_k8s_lists,
	&cel_lib_k8s_url,
	&cel_lib_k8s_quantity,
	&cel_lib_k8s_semver,
	&cel_lib_k8s_format,
	&cel_lib_k8s_jsonpatch,
	&cel_lib_k8s_authz,
	NULL,
};
