/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/watch.h"

#include "layers/context/learn.h"
#include "programs/gabion/scratch.h"
#include "programs/gabion/watcher.h"
#include "sys/durable.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct observed *watch_share(struct error *err)
{
	void *memory = mmap(NULL, sizeof(struct observed), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory != MAP_FAILED)
		return memory;
	durable_fail_errno(err, "share", "memory");
	return NULL;
}

void watch_unshare(struct observed *observed)
{
	munmap(observed, sizeof(*observed));
}

int watch_open(struct watch *watch, struct error *err)
{
	struct buf path;
	bool records = watch->records;
	watch->socket = watch->watcher = -1;
	watch->path[0] = '\0';
	watch->records = false;
	/* Nobody else gets to the socket: whoever does answers for the kernel. */
	if (scratch_private("learn", watch->folder, sizeof(watch->folder) - sizeof("/calls"), err) <
		0)
		return -1;
	buf_init_fixed(&path, watch->path, sizeof(watch->path) - 1);
	buf_printf(&path, "%s/calls", watch->folder);
	watch->path[path.len] = '\0';
	watch->socket = seccomp_notify_open(watch->path);
	if (watch->socket < 0) {
		errno = -watch->socket;
		return durable_fail(err, "listen at", watch->path);
	}
	watch->observed->runs[watch->observed->run_count++] = (struct observed_run){0};
	watch->records = records && call_recorder_open(&watch->recorder) == 0;
	if (records && !watch->records)
		call_recorder_close(&watch->recorder);
	return 0;
}

int watch_start(struct watch *watch, struct error *err)
{
	watch->watcher = fork();
	if (watch->watcher == 0)
		watcher_run(watch);
	return watch->watcher < 0 ? durable_fail(err, "start", "the watcher") : 0;
}

/* What the floor does not always allow was answered, and is noted. */
static void note_recorded(struct watch *watch)
{
	struct observed_run *run = &watch->observed->runs[watch->observed->run_count - 1];
	struct recorded_calls calls;
	bool read = call_recorder_read(&watch->recorder, &calls) == 0;
	run->started = read && (run->started || calls.begun);
	for (int i = 0; read && i < CALL_RECORDER_CALLS; i++)
		if (calls.made[i] && watch->floor_says[i] == LEARN_ALLOWED)
			observed_call(watch->observed, i, OBSERVED_SEEN);
	call_recorder_close(&watch->recorder);
	watch->records = false;
}

/* Every call has been answered, and was noted before. */
void watch_close(struct watch *watch)
{
	if (watch->watcher > 0) {
		kill(watch->watcher, SIGKILL);
		while (waitpid(watch->watcher, NULL, 0) < 0 && errno == EINTR)
			;
	}
	if (watch->records)
		note_recorded(watch);
	if (watch->socket >= 0)
		close(watch->socket);
	if (watch->path[0] != '\0')
		unlink(watch->path);
	if (watch->folder[0] != '\0')
		rmdir(watch->folder);
	watch->watcher = watch->socket = -1;
	watch->path[0] = watch->folder[0] = '\0';
}
