/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/learn.h"
#include "layers/context/syscalls.h"

#include <linux/seccomp.h>

/* What the kernel or the C library may call for at any moment, whatever a run happened to need:
 * after a signal, at the end, on a page of memory more, in a second thread. */
static const char *const base_calls[] = {"brk", "clock_gettime", "close", "execve", "exit",
	"exit_group", "futex", "getpid", "gettid", "madvise", "mmap", "mprotect", "munmap",
	"nanosleep", "clock_nanosleep", "read", "restart_syscall", "rt_sigaction", "rt_sigprocmask",
	"rt_sigreturn", "sched_yield", "tgkill", "write", NULL};

int learn_number(struct str name)
{
	const struct syscall_entry *entry = syscall_find(name);
	int64_t number = entry ? syscall_number(SYSCALL_NATIVE, entry) : SYSCALL_NONE;
	return number >= 0 && number < OBSERVED_CALLS ? (int)number : SYSCALL_NONE;
}

static void read_rule(const struct spec_seccomp_rule *rule, bool *decided, uint8_t *floor)
{
	bool allows = rule->action == SECCOMP_RET_ALLOW || rule->action == SECCOMP_RET_LOG;
	for (size_t i = 0; i < rule->names.count; i++) {
		int number = learn_number(str_from(rule->names.items[i].text));
		if (number == SYSCALL_NONE || decided[number])
			continue;
		decided[number] = rule->arg_count == 0;
		floor[number] = !decided[number] ? LEARN_CONDITIONAL
				: allows         ? LEARN_ALLOWED
						 : LEARN_REFUSED;
	}
}

void learn_floor(const struct spec_seccomp *floor, uint8_t ret_floor[OBSERVED_CALLS])
{
	bool decided[OBSERVED_CALLS] = {false};
	bool open = floor->default_action == SECCOMP_RET_ALLOW;
	memset(ret_floor, open ? LEARN_ALLOWED : LEARN_REFUSED, OBSERVED_CALLS);
	for (size_t i = 0; i < floor->rule_count; i++)
		read_rule(&floor->rules[i], decided, ret_floor);
}

static bool lists(const char *const *names, const char *wanted)
{
	while (*names && strcmp(*names, wanted) != 0)
		names++;
	return *names != NULL;
}

void learn_section(struct arena *arena, const struct spec_seccomp *floor,
	const struct observed *observed, bool (*watched)(const char *call),
	const char *listener_path, struct spec_seccomp *ret_section)
{
	uint8_t says[OBSERVED_CALLS];
	struct spec_text *names = ARENA_NEW_ARRAY(arena, struct spec_text, OBSERVED_CALLS);
	struct spec_text *newest = ARENA_NEW(arena, struct spec_text);
	struct spec_seccomp_rule *rules = ARENA_NEW_ARRAY(arena, struct spec_seccomp_rule, 2);
	size_t count = 0;
	learn_floor(floor, says);
	for (int i = 0; i < OBSERVED_CALLS; i++) {
		const struct syscall_entry *entry = syscall_of_number(SYSCALL_NATIVE, i);
		if (entry)
			newest->text = entry->name;
		bool known = !observed || (observed->calls[i] & OBSERVED_SEEN);
		if (entry && says[i] == LEARN_ALLOWED && known && !watched(entry->name))
			names[count++].text = entry->name;
	}
	rules[0] = (struct spec_seccomp_rule){
		.names = {.items = newest, .count = 1}, .action = SECCOMP_RET_USER_NOTIF};
	rules[1] = (struct spec_seccomp_rule){
		.names = {.items = names, .count = count}, .action = SECCOMP_RET_ALLOW};
	/* Calls above the newest that a profile names are not asked about. */
	*ret_section = (struct spec_seccomp){.default_action = SECCOMP_RET_USER_NOTIF,
		.architectures = floor->architectures,
		.flags = floor->flags,
		.listener_path = {.text = listener_path},
		.rules = rules,
		.rule_count = count > 0 ? 2 : 1};
}

bool learn_is_native(const struct spec_seccomp *floor)
{
	for (size_t i = 0; i < floor->architectures.count; i++) {
		enum syscall_arch arch;
		if (!syscall_arch_find(str_from(floor->architectures.items[i].text), &arch) ||
			arch != SYSCALL_NATIVE)
			return false;
	}
	return true;
}

unsigned learn_has_call(const struct learn_profile *profile, int number)
{
	unsigned from = profile->observed->calls[number] &
			(OBSERVED_SEEN | OBSERVED_MERGED | OBSERVED_STATIC);
	const struct syscall_entry *entry = syscall_of_number(SYSCALL_NATIVE, number);
	if (!entry || profile->floor[number] == LEARN_REFUSED)
		return 0;
	return from == 0 && lists(base_calls, entry->name) ? OBSERVED_BASE : from;
}

const char *learn_refusal(const struct observed *observed)
{
	bool started = observed->run_count > 0, seen = false;
	for (uint32_t i = 0; i < observed->run_count; i++)
		started = started && observed->runs[i].started;
	for (int i = 0; i < OBSERVED_CALLS; i++)
		seen = seen || (observed->calls[i] & OBSERVED_SEEN);
	if (!started)
		return "the program was not executed in every run";
	return seen ? NULL : "no system call was seen, and a profile of none denies everything";
}

struct str learn_saturation(struct arena *arena, const struct observed *observed)
{
	struct buf out;
	buf_init_arena(&out, arena, 256);
	for (uint32_t i = 0; i < observed->run_count; i++)
		buf_printf(&out, "%s%u", i > 0 ? ", " : "", observed->runs[i].new_calls);
	return buf_str(&out);
}
