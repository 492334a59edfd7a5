/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/landlock.h"

#include "sys/fail.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's interface, which the headers of Debian 12 know only in part. Source:
 * include/uapi/linux/landlock.h of Linux 6.15. */
enum { CREATE_VERSION = 1, RULE_PATH = 1, RULE_PORT = 2, PORT_BIND = 1, PORT_CONNECT = 2 };
enum { SCOPE_ABSTRACT = 1, SCOPE_SIGNALS = 2, LOG_NEW_EXEC = 2 };
enum { ABI_PORTS = 4, ABI_SCOPES = 6, ABI_LOG = 7 };

struct ruleset_attributes {
	uint64_t handled_fs, handled_net, scoped;
};
struct path_attributes {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));
struct port_attributes {
	uint64_t allowed, port;
};

enum access {
	ACCESS_EXECUTE = 1 << 0,
	ACCESS_WRITE_FILE = 1 << 1,
	ACCESS_READ_FILE = 1 << 2,
	ACCESS_READ_DIR = 1 << 3,
	ACCESS_REMOVE_DIR = 1 << 4,
	ACCESS_REMOVE_FILE = 1 << 5,
	ACCESS_MAKE_CHAR = 1 << 6,
	ACCESS_MAKE_DIR = 1 << 7,
	ACCESS_MAKE_REG = 1 << 8,
	ACCESS_MAKE_SOCK = 1 << 9,
	ACCESS_MAKE_FIFO = 1 << 10,
	ACCESS_MAKE_BLOCK = 1 << 11,
	ACCESS_MAKE_SYM = 1 << 12,
	ACCESS_REFER = 1 << 13,
	ACCESS_TRUNCATE = 1 << 14,
	ACCESS_IOCTL_DEV = 1 << 15,
	ACCESS_OF_FILES = ACCESS_EXECUTE | ACCESS_WRITE_FILE | ACCESS_READ_FILE | ACCESS_TRUNCATE |
			  ACCESS_IOCTL_DEV,
};

static const struct {
	uint32_t right;
	int abi;
	uint64_t access;
	const char *name;
} rights[] = {
	{LANDLOCK_READ, 1, ACCESS_READ_FILE | ACCESS_READ_DIR, "read"},
	{LANDLOCK_EXECUTE, 1, ACCESS_EXECUTE, "execute"},
	{LANDLOCK_WRITE, 1, ACCESS_WRITE_FILE, "write"},
	{LANDLOCK_TRUNCATE, 3, ACCESS_TRUNCATE, "truncate"},
	{LANDLOCK_MAKE, 1,
		ACCESS_MAKE_REG | ACCESS_MAKE_DIR | ACCESS_REMOVE_FILE | ACCESS_REMOVE_DIR, "make"},
	{LANDLOCK_MAKE_SPECIAL, 1, ACCESS_MAKE_SYM | ACCESS_MAKE_SOCK | ACCESS_MAKE_FIFO,
		"make-special"},
	{LANDLOCK_MAKE_DEVICE, 1, ACCESS_MAKE_CHAR | ACCESS_MAKE_BLOCK, "make-device"},
	{LANDLOCK_REFER, 2, ACCESS_REFER, "refer"},
	{LANDLOCK_IOCTL_DEVICE, 5, ACCESS_IOCTL_DEV, "ioctl-device"},
};

enum { ROWS = sizeof(rights) / sizeof(rights[0]) };

const char *landlock_right_name(uint32_t right)
{
	for (unsigned i = 0; i < ROWS; i++)
		if (rights[i].right == right)
			return rights[i].name;
	return "?";
}

uint32_t landlock_right_of(struct str name)
{
	for (unsigned i = 0; i < ROWS; i++)
		if (str_equal(name, str_from(rights[i].name)))
			return rights[i].right;
	return 0;
}

static uint64_t access_of(uint32_t wanted, int abi)
{
	uint64_t access = 0;
	for (unsigned i = 0; i < ROWS; i++)
		if (wanted & rights[i].right && rights[i].abi <= abi)
			access |= rights[i].access;
	return access;
}

static uint32_t missing_of(uint32_t wanted, int abi)
{
	uint32_t missing = 0;
	for (unsigned i = 0; i < ROWS; i++)
		if (wanted & rights[i].right && rights[i].abi > abi)
			missing |= rights[i].right;
	return missing;
}

int landlock_abi(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_VERSION);
	return version > 0 ? (int)version : 0;
}

/* Rights of folders on what is none are an error of the kernel's. */
static int add_path(
	int ruleset, const struct landlock_path *path, uint64_t handled, int abi, struct error *err)
{
	struct stat status;
	struct path_attributes rule = {
		.allowed = access_of(path->rights, abi) & handled, .fd = path->fd};
	if (fstat(path->fd, &status) < 0)
		return fail_system(err, errno, "look at a path of the Landlock rules");
	if (!S_ISDIR(status.st_mode))
		rule.allowed &= ACCESS_OF_FILES;
	if (rule.allowed == 0)
		return 0;
	if (syscall(SYS_landlock_add_rule, ruleset, RULE_PATH, &rule, 0) < 0)
		return fail_system(err, errno, "add a path to the Landlock rules");
	return 0;
}

static int add_port(
	int ruleset, const struct landlock_port *port, uint64_t handled, struct error *err)
{
	struct port_attributes rule = {.port = port->port};
	rule.allowed = (port->bind ? PORT_BIND : 0U) | (port->connect ? PORT_CONNECT : 0U);
	rule.allowed &= handled;
	if (rule.allowed == 0)
		return 0;
	if (syscall(SYS_landlock_add_rule, ruleset, RULE_PORT, &rule, 0) < 0)
		return fail_system(err, errno, "add a port to the Landlock rules");
	return 0;
}

static int add_rules(int ruleset, const struct landlock_rules *rules,
	const struct ruleset_attributes *handled, int abi, struct error *err)
{
	for (size_t i = 0; i < rules->path_count; i++)
		if (add_path(ruleset, &rules->paths[i], handled->handled_fs, abi, err) < 0)
			return -1;
	for (size_t i = 0; i < rules->port_count && abi >= ABI_PORTS; i++)
		if (add_port(ruleset, &rules->ports[i], handled->handled_net, err) < 0)
			return -1;
	return 0;
}

static struct ruleset_attributes attributes_of(const struct landlock_rules *rules, int abi)
{
	struct ruleset_attributes attributes = {.handled_fs = access_of(rules->handled, abi)};
	if (abi >= ABI_PORTS)
		attributes.handled_net = (rules->restrict_bind ? PORT_BIND : 0U) |
					 (rules->restrict_connect ? PORT_CONNECT : 0U);
	if (abi >= ABI_SCOPES)
		attributes.scoped = (rules->scope_abstract ? SCOPE_ABSTRACT : 0U) |
				    (rules->scope_signals ? SCOPE_SIGNALS : 0U);
	return attributes;
}

static struct landlock_state state_of(const struct landlock_rules *rules, int abi)
{
	bool ports = rules->restrict_bind || rules->restrict_connect;
	bool scopes = rules->scope_abstract || rules->scope_signals;
	return (struct landlock_state){
		.ruleset = -1,
		.abi = abi,
		.enter_flags = rules->log_after_exec && abi >= ABI_LOG ? LOG_NEW_EXEC : 0,
		.missing_rights = missing_of(rules->handled, abi),
		.missing_ports = ports && abi < ABI_PORTS,
		.missing_scopes = scopes && abi < ABI_SCOPES,
		.missing_log = rules->log_after_exec && abi < ABI_LOG,
	};
}

/* A kernel refuses attributes it does not know: as many bytes as it does. */
static size_t known_bytes(int abi)
{
	struct ruleset_attributes attributes;
	if (abi < ABI_PORTS)
		return sizeof(attributes.handled_fs);
	if (abi < ABI_SCOPES)
		return sizeof(attributes.handled_fs) + sizeof(attributes.handled_net);
	return sizeof(attributes);
}

int landlock_make(const struct landlock_rules *rules, int highest_abi,
	struct landlock_state *ret_state, struct error *err)
{
	int abi = landlock_abi();
	if (highest_abi > 0 && abi > highest_abi)
		abi = highest_abi;
	struct landlock_state state = state_of(rules, abi);
	const struct ruleset_attributes attributes = attributes_of(rules, abi);
	*ret_state = state;
	if (abi == 0 || (attributes.handled_fs | attributes.handled_net | attributes.scoped) == 0)
		return 0;
	state.ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, known_bytes(abi), 0);
	if (state.ruleset < 0)
		return fail_system(err, errno, "make a Landlock ruleset");
	if (add_rules(state.ruleset, rules, &attributes, abi, err) < 0) {
		close(state.ruleset);
		return -1;
	}
	*ret_state = state;
	return 0;
}

int landlock_enter(const struct landlock_state *state, struct error *err)
{
	if (state->ruleset < 0)
		return 0;
	if (syscall(SYS_landlock_restrict_self, state->ruleset, state->enter_flags) < 0)
		return fail_system(err, errno, "enter the Landlock ruleset");
	return 0;
}
