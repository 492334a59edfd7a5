/* SPDX-License-Identifier: Apache-2.0 */
#include "report/oscal.h"

#include "base/arena.h"
#include "report/oscal_words.h"

struct oscal {
	struct json json;
	const struct catalogue *catalogue;
	const struct oscal_context *context;
	struct arena *arena;
};

static void put_uuid(struct oscal *oscal, struct str name)
{
	char uuid[OSCAL_UUID_BYTES];
	oscal->context->uuid(name, uuid);
	json_text(&oscal->json, "uuid", uuid);
}

static void put_requirement(
	struct oscal *oscal, const struct policy *policy, const struct policy_mapping *mapping)
{
	struct json *json = &oscal->json;
	json_line(json, 5);
	json_open(json, "", '{');
	put_uuid(oscal,
		str_format(oscal->arena, "requirement/%.*s/%.*s/%.*s", STR_ARGS(mapping->standard),
			STR_ARGS(mapping->control), STR_ARGS(policy->id)));
	json_str(json, "control-id", oscal_control_id(oscal->arena, mapping));
	json_str(json, "description", policy->title);
	json_open(json, "props", '[');
	oscal_put_prop(json, "rule-id", policy->id);
	oscal_put_prop(json, "risk", str_from(policy_risk_name(policy->risk)));
	oscal_put_prop(json, "owner", str_from(policy_owner_name(policy->owner)));
	json_close(json, ']');
	json_close(json, '}');
}

/* Whether an earlier mapping of the policy says the same. */
static bool is_repeated(const struct policy *policy, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (str_equal(policy->mappings[i].standard, policy->mappings[index].standard) &&
			str_equal(policy->mappings[i].control, policy->mappings[index].control))
			return true;
	return false;
}

static struct str resource_name(struct oscal *oscal, struct str standard)
{
	return str_format(oscal->arena, "resource/%.*s", STR_ARGS(standard));
}

static void put_implementation(struct oscal *oscal, struct str standard)
{
	struct json *json = &oscal->json;
	char resource[OSCAL_UUID_BYTES];
	json_line(json, 3);
	json_open(json, "", '{');
	put_uuid(oscal, str_format(oscal->arena, "implementation/%.*s", STR_ARGS(standard)));
	oscal->context->uuid(resource_name(oscal, standard), resource);
	json_str(json, "source", str_format(oscal->arena, "#%s", resource));
	json_str(json, "description",
		str_format(
			oscal->arena, "Controls of %.*s that policies name.", STR_ARGS(standard)));
	json_line(json, 4);
	json_open(json, "implemented-requirements", '[');
	for (size_t i = 0; i < catalogue_count(oscal->catalogue); i++) {
		const struct policy *policy = catalogue_policy(oscal->catalogue, i);
		for (size_t j = 0; j < policy->mapping_count; j++)
			if (str_equal(policy->mappings[j].standard, standard) &&
				!is_repeated(policy, j))
				put_requirement(oscal, policy, &policy->mappings[j]);
	}
	json_close(json, ']');
	json_close(json, '}');
}

/* The standard of a policy that is first behind `before`, if before *nearest (empty: none yet). */
static void take_nearer(const struct policy *policy, struct str before, struct str *nearest)
{
	for (size_t i = 0; i < policy->mapping_count; i++) {
		struct str candidate = policy->mappings[i].standard;
		bool nearer = nearest->len == 0 || str_compare(candidate, *nearest) < 0;
		if (nearer && str_compare(candidate, before) > 0)
			*nearest = candidate;
	}
}

/* The first standard after this one in byte order; false when there is none. */
static bool next_standard(const struct catalogue *catalogue, struct str *standard)
{
	struct str nearest = STR("");
	for (size_t i = 0; i < catalogue_count(catalogue); i++)
		take_nearer(catalogue_policy(catalogue, i), *standard, &nearest);
	*standard = nearest;
	return nearest.len > 0;
}

static void put_component(struct oscal *oscal)
{
	struct json *json = &oscal->json;
	struct str standard = STR("");
	bool begun = false;
	json_line(json, 1);
	json_open(json, "", '{');
	put_uuid(oscal, STR("component/catalogue"));
	json_text(json, "type", "policy");
	json_text(json, "title", "Policy catalogue of gabion");
	json_text(json, "description",
		"Policies that gabion evaluates; each decision can be kept as evidence.");
	while (next_standard(oscal->catalogue, &standard)) {
		if (!begun) {
			json_line(json, 2);
			json_open(json, "control-implementations", '[');
			begun = true;
		}
		put_implementation(oscal, standard);
	}
	if (begun)
		json_close(json, ']');
	json_close(json, '}');
}

/* What the sources of the implementations point to. */
static void put_back_matter(struct oscal *oscal)
{
	struct json *json = &oscal->json;
	struct str standard = STR("");
	if (!next_standard(oscal->catalogue, &standard))
		return;
	json_line(json, 1);
	json_open(json, "back-matter", '{');
	json_open(json, "resources", '[');
	do {
		json_line(json, 2);
		json_open(json, "", '{');
		put_uuid(oscal, resource_name(oscal, standard));
		json_str(json, "title", standard);
		json_close(json, '}');
	} while (next_standard(oscal->catalogue, &standard));
	json_close(json, ']');
	json_close(json, '}');
}

void oscal_put_component(const struct catalogue *catalogue, const struct oscal_context *context,
	struct arena *arena, struct buf *out)
{
	struct oscal oscal = {
		.json = {.out = out}, .catalogue = catalogue, .context = context, .arena = arena};
	struct json *json = &oscal.json;
	json_open(json, "", '{');
	json_open(json, "component-definition", '{');
	/* Another content is another document: its identity is the catalogue's digest. */
	put_uuid(&oscal, str_format(arena, "component-definition/%.*s",
				 STR_ARGS(catalogue_digest(catalogue))));
	json_line(json, 1);
	json_open(json, "metadata", '{');
	json_text(json, "title", "What the policies of gabion implement");
	json_text(json, "last-modified", context->last_modified);
	json_text(json, "version", context->version);
	json_text(json, "oscal-version", "1.1.3");
	json_open(json, "props", '[');
	oscal_put_prop(json, "catalogue-digest",
		str_format(arena, "sha256:%.*s", STR_ARGS(catalogue_digest(catalogue))));
	json_close(json, ']');
	json_close(json, '}');
	json_line(json, 1);
	json_open(json, "components", '[');
	put_component(&oscal);
	json_close(json, ']');
	put_back_matter(&oscal);
	json_close(json, '}');
	json_close(json, '}');
	buf_puts(out, "\n");
}
