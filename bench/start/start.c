/* SPDX-License-Identifier: Apache-2.0 */
/* What starting a container costs: from the runtime's execve to the first instruction of a workload
 * without any library, to the end of the runtime, and its memory. The same config.json for all that
 * read one; in turn, for a shared machine has slow minutes; medians. */
#include "bench.h"
#include "start/place.h"
#include "start/stamp.h"

#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 41, ARGUMENTS = 32 };

static unsigned unquiet; /* samples that did not get what they waited for */

/* One way to start; its command ends with NULL, and {} in it is the place's folder. */
struct side {
	const char *name;
	const char *command[ARGUMENTS];
	bool hidden, crowded; /* the mount namespace it is started in */
	double first[ROUNDS], total[ROUNDS], peak_kib;
	bool absent;
};

static struct side starts[] = {
	{.name = "gabion-oci",
		.command = {OCI, "--root", "{}/run/gabion", "run", "--bundle", "{}/bundle",
			"bench"}},
	{.name = "crun",
		.command = {"/usr/bin/crun", "--root", "{}/run/crun", "run", "--bundle",
			"{}/bundle", "bench-crun"},
		.hidden = true},
	{.name = "runc",
		.command = {"/usr/sbin/runc", "--root", "{}/run/runc", "run", "--bundle",
			"{}/bundle", "bench-runc"}},
	{.name = "bubblewrap",
		.command = {"/usr/bin/bwrap", "--unshare-all", "--cap-drop", "ALL", "--ro-bind",
			"{}/rootfs", "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
			"/stamp"}},
	{.name = "gabion-oci, 2,000 more mounts",
		.command = {OCI, "--root", "{}/run/gabion", "run", "--bundle", "{}/bundle",
			"bench"},
		.crowded = true},
	{.name = "no container", .command = {"{}/rootfs/stamp"}},
};
enum { OURS, CRUN, RUNC, BUBBLEWRAP, CROWDED, STARTS = sizeof(starts) / sizeof(starts[0]) };

static struct side execs[] = {
	{.name = "gabion-oci exec",
		.command = {OCI, "--root", "{}/run/gabion", "exec", "bench", "/stamp"}},
	{.name = "crun exec",
		.command = {"/usr/bin/crun", "--root", "{}/run/crun", "exec", "bench-crun",
			"/stamp"},
		.hidden = true},
	{.name = "runc exec",
		.command = {"/usr/sbin/runc", "--root", "{}/run/runc", "exec", "bench-runc",
			"/stamp"}},
};
enum { EXECS = sizeof(execs) / sizeof(execs[0]) };

/* What execs need, and its end. */
static struct side waits[EXECS] = {
	{.command = {OCI, "--root", "{}/run/gabion", "run", "--detach", "--bundle", "{}/waiting",
		 "bench"}},
	{.command = {"/usr/bin/crun", "--root", "{}/run/crun", "run", "--detach", "--bundle",
		 "{}/waiting", "bench-crun"},
		.hidden = true},
	{.command = {"/usr/sbin/runc", "--root", "{}/run/runc", "run", "--detach", "--bundle",
		 "{}/waiting", "bench-runc"}},
};
static struct side ends[EXECS] = {
	{.command = {OCI, "--root", "{}/run/gabion", "delete", "--force", "bench"}},
	{.command = {"/usr/bin/crun", "--root", "{}/run/crun", "delete", "--force", "bench-crun"},
		.hidden = true},
	{.command = {"/usr/sbin/runc", "--root", "{}/run/runc", "delete", "--force", "bench-runc"}},
};

/* In the process that becomes the launcher. */
static void become(const struct place *place, const struct side *side, int out, int said)
{
	static char memory[ARGUMENTS][160];
	char *arguments[ARGUMENTS + 3] = {memory[0], memory[1]};
	int namespace = side->crowded ? place->crowded : side->hidden ? place->hidden : -1;
	(void)snprintf(memory[0], sizeof(memory[0]), "%s/rootfs/stamp", place->folder);
	(void)snprintf(memory[1], sizeof(memory[1]), "launch");
	for (size_t i = 0; side->command[i]; i++) {
		bool below = side->command[i][0] == '{';
		(void)snprintf(memory[i + 2], sizeof(memory[0]), "%s%s", below ? place->folder : "",
			side->command[i] + (below ? 2 : 0));
		arguments[i + 2] = memory[i + 2];
	}
	if (namespace >= 0 && setns(namespace, CLONE_NEWNS) < 0)
		_exit(1);
	if (dup2(out, STDOUT_FILENO) < 0 || dup2(said, LAUNCHED_FD) < 0)
		_exit(1);
	execv(arguments[0], arguments);
	_exit(1);
}

/* One start; the workload's stamp is 0 for a command that has none. */
static bool launch(const struct place *place, const struct side *side, int64_t *ret_stamp,
	struct launched *ret)
{
	int out[2], said[2];
	if (pipe2(out, O_CLOEXEC) < 0 || pipe2(said, O_CLOEXEC) < 0)
		return false;
	pid_t child = fork();
	if (child == 0)
		become(place, side, out[1], said[1]);
	close(out[1]);
	close(said[1]);
	*ret_stamp = 0;
	(void)!read(out[0], ret_stamp, sizeof(*ret_stamp));
	(void)waitpid(child, NULL, 0);
	char *at = (char *)ret;
	size_t got = 0;
	for (ssize_t more = 1; more > 0 && got < sizeof(*ret); got += (size_t)more)
		more = read(said[0], at + got, sizeof(*ret) - got);
	close(out[0]);
	close(said[0]);
	return got == sizeof(*ret) && ret->status == 0;
}

/* Ticks in which processors had nothing to do. */
static uint64_t idle_ticks(void)
{
	char text[256] = "";
	unsigned long long idle = 0;
	int fd = open("/proc/stat", O_RDONLY | O_CLOEXEC);
	(void)!read(fd, text, sizeof(text) - 1);
	close(fd);
	/* The fourth number of the first line. */
	char *at = text + sizeof("cpu");
	for (int i = 0; i < 4; i++)
		idle = strtoull(at, &at, 10);
	return idle;
}

/*
 * Others work on this machine, and the kernel still clears up after the start before, behind locks
 * the next one needs: each sample waits for a while in which little happens, but not for ever.
 */
static void wait_for_quiet(void)
{
	enum { WINDOW_US = 40000, TRIES = 8 };
	uint64_t wanted = (uint64_t)(sysconf(_SC_NPROCESSORS_ONLN) * sysconf(_SC_CLK_TCK)) *
			  WINDOW_US / 1000000 * 7 / 8;
	for (int i = 0; i < TRIES; i++) {
		uint64_t before = idle_ticks();
		(void)usleep(WINDOW_US);
		if (idle_ticks() - before >= wanted)
			return;
	}
	unquiet++;
}

static void measure(const struct place *place, struct side *side, unsigned round)
{
	struct launched said;
	int64_t stamp;
	if (side->absent)
		return;
	wait_for_quiet();
	if (!launch(place, side, &stamp, &said) || stamp == 0) {
		(void)fprintf(stderr, "%s failed\n", side->name);
		exit(2);
	}
	side->first[round] = (double)(stamp - said.start_ns) / 1000;
	side->total[round] = (double)(said.end_ns - said.start_ns) / 1000;
	side->peak_kib =
		(double)said.peak_kib > side->peak_kib ? (double)said.peak_kib : side->peak_kib;
}

static int by_size(const void *a, const void *b)
{
	const double *left = a, *right = b;
	return (*left > *right) - (*left < *right);
}

static void print_all(struct side *sides, size_t count)
{
	printf("%-32s%8s%8s%8s%8s%8s%8s%10s\n", "us", "first", "p10", "p90", "total", "p10", "p90",
		"peak KiB");
	for (size_t i = 0; i < count; i++) {
		struct side *side = &sides[i];
		if (side->absent) {
			printf("%-32s not installed\n", side->name);
			continue;
		}
		qsort(side->first, ROUNDS, sizeof(double), by_size);
		qsort(side->total, ROUNDS, sizeof(double), by_size);
		printf("%-32s%8.0f%8.0f%8.0f%8.0f%8.0f%8.0f%10.0f\n", side->name,
			side->first[ROUNDS / 2], side->first[ROUNDS / 10],
			side->first[ROUNDS * 9 / 10], side->total[ROUNDS / 2],
			side->total[ROUNDS / 10], side->total[ROUNDS * 9 / 10], side->peak_kib);
	}
}

/* Nobody always comes after the same one. */
static void shuffle(size_t *order, size_t count)
{
	for (size_t i = count - 1; i > 0; i--) {
		size_t other = (size_t)random() % (i + 1), moved = order[i];
		order[i] = order[other];
		order[other] = moved;
	}
}

static void measure_all(const struct place *place, struct side *sides, size_t count)
{
	size_t order[STARTS];
	for (size_t i = 0; i < count; i++)
		order[i] = i;
	for (unsigned round = 0; round < ROUNDS; round++) {
		shuffle(order, count);
		for (size_t i = 0; i < count; i++)
			measure(place, &sides[order[i]], round);
	}
	print_all(sides, count);
}

static void compare(const struct side *ours, const struct side *other, double allowed)
{
	char title[64];
	if (other->absent)
		return;
	(void)snprintf(title, sizeof(title), "of %s, to the first", other->name);
	bench_figure(title, 100 * ours->first[ROUNDS / 2] / other->first[ROUNDS / 2], "%", allowed);
	/* The quietest tenth: near what a machine of one's own shows. */
	(void)snprintf(title, sizeof(title), "of %s, p10", other->name);
	bench_figure(title, 100 * ours->first[ROUNDS / 10] / other->first[ROUNDS / 10], "%", 0);
	(void)snprintf(title, sizeof(title), "of %s, total", other->name);
	bench_figure(title, 100 * ours->total[ROUNDS / 2] / other->total[ROUNDS / 2], "%", 0);
}

static void find(struct side *sides, size_t count)
{
	for (size_t i = 0; i < count; i++)
		sides[i].absent =
			sides[i].command[0][0] == '/' && access(sides[i].command[0], X_OK) < 0;
}

static void measure_execs(const struct place *place)
{
	struct launched said;
	int64_t stamp;
	for (size_t i = 0; i < EXECS; i++)
		execs[i].absent = execs[i].absent || !launch(place, &waits[i], &stamp, &said);
	measure_all(place, execs, EXECS);
	for (size_t i = 0; i < EXECS; i++)
		if (!execs[i].absent && !launch(place, &ends[i], &stamp, &said))
			(void)fprintf(stderr, "%s cannot be ended\n", execs[i].name);
	compare(&execs[OURS], &execs[CRUN], 100.0 / 8);
	compare(&execs[OURS], &execs[RUNC], 0);
}

int main(void)
{
	struct place place;
	struct stat program;
	if (geteuid() != 0) {
		printf("only root measures starts\n");
		return 0;
	}
	find(starts, STARTS);
	find(execs, EXECS);
	place_make(&place);
	measure_all(&place, starts, STARTS);
	compare(&starts[OURS], &starts[CRUN], 100.0 / 12);
	compare(&starts[OURS], &starts[RUNC], 100.0 / 20);
	compare(&starts[OURS], &starts[BUBBLEWRAP], 100);
	compare(&starts[CROWDED], &starts[OURS], 110);
	measure_execs(&place);
	bench_figure("peak memory", starts[OURS].peak_kib, "KiB", 1024);
	if (stat(OCI, &program) == 0)
		bench_figure("size of gabion-oci", (double)program.st_size / 1000, "kB", 300);
	printf("%u samples began while others were busy\n", unquiet);
	place_remove(&place);
	return bench_status();
}
