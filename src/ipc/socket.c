/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc/socket.h"

#include "sys/durable.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024, BUFFER_BYTES = 4 << 20 };

static int fill_address(const char *path, struct sockaddr_un *ret_address, struct error *err)
{
	size_t len = strlen(path);
	*ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (len == 0 || len >= sizeof(ret_address->sun_path))
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
			"the socket path '%s' is empty or over %zu bytes", path,
			sizeof(ret_address->sun_path) - 1);
	memcpy(ret_address->sun_path, path, len);
	return 0;
}

static int new_socket(int flags, struct error *err)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | flags, 0);
	if (fd < 0)
		return durable_fail(err, "make", "a unix socket");
	int bytes = BUFFER_BYTES; /* the kernel takes its own limit when this is over it */
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	return fd;
}

static int remove_stale(const char *path, struct error *err)
{
	struct stat status;
	if (lstat(path, &status) < 0)
		return errno == ENOENT ? 0 : durable_fail(err, "look at", path);
	if (!S_ISSOCK(status.st_mode))
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"'%s' is there already and is no socket", path);
	return unlink(path) < 0 ? durable_fail(err, "replace", path) : 0;
}

static int bind_and_listen(int fd, const char *path, mode_t mode, struct error *err)
{
	struct sockaddr_un address;
	if (fill_address(path, &address, err) < 0 || remove_stale(path, err) < 0)
		return -1;
	mode_t old_mask = umask(0777 & ~mode); /* from its first moment no one else can connect */
	int bound = bind(fd, (struct sockaddr *)&address, sizeof(address));
	umask(old_mask);
	if (bound < 0 || listen(fd, BACKLOG) < 0)
		return durable_fail(err, "listen at", path);
	return 0;
}

int socket_listen(const char *path, mode_t mode, struct error *err)
{
	int fd = new_socket(SOCK_NONBLOCK, err);
	if (fd >= 0 && bind_and_listen(fd, path, mode, err) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

int socket_connect(const char *path, unsigned timeout_ms, struct error *err)
{
	struct sockaddr_un address;
	if (fill_address(path, &address, err) < 0)
		return -1;
	int fd = new_socket(0, err);
	if (fd < 0)
		return -1;
	struct timeval timeout = {.tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000};
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) == 0 &&
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout)) == 0 &&
		connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	durable_fail(err, "connect to", path);
	close(fd);
	return -1;
}

int socket_accept(int listen_fd, struct socket_peer *ret_peer, struct error *err)
{
	int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0) {
		bool nobody = errno == EAGAIN || errno == EINTR || errno == ECONNABORTED;
		return nobody ? -1 : durable_fail(err, "accept", "a client");
	}
	struct ucred peer;
	socklen_t len = sizeof(peer);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0) {
		durable_fail(err, "ask for", "the peer's credentials");
		close(fd);
		return -1;
	}
	*ret_peer = (struct socket_peer){.pid = peer.pid, .uid = peer.uid, .gid = peer.gid};
	return fd;
}

ssize_t socket_receive(int fd, void *memory, size_t capacity, struct error *err)
{
	struct iovec part = {.iov_base = memory, .iov_len = capacity};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	ssize_t len = recvmsg(fd, &message, 0);
	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return -1;
	if (len < 0)
		return errno == ECONNRESET ? 0 : durable_fail(err, "receive", "a message");
	if (message.msg_flags & MSG_TRUNC)
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN, "a message is longer than %zu bytes",
			capacity);
	return len;
}

int socket_send(int fd, struct str message, struct error *err)
{
	ssize_t sent;
	do
		sent = send(fd, message.data, message.len, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent < 0 && errno == EAGAIN)
		return 1;
	return sent < 0 ? durable_fail(err, "send", "a message") : 0;
}
