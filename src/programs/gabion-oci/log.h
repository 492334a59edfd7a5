/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion-oci/invocation.h"

/** Tell an error: on standard error, and in the file of --log in the form engines read. */
void log_error(const struct invocation *invocation, const struct error *err);
