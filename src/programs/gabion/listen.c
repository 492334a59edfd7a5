/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/listen.h"

#include "base/number.h"
#include "sys/durable.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 128, ADDRESS_BYTES = 64 };

/* Either family; what they share is in the same place. */
union address {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
};

static bool read_address(struct str text, union address *ret, socklen_t *ret_bytes)
{
	char host[ADDRESS_BYTES];
	uint64_t port;
	size_t colon = text.len;
	while (colon > 0 && text.data[colon - 1] != ':')
		colon--;
	if (colon < 2 || !number_parse_uint(str_slice(text, colon, text.len), 10, &port) ||
		port > UINT16_MAX)
		return false;
	struct str name = str_slice(text, 0, colon - 1);
	bool six = str_starts_with(name, STR("[")) && str_ends_with(name, STR("]"));
	if (six)
		name = str_slice(name, 1, name.len - 1);
	if (name.len == 0 || name.len >= sizeof(host))
		return false;
	memcpy(host, name.data, name.len);
	host[name.len] = '\0';
	memset(ret, 0, sizeof(*ret));
	ret->any.sa_family = six ? AF_INET6 : AF_INET;
	*ret_bytes = six ? sizeof(ret->six) : sizeof(ret->four);
	if (six)
		ret->six.sin6_port = htons((uint16_t)port);
	else
		ret->four.sin_port = htons((uint16_t)port);
	void *place = six ? (void *)&ret->six.sin6_addr : (void *)&ret->four.sin_addr;
	return inet_pton(ret->any.sa_family, host, place) == 1;
}

int listen_at(struct str address, struct error *err)
{
	union address place;
	socklen_t bytes;
	const int yes = 1;
	if (!read_address(address, &place, &bytes)) {
		ERROR_SET(err, ERROR_POLICY, NO_ORIGIN,
			"--listen takes an address and a port, not '%.*s'", STR_ARGS(address));
		error_set_remedy(err, "write 127.0.0.1:8080 or [::1]:8080");
		return -1;
	}
	int fd = socket(place.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (fd >= 0 && bind(fd, &place.any, bytes) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	durable_fail_errno(err, "listen at", address.data);
	if (fd >= 0)
		close(fd);
	return -1;
}

uint16_t listen_port(int listener)
{
	union address place = {.any = {.sa_family = AF_UNSPEC}};
	socklen_t bytes = sizeof(place);
	if (getsockname(listener, &place.any, &bytes) < 0)
		return 0;
	return ntohs(place.any.sa_family == AF_INET6 ? place.six.sin6_port : place.four.sin_port);
}
