/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/evidence.h"

#include "base/limits.h"
#include "ipc/notary_client.h"
#include "logstore/spool.h"
#include "programs/gabion/console.h"
#include "programs/gabion/ledger.h"
#include "sys/durable.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

enum { GATHER_BYTES = 1 << 20, GATHER_COUNT = 4096, TIMEOUT_MS = 5000, PATH_BYTES = 512 };

void evidence_begin(struct evidence *evidence, struct invocation *invocation, const char *socket)
{
	*evidence = (struct evidence){.invocation = invocation, .socket = socket};
	arena_init(&evidence->arena, LIMIT_SUBJECT_BYTES);
}

/* gabion/spool below $XDG_STATE_HOME, by default ~/.local/state; what is above it is made when
 * missing. */
static int spool_path(char ret_path[PATH_BYTES], struct error *err)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	char folder[PATH_BYTES];
	/* What is relative does not count: XDG Base Directory Specification, "Basics". */
	bool is_given = state && state[0] == '/';
	int len = is_given ? snprintf(folder, PATH_BYTES, "%s/gabion", state)
			   : snprintf(folder, PATH_BYTES, "%s/.local/state/gabion",
				     home ? home : "/var/tmp");
	if (len < 0 || len >= PATH_BYTES - (int)sizeof("/spool"))
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN, "the path of the spool is too long");
	(void)snprintf(ret_path, PATH_BYTES, "%s", folder);
	memcpy(ret_path + len, "/spool", sizeof("/spool"));
	return durable_make_folders(AT_FDCWD, folder, err);
}

static int keep_in_spool(struct evidence *evidence, struct error *err)
{
	char path[PATH_BYTES];
	struct spool spool;
	if (spool_path(path, err) < 0 || spool_open(&spool, path, err) < 0) {
		error_set_remedy(err, "let XDG_STATE_HOME name a folder that this user may write");
		return -1;
	}
	int result = spool_append(&spool, evidence->records, evidence->count, err);
	spool_close(&spool);
	evidence->spooled += result == 0 ? evidence->count : 0;
	return result;
}

static int send_to_notary(struct evidence *evidence, size_t *ret_sent, struct error *err)
{
	struct notary_client client;
	struct notary_answer answer;
	unsigned char id[NOTARY_PRODUCER_BYTES];
	*ret_sent = 0;
	if (getrandom(id, sizeof(id), 0) != (ssize_t)sizeof(id))
		return durable_fail(err, "ask for", "random bytes");
	if (notary_connect(&client, evidence->socket, id, TIMEOUT_MS, err) < 0)
		return -1;
	int result = 0;
	while (result == 0 && *ret_sent < evidence->count) {
		size_t taken;
		result = notary_append(&client, evidence->records + *ret_sent,
			evidence->count - *ret_sent, &taken, &answer, err);
		*ret_sent += result == 0 ? taken : 0;
	}
	notary_disconnect(&client);
	return result;
}

static void tell(struct evidence *evidence, const char *word, const struct error *err)
{
	console_tell(evidence->invocation->console, word, err, STR(""));
}

static void hand_over(struct evidence *evidence)
{
	struct error away = {0}, err = {0};
	size_t sent = 0;
	if (evidence->count == 0)
		return;
	/* Behind what waits already: nobody waits for the notary twice, and the order stays. */
	bool waits = evidence->spooled > 0;
	int result = waits ? -1 : send_to_notary(evidence, &sent, &away);
	evidence->kept += sent;
	evidence->records += sent;
	evidence->count -= sent;
	if (result < 0) {
		if (!waits)
			tell(evidence, "warning", &away);
		if (keep_in_spool(evidence, &err) < 0) {
			tell(evidence, "error", &err);
			evidence->lost += evidence->count;
			evidence->failed = true;
		}
	}
	arena_reset(&evidence->arena);
	evidence->records = NULL;
	evidence->count = evidence->capacity = evidence->bytes = 0;
}

void evidence_add(struct evidence *evidence, struct str record)
{
	bool full = evidence->count == GATHER_COUNT ||
		    evidence->bytes + journal_frame_bytes(record.len) > GATHER_BYTES;
	if (full && evidence->socket)
		hand_over(evidence);
	if (evidence->count == evidence->capacity)
		evidence->records = arena_grow(&evidence->arena, evidence->records, evidence->count,
			&evidence->capacity, sizeof(struct str));
	evidence->records[evidence->count++] = str_copy(&evidence->arena, record);
	evidence->bytes += journal_frame_bytes(record.len);
}

/* What earlier runs left behind goes first from here on. */
static uint64_t drain_spool(struct evidence *evidence)
{
	char path[PATH_BYTES];
	struct spool spool;
	struct error err = {0};
	uint64_t sent = 0;
	if (spool_path(path, &err) < 0 || spool_open(&spool, path, &err) < 0)
		return 0;
	(void)spool_drain(&spool, evidence->socket, TIMEOUT_MS, &sent, &err);
	spool_close(&spool);
	return sent;
}

void evidence_discard(struct evidence *evidence)
{
	arena_release(&evidence->arena);
	evidence->records = NULL;
	evidence->count = evidence->capacity = evidence->bytes = 0;
}

int evidence_end(struct evidence *evidence)
{
	char memory[160];
	struct buf text;
	hand_over(evidence);
	uint64_t drained = evidence->spooled == 0 ? drain_spool(evidence) : 0;
	buf_init_fixed(&text, memory, sizeof(memory));
	if (evidence->lost > 0)
		buf_printf(&text, "evidence: %llu records are LOST: neither sent nor kept here\n",
			(unsigned long long)evidence->lost);
	else if (evidence->spooled > 0)
		buf_printf(&text,
			"evidence: %llu records wait in the spool until the notary is back\n",
			(unsigned long long)evidence->spooled);
	else
		buf_printf(&text, "evidence: %llu records are in the ledger%s\n",
			(unsigned long long)(evidence->kept + drained),
			drained > 0 ? ", earlier ones from the spool among them" : "");
	if (evidence->lost > 0 || !invocation_has(evidence->invocation, OPTION_QUIET))
		console_say(evidence->invocation->console, buf_str(&text));
	arena_release(&evidence->arena);
	return evidence->failed ? -1 : 0;
}

int evidence_keep(struct invocation *invocation, struct str record)
{
	struct evidence evidence;
	if (!invocation_has(invocation, OPTION_EVIDENCE))
		return 0;
	evidence_begin(
		&evidence, invocation, invocation_value(invocation, OPTION_EVIDENCE, STR("")).data);
	evidence_add(&evidence, record);
	return evidence_end(&evidence);
}
