/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/cgroup.h"
#include "unit.h"

START_TEST(paths_of_configurations_stay_below_the_mounts)
{
	static const struct {
		const char *text, *path;
	} cases[] = {
		{"/a", "a"},
		{"a/b", "a/b"},
		{"//a/./b//", "a/b"},
		{"/kubepods/pod.1/c", "kubepods/pod.1/c"},
		{"a:b", "a:b"},
		{"/a:b:c", "a:b:c"},
		{"...", "..."},
		{"user.slice:libpod:x", "user.slice/libpod-x.scope"},
		{"kubepods-burstable-pod1.slice:cri:x",
			"kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice/"
			"cri-x.scope"},
		{":gabion:x", "system.slice/gabion-x.scope"},
		{"machine.slice::x", "machine.slice/x.scope"},
		{"a.slice:ignored:b.slice", "a.slice/b.slice"},
		{"-.slice:p:x", "p-x.scope"},
		{"a.slice:..:..", "a.slice/..-...scope"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char path[CGROUP_PATH_BYTES];
		struct error err = {0};
		ck_assert_msg(cgroup_path(cases[i].text, path, &err) == 0, "%s: %s", cases[i].text,
			err.message);
		ck_assert_str_eq(path, cases[i].path);
	}
}
END_TEST

START_TEST(paths_that_escape_or_mean_the_root_are_refused)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{"", "root"},
		{"/", "root"},
		{"/./", "root"},
		{"..", "upwards"},
		{"/a/../b", "upwards"},
		{"a/..", "upwards"},
		{"a\nb", "line feed"},
		{"x:y:z", "systemd slice"},
		{"-a.slice:y:z", "systemd slice"},
		{"a.slice:y:", "without a name"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char path[CGROUP_PATH_BYTES];
		struct error err = {0};
		ck_assert_int_eq(cgroup_path(cases[i].text, path, &err), -1);
		ck_assert_int_eq(err.kind, ERROR_INPUT);
		ck_assert_msg(
			strstr(err.message, cases[i].why), "%s: %s", cases[i].text, err.message);
		ck_assert_msg(!strchr(err.message, '\n'), "the text must be escaped");
		ck_assert(err.remedy[0]);
	}
}
END_TEST

START_TEST(paths_have_an_end)
{
	char text[3 * CGROUP_PATH_BYTES], path[CGROUP_PATH_BYTES];
	struct error err = {0};
	memset(text, 'a', sizeof(text));
	text[256] = '\0';
	ck_assert_int_eq(cgroup_path(text, path, &err), -1);
	ck_assert(strstr(err.message, "255"));
	text[256] = 'a';
	for (size_t i = 0; i < sizeof(text); i += 100)
		text[i] = '/';
	text[sizeof(text) - 1] = '\0';
	err = (struct error){0};
	ck_assert_int_eq(cgroup_path(text, path, &err), -1);
	ck_assert(strstr(err.message, "1023"));
}
END_TEST

UNIT_TESTS("cgroup path", paths_of_configurations_stay_below_the_mounts,
	paths_that_escape_or_mean_the_root_are_refused, paths_have_an_end)
