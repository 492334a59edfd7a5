/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/error.h"

/*
 * What a container's first process says to those who wait for it, over a socket that execve closes:
 * its closing without a word is success.
 */
enum channel_word {
	CHANNEL_NONE,     /* the other end is closed */
	CHANNEL_READY,    /* all is done but the program itself: "created" */
	CHANNEL_GO,       /* from the parent: go on */
	CHANNEL_TERMINAL, /* a descriptor comes with it: the master of the terminal */
	CHANNEL_FAILED,   /* with step and error */
};

enum { CHANNEL_STEP_BYTES = 64 };

struct channel_message {
	enum channel_word word;
	char step[CHANNEL_STEP_BYTES];
	struct error error; /* its pointers mean nothing to another program */
	int fd;             /* of CHANNEL_TERMINAL, else -1 */
};

/** Make both ends of a channel: 0 or minus the errno. */
int channel_open(int ret_ends[2]);

/** Say a word; what the other end did not live to hear is lost. 0 or minus the errno. */
int channel_say(int end, enum channel_word word, int fd);

/** What a word or message came to: 0, also when who should have heard it has ended, for that one is
 * told by what he said himself; else -1 with err. */
int channel_check_said(int said, struct error *err);

/** Say what failed. */
void channel_say_failed(int end, const char *step, const struct error *err);

/** Wait for a word; 0 or minus the errno. EINTR when `interrupts` (a signalfd, or -1) is readable
 * first; the end of the speaker (a pidfd, or -1) is CHANNEL_NONE, whoever else holds his end. */
int channel_hear(int end, int interrupts, int speaker, struct channel_message *ret_message);

/** Wait for a message of any size, in the arena; empty when the other end is closed. 0 or minus the
 * errno. */
int channel_take(int end, struct arena *arena, struct str *ret_message);

/** Send a descriptor (or -1) with a text over a Unix socket: 0 or minus the errno. */
int channel_send_fd(int end, struct str text, int fd);
