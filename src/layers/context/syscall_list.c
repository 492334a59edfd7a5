/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/syscall_groups.h"

#include <errno.h>
#include <linux/seccomp.h>

/*
 * What servers, tools, language runtimes and package managers need, and what only makes a process's
 * rights smaller. Not here: what the kernel keeps for administrators anyway, interfaces with a
 * history of holes that few programs need, and what reaches into other processes.
 */
const char *const syscall_list[] = {
	/* Files and folders by path. */
	"access chdir chmod chown chown32 creat faccessat faccessat2 fchdir fchmodat fchmodat2 "
	"fchownat "
	"file_getattr file_setattr fstatat64 futimesat getcwd getxattr getxattrat lchown lchown32 "
	"lgetxattr link linkat listxattr listxattrat llistxattr lremovexattr lsetxattr lstat "
	"lstat64 "
	"mkdir mkdirat mknod mknodat newfstatat oldlstat oldstat open openat openat2 readlink "
	"readlinkat "
	"removexattr removexattrat rename renameat renameat2 rmdir setxattr setxattrat stat stat64 "
	"statfs "
	"statfs64 statx symlink symlinkat truncate truncate64 umask unlink unlinkat utime "
	"utimensat "
	"utimensat_time64 utimes listmount statmount",
	/* Open files. */
	"_llseek cachestat close close_range copy_file_range dup dup2 dup3 fadvise64 fadvise64_64 "
	"fallocate fchmod fchown fchown32 fcntl fcntl64 fdatasync fgetxattr flistxattr flock "
	"fremovexattr fsetxattr fstat fstat64 fstatfs fstatfs64 fsync ftruncate ftruncate64 "
	"getdents "
	"getdents64 ioctl lseek oldfstat pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev "
	"pwritev2 "
	"read readahead readdir readv sendfile sendfile64 splice sync sync_file_range syncfs tee "
	"write "
	"writev",
	/* Waiting for them. */
	"_newselect epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait "
	"eventfd "
	"eventfd2 inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel "
	"io_destroy "
	"io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit poll ppoll "
	"ppoll_time64 "
	"pselect6 pselect6_time64 select signalfd signalfd4 timerfd_create timerfd_gettime "
	"timerfd_gettime64 timerfd_settime timerfd_settime64",
	/* Sockets, System V and POSIX queues: of the context's own namespaces. */
	"accept accept4 bind connect getpeername getsockname getsockopt ipc listen mq_getsetattr "
	"mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 "
	"mq_unlink msgctl msgget msgrcv msgsnd recvfrom recvmmsg recvmmsg_time64 recvmsg semctl "
	"semget "
	"semop semtimedop semtimedop_time64 sendmmsg sendmsg sendto setsockopt shmat shmctl shmdt "
	"shmget "
	"shutdown socket socketpair",
	/* Memory. */
	"brk madvise map_shadow_stack membarrier memfd_create mincore mlock mlock2 mlockall mmap "
	"mmap2 "
	"mprotect mremap mseal msync munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect",
	/* Processes and threads. */
	"alarm arch_prctl capget capset clone clone3 execve execveat exit exit_group fork futex "
	"futex_requeue futex_time64 futex_wait futex_waitv futex_wake get_robust_list "
	"get_thread_area "
	"getpgid getpgrp getpid getppid getpriority getsid gettid ioprio_get ioprio_set kill nice "
	"pause "
	"personality pidfd_open pidfd_send_signal prctl process_mrelease restart_syscall rseq "
	"set_robust_list set_thread_area set_tid_address setpgid setpriority setsid tgkill tkill "
	"uprobe "
	"uretprobe vfork wait4 waitid waitpid",
	"sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr "
	"sched_getparam "
	"sched_getscheduler sched_rr_get_interval sched_rr_get_interval_time64 sched_setaffinity "
	"sched_setattr sched_setparam sched_setscheduler sched_yield",
	"rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend "
	"rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo sgetmask sigaction sigaltstack "
	"signal "
	"sigpending sigprocmask sigreturn sigsuspend ssetmask",
	/* Who one is, what one may use, what time it is. */
	"getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups getgroups32 getresgid "
	"getresgid32 "
	"getresuid getresuid32 getuid getuid32 setfsgid setfsgid32 setfsuid setfsuid32 setgid "
	"setgid32 "
	"setgroups setgroups32 setregid setregid32 setresgid setresgid32 setresuid setresuid32 "
	"setreuid "
	"setreuid32 setuid setuid32",
	"getcpu getrandom getrlimit getrusage oldolduname olduname prlimit64 setrlimit sysinfo "
	"times "
	"ugetrlimit uname",
	"clock_getres clock_getres_time64 clock_gettime clock_gettime64 clock_nanosleep "
	"clock_nanosleep_time64 getitimer gettimeofday nanosleep setitimer time timer_create "
	"timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64",
	/* Giving up rights. */
	"landlock_add_rule landlock_create_ruleset landlock_restrict_self lsm_get_self_attr "
	"lsm_list_modules lsm_set_self_attr seccomp",
	NULL,
};

/* The kernel takes these arguments as 32 bits: what is above them must not decide. */
#define WORD   0xffffffffU
#define ALLOW  SECCOMP_RET_ALLOW
#define REFUSE SECCOMP_RET_ERRNO
#define MASKED(i, mask, wanted) \
	{ \
		.index = (i), .value = (mask), .value_two = (wanted), \
		.compare = SPEC_COMPARE_MASKED_EQ \
	}
#define FAMILY(number) {MASKED(0, WORD, number)}, 1

enum { UNIX = 1, INET = 2, INET6 = 10, NETLINK = 16, PACKET = 17, ALG = 38, VSOCK = 40 };
enum { NETLINK_ROUTE = 0 };
/* CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET; clone() knows no NEWTIME. */
#define NEW_NAMESPACES 0x7e020000U
enum { PROT_W = 2, PROT_X = 4, SHM_X = 0100000, NOEXEC_SEAL = 8 };
enum { TYPE = 0170000, FIFO = 0010000, REGULAR = 0100000, SOCK = 0140000 };
enum { TIOCSTI = 0x5412, TIOCLINUX = 0x541c };
enum { PER_LINUX32 = 8, UNAME26 = 0x20000 };

const struct syscall_condition syscall_conditions[] = {
	/* Its flags are in memory, where no filter sees them: libraries fall back to clone. */
	{"clone3", "namespaces", NULL, REFUSE, ENOSYS, {{0}}, 0},
	{"clone", "namespaces", NULL, ALLOW, 0, {MASKED(0, NEW_NAMESPACES, 0)}, 1},

	{"socket", "socket-any", NULL, ALLOW, 0, FAMILY(UNIX)},
	{"socket", "socket-any", NULL, ALLOW, 0, FAMILY(INET)},
	{"socket", "socket-any", NULL, ALLOW, 0, FAMILY(INET6)},
	{"socket", "socket-any", "socket-route", ALLOW, 0,
		{MASKED(0, WORD, NETLINK), MASKED(2, WORD, NETLINK_ROUTE)}, 2},
	{"socket", "socket-any", "socket-netlink", ALLOW, 0, FAMILY(NETLINK)},
	{"socket", "socket-any", "socket-packet", ALLOW, 0, FAMILY(PACKET)},
	{"socket", "socket-any", "socket-alg", ALLOW, 0, FAMILY(ALG)},
	{"socket", "socket-any", "socket-vsock", ALLOW, 0, FAMILY(VSOCK)},
	{"socketpair", "socket-any", NULL, ALLOW, 0, FAMILY(UNIX)},

	/* Never writable and executable at once, nor executable after having been written. */
	{"mmap mmap2", "rwx-memory", NULL, ALLOW, 0, {MASKED(2, PROT_X, 0)}, 1},
	{"mmap mmap2", "rwx-memory", NULL, ALLOW, 0, {MASKED(2, PROT_W, 0)}, 1},
	{"mprotect pkey_mprotect", "rwx-memory", NULL, ALLOW, 0, {MASKED(2, PROT_X, 0)}, 1},
	{"shmat", "rwx-memory", NULL, ALLOW, 0, {MASKED(2, SHM_X, 0)}, 1},
	{"memfd_create", "memfd-exec", NULL, ALLOW, 0, {MASKED(1, NOEXEC_SEAL, NOEXEC_SEAL)}, 1},
	/* So that libraries do without: they are used to kernels that lack it. */
	{"memfd_create", "memfd-exec", NULL, REFUSE, ENOSYS, {MASKED(1, NOEXEC_SEAL, 0)}, 1},

	{"mknod", "device-nodes", NULL, ALLOW, 0, {MASKED(1, TYPE, FIFO)}, 1},
	{"mknod", "device-nodes", NULL, ALLOW, 0, {MASKED(1, TYPE, SOCK)}, 1},
	{"mknod", "device-nodes", NULL, ALLOW, 0, {MASKED(1, TYPE, REGULAR)}, 1},
	{"mknod", "device-nodes", NULL, ALLOW, 0, {MASKED(1, TYPE, 0)}, 1},
	{"mknodat", "device-nodes", NULL, ALLOW, 0, {MASKED(2, TYPE, FIFO)}, 1},
	{"mknodat", "device-nodes", NULL, ALLOW, 0, {MASKED(2, TYPE, SOCK)}, 1},
	{"mknodat", "device-nodes", NULL, ALLOW, 0, {MASKED(2, TYPE, REGULAR)}, 1},
	{"mknodat", "device-nodes", NULL, ALLOW, 0, {MASKED(2, TYPE, 0)}, 1},

	/* Typing into the terminal one was started from; a kernel that forbids it answers EIO. */
	{"ioctl", "terminal-input", NULL, REFUSE, EIO, {MASKED(1, WORD, TIOCSTI)}, 1},
	{"ioctl", "terminal-input", NULL, REFUSE, EIO, {MASKED(1, WORD, TIOCLINUX)}, 1},
	/* Always true; of the last argument for runtimes that ask in their order. */
	{"ioctl", "terminal-input", NULL, ALLOW, 0, {{.index = 5, .compare = SPEC_COMPARE_GE}}, 1},

	{"personality", "personality", NULL, ALLOW, 0, {MASKED(0, WORD, 0)}, 1},
	{"personality", "personality", NULL, ALLOW, 0, {MASKED(0, WORD, WORD)}, 1},
	{"personality", "personality", "personality-32bit", ALLOW, 0,
		{MASKED(0, WORD, PER_LINUX32)}, 1},
	{"personality", "personality", "personality-32bit", ALLOW, 0,
		{MASKED(0, WORD & ~(unsigned)PER_LINUX32, UNAME26)}, 1},
	{NULL, NULL, NULL, 0, 0, {{0}}, 0},
};
