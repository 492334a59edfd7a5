/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc/notary_client.h"

#include "ipc/append.h"
#include "ipc/socket.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* What was said before the line was cut is still there to be read, behind the news of the cut. */
static ssize_t receive(struct notary_client *client, struct notary_answer *ret, struct error *err)
{
	ssize_t len = socket_receive(client->fd, ret, sizeof(*ret), err);
	return len == 0 ? socket_receive(client->fd, ret, sizeof(*ret), err) : len;
}

static int ask(struct notary_client *client, size_t bytes, uint32_t kind, struct notary_answer *ret,
	struct error *err)
{
	struct error unsent = {0};
	int sent = socket_send(client->fd, (struct str){client->message, bytes}, &unsent);
	if (sent > 0 || (sent < 0 && unsent.system_errno != EPIPE))
		return ERROR_SET(err, ERROR_SYSTEM, NO_ORIGIN, "the notary does not take requests");
	ssize_t len = receive(client, ret, err);
	if (len != (ssize_t)sizeof(*ret) || (ret->status == NOTARY_OK && ret->kind != kind))
		return ERROR_SET(err, ERROR_SYSTEM, NO_ORIGIN,
			len == 0 ? "the notary hung up" : "the notary did not answer in time");
	client->last_sequence = ret->last_sequence;
	if (ret->status != NOTARY_OK)
		return ERROR_SET(err, ERROR_DENIED, NO_ORIGIN, "the notary %s: %.*s",
			ret->status == NOTARY_FAILED ? "ended" : "refused", NOTARY_TEXT_BYTES - 1,
			ret->text);
	return 0;
}

static int ask_plain(
	struct notary_client *client, uint32_t kind, struct notary_answer *ret, struct error *err)
{
	struct notary_request request = {.kind = kind};
	memcpy(request.producer, client->producer, sizeof(request.producer));
	memcpy(client->message, &request, sizeof(request));
	return ask(client, sizeof(request), kind, ret, err);
}

int notary_connect(struct notary_client *client, const char *socket_path,
	const unsigned char producer[NOTARY_PRODUCER_BYTES], unsigned timeout_ms, struct error *err)
{
	struct notary_answer answer = {0};
	*client = (struct notary_client){.fd = -1};
	memcpy(client->producer, producer, NOTARY_PRODUCER_BYTES);
	client->message = malloc(NOTARY_MESSAGE_BYTES);
	if (!client->message)
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN, "no memory for a message");
	client->fd = socket_connect(socket_path, timeout_ms, err);
	if (client->fd >= 0 && ask_plain(client, NOTARY_HELLO, &answer, err) == 0)
		return 0;
	notary_disconnect(client);
	return -1;
}

int notary_append(struct notary_client *client, const struct str *records, size_t count,
	size_t *ret_taken, struct notary_answer *ret_answer, struct error *err)
{
	struct notary_request request = {
		.kind = NOTARY_APPEND, .sequence = client->last_sequence + 1};
	size_t bytes = sizeof(request), taken = 0;
	for (; taken < count; taken++) {
		size_t needed = APPEND_ITEM_BYTES + records[taken].len;
		if (records[taken].len == 0 || records[taken].len > APPEND_RECORD_BYTES)
			return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
				"a record has %zu bytes, allowed are 1 to %d", records[taken].len,
				APPEND_RECORD_BYTES);
		if (needed > NOTARY_MESSAGE_BYTES - bytes)
			break;
		bytes += append_put(client->message + bytes, client->producer,
			request.sequence + taken, records[taken]);
	}
	request.count = (uint32_t)taken;
	memcpy(client->message, &request, sizeof(request));
	*ret_taken = taken;
	return ask(client, bytes, NOTARY_APPEND, ret_answer, err);
}

int notary_flush(struct notary_client *client, struct notary_answer *ret_answer, struct error *err)
{
	return ask_plain(client, NOTARY_FLUSH, ret_answer, err);
}

int notary_prune(struct notary_client *client, uint64_t minimum, struct str archive, bool forced,
	struct notary_answer *ret_answer, struct error *err)
{
	struct notary_request request = {
		.kind = NOTARY_PRUNE, .count = forced ? 1 : 0, .sequence = minimum};
	if (archive.len == 0 || archive.len > NOTARY_PRUNE_BYTES)
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
			"the name of the archive has %zu bytes, allowed are 1 to %d", archive.len,
			NOTARY_PRUNE_BYTES);
	memcpy(client->message, &request, sizeof(request));
	memcpy(client->message + sizeof(request), archive.data, archive.len);
	return ask(client, sizeof(request) + archive.len, NOTARY_PRUNE, ret_answer, err);
}

void notary_disconnect(struct notary_client *client)
{
	if (client->fd >= 0)
		close(client->fd);
	free(client->message);
	*client = (struct notary_client){.fd = -1};
}
