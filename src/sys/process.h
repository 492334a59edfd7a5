/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

#include <sys/types.h>

/* Processes, held by descriptors. Functions give 0 or a descriptor (O_CLOEXEC), or minus the errno,
 * unless said otherwise. */

/** Write all bytes, going on after interruptions. */
int process_write_all(int fd, struct str bytes);

/** Write a text into a file below folder with one write, as files of the kernel want it. */
int process_write_file(int folder, const char *path, struct str text);

/** Read a small file below folder whole, at most capacity - 1 bytes and a 0 byte: the length. */
ssize_t process_read_file(int folder, const char *path, char *memory, size_t capacity);

/** Open the process with this pid; ESRCH when there is none. Source: pidfd_open(2). */
int process_open(pid_t pid);

/** When a process began, in clock ticks since boot; with its pid it names it for good. proc is
 * "/proc" open. ESRCH when it is gone, or a zombie. Source: proc(5), stat, field 22. */
int process_start_time(int proc, pid_t pid, uint64_t *ret_ticks);

/** Send a signal by descriptor: no other process can be hit. */
int process_signal(int pidfd, int signal);

/** Wait for the end of a process, at most timeout_ms (-1: for ever); ETIMEDOUT. */
int process_wait_end(int pidfd, int timeout_ms);

/** Wait until a process has ended (0) or another descriptor is readable (1). */
int process_wait_either(int pidfd, int other);

/** Reap our child: its exit status, 128 + N when signal N ended it. */
int process_reap(int pidfd);

/** Give every signal its default action and let all through: what a program expects. */
void process_reset_signals(void);

/** Mark all descriptors from first on to be closed by execve. */
int process_close_on_exec(int first);

/** Number of a signal: "9", "KILL", "SIGKILL", "RTMIN+1"; -1 for anything else. Pure. */
int process_signal_number(const char *name);

/** The top of a stack for clone(2) in memory of ours: the processor's interface wants 16 bytes of
 * alignment, whatever the memory has. */
static inline char *process_stack_top(char *memory, size_t bytes)
{
	char *end = memory + bytes;
	return end - (uintptr_t)end % 16;
}
