/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-probe/probes.h"

#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* Reachability only: arguments that the kernel refuses for what they are, not for who asks. */
enum {
	NO_SUCH_COMMAND = 9999,
	USER_MODE_ONLY = 1,
	NETLINK_ROUTE = 0,
	NETLINK_NETFILTER = 12,
	REPORT_FID = 0x200
};

static int attempt_bpf(void)
{
	return probe_reached(syscall(SYS_bpf, NO_SUCH_COMMAND, NULL, 0));
}

static int attempt_perf(void)
{
	return probe_reached(syscall(SYS_perf_event_open, NULL, 0, -1, -1, ~0UL));
}

static int attempt_keyctl(void)
{
	return probe_reached(syscall(SYS_keyctl, NO_SUCH_COMMAND, 0, 0, 0, 0));
}

static int attempt_userfaultfd(void)
{
	return probe_reached(syscall(SYS_userfaultfd, O_CLOEXEC | USER_MODE_ONLY));
}

static int attempt_io_uring(void)
{
	return probe_reached(syscall(425, 0, NULL)); /* io_uring_setup */
}

static int attempt_fanotify(void)
{
	return probe_reached(syscall(SYS_fanotify_init, REPORT_FID, 0));
}

static int attempt_modules(void)
{
	return probe_reached(syscall(SYS_finit_module, -1, "", 0));
}

static int attempt_quotas(void)
{
	return probe_reached(syscall(SYS_quotactl, ~0U, NULL, 0, NULL));
}

static int attempt_clock(void)
{
	struct timex nothing = {.modes = 0};
	return probe_reached(adjtimex(&nothing));
}

static int attempt_numa(void)
{
	return probe_reached(syscall(SYS_get_mempolicy, NULL, NULL, 0, NULL, 0));
}

static int attempt_vmsplice(void)
{
	char byte = 0;
	struct iovec vector = {.iov_base = &byte, .iov_len = 1};
	int ends[2];
	if (pipe(ends) < 0)
		return errno;
	return probe_reached(syscall(SYS_vmsplice, ends[1], &vector, 1, 0));
}

#if defined(__x86_64__)
static int attempt_io_ports(void)
{
	return probe_reached(syscall(SYS_ioperm, 0x80, 1, 0));
}

static int attempt_ldt(void)
{
	return probe_reached(syscall(SYS_modify_ldt, 0, NULL, 0));
}

/* getpid() by the 32 bit entry: number 20 there. */
static int attempt_i386(void)
{
	long result;
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(20L)
			 : "memory", "r8", "r9", "r10", "r11");
	return result > 0 ? 0 : BLOCKED;
}
/* getpid() with the bit of the x32 interface. */
static int attempt_x32(void)
{
	return probe_result(syscall(0x40000000 | SYS_getpid));
}
#else
static int attempt_x32(void)
{
	return ENOSYS;
}

static int attempt_io_ports(void)
{
	return ENOSYS;
}

static int attempt_ldt(void)
{
	return ENOSYS;
}

static int attempt_i386(void)
{
	return ENOSYS;
}
#endif

static int attempt_personality(void)
{
	return probe_result(personality(ADDR_NO_RANDOMIZE));
}

/* Without a terminal at hand the kernel answers ENOTTY, the filter EIO. */
static int attempt_terminal_input(void)
{
	return probe_reached(ioctl(STDIN_FILENO, TIOCSTI, ""));
}

static int open_socket(int family, int type, int protocol)
{
	int fd = socket(family, type | SOCK_CLOEXEC, protocol);
	if (fd >= 0)
		close(fd);
	return fd >= 0 ? 0 : errno;
}

static int attempt_alg(void)
{
	return open_socket(AF_ALG, SOCK_SEQPACKET, 0);
}

static int attempt_vsock(void)
{
	return open_socket(AF_VSOCK, SOCK_STREAM, 0);
}

static int attempt_packet(void)
{
	return open_socket(AF_PACKET, SOCK_RAW, 0);
}

static int attempt_netlink(void)
{
	return open_socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
}

static int attempt_route(void)
{
	return open_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
}

static int attempt_ptrace(void)
{
	return probe_result(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int attempt_process_vm(void)
{
	char from = 1, to = 0;
	struct iovec local = {&to, 1}, remote = {&from, 1};
	return probe_result(syscall(SYS_process_vm_readv, getpid(), &local, 1, &remote, 1, 0));
}

static int attempt_pidfd_getfd(void)
{
	int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
	return self < 0 ? errno : probe_result(syscall(438, self, STDOUT_FILENO, 0));
}

static int attempt_write_execute(void)
{
	void *memory = mmap(
		NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return memory == MAP_FAILED ? errno : 0;
}

static int attempt_execute_written(void)
{
	void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return errno;
	return probe_result(mprotect(memory, 4096, PROT_READ | PROT_EXEC));
}

static int attempt_memfd(void)
{
	return probe_result(memfd_create("drill", 0));
}

static int attempt_new_privileges(void)
{
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0 ? 0 : BLOCKED;
}

static int attempt_unfiltered(void)
{
	return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 0 ? 0 : BLOCKED;
}

static int attempt_core_dumps(void)
{
	struct rlimit limit;
	return getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max > 0 ? 0 : BLOCKED;
}

enum { MORE_PROCESSES = 320, MORE_MEGABYTES = 640 };

/* More than the default's 256; each waits to be killed with its parent. */
static int attempt_processes(void)
{
	pid_t children[MORE_PROCESSES];
	int count = 0, failure = 0;
	for (; count < MORE_PROCESSES && failure == 0; count++) {
		children[count] = fork();
		if (children[count] == 0) {
			pause();
			_exit(0);
		}
		failure = children[count] < 0 ? errno : 0;
	}
	for (int i = 0; i < count; i++)
		if (children[i] > 0) {
			kill(children[i], SIGKILL);
			waitpid(children[i], NULL, 0);
		}
	return failure;
}

static int attempt_memory(void)
{
	size_t bytes = (size_t)MORE_MEGABYTES << 20;
	char *memory =
		mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return errno;
	for (size_t i = 0; i < bytes; i += 4096)
		((volatile char *)memory)[i] = 1;
	return 0;
}

const struct probe probes_calls[] = {
	{"bpf", attempt_bpf},
	{"perf", attempt_perf},
	{"keyctl", attempt_keyctl},
	{"userfaultfd", attempt_userfaultfd},
	{"io-uring", attempt_io_uring},
	{"fanotify", attempt_fanotify},
	{"modules", attempt_modules},
	{"quotas", attempt_quotas},
	{"clock", attempt_clock},
	{"io-ports", attempt_io_ports},
	{"numa", attempt_numa},
	{"vmsplice", attempt_vmsplice},
	{"ldt", attempt_ldt},
	{"personality", attempt_personality},
	{"terminal-input", attempt_terminal_input},
	{"socket-alg", attempt_alg},
	{"socket-vsock", attempt_vsock},
	{"socket-packet", attempt_packet},
	{"socket-netlink", attempt_netlink},
	{"socket-route", attempt_route},
	{"ptrace", attempt_ptrace},
	{"process-vm", attempt_process_vm},
	{"pidfd-getfd", attempt_pidfd_getfd},
	{"write-execute", attempt_write_execute},
	{"execute-written", attempt_execute_written},
	{"memfd", attempt_memfd},
	{"i386", attempt_i386},
	{"x32", attempt_x32},
	{"new-privileges", attempt_new_privileges},
	{"unfiltered", attempt_unfiltered},
	{"core-dumps", attempt_core_dumps},
	{"processes", attempt_processes},
	{"memory", attempt_memory},
	{NULL, NULL},
};
