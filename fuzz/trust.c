/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/trust.h"
#include "fuzz.h"

/* A policy that is read: more witnesses never reach less, and all of them reach every quorum. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	arena_init(&arena, 1 << 24);
	struct str text = {(const char *)data, size};
	struct error err = {0};
	struct trust_policy *policy = ARENA_NEW(&arena, struct trust_policy);
	if (trust_policy_parse(&arena, text, policy, &err) == 0) {
		uint64_t some = 0x5DEECE66DB00B1E5u * size;
		PROPERTY(trust_is_quorum(policy, UINT64_MAX));
		PROPERTY(trust_is_quorum(policy, 0) == (policy->quorum == TRUST_NONE));
		for (int bit = 0; bit < 64; bit++)
			PROPERTY(!trust_is_quorum(policy, some) ||
				 trust_is_quorum(policy, some | (uint64_t)1 << bit));
		for (size_t i = 0; i < policy->witness_count; i++) {
			struct buf out;
			buf_init_arena(&out, &arena, 64);
			trust_put_names(policy, (uint64_t)1 << i, &out);
			PROPERTY(out.len > 0);
		}
	} else {
		PROPERTY(err.kind != ERROR_NONE && err.kind != ERROR_BUG);
	}
	arena_release(&arena);
	return 0;
}
