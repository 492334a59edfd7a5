/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/explain.h"

#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/describe.h"
#include "programs/gabion/load.h"
#include "programs/gabion/suggest.h"

static const struct explain_topic topics[] = {
	{"exit-0", "allowed", "What was asked was done, and nothing that was judged is refused.",
		"nothing to do"},
	{"exit-1", "denied",
		"At least one finding is in the phase enforce (or reaches what --fail-on says), or "
		"a test of "
		"a policy fails. Something that could not be judged besides does not change this: "
		"a refusal "
		"is certain.",
		"mend what the report shows, or agree on a dated waiver with its owner"},
	{"exit-2", "invalid",
		"The command line, the configuration or a policy is invalid. Nothing was judged, "
		"so there is "
		"no verdict to misread.",
		"the message says which word or line, and what stands near it"},
	{"exit-3", "undecided",
		"Nothing was refused, but something could not be judged: a file that cannot be "
		"read, a "
		"document that is malformed or too large, no document at all, or a report that "
		"could not be "
		"written. What can not be judged is not allowed.",
		"mend the input; the rest was judged and is in the report"},
	{"input", "error[input]: what was to be judged is malformed",
		"The text is not JSON, YAML or a Kubernetes object, or says a thing twice. A "
		"cluster would "
		"refuse it or, worse, read it in another way than you do.",
		"mend the line shown"},
	{"policy", "error[policy]: a policy, an expression or the command line is invalid",
		"Policies are checked whole before anything is judged, so that a misspelt field is "
		"an error "
		"and not a policy that never fires.",
		"mend the line shown; gabion policy lint tells all errors at once"},
	{"limit", "error[limit]: a limit was reached",
		"Input is limited in bytes, depth, number of values and work per subject, far "
		"above what "
		"anyone needs, so that no document can hang or exhaust the judge. What is beyond a "
		"limit is "
		"not judged and so not allowed.",
		"split what is so large, or look at who made it"},
	{"denied", "error[denied]: a right is missing",
		"The system refused to open, list or write something.",
		"grant the right, or name another file"},
	{"system", "error[system]: a call to the system failed",
		"Something was not there, or a disk was full, or a pipe had no reader.",
		"the message names the file and the cause"},
	{"bug", "error[bug]: gabion contradicted itself",
		"This should not happen. It is refused, not guessed.",
		"please report it with the command line and the smallest input that shows it"},
};

size_t explain_topic_count(void)
{
	return sizeof(topics) / sizeof(topics[0]);
}

const struct explain_topic *explain_topic(size_t index)
{
	return &topics[index];
}

static const struct explain_topic *find_topic(struct str id)
{
	for (size_t i = 0; i < explain_topic_count(); i++)
		if (str_equal(id, str_from(topics[i].id)))
			return &topics[i];
	return NULL;
}

static bool wants_json(const struct invocation *invocation)
{
	return invocation_word(invocation, OPTION_FORM) == 1;
}

static int put_topic(struct invocation *invocation, const struct explain_topic *topic)
{
	struct buf *out = &invocation->console->out.buf;
	if (!wants_json(invocation)) {
		buf_printf(out, "%s: %s\n\nwhy       ", topic->id, topic->title);
		buf_put(out, str_from(topic->text));
		buf_printf(out, "\nfix       %s\n", topic->remedy);
		return EXIT_ALLOWED;
	}
	struct json json = {.out = out};
	json_open(&json, "", '{');
	json_text(&json, "apiVersion", "gabion.dev/v1");
	json_text(&json, "kind", "Explanation");
	json_text(&json, "id", topic->id);
	json_text(&json, "title", topic->title);
	json_text(&json, "description", topic->text);
	json_text(&json, "remedy", topic->remedy);
	json_close(&json, '}');
	buf_puts(out, "\n");
	return EXIT_ALLOWED;
}

void explain_put_policy(
	struct invocation *invocation, const struct loaded *loaded, const struct policy *policy)
{
	struct console *console = invocation->console;
	struct json json = {.out = &console->out.buf};
	if (!wants_json(invocation)) {
		describe_put_text(
			&console->out.buf, console->out_terminal.colour, loaded->catalogue, policy);
		return;
	}
	json_open(&json, "", '{');
	json_text(&json, "apiVersion", "gabion.dev/v1");
	json_text(&json, "kind", "PolicyList");
	json_open(&json, "policies", '[');
	describe_put_json(&json, loaded->catalogue, policy);
	json_close(&json, ']');
	json_close(&json, '}');
	buf_puts(json.out, "\n");
}

const struct policy *explain_find(
	struct invocation *invocation, const struct loaded *loaded, struct str id)
{
	struct error err = {0};
	struct str nearest = {NULL, 0};
	struct suggestion suggestion = {0};
	const struct policy *policy = catalogue_find(loaded->catalogue, id, &nearest);
	if (policy)
		return policy;
	ERROR_SET(&err, ERROR_POLICY, NO_ORIGIN, "there is no policy '%.*s'", STR_ARGS(id));
	for (size_t i = 0; i < explain_topic_count(); i++)
		suggest_offer(&suggestion, id, str_from(topics[i].id));
	if (nearest.len > 0)
		error_set_remedy(&err, "did you mean %.*s?", STR_ARGS(nearest));
	else if (suggest_found(&suggestion))
		error_set_remedy(&err, "did you mean %.*s?", STR_ARGS(suggestion.best));
	else
		error_set_remedy(&err, "gabion policy list --profile all lists all policies");
	console_tell(invocation->console, "error", &err, STR(""));
	return NULL;
}

int command_explain(struct invocation *invocation)
{
	struct loaded loaded;
	const struct explain_topic *topic = find_topic(invocation->arguments[0]);
	if (topic)
		return put_topic(invocation, topic);
	int code = load_catalogue(invocation, &loaded);
	if (code != EXIT_ALLOWED)
		return code;
	const struct policy *policy = explain_find(invocation, &loaded, invocation->arguments[0]);
	if (!policy)
		return EXIT_INVALID;
	explain_put_policy(invocation, &loaded, policy);
	return EXIT_ALLOWED;
}
