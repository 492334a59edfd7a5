/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/describe.h"
#include "programs/gabion/explain.h"
#include "programs/gabion/load.h"
#include "report/escape.h"
#include "report/words.h"

static bool wants_json(const struct invocation *invocation)
{
	return invocation_word(invocation, OPTION_FORM) == 1;
}

static bool is_wanted(const struct invocation *invocation, const struct policy *policy)
{
	int owner = invocation_word(invocation, OPTION_OWNER);
	struct str layer = invocation_value(invocation, OPTION_LAYER, STR(""));
	return (owner < 0 || policy->owner == (enum policy_owner)owner) &&
	       (layer.len == 0 || str_equal(layer, str_from(words_layer(policy))));
}

static void put_list_json(struct invocation *invocation, const struct loaded *loaded)
{
	struct json json = {.out = &invocation->console->out.buf};
	const struct catalogue *catalogue = loaded->catalogue;
	json_open(&json, "", '{');
	json_text(&json, "apiVersion", "gabion.dev/v1");
	json_text(&json, "kind", "PolicyList");
	json_str(&json, "digest", catalogue_digest(catalogue));
	json_open(&json, "policies", '[');
	for (size_t i = 0; i < catalogue_count(catalogue); i++) {
		const struct policy *policy = catalogue_policy(catalogue, i);
		if (!is_wanted(invocation, policy))
			continue;
		json_line(&json, 1);
		describe_put_json(&json, catalogue, policy);
	}
	json_close(&json, ']');
	json_close(&json, '}');
	buf_puts(json.out, "\n");
}

static void put_row(struct buf *out, size_t columns, const struct catalogue *catalogue,
	const struct policy *policy)
{
	escape_put(out, MEDIUM_TERMINAL, policy->id);
	for (size_t i = policy->id.len; i < columns; i++)
		buf_put_char(out, ' ');
	buf_printf(out, "  %-7s  %-8s  %-8s  ",
		policy_phase_name(catalogue_phase(catalogue, policy, NULL)),
		policy_risk_name(policy->risk), policy_owner_name(policy->owner));
	escape_put(out, MEDIUM_TERMINAL, policy->title);
	buf_put_char(out, '\n');
}

static void put_list(struct invocation *invocation, const struct loaded *loaded)
{
	struct buf *out = &invocation->console->out.buf;
	const struct catalogue *catalogue = loaded->catalogue;
	size_t columns = 6, count = 0;
	for (size_t i = 0; i < catalogue_count(catalogue); i++)
		if (catalogue_policy(catalogue, i)->id.len > columns)
			columns = catalogue_policy(catalogue, i)->id.len;
	buf_puts(out, "POLICY");
	for (size_t i = 6; i < columns; i++)
		buf_put_char(out, ' ');
	buf_puts(out, "  PHASE    RISK      OWNER     TITLE\n");
	for (size_t i = 0; i < catalogue_count(catalogue); i++) {
		const struct policy *policy = catalogue_policy(catalogue, i);
		if (!is_wanted(invocation, policy))
			continue;
		put_row(out, columns, catalogue, policy);
		count++;
	}
	buf_put_char(out, '\n');
	words_put_count(out, count, "policy", "policies");
	const struct policy_profile *profile = catalogue_profile(catalogue);
	if (profile) {
		buf_puts(out, " of the profile ");
		escape_put(out, MEDIUM_TERMINAL, profile->id);
	}
	buf_puts(out, ". Profiles:");
	for (size_t i = 0; i < catalogue_profile_count(catalogue); i++) {
		buf_put(out, i > 0 ? STR(", ") : STR(" "));
		escape_put(out, MEDIUM_TERMINAL, catalogue_profile_at(catalogue, i)->id);
	}
	buf_puts(out, ".\n");
}

int command_policy_list(struct invocation *invocation)
{
	struct loaded loaded;
	int code = load_catalogue(invocation, &loaded);
	if (code != EXIT_ALLOWED)
		return code;
	if (wants_json(invocation))
		put_list_json(invocation, &loaded);
	else
		put_list(invocation, &loaded);
	return EXIT_ALLOWED;
}

/* The document that begins at a line, up to the next one. */
static struct str document_at(struct str text, uint32_t line)
{
	struct lines lines = {0};
	size_t start = lines_find(&lines, text, line);
	if (start == SIZE_MAX)
		return STR("");
	size_t end = str_find(text, STR("\n---"), start);
	return str_slice(text, start, end == SIZE_MAX ? text.len : end + 1);
}

int command_policy_show(struct invocation *invocation)
{
	struct loaded loaded;
	struct buf *out = &invocation->console->out.buf;
	int code = load_catalogue(invocation, &loaded);
	if (code != EXIT_ALLOWED)
		return code;
	const struct policy *policy = explain_find(invocation, &loaded, invocation->arguments[0]);
	if (!policy)
		return EXIT_INVALID;
	if (wants_json(invocation)) {
		explain_put_policy(invocation, &loaded, policy);
		return EXIT_ALLOWED;
	}
	struct str text = document_at(load_text(&loaded, policy->file), policy->origin.line), line;
	buf_printf(out, "# %.*s:%u\n", STR_ARGS(policy->file), policy->origin.line);
	text = str_trim(text);
	while (str_next_part(&text, '\n', &line)) {
		escape_put(out, MEDIUM_TERMINAL, line);
		buf_put_char(out, '\n');
	}
	return EXIT_ALLOWED;
}
