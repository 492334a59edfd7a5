/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/* An IPv4 or IPv6 address; bytes in network order, 4 or 16 of them. */
struct address {
	bool is_v6;
	uint8_t bytes[16];
};

/* An address and how many of its leading bits count. */
struct network {
	struct address address;
	unsigned bits;
};

enum { ADDRESS_TEXT_BYTES = 48, NETWORK_TEXT_BYTES = 52 };

static inline unsigned address_bits(const struct address *address)
{
	return address->is_v6 ? 128 : 32;
}

/** Dotted decimal without leading zeros, or RFC 4291 section 2.2 without a zone; false otherwise.
 * ret_dotted, when not NULL, tells whether an IPv6 address ended in dotted decimal. */
bool address_parse(struct str text, struct address *ret_address, bool *ret_dotted);

/** An address, a slash, a decimal prefix length without leading zeros. */
bool network_parse(struct str text, struct network *ret_network, bool *ret_dotted);

/** RFC 5952; an IPv4-mapped address ends in dotted decimal. */
void address_print(const struct address *address, struct buf *out);
void network_print(const struct network *network, struct buf *out);

/** Whether it lies in ::ffff:0:0/96, and the IPv4 address in it. */
bool address_is_mapped(const struct address *address);
struct address address_unmapped(const struct address *address);

/** Whether two addresses are of one family and the same. */
bool address_equal(const struct address *a, const struct address *b);

/** The network with all bits behind the prefix zero. */
struct network network_masked(const struct network *network);

/** Whether an address is of the network's family and in it. */
bool network_contains(const struct network *network, const struct address *address);

/* Kinds of addresses, by the registries of RFC 6890, RFC 4291 and RFC 5771: 0.0.0.0 and ::; 127/8
 * and ::1; 224/4 and ff00::/8; 224.0.0/24 and ffx2::/16; 169.254/16 and fe80::/10; none of these,
 * and not 255.255.255.255. */
bool address_is_unspecified(const struct address *address);
bool address_is_loopback(const struct address *address);
bool address_is_multicast(const struct address *address);
bool address_is_link_local_multicast(const struct address *address);
bool address_is_link_local_unicast(const struct address *address);
bool address_is_global_unicast(const struct address *address);
