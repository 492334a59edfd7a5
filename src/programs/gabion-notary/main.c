/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory of gabion: the only process with the signing key and the ledger folder. It appends and
 * signs on a unix socket and does nothing else.
 */
#include "base/number.h"
#include "ipc/socket.h"
#include "programs/gabion-notary/key.h"
#include "programs/gabion-notary/server.h"
#include "sys/sandbox.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, START_ARENA_BYTES = 64 << 20 };

struct options {
	const char *ledger, *socket, *key, *anchor;
	struct access access;
};

static const char help[] =
	"gabion-notary: append to the ledger and sign it\n\n"
	"usage: gabion-notary --ledger DIR --socket PATH [--key FILE] [--anchor FILE]\n"
	"                     [--allow-uid UID]...\n\n"
	"  --ledger DIR     the ledger's folder, made by `gabion ledger init`\n"
	"  --socket PATH    where clients connect\n"
	"  --key FILE       signing key, mode 0400; default: the systemd credential ledger-key\n"
	"  --anchor FILE    a copy of the last checkpoint, on another disk than the ledger: "
	"without\n"
	"                   it nobody here notices that an old ledger was put back\n"
	"  --allow-uid UID  a user besides root and this one that may connect\n\n"
	"Exit codes: 0 stopped by SIGTERM or SIGINT, 1 the ledger or the disk failed, 2 usage.\n";

/* Called by the sandboxed process, by its libraries included. */
static const int system_calls[] = {SYS_read, SYS_write, SYS_pwrite64, SYS_pread64, SYS_recvmsg,
	SYS_sendto, SYS_accept4, SYS_getsockopt, SYS_setsockopt, SYS_epoll_wait, SYS_epoll_pwait,
	SYS_epoll_ctl, SYS_openat, SYS_close, SYS_newfstatat, SYS_fstat, SYS_fstatfs, SYS_faccessat,
	SYS_faccessat2, SYS_mkdirat, SYS_renameat, SYS_renameat2, SYS_unlinkat, SYS_getdents64,
	SYS_fsync, SYS_fdatasync, SYS_syncfs, SYS_lseek, SYS_fcntl, SYS_mmap, SYS_munmap,
	SYS_mremap, SYS_brk, SYS_madvise, SYS_futex, SYS_getrandom, SYS_clock_gettime, SYS_geteuid,
	SYS_getpid, SYS_unlink, SYS_umask, SYS_rt_sigreturn, SYS_rt_sigprocmask, SYS_exit,
	SYS_exit_group, -1};

static void print_error(const struct error *err)
{
	char memory[1024];
	struct buf out;
	buf_init_fixed(&out, memory, sizeof(memory) - 1);
	buf_put_escaped(&out, str_from(err->message));
	if (err->file.len > 0) {
		buf_puts(&out, "\n  --> ");
		buf_put_escaped(&out, err->file);
	}
	if (err->remedy[0] != '\0') {
		buf_puts(&out, "\n  fix: ");
		buf_put_escaped(&out, str_from(err->remedy));
	}
	memory[out.len] = '\0';
	fprintf(stderr, "gabion-notary: %s\n", memory);
}

static bool add_uid(struct options *options, const char *text)
{
	uint64_t uid;
	struct access *access = &options->access;
	if (access->count == ACCESS_IDS || !number_parse_uint(str_from(text), 10, &uid) ||
		uid > UINT32_MAX)
		return false;
	access->uids[access->count++] = (uint32_t)uid;
	return true;
}

static bool parse_options(int argc, char **argv, struct options *ret)
{
	static const struct option table[] = {{"ledger", required_argument, NULL, 'l'},
		{"socket", required_argument, NULL, 's'}, {"key", required_argument, NULL, 'k'},
		{"anchor", required_argument, NULL, 'a'},
		{"allow-uid", required_argument, NULL, 'u'}, {"help", no_argument, NULL, 'h'}, {0}};
	int option;
	while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
		if (option == 'l')
			ret->ledger = optarg;
		else if (option == 's')
			ret->socket = optarg;
		else if (option == 'k')
			ret->key = optarg;
		else if (option == 'a')
			ret->anchor = optarg;
		else if (option == 'h') {
			fputs(help, stdout);
			exit(EXIT_SUCCESS);
		} else if (option != 'u' || !add_uid(ret, optarg))
			return false;
	}
	return optind == argc && ret->ledger && ret->socket;
}

/* From here on the process can reach its ledger and its socket, and nothing else. */
static int give_up_the_rest(
	const struct options *options, const struct log_anchor *anchor, struct error *err)
{
	const struct sandbox_folder folders[] = {{options->ledger, true},
		{options->anchor ? anchor->folder : NULL, true}, {NULL, false}};
	const struct sandbox sandbox = {.folders = folders, .system_calls = system_calls};
	struct sandbox_state state;
	prctl(PR_SET_DUMPABLE, 0);
	if (sandbox_enter(&sandbox, &state, err) < 0)
		return -1;
	if (state.landlock_abi == 0)
		fputs("gabion-notary: this kernel has no Landlock: files outside the ledger are "
		      "guarded by user rights alone\n",
			stderr);
	return 0;
}

static int serve(const struct options *options, struct log_writer *writer, struct syncer *syncer,
	struct error *err)
{
	struct server *server = NULL;
	int listen_fd =
		socket_listen(options->socket, 0666, err); /* peers are checked one by one */
	if (listen_fd < 0)
		return -1;
	int result = server_new(writer, listen_fd, syncer, &options->access, &server, err);
	if (writer->journal.has_torn_group)
		fprintf(stderr,
			"gabion-notary: journal/%s ends at byte %llu with a group that was "
			"not finished: it is dropped, and nobody was told that it is durable\n",
			writer->journal.name, (unsigned long long)writer->journal.offset);
	if (result == 0)
		result = give_up_the_rest(options, writer->anchor, err);
	if (result == 0) {
		fprintf(stderr, "gabion-notary: %llu records, listening\n",
			(unsigned long long)log_durable_size(writer));
		result = server_run(server, err);
	}
	server_free(server);
	close(listen_fd);
	return result;
}

static int tie_down(const struct options *options, struct log_writer *writer,
	struct log_anchor *anchor, struct arena *arena, struct error *err)
{
	*anchor = (struct log_anchor){.folder_fd = -1};
	if (!options->anchor)
		return 0;
	if (log_anchor_open(anchor, options->anchor, err) < 0 ||
		log_writer_anchor(writer, options->ledger, anchor, arena, err) < 0)
		return -1;
	if (log_anchor_is_near(anchor, writer->folder_fd))
		fputs("gabion-notary: the anchor lies on the ledger's own disk: whoever puts an "
		      "old "
		      "disk back puts both back\n",
			stderr);
	return 0;
}

int main(int argc, char **argv)
{
	struct options options = {0};
	struct error err = {0};
	struct note_signer signer;
	struct log_writer writer;
	struct log_anchor anchor;
	struct syncer syncer;
	static struct arena arena;
	if (!parse_options(argc, argv, &options)) {
		fputs("gabion-notary: --ledger DIR and --socket PATH are needed; see gabion-notary "
		      "--help\n",
			stderr);
		return EXIT_USAGE;
	}
	arena_init(&arena, START_ARENA_BYTES);
	int result = -1;
	if (syncer_start(&syncer, options.ledger, &err) == 0 &&
		key_load(&arena, options.key, &signer, &err) == 0 &&
		log_writer_open(&writer, options.ledger, &signer, &arena, &err) == 0) {
		result = tie_down(&options, &writer, &anchor, &arena, &err);
		if (result == 0)
			result = serve(&options, &writer, &syncer, &err);
		log_anchor_close(&anchor);
		log_writer_close(&writer);
		note_signer_release(&signer);
	}
	if (result < 0)
		print_error(&err);
	arena_release(&arena);
	return result < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
