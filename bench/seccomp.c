/* SPDX-License-Identifier: Apache-2.0 */
/* What a filter and a Landlock rule cost to make and to live with. Each way of living is a process
 * of its own that waits for its turn, for no filter can be taken off again. */
#include "layers/context/seccomp.h"
#include "base/limits.h"
#include "bench.h"
#include "layers/context/syscall_groups.h"
#include "sys/landlock.h"
#include "sys/seccomp_filter.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef HAVE_LIBSECCOMP
#include <seccomp.h>
#endif

/* Rounds are short and the fastest counts: on a shared machine nothing else repeats. */
enum { ROUNDS = 300, CALLS = 2000, OPENS = 500, LOADS = 101 };

static struct arena arena;
static struct spec_seccomp profile;

/* About what Docker's default names: everything but what acts on the host. */
static void make_profile(void)
{
	static const char *const opened[] = {"chroot", "clock", "device-nodes", "file-handles",
		"hostname", "memfd-exec", "numa", "ptrace", "rwx-memory", "secret-memory",
		"socket-any", "terminal-input", "vmsplice"};
	struct str groups[sizeof(opened) / sizeof(opened[0])];
	struct error err = {0};
	for (size_t i = 0; i < sizeof(opened) / sizeof(opened[0]); i++)
		groups[i] = str_from(opened[i]);
	if (syscall_groups_profile(
		    &arena, groups, sizeof(groups) / sizeof(groups[0]), &profile, &err) < 0)
		abort();
}

static void compile(void *context, uint64_t times)
{
	(void)context;
	for (uint64_t i = 0; i < times; i++) {
		struct seccomp_program program;
		struct error err = {0};
		struct arena_mark mark = arena_mark(&arena);
		if (seccomp_compile(&arena, &profile, &program, NULL, &err) < 0)
			abort();
		bench_use(&program);
		arena_rewind(&arena, mark);
	}
}

#ifdef HAVE_LIBSECCOMP
static scmp_filter_ctx their_filter(unsigned tree)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(1));
	seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, tree);
	for (size_t i = 0; i < profile.rule_count; i++) {
		const struct spec_seccomp_rule *rule = &profile.rules[i];
		struct scmp_arg_cmp args[2];
		for (size_t k = 0; k < rule->arg_count; k++)
			args[k] = (struct scmp_arg_cmp){(unsigned)rule->args[k].index,
				SCMP_CMP_MASKED_EQ, rule->args[k].value, rule->args[k].value_two};
		for (size_t k = 0; k < rule->names.count; k++)
			(void)seccomp_rule_add_array(filter,
				rule->action == SECCOMP_RET_ALLOW ? SCMP_ACT_ALLOW
								  : SCMP_ACT_ERRNO(38),
				seccomp_syscall_resolve_name(rule->names.items[k].text),
				(unsigned)rule->arg_count, args);
	}
	return filter;
}

static struct seccomp_program their_program(unsigned tree)
{
	scmp_filter_ctx filter = their_filter(tree);
	struct seccomp_program program = {.len = 0};
	int fd = memfd_create("filter", 0);
	struct sock_filter *code = arena_alloc(&arena, BPF_MAXINSNS * sizeof(*code));
	if (seccomp_export_bpf(filter, fd) == 0)
		program.len = (uint16_t)((size_t)pread(fd, code, BPF_MAXINSNS * sizeof(*code), 0) /
					 sizeof(*code));
	program.code = code;
	close(fd);
	seccomp_release(filter);
	return program;
}

static void compile_theirs(void *context, uint64_t times)
{
	const unsigned *tree = context;
	for (uint64_t i = 0; i < times; i++) {
		struct arena_mark mark = arena_mark(&arena);
		struct seccomp_program program = their_program(*tree);
		bench_use(&program);
		arena_rewind(&arena, mark);
	}
}
#endif

static double now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void install(const struct seccomp_program *program)
{
	int listener;
	struct error err = {0};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		seccomp_filter_install(program->code, program->len, SECCOMP_FILTER_FLAG_SPEC_ALLOW,
			&listener, &err) < 0)
		abort();
}

static int by_size(const void *a, const void *b)
{
	const double *left = a, *right = b;
	return (*left > *right) - (*left < *right);
}

static double median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), by_size);
	return values[count / 2];
}

static double fastest(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), by_size);
	return values[0];
}

/* Cold, as in a launcher: in a program started for it, which says what it took. */
static int load_here(bool with_compile, const struct seccomp_program *program)
{
	struct seccomp_program own = *program;
	struct error err = {0};
	struct arena fresh;
	arena_init(&fresh, LIMIT_CONTEXT_BYTES);
	double start = now_ns();
	if (with_compile && seccomp_compile(&fresh, &profile, &own, NULL, &err) < 0)
		abort();
	install(&own);
	double took = now_ns() - start;
	return write(STDOUT_FILENO, &took, sizeof(took)) == sizeof(took) ? 0 : 1;
}

static double load_once(const char *how)
{
	int answers[2];
	double took = 0;
	if (pipe2(answers, O_CLOEXEC) < 0)
		abort();
	pid_t child = fork();
	if (child == 0) {
		dup2(answers[1], STDOUT_FILENO);
		execl("/proc/self/exe", "seccomp_bench", how, NULL);
		_exit(1);
	}
	close(answers[1]);
	if (read(answers[0], &took, sizeof(took)) != sizeof(took))
		abort();
	close(answers[0]);
	waitpid(child, NULL, 0);
	return took;
}

static double load(const char *how)
{
	double took[LOADS];
	for (unsigned i = 0; i < LOADS; i++)
		took[i] = load_once(how);
	return median(took, LOADS) / 1000;
}

/* A process that measures when it is told to. */
struct worker {
	const struct seccomp_program *program; /* NULL: none */
	uint32_t landlock;                     /* rights on the folder that is read; 0: none */
	void (*call)(void);
	unsigned times;
	int orders, answers;
	double took[ROUNDS];
};

static const char *opened_file;

static void call_getppid(void)
{
	(void)syscall(SYS_getppid);
}

static void call_personality(void)
{
	(void)syscall(SYS_personality, 0xffffffffU);
}

static void call_open(void)
{
	close(open(opened_file, O_RDONLY | O_CLOEXEC));
}

/* As a learned context has it: a rule on the folder that is read. */
static void confine(const char *folder, uint32_t rights)
{
	struct landlock_path path = {.fd = open(folder, O_PATH | O_CLOEXEC), .rights = rights};
	const struct landlock_rules rules = {
		.handled = LANDLOCK_ALL_RIGHTS, .paths = &path, .path_count = 1};
	struct landlock_state state;
	struct error err = {0};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		landlock_make(&rules, 0, &state, &err) < 0 || landlock_enter(&state, &err) < 0)
		abort();
}

static void work(const struct worker *worker, int orders, int answers)
{
	char order;
	if (worker->landlock)
		confine("/usr/share/zoneinfo/America/Argentina", worker->landlock);
	if (worker->program)
		install(worker->program);
	while (read(orders, &order, 1) == 1 && order != 'q') {
		double start = now_ns();
		for (unsigned i = 0; i < worker->times; i++)
			worker->call();
		double took = (now_ns() - start) / worker->times;
		if (write(answers, &took, sizeof(took)) != sizeof(took))
			break;
	}
	_exit(0);
}

static void start(struct worker *worker)
{
	int orders[2], answers[2];
	if (pipe2(orders, O_CLOEXEC) < 0 || pipe2(answers, O_CLOEXEC) < 0)
		abort();
	if (fork() == 0) {
		close(orders[1]);
		work(worker, orders[0], answers[1]);
	}
	close(orders[0]);
	close(answers[1]);
	worker->orders = orders[1];
	worker->answers = answers[0];
}

/* Every worker in turn, the first being the one without anything: how many times its time. */
static void live(const char *title, struct worker *workers, const char *const *names, size_t count,
	double target)
{
	for (size_t i = 0; i < count; i++)
		start(&workers[i]);
	for (unsigned round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < count; i++)
			if (write(workers[i].orders, "x", 1) != 1 ||
				read(workers[i].answers, &workers[i].took[round], sizeof(double)) !=
					sizeof(double))
				abort();
	double base = fastest(workers[0].took, ROUNDS);
	printf("%s: %.0f ns without\n", title, base);
	for (size_t i = 1; i < count; i++) {
		char text[100];
		(void)snprintf(text, sizeof(text), "%s, %s", title, names[i]);
		bench_figure(
			text, fastest(workers[i].took, ROUNDS) / base, "x", i == 1 ? target : 0);
	}
	for (size_t i = 0; i < count; i++) {
		if (write(workers[i].orders, "q", 1) != 1)
			abort();
		close(workers[i].orders);
		close(workers[i].answers);
		wait(NULL);
	}
}

static int one_load(const char *how, const struct seccomp_program *ours)
{
	struct seccomp_program program = *ours;
#ifdef HAVE_LIBSECCOMP
	if (how[0] == 't')
		program = their_program(1);
#endif
	return load_here(how[0] == 'c', &program);
}

static void make_all(void)
{
	struct bench_side sides[] = {
		{"gabion", compile, NULL},
#ifdef HAVE_LIBSECCOMP
		{"libseccomp", compile_theirs, &(unsigned){1}},
		{"libseccomp, tree", compile_theirs, &(unsigned){2}},
#endif
	};
	bench_compare("compile a profile", sides, sizeof(sides) / sizeof(sides[0]), 120000);
}

int main(int argc, char **argv)
{
	struct error err = {0};
	struct seccomp_program ours, theirs = {.len = 0};
	arena_init(&arena, LIMIT_CONTEXT_BYTES);
	make_profile();
	if (seccomp_compile(&arena, &profile, &ours, NULL, &err) < 0)
		return 2;
	if (argc > 1)
		return one_load(argv[1], &ours);
	make_all();
	printf("%zu names without conditions, %zu rules with, %u instructions\n",
		profile.rules[0].names.count, profile.rule_count - 1, ours.len);
	bench_figure("compile and load", load("compile"), "us", 200);
	bench_figure("load", load("ours"), "us", 0);
#ifdef HAVE_LIBSECCOMP
	theirs = their_program(1);
	printf("libseccomp: %u instructions\n", theirs.len);
	bench_figure("load libseccomp's", load("theirs"), "us", 0);
#endif
	const char *const names[] = {"none", "gabion", "libseccomp"};
	size_t count = theirs.len ? 3 : 2;
	struct worker open_calls[] = {{.call = call_getppid, .times = CALLS},
		{.program = &ours, .call = call_getppid, .times = CALLS},
		{.program = &theirs, .call = call_getppid, .times = CALLS}};
	live("a call that is always allowed", open_calls, names, count, 1.15);
	struct worker checked[] = {{.call = call_personality, .times = CALLS},
		{.program = &ours, .call = call_personality, .times = CALLS},
		{.program = &theirs, .call = call_personality, .times = CALLS}};
	live("a call whose arguments are looked at", checked, names, count, 1.6);
	opened_file = "/usr/share/zoneinfo/America/Argentina/Ushuaia";
	const char *const rights[] = {"none", "a folder to read and cut", "a folder to read"};
	struct worker files[] = {{.call = call_open, .times = OPENS},
		{.landlock = LANDLOCK_READ | LANDLOCK_TRUNCATE, .call = call_open, .times = OPENS},
		{.landlock = LANDLOCK_READ, .call = call_open, .times = OPENS}};
	live("open and close under Landlock", files, rights, 3, 1.2);
	return bench_status();
}
