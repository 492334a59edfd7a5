/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "fuzz.h"

static void check_double(double number)
{
	char text[NUMBER_DOUBLE_BYTES];
	struct str printed = {text, number_print_double(number, text)};
	double again;
	if (number - number != 0) /* infinities and NaN are printed but never read */
		PROPERTY(!number_parse_double(printed, &again));
	else
		PROPERTY(number_parse_double(printed, &again) && again == number);
}

/* Whatever is printed reads back as itself; whatever is read prints to something that does. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	double number;
	if (size == sizeof(number)) {
		memcpy(&number, data, sizeof(number));
		check_double(number);
	}
	struct str text = {(const char *)data, size};
	if (number_parse_double(text, &number))
		check_double(number);
	int64_t whole;
	if (number_parse_int(text, &whole))
		PROPERTY(number_parse_double(text, &number) && number == (double)whole);
	return 0;
}
