/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "cel/address.h"
#include "cel/library.h"

/*
 * The network extension, and Kubernetes' ip and cidr: the types net.IP and net.CIDR. They differ in
 * IPv4-mapped addresses: Kubernetes refuses all of them, the extension those in dotted form, and
 * takes the others for the IPv4 address in them.
 */

struct ip {
	struct cel_opaque opaque;
	struct address address;
};

struct cidr {
	struct cel_opaque opaque;
	struct network network;
};

static const struct address *address_of(const struct cel_opaque *opaque)
{
	return &((const struct ip *)opaque)->address;
}

static const struct network *network_of(const struct cel_opaque *opaque)
{
	return &((const struct cidr *)opaque)->network;
}

static bool ip_equal(const struct cel_opaque *a, const struct cel_opaque *b)
{
	return address_equal(address_of(a), address_of(b));
}

static void ip_print(const struct cel_opaque *opaque, struct buf *out)
{
	address_print(address_of(opaque), out);
}

static bool cidr_equal(const struct cel_opaque *a, const struct cel_opaque *b)
{
	const struct network *x = network_of(a), *y = network_of(b);
	return x->bits == y->bits && address_equal(&x->address, &y->address);
}

static void cidr_print(const struct cel_opaque *opaque, struct buf *out)
{
	network_print(network_of(opaque), out);
}

static const struct cel_opaque_class ip_class = {"net.IP", ip_equal, ip_print};
static const struct cel_opaque_class cidr_class = {"net.CIDR", cidr_equal, cidr_print};

static struct value new_ip(struct cel_run *run, const struct address *address)
{
	struct ip *ip = ARENA_NEW(cel_run_arena(run), struct ip);
	ip->opaque.class = &ip_class;
	ip->address = *address;
	return cel_opaque_value(&ip->opaque);
}

static struct value new_cidr(struct cel_run *run, const struct network *network)
{
	struct cidr *cidr = ARENA_NEW(cel_run_arena(run), struct cidr);
	cidr->opaque.class = &cidr_class;
	cidr->network = *network;
	return cel_opaque_value(&cidr->opaque);
}

/* What is wrong with a parsed address, or NULL; takes the IPv4 address out of a mapped one. */
static const char *fault_of(struct cel_run *run, struct address *address, bool dotted)
{
	if (!address_is_mapped(address))
		return NULL;
	if (dotted || cel_run_kubernetes(run))
		return "an IPv4-mapped IPv6 address is not allowed";
	*address = address_unmapped(address);
	return NULL;
}

static const char *parse_address(struct cel_run *run, struct str text, struct address *ret_address)
{
	bool dotted;
	if (str_find_char(text, '%') != SIZE_MAX)
		return "an IP address with a zone is not allowed";
	if (!address_parse(text, ret_address, &dotted))
		return "this is no IP address";
	return fault_of(run, ret_address, dotted);
}

static const char *parse_network(struct cel_run *run, struct str text, struct network *ret_network)
{
	bool dotted;
	if (str_find_char(text, '%') != SIZE_MAX)
		return "a network address with a zone is not allowed";
	if (!network_parse(text, ret_network, &dotted))
		return "this is no network address in CIDR notation";
	if (!address_is_mapped(&ret_network->address))
		return NULL;
	if (ret_network->bits < 96)
		return "an IPv4-mapped IPv6 address is not allowed";
	ret_network->bits -= 96;
	return fault_of(run, &ret_network->address, dotted);
}

static struct value fail_parse(struct cel_run *run, const struct value *text, const char *fault)
{
	return cel_fail_at(run, text, "%s: '%.*s'", fault, text->count > 64 ? 64 : (int)text->count,
		text->text);
}

static struct value ip(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct address address;
	const char *fault = parse_address(run, value_str(arguments), &address);
	return fault ? fail_parse(run, arguments, fault)
		     : value_at(new_ip(run, &address), arguments->origin);
}

static struct value is_ip(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct address unused;
	return value_bool(!parse_address(run, value_str(arguments), &unused));
}

static struct value is_canonical(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct address address;
	const char *fault = parse_address(run, value_str(arguments), &address);
	if (fault)
		return fail_parse(run, arguments, fault);
	char memory[ADDRESS_TEXT_BYTES];
	struct buf text;
	buf_init_fixed(&text, memory, sizeof(memory));
	address_print(&address, &text);
	return value_bool(str_equal(buf_str(&text), value_str(arguments)));
}

static struct value cidr(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct network network;
	const char *fault = parse_network(run, value_str(arguments), &network);
	return fault ? fail_parse(run, arguments, fault)
		     : value_at(new_cidr(run, &network), arguments->origin);
}

static struct value is_cidr(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct network unused;
	return value_bool(!parse_network(run, value_str(arguments), &unused));
}

static struct value to_string(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	const struct cel_opaque *opaque = arguments->pointer;
	struct buf out;
	buf_init_arena(&out, cel_run_arena(run), NETWORK_TEXT_BYTES);
	opaque->class->print(opaque, &out);
	return cel_text(&out, arguments);
}

static struct value family(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return value_int(address_of(arguments->pointer)->is_v6 ? 6 : 4);
}

#define TEST(name) \
	static struct value name(struct cel_run *run, const struct value *arguments, size_t count) \
	{ \
		(void)run, (void)count; \
		return value_bool(address_##name(address_of(arguments->pointer))); \
	}

TEST(is_unspecified)
TEST(is_loopback)
TEST(is_link_local_multicast)
TEST(is_link_local_unicast)
TEST(is_global_unicast)

static struct value contains_ip(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	const struct value *other = &arguments[1];
	struct address parsed;
	const struct address *address = &parsed;
	if (other->kind == CEL_OPAQUE) {
		address = address_of(other->pointer);
	} else {
		const char *fault = parse_address(run, value_str(other), &parsed);
		if (fault)
			return fail_parse(run, other, fault);
	}
	return value_bool(network_contains(network_of(arguments->pointer), address));
}

static struct value contains_cidr(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	const struct value *other = &arguments[1];
	const struct network *outer = network_of(arguments->pointer);
	struct network parsed;
	const struct network *inner = &parsed;
	if (other->kind == CEL_OPAQUE) {
		inner = network_of(other->pointer);
	} else {
		const char *fault = parse_network(run, value_str(other), &parsed);
		if (fault)
			return fail_parse(run, other, fault);
	}
	return value_bool(outer->bits <= inner->bits && network_contains(outer, &inner->address));
}

static struct value cidr_ip(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	return new_ip(run, &network_of(arguments->pointer)->address);
}

static struct value masked(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct network masked = network_masked(network_of(arguments->pointer));
	return new_cidr(run, &masked);
}

static struct value prefix_length(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return value_int(network_of(arguments->pointer)->bits);
}

/* Bytes of the prefix, compared twice, and the other text read. */
static uint64_t cost_contains_ip(
	const struct value *arguments, size_t count, const struct value *result)
{
	(void)count, (void)result;
	uint64_t bytes = (network_of(arguments->pointer)->bits + 7) / 8;
	bool is_text = value_is(&arguments[1], VALUE_STRING);
	return cel_cost_tenth(2 * bytes) + (is_text ? cel_cost_tenth(cel_size(&arguments[1])) : 0);
}

static uint64_t cost_contains_cidr(
	const struct value *arguments, size_t count, const struct value *result)
{
	uint64_t bytes = (network_of(arguments->pointer)->bits + 7) / 8;
	return cost_contains_ip(arguments, count, result) + cel_cost_tenth(bytes) + 1;
}

static const struct cel_overload_row rows[] = {
	{"string_to_ip", "ip(string) -> net.IP", ip, cel_cost_read, 30},
	{"is_ip", "isIP(string) -> bool", is_ip, cel_cost_read, 30},
	{"ip_is_canonical", "ip.isCanonical(string) -> bool", is_canonical, cel_cost_copy, 30},
	{"ip_to_string", "string(net.IP) -> string", to_string, NULL, 30},
	{"ip_family", "net.IP.family() -> int", family, NULL, 30},
	{"ip_is_unspecified", "net.IP.isUnspecified() -> bool", is_unspecified, NULL, 30},
	{"ip_is_loopback", "net.IP.isLoopback() -> bool", is_loopback, NULL, 30},
	{"ip_is_link_local_multicast", "net.IP.isLinkLocalMulticast() -> bool",
		is_link_local_multicast, NULL, 30},
	{"ip_is_link_local_unicast", "net.IP.isLinkLocalUnicast() -> bool", is_link_local_unicast,
		NULL, 30},
	{"ip_is_global_unicast", "net.IP.isGlobalUnicast() -> bool", is_global_unicast, NULL, 30},
	{"string_to_cidr", "cidr(string) -> net.CIDR", cidr, cel_cost_read, 30},
	{"is_cidr", "isCIDR(string) -> bool", is_cidr, cel_cost_read, 30},
	{"cidr_to_string", "string(net.CIDR) -> string", to_string, NULL, 30},
	{"cidr_contains_ip_string", "net.CIDR.containsIP(string) -> bool", contains_ip,
		cost_contains_ip, 30},
	{"cidr_contains_ip_ip", "net.CIDR.containsIP(net.IP) -> bool", contains_ip,
		cost_contains_ip, 30},
	{"cidr_contains_cidr_string", "net.CIDR.containsCIDR(string) -> bool", contains_cidr,
		cost_contains_cidr, 30},
	{"cidr_contains_cidr", "net.CIDR.containsCIDR(net.CIDR) -> bool", contains_cidr,
		cost_contains_cidr, 30},
	{"cidr_ip", "net.CIDR.ip() -> net.IP", cidr_ip, NULL, 30},
	{"cidr_masked", "net.CIDR.masked() -> net.CIDR", masked, NULL, 30},
	{"cidr_prefix_length", "net.CIDR.prefixLength() -> int", prefix_length, NULL, 30},
};

CEL_LIBRARY(cel_lib_network, "network", rows);
