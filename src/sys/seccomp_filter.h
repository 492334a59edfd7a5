/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

#include <linux/filter.h>

/**
 * Install a filter for the calling thread, or with SECCOMP_FILTER_FLAG_TSYNC for all of the
 * process. It is meant to be the last call before execve, so nothing else happens here: no flag is
 * tried twice. The caller has CAP_SYS_ADMIN or has set no_new_privs. With
 * SECCOMP_FILTER_FLAG_NEW_LISTENER *ret_listener is the file descriptor of the notifications, which
 * the caller closes; else -1. Source: seccomp(2).
 */
int seccomp_filter_install(const struct sock_filter *code, uint16_t len, uint64_t flags,
	int *ret_listener, struct error *err);

/** The flags of the set that this kernel knows, so that others can be reported and left out. */
uint64_t seccomp_filter_known_flags(uint64_t flags);
