/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/* A URL as Go's net/url reads it, which is what API servers validate with. Parts are as written;
 * what is decoded is said. */
struct url {
	struct str scheme; /* in lower case */
	struct str opaque; /* what follows the scheme when that is no slash */
	struct str user;   /* name and password, decoded */
	struct str password;
	bool has_user, has_password;
	struct str host; /* decoded, with brackets and port */
	bool has_authority;
	struct str path;
	struct str query;
	bool force_query; /* a question mark and nothing behind it */
	struct str fragment;
};

/**
 * Read an absolute URL or an absolute path; what had to be decoded lives in arena, the rest is
 * borrowed. Returns NULL, or a phrase saying what is wrong. Source: Go net/url, ParseRequestURI()
 * and then Parse().
 */
const char *url_parse(struct arena *arena, struct str text, struct url *ret_url);

/** The host without port and brackets, and the port, "" when there is none. */
void url_split_host(struct str host, struct str *ret_name, struct str *ret_port);

/** The path as written where that is a valid encoding, else encoded anew. */
void url_print_path(const struct url *url, struct arena *arena, struct buf *out);

/** The whole URL in its one normal form; equal URLs have equal texts. */
void url_print(const struct url *url, struct arena *arena, struct buf *out);

/** The next pair of a query string, decoded into arena; pairs that are malformed are left out.
 * False at the end. */
bool url_next_pair(
	struct str *query, struct arena *arena, struct str *ret_key, struct str *ret_value);
