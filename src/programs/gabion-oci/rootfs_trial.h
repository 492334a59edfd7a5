/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion-oci/rootfs.h"

#include <stdio.h>
#include <stdlib.h>

/*
 * For tests: containers without a process. Their trees are built in namespaces of their own, as
 * gabion-oci does it, and looked at from inside.
 */

#define HEAD         "{\"ociVersion\": \"1.0.2\", \"root\": {\"path\": \"rootfs\"}, "
#define SEPARATE     "{\"type\": \"mount\"}, {\"type\": \"pid\"}, {\"type\": \"ipc\"}"
#define NAMESPACES   "\"namespaces\": [" SEPARATE "]"
#define MOUNTS(text) HEAD "\"mounts\": [" text "], \"linux\": {" NAMESPACES "}}"

#define USUAL_MOUNTS \
	"{\"destination\": \"/proc\", \"type\": \"proc\", \"source\": \"proc\"}," \
	"{\"destination\": \"/dev\", \"type\": \"tmpfs\", \"source\": \"tmpfs\"," \
	" \"options\": [\"nosuid\", \"strictatime\", \"mode=755\", \"size=65536k\"]}," \
	"{\"destination\": \"/dev/pts\", \"type\": \"devpts\", \"source\": \"devpts\", " \
	"\"options\":" \
	" [\"nosuid\", \"noexec\", \"newinstance\", \"ptmxmode=0666\", \"mode=0620\"]}," \
	"{\"destination\": \"/dev/shm\", \"type\": \"tmpfs\", \"source\": \"shm\", \"options\":" \
	" [\"nosuid\", \"noexec\", \"nodev\", \"mode=1777\", \"size=65536k\"]}," \
	"{\"destination\": \"/dev/mqueue\", \"type\": \"mqueue\", \"source\": \"mqueue\"," \
	" \"options\": [\"nosuid\", \"noexec\", \"nodev\"]}"

#define BIND(destination, source, options) \
	"{\"destination\": \"" destination "\", \"source\": \"" source \
	"\", \"options\": [" options "]}"

/* Ends the process that looks, and with it the trial, unless the condition holds. */
#define EXPECT(condition) \
	do { \
		if (!(condition)) { \
			(void)fprintf(stderr, "%s:%d: %s: errno %d\n", __FILE__, __LINE__, \
				#condition, errno); \
			_exit(99); \
		} \
	} while (0)

/** Namespaces of the test's own with a bundle at /tmp/bundle, the working directory, and beside it
 * what may never change; as root of the host, false where the test is not run by it. */
void trial_bundle(void);
bool trial_bundle_of_host(void);

/** Fails unless what may never change has not; once. */
void trial_canary_lives(void);

/** Build what a configuration says and look at it from inside; an empty error when all is well. */
const struct error *trial_run(const char *config, void (*look)(void));

/** The same, which must succeed; meanwhile runs, in the parent, after the container stands. */
void trial_builds(const char *config, void (*look)(void));
void trial_builds_while(const char *config, void (*look)(void), void (*meanwhile)(void));

/** The same for a container with cgroups. */
void trial_builds_with(const struct cgroup *cgroup, const char *config, void (*look)(void));

/** Whether a path is that device, or a file of that text. */
bool trial_is_device(const char *path, unsigned major_number, unsigned minor_number);
bool trial_reads(const char *path, const char *text);
