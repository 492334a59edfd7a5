/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/utf8.h"
#include "cel/library.h"
#include "cel/url.h"
#include "data/map.h"

/* Kubernetes' URL library: the type kubernetes.URL. */

struct url_value {
	struct cel_opaque opaque;
	struct url url;
	struct str text; /* in normal form */
};

static const struct url_value *url_of(const struct cel_opaque *opaque)
{
	return (const struct url_value *)opaque;
}

static bool equal(const struct cel_opaque *a, const struct cel_opaque *b)
{
	return str_equal(url_of(a)->text, url_of(b)->text);
}

static void print(const struct cel_opaque *opaque, struct buf *out)
{
	buf_put(out, url_of(opaque)->text);
}

static const struct cel_opaque_class url_class = {"kubernetes.URL", equal, print};

/* What was decoded may be any bytes; those that are no UTF-8 become U+FFFD. */
static struct value text_of(struct cel_run *run, struct str bytes)
{
	if (utf8_find_invalid(bytes) == SIZE_MAX)
		return value_string(bytes.len > 0 ? bytes : STR(""));
	struct buf out;
	buf_init_arena(&out, cel_run_arena(run), bytes.len + 2);
	for (size_t at = 0; at < bytes.len;) {
		size_t start = at;
		bool valid = utf8_next(bytes, &at) != UTF8_INVALID;
		buf_put(&out, valid ? str_slice(bytes, start, at) : STR("\xEF\xBF\xBD"));
	}
	return value_string(buf_str(&out));
}

static struct value url(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct arena *arena = cel_run_arena(run);
	struct url_value *made = ARENA_NEW(arena, struct url_value);
	const char *fault = url_parse(arena, value_str(arguments), &made->url);
	if (fault)
		return cel_fail_at(run, arguments, "the URL is invalid: %s", fault);
	struct buf out;
	buf_init_arena(&out, arena, arguments->count);
	url_print(&made->url, arena, &out);
	made->opaque.class = &url_class;
	made->text = buf_str(&out);
	return value_at(cel_opaque_value(&made->opaque), arguments->origin);
}

static struct value is_url(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct url unused;
	return value_bool(!url_parse(cel_run_arena(run), value_str(arguments), &unused));
}

static struct value get_scheme(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	return text_of(run, url_of(arguments->pointer)->url.scheme);
}

static struct value get_host(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	return text_of(run, url_of(arguments->pointer)->url.host);
}

static struct value get_hostname(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct str name, port;
	url_split_host(url_of(arguments->pointer)->url.host, &name, &port);
	return text_of(run, name);
}

static struct value get_port(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct str name, port;
	url_split_host(url_of(arguments->pointer)->url.host, &name, &port);
	return text_of(run, port);
}

static struct value get_escaped_path(
	struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	const struct url *url = &url_of(arguments->pointer)->url;
	struct buf out;
	buf_init_arena(&out, cel_run_arena(run), url->path.len);
	url_print_path(url, cel_run_arena(run), &out);
	return text_of(run, buf_str(&out));
}

/* A key with the values found for it so far, in a list of keys. */
struct parameter {
	struct value key;
	struct value *values;
	size_t count, capacity;
};

struct parameters {
	struct parameter *items;
	size_t count, capacity;
};

static struct parameter *parameter_of(
	struct cel_run *run, struct parameters *parameters, const struct value *key)
{
	for (size_t i = 0; i < parameters->count; i++)
		if (value_string_equal(&parameters->items[i].key, key))
			return &parameters->items[i];
	if (parameters->count == parameters->capacity)
		parameters->items = arena_grow(cel_run_arena(run), parameters->items,
			parameters->count, &parameters->capacity, sizeof(*parameters->items));
	struct parameter *made = &parameters->items[parameters->count++];
	*made = (struct parameter){.key = *key};
	return made;
}

static struct value map_of(struct cel_run *run, const struct parameters *parameters)
{
	struct value map;
	struct error err = {.kind = ERROR_NONE};
	struct value_entry *entries = map_entries_new(cel_run_arena(run), parameters->count);
	for (size_t i = 0; i < parameters->count; i++) {
		const struct parameter *item = &parameters->items[i];
		entries[i] = (struct value_entry){
			.key = item->key, .value = value_list(item->values, item->count)};
	}
	if (map_make(entries, parameters->count, &map, &err) < 0)
		return cel_fail(run, "%s", err.message);
	return map;
}

static struct value get_query(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct arena *arena = cel_run_arena(run);
	struct str query = url_of(arguments->pointer)->url.query, name, text;
	struct parameters parameters = {NULL, 0, 0};
	while (url_next_pair(&query, arena, &name, &text)) {
		struct value key = text_of(run, name);
		if (!cel_run_work(run, 1 + parameters.count))
			return cel_fail_budget(run);
		struct parameter *item = parameter_of(run, &parameters, &key);
		if (item->count == item->capacity)
			item->values = arena_grow(arena, item->values, item->count, &item->capacity,
				sizeof(*item->values));
		item->values[item->count++] = text_of(run, text);
	}
	return map_of(run, &parameters);
}

#define ROW(id, signature, call, cost) \
	{ \
		id, signature, call, cost, KUBERNETES_SINCE(0) \
	}

static const struct cel_overload_row rows[] = {
	ROW("string_to_url", "url(string) -> kubernetes.URL", url, cel_cost_read),
	ROW("is_url_string", "isURL(string) -> bool", is_url, NULL),
	ROW("url_get_scheme", "kubernetes.URL.getScheme() -> string", get_scheme, NULL),
	ROW("url_get_host", "kubernetes.URL.getHost() -> string", get_host, NULL),
	ROW("url_get_hostname", "kubernetes.URL.getHostname() -> string", get_hostname, NULL),
	ROW("url_get_port", "kubernetes.URL.getPort() -> string", get_port, NULL),
	ROW("url_get_escaped_path", "kubernetes.URL.getEscapedPath() -> string", get_escaped_path,
		NULL),
	ROW("url_get_query", "kubernetes.URL.getQuery() -> map(string, list(string))", get_query,
		NULL),
};

CEL_LIBRARY(cel_lib_k8s_url, "URL of Kubernetes", rows);
