/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole program as people run it, start, report and all, against what any reader on top of
 * libyaml pays for the same bytes. Rounds alternate; CPU time and memory are the child's own.
 */
#include "base/arena.h"
#include "base/text.h"
#include "bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yaml.h>

enum { DOCUMENTS = 12000, TEXT_BYTES_MAX = 8 << 20, ROUNDS = 9 };

static const char *const deployment =
	"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-%d\n  namespace: team-%d\n"
	"  labels: {app: shop}\nspec:\n  replicas: 2\n  selector:\n    matchLabels: {app: shop}\n"
	"  template:\n    metadata:\n      labels: {app: shop}\n    spec:\n      containers:\n"
	"        - name: main\n          image: registry.example.com/app:1.4\n          ports:\n"
	"            - containerPort: 8080\n          env:\n            - name: MODE\n"
	"              value: production\n          resources:\n            limits: {memory: "
	"128Mi}\n"
	"            requests: {cpu: 100m, memory: 64Mi}\n";
static const char *const service =
	"apiVersion: v1\nkind: Service\nmetadata:\n  name: app-%d\n  namespace: team-%d\n"
	"  labels:\n    app.kubernetes.io/name: shop\n    app.kubernetes.io/part-of: \"shop\"\n"
	"    tier: backend\nspec:\n  type: ClusterIP\n  selector: {app: shop}\n  ports:\n"
	"    - name: http\n      port: 80\n      targetPort: 8080\n      protocol: TCP\n"
	"    - name: metrics\n      port: 9090\n      targetPort: metrics\n";
static const char *const config =
	"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app-%d\n  namespace: team-%d\ndata:\n"
	"  LOG_LEVEL: info\n  server.ini: |\n    [server]\n    port = 8080\n    workers = 7\n"
	"    greeting = the quick brown fox jumps over the lazy dog and comes back\n";
static const char *const pod =
	"apiVersion: v1\nkind: Pod\nmetadata:\n  name: app-%d\n  namespace: team-%d\nspec:\n"
	"  containers:\n    - name: main\n      image: busybox:1.36\n      command: [sleep, '9']\n"
	"      securityContext:\n        runAsNonRoot: true\n"
	"        allowPrivilegeEscalation: false\n";

static struct str documents(struct arena *arena)
{
	const char *const kinds[] = {deployment, service, config, pod};
	struct buf out;
	buf_init_arena(&out, arena, TEXT_BYTES_MAX);
	for (int i = 0; i < DOCUMENTS; i++) {
		char text[1024];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		int len = snprintf(text, sizeof(text), kinds[i % 4], i, i % 40);
#pragma GCC diagnostic pop
		buf_puts(&out, "---\n");
		buf_put(&out, (struct str){text, (size_t)len});
	}
	return buf_str(&out);
}

static struct str read_file(struct arena *arena, const char *path)
{
	char *memory = arena_alloc(arena, TEXT_BYTES_MAX);
	FILE *file = fopen(path, "rb");
	size_t len = file ? fread(memory, 1, TEXT_BYTES_MAX, file) : 0;
	if (file)
		(void)fclose(file);
	return (struct str){memory, len};
}

static double seconds_of(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

/* CPU time of one run in milliseconds; the report goes nowhere. */
static double run_program(const char *path, double *ret_peak_mib)
{
	struct rusage usage;
	int status;
	pid_t child = fork();
	if (child == 0) {
		int fd = open("/dev/null", O_WRONLY);
		if (dup2(fd, STDOUT_FILENO) >= 0)
			(void)execl(PROGRAM, "gabion", "check", "--profile", "all", path, NULL);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) != child || WEXITSTATUS(status) > 1) {
		fprintf(stderr, "cannot run " PROGRAM "\n");
		exit(1);
	}
	*ret_peak_mib = (double)usage.ru_maxrss / 1024;
	return (seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime)) * 1e3;
}

static double read_events(struct str text)
{
	struct rusage before, after;
	yaml_parser_t parser;
	yaml_event_t event;
	bool more = true;
	(void)getrusage(RUSAGE_SELF, &before);
	if (!yaml_parser_initialize(&parser))
		abort();
	yaml_parser_set_input_string(&parser, (const unsigned char *)text.data, text.len);
	while (more) {
		if (!yaml_parser_parse(&parser, &event))
			abort();
		more = event.type != YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	(void)getrusage(RUSAGE_SELF, &after);
	return (seconds_of(after.ru_utime) - seconds_of(before.ru_utime)) * 1e3;
}

static int by_size(const void *a, const void *b)
{
	double first = *(const double *)a, second = *(const double *)b;
	return (first > second) - (first < second);
}

static void measure(const char *title, const char *path, struct str text, double target_ms)
{
	double ours[ROUNDS], events[ROUNDS], peak_mib = 0;
	printf("%s, the whole program\n", title);
	if (text.len == 0) {
		printf("  skipped: no %s\n", path);
		return;
	}
	for (int i = 0; i < ROUNDS; i++) {
		ours[i] = run_program(path, &peak_mib);
		events[i] = read_events(text);
	}
	qsort(ours, ROUNDS, sizeof(*ours), by_size);
	qsort(events, ROUNDS, sizeof(*events), by_size);
	bench_figure("gabion check, median", ours[ROUNDS / 2], "ms", target_ms);
	bench_figure("fastest", ours[0], "ms", 0);
	bench_figure("libyaml events alone, median", events[ROUNDS / 2], "ms", 0);
	bench_figure("to libyaml events", ours[ROUNDS / 2] / events[ROUNDS / 2], "x", 0);
	bench_figure("peak memory", peak_mib, "MiB", 64);
	bench_figure("input", (double)text.len / 1e6, "MB", 0);
}

int main(void)
{
	struct arena arena;
	char path[] = "/tmp/gabion-bench-XXXXXX";
	const char *folder = getenv("GABION_CORPORA");
	arena_init(&arena, 64 << 20);
	struct str text = documents(&arena);
	int fd = mkstemp(path);
	if (fd < 0 || write(fd, text.data, text.len) != (ssize_t)text.len)
		return 1;
	measure("12,000 documents, full catalogue, text report", path, text, 250);
	(void)close(fd);
	(void)unlink(path);
	struct str corpus =
		str_format(&arena, "%s/manifests/argo-cd-install.yaml", folder ? folder : CORPORA);
	measure("a GitOps controller's installation, full catalogue", corpus.data,
		read_file(&arena, corpus.data), 60);
	arena_release(&arena);
	return bench_status();
}
