/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/** What every target defines: judge one input; 0 always. libFuzzer calls it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold for every input; breaking it is a finding like a crash. */
#define PROPERTY(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: broken property: %s\n", __FILE__, __LINE__, \
				#condition); \
			abort(); \
		} \
	} while (0)
