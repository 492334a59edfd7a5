/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/spool.h"

#include "sys/durable.h"

#include <errno.h>
#include <fcntl.h>
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

static int send_record(void *context, uint64_t index, struct str record, struct error *err)
{
	struct spool *spool = context;
	struct notary_answer answer;
	size_t taken;
	if (index < spool->client->last_sequence)
		return 0;
	spool->sent++;
	return notary_append(spool->client, &record, 1, &taken, &answer, err);
}

/* Reading the journal again is how its entries are had: nothing is kept in memory. */
static int send_missing(struct spool *spool, struct error *err)
{
	if (spool->client->last_sequence >= spool->journal.next_index)
		return 0;
	journal_close(&spool->journal);
	return journal_open(
		&spool->journal, spool->folder_fd, JOURNAL_OLDEST, send_record, spool, err);
}

int spool_drain(struct spool *spool, const char *socket_path, unsigned timeout_ms,
	uint64_t *ret_sent, struct error *err)
{
	struct notary_client client;
	*ret_sent = 0;
	if (notary_connect(&client, socket_path, spool->id, timeout_ms, err) < 0)
		return -1;
	spool->client = &client;
	spool->sent = 0;
	int result = send_missing(spool, err);
	*ret_sent = spool->sent;
	notary_disconnect(&client);
	spool->client = NULL;
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
