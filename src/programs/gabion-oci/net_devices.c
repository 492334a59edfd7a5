/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/net_devices.h"

#include "sys/fail.h"
#include "sys/net_device.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

/* Where they go: to a namespace that is joined, or to the child's own. */
static int open_target(const struct container *container)
{
	char path[32];
	for (size_t i = 0; i < container->joined_count; i++)
		if (container->joined[i].kind == CLONE_NEWNET)
			return fcntl(container->joined[i].fd, F_DUPFD_CLOEXEC, 0);
	(void)snprintf(path, sizeof(path), "%d/ns/net", (int)container->status.pid);
	return openat(container->task.proc, path, O_RDONLY | O_CLOEXEC);
}

static int fail(const struct spec_net_device *device, enum net_device_step step, int cause,
	struct error *err)
{
	static const struct {
		const char *verb, *remedy;
	} steps[] = {
		[NET_DEVICE_FIND] = {"find", "it must be a device of the host, and is one as long "
					     "as no container has it"},
		[NET_DEVICE_NAME] = {"name",
			"choose a `name` of at most 15 letters that is free in the container"},
		[NET_DEVICE_MOVE] = {"move",
			"some devices belong to one namespace: `ethtool -k` says netns-local"},
		[NET_DEVICE_RAISE] = {"raise", "see the kernel's log"},
	};
	(void)fail_system(err, cause, "linux.netDevices: cannot %s '%s'", steps[step].verb,
		device->host_name.text);
	err->origin = device->host_name.origin;
	error_set_remedy(err, "%s", steps[step].remedy);
	return -1;
}

int net_devices_give(struct container *container, struct error *err)
{
	const struct spec_net_devices *all = &container->spec.net_devices;
	if (all->count == 0)
		return 0;
	container_step(container, "moving network devices");
	container->given_names =
		arena_alloc_array(container->arena, all->count, sizeof(*container->given_names));
	container->given_to = open_target(container);
	int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), result = 0;
	if (own < 0 || container->given_to < 0)
		result = fail_system(err, errno, "cannot open the network namespaces");
	for (size_t i = 0; result == 0 && i < all->count; i++) {
		const struct spec_net_device *device = &all->items[i];
		const char *name = device->name.text;
		enum net_device_step step;
		int moved = net_device_move(own, container->given_to, device->host_name.text,
			name && name[0] ? name : device->host_name.text, container->given_names[i],
			&step);
		if (moved < 0)
			result = fail(device, step, -moved, err);
		else
			container->given++;
	}
	if (own >= 0)
		(void)close(own);
	return result;
}

void net_devices_take_back(struct container *container)
{
	char name[NET_DEVICE_NAME_BYTES];
	enum net_device_step step;
	if (container->given == 0)
		return;
	int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	while (own >= 0 && container->given > 0) {
		size_t i = --container->given;
		(void)net_device_move(container->given_to, own, container->given_names[i],
			container->spec.net_devices.items[i].host_name.text, name, &step);
	}
	if (own >= 0)
		(void)close(own);
}
