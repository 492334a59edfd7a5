/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/demo.h"
#include "base/arena.h"
#include "base/embed.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"

/* Made by tools/embed from the folder examples/orders-api/. */
extern const struct embedded embedded_orders_api;

/* One act of the demonstration: 0 when it went as it should. */
struct act {
	const char *title;
	int (*play)(struct demo *demo);
};

void demo_put_heading(struct demo *demo, const char *text)
{
	struct console *console = demo->invocation->console;
	style_put(&console->out.buf, console->out_terminal.colour, STYLE_STRONG);
	buf_printf(&console->out.buf, "== %s ==\n", text);
	style_put(&console->out.buf, console->out_terminal.colour, STYLE_NONE);
	buf_puts(&console->out.buf, "\n");
}

/* Everything below one folder of the example. */
static void judge_folder(struct demo *demo, const char *folder, struct report_summary *ret_summary)
{
	struct error err = {0};
	struct targets targets;
	struct arena *arena = demo->invocation->arena;
	struct judge_source *sources =
		ARENA_NEW_ARRAY(arena, struct judge_source, embedded_orders_api.count);
	size_t count = 0;
	for (size_t i = 0; i < embedded_orders_api.count; i++) {
		const struct embedded_file *file = &embedded_orders_api.files[i];
		if (!str_starts_with(file->path, str_from(folder)))
			continue;
		sources[count++] = (struct judge_source){.kind = JUDGE_TEXT,
			.name = str_format(arena, "examples/orders-api/%.*s", STR_ARGS(file->path)),
			.text = file->content};
	}
	/* Without -o this is text on standard output, which cannot fail. */
	(void)targets_open(&targets, demo->invocation, &err);
	judge(&(struct judge_request){.invocation = demo->invocation,
		      .loaded = &demo->loaded,
		      .sources = sources,
		      .count = count,
		      .targets = &targets,
		      .evidence = &demo->evidence,
		      .owner = -1,
		      .timed = true},
		ret_summary);
	buf_puts(&demo->invocation->console->out.buf, "\n");
}

static void put_lessons(struct demo *demo)
{
	struct buf *out = &demo->invocation->console->out.buf;
	const struct tally *tally = demo->drifting.tally;
	size_t critical = tally_sum(tally, STR(""), -1, RISK_CRITICAL, -1);
	demo_put_heading(demo, "What to learn from it");
	buf_puts(out, "- The API's container was hardened: not root, read-only files. Its account "
		      "may still do\n"
		      "  everything in the cluster, so who breaks the API owns all of it. "
		      "Identity, network and\n"
		      "  image count as much as the container's own settings.\n");
	buf_printf(out,
		"- %zu findings, %zu of them critical, and each has a line, a cause, an owner and "
		"a remedy.\n"
		"  Fix the critical ones of your owner first; the summary lists them in this "
		"order.\n",
		tally_sum(tally, STR(""), -1, -1, -1), critical);
	buf_printf(out,
		"- The repaired twin does the same work. %zu of its %zu subjects are refused.\n"
		"- The same policies decided both, from files alone: no cluster, no network, no "
		"privilege.\n\n",
		demo->repaired.denied, demo->repaired.subjects);
}

static void put_try_next(struct demo *demo)
{
	demo_put_heading(demo, "Try next");
	buf_puts(&demo->invocation->console->out.buf,
		"  gabion check YOUR-MANIFESTS/         judge your own (or: helm template . | "
		"gabion check -)\n"
		"  gabion explain POLICY                why a policy is there and how to comply\n"
		"  gabion policy list                   all that is judged\n"
		"  gabion run --rootfs DIR -- COMMAND   a program in the strictest context\n"
		"  gabion check -o sarif=out.sarif ...  for code scanning; also json, junit, "
		"markdown, github\n"
		"  gabion help ledger init              a ledger of your own; then gabion check "
		"--evidence SOCKET\n");
}

static int play_check(struct demo *demo)
{
	demo_put_heading(demo, "examples/orders-api/drifting: as it grew over two years");
	judge_folder(demo, "drifting/", &demo->drifting);
	demo_put_heading(demo, "examples/orders-api/repaired: the same service after gabion check");
	judge_folder(demo, "repaired/", &demo->repaired);
	put_lessons(demo);
	return demo->drifting.denied > 0 && demo->repaired.denied == 0 &&
			       demo->drifting.undecided + demo->repaired.undecided == 0
		       ? 0
		       : -1;
}

static const struct act acts[] = {
	{"Judged before it runs", play_check},
	{"Proven afterwards", demo_play_ledger},
	{"Held while it runs", demo_play_context},
};

int command_demo(struct invocation *invocation)
{
	struct demo demo = {.invocation = invocation};
	struct buf *out = &invocation->console->out.buf;
	int code = load_catalogue(invocation, &demo.loaded);
	if (code != EXIT_ALLOWED)
		return code;
	buf_puts(out, "A shop's order service: an API, its database and a nightly export, as such "
		      "installations\n"
		      "are found. Everything below is judged now, by the policies that are built "
		      "in.\n\n");
	evidence_begin(&demo.evidence, invocation, NULL);
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		char memory[96];
		struct buf title;
		buf_init_fixed(&title, memory, sizeof(memory) - 1);
		buf_printf(&title, "Act %zu: %s", i + 1, acts[i].title);
		memory[title.len] = '\0';
		demo_put_heading(&demo, memory);
		if (acts[i].play(&demo) < 0)
			code = EXIT_UNDECIDED;
	}
	evidence_discard(&demo.evidence);
	put_try_next(&demo);
	return code;
}
