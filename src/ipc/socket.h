/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

#include <sys/types.h>

/* Unix sockets that keep message borders (SOCK_SEQPACKET), so that nothing has to be framed or
 * parsed. */

/* Who is at the other end, as the kernel says. */
struct socket_peer {
	pid_t pid;
	uid_t uid;
	gid_t gid;
};

/**
 * Listen at a path with the permissions of mode; a stale socket there is replaced, anything else is
 * an error. Non-blocking. Returns the descriptor or -1.
 */
int socket_listen(const char *path, mode_t mode, struct error *err);

/** Connect; blocking, with a timeout on every later send and receive. Returns the descriptor or -1.
 */
int socket_connect(const char *path, unsigned timeout_ms, struct error *err);

/** Accept without blocking: a descriptor and its peer; -1 without err when nobody waits. */
int socket_accept(int listen_fd, struct socket_peer *ret_peer, struct error *err);

/**
 * Receive one message: its length; 0 when the peer is gone; -1 without err when there is none now.
 * A message longer than capacity is an error, for the rest of it is lost.
 */
ssize_t socket_receive(int fd, void *memory, size_t capacity, struct error *err);

/** Send one whole message: 0; 1 when the peer's queue is full; -1 with err. Never raises SIGPIPE.
 */
int socket_send(int fd, struct str message, struct error *err);
