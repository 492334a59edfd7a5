/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/spec_parts.h"

/* "linux.seccomp". Source: runtime-spec config-linux.md, "Seccomp". */

/* How an argument is compared; values as in the specification's table, in its order. */
enum spec_compare {
	SPEC_COMPARE_NE,
	SPEC_COMPARE_LT,
	SPEC_COMPARE_LE,
	SPEC_COMPARE_EQ,
	SPEC_COMPARE_GE,
	SPEC_COMPARE_GT,
	SPEC_COMPARE_MASKED_EQ, /* (argument & value) == value_two */
};

struct spec_seccomp_arg {
	uint64_t index; /* 0 to 5 */
	uint64_t value, value_two;
	uint64_t compare; /* enum spec_compare */
	struct origin origin;
};

/* One entry of "syscalls". */
struct spec_seccomp_rule {
	struct spec_texts names;
	uint64_t action;           /* SECCOMP_RET_* */
	struct spec_natural error; /* errnoRet; EPERM when not set */
	const struct spec_seccomp_arg *args;
	size_t arg_count;
	struct origin origin;
};

struct spec_seccomp {
	uint64_t default_action;           /* SECCOMP_RET_* */
	struct spec_natural default_error; /* defaultErrnoRet */
	struct spec_texts architectures;   /* SCMP_ARCH_*, names are known ones */
	uint64_t flags;                    /* SECCOMP_FILTER_FLAG_* */
	struct spec_text listener_path, listener_metadata;
	const struct spec_seccomp_rule *rules;
	size_t rule_count;
	struct origin origin;
};
