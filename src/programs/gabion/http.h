/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

enum {
	HTTP_ANSWER_BYTES = 64 << 10, /* 64 signature lines take a fifth of it */
	HTTP_CONNECT_MS = 5000,
	HTTP_TOTAL_MS = 15000,
};

struct http_answer {
	long status;
	struct str content_type; /* may be empty */
	struct str body;
};

/**
 * POST a body to an http or https URL: no redirects, no proxy but the environment's, certificates
 * checked, within HTTP_TOTAL_MS and HTTP_ANSWER_BYTES. The library is loaded by the first call:
 * commands that talk to nobody do not pay the 7 ms it takes to start. Answers live in the arena.
 */
int http_post(struct arena *arena, const char *url, struct str body, struct http_answer *ret_answer,
	struct error *err);
