/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/datetime.h"
#include "cel/zone.h"
#include "unit.h"

#include <stdio.h>

static struct str print(const struct value *v, char memory[64])
{
	struct buf out;
	buf_init_fixed(&out, memory, 64);
	if (v->kind == CEL_TIMESTAMP)
		time_print_timestamp(v, &out);
	else
		time_print_duration(v, &out);
	return buf_str(&out);
}

START_TEST(timestamps_are_read_as_rfc_3339_says)
{
	static const struct {
		const char *text, *printed; /* NULL: refused */
	} cases[] = {
		{"1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"},
		{"2009-02-13T23:31:30Z", "2009-02-13T23:31:30Z"},
		{"2009-02-13T23:31:30.120Z", "2009-02-13T23:31:30.12Z"},
		{"2009-02-13T23:31:30.1234567891Z", "2009-02-13T23:31:30.123456789Z"},
		{"2009-02-13T23:31:30+02:00", "2009-02-13T21:31:30Z"},
		{"2009-02-13T23:31:30-09:30", "2009-02-14T09:01:30Z"},
		{"2000-02-29T00:00:00Z", "2000-02-29T00:00:00Z"},
		{"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
		{"9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999999Z"},
		{"1900-02-29T00:00:00Z", NULL},
		{"0001-01-01T00:00:00+00:01", NULL},
		{"9999-12-31T23:59:59-00:01", NULL},
		{"0000-01-01T00:00:00Z", NULL},
		{"10000-01-01T00:00:00Z", NULL},
		{"2009-02-13 23:31:30Z", NULL},
		{"2009-02-13T23:31:30", NULL},
		{"2009-02-13T23:31:60Z", NULL},
		{"2009-02-13T24:31:30Z", NULL},
		{"2009-13-13T23:31:30Z", NULL},
		{"2009-02-13T23:31:30.Z", NULL},
		{"2009-02-13T23:31:30Z ", NULL},
		{"2009-02-13T23:31:30+0200", NULL},
		{"", NULL},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct value v;
		char memory[64];
		bool ok = time_parse_timestamp(str_from(cases[i].text), &v);
		ck_assert_msg(ok == (cases[i].printed != NULL), "%s", cases[i].text);
		if (ok)
			ASSERT_STR(print(&v, memory), str_from(cases[i].printed));
	}
}
END_TEST

START_TEST(durations_are_read_as_go_reads_them)
{
	static const struct {
		const char *text, *printed;
	} cases[] = {
		{"0", "0s"},
		{"-0", "0s"},
		{"100s", "100s"},
		{"1h45m47s", "6347s"},
		{"1.5h", "5400s"},
		{"-1.5s", "-1.5s"},
		{"-0.5s", "-0.5s"},
		{"+5m", "300s"},
		{".5ms", "0.0005s"},
		{"1.s", "1s"},
		{"1us2ns", "0.000001002s"},
		{"1\xC2\xB5s", "0.000001s"},
		{"1\xCE\xBCs", "0.000001s"},
		{"0.3333333333333333333333h", "1199.999999999s"},
		{"315576000000s", "315576000000s"},
		{"-315576000000s", "-315576000000s"},
		{"315576000000.000000001s", NULL},
		{"320000000000s", NULL},
		{"-320000000000s", NULL},
		{"99999999999999999999999999999999999999999s", NULL},
		{"", NULL},
		{"-", NULL},
		{"1", NULL},
		{"s", NULL},
		{".s", NULL},
		{"1d", NULL},
		{"1 s", NULL},
		{"1s ", NULL},
		{"1s-1s", NULL},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct value v;
		char memory[64];
		bool ok = time_parse_duration(str_from(cases[i].text), &v);
		ck_assert_msg(ok == (cases[i].printed != NULL), "%s", cases[i].text);
		if (ok)
			ASSERT_STR(print(&v, memory), str_from(cases[i].printed));
	}
}
END_TEST

START_TEST(every_day_of_the_calendar_is_its_own)
{
	struct time_civil before = time_civil_from_seconds(TIME_SECONDS_MIN - 86400);
	for (int64_t s = TIME_SECONDS_MIN; s <= TIME_SECONDS_MAX; s += 86400) {
		struct time_civil civil = time_civil_from_seconds(s);
		uint32_t year_day = civil.year == before.year ? (uint32_t)before.year_day + 1 : 0;
		/* An assertion is a system call: 3.6 million days of them take half a minute. */
		if (time_days_from_civil(civil.year, civil.month, civil.day) * 86400 != s ||
			(uint32_t)civil.weekday != ((uint32_t)before.weekday + 1) % 7 ||
			(uint32_t)civil.year_day != year_day)
			ck_abort_msg("day %lld is not its own", (long long)(s / 86400));
		before = civil;
	}
	ck_assert_uint_eq(time_civil_from_seconds(0).weekday, 4);
}
END_TEST

START_TEST(fixed_offsets_have_two_digits_each)
{
	static const struct {
		const char *text;
		bool valid;
		int64_t seconds;
	} cases[] = {
		{"+11:00", true, 39600},
		{"-09:30", true, -34200},
		{"02:00", true, 7200},
		{"-00:30", true, -1800},
		{"+15:00", false, 0},
		{"2:00", false, 0},
		{"02:60", false, 0},
		{"+-2:00", false, 0},
		{"", false, 0},
		{"UTC", false, 0},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t seconds = 0;
		ck_assert_msg(
			zone_parse_offset(str_from(cases[i].text), &seconds) == cases[i].valid,
			"%s", cases[i].text);
		ck_assert_int_eq(seconds, cases[i].seconds);
	}
}
END_TEST

START_TEST(a_zone_name_cannot_leave_its_folder)
{
	static const struct {
		const char *name;
		bool safe;
	} cases[] = {
		{"Europe/Berlin", true},
		{"Etc/GMT+5", true},
		{"America/Argentina/Buenos_Aires", true},
		{"UTC", true},
		{"", false},
		{"/etc/passwd", false},
		{"../passwd", false},
		{"Europe/../../etc/passwd", false},
		{"Europe/", false},
		{"Europe/Ber lin", false},
		{"Europe/B\xC3\xA9rlin", false},
		{"a.b", false},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(zone_name_is_safe(str_from(cases[i].name)) == cases[i].safe, "%s",
			cases[i].name);
}
END_TEST

START_TEST(rules_of_posix_tell_when_daylight_saving_is)
{
	static const struct {
		const char *rule;
		const char *time;
		bool valid;
		int64_t offset;
	} cases[] = {
		{"UTC0", "2040-01-01T00:00:00Z", true, 0},
		{"<+0530>-5:30", "2040-01-01T00:00:00Z", true, 19800},
		{"CET-1CEST,M3.5.0,M10.5.0/3", "2040-03-25T00:59:59Z", true, 3600},
		{"CET-1CEST,M3.5.0,M10.5.0/3", "2040-03-25T01:00:00Z", true, 7200},
		{"CET-1CEST,M3.5.0,M10.5.0/3", "2040-10-28T00:59:59Z", true, 7200},
		{"CET-1CEST,M3.5.0,M10.5.0/3", "2040-10-28T01:00:00Z", true, 3600},
		{"AEST-10AEDT,M10.1.0,M4.1.0/3", "2040-01-01T00:00:00Z", true, 39600},
		{"AEST-10AEDT,M10.1.0,M4.1.0/3", "2040-07-01T00:00:00Z", true, 36000},
		{"EST5EDT4,J60,J300", "2040-02-29T00:00:00Z", true, -18000},
		{"EST5EDT4,J60,J300", "2040-03-01T07:00:00Z", true, -14400},
		{"EST5EDT4,59,300", "2040-02-29T07:00:00Z", true, -14400},
		{"CET-1CEST", "2040-01-01T00:00:00Z", false, 0},
		{"CET-1CEST,M13.5.0,M10.5.0", "2040-01-01T00:00:00Z", false, 0},
		{"CET-999", "2040-01-01T00:00:00Z", false, 0},
		{"<CET-1", "2040-01-01T00:00:00Z", false, 0},
		{"", "2040-01-01T00:00:00Z", false, 0},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct value time;
		int64_t offset = 0;
		ck_assert(time_parse_timestamp(str_from(cases[i].time), &time));
		bool valid = zone_posix_offset(str_from(cases[i].rule), time.integer, &offset);
		ck_assert_msg(valid == cases[i].valid, "%s", cases[i].rule);
		if (valid)
			ck_assert_int_eq(offset, cases[i].offset);
	}
}
END_TEST

static struct str read_zone(const char *path, char *room, size_t capacity)
{
	FILE *file = fopen(path, "rb");
	size_t len = file ? fread(room, 1, capacity, file) : 0;
	if (file)
		(void)fclose(file);
	return (struct str){room, len};
}

START_TEST(zones_of_the_system_are_read)
{
	static const struct {
		const char *zone, *time;
		int64_t offset;
	} cases[] = {
		{"/usr/share/zoneinfo/Australia/Sydney", "2009-02-13T23:31:30Z", 39600},
		{"/usr/share/zoneinfo/Asia/Kathmandu", "2009-02-13T23:31:30Z", 20700},
		{"/usr/share/zoneinfo/America/St_Johns", "2009-02-13T02:00:00Z", -12600},
		{"/usr/share/zoneinfo/Europe/Berlin", "2009-07-01T00:00:00Z", 7200},
		{"/usr/share/zoneinfo/Europe/Berlin", "1850-01-01T00:00:00Z", 3208},
		{"/usr/share/zoneinfo/Europe/Berlin", "2500-07-01T00:00:00Z", 7200},
	};
	static char room[1 << 16];
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str tzif = read_zone(cases[i].zone, room, sizeof(room));
		if (tzif.len == 0)
			continue; /* no tzdata here */
		struct value time;
		int64_t offset;
		ck_assert(time_parse_timestamp(str_from(cases[i].time), &time));
		ck_assert(zone_offset(tzif, time.integer, &offset));
		ck_assert_int_eq(offset, cases[i].offset);
	}
}
END_TEST

START_TEST(a_cut_zone_file_is_refused_not_overread)
{
	static char room[1 << 16];
	struct str tzif = read_zone("/usr/share/zoneinfo/Europe/Berlin", room, sizeof(room));
	for (size_t len = 0; len < tzif.len; len++) {
		char *exact = malloc(len + 1);
		memcpy(exact, tzif.data, len);
		int64_t offset;
		(void)zone_offset((struct str){exact, len}, 1500000000, &offset);
		free(exact);
	}
}
END_TEST

UNIT_TESTS("datetime", timestamps_are_read_as_rfc_3339_says, durations_are_read_as_go_reads_them,
	every_day_of_the_calendar_is_its_own, fixed_offsets_have_two_digits_each,
	a_zone_name_cannot_leave_its_folder, rules_of_posix_tell_when_daylight_saving_is,
	zones_of_the_system_are_read, a_cut_zone_file_is_refused_not_overread)
