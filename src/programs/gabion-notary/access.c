/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-notary/access.h"

#include "ipc/notary.h"
#include "ipc/socket.h"

#include <stdio.h>
#include <unistd.h>

bool access_allows(const struct access *access, uid_t uid)
{
	bool allowed = uid == 0 || uid == geteuid();
	for (size_t i = 0; i < access->count; i++)
		allowed |= access->uids[i] == uid;
	return allowed;
}

void access_turn_away(int fd, uid_t uid, bool is_allowed)
{
	struct notary_answer answer = {.kind = NOTARY_HELLO, .status = NOTARY_REFUSED};
	struct str message = {(const char *)&answer, sizeof(answer)};
	struct error ignored = {0};
	if (is_allowed)
		(void)snprintf(answer.text, sizeof(answer.text),
			"all its connections are in use, try again");
	else
		(void)snprintf(answer.text, sizeof(answer.text),
			"user %u may not connect, unless it is started with --allow-uid %u",
			(unsigned)uid, (unsigned)uid);
	(void)socket_send(fd, message, &ignored);
	close(fd);
}
