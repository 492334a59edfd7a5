/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order service's API as it answers in the demonstration: HTTP/1.1 on the listening socket it
 * is handed (sd_listen_fds(3): descriptor 3). It opens no file and no socket, so its context can
 * leave it without a network.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { LISTENER = 3, REQUEST_BYTES = 4096, RESPONSE_BYTES = 1024, WAIT_SECONDS = 5 };

static const struct {
	const char *path, *status, *body;
} answers[] = {
	{"/healthz", "200 OK", "{\"status\":\"ok\"}\n"},
	{"/orders", "200 OK",
		"[{\"order\":1001,\"state\":\"shipped\"},{\"order\":1002,\"state\":\"paid\"}]\n"},
	{NULL, "404 Not Found", "{\"error\":\"there is nothing here\"}\n"},
};

static void on_end(int signal)
{
	(void)signal;
	_exit(0);
}

/* Up to the empty line, or as much as there is room for. */
static size_t read_request(int client, char *request)
{
	size_t len = 0;
	while (len < REQUEST_BYTES - 1) {
		ssize_t got = recv(client, request + len, REQUEST_BYTES - 1 - len, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		len += (size_t)got;
		request[len] = '\0';
		if (strstr(request, "\r\n\r\n"))
			break;
	}
	request[len] = '\0';
	return len;
}

/* The path of a GET request, which ends with a blank; "" for anything else. */
static const char *path_of(char *request)
{
	char *path = request + 4;
	if (strncmp(request, "GET ", 4) != 0)
		return "";
	path[strcspn(path, " ?\r\n")] = '\0';
	return path;
}

static void answer(int client)
{
	char request[REQUEST_BYTES], response[RESPONSE_BYTES];
	size_t i = 0;
	if (read_request(client, request) == 0)
		return;
	const char *path = path_of(request);
	while (answers[i].path && strcmp(path, answers[i].path) != 0)
		i++;
	int len = snprintf(response, sizeof(response),
		"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
		"Connection: close\r\n\r\n%s",
		answers[i].status, strlen(answers[i].body), answers[i].body);
	for (int sent = 0; sent < len;) {
		ssize_t more = send(client, response + sent, (size_t)(len - sent), MSG_NOSIGNAL);
		if (more < 0 && errno == EINTR)
			continue;
		if (more <= 0)
			return;
		sent += (int)more;
	}
}

int main(void)
{
	struct timeval wait = {.tv_sec = WAIT_SECONDS};
	signal(SIGTERM, on_end);
	signal(SIGINT, on_end);
	for (;;) {
		int client = accept(LISTENER, NULL, NULL);
		if (client < 0 && (errno == EINTR || errno == ECONNABORTED))
			continue;
		if (client < 0) {
			perror("orders-api: no listening socket was handed over");
			return 1;
		}
		setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
		setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
		answer(client);
		close(client);
	}
}
