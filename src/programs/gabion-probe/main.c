/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "layers/context/drills.h"
#include "programs/gabion-probe/probes.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * The inside of `gabion drill`: runs the attempts it is told, one process each, and prints a line
 * for each. It refuses to run outside of a context, where some would do harm: it must be the
 * first process of its process namespace, and find the marker that the drill has put into the root.
 *
 * usage: gabion-probe MARKER NAME...
 */

enum {
	ATTEMPT_SECONDS = 10,
	REFUSED = 125,
	GAINED = 126 /* as a setuid program */,
	MARKER_BYTES = 64
};

static const struct probe *const tables[] = {
	probes_mounts, probes_kernel, probes_calls, probes_files};

static const struct probe *find(const char *name)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct probe *at = tables[i]; at->name; at++)
			if (strcmp(at->name, name) == 0)
				return at;
	return NULL;
}

static bool is_marked(const char *marker)
{
	char found[MARKER_BYTES];
	int fd = open("/.gabion-drill", O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, found, sizeof(found));
	size_t wanted = strlen(marker);
	if (fd >= 0)
		close(fd);
	return len > 0 && (size_t)len == wanted && memcmp(found, marker, wanted) == 0;
}

static void report(const char *name, enum drill_outcome outcome, int number)
{
	printf("%s %s %d\n", name, drill_outcomes[outcome], number);
	fflush(stdout);
}

/* What an attempt came to must fit an exit status: errno is told through a pipe. */
static void run(const struct probe *probe)
{
	int result[2], number = BLOCKED, status;
	if (pipe2(result, O_CLOEXEC) < 0) {
		report(probe->name, DRILL_BLOCKED, errno);
		return;
	}
	pid_t child = fork();
	if (child == 0) {
		close(result[0]);
		alarm(ATTEMPT_SECONDS);
		number = probe->attempt();
		_exit(write(result[1], &number, sizeof(number)) == sizeof(number) ? 0 : 1);
	}
	close(result[1]);
	bool told = read(result[0], &number, sizeof(number)) == sizeof(number);
	close(result[0]);
	if (child < 0 || waitpid(child, &status, 0) < 0)
		report(probe->name, DRILL_BLOCKED, errno);
	else if (!told && WIFSIGNALED(status))
		report(probe->name, DRILL_KILLED, WTERMSIG(status));
	else if (told && number == 0)
		report(probe->name, DRILL_OPEN, 0);
	else
		report(probe->name, DRILL_BLOCKED, number == BLOCKED ? 0 : number);
}

int main(int count, char **words)
{
	if (geteuid() != getuid())
		return GAINED;
	if (count < 2 || getpid() != 1 || !is_marked(words[1])) {
		fputs("gabion-probe: this is no context made by gabion drill, and some attempts "
		      "would do harm here: run gabion drill context instead\n",
			stderr);
		return REFUSED;
	}
	signal(SIGPIPE, SIG_IGN);
	for (int i = 2; i < count; i++) {
		const struct probe *probe = find(words[i]);
		if (!probe) {
			fprintf(stderr, "gabion-probe: there is no probe '%s'\n", words[i]);
			return REFUSED;
		}
		run(probe);
	}
	return 0;
}
