/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const TEXTS[] = {
	"0", "1.5", "-273.15", "6.02214076e23", "0.1", "123456789.125", "1e-7", "9007199254740993"};
enum { TEXT_COUNT = sizeof(TEXTS) / sizeof(TEXTS[0]) };

static void parse_ours(void *context, uint64_t times)
{
	(void)context;
	for (uint64_t i = 0; i < times; i++) {
		double number;
		number_parse_double(str_from(TEXTS[i % TEXT_COUNT]), &number);
		bench_use(&number);
	}
}

static void parse_libc(void *context, uint64_t times)
{
	(void)context;
	for (uint64_t i = 0; i < times; i++) {
		double number = strtod(TEXTS[i % TEXT_COUNT], NULL);
		bench_use(&number);
	}
}

static void print_ours(void *context, uint64_t times)
{
	const double *number = context;
	char text[NUMBER_DOUBLE_BYTES];
	for (uint64_t i = 0; i < times; i++) {
		number_print_double(number[i % 2], text);
		bench_use(text);
	}
}

static void print_libc(void *context, uint64_t times)
{
	const double *number = context;
	char text[NUMBER_DOUBLE_BYTES];
	for (uint64_t i = 0; i < times; i++) {
		snprintf(text, sizeof(text), "%.17g", number[i % 2]);
		bench_use(text);
	}
}

int main(void)
{
	double numbers[] = {0.1, 123456789.125};
	bench_compare("read a double",
		(struct bench_side[]){{"gabion", parse_ours, NULL}, {"strtod", parse_libc, NULL}},
		2, 0);
	bench_compare("print a double",
		(struct bench_side[]){
			{"gabion (shortest)", print_ours, numbers}, {"%.17g", print_libc, numbers}},
		2, 0);
	return bench_status();
}
