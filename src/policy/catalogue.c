/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/entry.h"

size_t catalogue_count(const struct catalogue *catalogue)
{
	return catalogue->in_force_count;
}

const struct policy *catalogue_policy(const struct catalogue *catalogue, size_t index)
{
	return catalogue->in_force[index];
}

size_t catalogue_all_count(const struct catalogue *catalogue)
{
	return catalogue->entry_count;
}

const struct policy *catalogue_all(const struct catalogue *catalogue, size_t index)
{
	return &catalogue->entries[index].policy;
}

const struct policy *catalogue_find(
	const struct catalogue *catalogue, struct str id, struct str *ret_nearest)
{
	size_t low = 0, high = catalogue->entry_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_compare(id, catalogue->entries[middle].policy.id);
		if (order == 0)
			return &catalogue->entries[middle].policy;
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (str_equal(id, policy_reasons_limit.id))
		return &policy_reasons_limit;
	struct nearest nearest = nearest_to(id);
	for (size_t i = 0; i < catalogue->entry_count; i++)
		nearest_try(&nearest, catalogue->entries[i].policy.id);
	*ret_nearest = nearest.word;
	return NULL;
}

const struct policy_profile *catalogue_profile(const struct catalogue *catalogue)
{
	return catalogue->profile;
}

size_t catalogue_profile_count(const struct catalogue *catalogue)
{
	return catalogue->profile_count;
}

const struct policy_profile *catalogue_profile_at(const struct catalogue *catalogue, size_t index)
{
	return &catalogue->profiles[index];
}

size_t catalogue_waiver_count(const struct catalogue *catalogue)
{
	return catalogue->waiver_count;
}

const struct policy_waiver *catalogue_waiver(const struct catalogue *catalogue, size_t index)
{
	return &catalogue->waivers[index];
}

struct str catalogue_digest(const struct catalogue *catalogue)
{
	return (struct str){catalogue->digest, DIGEST_HEX_BYTES};
}
