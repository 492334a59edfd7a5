/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/learn.h"

#include "base/limits.h"
#include "data/document.h"
#include "layers/context/seccomp.h"
#include "layers/context/syscall_groups.h"
#include "layers/context/syscalls.h"
#include "unit.h"

#include <linux/seccomp.h>
#include <stdio.h>
#include <sys/syscall.h>

static struct arena arena;
static struct observed observed;

static void set_up(void)
{
	arena_init(&arena, LIMIT_CONTEXT_BYTES);
	memset(&observed, 0, sizeof(observed));
	observed.run_count = 1;
	observed.runs[0].started = 1;
}

static struct spec_seccomp default_floor(void)
{
	struct spec_seccomp floor;
	struct error err = {0};
	ck_assert_int_eq(syscall_groups_profile(&arena, NULL, 0, &floor, &err), 0);
	return floor;
}

START_TEST(new_calls_are_counted_in_their_run)
{
	set_up();
	observed_call(&observed, SYS_read, OBSERVED_SEEN);
	observed_call(&observed, SYS_write, OBSERVED_SEEN);
	observed_call(&observed, SYS_mount, OBSERVED_REFUSED);
	observed.run_count++;
	observed_call(&observed, SYS_read, OBSERVED_SEEN);
	observed_call(&observed, SYS_openat, OBSERVED_SEEN);
	observed_call(&observed, -1, OBSERVED_SEEN);
	observed_call(&observed, OBSERVED_CALLS, OBSERVED_SEEN);
	observed.run_count++;
	ASSERT_STR(learn_saturation(&arena, &observed), STR("2, 1, 0"));
	ck_assert_uint_eq(observed.other_calls, 2);
	arena_release(&arena);
}
END_TEST

START_TEST(texts_are_noted_once_and_those_that_do_not_fit_are_counted)
{
	char name[32];
	set_up();
	observed_text(&observed, STR("/a"), OBSERVED_READ);
	observed_text(&observed, STR("/a"), OBSERVED_WRITE);
	ck_assert_uint_eq(observed.text_count, 1);
	ck_assert_uint_eq(observed.texts[0].uses, OBSERVED_READ | OBSERVED_WRITE);
	for (int i = 0; i < OBSERVED_TEXTS + 9; i++) {
		(void)snprintf(name, sizeof(name), "/f%d", i);
		observed_text(&observed, str_from(name), OBSERVED_READ);
	}
	ck_assert_uint_eq(observed.text_count, OBSERVED_TEXTS);
	ck_assert_uint_eq(observed.lost, 10);
	arena_release(&arena);
}
END_TEST

START_TEST(paths_become_folders_where_they_may)
{
	static const struct {
		const char *given, *expected;
		enum observed_use use;
	} rows[] = {
		{"/srv/web/a /srv/web/b", "/srv/web ", OBSERVED_READ},
		{"/etc/hosts /etc/passwd", "/etc/hosts /etc/passwd ", OBSERVED_READ},
		{"/a", "/a ", OBSERVED_READ},
		{"/srv/web/a /srv/web/sub/b /srv/web-2/c", "/srv/web /srv/web-2 ", OBSERVED_READ},
		{"/srv/web/a", "/srv/web/a ", OBSERVED_WRITE},
		{"/bin/b /bin/a", "/bin/a /bin/b ", OBSERVED_EXECUTE},
		{"/srv/\xff/a", "/srv ", OBSERVED_WRITE},
		{"/srv/a\x1b[31m/b", "/srv ", OBSERVED_WRITE},
		{"/\x01", "/ ", OBSERVED_WRITE},
		{"127.0.0.1:80", "", OBSERVED_READ},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str rest = str_from(rows[i].given), part, *paths;
		struct buf out;
		set_up();
		while (str_next_part(&rest, ' ', &part))
			observed_text(&observed, part, rows[i].use);
		size_t count = learn_paths(&arena, &observed, rows[i].use, &paths);
		buf_init_arena(&out, &arena, 256);
		for (size_t k = 0; k < count; k++)
			buf_printf(&out, "%.*s ", STR_ARGS(paths[k]));
		ASSERT_STR(buf_str(&out), str_from(rows[i].expected));
		arena_release(&arena);
	}
}
END_TEST

START_TEST(many_folders_become_few)
{
	char name[64];
	struct str *paths;
	set_up();
	for (int i = 0; i < 400; i++) {
		(void)snprintf(name, sizeof(name), "/opt/app/lib/m%d/f", i);
		observed_text(&observed, str_from(name), OBSERVED_READ);
	}
	ck_assert_uint_eq(learn_paths(&arena, &observed, OBSERVED_READ, &paths), 1);
	ASSERT_STR(paths[0], STR("/opt/app/lib"));
	arena_release(&arena);
}
END_TEST

START_TEST(what_may_be_written_or_executed_is_not_listed_for_reading)
{
	struct str *paths;
	set_up();
	observed_text(&observed, STR("/data/x/y"), OBSERVED_READ);
	observed_text(&observed, STR("/data"), OBSERVED_WRITE | OBSERVED_FOLDER);
	observed_text(&observed, STR("/bin/a"), OBSERVED_READ | OBSERVED_EXECUTE);
	ck_assert_uint_eq(learn_paths(&arena, &observed, OBSERVED_READ, &paths), 0);
	arena_release(&arena);
}
END_TEST

START_TEST(the_floor_is_read_as_the_filter_decides)
{
	uint8_t says[OBSERVED_CALLS];
	set_up();
	struct spec_seccomp floor = default_floor();
	learn_floor(&floor, says);
	ck_assert_uint_eq(says[SYS_read], LEARN_ALLOWED);
	ck_assert_uint_eq(says[SYS_socket], LEARN_CONDITIONAL);
	ck_assert_uint_eq(says[SYS_clone3], LEARN_REFUSED);
	ck_assert_uint_eq(says[SYS_mount], LEARN_REFUSED);
	for (uint32_t i = 0; i < OBSERVED_CALLS; i++) {
		struct seccomp_call call = {
			i, syscall_arch_names[SYSCALL_NATIVE].audit, {~0U, 0, 3, 0, 7, 1}};
		bool passes = seccomp_decide(&floor, &call) == SECCOMP_RET_ALLOW;
		if ((says[i] == LEARN_ALLOWED && !passes) || (says[i] == LEARN_REFUSED && passes))
			ck_abort_msg("call %u", i);
	}
	arena_release(&arena);
}
END_TEST

static bool is_watched(const char *call)
{
	return strcmp(call, "openat") == 0;
}

START_TEST(calls_that_are_known_or_recorded_wait_for_nobody)
{
	static const uint32_t pass = SECCOMP_RET_ALLOW, wait = SECCOMP_RET_USER_NOTIF;
	static const struct {
		int number;
		uint32_t known, recorded;
	} rows[] = {{SYS_read, pass, pass}, {SYS_write, wait, pass}, {SYS_openat, wait, wait},
		{SYS_socket, wait, wait}, {SYS_mount, wait, wait}};
	struct spec_seccomp section, recorded;
	set_up();
	struct spec_seccomp floor = default_floor();
	observed_call(&observed, SYS_read, OBSERVED_SEEN);
	observed_call(&observed, SYS_openat, OBSERVED_SEEN);
	observed_call(&observed, SYS_socket, OBSERVED_SEEN);
	observed_call(&observed, SYS_mount, OBSERVED_SEEN);
	learn_section(&arena, &floor, &observed, is_watched, "/s", &section);
	learn_section(&arena, &floor, NULL, is_watched, "/s", &recorded);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct seccomp_call call = {
			(uint32_t)rows[i].number, syscall_arch_names[SYSCALL_NATIVE].audit, {0}};
		ck_assert_uint_eq(seccomp_decide(&section, &call), rows[i].known);
		ck_assert_uint_eq(seccomp_decide(&recorded, &call), rows[i].recorded);
	}
	arena_release(&arena);
}
END_TEST

START_TEST(numbers_of_another_architecture_say_nothing)
{
	struct spec_text names[] = {{.text = "SCMP_ARCH_ARM"}, {.text = "SCMP_ARCH_X86"}};
	struct spec_seccomp floor = {.architectures = {.items = names, .count = 0}};
	ck_assert(learn_is_native(&floor));
	floor.architectures.count = 2;
	ck_assert(!learn_is_native(&floor));
}
END_TEST

static struct str print_profile(void)
{
	static uint8_t says[OBSERVED_CALLS];
	struct spec_seccomp floor = default_floor();
	struct buf out;
	learn_floor(&floor, says);
	struct learn_profile profile = {.observed = &observed,
		.floor = says,
		.id = STR("learned-x"),
		.program = STR("/bin/x\n\"\x1b"),
		.architecture = STR("x86_64"),
		.kernel = STR("6.1"),
		.has_network = true};
	buf_init_arena(&out, &arena, 4096);
	learn_print(&arena, &profile, &out);
	return buf_str(&out);
}

START_TEST(what_the_floor_refuses_is_never_in_a_profile)
{
	set_up();
	for (int i = 0; i < OBSERVED_CALLS; i++)
		observed_call(&observed, i, OBSERVED_SEEN | OBSERVED_MERGED | OBSERVED_STATIC);
	observed_call(&observed, SYS_mount, OBSERVED_REFUSED);
	struct str text = print_profile();
	ck_assert_uint_eq(str_find(text, STR("\n  - mount\n"), 0), SIZE_MAX);
	ck_assert_uint_eq(str_find(text, STR("\n  - clone3\n"), 0), SIZE_MAX);
	ck_assert_uint_ne(str_find(text, STR("\n  - socket\n"), 0), SIZE_MAX);
	ck_assert_uint_ne(
		str_find(text, STR("{allow: system-calls, value: mount}: mount\n"), 0), SIZE_MAX);
	arena_release(&arena);
}
END_TEST

START_TEST(a_profile_merges_back_into_the_same)
{
	static struct observed again;
	struct documents documents;
	struct value document;
	struct error err = {0};
	struct str *paths;
	set_up();
	memset(&again, 0, sizeof(again));
	observed_call(&observed, SYS_read, OBSERVED_SEEN);
	observed_call(&observed, SYS_accept4, OBSERVED_STATIC);
	observed_text(&observed, STR("/srv/\"a\"/b"), OBSERVED_READ);
	observed_text(&observed, STR("/tmp"), OBSERVED_WRITE | OBSERVED_FOLDER);
	observed_text(&observed, STR("[::]:8080"), OBSERVED_LISTEN);
	observed_text(&observed, STR("0.0.0.0:0"), OBSERVED_LISTEN);
	observed_text(&observed, STR("192.0.2.1:443"), OBSERVED_CONNECT);
	observed_text(&observed, STR("192.0.2.2:443"), OBSERVED_CONNECT);
	struct str text = print_profile();
	static const char ports[] =
		"ports:\n  listen: [8080]\n  ephemeral: true\n  connect: [443]\n";
	ck_assert_uint_ne(str_find(text, str_from(ports), 0), SIZE_MAX);
	documents_init(&documents, text, STR("x"), DOCUMENT_DETECT, DOCUMENT_CEL);
	ck_assert_int_eq(documents_next(&documents, &arena, &document, &err), 1);
	ck_assert_int_eq(learn_merge(&again, &document, STR("x86_64"), &err), 0);
	documents_release(&documents);
	ck_assert_uint_eq(again.calls[SYS_read], OBSERVED_MERGED);
	ck_assert_uint_eq(again.calls[SYS_accept4], OBSERVED_MERGED);
	ck_assert_uint_eq(learn_paths(&arena, &again, OBSERVED_READ, &paths), 1);
	ASSERT_STR(paths[0], STR("/srv/\"a\""));
	observed = again;
	ck_assert_uint_ne(str_find(print_profile(), str_from(ports), 0), SIZE_MAX);
	arena_release(&arena);
}
END_TEST

START_TEST(nothing_seen_is_no_profile)
{
	set_up();
	ck_assert_ptr_nonnull(learn_refusal(&observed));
	observed_call(&observed, SYS_mount, OBSERVED_REFUSED);
	observed_call(&observed, SYS_read, OBSERVED_STATIC);
	ck_assert_ptr_nonnull(learn_refusal(&observed));
	observed_call(&observed, SYS_read, OBSERVED_SEEN);
	ck_assert_ptr_null(learn_refusal(&observed));
	observed.run_count = 2;
	ck_assert_ptr_nonnull(learn_refusal(&observed));
	arena_release(&arena);
}
END_TEST

START_TEST(quotas_have_room_and_a_least_size)
{
	set_up();
	observed_call(&observed, SYS_read, OBSERVED_SEEN);
	observed.runs[0].memory_peak = 1;
	observed.runs[0].processes_peak = 1;
	ck_assert_uint_ne(
		str_find(print_profile(), STR("  memory: 16Mi\n  processes: 8\n"), 0), SIZE_MAX);
	observed.runs[0].memory_peak = 100 << 20;
	observed.runs[0].processes_peak = 0;
	struct str text = print_profile();
	ck_assert_uint_ne(str_find(text, STR("  memory: 204Mi\nlearned"), 0), SIZE_MAX);
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("learn", new_calls_are_counted_in_their_run,
	texts_are_noted_once_and_those_that_do_not_fit_are_counted,
	paths_become_folders_where_they_may, many_folders_become_few,
	what_may_be_written_or_executed_is_not_listed_for_reading,
	the_floor_is_read_as_the_filter_decides, calls_that_are_known_or_recorded_wait_for_nobody,
	numbers_of_another_architecture_say_nothing, what_the_floor_refuses_is_never_in_a_profile,
	a_profile_merges_back_into_the_same, nothing_seen_is_no_profile,
	quotas_have_room_and_a_least_size)
