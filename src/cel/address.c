/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/address.h"

#include "base/number.h"

/* A number of decimal digits without leading zeros, at most max. */
static bool parse_plain(struct str text, uint64_t max, unsigned *ret_number)
{
	uint64_t number;
	if (text.len > 3 || (text.len > 1 && text.data[0] == '0'))
		return false;
	if (!number_parse_uint(text, 10, &number) || number > max)
		return false;
	*ret_number = (unsigned)number;
	return true;
}

static bool parse_v4(struct str text, uint8_t bytes[4])
{
	struct str part;
	unsigned octet, count = 0;
	while (str_next_part(&text, '.', &part)) {
		if (count == 4 || !parse_plain(part, 255, &octet))
			return false;
		bytes[count++] = (uint8_t)octet;
	}
	return count == 4;
}

/* An IPv6 address being read. */
struct reading {
	struct str text;
	size_t at;
	uint8_t *bytes;
	unsigned filled;
	int gap; /* where "::" was, -1 without one */
	bool dotted;
};

/* One group of up to four hexadecimal digits, or the dotted end. */
static bool read_group(struct reading *in)
{
	size_t end = in->at;
	while (end < in->text.len && in->text.data[end] != ':' && in->text.data[end] != '.')
		end++;
	struct str rest = str_slice(in->text, in->at, in->text.len);
	if (end < in->text.len && in->text.data[end] == '.') {
		if (in->filled > 12 || (in->gap < 0 && in->filled != 12))
			return false;
		in->dotted = true;
		in->at = in->text.len;
		in->filled += 4;
		return parse_v4(rest, in->bytes + in->filled - 4);
	}
	uint64_t group;
	struct str digits = str_slice(in->text, in->at, end);
	if (digits.len > 4 || in->filled == 16 || !number_parse_uint(digits, 16, &group))
		return false;
	in->bytes[in->filled++] = (uint8_t)(group >> 8);
	in->bytes[in->filled++] = (uint8_t)group;
	in->at = end;
	return true;
}

/* A colon that something follows, or the one double colon. */
static bool read_colon(struct reading *in)
{
	if (in->text.data[in->at] != ':')
		return false;
	in->at++;
	if (in->at == in->text.len)
		return false;
	if (in->text.data[in->at] != ':')
		return true;
	if (in->gap >= 0)
		return false;
	in->gap = (int)in->filled;
	in->at++;
	return true;
}

static bool fill_gap(struct reading *in)
{
	if (in->gap < 0)
		return in->filled == 16;
	if (in->filled == 16)
		return false;
	unsigned tail = in->filled - (unsigned)in->gap;
	memmove(in->bytes + 16 - tail, in->bytes + in->gap, tail);
	memset(in->bytes + in->gap, 0, 16 - in->filled);
	return true;
}

static bool parse_v6(struct str text, uint8_t bytes[16], bool *ret_dotted)
{
	struct reading in = {.text = text, .bytes = bytes, .gap = -1};
	if (str_starts_with(text, STR("::"))) {
		in.gap = 0;
		in.at = 2;
	}
	while (in.at < text.len) {
		if (in.filled > 0 && !read_colon(&in))
			return false;
		if (in.at < text.len && !read_group(&in))
			return false;
	}
	*ret_dotted = in.dotted;
	return text.len > 0 && fill_gap(&in);
}

bool address_parse(struct str text, struct address *ret_address, bool *ret_dotted)
{
	bool dotted = false;
	*ret_address = (struct address){.is_v6 = str_find_char(text, ':') != SIZE_MAX};
	bool good = ret_address->is_v6 ? parse_v6(text, ret_address->bytes, &dotted)
				       : parse_v4(text, ret_address->bytes);
	if (ret_dotted)
		*ret_dotted = dotted;
	return good;
}

bool network_parse(struct str text, struct network *ret_network, bool *ret_dotted)
{
	size_t slash = str_find_char(text, '/');
	if (slash == SIZE_MAX)
		return false;
	struct address *address = &ret_network->address;
	return address_parse(str_slice(text, 0, slash), address, ret_dotted) &&
	       parse_plain(str_slice(text, slash + 1, text.len), address_bits(address),
		       &ret_network->bits);
}

static void print_v4(const uint8_t bytes[4], struct buf *out)
{
	for (unsigned i = 0; i < 4; i++) {
		if (i > 0)
			buf_put_char(out, '.');
		buf_put_uint(out, bytes[i]);
	}
}

static unsigned group_of(const struct address *address, unsigned index)
{
	return (unsigned)address->bytes[2 * index] << 8 | address->bytes[2 * index + 1];
}

/* The first of the longest runs of zero groups, if there are two or more in one. */
static unsigned longest_zeros(const struct address *address, unsigned *ret_length)
{
	unsigned best = 8, run = 0;
	*ret_length = 1;
	for (unsigned i = 0; i < 8; i++) {
		run = group_of(address, i) == 0 ? run + 1 : 0;
		if (run > *ret_length) {
			*ret_length = run;
			best = i + 1 - run;
		}
	}
	return best;
}

static void print_v6(const struct address *address, struct buf *out)
{
	unsigned length, zeros = longest_zeros(address, &length);
	for (unsigned i = 0; i < 8; i++) {
		if (i == zeros) {
			buf_puts(out, "::");
			i += length - 1;
			continue;
		}
		if (i > 0 && i != zeros + length)
			buf_put_char(out, ':');
		buf_printf(out, "%x", group_of(address, i));
	}
}

void address_print(const struct address *address, struct buf *out)
{
	if (!address->is_v6) {
		print_v4(address->bytes, out);
	} else if (address_is_mapped(address)) {
		buf_puts(out, "::ffff:");
		print_v4(address->bytes + 12, out);
	} else {
		print_v6(address, out);
	}
}

void network_print(const struct network *network, struct buf *out)
{
	address_print(&network->address, out);
	buf_put_char(out, '/');
	buf_put_uint(out, network->bits);
}

bool address_is_mapped(const struct address *address)
{
	static const uint8_t prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
	return address->is_v6 && memcmp(address->bytes, prefix, sizeof(prefix)) == 0;
}

struct address address_unmapped(const struct address *address)
{
	struct address unmapped = {.is_v6 = false};
	memcpy(unmapped.bytes, address->bytes + 12, 4);
	return unmapped;
}

bool address_equal(const struct address *a, const struct address *b)
{
	return a->is_v6 == b->is_v6 && memcmp(a->bytes, b->bytes, a->is_v6 ? 16 : 4) == 0;
}

struct network network_masked(const struct network *network)
{
	struct network masked = *network;
	for (unsigned i = network->bits / 8; i < sizeof(masked.address.bytes); i++) {
		unsigned kept = i == network->bits / 8 ? network->bits % 8 : 0;
		masked.address.bytes[i] &= (uint8_t)(0xFF00u >> kept);
	}
	return masked;
}

bool network_contains(const struct network *network, const struct address *address)
{
	if (network->address.is_v6 != address->is_v6)
		return false;
	struct network of_network = network_masked(network);
	struct network of_address = {.address = *address, .bits = network->bits};
	of_address = network_masked(&of_address);
	return address_equal(&of_network.address, &of_address.address);
}

static bool is_in(
	const struct address *address, bool is_v6, uint8_t first, uint8_t second, unsigned bits)
{
	struct network network = {
		.address = {.is_v6 = is_v6, .bytes = {first, second}}, .bits = bits};
	return network_contains(&network, address);
}

bool address_is_unspecified(const struct address *address)
{
	return is_in(address, address->is_v6, 0, 0, address_bits(address));
}

bool address_is_loopback(const struct address *address)
{
	static const struct address v6 = {.is_v6 = true, .bytes = {[15] = 1}};
	return is_in(address, false, 127, 0, 8) || address_equal(address, &v6);
}

bool address_is_multicast(const struct address *address)
{
	return is_in(address, false, 0xE0, 0, 4) || is_in(address, true, 0xFF, 0, 8);
}

bool address_is_link_local_multicast(const struct address *address)
{
	if (!address->is_v6)
		return is_in(address, false, 224, 0, 24);
	return address->bytes[0] == 0xFF && (address->bytes[1] & 0x0F) == 0x02;
}

bool address_is_link_local_unicast(const struct address *address)
{
	return is_in(address, false, 169, 254, 16) || is_in(address, true, 0xFE, 0x80, 10);
}

bool address_is_global_unicast(const struct address *address)
{
	static const struct address broadcast = {.bytes = {255, 255, 255, 255}};
	return !address_is_unspecified(address) && !address_is_loopback(address) &&
	       !address_is_multicast(address) && !address_is_link_local_unicast(address) &&
	       !address_equal(address, &broadcast);
}
