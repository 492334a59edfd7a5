/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Included by the compiler before every C file of ours (meson.build). The headers come first, for
 * a poisoned name may not even be declared. Banned is what overflows, hides errors, keeps state
 * between calls, or reads numbers outside base/number.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* clang-format off */
#pragma GCC poison strcpy strcat stpcpy strncpy strncat sprintf vsprintf gets strtok strerror
#pragma GCC poison atoi atol atoll atof scanf fscanf sscanf vscanf vsscanf
#pragma GCC poison system popen tmpnam tempnam mktemp srand bcopy bzero
/* clang-format on */
