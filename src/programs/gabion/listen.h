/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

#include <stdint.h>

/** A listening TCP socket at 127.0.0.1:8080 or [::1]:8080; port 0 is any free one. Numbers only. */
int listen_at(struct str address, struct error *err);

/** The port a socket listens on. */
uint16_t listen_port(int listener);
