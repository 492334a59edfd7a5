/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "programs/gabion-oci/task.h"
#include "sys/fail.h"

#include <errno.h>
#include <sched.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <unistd.h>

/* struct sched_attr of linux/sched/types.h. */
struct scheduling {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime_ns, deadline_ns, period_ns;
};

static int set_scheduler(const struct spec_scheduler *wanted, struct error *err)
{
	struct scheduling attributes = {.size = sizeof(attributes),
		.policy = (uint32_t)wanted->policy,
		.flags = wanted->flags,
		.nice = (int32_t)wanted->nice.value,
		.priority = (uint32_t)wanted->priority.value,
		.runtime_ns = wanted->runtime_ns.value,
		.deadline_ns = wanted->deadline_ns.value,
		.period_ns = wanted->period_ns.value};
	if (syscall(SYS_sched_setattr, 0, &attributes, 0) == 0)
		return 0;
	(void)fail_system(err, errno, "process.scheduler: the kernel refuses it");
	err->origin = wanted->origin;
	error_set_remedy(err, "see sched_setattr(2); a cgroup without real-time time refuses "
			      "real-time policies");
	return -1;
}

static int set_io_priority(const struct spec_io_priority *wanted, struct error *err)
{
	enum { WHO_PROCESS = 1, CLASS_SHIFT = 13 };
	long value = (long)wanted->class << CLASS_SHIFT | wanted->priority;
	if (syscall(SYS_ioprio_set, WHO_PROCESS, 0, value) == 0)
		return 0;
	(void)fail_system(err, errno, "process.ioPriority: the kernel refuses it");
	err->origin = wanted->origin;
	return -1;
}

enum { SET_WORDS = 128, WORD_BITS = 64, SET_BITS = SET_WORDS * WORD_BITS };

/* A list such as "0-3,7" as bits; false for anything else. */
static bool read_list(const char *text, uint64_t bits[SET_WORDS])
{
	struct str rest = str_from(text), part;
	while (str_next_part(&rest, ',', &part)) {
		size_t dash = str_find_char(part, '-');
		struct str low = str_slice(part, 0, dash);
		struct str high = dash == SIZE_MAX ? low : str_slice(part, dash + 1, part.len);
		uint64_t first = 0, last = 0;
		if (!number_parse_uint(str_trim(low), 10, &first) ||
			!number_parse_uint(str_trim(high), 10, &last) || last < first ||
			last >= SET_BITS)
			return false;
		for (uint64_t i = first; i <= last; i++)
			bits[i / WORD_BITS] |= UINT64_C(1) << i % WORD_BITS;
	}
	return true;
}

int task_set_affinity(const struct spec_text *list, struct error *err)
{
	uint64_t bits[SET_WORDS] = {0};
	if (!list->text || !list->text[0])
		return 0;
	if (!read_list(list->text, bits))
		return ERROR_SET(err, ERROR_INPUT, list->origin,
			"process.execCPUAffinity: '%s' is no list of processors", list->text);
	if (syscall(SYS_sched_setaffinity, 0, sizeof(bits), bits) == 0)
		return 0;
	(void)fail_system(
		err, errno, "process.execCPUAffinity: cannot use processors %s", list->text);
	err->origin = list->origin;
	return -1;
}

static int set_memory_policy(const struct spec_memory_policy *wanted, struct error *err)
{
	uint64_t bits[SET_WORDS] = {0};
	bool some = wanted->nodes.text && wanted->nodes.text[0];
	if (some && !read_list(wanted->nodes.text, bits))
		return ERROR_SET(err, ERROR_INPUT, wanted->nodes.origin,
			"linux.memoryPolicy.nodes: '%s' is no list of nodes", wanted->nodes.text);
	/* The kernel looks at 1024 nodes at most, and counts one less than it is told. */
	if (syscall(SYS_set_mempolicy, (int)(wanted->mode | wanted->flags), some ? bits : NULL,
		    some ? 1025 : 0) == 0)
		return 0;
	(void)fail_system(err, errno, "linux.memoryPolicy: the kernel refuses it");
	err->origin = wanted->origin;
	return -1;
}

/* Keys of whoever calls us are not the container's. */
static int join_keyring(const char *id, struct error *err)
{
	enum { JOIN_SESSION_KEYRING = 1 };
	char name[300];
	struct buf out;
	buf_init_fixed(&out, name, sizeof(name) - 1);
	buf_printf(&out, "_ses.%s", id);
	name[out.len] = '\0';
	if (syscall(SYS_keyctl, JOIN_SESSION_KEYRING, name) >= 0 || errno == ENOSYS ||
		errno == EINVAL)
		return 0;
	(void)fail_system(err, errno, "cannot make a session keyring");
	error_set_remedy(err, errno == EDQUOT ? "raise kernel.keys.maxkeys, or use --no-new-keyring"
					      : "use --no-new-keyring");
	return -1;
}

int task_settle(const struct task *task, const struct spec *spec, struct error *err)
{
	const struct spec_process *process = task->process;
	if (task->keyring && join_keyring(task->keyring, err) < 0)
		return -1;
	if (spec->personality && personality((unsigned long)spec->personality->domain) < 0)
		return fail_system(err, errno, "linux.personality: the kernel refuses it");
	if (spec->memory_policy && set_memory_policy(spec->memory_policy, err) < 0)
		return -1;
	if (process->scheduler && set_scheduler(process->scheduler, err) < 0)
		return -1;
	return process->io_priority ? set_io_priority(process->io_priority, err) : 0;
}
