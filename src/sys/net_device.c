/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/net_device.h"

#include "sys/namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ADDRESSES = 64, MESSAGE_BYTES = 256, ANSWER_BYTES = 16384, NUMBERS = 4096 };

struct address {
	struct ifaddrmsg head;
	uint32_t flags;
	unsigned char own[16], peer[16]; /* IFA_LOCAL, IFA_ADDRESS */
	bool has_own, has_peer;
};

struct addresses {
	struct address items[ADDRESSES];
	size_t count;
};

/* A request being written. */
struct request {
	struct nlmsghdr head;
	union {
		struct ifinfomsg link;
		struct ifaddrmsg address;
		char bytes[MESSAGE_BYTES];
	} body;
};

static void begin(struct request *request, uint16_t type, uint16_t flags, size_t body_bytes)
{
	memset(request, 0, sizeof(*request));
	request->head.nlmsg_len = (uint32_t)NLMSG_LENGTH(body_bytes);
	request->head.nlmsg_type = type;
	request->head.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
}

static void put(struct request *request, uint16_t type, const void *data, size_t bytes)
{
	size_t at = NLMSG_ALIGN(request->head.nlmsg_len);
	struct rtattr attribute = {.rta_len = (uint16_t)RTA_LENGTH(bytes), .rta_type = type};
	memcpy((char *)request + at, &attribute, sizeof(attribute));
	memcpy((char *)request + at + RTA_LENGTH(0), data, bytes);
	request->head.nlmsg_len = (uint32_t)(at + RTA_SPACE(bytes));
}

/* Its answer is an errno, or 0. */
static int ask(int end, const struct request *request)
{
	char answer[ANSWER_BYTES];
	struct nlmsghdr head;
	struct nlmsgerr error;
	if (send(end, request, request->head.nlmsg_len, 0) < 0)
		return -errno;
	ssize_t got = recv(end, answer, sizeof(answer), 0);
	if (got < (ssize_t)NLMSG_LENGTH(sizeof(error)))
		return got < 0 ? -errno : -EIO;
	memcpy(&head, answer, sizeof(head));
	memcpy(&error, answer + NLMSG_HDRLEN, sizeof(error));
	return head.nlmsg_type == NLMSG_ERROR ? error.error : -EIO;
}

/* A socket lives in the namespace it was made in. */
static int open_in(int namespace)
{
	int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	int result = own < 0 ? -errno : namespace_join(namespace, CLONE_NEWNET);
	if (result == 0) {
		result = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
		if (result < 0)
			result = -errno;
		int back = namespace_join(own, CLONE_NEWNET);
		if (back < 0 && result >= 0)
			(void)close(result);
		result = back < 0 ? back : result;
	}
	if (own >= 0)
		(void)close(own);
	return result;
}

/* Above 0, or minus the errno. */
static int index_of(int end, const char *name)
{
	struct ifreq request = {0};
	if (!name[0] || strlen(name) >= sizeof(request.ifr_name))
		return -EINVAL;
	(void)snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	return ioctl(end, SIOCGIFINDEX, &request) < 0 ? -errno : request.ifr_ifindex;
}

static int choose_name(int end, const char *wanted, char ret_name[NET_DEVICE_NAME_BYTES])
{
	const char *number = strstr(wanted, "%d");
	for (int i = 0; i < (number ? NUMBERS : 1); i++) {
		int len = number ? snprintf(ret_name, NET_DEVICE_NAME_BYTES, "%.*s%d%s",
					   (int)(number - wanted), wanted, i, number + 2)
				 : snprintf(ret_name, NET_DEVICE_NAME_BYTES, "%s", wanted);
		if (len <= 0 || len >= NET_DEVICE_NAME_BYTES || strpbrk(ret_name, "/:% \t\n"))
			return -EINVAL;
		int index = index_of(end, ret_name);
		if (index < 0)
			return index == -ENODEV ? 0 : index;
	}
	return -EEXIST;
}

/* body: struct ifaddrmsg and attributes. */
static void read_address(const char *body, size_t bytes, struct address *ret_address)
{
	struct rtattr attribute;
	*ret_address = (struct address){0};
	memcpy(&ret_address->head, body, sizeof(ret_address->head));
	ret_address->flags = ret_address->head.ifa_flags;
	for (size_t at = NLMSG_ALIGN(sizeof(struct ifaddrmsg)); at + sizeof(attribute) <= bytes;
		at += RTA_ALIGN(attribute.rta_len)) {
		memcpy(&attribute, body + at, sizeof(attribute));
		if (attribute.rta_len < sizeof(attribute) || attribute.rta_len > bytes - at)
			return;
		const char *data = body + at + RTA_LENGTH(0);
		size_t len = attribute.rta_len - RTA_LENGTH(0);
		if (attribute.rta_type == IFA_FLAGS && len == sizeof(uint32_t))
			memcpy(&ret_address->flags, data, len);
		if (len > sizeof(ret_address->own))
			continue;
		if (attribute.rta_type == IFA_LOCAL) {
			memcpy(ret_address->own, data, len);
			ret_address->has_own = true;
		} else if (attribute.rta_type == IFA_ADDRESS) {
			memcpy(ret_address->peer, data, len);
			ret_address->has_peer = true;
		}
	}
}

/* 1 at the end of the list. */
static int read_list(const char *answer, size_t bytes, int index, struct addresses *addresses)
{
	struct nlmsghdr head;
	for (size_t at = 0; at + sizeof(head) <= bytes; at += NLMSG_ALIGN(head.nlmsg_len)) {
		struct address address;
		memcpy(&head, answer + at, sizeof(head));
		if (head.nlmsg_type == NLMSG_DONE)
			return 1;
		if (head.nlmsg_type != RTM_NEWADDR || head.nlmsg_len > bytes - at ||
			head.nlmsg_len < NLMSG_LENGTH(sizeof(struct ifaddrmsg)))
			return -EIO;
		read_address(answer + at + NLMSG_HDRLEN, head.nlmsg_len - NLMSG_HDRLEN, &address);
		if ((int)address.head.ifa_index != index ||
			address.head.ifa_scope != RT_SCOPE_UNIVERSE ||
			!(address.flags & IFA_F_PERMANENT))
			continue;
		if (addresses->count == ADDRESSES)
			return -E2BIG;
		addresses->items[addresses->count++] = address;
	}
	return 0;
}

static int list_addresses(int end, int index, struct addresses *ret_addresses)
{
	char answer[ANSWER_BYTES];
	struct request request;
	int result = 0;
	ret_addresses->count = 0;
	begin(&request, RTM_GETADDR, NLM_F_DUMP, sizeof(request.body.address));
	if (send(end, &request, request.head.nlmsg_len, 0) < 0)
		return -errno;
	while (result == 0) {
		ssize_t got = recv(end, answer, sizeof(answer), 0);
		result = got <= 0 ? (got < 0 ? -errno : -EIO)
				  : read_list(answer, (size_t)got, index, ret_addresses);
	}
	return result < 0 ? result : 0;
}

static int add_address(int end, int index, const struct address *address)
{
	static const uint32_t kept = IFA_F_NODAD | IFA_F_HOMEADDRESS | IFA_F_MANAGETEMPADDR |
				     IFA_F_NOPREFIXROUTE | IFA_F_MCAUTOJOIN;
	size_t bytes = address->head.ifa_family == AF_INET ? 4 : 16;
	uint32_t flags = address->flags & kept;
	struct request request;
	begin(&request, RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
		sizeof(request.body.address));
	request.body.address = address->head;
	request.body.address.ifa_flags = 0;
	request.body.address.ifa_index = (uint32_t)index;
	if (address->has_own)
		put(&request, IFA_LOCAL, address->own, bytes);
	if (address->has_peer)
		put(&request, IFA_ADDRESS, address->peer, bytes);
	put(&request, IFA_FLAGS, &flags, sizeof(flags));
	int result = ask(end, &request);
	return result == -EEXIST ? 0 : result;
}

static int move(int end, int index, int to, const char *name)
{
	struct request request;
	uint32_t namespace = (uint32_t)to;
	begin(&request, RTM_NEWLINK, NLM_F_ACK, sizeof(request.body.link));
	request.body.link.ifi_index = index;
	put(&request, IFLA_NET_NS_FD, &namespace, sizeof(namespace));
	put(&request, IFLA_IFNAME, name, strlen(name) + 1);
	return ask(end, &request);
}

static int raise_device(int end, const char *name, const struct addresses *addresses)
{
	struct request request;
	int index = index_of(end, name), result = index < 0 ? index : 0;
	begin(&request, RTM_NEWLINK, NLM_F_ACK, sizeof(request.body.link));
	request.body.link.ifi_index = index;
	request.body.link.ifi_flags = request.body.link.ifi_change = IFF_UP;
	if (result == 0)
		result = ask(end, &request);
	for (size_t i = 0; result == 0 && i < addresses->count; i++)
		result = add_address(end, index, &addresses->items[i]);
	return result;
}

static int carry(int source, int target, int from, int to, const char *device,
	char name[NET_DEVICE_NAME_BYTES], enum net_device_step *ret_step)
{
	struct addresses addresses;
	int index = index_of(source, device);
	*ret_step = NET_DEVICE_FIND;
	if (index < 0)
		return index;
	int result = list_addresses(source, index, &addresses);
	if (result < 0)
		return result;
	*ret_step = NET_DEVICE_MOVE;
	result = move(source, index, to, name);
	if (result < 0)
		return result;
	*ret_step = NET_DEVICE_RAISE;
	result = raise_device(target, name, &addresses);
	if (result == 0)
		return 0;
	int moved = index_of(target, name);
	if (moved > 0 && move(target, moved, from, device) == 0)
		(void)raise_device(source, device, &addresses);
	return result;
}

int net_device_move(int from, int to, const char *device, const char *name,
	char ret_name[NET_DEVICE_NAME_BYTES], enum net_device_step *ret_step)
{
	*ret_step = NET_DEVICE_FIND;
	int source = open_in(from);
	int target = source < 0 ? source : open_in(to);
	int result = target < 0 ? target : 0;
	if (result == 0) {
		*ret_step = NET_DEVICE_NAME;
		result = choose_name(target, name, ret_name);
	}
	if (result == 0)
		result = carry(source, target, from, to, device, ret_name, ret_step);
	if (source >= 0)
		(void)close(source);
	if (target >= 0)
		(void)close(target);
	return result;
}
