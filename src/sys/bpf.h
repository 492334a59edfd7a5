/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <linux/bpf.h>

/** bpf(2): what it answers, or minus the errno. */
int bpf_call(enum bpf_cmd command, union bpf_attr *attributes);

/** Load the program of these attributes, whose licence and name are ours: a descriptor or minus the
 * errno, -EPERM also without room for it (before Linux 5.11: RLIMIT_MEMLOCK). */
int bpf_load(union bpf_attr *attributes, const char *name);
