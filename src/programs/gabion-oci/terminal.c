/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/terminal.h"

#include "programs/gabion-oci/channel.h"
#include "sys/fail.h"
#include "sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41)
#endif

/* A path too long for an address is reached through its open folder. */
int terminal_connect(const char *path, int type)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *slash = strrchr(path, '/');
	char folder_path[4096];
	int folder = -1, result = -ENAMETOOLONG;
	size_t len = strlen(path);
	if (len < sizeof(address.sun_path)) {
		memcpy(address.sun_path, path, len);
	} else if (slash && (size_t)(slash - path) < sizeof(folder_path)) {
		memcpy(folder_path, path, (size_t)(slash - path));
		folder_path[slash - path] = '\0';
		folder = open(folder_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
		int written = snprintf(address.sun_path, sizeof(address.sun_path),
			"/proc/self/fd/%d/%s", folder, slash + 1);
		if (folder < 0 || written >= (int)sizeof(address.sun_path))
			goto out;
	} else {
		goto out;
	}
	int end = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	result = end < 0 ? -errno : end;
	if (end >= 0 && connect(end, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		result = -errno;
		(void)close(end);
	}
out:
	if (folder >= 0)
		(void)close(folder);
	return result;
}

static int open_pair(int devpts, int *ret_master)
{
	int unlocked = 0;
	int master = openat(devpts, "ptmx", O_RDWR | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
	if (master < 0)
		return -errno;
	int terminal = ioctl(master, TIOCSPTLCK, &unlocked) < 0
			       ? -1
			       : ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (terminal < 0) {
		int cause = errno;
		(void)close(master);
		return -cause;
	}
	*ret_master = master;
	return terminal;
}

static void set_size(int terminal, const struct spec_process *process)
{
	if (!process->console_size)
		return;
	struct winsize size = {.ws_row = (unsigned short)process->console_size->height,
		.ws_col = (unsigned short)process->console_size->width};
	(void)ioctl(terminal, TIOCSWINSZ, &size);
}

int terminal_open(
	const struct task *task, int devpts, int channel, int *ret_terminal, struct error *err)
{
	int master = -1;
	if (devpts < 0) {
		(void)ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"process.terminal: the container has no devpts to open a terminal on");
		error_set_remedy(err, "add a mount of type devpts at /dev/pts");
		return -1;
	}
	int terminal = open_pair(devpts, &master);
	if (terminal < 0)
		return fail_system(err, -terminal, "process.terminal: cannot open a terminal");
	set_size(terminal, task->process);
	(void)fchown(terminal, task->process->user.uid, (gid_t)-1);
	int sent = task->console >= 0 ? channel_send_fd(task->console, STR("/dev/ptmx"), master)
				      : channel_say(channel, CHANNEL_TERMINAL, master);
	(void)close(master);
	if (sent < 0)
		return fail_system(err, -sent, "cannot send the terminal to the console socket");
	*ret_terminal = terminal;
	return 0;
}

int terminal_take(int terminal, struct error *err)
{
	if (setsid() < 0 && errno != EPERM)
		return fail_system(err, errno, "cannot begin a session");
	if (terminal < 0)
		return 0;
	if (ioctl(terminal, TIOCSCTTY, 0) < 0)
		return fail_system(
			err, errno, "process.terminal: cannot make it the controlling one");
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (dup2(terminal, fd) < 0)
			return fail_system(err, errno, "process.terminal: cannot use it");
	return 0;
}

/* Two directions, each with what was read and not yet written. */
struct direction {
	int from, to;
	size_t len, done;
	bool ended;
	char bytes[4096];
};

static void move_bytes(struct direction *d, bool readable, bool writable)
{
	if (d->len == d->done && readable && !d->ended) {
		ssize_t got = read(d->from, d->bytes, sizeof(d->bytes));
		d->done = 0;
		d->len = got > 0 ? (size_t)got : 0;
		/* EIO: nobody has the other end of a terminal open. */
		d->ended = got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
		writable = true;
	}
	if (d->len > d->done && writable) {
		ssize_t put = write(d->to, d->bytes + d->done, d->len - d->done);
		if (put > 0)
			d->done += (size_t)put;
		else if (put < 0 && errno != EAGAIN && errno != EINTR)
			d->ended = true;
	}
}

static void copy_size(int master)
{
	struct winsize size;
	if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0)
		(void)ioctl(master, TIOCSWINSZ, &size);
}

static void take_signal(int interrupts, int master, int pidfd)
{
	struct signalfd_siginfo info;
	if (read(interrupts, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGWINCH)
		copy_size(master);
	else if (info.ssi_signo != SIGCHLD)
		(void)process_signal(pidfd, (int)info.ssi_signo);
}

static short wanted(const struct direction *d, bool reading)
{
	bool empty = d->len == d->done;
	if (d->ended)
		return 0;
	return reading ? (empty ? POLLIN : 0) : (empty ? 0 : POLLOUT);
}

static void relay(int master, int pidfd, int interrupts)
{
	struct direction in = {.from = STDIN_FILENO, .to = master};
	struct direction out = {.from = master, .to = STDOUT_FILENO};
	bool running = true;
	while (running || !out.ended) {
		struct pollfd waits[] = {
			{in.ended || in.len > in.done ? -1 : STDIN_FILENO, POLLIN, 0},
			{master, (short)(wanted(&out, true) | wanted(&in, false)), 0},
			{out.len > out.done ? STDOUT_FILENO : -1, POLLOUT, 0},
			{running ? pidfd : -1, POLLIN, 0},
			{interrupts, POLLIN, 0},
		};
		/* Once the process has ended, what it left to read is all there will be. */
		int ready = poll(waits, sizeof(waits) / sizeof(waits[0]), running ? -1 : 0);
		if (ready < 0 && errno != EINTR)
			return;
		if (ready == 0 && !running && out.len == out.done)
			return;
		if (waits[4].revents)
			take_signal(interrupts, master, pidfd);
		bool hung_up = (waits[1].revents & (POLLHUP | POLLERR)) != 0;
		move_bytes(&in, waits[0].revents != 0, (waits[1].revents & POLLOUT) != 0);
		move_bytes(
			&out, (waits[1].revents & POLLIN) != 0 || hung_up, waits[2].revents != 0);
		running = running && waits[3].revents == 0;
	}
}

int terminal_relay(int master, int pidfd, int interrupts, struct error *err)
{
	struct termios before, raw;
	bool own = tcgetattr(STDIN_FILENO, &before) == 0;
	if (own) {
		raw = before;
		cfmakeraw(&raw);
		copy_size(master);
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	}
	(void)fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK);
	relay(master, pidfd, interrupts);
	if (own)
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &before);
	int status = process_reap(pidfd);
	return status < 0 ? fail_system(err, -status, "cannot wait for the process") : status;
}
