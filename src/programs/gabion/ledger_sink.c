/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/ledger_sink.h"

#include "base/arena.h"
#include "programs/gabion/console.h"
#include "programs/gabion/ledger.h"
#include "sys/durable.h"
#include "sys/files.h"

#include <errno.h>
#include <sys/random.h>
#include <unistd.h>

enum { RECIPIENTS_BYTES = 1 << 20 };

static void seal_chunk(struct ledger_sink *sink, bool is_last)
{
	struct str plain = buf_str(&sink->plain);
	if (age_seal(&sink->stream, plain, is_last, sink->sealed, &sink->failure) == 0)
		buf_put(&sink->out->buf,
			(struct str){sink->sealed, plain.len + (size_t)AGE_TAG_BYTES});
	sink->plain.len = 0;
}

/* Called when more is to come, so this chunk is not the last. */
static bool seal_when_full(struct buf *buf, size_t needed)
{
	(void)needed;
	seal_chunk(buf->context, false);
	return true;
}

static int read_recipients(
	struct invocation *invocation, struct age_recipients *recipients, struct error *err)
{
	const struct option_use *given = &invocation->options[OPTION_ENCRYPT_TO];
	const struct option_use *files = &invocation->options[OPTION_RECIPIENTS];
	for (size_t i = 0; i < given->count; i++)
		if (age_add_recipient(recipients, given->values[i], err) < 0)
			return -1;
	for (size_t i = 0; i < files->count; i++) {
		const char *path = files->values[i].data;
		struct file_source source = {NULL, path, path};
		struct str text;
		if (file_read(invocation->arena, &source, RECIPIENTS_BYTES, &text, err) < 0)
			return -1;
		if (age_add_recipients(recipients, text, err) < 0) {
			error_set_file(err, files->values[i]);
			return -1;
		}
	}
	if (recipients->count > 0 || (given->count == 0 && files->count == 0))
		return 0;
	return ERROR_SET(err, ERROR_POLICY, NO_ORIGIN, "these files name no recipient");
}

static int begin_encryption(struct ledger_sink *sink, const struct age_recipients *recipients,
	struct arena *arena, struct error *err)
{
	unsigned char random[AGE_RANDOM_BYTES];
	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return durable_fail(err, "ask for", "random bytes");
	int result = age_begin(recipients, random, &sink->out->buf, &sink->stream, err);
	explicit_bzero(random, sizeof(random));
	sink->sealed = arena_alloc(arena, AGE_CHUNK_BYTES + AGE_TAG_BYTES);
	sink->plain = (struct buf){.data = arena_alloc(arena, AGE_CHUNK_BYTES),
		.capacity = AGE_CHUNK_BYTES,
		.full = seal_when_full,
		.context = sink};
	sink->in = &sink->plain;
	return result;
}

/* Bytes that are no text would act on it. */
static int refuse_terminal(const struct invocation *invocation, struct error *err)
{
	if (invocation_has(invocation, OPTION_FILE) ||
		!invocation->console->out_terminal.interactive)
		return 0;
	ERROR_SET(err, ERROR_POLICY, NO_ORIGIN, "this form of export is not for a terminal");
	error_set_remedy(err, "name a file with --file, or send it on with |");
	return -1;
}

int ledger_sink_open(
	struct ledger_sink *sink, struct invocation *invocation, bool is_text, struct arena *arena)
{
	struct age_recipients *recipients = ARENA_NEW(arena, struct age_recipients);
	struct str path = invocation_value(invocation, OPTION_FILE, STR(""));
	struct error err = {0};
	*sink = (struct ledger_sink){.out = &invocation->console->out, .file = {.fd = -1}};
	if (read_recipients(invocation, recipients, &err) < 0)
		return ledger_tell(invocation, &err);
	if ((recipients->count > 0 || !is_text) && refuse_terminal(invocation, &err) < 0)
		return ledger_tell(invocation, &err);
	if (path.len > 0) {
		if (output_to_file(&sink->file, arena, path.data, &err) < 0)
			return ledger_tell(invocation, &err);
		sink->out = &sink->file;
	}
	sink->in = &sink->out->buf;
	if (recipients->count > 0 && begin_encryption(sink, recipients, arena, &err) < 0) {
		ledger_sink_discard(sink);
		return ledger_tell(invocation, &err);
	}
	return EXIT_ALLOWED;
}

bool ledger_sink_failed(const struct ledger_sink *sink)
{
	return sink->out->failure != 0 || sink->failure.kind != ERROR_NONE;
}

/* On disk before it has its name. */
static int commit_file(struct ledger_sink *sink, struct error *err)
{
	output_flush(sink->out);
	if (sink->out->is_file && sink->out->failure == 0 && fsync(sink->out->fd) < 0 &&
		errno != EINVAL && errno != EROFS)
		sink->out->failure = errno;
	return output_commit(sink->out, err);
}

int ledger_sink_commit(struct ledger_sink *sink, struct invocation *invocation)
{
	if (sink->sealed)
		seal_chunk(sink, true);
	if (sink->failure.kind != ERROR_NONE) {
		ledger_sink_discard(sink);
		return ledger_tell(invocation, &sink->failure);
	}
	if (sink->out != &sink->file)
		return EXIT_ALLOWED; /* the console tells what fails */
	return commit_file(sink, &sink->failure) < 0 ? ledger_tell(invocation, &sink->failure)
						     : EXIT_ALLOWED;
}

void ledger_sink_discard(struct ledger_sink *sink)
{
	if (sink->out == &sink->file)
		output_discard(&sink->file);
	explicit_bzero(&sink->stream, sizeof(sink->stream));
}
