/* SPDX-License-Identifier: Apache-2.0 */
#include "data/document.h"

#include "base/guard.h"
#include "base/limits.h"
#include "data/json.h"
#include "data/yaml_stream.h"

enum { STREAM_BYTES = 16 * 1024 }; /* of the arena that holds a struct yaml_stream */

void documents_init(struct documents *documents, struct str text, struct str file,
	enum document_format format, enum document_typing typing)
{
	if (str_starts_with(text, STR("\xEF\xBB\xBF")))
		text = str_slice(text, 3, text.len);
	*documents = (struct documents){.text = text,
		.file = file,
		.typing = typing,
		.format = format,
		.detected = format == DOCUMENT_DETECT,
		.next = {0, TEXT_START}};
	arena_init(&documents->memory, STREAM_BYTES);
}

static void release_stream(struct documents *documents)
{
	if (documents->yaml)
		yaml_stream_release(documents->yaml);
	documents->yaml = NULL;
}

void documents_release(struct documents *documents)
{
	release_stream(documents);
	arena_release(&documents->memory);
}

static void skip_to_end(struct documents *documents)
{
	release_stream(documents);
	documents->next.offset = documents->text.len;
}

static int check_text(const struct documents *documents, struct error *err)
{
	struct str text = documents->text;
	if (documents->next.offset > 0)
		return 0;
	if (text.len > LIMIT_INPUT_BYTES) {
		(void)ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN, "the text has more than %d bytes",
			LIMIT_INPUT_BYTES);
		error_set_remedy(err, "split it into smaller files");
		return -1;
	}
	if (str_starts_with(text, STR("\xFE\xFF")) || str_starts_with(text, STR("\xFF\xFE"))) {
		(void)ERROR_SET(err, ERROR_INPUT, TEXT_START, "the text is UTF-16, not UTF-8");
		error_set_remedy(err, "convert it, for instance with `iconv -f UTF-16 -t UTF-8`");
		return -1;
	}
	return 0;
}

static struct text_place skip_space(struct str text, struct text_place at)
{
	for (; at.offset < text.len; at.offset++, at.origin.column++) {
		char c = text.data[at.offset];
		if (c != ' ' && c != '\t' && c != '\r' && c != '\n')
			break;
		if (c == '\n')
			at.origin = (struct origin){at.origin.line + 1, 0};
	}
	return at;
}

/* The first document says what the text is; behind JSON a line "---" begins YAML. */
static void detect(struct documents *documents)
{
	struct text_place at = skip_space(documents->text, documents->next);
	struct str rest = str_slice(documents->text, at.offset, documents->text.len);
	bool brackets = rest.len > 0 && (rest.data[0] == '{' || rest.data[0] == '[');
	if (documents->format == DOCUMENT_DETECT) {
		documents->format = brackets ? DOCUMENT_JSON : DOCUMENT_YAML;
	} else if (at.origin.column == 1 && str_starts_with(rest, STR("---"))) {
		documents->format = DOCUMENT_YAML;
		documents->next = at;
	}
}

static int open_stream(struct documents *documents, struct error *err)
{
	struct arena *memory = &documents->memory;
	if (ARENA_LIMIT_REACHED(memory))
		return ERROR_SET(err, ERROR_SYSTEM, NO_ORIGIN, "no memory to read YAML");
	struct yaml_stream *stream = ARENA_NEW(memory, struct yaml_stream);
	arena_unguard(memory);
	yaml_stream_init(stream, documents->text, documents->next, documents->typing);
	documents->yaml = stream;
	return 0;
}

static int read_next(
	struct documents *documents, struct arena *arena, struct value *ret_root, struct error *err)
{
	if (documents->next.offset >= documents->text.len)
		return 0;
	if (!documents->yaml) {
		if (check_text(documents, err) < 0)
			return -1;
		if (documents->detected)
			detect(documents);
		if (documents->format == DOCUMENT_JSON)
			return json_next(arena, documents->text, documents->typing,
				&documents->next, ret_root, err);
		if (open_stream(documents, err) < 0)
			return -1;
	}
	int result = yaml_next(documents->yaml, arena, ret_root, err);
	if (result == 0)
		skip_to_end(documents);
	return result;
}

/* As read_next(), with a recovery point of its own. */
static int read_guarded(
	struct documents *documents, struct arena *arena, struct value *ret_root, struct error *err)
{
	if (!ARENA_LIMIT_REACHED(arena))
		return read_next(documents, arena, ret_root, err);
	struct origin origin =
		documents->yaml ? documents->yaml->document.origin : documents->next.origin;
	(void)ERROR_SET(err, ERROR_LIMIT, origin,
		"the document needs more than the %zu bytes of memory that one subject may take",
		arena->cap_bytes);
	error_set_remedy(err, "split it into smaller documents");
	return -1;
}

/* Go behind what cannot be read. */
static void give_up(struct documents *documents, struct error *err)
{
	error_set_file(err, documents->file);
	if (documents->yaml) {
		yaml_stream_abandon(documents->yaml);
		return;
	}
	if (!documents->detected || documents->format != DOCUMENT_JSON) {
		skip_to_end(documents);
		return;
	}
	if (err->remedy[0] == '\0')
		error_set_remedy(err, "if this is YAML, begin it with a line \"---\"");
	documents->next = yaml_boundary(documents->text, documents->next);
	documents->format = DOCUMENT_YAML;
}

int documents_next(
	struct documents *documents, struct arena *arena, struct value *ret_root, struct error *err)
{
	struct guard outer;
	struct arena_mark mark = arena_mark(arena);
	guard_save(arena, &outer);
	int result = read_guarded(documents, arena, ret_root, err);
	guard_restore(arena, &outer);
	if (result < 0) {
		arena_rewind(arena, mark);
		give_up(documents, err);
	}
	return result;
}
