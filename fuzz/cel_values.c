/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "cel/address.h"
#include "cel/quantity.h"
#include "cel/semver.h"
#include "cel/url.h"
#include "fuzz.h"

enum { ARENA_BYTES = 64 << 20 };

static struct buf new_text(struct arena *arena)
{
	struct buf out;
	buf_init_arena(&out, arena, 64);
	return out;
}

/* The normal form of a URL, where it can be read at all, is that of itself. */
static void judge_url(struct arena *arena, struct str text)
{
	struct url url, again;
	struct str key, value, query;
	if (url_parse(arena, text, &url))
		return;
	struct buf once = new_text(arena), twice = new_text(arena);
	url_print(&url, arena, &once);
	if (!url_parse(arena, buf_str(&once), &again)) {
		url_print(&again, arena, &twice);
		PROPERTY(str_equal(buf_str(&once), buf_str(&twice)));
	}
	url_split_host(url.host, &key, &value);
	PROPERTY(key.len + value.len <= url.host.len);
	query = url.query;
	while (url_next_pair(&query, arena, &key, &value))
		PROPERTY(key.len + value.len <= url.query.len);
}

/* What is printed is the same number, and what is added can be taken away again. */
static void judge_quantities(struct arena *arena, struct str text, struct str other)
{
	struct quantity a, b, again, sum;
	if (quantity_parse(arena, text, &a))
		return;
	struct buf out = new_text(arena);
	quantity_print(&a, &out);
	PROPERTY(
		!quantity_parse(arena, buf_str(&out), &again) && quantity_compare(&a, &again) == 0);
	double real = quantity_real(&a);
	PROPERTY(real == 0 || (real > 0) == (quantity_sign(&a) > 0));
	if (quantity_parse(arena, other, &b))
		return;
	PROPERTY(quantity_compare(&a, &b) == -quantity_compare(&b, &a));
	if (quantity_add(arena, &a, &b, false, &sum) && quantity_add(arena, &sum, &b, true, &again))
		PROPERTY(quantity_compare(&a, &again) == 0);
}

static void judge_version(struct arena *arena, struct str text)
{
	struct semver version, again;
	struct buf out = new_text(arena);
	if (!semver_parse(text, &version)) {
		semver_print(&version, &out);
		PROPERTY(str_equal(text, buf_str(&out)));
		PROPERTY(!semver_parse_loosely(arena, text, &again));
	} else if (!semver_parse_loosely(arena, text, &version)) {
		semver_print(&version, &out);
		PROPERTY(!semver_parse(buf_str(&out), &again));
		PROPERTY(semver_compare(&version, &again) == 0);
	}
}

static void judge_address(struct arena *arena, struct str text)
{
	struct address address, again;
	struct network network;
	struct buf out = new_text(arena);
	if (address_parse(text, &address, NULL)) {
		address_print(&address, &out);
		PROPERTY(address_parse(buf_str(&out), &again, NULL));
		PROPERTY(address_equal(&address, &again));
	}
	if (network_parse(text, &network, NULL)) {
		struct network masked = network_masked(&network);
		PROPERTY(network_contains(&network, &network.address));
		PROPERTY(network_contains(&masked, &network.address));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct str text = {(const char *)data, size}, first;
	struct str rest = text;
	arena_init(&arena, ARENA_BYTES);
	if (ARENA_LIMIT_REACHED(&arena)) {
		arena_release(&arena);
		return 0;
	}
	judge_url(&arena, text);
	judge_version(&arena, text);
	judge_address(&arena, text);
	if (str_next_part(&rest, ' ', &first))
		judge_quantities(&arena, first, rest);
	arena_release(&arena);
	return 0;
}
