/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/test.h"

#include "base/arena.h"
#include "base/limits.h"
#include "flow/flow.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/load.h"
#include "report/escape.h"
#include "report/json.h"
#include "report/words.h"
#include "sys/files.h"

struct testing {
	struct invocation *invocation;
	struct loaded loaded;
	struct json json; /* with -o json */
	bool wants_json, quiet;
};

/* A layer at work on one document. */
struct opened {
	const struct layer *layer;
	void *state;
};

static void *open_document(
	void *context, struct arena *arena, const struct policy_test_document *document)
{
	(void)context;
	struct opened *opened = ARENA_NEW(arena, struct opened);
	struct layer_input input = {.file = document->file,
		.text = document->text,
		.root = document->root,
		.kubernetes_minor = document->kubernetes_minor};
	for (const struct layer *const *layer = flow_layers; *layer; layer++)
		if ((*layer)->schema == document->schema)
			opened->layer = *layer;
	if (opened->layer)
		opened->state = opened->layer->open(arena, &input);
	return opened;
}

static int next_subject(
	void *context, struct arena *arena, struct subject *ret_subject, struct error *err)
{
	const struct opened *opened = context;
	return opened->layer ? opened->layer->next(opened->state, arena, ret_subject, err) : 0;
}

/* A test may name files beside and below itself only. */
static int read_file(void *context, struct arena *arena, struct str test_path, struct str file,
	struct str *ret_text, struct error *err)
{
	(void)context;
	const char *slash = memrchr(test_path.data, '/', test_path.len);
	struct str folder =
		slash ? str_slice(test_path, 0, (size_t)(slash - test_path.data)) : STR(".");
	struct str path = str_copy(arena, file);
	struct file_source source = {str_copy(arena, folder).data, path.data, path.data};
	return file_read(arena, &source, LIMIT_INPUT_BYTES, ret_text, err);
}

static void put_json(struct testing *testing, const struct policy_test_result *result)
{
	struct json *json = &testing->json;
	json_line(json, 1);
	json_open(json, "", '{');
	json_str(json, "policy", result->policy);
	json_str(json, "name", result->name);
	json_bool(json, "passed", result->difference.len == 0);
	json_str(json, "file", result->file);
	json_uint(json, "line", result->origin.line);
	if (result->difference.len > 0)
		json_str(json, "difference", result->difference);
	json_close(json, '}');
}

static void put_difference(struct testing *testing, const struct policy_test_result *result)
{
	struct console *console = testing->invocation->console;
	struct buf *out = &console->out.buf;
	struct str rest = result->difference, line;
	struct excerpt excerpt = {.file = result->file,
		.text = load_text(&testing->loaded, result->file),
		.origin = result->origin,
		.style = STYLE_DENY,
		.colour = console->out_terminal.colour,
		.unicode = console->out_terminal.unicode};
	excerpt_put(out, &excerpt, &console->lines);
	while (str_next_part(&rest, '\n', &line)) {
		for (unsigned i = excerpt_indent(result->origin); i > 0; i--)
			buf_put_char(out, ' ');
		buf_puts(out, "= ");
		escape_put(out, MEDIUM_TERMINAL, line);
		buf_puts(out, "\n");
	}
	buf_puts(out, "\n");
}

static void put_result(void *context, const struct policy_test_result *result)
{
	struct testing *testing = context;
	struct console *console = testing->invocation->console;
	struct buf *out = &console->out.buf;
	bool passed = result->difference.len == 0;
	if (testing->wants_json) {
		put_json(testing, result);
		return;
	}
	if (passed && testing->quiet)
		return;
	style_put(out, console->out_terminal.colour, passed ? STYLE_GOOD : STYLE_DENY);
	buf_put(out, passed ? STR("ok    ") : STR("FAIL  "));
	style_put(out, console->out_terminal.colour, STYLE_NONE);
	escape_put(out, MEDIUM_TERMINAL, result->policy);
	buf_puts(out, ": ");
	escape_put(out, MEDIUM_TERMINAL, result->name);
	buf_puts(out, "\n");
	if (!passed)
		put_difference(testing, result);
}

static void begin_json(struct testing *testing)
{
	json_open(&testing->json, "", '{');
	json_text(&testing->json, "apiVersion", "gabion.dev/v1");
	json_text(&testing->json, "kind", "TestReport");
	json_open(&testing->json, "cases", '[');
}

static void end(struct testing *testing, const struct policy_test_summary *summary)
{
	struct buf *out = &testing->invocation->console->out.buf;
	if (testing->wants_json) {
		json_close(&testing->json, ']');
		json_uint(&testing->json, "passed", summary->cases - summary->failed);
		json_uint(&testing->json, "failed", summary->failed);
		json_close(&testing->json, '}');
		buf_puts(out, "\n");
		return;
	}
	if (testing->quiet)
		return;
	words_put_count(out, summary->cases, "test", "tests");
	buf_printf(out, ": %zu passed, %zu failed.\n", summary->cases - summary->failed,
		summary->failed);
}

static int tell_none(struct invocation *invocation)
{
	struct error err = {0};
	ERROR_SET(&err, ERROR_INPUT, NO_ORIGIN, "there is no test in what was named");
	error_set_remedy(
		&err, "tests are documents of kind PolicyTest in files such as ID.test.yaml");
	console_tell(invocation->console, "error", &err, STR(""));
	return EXIT_UNDECIDED;
}

int command_policy_test(struct invocation *invocation)
{
	struct testing testing = {.invocation = invocation,
		.json = {.out = &invocation->console->out.buf},
		.wants_json = invocation_word(invocation, OPTION_FORM) == 1,
		.quiet = invocation_has(invocation, OPTION_QUIET)};
	struct policy_test_source source = {.open = open_document,
		.next = next_subject,
		.read = read_file,
		.context = &testing};
	int code = load_arguments(invocation, &testing.loaded, NULL, NULL);
	if (code != EXIT_ALLOWED)
		return code;
	if (testing.wants_json)
		begin_json(&testing);
	struct policy_test_summary summary = policy_test_run(
		testing.loaded.catalogue, flow_schemas, &source, put_result, &testing);
	end(&testing, &summary);
	if (summary.cases == 0)
		return tell_none(invocation);
	return summary.failed > 0 ? EXIT_DENIED : EXIT_ALLOWED;
}
