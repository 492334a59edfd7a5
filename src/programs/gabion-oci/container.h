/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/seccomp.h"
#include "layers/context/spec.h"
#include "programs/gabion-oci/cgroups.h"
#include "programs/gabion-oci/invocation.h"
#include "programs/gabion-oci/rootfs.h"
#include "programs/gabion-oci/status.h"
#include "sys/landlock.h"
#include "sys/net_device.h"
#include "sys/network_maker.h"

enum { NAMESPACE_KINDS = 8 };

/* A namespace to be joined, open. */
struct joined {
	int fd;
	uint64_t kind; /* CLONE_NEW* */
};

/* What a process in a container is to be: its first, or one that joins (exec). */
struct task {
	const struct spec_process *process;
	struct seccomp_program seccomp;
	bool filtered;                  /* seccomp is to be installed */
	struct landlock_state landlock; /* to be entered, unless its ruleset is -1 */
	const char *listener_path, *listener_metadata;
	struct str listener_state; /* what the agent is told */
	struct sender *sender;     /* notify.c's */
	const char *keyring;       /* name of a new session keyring; NULL: keep the caller's */
	int listener;      /* connected socket of the agent for seccomp's notifications, or -1 */
	int console;       /* connected --console-socket, or -1 */
	unsigned preserve; /* descriptors 3 to 2 + preserve are kept */
	const char *const *arguments, *const *environment;
	const char *program; /* found in the container, before anyone is told it is ready */
	int proc;            /* the host's /proc, O_PATH */
	uint64_t own_device, own_inode; /* what we are ourselves, never to be run */
	bool no_setgroups;              /* the user namespace forbids setgroups(2) */
	bool changed_folder;            /* chdir to cwd was possible without being the user */
};

/* A container being made. */
struct container {
	struct invocation *invocation;
	struct arena *arena;
	struct status status;
	struct spec spec;
	struct str config_path;
	struct task task;
	struct cgroups cgroups;
	struct rootfs rootfs;
	int root;       /* the folder of states */
	int channel[2]; /* ours, the child's */
	int listening;  /* the socket of `start`; -1 for run */
	int interrupts; /* a signalfd */
	int pidfd;
	int terminal;                  /* in the child */
	int master;                    /* of a terminal to be relayed, in the parent, or -1 */
	struct network_maker *network; /* NULL when none is to be made beside us */
	struct joined joined[NAMESPACE_KINDS];
	size_t joined_count;
	char (*given_names)[NET_DEVICE_NAME_BYTES]; /* of devices moved into the container */
	size_t given;
	int given_to; /* the namespace they are in, or -1 */
	bool has_cgroups, made_cgroups, has_rootfs, reserved;
	bool waits_for_parent, joins_user;
	bool network_made; /* and is among those joined */
};

/** Read the configuration and open all that a container is made of; nothing is left after -1 but
 * what container_undo() removes. */
int container_prepare(struct container *ret, struct invocation *invocation, struct error *err);

/** Clone the first process and see it to the end of its making. */
int container_start(struct container *container, struct error *err);

/** Remove everything that was made, the process first. */
void container_undo(struct container *container);

/** Close what is open. */
void container_release(struct container *container);

/** Give ourselves the oom score of a task, for its clone to inherit; the one before is kept in text
 * form, empty when nothing was changed. */
int container_set_oom(const struct task *task, char ret_before[16], struct error *err);

/** In a child: join open namespaces; be root of the user namespace we are in. */
int child_join(const struct joined *joined, size_t count, struct error *err);
int child_become_root(bool no_setgroups, struct error *err);

/** The life of the first process; never returns. */
void child_run(struct container *container) __attribute__((noreturn));

/** Note what is being done, for errors. */
static inline void container_step(struct container *container, const char *step)
{
	container->invocation->step = step;
}
