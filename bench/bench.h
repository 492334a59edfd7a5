/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * Measuring on a machine that others use too: what is compared runs in alternating rounds, so that
 * a slow minute hits all sides alike; the median round counts; time is CPU time of this process.
 */

/** Do the measured thing `times` times over. */
typedef void bench_body(void *context, uint64_t times);

/* One of several ways to do the same thing; the first of a comparison is ours. */
struct bench_side {
	const char *name;
	bench_body *body;
	void *context;
};

/**
 * Measure up to 8 sides; print median, fastest and slowest round of each and its ratio to the
 * first. target_ns: what the first may take, 0 when no target is set; missing it is printed and
 * remembered. Returns the median of the first in nanoseconds per time.
 */
double bench_compare(
	const char *title, const struct bench_side *sides, size_t count, double target_ns);

/** The same with a target relative to the second side: how many times its median is allowed. */
double bench_against(
	const char *title, const struct bench_side *sides, size_t count, double target_ratio);

/** Measure one thing alone; like bench_compare() with one side. */
double bench_one(const char *title, bench_body *body, void *context, double target_ns);

/** Print another figure, with its target (0: none); at most the target is good. */
void bench_figure(const char *title, double value, const char *unit, double target);

/** Make the compiler believe that the bytes at p are read. */
static inline void bench_use(const void *p)
{
	__asm__ volatile("" : : "g"(p) : "memory");
}

/** The exit status of a benchmark: 1 when a target was missed. */
int bench_status(void);
