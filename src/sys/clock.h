/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/** Seconds since 1970, as the machine believes. */
int64_t clock_now_s(void);

/** Nanoseconds of a clock that only runs forward; for durations. */
uint64_t clock_monotonic_ns(void);
