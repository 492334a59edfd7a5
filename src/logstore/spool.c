/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/spool.h"

#include "ipc/append.h"
#include "sys/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static int lock_folder(struct spool *spool, const char *folder, struct error *err)
{
	if (mkdir(folder, 0700) < 0 && errno != EEXIST)
		return durable_fail(err, "make folder", folder);
	spool->folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (spool->folder_fd < 0)
		return durable_fail(err, "open folder", folder);
	if (flock(spool->folder_fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno != EWOULDBLOCK)
		return durable_fail(err, "lock", folder);
	return ERROR_SET(
		err, ERROR_DENIED, NO_ORIGIN, "another process is using the spool '%s'", folder);
}

/* Random, made once: a spool that is deleted comes back as another producer. */
static int load_id(struct spool *spool, struct error *err)
{
	int fd = openat(spool->folder_fd, "id", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT) {
		if (getrandom(spool->id, sizeof(spool->id), 0) != (ssize_t)sizeof(spool->id))
			return durable_fail(err, "ask for", "random bytes");
		struct str bytes = {(const char *)spool->id, sizeof(spool->id)};
		return durable_replace(spool->folder_fd, "id", bytes, 0600, err);
	}
	if (fd < 0)
		return durable_fail(err, "open", "id");
	ssize_t len = read(fd, spool->id, sizeof(spool->id));
	close(fd);
	if (len != (ssize_t)sizeof(spool->id))
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "the spool's id is not %d bytes long",
			PRODUCER_ID_BYTES);
	return 0;
}

static int pass_over(void *context, uint64_t index, struct str record, struct error *err)
{
	(void)context;
	(void)index;
	(void)record;
	(void)err;
	return 0;
}

int spool_open(struct spool *spool, const char *folder, struct error *err)
{
	*spool = (struct spool){.folder_fd = -1, .journal = {.folder_fd = -1, .fd = -1}};
	if (lock_folder(spool, folder, err) == 0 && load_id(spool, err) == 0 &&
		journal_open(&spool->journal, spool->folder_fd, JOURNAL_OLDEST, pass_over, NULL,
			err) == 0)
		return 0;
	spool_close(spool);
	return -1;
}

int spool_append(struct spool *spool, const struct str *records, size_t count, struct error *err)
{
	return journal_append(&spool->journal, records, count, err);
}

enum { BATCH_RECORDS = 1024, BATCH_BYTES = 128 << 10 };

/* Records on their way, as many as surely fit into one message. */
struct batch {
	struct notary_client *client;
	uint64_t first, sent; /* index of the first record; sent by earlier batches */
	size_t count, bytes;
	struct str records[BATCH_RECORDS];
	char memory[BATCH_BYTES];
};

_Static_assert(BATCH_BYTES + BATCH_RECORDS * APPEND_ITEM_BYTES + sizeof(struct notary_request) <=
		       NOTARY_MESSAGE_BYTES,
	"a batch is one message");

static int send_batch(struct batch *batch, struct error *err)
{
	struct notary_answer answer;
	size_t taken;
	if (batch->count == 0)
		return 0;
	/* A record keeps its number, whatever the notary has: what is between is a gap. */
	batch->client->last_sequence = batch->first;
	if (notary_append(batch->client, batch->records, batch->count, &taken, &answer, err) < 0)
		return -1;
	batch->sent += batch->count;
	batch->count = batch->bytes = 0;
	return 0;
}

static int add_record(void *context, uint64_t index, struct str record, struct error *err)
{
	struct batch *batch = context;
	if (batch->count == 0 && index < batch->client->last_sequence)
		return 0;
	bool full = batch->count == BATCH_RECORDS || record.len > BATCH_BYTES - batch->bytes;
	if (full && send_batch(batch, err) < 0)
		return -1;
	if (batch->count == 0)
		batch->first = index;
	char *memory = batch->memory + batch->bytes;
	memcpy(memory, record.data, record.len);
	batch->records[batch->count++] = (struct str){memory, record.len};
	batch->bytes += record.len;
	return 0;
}

/* Reading the journal again is how its entries are had: nothing is kept in memory. */
static int send_missing(struct spool *spool, struct batch *batch, struct error *err)
{
	if (batch->client->last_sequence >= spool->journal.next_index)
		return 0;
	journal_close(&spool->journal);
	if (journal_open(
		    &spool->journal, spool->folder_fd, JOURNAL_OLDEST, add_record, batch, err) < 0)
		return -1;
	return send_batch(batch, err);
}

int spool_drain(struct spool *spool, const char *socket_path, unsigned timeout_ms,
	uint64_t *ret_sent, struct error *err)
{
	struct notary_client client;
	*ret_sent = 0;
	if (notary_connect(&client, socket_path, spool->id, timeout_ms, err) < 0)
		return -1;
	struct batch *batch = calloc(1, sizeof(*batch));
	int result = -1;
	if (batch) {
		batch->client = &client;
		result = send_missing(spool, batch, err);
		*ret_sent = batch->sent;
	} else {
		ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN, "no memory to empty the spool");
	}
	free(batch);
	notary_disconnect(&client);
	if (result == 0)
		result = journal_recycle(&spool->journal, spool->journal.next_index, err);
	return result;
}

void spool_close(struct spool *spool)
{
	journal_close(&spool->journal);
	if (spool->folder_fd >= 0)
		close(spool->folder_fd);
	spool->folder_fd = -1;
}
