/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/commands.h"
#include "sys/fail.h"
#include "sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static const char head[] =
	"{\n"
	"  \"ociVersion\": \"1.2.0\",\n"
	"  \"process\": {\n"
	"    \"terminal\": true,\n"
	"    \"user\": {\"uid\": 0, \"gid\": 0},\n"
	"    \"args\": [\"sh\"],\n"
	"    \"env\": [\n"
	"      \"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\",\n"
	"      \"TERM=xterm\"\n"
	"    ],\n"
	"    \"cwd\": \"/\",\n"
	"    \"capabilities\": {\n"
	"      \"bounding\": [\"CAP_AUDIT_WRITE\", \"CAP_KILL\", \"CAP_NET_BIND_SERVICE\"],\n"
	"      \"effective\": [\"CAP_AUDIT_WRITE\", \"CAP_KILL\", \"CAP_NET_BIND_SERVICE\"],\n"
	"      \"permitted\": [\"CAP_AUDIT_WRITE\", \"CAP_KILL\", \"CAP_NET_BIND_SERVICE\"]\n"
	"    },\n"
	"    \"rlimits\": [{\"type\": \"RLIMIT_NOFILE\", \"hard\": 1024, \"soft\": 1024}],\n"
	"    \"noNewPrivileges\": true\n"
	"  },\n"
	"  \"root\": {\"path\": \"rootfs\", \"readonly\": true},\n"
	"  \"hostname\": \"gabion\",\n"
	"  \"mounts\": [\n"
	"    {\"destination\": \"/proc\", \"type\": \"proc\", \"source\": \"proc\"},\n"
	"    {\n"
	"      \"destination\": \"/dev\", \"type\": \"tmpfs\", \"source\": \"tmpfs\",\n"
	"      \"options\": [\"nosuid\", \"strictatime\", \"mode=755\", \"size=65536k\"]\n"
	"    },\n"
	"    {\n"
	"      \"destination\": \"/dev/pts\", \"type\": \"devpts\", \"source\": \"devpts\",\n";

static const char devpts_root[] =
	"      \"options\": [\"nosuid\", \"noexec\", \"newinstance\", \"ptmxmode=0666\", "
	"\"mode=0620\", \"gid=5\"]\n";
static const char devpts_user[] =
	"      \"options\": [\"nosuid\", \"noexec\", \"newinstance\", \"ptmxmode=0666\", "
	"\"mode=0620\"]\n";

static const char mounts[] =
	"    },\n"
	"    {\n"
	"      \"destination\": \"/dev/shm\", \"type\": \"tmpfs\", \"source\": \"shm\",\n"
	"      \"options\": [\"nosuid\", \"noexec\", \"nodev\", \"mode=1777\", \"size=65536k\"]\n"
	"    },\n"
	"    {\n"
	"      \"destination\": \"/dev/mqueue\", \"type\": \"mqueue\", \"source\": \"mqueue\",\n"
	"      \"options\": [\"nosuid\", \"noexec\", \"nodev\"]\n"
	"    },\n"
	"    {\n";

static const char sys_root[] =
	"      \"destination\": \"/sys\", \"type\": \"sysfs\", \"source\": \"sysfs\",\n"
	"      \"options\": [\"nosuid\", \"noexec\", \"nodev\", \"ro\"]\n"
	"    },\n"
	"    {\n"
	"      \"destination\": \"/sys/fs/cgroup\", \"type\": \"cgroup\", \"source\": \"cgroup\",\n"
	"      \"options\": [\"nosuid\", \"noexec\", \"nodev\", \"relatime\", \"ro\"]\n"
	"    }\n"
	"  ],\n"
	"  \"linux\": {\n"
	"    \"resources\": {\"devices\": [{\"allow\": false, \"access\": \"rwm\"}]},\n"
	"    \"namespaces\": [\n"
	"      {\"type\": \"pid\"}, {\"type\": \"network\"}, {\"type\": \"ipc\"}, {\"type\": "
	"\"uts\"},\n"
	"      {\"type\": \"cgroup\"}, {\"type\": \"mount\"}\n"
	"    ],\n";

static const char sys_user[] =
	"      \"destination\": \"/sys\", \"type\": \"none\", \"source\": \"/sys\",\n"
	"      \"options\": [\"rbind\", \"nosuid\", \"noexec\", \"nodev\", \"rro\"]\n"
	"    }\n"
	"  ],\n"
	"  \"linux\": {\n";

static const char namespaces_user[] = "    \"namespaces\": [\n"
				      "      {\"type\": \"user\"}, {\"type\": \"pid\"}, {\"type\": "
				      "\"ipc\"}, {\"type\": \"uts\"},\n"
				      "      {\"type\": \"cgroup\"}, {\"type\": \"mount\"}\n"
				      "    ],\n";

static const char tail[] =
	"    \"maskedPaths\": [\n"
	"      \"/proc/acpi\", \"/proc/asound\", \"/proc/kcore\", \"/proc/keys\", "
	"\"/proc/latency_stats\",\n"
	"      \"/proc/timer_list\", \"/proc/timer_stats\", \"/proc/sched_debug\", "
	"\"/proc/scsi\",\n"
	"      \"/sys/firmware\", \"/sys/devices/virtual/powercap\"\n"
	"    ],\n"
	"    \"readonlyPaths\": [\n"
	"      \"/proc/bus\", \"/proc/fs\", \"/proc/irq\", \"/proc/sys\", \"/proc/sysrq-trigger\"\n"
	"    ]\n"
	"  }\n"
	"}\n";

static void put_config(struct buf *out, bool rootless)
{
	buf_put(out, str_from(head));
	buf_put(out, rootless ? str_from(devpts_user) : str_from(devpts_root));
	buf_put(out, str_from(mounts));
	buf_put(out, rootless ? str_from(sys_user) : str_from(sys_root));
	if (rootless) {
		buf_printf(out,
			"    \"uidMappings\": [{\"containerID\": 0, \"hostID\": %u, \"size\": "
			"1}],\n"
			"    \"gidMappings\": [{\"containerID\": 0, \"hostID\": %u, \"size\": "
			"1}],\n",
			geteuid(), getegid());
		buf_put(out, str_from(namespaces_user));
	}
	buf_put(out, str_from(tail));
}

int command_spec(struct invocation *invocation, struct error *err)
{
	static const char name[] = "config.json";
	const char *bundle = invocation->options[OPTION_BUNDLE];
	struct buf out;
	buf_init_arena(&out, invocation->arena, 4096);
	put_config(&out, invocation->options[OPTION_SPEC_ROOTLESS] != NULL);
	int folder = open(bundle ? bundle : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return fail_system(
			err, errno, "cannot open the bundle '%s'", bundle ? bundle : ".");
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	int cause = fd < 0 ? errno : -process_write_all(fd, buf_str(&out));
	if (fd >= 0)
		(void)close(fd);
	(void)close(folder);
	if (cause == 0)
		return 0;
	if (cause == EEXIST)
		error_set_remedy(err, "remove it first");
	return fail_system(err, cause, "cannot write %s", name);
}
