/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/seccomp_notify.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Newer than the headers that we are built with. */
#define NOTIF_SET_FLAGS _IOW('!', 4, uint64_t)
enum { SYNC_WAKE_UP = 1, STATE_BYTES = 64 << 10 };

int seccomp_notify_open(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t len = strlen(path);
	if (len >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, len + 1);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(fd, 1) == 0)
		return fd;
	int failure = -errno;
	close(fd);
	return failure;
}

static int wait_readable(int fd, int timeout_ms)
{
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	int ready = poll(&wait, 1, timeout_ms);
	if (ready < 0)
		return -errno;
	if (ready == 0)
		return -ETIME;
	return wait.revents & POLLIN ? 1 : 0;
}

/* The descriptor comes with the first byte of the state, which we do not need. */
static int take_descriptor(int end)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr aligned;
	} control = {0};
	char state[4096];
	struct iovec part = {state, sizeof(state)};
	struct msghdr message = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes)};
	int fd = -EBADMSG;
	ssize_t got = recvmsg(end, &message, MSG_CMSG_CLOEXEC);
	if (got < 0)
		return -errno;
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
		header->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	for (size_t total = 0; got > 0 && total < STATE_BYTES; total += (size_t)got)
		got = recv(end, state, sizeof(state), MSG_DONTWAIT);
	return fd;
}

int seccomp_notify_take(int socket, int timeout_ms)
{
	int ready = wait_readable(socket, timeout_ms);
	if (ready <= 0)
		return ready < 0 ? ready : -ECONNABORTED;
	int end = accept4(socket, NULL, NULL, SOCK_CLOEXEC);
	if (end < 0)
		return -errno;
	/* It connects before it has the listener, and leaves if it fails to make one. */
	ready = wait_readable(end, timeout_ms);
	int listener = ready < 0 ? ready : take_descriptor(end);
	close(end);
	return listener;
}

int seccomp_notify_share_processor(int listener)
{
	return ioctl(listener, NOTIF_SET_FLAGS, SYNC_WAKE_UP) < 0 ? -errno : 0;
}

int seccomp_notify_next(int listener, int timeout_ms, struct seccomp_notice *ret_notice)
{
	for (;;) {
		struct seccomp_notif notice = {0};
		int ready = wait_readable(listener, timeout_ms);
		if (ready == -EINTR)
			continue;
		if (ready <= 0)
			return ready;
		/* ENOENT: killed while it waited. */
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notice) < 0) {
			if (errno == ENOENT || errno == EINTR)
				continue;
			return -errno;
		}
		*ret_notice = (struct seccomp_notice){.id = notice.id,
			.pid = (pid_t)notice.pid,
			.number = notice.data.nr,
			.audit_arch = notice.data.arch};
		for (size_t i = 0; i < 6; i++)
			ret_notice->args[i] = notice.data.args[i];
		return 1;
	}
}

bool seccomp_notify_waits(int listener, uint64_t id)
{
	return ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

int seccomp_notify_answer(int listener, uint64_t id, int error)
{
	struct seccomp_notif_resp answer = {.id = id,
		.error = -error,
		.flags = error == 0 ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0};
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) < 0 && errno != ENOENT)
		return -errno;
	return 0;
}
