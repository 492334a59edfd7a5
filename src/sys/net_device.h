/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

/* Network devices between network namespaces. Source: rtnetlink(7). */

enum { NET_DEVICE_NAME_BYTES = 16 };

/* What was being done when it failed. */
enum net_device_step {
	NET_DEVICE_FIND, /* the device */
	NET_DEVICE_NAME, /* its new name is taken, or none */
	NET_DEVICE_MOVE,
	NET_DEVICE_RAISE, /* in the other namespace, or give it its addresses back */
};

/**
 * Move a device under a name, which may hold "%d" for the lowest number that is free, and raise it.
 * The kernel keeps its hardware address and MTU; permanent addresses of global scope are given to
 * it again. from and to are namespaces, open; ret_name is the name it has. 0 or minus the errno,
 * with the step; then it is where it was, as far as it could be moved back.
 */
int net_device_move(int from, int to, const char *device, const char *name,
	char ret_name[NET_DEVICE_NAME_BYTES], enum net_device_step *ret_step);
