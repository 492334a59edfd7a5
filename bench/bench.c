/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 15, SIDES_MAX = 8 };
#define ROUND_NS 10e6 /* long against the clock, short against a change of the machine's mood */

static bool missed;

static double cpu_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double round_ns(const struct bench_side *side, uint64_t times)
{
	double start = cpu_ns();
	side->body(side->context, times);
	return cpu_ns() - start;
}

/* How often one round must repeat to last ROUND_NS; warms the caches on the way. */
static uint64_t calibrate(const struct bench_side *side)
{
	uint64_t times = 1;
	while (round_ns(side, times) < ROUND_NS && times < UINT64_MAX / 2)
		times *= 2;
	return times;
}

static int compare_doubles(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

static void print_time(double ns)
{
	if (ns < 1e4)
		printf("%9.1f ns", ns);
	else if (ns < 1e7)
		printf("%9.1f us", ns / 1e3);
	else
		printf("%9.1f ms", ns / 1e6);
}

static void print_side(const char *name, double rounds[ROUNDS], double first)
{
	double median = rounds[ROUNDS / 2];
	printf("  %-32s", name);
	print_time(median);
	printf("   %5.2fx   (", median / first);
	print_time(rounds[0]);
	printf(" to");
	print_time(rounds[ROUNDS - 1]);
	printf(")\n");
}

/* Medians of the sides in nanoseconds per time. */
static void compare(const char *title, const struct bench_side *sides, size_t count,
	double ret_medians[SIDES_MAX])
{
	double rounds[SIDES_MAX][ROUNDS];
	uint64_t times[SIDES_MAX];
	if (count == 0 || count > SIDES_MAX)
		abort();
	for (size_t side = 0; side < count; side++)
		times[side] = calibrate(&sides[side]);
	for (size_t round = 0; round < ROUNDS; round++)
		for (size_t side = 0; side < count; side++)
			rounds[side][round] =
				round_ns(&sides[side], times[side]) / (double)times[side];

	printf("%s\n", title);
	for (size_t side = 0; side < count; side++) {
		qsort(rounds[side], ROUNDS, sizeof(double), compare_doubles);
		ret_medians[side] = rounds[side][ROUNDS / 2];
		print_side(sides[side].name, rounds[side], ret_medians[0]);
	}
}

double bench_compare(
	const char *title, const struct bench_side *sides, size_t count, double target_ns)
{
	double medians[SIDES_MAX];
	compare(title, sides, count, medians);
	if (target_ns > 0)
		bench_figure("target", medians[0], "ns", target_ns);
	return medians[0];
}

double bench_against(
	const char *title, const struct bench_side *sides, size_t count, double target_ratio)
{
	double medians[SIDES_MAX];
	compare(title, sides, count, medians);
	bench_figure("to the second", count > 1 ? medians[0] / medians[1] : 1, "x", target_ratio);
	return medians[0];
}

double bench_one(const char *title, bench_body *body, void *context, double target_ns)
{
	struct bench_side side = {"gabion", body, context};
	return bench_compare(title, &side, 1, target_ns);
}

void bench_figure(const char *title, double value, const char *unit, double target)
{
	missed = missed || (target > 0 && value > target);
	printf("  %-32s%9.*f %s", title, value < 10 ? 2 : 1, value, unit);
	if (target > 0)
		printf("   %s (at most %g %s)", value > target ? "MISSED" : "met", target, unit);
	printf("\n");
}

int bench_status(void)
{
	return missed ? 1 : 0;
}
