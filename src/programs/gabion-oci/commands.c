/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/commands.h"

const struct command commands[] = {
	{"spec", "", "write a config.json to begin with", 0, 0, command_spec,
		{OPTION_BUNDLE, OPTION_SPEC_ROOTLESS}},
	{"features", "", "print what this runtime can do, as JSON", 0, 0, command_features, {0}},
	{0},
};
