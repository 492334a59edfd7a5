/* SPDX-License-Identifier: Apache-2.0 */
#include "data/map.h"
#include "layers/context/learn.h"
#include "layers/context/syscalls.h"

static int misfit(struct origin at, const char *field, const char *wanted, struct error *err)
{
	return ERROR_SET(err, ERROR_INPUT, at, "%s must be %s", field, wanted);
}

/* What takes one item of a list, and of which kind it is. */
struct taker {
	enum value_kind kind;
	int (*take)(struct observed *observed, const struct value *item, unsigned uses,
		struct error *err);
};

/* Hand over every item of a list; a missing list has none. */
static int each_item(struct observed *observed, const struct value *list, struct taker taker,
	unsigned uses, struct error *err)
{
	const char *wanted = taker.kind == VALUE_INT ? "lists of numbers" : "lists of texts";
	if (!list)
		return 0;
	if (list->kind != VALUE_LIST)
		return misfit(list->origin, "what was learned", wanted, err);
	for (uint32_t i = 0; i < list->count; i++) {
		const struct value *item = &list->items[i];
		if (item->kind != taker.kind)
			return misfit(item->origin, "what was learned", wanted, err);
		if (taker.take(observed, item, uses, err) < 0)
			return -1;
	}
	return 0;
}

static int take_call(
	struct observed *observed, const struct value *text, unsigned uses, struct error *err)
{
	int number = learn_number(value_str(text));
	if (number == SYSCALL_NONE)
		return ERROR_SET(err, ERROR_INPUT, text->origin,
			"`%.*s` is no system call of this machine", STR_ARGS(value_str(text)));
	observed_call(observed, number, uses);
	return 0;
}

static int take_path(
	struct observed *observed, const struct value *text, unsigned uses, struct error *err)
{
	struct str path = value_str(text);
	if (path.len == 0 || path.data[0] != '/')
		return misfit(text->origin, "files", "absolute paths", err);
	observed_text(observed, path, uses);
	return 0;
}

static int merge_files(struct observed *observed, const struct value *files, struct error *err)
{
	static const struct {
		const char *field;
		unsigned uses;
	} lists[] = {
		/* Folders stand for themselves: they have been put together once. */
		{"read", OBSERVED_READ | OBSERVED_FOLDER},
		{"write", OBSERVED_WRITE},
		{"execute", OBSERVED_EXECUTE},
	};
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (each_item(observed, map_get_str(files, str_from(lists[i].field)),
			    (struct taker){VALUE_STRING, take_path}, lists[i].uses, err) < 0)
			return -1;
	return 0;
}

static int take_port(
	struct observed *observed, const struct value *port, unsigned uses, struct error *err)
{
	char text[8];
	struct buf out;
	if (port->integer < 1 || port->integer > UINT16_MAX)
		return misfit(port->origin, "ports", "numbers from 1 to 65535", err);
	buf_init_fixed(&out, text, sizeof(text));
	buf_printf(&out, ":%lld", (long long)port->integer);
	observed_text(observed, buf_str(&out), uses);
	return 0;
}

static int merge_ports(struct observed *observed, const struct value *ports, struct error *err)
{
	const struct taker taker = {VALUE_INT, take_port};
	const struct value *ephemeral = map_get_str(ports, STR("ephemeral"));
	if (value_is(ephemeral, VALUE_BOOL) && ephemeral->boolean)
		observed_text(observed, STR(":0"), OBSERVED_LISTEN);
	if (each_item(observed, map_get_str(ports, STR("listen")), taker, OBSERVED_LISTEN, err) < 0)
		return -1;
	return each_item(
		observed, map_get_str(ports, STR("connect")), taker, OBSERVED_CONNECT, err);
}

int learn_merge(struct observed *observed, const struct value *document, struct str architecture,
	struct error *err)
{
	const struct value *kind = map_get_str(document, STR("kind"));
	const struct value *learned = map_get_str(document, STR("learned"));
	const struct value *machine = map_get_str(learned, STR("architecture"));
	if (!value_is(kind, VALUE_STRING) || !str_equal(value_str(kind), STR("Context")) ||
		!value_is(learned, VALUE_MAP)) {
		error_set_remedy(err, "give a file that `gabion learn` has written");
		return ERROR_SET(err, ERROR_INPUT, document->origin,
			"this is no document of kind Context with a part `learned`");
	}
	if (!value_is(machine, VALUE_STRING) || !str_equal(value_str(machine), architecture))
		return ERROR_SET(err, ERROR_INPUT, learned->origin,
			"it was learned on another architecture than %.*s", STR_ARGS(architecture));
	if (each_item(observed, map_get_str(document, STR("systemCalls")),
		    (struct taker){VALUE_STRING, take_call}, OBSERVED_MERGED, err) < 0 ||
		merge_files(observed, map_get_str(document, STR("files")), err) < 0)
		return -1;
	return merge_ports(observed, map_get_str(document, STR("ports")), err);
}
