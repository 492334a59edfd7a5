/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/witness.h"

#include "base/number.h"
#include "programs/gabion/console.h"
#include "programs/gabion/ledger.h"
#include "programs/gabion/ledger_witness.h"
#include "programs/gabion/witnessed.h"
#include "report/escape.h"
#include "sys/clock.h"
#include "sys/durable.h"
#include "sys/files.h"
#include "sys/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

enum { KEY_BYTES = 4096, STATE_BYTES = TRUST_LOGS * 4096, STATE_MODE = 0600 };

/* A witness at work on one request. */
struct serving {
	struct invocation *invocation;
	const struct trust_policy *policy;
	struct note_signer signer;
	const char *state_path;
	struct witness_state state;
	struct witness_memory *memory; /* of the log that asks; NULL when it is not known */
	struct checkpoint checkpoint;
	struct note note;
	struct buf answer;
};

int witness_make(struct invocation *invocation)
{
	struct buf *out = &invocation->console->out.buf;
	struct str name = invocation_value(invocation, OPTION_ORIGIN, STR(""));
	struct str key = invocation_value(invocation, OPTION_KEY, STR(""));
	struct str state = invocation_value(invocation, OPTION_STATE, STR(""));
	struct note_signer signer;
	struct error err = {0};
	/* The state first: with an old one, a new key could sign what an old key contradicts. */
	int fd = open(state.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, STATE_MODE);
	if (fd < 0) {
		durable_fail(&err, "make the state", state.data);
		return ledger_tell(invocation, &err);
	}
	close(fd);
	if (ledger_make_signer(invocation->arena, name, NOTE_ED25519_COSIGNATURE, &signer, &err) <
			0 ||
		ledger_write_key(key.data, &signer, &err) < 0) {
		(void)unlink(state.data);
		return ledger_tell(invocation, &err);
	}
	note_key_print(&signer.key, out);
	buf_puts(out, "\n");
	return EXIT_ALLOWED;
}

static int load_key(struct serving *serving, struct error *err)
{
	struct str path = invocation_value(serving->invocation, OPTION_KEY, STR(""));
	char memory[KEY_BYTES];
	size_t len;
	int result = secret_read(SECRET_FILE, path.data, memory, sizeof(memory), &len, err);
	if (result == 0)
		result = note_signer_parse(serving->invocation->arena,
			str_trim((struct str){memory, len}), &serving->signer, err);
	explicit_bzero(memory, sizeof(memory));
	if (result == 0 && serving->signer.key.type != NOTE_ED25519_COSIGNATURE)
		result = ERROR_SET(err, ERROR_POLICY, NO_ORIGIN,
			"the key '%.*s' is not one that cosigns checkpoints", STR_ARGS(path));
	return result;
}

/* One request at a time from here to the end of the process: looking and remembering are one. */
static int lock_state(const struct serving *serving, struct error *err)
{
	struct str path = str_format(serving->invocation->arena, "%s.lock", serving->state_path);
	int fd = open(path.data, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, STATE_MODE);
	if (fd < 0)
		return durable_fail(err, "open", path.data);
	return flock(fd, LOCK_EX) < 0 ? durable_fail(err, "lock", path.data) : 0;
}

static int prepare(struct serving *serving, struct error *err)
{
	struct arena *arena = serving->invocation->arena;
	struct file_source source = {NULL, serving->state_path, serving->state_path};
	struct str text;
	if (witnessed_policy(serving->invocation, &serving->policy, err) < 0 ||
		load_key(serving, err) < 0 || lock_state(serving, err) < 0)
		return -1;
	if (file_read(arena, &source, STATE_BYTES, &text, err) < 0) {
		error_set_remedy(err,
			"never make an empty one: a witness without memory signs contradictions");
		return -1;
	}
	return witness_state_parse(text, &serving->state, err);
}

/* Remember, then sign. */
static int cosign(struct serving *serving, struct error *err)
{
	struct arena *arena = serving->invocation->arena;
	struct buf text;
	serving->memory->size = serving->checkpoint.size;
	serving->memory->root = serving->checkpoint.root;
	buf_init_arena(&text, arena, 4096);
	witness_state_print(&serving->state, &text);
	if (durable_replace(AT_FDCWD, serving->state_path, buf_str(&text), STATE_MODE, err) < 0)
		return -1;
	return note_sign(arena, &serving->signer, serving->note.text, (uint64_t)clock_now_s(),
		&serving->answer, err);
}

static void put_answer(struct serving *serving, int status, struct str body)
{
	static const struct {
		int status;
		struct str words;
	} names[] = {
		{WITNESS_OK, STR_INIT("OK")},
		{WITNESS_BAD_REQUEST, STR_INIT("Bad Request")},
		{WITNESS_FORBIDDEN, STR_INIT("Forbidden")},
		{WITNESS_NOT_FOUND, STR_INIT("Not Found")},
		{WITNESS_CONFLICT, STR_INIT("Conflict")},
		{WITNESS_UNPROCESSABLE, STR_INIT("Unprocessable Entity")},
		{500, STR_INIT("Internal Server Error")},
	};
	struct buf *out = &serving->invocation->console->out.buf;
	size_t row = 0;
	while (names[row].status != status)
		row++;
	buf_printf(out, "Status: %d %.*s\nContent-Type: %s\n\n", status, STR_ARGS(names[row].words),
		status == WITNESS_CONFLICT ? "text/x.tlog.size" : "text/plain; charset=utf-8");
	buf_put(out, body);
}

static int answer(struct serving *serving, struct str body)
{
	struct arena *arena = serving->invocation->arena;
	struct error err = {0};
	enum witness_status status = witness_judge(arena, serving->policy, body, &serving->state,
		&serving->memory, &serving->checkpoint, &serving->note, &err);
	if (status == WITNESS_OK && cosign(serving, &err) < 0) {
		put_answer(serving, 500, STR("the witness failed\n"));
		return ledger_tell(serving->invocation, &err);
	}
	if (status == WITNESS_CONFLICT)
		buf_printf(&serving->answer, "%llu\n", (unsigned long long)serving->memory->size);
	else if (status != WITNESS_OK) {
		escape_put(&serving->answer, MEDIUM_TERMINAL, str_from(err.message));
		buf_put_char(&serving->answer, '\n');
	}
	put_answer(serving, status, buf_str(&serving->answer));
	return status == WITNESS_OK ? EXIT_ALLOWED : EXIT_DENIED;
}

/* A server need not end the stream behind the body: RFC 3875 section 4.2. */
static int read_counted(struct arena *arena, uint64_t length, struct str *ret_body)
{
	char *memory = arena_alloc(arena, WITNESS_BODY_BYTES);
	size_t have = 0;
	if (length > WITNESS_BODY_BYTES)
		return -1;
	while (have < length) {
		ssize_t got = read(STDIN_FILENO, memory + have, (size_t)length - have);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return -1;
		have += (size_t)got;
	}
	*ret_body = (struct str){memory, have};
	return 0;
}

/* What cannot be read whole is no request: it is empty, and refused as such. */
static struct str read_body(struct arena *arena)
{
	const char *given = getenv("CONTENT_LENGTH");
	struct str body = {NULL, 0};
	struct error unread = {0};
	uint64_t length;
	int result = given && number_parse_uint(str_from(given), 10, &length)
			     ? read_counted(arena, length, &body)
			     : file_read_stream(arena, STDIN_FILENO, "<stdin>", WITNESS_BODY_BYTES,
				       &body, &unread);
	return result < 0 ? STR("") : body;
}

int witness_serve(struct invocation *invocation)
{
	struct arena *arena = invocation->arena;
	struct serving *serving = ARENA_NEW(arena, struct serving);
	struct error err = {0};
	struct str body = read_body(arena);
	serving->invocation = invocation;
	serving->state_path = invocation_value(invocation, OPTION_STATE, STR("")).data;
	buf_init_arena(&serving->answer, arena, 512);
	if (prepare(serving, &err) == 0)
		return answer(serving, body);
	put_answer(serving, 500, STR("the witness failed\n"));
	return ledger_tell(invocation, &err);
}
