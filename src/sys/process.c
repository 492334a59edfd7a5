/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/process.h"

#include "base/number.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

int process_write_all(int fd, struct str bytes)
{
	while (bytes.len > 0) {
		ssize_t written = write(fd, bytes.data, bytes.len);
		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0)
			bytes = str_slice(bytes, (size_t)written, bytes.len);
	}
	return 0;
}

int process_write_file(int folder, const char *path, struct str text)
{
	int fd = openat(folder, path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -errno;
	ssize_t written;
	do
		written = write(fd, text.data, text.len);
	while (written < 0 && errno == EINTR);
	int result = written < 0 ? -errno : (size_t)written < text.len ? -EIO : 0;
	(void)close(fd);
	return result;
}

ssize_t process_read_file(int folder, const char *path, char *memory, size_t capacity)
{
	int fd = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	size_t len = 0;
	ssize_t got = 1;
	while (got != 0 && len < capacity - 1) {
		got = read(fd, memory + len, capacity - 1 - len);
		if (got > 0)
			len += (size_t)got;
		else if (got < 0 && errno != EINTR)
			break;
	}
	int cause = errno;
	(void)close(fd);
	memory[len] = '\0';
	return got < 0 ? -cause : (ssize_t)len;
}

int process_open(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	return fd < 0 ? -errno : fd;
}

/* The second field is a name in brackets that may hold anything, brackets as well. */
int process_start_time(int proc, pid_t pid, uint64_t *ret_ticks)
{
	enum { STATE = 0, START_TIME = 19 }; /* fields behind the name */
	char path[32], text[1024];
	(void)snprintf(path, sizeof(path), "%d/stat", (int)pid);
	ssize_t len = process_read_file(proc, path, text, sizeof(text));
	if (len < 0)
		return len == -ENOENT ? -ESRCH : (int)len;
	const char *behind = strrchr(text, ')');
	if (!behind || behind[1] != ' ')
		return -EIO;
	struct str rest = str_from(behind + 2), field = {0};
	if (rest.len > 0 && (rest.data[0] == 'Z' || rest.data[0] == 'X'))
		return -ESRCH;
	for (int i = STATE; i <= START_TIME; i++)
		if (!str_next_part(&rest, ' ', &field))
			return -EIO;
	return number_parse_uint(field, 10, ret_ticks) ? 0 : -EIO;
}

int process_signal(int pidfd, int signal)
{
	return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) < 0 ? -errno : 0;
}

int process_wait_end(int pidfd, int timeout_ms)
{
	struct pollfd wait = {.fd = pidfd, .events = POLLIN};
	int ready;
	do
		ready = poll(&wait, 1, timeout_ms);
	while (ready < 0 && errno == EINTR);
	if (ready < 0)
		return -errno;
	return ready == 0 ? -ETIMEDOUT : 0;
}

int process_wait_either(int pidfd, int other)
{
	struct pollfd waits[] = {{.fd = pidfd, .events = POLLIN}, {.fd = other, .events = POLLIN}};
	int ready;
	do
		ready = poll(waits, 2, -1);
	while (ready < 0 && errno == EINTR);
	if (ready < 0)
		return -errno;
	return waits[0].revents ? 0 : 1;
}

int process_reap(int pidfd)
{
	siginfo_t info = {0};
	int result;
	do
		result = waitid((idtype_t)P_PIDFD, (id_t)pidfd, &info, WEXITED | __WALL);
	while (result < 0 && errno == EINTR);
	if (result < 0)
		return -errno;
	return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

void process_reset_signals(void)
{
	struct sigaction standard = {.sa_handler = SIG_DFL};
	for (int number = 1; number < _NSIG; number++)
		if (number != SIGKILL && number != SIGSTOP)
			(void)sigaction(number, &standard, NULL);
	sigset_t none;
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

int process_close_on_exec(int first)
{
	enum { CLOSE_ON_EXEC = 1 << 2 };
	return syscall(SYS_close_range, (unsigned)first, ~0U, CLOSE_ON_EXEC) < 0 ? -errno : 0;
}

static const struct {
	char name[8];
	int number;
} signals[] = {
	{"HUP", SIGHUP},
	{"INT", SIGINT},
	{"QUIT", SIGQUIT},
	{"ILL", SIGILL},
	{"TRAP", SIGTRAP},
	{"ABRT", SIGABRT},
	{"IOT", SIGABRT},
	{"BUS", SIGBUS},
	{"FPE", SIGFPE},
	{"KILL", SIGKILL},
	{"USR1", SIGUSR1},
	{"SEGV", SIGSEGV},
	{"USR2", SIGUSR2},
	{"PIPE", SIGPIPE},
	{"ALRM", SIGALRM},
	{"TERM", SIGTERM},
	{"STKFLT", SIGSTKFLT},
	{"CHLD", SIGCHLD},
	{"CLD", SIGCHLD},
	{"CONT", SIGCONT},
	{"STOP", SIGSTOP},
	{"TSTP", SIGTSTP},
	{"TTIN", SIGTTIN},
	{"TTOU", SIGTTOU},
	{"URG", SIGURG},
	{"XCPU", SIGXCPU},
	{"XFSZ", SIGXFSZ},
	{"VTALRM", SIGVTALRM},
	{"PROF", SIGPROF},
	{"WINCH", SIGWINCH},
	{"IO", SIGIO},
	{"POLL", SIGIO},
	{"PWR", SIGPWR},
	{"SYS", SIGSYS},
};

/* RTMIN, RTMIN+N, RTMAX, RTMAX-N: as the kernel counts them with the two a C library keeps. */
static int real_time_number(struct str name)
{
	enum { FIRST = 34, LAST = 64 };
	bool up = str_starts_with(name, STR("RTMIN"));
	if (!up && !str_starts_with(name, STR("RTMAX")))
		return -1;
	struct str rest = str_slice(name, 5, name.len);
	uint64_t distance = 0;
	if (rest.len > 0 &&
		(rest.data[0] != (up ? '+' : '-') ||
			!number_parse_uint(str_slice(rest, 1, rest.len), 10, &distance)))
		return -1;
	if (distance > LAST - FIRST)
		return -1;
	return up ? FIRST + (int)distance : LAST - (int)distance;
}

int process_signal_number(const char *name)
{
	struct str text = str_from(name);
	uint64_t number = 0;
	if (number_parse_uint(text, 10, &number))
		return number <= 64 ? (int)number : -1;
	if (strncasecmp(text.data, "SIG", 3) == 0)
		text = str_slice(text, 3, text.len);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (strcasecmp(signals[i].name, text.data) == 0)
			return signals[i].number;
	return real_time_number(text);
}
