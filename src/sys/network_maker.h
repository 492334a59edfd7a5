/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * A network namespace takes the kernel longer to make than all others together. A process of its
 * own makes one while we prepare the rest; where no processor was free for it, nobody waits.
 */
struct network_maker {
	pid_t pid; /* 0: there is none */
	atomic_bool begun;
	int made;         /* the namespace open, its loopback interface up; or minus the errno */
	char stack[4096]; /* he has our memory and descriptors, and this for his own */
};

/** Begin to make one. Without an error: what is not made here is not there to be taken. */
void network_maker_begin(struct network_maker *ret_maker);

/** The namespace, which is ours to close; -EAGAIN when it was not begun, or minus the errno. */
int network_maker_take(struct network_maker *maker);

/** Wait until he is gone; must come before his memory goes. Nothing to do for one of zeros. */
void network_maker_end(struct network_maker *maker);

/** Raise the loopback interface of the network namespace we are in: 0 or minus the errno. A kernel
 * without IPv4 has none to raise. */
int network_raise_loopback(void);
