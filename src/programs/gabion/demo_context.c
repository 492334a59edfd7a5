/* SPDX-License-Identifier: Apache-2.0 */
#include "base/embed.h"
#include "flow/flow.h"
#include "policy/context.h"
#include "programs/gabion/console.h"
#include "programs/gabion/demo.h"
#include "programs/gabion/drill_trial.h"
#include "programs/gabion/launch.h"
#include "programs/gabion/listen.h"
#include "sys/clock.h"
#include "sys/durable.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Made by tools/embed from the folder examples/orders-api/. */
extern const struct embedded embedded_orders_api;

enum { ANSWER_BYTES = 1024, REQUESTS = 200, WAIT_US = 100000, WAITS = 100 };

/* The service in its context, and how to reach it. */
struct service {
	struct demo *demo;
	struct buf *out;
	struct context context;
	char folder[SCRATCH_PATH_BYTES];
	int listener;
	pid_t runner; /* our own child, which waits for the workload */
	uint64_t begun_ns;
};

static void no_problem(void *context, const struct error *err, enum problem_level level)
{
	(void)context;
	(void)err;
	(void)level;
}

static int read_context(struct service *service, struct error *err)
{
	struct arena *arena = service->demo->invocation->arena;
	struct catalogue_options options = {
		.kubernetes_minor = service->demo->loaded.kubernetes_minor};
	struct policy_source source = {.path = STR("examples/orders-api/context/orders-api.yaml")};
	for (size_t i = 0; i < embedded_orders_api.count; i++)
		if (str_starts_with(embedded_orders_api.files[i].path, STR("context/")))
			source.text = embedded_orders_api.files[i].content;
	const struct catalogue *catalogue =
		catalogue_load(arena, &source, 1, flow_schemas, &options, no_problem, NULL);
	if (!catalogue || catalogue_context_count(catalogue) != 1)
		return ERROR_SET(err, ERROR_BUG, NO_ORIGIN, "the example's context is not valid");
	return context_make(
		arena, catalogue_context_at(catalogue, 0), clock_now_s(), &service->context, err);
}

static int make_root(struct service *service, struct error *err)
{
	static const char *const folders[] = {
		"root", "root/dev", "root/proc", "root/sys", "root/tmp"};
	char program[PATH_MAX];
	int at = scratch_make("demo", service->folder, err), made = 0;
	if (at < 0)
		return -1;
	for (size_t i = 0; made == 0 && i < sizeof(folders) / sizeof(folders[0]); i++)
		made = scratch_folder(at, folders[i], 0755, err);
	child_find_sibling("orders-api", program);
	if (made == 0)
		made = scratch_copy(at, "root/orders-api", program, 0755, err);
	close(at);
	return made;
}

/* The child of ours that waits for the workload; it only ever ends. */
static void run_service(struct service *service)
{
	struct invocation *invocation = service->demo->invocation;
	static const struct value argument = {.kind = VALUE_STRING, .text = "/orders-api"};
	struct value *arguments = ARENA_NEW(invocation->arena, struct value);
	int status = 1;
	struct launch launch = {.invocation = invocation,
		.chosen = {.loaded = service->demo->loaded,
			.context = service->context,
			.now_s = clock_now_s()},
		.files = {.output = -1, .errors = -1, .listener = service->listener}};
	arguments[0] = value_string(str_from(argument.text));
	struct str root = str_format(invocation->arena, "%s/root", service->folder);
	if (launch_make(&launch, root, value_list(arguments, 1)) < 0 ||
		launch_decide(&launch) < 0 || launch.verdict.kind == VERDICT_DENY ||
		launch_start(&launch, &status) < 0) {
		console_tell(invocation->console, "error", &launch.err, STR(""));
		status = 1;
	}
	_exit(status);
}

static int start(struct service *service, struct error *err)
{
	output_flush(&service->demo->invocation->console->out);
	service->begun_ns = clock_monotonic_ns();
	service->listener = listen_at(STR("127.0.0.1:0"), err);
	if (service->listener < 0)
		return -1;
	service->runner = fork();
	if (service->runner == 0)
		run_service(service);
	return service->runner < 0 ? durable_fail(err, "start", "a process") : 0;
}

static bool has_ended(const struct service *service)
{
	siginfo_t info = {.si_pid = 0};
	return waitid(P_PID, (id_t)service->runner, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid != 0;
}

/* Up to the end of the connection; nothing more will come from a service that has ended. */
static size_t receive(const struct service *service, int fd, char *answer)
{
	size_t len = 0;
	for (int waits = 0; waits < WAITS && len < ANSWER_BYTES;) {
		ssize_t got = recv(fd, answer + len, ANSWER_BYTES - len, 0);
		if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
			break;
		if (got > 0)
			len += (size_t)got;
		else if (has_ended(service))
			break;
		else
			waits++;
	}
	return len;
}

/* One GET; how many bytes the answer has, 0 when there was none. */
static size_t ask(const struct service *service, const char *path, char *answer)
{
	char request[128];
	struct buf text;
	struct sockaddr_in place = {.sin_family = AF_INET,
		.sin_port = htons(listen_port(service->listener)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct timeval wait = {.tv_usec = WAIT_US};
	size_t len = 0;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	buf_init_fixed(&text, request, sizeof(request));
	buf_printf(&text, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	if (connect(fd, (struct sockaddr *)&place, sizeof(place)) == 0 &&
		send(fd, request, text.len, MSG_NOSIGNAL) == (ssize_t)text.len)
		len = receive(service, fd, answer);
	if (fd >= 0)
		close(fd);
	return len;
}

static void put_step(struct service *service, const char *text, uint64_t begun_ns)
{
	double ms = (double)(clock_monotonic_ns() - begun_ns) / 1e6;
	buf_printf(service->out, "  %-76s %8.2f ms\n", text, ms);
}

/* Requests wait in the socket's queue until the service is there: no polling, no retry. */
static int serve(struct service *service)
{
	char answer[ANSWER_BYTES + 1];
	size_t len = ask(service, "/orders", answer), served = 0;
	if (len == 0)
		return -1;
	put_step(service, "started, from nothing to the first answer", service->begun_ns);
	answer[len] = '\0';
	const char *body = strstr(answer, "\r\n\r\n");
	buf_printf(service->out, "      GET /orders  %s", body ? body + 4 : "\n");
	uint64_t begun_ns = clock_monotonic_ns();
	for (int i = 0; i < REQUESTS; i++)
		served += ask(service, "/healthz", answer) > 0;
	if (served < REQUESTS)
		return -1;
	put_step(service, "200 more requests, answered", begun_ns);
	return 0;
}

static void stop(struct service *service)
{
	if (service->runner > 0) {
		kill(service->runner, SIGTERM);
		while (waitpid(service->runner, NULL, 0) < 0 && errno == EINTR)
			continue;
	}
	if (service->listener >= 0)
		close(service->listener);
	if (service->folder[0] != '\0')
		scratch_remove(service->folder);
}

/* Every drill in the service's own context, with every image. */
static int try_to_escape(struct service *service, struct error *err)
{
	struct arena *arena = service->demo->invocation->arena;
	size_t counts[FINDINGS] = {0}, images = 0;
	bool outside = true;
	uint64_t begun_ns = clock_monotonic_ns();
	for (const struct drill_image *image = drill_images; image->name; image++, images++) {
		struct trial trial = {.context = service->context,
			.name = service->context.policy->id,
			.image = image,
			.quiet = true};
		if (trial_run(service->demo->invocation, &service->demo->loaded, &trial, err) < 0)
			return -1;
		outside = outside && trial.intact && trial.core_pattern_kept && trial.runtime_kept;
		for (size_t i = 0; image == drill_images && drills[i].name; i++)
			counts[trial_finding(arena, &trial, i)]++;
	}
	char text[128];
	struct buf line;
	buf_init_fixed(&line, text, sizeof(text) - 1);
	buf_printf(&line, "%zu ways out tried: %zu blocked; %zu hostile images: %s",
		counts[FINDING_BLOCKED] + counts[FINDING_ESCAPED] + counts[FINDING_SILENT],
		counts[FINDING_BLOCKED], images - 1,
		outside ? "nothing outside changed" : "ESCAPED");
	text[line.len] = '\0';
	put_step(service, text, begun_ns);
	buf_puts(service->out, "      gabion drill context names each, and what it is the harmless "
			       "equivalent of\n\n");
	return outside && counts[FINDING_ESCAPED] + counts[FINDING_SILENT] == 0 ? 0 : -1;
}

/* A machine that lets nobody make namespaces is no fault of the demonstration. */
static int cannot(struct service *service)
{
	buf_puts(service->out, "  Contexts cannot be made here, for the reason above: gabion run "
			       "needs root, or user\n  namespaces for everybody. The other acts do "
			       "not.\n\n");
	return geteuid() == 0 ? -1 : 0;
}

static int play(struct service *service, struct error *err)
{
	if (read_context(service, err) < 0 || make_root(service, err) < 0)
		return -1;
	buf_puts(service->out,
		"The order service's program starts in the context of "
		"examples/orders-api/context, which grants\nnothing beyond the default. "
		"Its listening socket is handed to it: it needs no network of its "
		"own.\n\n");
	contexts_put_config(service->out, &service->context.config);
	buf_puts(service->out, "\n");
	if (start(service, err) < 0)
		return -1;
	if (serve(service) < 0)
		return has_ended(service) ? cannot(service) : -1;
	return try_to_escape(service, err);
}

int demo_play_context(struct demo *demo)
{
	struct error err = {0};
	struct service service = {
		.demo = demo, .out = &demo->invocation->console->out.buf, .listener = -1};
	int result = play(&service, &err);
	stop(&service);
	if (err.kind != ERROR_NONE)
		console_tell(demo->invocation->console, "error", &err, STR(""));
	return result;
}
