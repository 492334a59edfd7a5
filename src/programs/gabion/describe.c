/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/describe.h"

#include "report/escape.h"
#include "report/excerpt.h"
#include "report/words.h"

static void put_field(struct buf *out, bool colour, const char *name)
{
	style_put(out, colour, STYLE_STRONG);
	buf_printf(out, "%-10s", name);
	style_put(out, colour, STYLE_NONE);
}

/* Lines of text, all but the first indented as far as the first. */
static void put_lines(struct buf *out, struct str text, size_t indent)
{
	struct str line;
	bool first = true;
	text = str_trim(text);
	while (str_next_part(&text, '\n', &line)) {
		for (size_t i = first ? indent : 0; i < indent; i++)
			buf_put_char(out, ' ');
		escape_put(out, MEDIUM_TERMINAL, line);
		buf_put_char(out, '\n');
		first = false;
	}
}

static void put_text_field(struct buf *out, bool colour, const char *name, struct str text)
{
	if (text.len == 0)
		return;
	put_field(out, colour, name);
	put_lines(out, text, 10);
}

/* `at` without the list indices and the root: the keys to write, outermost first. */
static void put_example(struct buf *out, const struct policy *policy)
{
	struct str rest = policy->at, part;
	unsigned depth = 0;
	if (policy->patch.operation.len == 0 || policy->patch.expression ||
		!str_next_part(&rest, '.', &part) || !rest.data)
		return;
	bool removes = str_equal(policy->patch.operation, STR("remove"));
	buf_puts(out, "          ");
	buf_put(out, removes ? STR("leave out, of the ") : STR("write, in the "));
	escape_put(out, MEDIUM_TERMINAL, str_slice(part, 0, str_find_char(part, '[')));
	buf_puts(out, ":\n");
	while (str_next_part(&rest, '.', &part)) {
		for (unsigned i = 0; i < 6 + depth; i++)
			buf_puts(out, "  ");
		escape_put(out, MEDIUM_TERMINAL, str_slice(part, 0, str_find_char(part, '[')));
		buf_puts(out, ":");
		if (rest.data)
			buf_put_char(out, '\n');
		depth++;
	}
	if (!removes) {
		struct json json = {.out = out};
		buf_put_char(out, ' ');
		json_value(&json, "", &policy->patch.value);
	}
	buf_put_char(out, '\n');
}

static void put_mappings(struct buf *out, bool colour, const struct policy *policy)
{
	if (policy->mapping_count == 0)
		return;
	put_field(out, colour, "maps to");
	for (size_t i = 0; i < policy->mapping_count; i++) {
		if (i > 0)
			buf_puts(out, ", ");
		escape_put(out, MEDIUM_TERMINAL, policy->mappings[i].standard);
		buf_put_char(out, ' ');
		escape_put(out, MEDIUM_TERMINAL, policy->mappings[i].control);
	}
	buf_put_char(out, '\n');
}

static void put_parameters(struct buf *out, bool colour, const struct policy *policy)
{
	struct json json = {.out = out};
	if (policy->parameters.kind != VALUE_MAP || policy->parameters.count == 0)
		return;
	put_field(out, colour, "settings");
	json_value(&json, "", &policy->parameters);
	buf_put_char(out, '\n');
}

static void put_condition(struct buf *out, bool colour, const struct policy *policy)
{
	if (policy->match)
		put_text_field(out, colour, "judges if", cel_program_text(policy->match));
	for (size_t i = 0; i < policy->each_count; i++) {
		put_field(out, colour, i == 0 ? "each" : "");
		escape_put(out, MEDIUM_TERMINAL, policy->each[i].name);
		buf_puts(out, " of ");
		put_lines(out, cel_program_text(policy->each[i].program), 10);
	}
	put_text_field(out, colour, policy->forbids ? "forbids" : "requires",
		cel_program_text(policy->condition));
}

void describe_put_text(struct buf *out, bool colour, const struct catalogue *catalogue,
	const struct policy *policy)
{
	style_put(out, colour, STYLE_STRONG);
	escape_put(out, MEDIUM_TERMINAL, policy->id);
	style_put(out, colour, STYLE_NONE);
	buf_puts(out, ": ");
	escape_put(out, MEDIUM_TERMINAL, policy->title);
	buf_puts(out, "\n\n");
	put_text_field(out, colour, "why",
		policy->description.len > 0 ? policy->description : policy->message);
	put_text_field(out, colour, "fix", policy->remedy);
	put_example(out, policy);
	put_text_field(out, colour, "owner", str_from(policy_owner_name(policy->owner)));
	put_text_field(out, colour, "risk", str_from(policy_risk_name(policy->risk)));
	put_text_field(out, colour, "phase",
		str_from(policy_phase_name(catalogue_phase(catalogue, policy, NULL))));
	put_field(out, colour, "judges");
	buf_printf(out, "%s of the layer %s\n", policy->subject->name, words_layer(policy));
	put_condition(out, colour, policy);
	put_parameters(out, colour, policy);
	put_mappings(out, colour, policy);
	put_field(out, colour, "written");
	escape_put(out, MEDIUM_TERMINAL, policy->file);
	buf_printf(out, ":%u\n", policy->origin.line);
}

static void put_mappings_json(struct json *json, const struct policy *policy)
{
	json_open(json, "mappings", '[');
	for (size_t i = 0; i < policy->mapping_count; i++) {
		json_open(json, "", '{');
		json_str(json, "standard", policy->mappings[i].standard);
		json_str(json, "control", policy->mappings[i].control);
		json_close(json, '}');
	}
	json_close(json, ']');
}

void describe_put_json(
	struct json *json, const struct catalogue *catalogue, const struct policy *policy)
{
	json_open(json, "", '{');
	json_str(json, "id", policy->id);
	json_str(json, "title", policy->title);
	json_str(json, "description", policy->description);
	json_text(json, "layer", words_layer(policy));
	json_text(json, "subject", policy->subject->name);
	json_text(json, "owner", policy_owner_name(policy->owner));
	json_text(json, "risk", policy_risk_name(policy->risk));
	json_text(json, "phase", policy_phase_name(catalogue_phase(catalogue, policy, NULL)));
	if (policy->match)
		json_str(json, "match", cel_program_text(policy->match));
	json_str(json, policy->forbids ? "forbid" : "require", cel_program_text(policy->condition));
	json_str(json, "message", policy->message);
	json_str(json, "remedy", policy->remedy);
	if (policy->patch.operation.len > 0) {
		json_open(json, "patch", '{');
		json_str(json, "op", policy->patch.operation);
		if (policy->patch.expression)
			json_bool(json, "computed", true);
		else if (!str_equal(policy->patch.operation, STR("remove")))
			json_value(json, "value", &policy->patch.value);
		json_close(json, '}');
	}
	if (policy->parameters.kind == VALUE_MAP)
		json_value(json, "parameters", &policy->parameters);
	put_mappings_json(json, policy);
	json_str(json, "file", policy->file);
	json_uint(json, "line", policy->origin.line);
	json_close(json, '}');
}
