/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "data/print.h"
#include "layers/context/learn.h"
#include "layers/context/resources.h"
#include "layers/context/syscall_groups.h"
#include "layers/context/syscalls.h"
#include "policy/form.h"

enum { MEBIBYTE = 1 << 20, MEMORY_LEAST_MIB = 16, PROCESSES_LEAST = 8 };

struct printer {
	struct arena *arena;
	const struct learn_profile *profile;
	struct buf *out;
};

static void put_text(struct printer *printer, struct str text)
{
	print_json_string(text, true, printer->out);
}

/* What the workload was run with, it is run with again: a document of YAML may hold JSON. */
static void put_copied(struct printer *printer, const char *field)
{
	const struct policy_context *context = printer->profile->context;
	const struct value *value = context ? form_get(context->document, field) : NULL;
	if (!value)
		return;
	buf_printf(printer->out, "%s:%s", field, value_is(value, VALUE_LIST) ? "\n" : " ");
	if (!value_is(value, VALUE_LIST)) {
		print_json(value, (struct print_style){0}, printer->out);
		buf_puts(printer->out, "\n");
		return;
	}
	for (uint32_t i = 0; i < value->count; i++) {
		buf_puts(printer->out, "  - ");
		print_json(&value->items[i], (struct print_style){0}, printer->out);
		buf_puts(printer->out, "\n");
	}
}

static void put_calls_of(struct printer *printer, unsigned from, unsigned but, const char *title)
{
	bool titled = false;
	for (int i = 0; i < OBSERVED_CALLS; i++) {
		unsigned has = learn_has_call(printer->profile, i);
		if (!(has & from) || (has & but))
			continue;
		if (!titled)
			buf_printf(printer->out, "  # %s\n", title);
		titled = true;
		buf_printf(printer->out, "  - %s\n", syscall_of_number(SYSCALL_NATIVE, i)->name);
	}
}

static void put_calls(struct printer *printer)
{
	buf_puts(printer->out, "systemCalls:\n");
	put_calls_of(printer, OBSERVED_SEEN, 0, "made in a run");
	put_calls_of(printer, OBSERVED_MERGED, OBSERVED_SEEN, "from earlier profiles");
	put_calls_of(printer, OBSERVED_STATIC, OBSERVED_SEEN | OBSERVED_MERGED,
		"in the program files, not made in a run: more than it needs");
	put_calls_of(printer, OBSERVED_BASE, 0, "what any program may need at any moment");
}

static void put_paths(
	struct printer *printer, const char *field, enum observed_use use, bool *begun)
{
	struct str *paths;
	size_t count = learn_paths(printer->arena, printer->profile->observed, use, &paths);
	if (count == 0)
		return;
	if (!*begun)
		buf_puts(printer->out, "files:\n");
	*begun = true;
	buf_printf(printer->out, "  %s:\n", field);
	for (size_t i = 0; i < count; i++) {
		buf_puts(printer->out, "    - ");
		put_text(printer, paths[i]);
		buf_puts(printer->out, "\n");
	}
}

/* Of "192.0.2.1:443" or "[2001:db8::1]:443"; false: a text of another kind. */
static bool port_of(struct str text, uint64_t *ret_port)
{
	size_t at = text.len;
	while (at > 0 && text.data[at - 1] != ':')
		at--;
	return at > 0 && text.data[0] != '/' &&
	       number_parse_uint(str_slice(text, at, text.len), 10, ret_port) &&
	       *ret_port <= UINT16_MAX;
}

static void put_ports_of(struct printer *printer, enum observed_use use, const char *field)
{
	const struct observed *observed = printer->profile->observed;
	unsigned char *used = arena_alloc(printer->arena, UINT16_MAX + 1);
	const char *separator = "";
	memset(used, 0, UINT16_MAX + 1);
	for (uint32_t i = 0; i < observed->text_count; i++) {
		uint64_t port;
		if ((observed->texts[i].uses & use) &&
			port_of(observed_str(observed, &observed->texts[i]), &port))
			used[port] = 1;
	}
	buf_printf(printer->out, "  %s: [", field);
	for (unsigned port = 1; port <= UINT16_MAX; port++)
		if (used[port]) {
			buf_printf(printer->out, "%s%u", separator, port);
			separator = ", ";
		}
	buf_puts(printer->out, "]\n");
	if (use == OBSERVED_LISTEN && used[0])
		buf_puts(printer->out, "  ephemeral: true\n");
}

/* Without a network it can use none. */
static void put_ports(struct printer *printer)
{
	if (!printer->profile->has_network)
		return;
	buf_puts(printer->out, "ports:\n");
	put_ports_of(printer, OBSERVED_LISTEN, "listen");
	put_ports_of(printer, OBSERVED_CONNECT, "connect");
}

static void put_resources(struct printer *printer)
{
	const struct observed *observed = printer->profile->observed;
	struct resources_peak peaks[OBSERVED_RUNS];
	size_t count = 0;
	bool processes = true;
	for (uint32_t i = 0; i < observed->run_count; i++) {
		const struct observed_run *run = &observed->runs[i];
		if (run->memory_peak > 0 && run->memory_peak < INT64_MAX / 4)
			peaks[count++] =
				(struct resources_peak){.memory_bytes = (int64_t)run->memory_peak,
					.processes = run->processes_peak};
		processes = processes && run->processes_peak > 0;
	}
	if (count == 0) {
		put_copied(printer, "resources");
		return;
	}
	struct resources_request room = resources_with_room(peaks, count);
	int64_t mib = (room.memory_bytes + MEBIBYTE - 1) / MEBIBYTE;
	buf_puts(printer->out, "resources: # the most that was used, and room\n");
	buf_printf(printer->out, "  memory: %lldMi\n",
		(long long)(mib < MEMORY_LEAST_MIB ? MEMORY_LEAST_MIB : mib));
	if (processes)
		buf_printf(printer->out, "  processes: %lld\n",
			(long long)(room.processes < PROCESSES_LEAST ? PROCESSES_LEAST
								     : room.processes));
}

static void put_learned(struct printer *printer)
{
	const struct learn_profile *profile = printer->profile;
	buf_puts(printer->out, "learned:\n");
	if (profile->image.len > 0) {
		buf_puts(printer->out, "  image: ");
		put_text(printer, profile->image);
		buf_puts(printer->out, "\n");
	}
	buf_puts(printer->out, "  architecture: ");
	put_text(printer, profile->architecture);
	buf_puts(printer->out, "\n  kernel: ");
	put_text(printer, profile->kernel);
	buf_printf(printer->out, "\n  runs: %u\n  saturation: ", profile->observed->run_count);
	put_text(printer, learn_saturation(printer->arena, profile->observed));
	buf_puts(printer->out, "\n");
}

static void put_addresses(struct printer *printer, enum observed_use use, const char *title)
{
	const struct observed *observed = printer->profile->observed;
	bool titled = false;
	for (uint32_t i = 0; i < observed->text_count; i++) {
		const struct observed_text *text = &observed->texts[i];
		if (!(text->uses & use))
			continue;
		buf_printf(printer->out, titled ? ", " : "# %s: ", title);
		put_text(printer, observed_str(observed, text));
		titled = true;
	}
	if (titled)
		buf_puts(printer->out, "\n");
}

static bool is_made(const struct observed *observed, struct str name)
{
	int number = learn_number(name);
	return number >= 0 && (observed->calls[number] & (OBSERVED_SEEN | OBSERVED_REFUSED));
}

/* Whether a use of a call needed its capability is the kernel's secret: they are named, no more. */
static void put_capabilities(struct printer *printer)
{
	static const struct {
		const char *capability, *calls;
	} rows[] = {
		{"CHOWN", "chown fchown fchownat lchown"},
		{"FOWNER", "chmod fchmod fchmodat fchmodat2"},
		{"IPC_LOCK", "mlock mlock2 mlockall"},
		{"MKNOD", "mknod mknodat"},
		{"NET_RAW", "socket"},
		{"SETGID", "setfsgid setgid setgroups setregid setresgid"},
		{"SETUID", "setfsuid setresuid setreuid setuid"},
		{"SYS_CHROOT", "chroot"},
		{"SYS_NICE", "sched_setscheduler sched_setparam setpriority"},
		{"SYS_TIME", "adjtimex clock_adjtime clock_settime settimeofday"},
	};
	bool titled = false;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str rest = str_from(rows[i].calls), name;
		bool made = false;
		while (str_next_part(&rest, ' ', &name))
			made = made || is_made(printer->profile->observed, name);
		if (!made)
			continue;
		buf_put(printer->out,
			titled ? STR(", ")
			       : STR("# Some uses of the calls made need a capability: "));
		buf_put(printer->out, str_from(rows[i].capability));
		titled = true;
	}
	if (titled)
		buf_puts(printer->out, "\n");
}

static bool has_addresses(const struct observed *observed)
{
	for (uint32_t i = 0; i < observed->text_count; i++)
		if (observed->texts[i].uses & (OBSERVED_LISTEN | OBSERVED_CONNECT))
			return true;
	return false;
}

/* Never granted, only named: somebody has to give a reason and answer for it. */
static void put_refused(struct printer *printer)
{
	const struct observed *observed = printer->profile->observed;
	static const char title[] = "# Refused in the runs, and so not allowed here. If the "
				    "workload cannot do without,\n"
				    "# an opt-in with reason, owner and expiry opens it:\n";
	bool network = !printer->profile->has_network && has_addresses(observed);
	bool titled = network;
	if (network)
		buf_printf(printer->out, "%s#   {allow: network}: it has none of its own\n", title);
	for (int i = 0; i < OBSERVED_CALLS; i++) {
		const struct syscall_entry *entry = syscall_of_number(SYSCALL_NATIVE, i);
		if (!entry || !(observed->calls[i] & OBSERVED_REFUSED))
			continue;
		const struct syscall_group *group = syscall_group_of(str_from(entry->name));
		if (!titled)
			buf_printf(printer->out, "%s", title);
		titled = true;
		buf_printf(printer->out, "#   ");
		if (group)
			buf_printf(printer->out, "{allow: system-calls, value: %s}: ", group->name);
		buf_printf(printer->out, "%s\n", entry->name);
	}
}

void learn_print(struct arena *arena, const struct learn_profile *profile, struct buf *out)
{
	struct printer printer = {arena, profile, out};
	bool begun = false;
	buf_puts(out, "apiVersion: gabion.dev/v1\nkind: Context\nid: ");
	buf_put(out, profile->id);
	buf_puts(out, "\ntitle: ");
	put_text(&printer,
		str_format(arena, "What %.*s was seen to need", STR_ARGS(profile->program)));
	buf_puts(out, "\nstage: enforce\n");
	put_copied(&printer, "optIns");
	put_copied(&printer, "user");
	put_copied(&printer, "scratch");
	put_calls(&printer);
	put_paths(&printer, "read", OBSERVED_READ, &begun);
	put_paths(&printer, "write", OBSERVED_WRITE, &begun);
	put_paths(&printer, "execute", OBSERVED_EXECUTE, &begun);
	put_ports(&printer);
	put_resources(&printer);
	put_learned(&printer);
	put_addresses(&printer, OBSERVED_LISTEN, "Listened on");
	put_addresses(&printer, OBSERVED_CONNECT, "Connected to");
	put_capabilities(&printer);
	put_refused(&printer);
}
