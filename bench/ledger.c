/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What evidence costs: durable records against the disk's own fdatasync in the same run, a whole
 * ledger verified, a proof. Appends and syncs of the disk alternate, so that a slow moment hits
 * both. Wall-clock time: the disk is what is waited for.
 */
#include "bench.h"
#include "ipc/append.h"
#include "ipc/notary_client.h"
#include "ipc/socket.h"
#include "ledger/proof.h"
#include "logstore/reader.h"
#include "logstore/writer.h"

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	RECORD_BYTES = 400,
	BLOCKS = 15, /* the median block counts: a host that stalls for a moment spoils one */
	BLOCK_ROUNDS = 1000,
	CROWD_MAX = 256,
	CROWD_SECONDS = 5,
	LARGE_RECORDS = 1000000,
	GROUP = 8000,
	VERIFY_ROUNDS = 3,
};

static const char record_text[RECORD_BYTES] = "{\"time\":\"2026-01-01T00:00:00Z\"";
static pid_t notary;
static char folder[] = "/var/tmp/gabion-bench.XXXXXX";

static const char *path_of(const char *name)
{
	static char paths[4][80];
	static unsigned next;
	char *path = paths[next++ % 4];
	(void)snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static void require(bool good, const char *what, const struct error *err)
{
	if (good)
		return;
	fprintf(stderr, "%s: %s\n", what, err ? err->message : "failed");
	exit(1);
}

static double now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int by_size(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

static void make_signer(struct arena *arena, struct note_signer *ret_signer)
{
	struct error err = {0};
	require(note_signer_new(arena, STR("gabion.bench/log"), NOTE_ED25519,
			STR("0123456789abcdef0123456789abcdef"), ret_signer, &err) == 0,
		"key", &err);
	FILE *file = fopen(path_of("key"), "w");
	char memory[512];
	struct buf text;
	buf_init_fixed(&text, memory, sizeof(memory));
	note_signer_print(ret_signer, &text);
	require(file && fwrite(memory, text.len, 1, file) == 1 && fclose(file) == 0, "key", NULL);
	require(chmod(path_of("key"), 0400) == 0, "key", NULL);
}

static void stop_notary(void)
{
	if (notary > 0 && kill(notary, SIGTERM) == 0)
		(void)waitpid(notary, NULL, 0);
	notary = 0;
}

/* However the measuring ends. */
static void clean_up(void)
{
	stop_notary();
	(void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void start_notary(void)
{
	notary = fork();
	if (notary == 0) {
		(void)execl(NOTARY, "gabion-notary", "--ledger", path_of("served"), "--socket",
			path_of("socket"), "--key", path_of("key"), NULL);
		_exit(127);
	}
	require(notary > 0, "fork", NULL);
	for (int tries = 0; tries < 500 && access(path_of("socket"), F_OK) < 0; tries++)
		(void)usleep(10000);
}

static void connect_producer(struct notary_client *client, unsigned number)
{
	unsigned char id[NOTARY_PRODUCER_BYTES] = {1};
	struct error err = {0};
	memcpy(id + 4, &number, sizeof(number));
	require(notary_connect(client, path_of("socket"), id, 10000, &err) == 0, "connect", &err);
}

/* A file as the journal's are: written once, so that a sync is one write of the disk. */
static int open_plain_file(void)
{
	static const char zeros[1 << 20];
	int fd = open(path_of("plain"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	for (int i = 0; i < 16; i++)
		require(write(fd, zeros, sizeof(zeros)) == (ssize_t)sizeof(zeros), "write", NULL);
	require(fsync(fd) == 0, "fsync", NULL);
	return fd;
}

/* Of each block, and then of the median block: half of the times are below, 99 of 100 are below. */
struct times {
	double rounds[BLOCK_ROUNDS];
	double medians[BLOCKS], high[BLOCKS];
};

static void end_block(struct times *times, int block)
{
	qsort(times->rounds, BLOCK_ROUNDS, sizeof(double), by_size);
	times->medians[block] = times->rounds[BLOCK_ROUNDS / 2];
	times->high[block] = times->rounds[BLOCK_ROUNDS * 99 / 100];
}

static void print_times(const char *title, struct times *times)
{
	qsort(times->medians, BLOCKS, sizeof(double), by_size);
	qsort(times->high, BLOCKS, sizeof(double), by_size);
	printf("%s\n", title);
	bench_figure("median", times->medians[BLOCKS / 2], "us", 0);
	bench_figure("p99", times->high[BLOCKS / 2], "us", 0);
	bench_figure("p99 of the quietest block", times->high[0], "us", 0);
}

static void measure_round(
	int fd, int round, struct notary_client *client, double *ret_sync, double *ret_append)
{
	struct notary_answer answer;
	struct error err = {0};
	struct str record = {record_text, sizeof(record_text)};
	size_t taken;
	double start = now_us();
	require(pwrite(fd, record_text, sizeof(record_text), round * RECORD_BYTES) ==
				RECORD_BYTES &&
			fdatasync(fd) == 0,
		"sync", NULL);
	double middle = now_us();
	require(notary_append(client, &record, 1, &taken, &answer, &err) == 0, "append", &err);
	*ret_sync = middle - start;
	*ret_append = now_us() - middle;
}

static void measure_single(void)
{
	static struct times syncs, appends;
	struct notary_client client;
	connect_producer(&client, 0);
	int fd = open_plain_file();
	for (int block = 0; block < BLOCKS; block++) {
		for (int i = 0; i < BLOCK_ROUNDS; i++)
			measure_round(fd, block * BLOCK_ROUNDS + i, &client, &syncs.rounds[i],
				&appends.rounds[i]);
		end_block(&syncs, block);
		end_block(&appends, block);
	}
	notary_disconnect(&client);
	close(fd);
	print_times("write of 400 bytes and fdatasync, the limit of this disk", &syncs);
	print_times("durable record, one waiting producer", &appends);
	double limit = syncs.medians[BLOCKS / 2];
	bench_figure("to fdatasync or 250 us",
		appends.medians[BLOCKS / 2] / (limit > 250 ? limit : 250), "x", 1);
	bench_figure("p99 beyond that of fdatasync",
		appends.high[BLOCKS / 2] - syncs.high[BLOCKS / 2], "us", 1000);
}

static void send_record(struct notary_client *client)
{
	struct error err = {0};
	struct notary_request request = {
		.kind = NOTARY_APPEND, .count = 1, .sequence = client->last_sequence + 1};
	memcpy(client->message, &request, sizeof(request));
	size_t bytes = sizeof(request) + append_put(client->message + sizeof(request),
						 client->producer, request.sequence,
						 (struct str){record_text, sizeof(record_text)});
	require(socket_send(client->fd, (struct str){client->message, bytes}, &err) == 0, "send",
		&err);
}

/* Each producer sends its next record when the last one is acknowledged. */
static uint64_t run_crowd(struct notary_client *clients, unsigned count, double until_us)
{
	struct pollfd fds[CROWD_MAX];
	struct error err = {0};
	uint64_t records = 0;
	for (unsigned i = 0; i < count; i++) {
		fds[i] = (struct pollfd){.fd = clients[i].fd, .events = POLLIN};
		send_record(&clients[i]);
	}
	while (now_us() < until_us) {
		require(poll(fds, count, 1000) > 0, "poll", NULL);
		for (unsigned i = 0; i < count; i++) {
			struct notary_answer answer;
			if (!(fds[i].revents & POLLIN))
				continue;
			require(socket_receive(fds[i].fd, &answer, sizeof(answer), &err) > 0 &&
					answer.status == NOTARY_OK,
				"answer", &err);
			clients[i].last_sequence = answer.last_sequence;
			send_record(&clients[i]);
			records++;
		}
	}
	return records;
}

static void measure_crowd(unsigned count, double target_us)
{
	static struct notary_client clients[CROWD_MAX];
	char title[64];
	for (unsigned i = 0; i < count; i++)
		connect_producer(&clients[i], 1000 * count + i);
	double start = now_us();
	uint64_t records = run_crowd(clients, count, start + CROWD_SECONDS * 1e6);
	double elapsed = now_us() - start;
	for (unsigned i = 0; i < count; i++)
		notary_disconnect(&clients[i]);
	(void)snprintf(title, sizeof(title), "durable records, %u waiting producers", count);
	printf("%s\n", title);
	bench_figure("records a second", (double)records / elapsed * 1e6, "", 0);
	bench_figure("per record", elapsed / (double)records, "us", target_us);
}

static void make_large(struct arena *arena, const struct note_signer *signer)
{
	static char memory[GROUP][PRODUCER_PREFIX_BYTES + RECORD_BYTES];
	static struct str items[GROUP];
	struct log_writer writer;
	struct log_state state;
	struct error err = {0};
	require(log_create(path_of("large"), signer, arena, &err) == 0 &&
			log_writer_open(&writer, path_of("large"), signer, arena, &err) == 0,
		"create", &err);
	double start = now_us();
	for (uint64_t made = 0; made < LARGE_RECORDS; made += GROUP) {
		for (unsigned i = 0; i < GROUP; i++) {
			struct producer producer = {.id = "bench", .sequence = made + i + 1};
			producer_put(&producer, memory[i]);
			(void)snprintf(memory[i] + PRODUCER_PREFIX_BYTES, RECORD_BYTES,
				"{\"number\":%llu", (unsigned long long)(made + i));
			items[i] = (struct str){memory[i], sizeof(memory[i])};
		}
		require(log_append(&writer, items, GROUP, &err) == 0, "append", &err);
	}
	require(log_write_edge(&writer, &state, &err) == 0 &&
			log_sync(writer.folder_fd, &err) == 0 &&
			log_publish(&writer, &state, arena, &err) == 0,
		"publish", &err);
	printf("1,000,000 records of 400 bytes in groups of 8,000, durable and published\n");
	bench_figure("per record", (now_us() - start) / LARGE_RECORDS, "us", 0);
	log_writer_close(&writer);
}

static void measure_verify(void)
{
	double times[VERIFY_ROUNDS];
	for (int i = 0; i < VERIFY_ROUNDS; i++) {
		int status;
		double start = now_us();
		pid_t pid = fork();
		if (pid == 0) {
			int fd = open("/dev/null", O_WRONLY);
			if (dup2(fd, STDOUT_FILENO) >= 0)
				(void)execl(PROGRAM, "gabion", "ledger", "verify", "--ledger",
					path_of("large"), NULL);
			_exit(127);
		}
		require(waitpid(pid, &status, 0) == pid && status == 0, "verify", NULL);
		times[i] = (now_us() - start) / 1e6;
	}
	qsort(times, VERIFY_ROUNDS, sizeof(double), by_size);
	printf("gabion ledger verify, 1,000,000 records of 400 bytes\n");
	bench_figure("median", times[VERIFY_ROUNDS / 2], "s", 5);
	bench_figure("fastest", times[0], "s", 0);
}

/* A proof, made and checked by whoever has nothing but it and the key. */
struct proving {
	struct arena arena;
	struct log_reader reader;
	struct note_key key;
	struct str text; /* of the last proof */
	struct str record;
};

static void make_proofs(void *context, uint64_t times)
{
	struct proving *proving = context;
	struct ledger_nodes nodes = log_nodes(&proving->reader);
	struct error err = {0};
	for (uint64_t i = 0; i < times; i++) {
		struct proof_file proof = {
			.index = 777777, .checkpoint = proving->reader.checkpoint_text};
		require(ledger_prove_inclusion(&nodes, proof.index, proving->reader.checkpoint.size,
				&proof.path, &err) == 0,
			"prove", &err);
		bench_use(&proof);
	}
}

static void check_proofs(void *context, uint64_t times)
{
	struct proving *proving = context;
	struct arena_mark mark = arena_mark(&proving->arena);
	struct error err = {0};
	for (uint64_t i = 0; i < times; i++) {
		struct proof_file proof;
		struct checkpoint checkpoint;
		struct note *note = ARENA_NEW(&proving->arena, struct note);
		require(proof_parse(&proving->arena, proving->text, &proof, &err) == 0 &&
				proof_verify(&proving->arena, &proof, proving->record,
					proving->key.name, &proving->key, &checkpoint, note,
					&err) == 0,
			"check", &err);
		arena_rewind(&proving->arena, mark);
	}
}

static void measure_proof(void)
{
	struct proving proving = {.record = {NULL, 0}};
	struct error err = {0};
	struct buf text;
	struct str entry;
	arena_init(&proving.arena, 256 << 20);
	require(log_reader_open(&proving.reader, &proving.arena, path_of("large"), STR(""), &err) ==
				0 &&
			log_read_entry(&proving.reader, 777777, &entry, &err) == 0,
		"open", &err);
	proving.key = proving.reader.key;
	proving.record = str_copy(&proving.arena, entry);
	struct ledger_nodes nodes = log_nodes(&proving.reader);
	struct proof_file proof = {.index = 777777, .checkpoint = proving.reader.checkpoint_text};
	require(ledger_prove_inclusion(&nodes, proof.index, proving.reader.checkpoint.size,
			&proof.path, &err) == 0,
		"prove", &err);
	buf_init_arena(&text, &proving.arena, 4096);
	proof_print(&proof, &text);
	proving.text = buf_str(&text);
	(void)bench_one("proof of one of 1,000,000 records", make_proofs, &proving, 0);
	bench_figure("bytes, checkpoint included", (double)text.len, "", 0);
	(void)bench_one("check of that proof, signature included", check_proofs, &proving, 0);
	log_reader_close(&proving.reader);
	arena_release(&proving.arena);
}

int main(void)
{
	struct arena arena;
	struct note_signer signer;
	struct error err = {0};
	arena_init(&arena, 64 << 20);
	require(mkdtemp(folder) != NULL, "mkdtemp", NULL);
	require(atexit(clean_up) == 0, "atexit", NULL);
	make_signer(&arena, &signer);
	require(log_create(path_of("served"), &signer, &arena, &err) == 0, "create", &err);
	start_notary();
	measure_single();
	measure_crowd(64, 0);
	measure_crowd(CROWD_MAX, 1e6 / 70000);
	stop_notary();
	make_large(&arena, &signer);
	measure_verify();
	measure_proof();
	arena_release(&arena);
	return bench_status();
}
