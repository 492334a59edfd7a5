/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/landlock.h"

#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/gabion-landlock-XXXXXX";

/* folder/a/file and folder/b/file, and there we are. */
static void make_folders(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
	ck_assert(mkdir("a", 0700) == 0 && mkdir("b", 0700) == 0);
	close(open("a/file", O_CREAT | O_WRONLY, 0700));
	close(open("b/file", O_CREAT | O_WRONLY, 0700));
}

static void remove_folders(void)
{
	unlink("a/file");
	unlink("b/file");
	rmdir("a");
	rmdir("b");
	ck_assert_int_eq(rmdir(folder), 0);
}

static struct landlock_state enter(const struct landlock_rules *rules, int highest_abi)
{
	struct error err = {0};
	struct landlock_state state;
	ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	ck_assert_msg(landlock_make(rules, highest_abi, &state, &err) == 0, "%s", err.message);
	ck_assert_msg(landlock_enter(&state, &err) == 0, "%s", err.message);
	close(state.ruleset);
	return state;
}

static int attempt(int result)
{
	if (result >= 0)
		close(result);
	return result >= 0 ? 0 : errno;
}

/* What a child can do under rules that give rights to folder/a, as a row of letters. */
static unsigned tried(uint32_t rights, int highest_abi)
{
	const struct landlock_path path = {.fd = open("a", O_PATH), .rights = rights};
	const struct landlock_rules rules = {
		.handled = LANDLOCK_ALL_RIGHTS, .paths = &path, .path_count = 1};
	enter(&rules, highest_abi);
	unsigned done = 0;
	done |= attempt(open("a/file", O_RDONLY)) == 0 ? LANDLOCK_READ : 0;
	done |= attempt(open("a/file", O_WRONLY)) == 0 ? LANDLOCK_WRITE : 0;
	done |= attempt(open("a/new", O_CREAT | O_RDONLY, 0600)) != EACCES ? LANDLOCK_MAKE : 0;
	done |= attempt(symlink("x", "a/link")) == 0 ? LANDLOCK_MAKE_SPECIAL : 0;
	done |= attempt(open("b/file", O_RDONLY)) == EACCES ? 0 : 1U << 30;
	return done;
}

/* The end of a test that gave up rights: leak checks would need them. */
static __attribute__((noreturn)) void leave(void)
{
	_exit(EXIT_SUCCESS);
}

START_TEST(a_path_has_the_rights_it_was_given_and_no_others)
{
	static const uint32_t given[] = {0, LANDLOCK_READ, LANDLOCK_WRITE,
		LANDLOCK_READ | LANDLOCK_MAKE, LANDLOCK_MAKE_SPECIAL,
		LANDLOCK_READ | LANDLOCK_WRITE | LANDLOCK_MAKE | LANDLOCK_MAKE_SPECIAL};
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++)
		for (int abi = 1; abi <= landlock_abi(); abi++) {
			pid_t child = fork();
			if (child == 0)
				_exit(tried(given[i], abi) == given[i] ? 0 : 1);
			int status;
			ck_assert_int_eq(waitpid(child, &status, 0), child);
			ck_assert_msg(status == 0, "rights %x, ABI %d", given[i], abi);
			unlink("a/new");
			unlink("a/link");
		}
}
END_TEST

START_TEST(a_rule_for_a_file_is_for_that_file)
{
	const struct landlock_path path = {
		.fd = open("a/file", O_PATH), .rights = LANDLOCK_ALL_RIGHTS};
	const struct landlock_rules rules = {
		.handled = LANDLOCK_ALL_RIGHTS, .paths = &path, .path_count = 1};
	enter(&rules, 0);
	ck_assert_int_eq(attempt(open("a/file", O_RDWR | O_TRUNC)), 0);
	ck_assert_int_eq(attempt(open("b/file", O_RDONLY)), EACCES);
	ck_assert_int_eq(attempt(open("a", O_RDONLY)), EACCES);
	leave();
}
END_TEST

START_TEST(rights_not_handled_are_not_touched)
{
	const struct landlock_rules rules = {.handled = LANDLOCK_WRITE};
	enter(&rules, 0);
	ck_assert_int_eq(attempt(open("a/file", O_RDONLY)), 0);
	ck_assert_int_eq(attempt(open("a/file", O_WRONLY)), EACCES);
	leave();
}
END_TEST

static int bind_to(int type, uint16_t port)
{
	const struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, type, 0);
	int result = bind(fd, (const struct sockaddr *)&address, sizeof(address));
	int cause = result < 0 ? errno : 0;
	close(fd);
	return cause;
}

START_TEST(ports_not_listed_cannot_be_bound)
{
	const struct landlock_port port = {.port = 0, .bind = true};
	const struct landlock_rules rules = {
		.restrict_bind = true, .ports = &port, .port_count = 1};
	struct landlock_state state = enter(&rules, 0);
	if (state.missing_ports)
		leave();
	ck_assert_int_eq(bind_to(SOCK_STREAM, 0), 0);
	ck_assert_int_eq(bind_to(SOCK_STREAM, 18080), EACCES);
	ck_assert_int_ne(bind_to(SOCK_DGRAM, 18080), EACCES);
	leave();
}
END_TEST

START_TEST(sockets_and_processes_outside_are_out_of_reach)
{
	const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "\0gabion-outside"};
	int outside = socket(AF_UNIX, SOCK_STREAM, 0), inside = socket(AF_UNIX, SOCK_STREAM, 0);
	ck_assert(bind(outside, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
		  listen(outside, 1) == 0);
	const struct landlock_rules rules = {.scope_abstract = true, .scope_signals = true};
	struct landlock_state state = enter(&rules, 0);
	if (state.missing_scopes)
		leave();
	ck_assert_int_eq(connect(inside, (const struct sockaddr *)&address, sizeof(address)), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_eq(kill(getppid(), 0), -1);
	ck_assert_int_eq(errno, EPERM);
	leave();
}
END_TEST

static const struct {
	int abi;
	uint32_t missing_rights;
	bool ports, scopes, log;
} degrees[] = {
	{1, LANDLOCK_TRUNCATE | LANDLOCK_REFER | LANDLOCK_IOCTL_DEVICE, true, true, true},
	{2, LANDLOCK_TRUNCATE | LANDLOCK_IOCTL_DEVICE, true, true, true},
	{3, LANDLOCK_IOCTL_DEVICE, true, true, true},
	{4, LANDLOCK_IOCTL_DEVICE, false, true, true},
	{5, 0, false, true, true},
	{6, 0, false, false, true},
	{7, 0, false, false, false},
};

START_TEST(what_an_older_kernel_lacks_is_told)
{
	const struct landlock_rules rules = {.handled = LANDLOCK_ALL_RIGHTS,
		.restrict_connect = true,
		.scope_signals = true,
		.log_after_exec = true};
	for (size_t i = 0; i < sizeof(degrees) / sizeof(degrees[0]); i++) {
		struct error err = {0};
		struct landlock_state state;
		if (degrees[i].abi > landlock_abi())
			break;
		ck_assert_int_eq(landlock_make(&rules, degrees[i].abi, &state, &err), 0);
		ck_assert_int_eq(state.abi, degrees[i].abi);
		ck_assert_uint_eq(state.missing_rights, degrees[i].missing_rights);
		ck_assert(state.missing_ports == degrees[i].ports &&
			  state.missing_scopes == degrees[i].scopes &&
			  state.missing_log == degrees[i].log);
		ck_assert_int_ge(state.ruleset, 0);
		close(state.ruleset);
	}
}
END_TEST

START_TEST(nothing_to_restrict_is_nothing_to_enter)
{
	const struct landlock_rules rules = {.scope_signals = true};
	ck_assert_int_eq(enter(&rules, 5).ruleset, -1);
	ck_assert_int_eq(kill(getppid(), 0), 0);
}
END_TEST

START_TEST(a_path_that_is_closed_is_an_error)
{
	struct error err = {0};
	struct landlock_state state;
	const struct landlock_path path = {.fd = -1, .rights = LANDLOCK_READ};
	const struct landlock_rules rules = {
		.handled = LANDLOCK_READ, .paths = &path, .path_count = 1};
	ck_assert_int_eq(landlock_make(&rules, 0, &state, &err), -1);
	ck_assert_int_eq(state.ruleset, -1);
	ck_assert_str_eq(err.message, "look at a path of the Landlock rules: Bad file descriptor");
}
END_TEST

START_TEST(rights_have_names)
{
	for (uint32_t right = 1; right < LANDLOCK_ALL_RIGHTS; right <<= 1)
		ck_assert_uint_eq(landlock_right_of(str_from(landlock_right_name(right))), right);
	ck_assert_uint_eq(landlock_right_of(STR("fly")), 0);
}
END_TEST

/* The folders are made and removed outside of the tests' processes, which give up their rights. */
int main(void)
{
	Suite *suite = suite_create("landlock");
	TCase *cases = tcase_create("landlock");
	tcase_add_unchecked_fixture(cases, make_folders, remove_folders);
	tcase_add_test(cases, rights_have_names);
	tcase_add_test(cases, what_an_older_kernel_lacks_is_told);
	tcase_add_test(cases, a_path_that_is_closed_is_an_error);
	if (landlock_abi() > 0) {
		tcase_add_test(cases, a_path_has_the_rights_it_was_given_and_no_others);
		tcase_add_test(cases, a_rule_for_a_file_is_for_that_file);
		tcase_add_test(cases, rights_not_handled_are_not_touched);
		tcase_add_test(cases, ports_not_listed_cannot_be_bound);
		tcase_add_test(cases, sockets_and_processes_outside_are_out_of_reach);
		tcase_add_test(cases, nothing_to_restrict_is_nothing_to_enter);
	}
	suite_add_tcase(suite, cases);
	SRunner *runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
