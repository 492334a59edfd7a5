/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/commands.h"

#define CREATE_OPTIONS \
	OPTION_BUNDLE, OPTION_CONFIG, OPTION_CONSOLE_SOCKET, OPTION_PID_FILE, OPTION_PRESERVE_FDS, \
		OPTION_NO_PIVOT, OPTION_NO_NEW_KEYRING

const struct command commands[] = {
	{"create", "ID", "make a container, ready to be started", 1, 1, command_create,
		{CREATE_OPTIONS}},
	{"start", "ID", "start the program of a container that was created", 1, 1, command_start,
		{0}},
	{"run", "ID", "create and start a container, and wait for its end", 1, 1, command_run,
		{CREATE_OPTIONS, OPTION_DETACH, OPTION_KEEP, OPTION_NO_SUBREAPER}},
	{"exec", "ID COMMAND [ARGUMENT...]", "run a program in a running container", 1, SIZE_MAX,
		command_exec,
		{OPTION_PROCESS, OPTION_CONSOLE_SOCKET, OPTION_PID_FILE, OPTION_DETACH, OPTION_TTY,
			OPTION_CWD, OPTION_ENV, OPTION_USER, OPTION_ADDITIONAL_GIDS, OPTION_CAP,
			OPTION_NO_NEW_PRIVS, OPTION_PROCESS_LABEL, OPTION_APPARMOR,
			OPTION_PRESERVE_FDS, OPTION_IGNORE_PAUSED, OPTION_NO_SUBREAPER}},
	{"state", "ID", "print the state of a container as JSON", 1, 1, command_state, {0}},
	{"list", "", "list containers", 0, 0, command_list, {OPTION_FORMAT, OPTION_QUIET}},
	{"kill", "ID [SIGNAL]", "send a signal to a container, SIGTERM unless said otherwise", 1, 2,
		command_kill, {OPTION_ALL}},
	{"delete", "ID", "remove what a container that has ended leaves", 1, 1, command_delete,
		{OPTION_FORCE}},
	{"ps", "ID", "list the processes of a container", 1, 1, command_ps, {OPTION_FORMAT}},
	{"pause", "ID", "stop all processes of a container where they are", 1, 1, command_pause,
		{0}},
	{"resume", "ID", "let them run again", 1, 1, command_resume, {0}},
	{"update", "ID", "change the limits of a container", 1, 1, command_update,
		{OPTION_RESOURCES, OPTION_BLKIO_WEIGHT, OPTION_CPU_PERIOD, OPTION_CPU_QUOTA,
			OPTION_CPU_BURST, OPTION_CPU_SHARE, OPTION_CPU_RT_PERIOD,
			OPTION_CPU_RT_RUNTIME, OPTION_CPUSET_CPUS, OPTION_CPUSET_MEMS,
			OPTION_CPU_IDLE, OPTION_KERNEL_MEMORY, OPTION_KERNEL_MEMORY_TCP,
			OPTION_MEMORY, OPTION_MEMORY_RESERVATION, OPTION_MEMORY_SWAP,
			OPTION_PIDS_LIMIT}},
	{"events", "ID", "print what a container uses, and when it runs out of memory, as JSON", 1,
		1, command_events, {OPTION_STATS, OPTION_INTERVAL}},
	{"spec", "", "write a config.json to begin with", 0, 0, command_spec,
		{OPTION_BUNDLE, OPTION_SPEC_ROOTLESS}},
	{"features", "", "print what this runtime can do, as JSON", 0, 0, command_features, {0}},
	{0},
};
