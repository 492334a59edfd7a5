/* SPDX-License-Identifier: Apache-2.0 */
#include "report/sarif_rules.h"

#include "base/arena.h"
#include "report/json.h"
#include "report/words.h"

enum { MAX_TAGS = 20 }; /* GitHub reads no more */

/* What the levels of risk are called elsewhere; the numbers lie within GitHub's bands. */
static const struct {
	const char *level, *problem, *security;
} severities[TALLY_RISKS] = {
	[RISK_LOW] = {"note", "recommendation", "2.0"},
	[RISK_MEDIUM] = {"warning", "warning", "5.5"},
	[RISK_HIGH] = {"error", "error", "8.0"},
	[RISK_CRITICAL] = {"error", "error", "9.5"},
};

static void put_text(struct json *json, const char *name, struct str text)
{
	json_open(json, name, '{');
	json_str(json, "text", text);
	json_close(json, '}');
}

static void put_help(struct json *json, const struct policy *policy, struct arena *arena)
{
	struct arena_mark mark = arena_mark(arena);
	struct buf text, markdown;
	struct str why = policy->description.len > 0 ? policy->description : policy->title;
	buf_init_arena(&text, arena, 1024);
	buf_put(&text, str_trim(why));
	buf_puts(&text, "\n\nFix: ");
	buf_put(&text, str_trim(policy->remedy));
	buf_printf(&text, "\n\nOwner: %s. Risk: %s.", policy_owner_name(policy->owner),
		policy_risk_name(policy->risk));
	buf_init_arena(&markdown, arena, 1024);
	escape_put(&markdown, MEDIUM_MARKDOWN, str_trim(why));
	buf_puts(&markdown, "\n\n**Fix:** ");
	escape_put(&markdown, MEDIUM_MARKDOWN, str_trim(policy->remedy));
	buf_printf(&markdown, "\n\n**Owner:** %s. **Risk:** %s.", policy_owner_name(policy->owner),
		policy_risk_name(policy->risk));
	json_open(json, "help", '{');
	json_str(json, "text", buf_str(&text));
	json_str(json, "markdown", buf_str(&markdown));
	json_close(json, '}');
	arena_rewind(arena, mark);
}

static void put_tags(struct json *json, const struct policy *policy)
{
	json_open(json, "tags", '[');
	json_text(json, "", "security");
	json_text(json, "", words_layer(policy));
	for (size_t i = 0; i < policy->mapping_count && i < MAX_TAGS - 2; i++) {
		char memory[128];
		struct buf tag;
		buf_init_fixed(&tag, memory, sizeof(memory));
		buf_put(&tag, policy->mappings[i].standard);
		buf_puts(&tag, "/");
		buf_put(&tag, policy->mappings[i].control);
		json_str(json, "", buf_str(&tag));
	}
	json_close(json, ']');
}

static void put_rule(struct json *json, const struct policy *policy, struct arena *arena)
{
	json_line(json, 2);
	json_open(json, "", '{');
	json_str(json, "id", policy->id);
	json_str(json, "name", policy->title);
	put_text(json, "shortDescription", policy->title);
	put_text(json, "fullDescription",
		policy->description.len > 0 ? str_trim(policy->description) : policy->title);
	put_help(json, policy, arena);
	json_open(json, "defaultConfiguration", '{');
	json_text(json, "level", severities[policy->risk].level);
	json_close(json, '}');
	json_open(json, "properties", '{');
	put_tags(json, policy);
	json_text(json, "precision", "very-high");
	json_text(json, "problem.severity", severities[policy->risk].problem);
	json_text(json, "security-severity", severities[policy->risk].security);
	json_text(json, "owner", policy_owner_name(policy->owner));
	json_close(json, '}');
	json_close(json, '}');
}

void sarif_put_tool(struct json *json, const struct report_context *context)
{
	json_open(json, "tool", '{');
	json_open(json, "driver", '{');
	json_text(json, "name", "gabion");
	json_str(json, "semanticVersion", context->tool_version);
	json_open(json, "rules", '[');
	for (size_t i = 0; i < context->policy_count; i++)
		put_rule(json, context->policies[i], context->arena);
	json_close(json, ']');
	json_close(json, '}');
	json_close(json, '}');
}
