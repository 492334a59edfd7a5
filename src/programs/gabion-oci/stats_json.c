/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "data/print.h"
#include "programs/gabion-oci/stats.h"

static void put_number(struct buf *out, const char *name, uint64_t number)
{
	buf_printf(out, "\"%s\":", name);
	buf_put_uint(out, number);
}

static bool is_number(struct str text)
{
	uint64_t number;
	return number_parse_uint(text, 10, &number);
}

/* avg10 and its like, as the kernel prints them: digits and a point. */
static bool is_decimal(struct str text)
{
	double number;
	return number_parse_double(text, &number);
}

/* "some avg10=0.00 avg60=0.00 avg300=0.00 total=0", and the same of "full". */
static void put_pressure(struct str text, struct buf *out)
{
	struct str line, part, key;
	bool first_line = true;
	buf_puts(out, ",\"psi\":{");
	while (str_next_part(&text, '\n', &line)) {
		if (!str_next_part(&line, ' ', &part) || part.len == 0)
			continue;
		buf_put(out, first_line ? STR("\"") : STR(",\""));
		first_line = false;
		buf_put_escaped(out, part);
		buf_puts(out, "\":{");
		for (bool first = true; str_next_part(&line, ' ', &part); first = false) {
			struct str value = part;
			if (!str_next_part(&value, '=', &key) || !is_decimal(value))
				break;
			buf_printf(out, "%s\"%.*s\":%.*s", first ? "" : ",", STR_ARGS(key),
				STR_ARGS(value));
		}
		buf_put_char(out, '}');
	}
	buf_put_char(out, '}');
}

static void put_cpu(const struct stats *stats, struct buf *out)
{
	struct str rest = stats->cpu.per_cpu_ns, part;
	buf_puts(out, "\"cpu\":{\"usage\":{");
	put_number(out, "total", stats->cpu.total_ns);
	buf_puts(out, ",\"percpu\":[");
	for (bool first = true; rest.len > 0 && str_next_part(&rest, ' ', &part);)
		if (is_number(part)) {
			buf_printf(out, "%s%.*s", first ? "" : ",", STR_ARGS(part));
			first = false;
		}
	buf_puts(out, "],");
	put_number(out, "kernel", stats->cpu.kernel_ns);
	buf_put_char(out, ',');
	put_number(out, "user", stats->cpu.user_ns);
	buf_puts(out, "},\"throttling\":{");
	put_number(out, "periods", stats->cpu.periods);
	buf_put_char(out, ',');
	put_number(out, "throttledPeriods", stats->cpu.throttled_periods);
	buf_put_char(out, ',');
	put_number(out, "throttledTime", stats->cpu.throttled_ns);
	buf_put_char(out, '}');
	if (stats->pressure.cpu.len > 0)
		put_pressure(stats->pressure.cpu, out);
	buf_put_char(out, '}');
}

static void put_usage(const char *name, const struct stats_usage *usage, struct buf *out)
{
	buf_printf(out, ",\"%s\":{", name);
	put_number(out, "limit", usage->limit);
	buf_put_char(out, ',');
	put_number(out, "usage", usage->usage);
	buf_put_char(out, ',');
	put_number(out, "max", usage->max);
	buf_put_char(out, ',');
	put_number(out, "failcnt", usage->failcnt);
	buf_put_char(out, '}');
}

static void put_raw(struct str text, struct buf *out)
{
	struct str line, key;
	bool first = true;
	buf_puts(out, ",\"raw\":{");
	while (str_next_part(&text, '\n', &line)) {
		struct str value = line;
		if (!str_next_part(&value, ' ', &key) || !is_number(value))
			continue;
		buf_put(out, first ? STR("") : STR(","));
		print_json_string(key, true, out);
		buf_printf(out, ":%.*s", STR_ARGS(value));
		first = false;
	}
	buf_put_char(out, '}');
}

static void put_memory(const struct stats *stats, struct buf *out)
{
	buf_puts(out, "\"memory\":{");
	put_number(out, "cache", stats->memory.cache);
	put_usage("usage", &stats->memory.memory, out);
	put_usage("swap", &stats->memory.swap, out);
	put_usage("kernel", &stats->memory.kernel, out);
	put_usage("kernelTCP", &stats->memory.kernel_tcp, out);
	put_raw(stats->memory.raw, out);
	if (stats->pressure.memory.len > 0)
		put_pressure(stats->pressure.memory, out);
	buf_put_char(out, '}');
}

static void put_io_entry(
	struct buf *out, bool *first, struct str device, const char *operation, struct str number)
{
	struct str minor = device, major;
	if (!str_next_part(&minor, ':', &major) || !is_number(major) || !is_number(minor) ||
		!is_number(number))
		return;
	buf_printf(out, "%s{\"major\":%.*s,\"minor\":%.*s,\"op\":\"%s\",\"value\":%.*s}",
		*first ? "" : ",", STR_ARGS(major), STR_ARGS(minor), operation, STR_ARGS(number));
	*first = false;
}

/* Version 1: "8:0 Read 4096". */
static void put_io1(struct str text, struct buf *out)
{
	static const char *const operations[] = {
		"Read", "Write", "Sync", "Async", "Discard", "Total"};
	struct str line, device, operation;
	bool first = true;
	while (str_next_part(&text, '\n', &line)) {
		if (!str_next_part(&line, ' ', &device) || !str_next_part(&line, ' ', &operation))
			continue;
		for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
			if (str_equal(operation, str_from(operations[i])))
				put_io_entry(out, &first, device, operations[i], line);
	}
}

/* Version 2: "8:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0". */
static void put_io2(struct str text, bool bytes, struct buf *out)
{
	static const struct {
		const char *bytes, *operations, *name;
	} keys[] = {{"rbytes", "rios", "Read"}, {"wbytes", "wios", "Write"},
		{"dbytes", "dios", "Discard"}};
	struct str line, device, part, key;
	bool first = true;
	while (str_next_part(&text, '\n', &line)) {
		if (!str_next_part(&line, ' ', &device))
			continue;
		while (str_next_part(&line, ' ', &part)) {
			struct str value = part;
			if (!str_next_part(&value, '=', &key))
				continue;
			for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
				if (str_equal(key,
					    str_from(bytes ? keys[i].bytes : keys[i].operations)))
					put_io_entry(out, &first, device, keys[i].name, value);
		}
	}
}

static void put_io(const struct stats *stats, bool bytes, struct buf *out)
{
	buf_printf(out, "\"%s\":[", bytes ? "ioServiceBytesRecursive" : "ioServicedRecursive");
	if (stats->io.unified)
		put_io2(stats->io.bytes, bytes, out);
	else
		put_io1(bytes ? stats->io.bytes : stats->io.operations, out);
	buf_put_char(out, ']');
}

static void put_huge(const struct stats_pages *pages, struct buf *out)
{
	buf_puts(out, ",\"hugetlb\":{");
	for (bool first = true; pages->size; pages++, first = false) {
		buf_printf(out, "%s\"%s\":{", first ? "" : ",", pages->size);
		put_number(out, "usage", pages->usage);
		buf_put_char(out, ',');
		put_number(out, "max", pages->max);
		buf_put_char(out, ',');
		put_number(out, "failcnt", pages->failcnt);
		buf_put_char(out, '}');
	}
	buf_put_char(out, '}');
}

void stats_put_json(const struct stats *stats, struct buf *out)
{
	buf_put_char(out, '{');
	put_cpu(stats, out);
	buf_put_char(out, ',');
	put_memory(stats, out);
	buf_puts(out, ",\"pids\":{");
	put_number(out, "current", stats->pids.current);
	buf_put_char(out, ',');
	put_number(out, "limit", stats->pids.limit);
	buf_puts(out, "},\"blkio\":{");
	put_io(stats, true, out);
	buf_put_char(out, ',');
	put_io(stats, false, out);
	if (stats->pressure.io.len > 0)
		put_pressure(stats->pressure.io, out);
	buf_put_char(out, '}');
	put_huge(stats->huge, out);
	buf_puts(out, ",\"intel_rdt\":{},\"network_interfaces\":null}");
}
