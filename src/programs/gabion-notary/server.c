/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-notary/server.h"

#include "base/utf8.h"
#include "ipc/append.h"
#include "ipc/notary.h"
#include "ipc/socket.h"
#include "ledger/record.h"
#include "programs/gabion-notary/own.h"
#include "sys/clock.h"
#include "sys/durable.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
	EVENTS = 256,
	SCRATCH_BYTES = 4 << 20,
	PRUNE_STEP_FILES = 64, /* unlinked between two groups */
	CLOCK_LOOK_MS = 10000, /* how late a jump is noticed when nobody says anything */
};

/* What an event belongs to: clients have numbers below SERVER_CLIENTS. */
enum { TOKEN_LISTEN = SERVER_CLIENTS, TOKEN_SIGNAL, TOKEN_SYNCER };

struct client {
	int fd; /* -1: free */
	uid_t uid;
	bool has_producer;
	bool wants_flush, wants_append_answer, wants_prune;
	uint64_t flush_size; /* what the checkpoint must cover */
	struct producer producer;
	struct notary_answer answer;
};

struct server {
	struct log_writer *writer;
	struct syncer *syncer;
	struct access access;
	int listen_fd, epoll_fd, signal_fd;
	struct client clients[SERVER_CLIENTS];
	/* One cycle: what was received, and the group it becomes. */
	char received[SERVER_CYCLE_BYTES + NOTARY_MESSAGE_BYTES];
	size_t received_bytes;
	struct str items[SERVER_CYCLE_ITEMS + 1];
	size_t item_count;
	struct own_records own;
	struct clock_watch clock;
	struct log_state state; /* being synced */
	struct {
		bool pending;
		uint64_t minimum, record;
	} prune;              /* goes on when whoever asked is gone: its record is there */
	int64_t published_ms; /* when the last checkpoint was begun */
	bool is_full;         /* no more is appended until there is room on the disk */
	bool stopping;
	struct arena scratch;
};

static int64_t now_ms(void)
{
	return (int64_t)(clock_monotonic_ns() / 1000000);
}

static int watch(const struct server *server, int fd, uint32_t token, struct error *err)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = token};
	if (epoll_ctl(server->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
		return durable_fail(err, "watch", "a descriptor");
	return 0;
}

static int open_signals(struct error *err)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? durable_fail(err, "watch", "signals") : fd;
}

int server_new(struct log_writer *writer, int listen_fd, struct syncer *syncer,
	const struct access *access, struct server **ret_server, struct error *err)
{
	struct server *server = calloc(1, sizeof(*server));
	if (!server)
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN, "no memory for the server");
	server->writer = writer;
	server->syncer = syncer;
	server->access = *access;
	server->listen_fd = listen_fd;
	clock_watch_init(&server->clock, clock_read);
	for (size_t i = 0; i < SERVER_CLIENTS; i++)
		server->clients[i].fd = -1;
	arena_init(&server->scratch, SCRATCH_BYTES);
	*ret_server = server;
	server->signal_fd = open_signals(err);
	server->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (server->epoll_fd < 0)
		return durable_fail(err, "make", "an epoll descriptor");
	if (server->signal_fd < 0 || watch(server, listen_fd, TOKEN_LISTEN, err) < 0 ||
		watch(server, server->signal_fd, TOKEN_SIGNAL, err) < 0 ||
		watch(server, syncer->fd, TOKEN_SYNCER, err) < 0)
		return -1;
	return 0;
}

static void hang_up(struct client *client)
{
	close(client->fd); /* epoll forgets it by itself */
	*client = (struct client){.fd = -1};
}

static void send_answer(struct server *server, struct client *client)
{
	struct notary_answer *answer = &client->answer;
	struct error ignored = {0};
	answer->durable_size = log_durable_size(server->writer);
	answer->published_size = server->writer->published_size;
	answer->last_sequence =
		client->has_producer ? producers_get(server->writer->producers, client->producer.id)
				     : 0;
	struct str message = {(const char *)answer, sizeof(*answer)};
	/* A client asks one thing at a time, so its queue has room unless it breaks the rules. */
	bool sent = socket_send(client->fd, message, &ignored) == 0;
	if (!sent || answer->status == NOTARY_MALFORMED)
		hang_up(client);
}

static void refuse(
	struct server *server, struct client *client, enum notary_status status, const char *text)
{
	client->answer.status = (uint32_t)status;
	(void)snprintf(client->answer.text, sizeof(client->answer.text), "%s", text);
	send_answer(server, client);
}

static int accept_clients(struct server *server, struct error *err)
{
	struct socket_peer peer;
	int fd;
	while ((fd = socket_accept(server->listen_fd, &peer, err)) >= 0) {
		bool is_allowed = access_allows(&server->access, peer.uid);
		size_t slot = 0;
		while (slot < SERVER_CLIENTS && server->clients[slot].fd >= 0)
			slot++;
		if (slot == SERVER_CLIENTS || !is_allowed) {
			access_turn_away(fd, peer.uid, is_allowed);
			continue;
		}
		server->clients[slot].fd = fd;
		server->clients[slot].uid = peer.uid;
		if (watch(server, fd, (uint32_t)slot, err) < 0)
			return -1;
	}
	return err->kind == ERROR_NONE ? 0 : -1;
}

static void do_hello(
	struct server *server, struct client *client, const struct notary_request *request)
{
	for (size_t i = 0; i < SERVER_CLIENTS; i++) {
		const struct client *other = &server->clients[i];
		bool same = other->fd >= 0 && other->has_producer && other != client &&
			    memcmp(other->producer.id, request->producer, PRODUCER_ID_BYTES) == 0;
		if (same) {
			refuse(server, client, NOTARY_BUSY,
				"another connection speaks for this producer");
			return;
		}
	}
	memcpy(client->producer.id, request->producer, PRODUCER_ID_BYTES);
	client->has_producer = true;
	send_answer(server, client);
}

static void end_own(struct server *server, const struct buf *record)
{
	server->items[server->item_count++] =
		own_end(&server->own, server->writer->producers, record);
}

static struct record_time time_of(int64_t wall_ns)
{
	return (struct record_time){
		.seconds = wall_ns / 1000000000, .nanoseconds = (uint32_t)(wall_ns % 1000000000)};
}

static struct record_time time_now(const struct server *server)
{
	return time_of(server->clock.source().wall_ns);
}

/* Who reads the times of records must know when they cannot be compared. */
static void note_clock_jump(struct server *server)
{
	struct clock_reading now;
	int64_t jump_ns = clock_watch_look(&server->clock, &now);
	if (jump_ns == 0)
		return;
	struct buf out = own_begin(&server->own);
	record_print_clock(&out, time_of(now.wall_ns - jump_ns), time_of(now.wall_ns));
	end_own(server, &out);
	fprintf(stderr, "gabion-notary: the clock was set by %lld ms\n",
		(long long)jump_ns / 1000000);
}

/* Numbers that never came are a record themselves. */
static void note_gap(
	struct server *server, const struct client *client, uint64_t first, uint64_t last)
{
	struct buf out = own_begin(&server->own);
	record_print_gap(&out, time_now(server),
		(struct str){(const char *)client->producer.id, PRODUCER_ID_BYTES}, first, last);
	end_own(server, &out);
}

/* All items, or none when the message is malformed. What the ledger has already is passed over. */
static bool take_items(struct server *server, struct client *client,
	const struct notary_request *request, struct str body)
{
	struct append_reader reader, check;
	struct str item;
	int result = append_begin(&reader, request, client->producer.id, body) ? 1 : -1;
	for (check = reader; result == 1;)
		result = append_next(&check, &item);
	if (result < 0)
		return false;
	uint64_t known = producers_get(server->writer->producers, client->producer.id);
	if (request->sequence > known + 1)
		note_gap(server, client, known + 1, request->sequence - 1);
	size_t before = server->item_count;
	while (append_next(&reader, &item) == 1)
		if (reader.sequence - 1 > known)
			server->items[server->item_count++] = item;
	client->answer.first_index = log_durable_size(server->writer) + before;
	client->answer.appended = server->item_count - before;
	return true;
}

static void do_append(struct server *server, struct client *client,
	const struct notary_request *request, struct str body)
{
	if (!client->has_producer)
		refuse(server, client, NOTARY_MALFORMED, "an APPEND before a HELLO");
	else if (server->is_full)
		refuse(server, client, NOTARY_REFUSED,
			"the disk of the ledger is nearly full; nothing was appended");
	else if (!take_items(server, client, request, body))
		refuse(server, client, NOTARY_MALFORMED,
			"the items of an APPEND do not keep to the form");
	else
		client->wants_append_answer = true;
}

static void do_flush(struct server *server, struct client *client)
{
	client->flush_size = log_durable_size(server->writer);
	client->wants_flush = true;
}

static const char *prune_objection(const struct server *server, const struct client *client,
	const struct notary_request *request, struct str archive)
{
	const struct log_writer *writer = server->writer;
	if (client->uid != 0 && client->uid != geteuid())
		return "only root and the notary's own user may prune";
	if (server->prune.pending)
		return "another pruning is under way";
	if (archive.len == 0 || archive.len > NOTARY_PRUNE_BYTES ||
		utf8_find_invalid(archive) != SIZE_MAX)
		return "the name of the archive is not 1 to 1024 bytes of UTF-8";
	if (request->sequence % TILE_WIDTH != 0 || request->sequence <= writer->minimum ||
		request->sequence > writer->published_size)
		return "records are pruned up to a multiple of 256 that is above the minimum index "
		       "and published";
	return NULL;
}

/* The record comes first; the minimum index follows when a checkpoint covers it. */
static void do_prune(struct server *server, struct client *client,
	const struct notary_request *request, struct str archive)
{
	const char *objection = prune_objection(server, client, request, archive);
	if (objection) {
		refuse(server, client, NOTARY_REFUSED, objection);
		return;
	}
	struct arena_mark mark = arena_mark(&server->scratch);
	struct buf out = own_begin(&server->own);
	struct record_prune prune = {.first = server->writer->minimum,
		.minimum = request->sequence,
		.archive = archive,
		.user = client->uid,
		.forced = request->count != 0};
	record_print_prune(&server->scratch, &out, time_now(server), &prune);
	arena_rewind(&server->scratch, mark);
	if (out.truncated) {
		refuse(server, client, NOTARY_REFUSED, "the name of the archive is too long");
		return;
	}
	client->answer.first_index = log_durable_size(server->writer) + server->item_count;
	client->wants_prune = true;
	server->prune.pending = true;
	server->prune.minimum = request->sequence;
	server->prune.record = client->answer.first_index;
	end_own(server, &out);
}

static void do_request(struct server *server, struct client *client, struct str message)
{
	struct notary_request request = {0};
	client->answer = (struct notary_answer){0};
	if (client->wants_append_answer || client->wants_flush || client->wants_prune ||
		message.len < sizeof(request)) {
		refuse(server, client, NOTARY_MALFORMED,
			"a request that is cut short or does not wait for its turn");
		return;
	}
	memcpy(&request, message.data, sizeof(request));
	client->answer.kind = request.kind;
	if (request.kind == NOTARY_HELLO)
		do_hello(server, client, &request);
	else if (request.kind == NOTARY_APPEND)
		do_append(
			server, client, &request, str_slice(message, sizeof(request), message.len));
	else if (request.kind == NOTARY_FLUSH)
		do_flush(server, client);
	else if (request.kind == NOTARY_STATUS)
		send_answer(server, client);
	else if (request.kind == NOTARY_PRUNE)
		do_prune(
			server, client, &request, str_slice(message, sizeof(request), message.len));
	else
		refuse(server, client, NOTARY_MALFORMED, "an unknown request");
}

static void receive_request(struct server *server, struct client *client)
{
	struct error err = {0};
	char *memory = server->received + server->received_bytes;
	if (client->fd < 0 || server->received_bytes > SERVER_CYCLE_BYTES ||
		server->own.count == OWN_RECORDS)
		return; /* the next cycle will take it */
	ssize_t len = socket_receive(client->fd, memory, NOTARY_MESSAGE_BYTES, &err);
	if (len == 0 || (len < 0 && err.kind != ERROR_NONE)) {
		hang_up(client);
		return;
	}
	if (len < 0)
		return;
	size_t most_items =
		(size_t)len / (sizeof(struct notary_item) + PRODUCER_PREFIX_BYTES + 1) + 1;
	if (server->item_count + most_items > SERVER_CYCLE_ITEMS) {
		refuse(server, client, NOTARY_REFUSED, "too many records at once, send them again");
		return;
	}
	server->received_bytes += ((size_t)len + 7) & ~(size_t)7;
	do_request(server, client, (struct str){memory, (size_t)len});
}

static void answer_appends(struct server *server, const struct error *refused)
{
	for (size_t i = 0; i < SERVER_CLIENTS; i++) {
		struct client *client = &server->clients[i];
		if (client->fd < 0 || !client->wants_append_answer)
			continue;
		client->wants_append_answer = false;
		if (refused->kind == ERROR_NONE)
			send_answer(server, client);
		else
			refuse(server, client, NOTARY_REFUSED, refused->message);
	}
}

/* What was received in this cycle becomes durable as one group, and only then is it acknowledged.
 */
static int commit(struct server *server, struct error *err)
{
	struct error refused = {0};
	if (server->item_count > 0 &&
		log_append(server->writer, server->items, server->item_count, &refused) < 0 &&
		refused.kind != ERROR_LIMIT) {
		*err = refused;
		return -1;
	}
	answer_appends(server, &refused);
	server->item_count = server->own.count = server->received_bytes = 0;
	return 0;
}

static void answer_flushes(struct server *server)
{
	for (size_t i = 0; i < SERVER_CLIENTS; i++) {
		struct client *client = &server->clients[i];
		if (client->fd < 0 || !client->wants_flush ||
			client->flush_size > server->writer->published_size)
			continue;
		client->wants_flush = false;
		send_answer(server, client);
	}
}

/* Record, then minimum index, then answer; the files go in later cycles. */
static int finish_prune(struct server *server, struct error *err)
{
	if (!server->prune.pending || server->prune.record >= server->writer->published_size)
		return 0;
	server->prune.pending = false;
	if (log_prune(server->writer, server->prune.minimum, server->prune.record, err) < 0)
		return -1;
	for (size_t i = 0; i < SERVER_CLIENTS; i++) {
		struct client *client = &server->clients[i];
		if (client->fd < 0 || !client->wants_prune)
			continue;
		client->wants_prune = false;
		send_answer(server, client);
	}
	return 0;
}

static bool somebody_waits(const struct server *server)
{
	if (server->prune.pending)
		return true;
	for (size_t i = 0; i < SERVER_CLIENTS; i++)
		if (server->clients[i].fd >= 0 && server->clients[i].wants_flush)
			return true;
	return false;
}

static bool has_unpublished(const struct server *server)
{
	return log_durable_size(server->writer) > server->writer->published_size;
}

/* Begin a checkpoint when one is due and none is on its way. */
static int begin_publication(struct server *server, struct error *err)
{
	if (server->syncer->busy || !has_unpublished(server))
		return 0;
	bool due = now_ms() - server->published_ms >= SERVER_PUBLISH_MS;
	if (!due && !somebody_waits(server))
		return 0;
	server->published_ms = now_ms();
	if (log_write_edge(server->writer, &server->state, err) < 0)
		return -1;
	return syncer_ask(server->syncer, err);
}

static int end_publication(struct server *server, struct error *err)
{
	if (syncer_take(server->syncer, err) < 0)
		return -1;
	return log_publish(server->writer, &server->state, &server->scratch, err);
}

static int handle(struct server *server, uint32_t token, struct error *err)
{
	if (token == TOKEN_LISTEN)
		return accept_clients(server, err);
	if (token == TOKEN_SYNCER)
		return end_publication(server, err);
	if (token == TOKEN_SIGNAL)
		server->stopping = true;
	else
		receive_request(server, &server->clients[token]);
	return 0;
}

/* How long nothing needs to be done unasked. */
static int idle_ms(struct server *server)
{
	if (log_prune_some(server->writer, PRUNE_STEP_FILES))
		return 0;
	return has_unpublished(server) && !server->syncer->busy ? SERVER_PUBLISH_MS : CLOCK_LOOK_MS;
}

/* Before the disk is full the notary stops to append, and can still publish what it has. */
static int look_for_room(struct server *server, struct error *err)
{
	bool has_room;
	if (log_has_room(server->writer, &has_room, err) < 0)
		return -1;
	if (has_room == server->is_full)
		fprintf(stderr,
			"gabion-notary: the ledger's disk has %s %d MiB free: records are %s\n",
			has_room ? "at least" : "less than", LOG_RESERVE_BYTES >> 20,
			has_room ? "appended again" : "refused until space is freed");
	server->is_full = !has_room;
	return 0;
}

static int cycle(struct server *server, struct error *err)
{
	struct epoll_event events[EVENTS];
	int timeout_ms = idle_ms(server);
	int count = epoll_wait(server->epoll_fd, events, EVENTS, timeout_ms);
	if (count < 0 && errno != EINTR)
		return durable_fail(err, "wait for", "events");
	if (count > 0 && look_for_room(server, err) < 0)
		return -1;
	if (!server->is_full)
		note_clock_jump(server);
	for (int i = 0; i < count; i++)
		if (handle(server, events[i].data.u32, err) < 0)
			return -1;
	if (commit(server, err) < 0)
		return -1;
	answer_flushes(server);
	if (finish_prune(server, err) < 0)
		return -1;
	return begin_publication(server, err);
}

static int publish_the_rest(struct server *server, struct error *err)
{
	if (server->syncer->busy && end_publication(server, err) < 0)
		return -1;
	if (!has_unpublished(server))
		return 0;
	if (log_write_edge(server->writer, &server->state, err) < 0 ||
		syncer_ask(server->syncer, err) < 0)
		return -1;
	return end_publication(server, err);
}

/* Whoever waits is told why, instead of finding the line dead. */
static void tell_failure(struct server *server, const struct error *err)
{
	for (size_t i = 0; i < SERVER_CLIENTS; i++) {
		struct client *client = &server->clients[i];
		if (client->fd >= 0 &&
			(client->wants_append_answer || client->wants_flush || client->wants_prune))
			refuse(server, client, NOTARY_FAILED, err->message);
	}
}

static int serve(struct server *server, struct error *err)
{
	while (!server->stopping)
		if (cycle(server, err) < 0)
			return -1;
	if (publish_the_rest(server, err) < 0)
		return -1;
	answer_flushes(server);
	return finish_prune(server, err);
}

int server_run(struct server *server, struct error *err)
{
	int result = serve(server, err);
	if (result < 0)
		tell_failure(server, err);
	return result;
}

void server_free(struct server *server)
{
	if (!server)
		return;
	for (size_t i = 0; i < SERVER_CLIENTS; i++)
		if (server->clients[i].fd >= 0)
			close(server->clients[i].fd);
	close(server->epoll_fd);
	close(server->signal_fd);
	arena_release(&server->scratch);
	free(server);
}
