/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * A network namespace takes the kernel longer to make than all others together. A process of its
 * own makes one while we prepare the rest, and holds it until it is taken; where no processor was
 * free for it, nobody waits. It has our memory, but no descriptor of what we open later.
 */
struct network_maker {
	pid_t pid;        /* 0: there is none */
	atomic_int state; /* how far he is; minus an errno when he failed */
	atomic_bool over; /* he is to go, should he not be killed */
	pid_t parent;
	char stack[4096]; /* he has our memory, and this for his own */
};

/** Begin to make one. Without an error: what is not made here is not there to be taken. */
void network_maker_begin(struct network_maker *ret_maker);

/** The namespace with its loopback interface up, open and ours to close; -EAGAIN when it was not
 * begun, and is not from now on; or minus the errno. */
int network_maker_take(struct network_maker *maker);

/** End him and wait until he is gone; must come before his memory goes, and may come twice. */
void network_maker_end(struct network_maker *maker);

/** Raise the loopback interface of the network namespace we are in: 0 or minus the errno. A kernel
 * without IPv4 has none to raise. */
int network_raise_loopback(void);
