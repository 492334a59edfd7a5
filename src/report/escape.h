/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/* Where a text is going. Whatever the medium, what a reader could not see (controls, bidirectional
 * and zero-width characters, bytes that are not UTF-8) becomes visible as \n, \xNN or \u{NNNN}. */
enum medium {
	MEDIUM_TERMINAL,       /* and logs, UTF-8 */
	MEDIUM_TERMINAL_ASCII, /* the same where the locale has no UTF-8 */
	MEDIUM_JSON,     /* inside of a string; hidden characters as \uNNNN, bad bytes as \ufffd */
	MEDIUM_XML,      /* content or quoted attribute */
	MEDIUM_MARKDOWN, /* one line of GitHub's Markdown: no markup, link or mention survives */
	MEDIUM_GITHUB_DATA,     /* message of a workflow command */
	MEDIUM_GITHUB_PROPERTY, /* property of a workflow command */
	MEDIUM_URI,             /* path of a URI reference, RFC 3986 section 3.3 */
	MEDIUM_MDOC,            /* running text of a manual page */
	MEDIA,
};

/** Append text from outside so that the medium shows it and never acts on it. */
void escape_put(struct buf *out, enum medium medium, struct str text);
