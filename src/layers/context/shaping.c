/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/shaping.h"

#include "base/number.h"
#include "cel/quantity.h"
#include "data/fields.h"
#include "data/map.h"
#include "layers/context/grants.h"
#include "policy/form.h"

enum { IO_WEIGHT_MAX = 1000, FILES_MAX = 1 << 20 };

/* What a read amount is a number of, and what it may be. */
struct amount {
	const char *what, *example;
	int64_t factor, most;
};

static const struct amount cpu_amount = {
	"number of processors", "write 1.5 or 250m", 1000, 8192 * 1000};
static const struct amount memory_amount = {"amount of memory", "write 256Mi", 1, INT64_C(1) << 50};
static const struct amount rate_amount = {
	"rate of a device", "write bytes as 10Mi, operations as 500", 1, INT64_C(1) << 50};

static int misfit(const struct value *at, const char *what, const char *remedy, struct error *err)
{
	ERROR_SET(err, ERROR_POLICY, at->origin, "`%.*s` is no %s", STR_ARGS(value_str(at)), what);
	error_set_remedy(err, "%s", remedy);
	return -1;
}

/* at: NULL leaves the number as it is. */
static int read_amount(struct arena *arena, const struct value *at, const struct amount *amount,
	int64_t *number, struct error *err)
{
	struct quantity quantity;
	if (!at)
		return 0;
	const char *wrong = quantity_parse(arena, value_str(at), &quantity);
	double real = wrong ? 0 : quantity_real(&quantity) * (double)amount->factor;
	if (wrong || !(real >= 1 && real <= (double)amount->most))
		return misfit(at, amount->what, amount->example, err);
	*number = (int64_t)real;
	return 0;
}

static int64_t number_at(const struct value *config, const char *name)
{
	const struct value *resources =
		map_get_str(map_get_str(config, STR("linux")), STR("resources"));
	const struct value *limit =
		map_get_str(map_get_str(resources, str_from(name)), STR("limit"));
	return value_is(limit, VALUE_INT) ? limit->integer : 0;
}

static int read_request(struct arena *arena, const struct value *resources,
	struct resources_request *request, struct error *err)
{
	const struct value *processes = form_get(resources, "processes");
	(void)resources_class_named(form_text(resources, "class"), &request->class);
	if (processes)
		request->processes = processes->integer;
	if (processes && processes->integer < 1)
		return ERROR_SET(err, ERROR_POLICY, processes->origin,
			"a context needs one process at least");
	return read_amount(arena, form_get(resources, "memory"), &memory_amount,
		       &request->memory_bytes, err) < 0 ||
			       read_amount(arena, form_get(resources, "cpu"), &cpu_amount,
				       &request->cpu_milli, err) < 0
		       ? -1
		       : 0;
}

int shaping_put(struct arena *arena, const struct resources_request *request, struct value *config,
	struct error *err)
{
	struct resources_setting settings[RESOURCES_SETTINGS];
	size_t count = resources_settings(request, settings);
	for (size_t i = 0; i < count; i++) {
		struct value number = value_int(settings[i].number);
		if (settings[i].as_text)
			number = value_string(
				str_format(arena, "%lld", (long long)settings[i].number));
		if (config_put(arena, config, str_from(settings[i].pointer), number, err) < 0)
			return -1;
	}
	return 0;
}

static int put_files(
	struct arena *arena, const struct value *files, struct value *config, struct error *err)
{
	static const char *const pointers[] = {
		"/process/rlimits/1/soft", "/process/rlimits/1/hard"};
	if (files && (files->integer < 1 || files->integer > FILES_MAX))
		return ERROR_SET(err, ERROR_POLICY, files->origin,
			"a process can have 1 to %d files open", FILES_MAX);
	for (size_t i = 0; files && i < 2; i++)
		if (config_put(arena, config, str_from(pointers[i]), *files, err) < 0)
			return -1;
	return 0;
}

static int put_io_weight(
	struct arena *arena, const struct value *weight, struct value *config, struct error *err)
{
	if (!weight)
		return 0;
	if (weight->integer < 10 || weight->integer > IO_WEIGHT_MAX)
		return ERROR_SET(err, ERROR_POLICY, weight->origin,
			"a weight of input and output is 10 to %d", IO_WEIGHT_MAX);
	return config_put(arena, config, STR("/linux/resources/blockIO/weight"), *weight, err);
}

/* "8:0" in two numbers. */
static int read_device(const struct value *at, struct value ret_numbers[2], struct error *err)
{
	struct str rest = value_str(at), major;
	uint64_t numbers[2];
	if (!str_next_part(&rest, ':', &major) || !number_parse_uint(major, 10, &numbers[0]) ||
		!rest.data || !number_parse_uint(rest, 10, &numbers[1]) || numbers[0] > 4095 ||
		numbers[1] > 1048575)
		return misfit(
			at, "number of a block device", "write it as `lsblk` prints it: 8:0", err);
	for (size_t i = 0; i < 2; i++)
		ret_numbers[i] = value_int((int64_t)numbers[i]);
	return 0;
}

/* {"major", "minor", "rate"} of one limit; 1 when it says nothing of this rate. */
static int make_rate(struct arena *arena, const struct value *limit, const char *field,
	struct value *ret_item, struct error *err)
{
	const struct value *at = form_get(limit, field);
	struct fields item = fields_begin(arena, 3);
	struct value device[2];
	int64_t rate = 0;
	if (read_device(form_get(limit, "device"), device, err) < 0 ||
		read_amount(arena, at, &rate_amount, &rate, err) < 0)
		return -1;
	fields_add(&item, "major", device[0]);
	fields_add(&item, "minor", device[1]);
	fields_add(&item, "rate", value_int(rate));
	*ret_item = fields_end(&item);
	return at ? 0 : 1;
}

static int put_rates(
	struct arena *arena, const struct value *limits, struct value *config, struct error *err)
{
	static const struct {
		const char *field, *pointer;
	} rates[] = {
		{"readBytes", "/linux/resources/blockIO/throttleReadBpsDevice"},
		{"writeBytes", "/linux/resources/blockIO/throttleWriteBpsDevice"},
		{"readOperations", "/linux/resources/blockIO/throttleReadIOPSDevice"},
		{"writeOperations", "/linux/resources/blockIO/throttleWriteIOPSDevice"},
	};
	for (size_t i = 0; limits && i < sizeof(rates) / sizeof(rates[0]); i++) {
		struct value *items = ARENA_NEW_ARRAY(arena, struct value, limits->count + 1u);
		size_t count = 0;
		for (uint32_t j = 0; j < limits->count; j++) {
			int made = make_rate(
				arena, &limits->items[j], rates[i].field, &items[count], err);
			if (made < 0)
				return -1;
			count += made == 0;
		}
		if (count > 0 && config_put(arena, config, str_from(rates[i].pointer),
					 value_list(items, count), err) < 0)
			return -1;
	}
	return 0;
}

int shaping_apply(struct arena *arena, const struct value *resources, struct value *config,
	struct resources_request *ret_request, struct error *err)
{
	*ret_request = (struct resources_request){.class = RESOURCES_BURSTABLE,
		.memory_bytes = number_at(config, "memory"),
		.processes = number_at(config, "pids")};
	if (read_request(arena, resources, ret_request, err) < 0 ||
		shaping_put(arena, ret_request, config, err) < 0 ||
		put_files(arena, form_get(resources, "files"), config, err) < 0 ||
		put_io_weight(arena, form_get(resources, "ioWeight"), config, err) < 0)
		return -1;
	return put_rates(arena, form_get(resources, "ioLimits"), config, err);
}
