/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/channel.h"

#include "sys/fail.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int channel_open(int ret_ends[2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret_ends) < 0 ? -errno : 0;
}

/* Room for one descriptor beside a message. */
union control {
	char bytes[CMSG_SPACE(sizeof(int))];
	struct cmsghdr aligned;
};

int channel_send_fd(int end, struct str text, int fd)
{
	union control control = {0};
	struct iovec part = {(void *)(uintptr_t)text.data, text.len};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	if (fd >= 0) {
		message.msg_control = control.bytes;
		message.msg_controllen = sizeof(control.bytes);
		struct cmsghdr *header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	}
	ssize_t sent;
	do
		sent = sendmsg(end, &message, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

int channel_say(int end, enum channel_word word, int fd)
{
	return channel_send_fd(end, (struct str){(const char *)&word, sizeof(word)}, fd);
}

int channel_check_said(int said, struct error *err)
{
	return said == 0 || said == -EPIPE || said == -ECONNRESET
		       ? 0
		       : fail_system(err, -said, "cannot speak to the first process");
}

void channel_say_failed(int end, const char *step, const struct error *err)
{
	struct channel_message message = {.word = CHANNEL_FAILED, .error = *err, .fd = -1};
	(void)snprintf(message.step, sizeof(message.step), "%s", step ? step : "");
	(void)channel_send_fd(end, (struct str){(const char *)&message, sizeof(message)}, -1);
}

static int take_fd(struct msghdr *message)
{
	int fd = -1;
	struct cmsghdr *header = CMSG_FIRSTHDR(message);
	if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
		header->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

/* 1 when there is something to hear, 0 when the speaker has ended without a word. */
static int wait_readable(int end, int interrupts, int speaker)
{
	struct pollfd waits[] = {{.fd = end, .events = POLLIN},
		{.fd = interrupts, .events = POLLIN}, {.fd = speaker, .events = POLLIN}};
	int ready;
	do
		ready = poll(waits, sizeof(waits) / sizeof(waits[0]), -1);
	while (ready < 0 && errno == EINTR);
	if (ready < 0)
		return -errno;
	if (waits[0].revents)
		return 1;
	return waits[1].revents ? -EINTR : 0;
}

int channel_hear(int end, int interrupts, int speaker, struct channel_message *ret_message)
{
	union control control = {0};
	struct iovec part = {ret_message, sizeof(*ret_message)};
	struct msghdr message = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes)};
	memset(ret_message, 0, sizeof(*ret_message));
	ret_message->fd = -1;
	int ready = speaker >= 0 ? wait_readable(end, interrupts, speaker) : 1;
	if (ready <= 0)
		return ready;
	ssize_t got;
	do
		got = recvmsg(end, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got < 0 && errno != ECONNRESET)
		return -errno;
	ret_message->fd = got > 0 ? take_fd(&message) : -1;
	if (got <= 0)
		ret_message->word = CHANNEL_NONE;
	ret_message->error.file = (struct str){0};
	ret_message->error.function = NULL;
	return 0;
}

int channel_take(int end, struct arena *arena, struct str *ret_message)
{
	ssize_t len, got = 0;
	*ret_message = (struct str){NULL, 0};
	do
		len = recv(end, NULL, 0, MSG_PEEK | MSG_TRUNC);
	while (len < 0 && errno == EINTR);
	if (len <= 0)
		return len == 0 || errno == ECONNRESET ? 0 : -errno;
	char *memory = arena_alloc(arena, (size_t)len);
	do
		got = recv(end, memory, (size_t)len, 0);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	*ret_message = (struct str){memory, (size_t)got};
	return 0;
}
