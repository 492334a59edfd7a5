/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/libraries.h"

/* One line per table here and below, in the order in which overloads are tried. */

const struct cel_library *const cel_libraries[] = {
	NULL,
};
