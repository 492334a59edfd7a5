/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "cel/datetime.h"
#include "cel/kube_name.h"
#include "cel/library.h"
#include "cel/url.h"

/* Kubernetes' format library: the type kubernetes.NamedFormat. */

/* NULL for a text of the format, or what is wrong with it. */
typedef const char *format_fault(struct arena *arena, struct str text);

static const char *label(struct arena *arena, struct str text)
{
	(void)arena;
	return kube_name_label_fault(text);
}

static const char *subdomain(struct arena *arena, struct str text)
{
	(void)arena;
	return kube_name_subdomain_fault(text);
}

static const char *dns1035(struct arena *arena, struct str text)
{
	(void)arena;
	return kube_name_dns1035_fault(text);
}

static const char *qualified(struct arena *arena, struct str text)
{
	(void)arena;
	return kube_name_qualified_fault(text);
}

static const char *port_name(struct arena *arena, struct str text)
{
	(void)arena;
	return kube_name_port_fault(text);
}

static const char *label_prefix(struct arena *arena, struct str text)
{
	return kube_name_label_fault(kube_name_of_prefix(arena, text));
}

static const char *subdomain_prefix(struct arena *arena, struct str text)
{
	return kube_name_subdomain_fault(kube_name_of_prefix(arena, text));
}

static const char *dns1035_prefix(struct arena *arena, struct str text)
{
	return kube_name_dns1035_fault(kube_name_of_prefix(arena, text));
}

static const char *label_value(struct arena *arena, struct str text)
{
	(void)arena;
	return kube_name_label_value_fault(text);
}

static const char *uri(struct arena *arena, struct str text)
{
	struct url unused;
	return url_parse(arena, text, &unused);
}

/* As text, with "h" for a hexadecimal digit. Hyphens may be left out. */
static const char *uuid(struct arena *arena, struct str text)
{
	(void)arena;
	static const char shape[] = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";
	size_t at = 0;
	for (const char *c = shape; *c; c++) {
		bool is_hyphen = at < text.len && text.data[at] == '-';
		if (*c == '-') {
			at += is_hyphen;
			continue;
		}
		if (at == text.len || !text.data[at] ||
			!strchr("0123456789abcdefABCDEF", text.data[at]))
			return "it must be a UUID";
		at++;
	}
	return at == text.len ? NULL : "it must be a UUID";
}

static const char *byte(struct arena *arena, struct str text)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				       "0123456789+/";
	(void)arena;
	size_t len = text.len;
	for (int i = 0; i < 2 && len > 0 && text.data[len - 1] == '='; i++)
		len--;
	for (size_t i = 0; i < len; i++)
		if (!text.data[i] || !strchr(alphabet, text.data[i]))
			return "it must be base64";
	return text.len > 0 && text.len % 4 == 0 ? NULL : "it must be base64";
}

/* Text where "d" in shape stands for a digit. */
static bool has_shape(struct str text, const char *shape)
{
	if (text.len < strlen(shape))
		return false;
	for (size_t i = 0; shape[i]; i++) {
		bool is_digit = text.data[i] >= '0' && text.data[i] <= '9';
		if (shape[i] == 'd' ? !is_digit : text.data[i] != shape[i])
			return false;
	}
	return true;
}

static unsigned two_digits(struct str text, size_t at)
{
	return (unsigned)(text.data[at] - '0') * 10 + (unsigned)(text.data[at + 1] - '0');
}

static const char *date(struct arena *arena, struct str text)
{
	static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	(void)arena;
	if (text.len != 10 || !has_shape(text, "dddd-dd-dd"))
		return "it must be a date, as in 2006-01-02";
	unsigned month = two_digits(text, 5), day = two_digits(text, 8);
	bool is_leap = time_is_leap_year(two_digits(text, 0) * 100 + two_digits(text, 2));
	if (month < 1 || month > 12 || day < 1 || day > days[month - 1] + (month == 2 && is_leap))
		return "it must be a day of the calendar";
	return NULL;
}

/* ".digits" behind the seconds, any character for the point. */
static size_t skip_fraction(struct str text, size_t at)
{
	size_t end = at + 1;
	while (end < text.len && text.data[end] >= '0' && text.data[end] <= '9')
		end++;
	return end > at + 1 ? end : at;
}

static bool is_zone(struct str zone)
{
	if (zone.len == 1)
		return zone.data[0] == 'z' || zone.data[0] == 'Z';
	return zone.len == 6 && (has_shape(zone, "+dd:dd") || has_shape(zone, "-dd:dd"));
}

static const char *datetime(struct arena *arena, struct str text)
{
	static const char fault[] = "it must be a date and time, as in 2006-01-02T15:04:05Z";
	size_t t = text.len > 10 && (text.data[10] == 'T' || text.data[10] == 't') ? 10 : SIZE_MAX;
	if (t == SIZE_MAX || date(arena, str_slice(text, 0, t)))
		return fault;
	struct str time = str_slice(text, t + 1, text.len);
	if (!has_shape(time, "dd:dd:dd") || two_digits(time, 0) > 23 || two_digits(time, 3) > 59 ||
		two_digits(time, 6) > 59)
		return fault;
	struct str rest = str_slice(time, 8, time.len);
	if (is_zone(rest))
		return NULL;
	size_t fraction = rest.len > 0 ? skip_fraction(rest, 0) : 0;
	return fraction > 0 && is_zone(str_slice(rest, fraction, rest.len)) ? NULL : fault;
}

struct named_format {
	struct cel_opaque opaque;
	struct str name;
	format_fault *fault;
	uint64_t pattern_size; /* what the API server counts it as */
};

static bool equal(const struct cel_opaque *a, const struct cel_opaque *b)
{
	return a == b;
}

static void print(const struct cel_opaque *opaque, struct buf *out)
{
	buf_puts(out, "format.");
	buf_put(out, ((const struct named_format *)opaque)->name);
	buf_puts(out, "()");
}

static const struct cel_opaque_class format_class = {"kubernetes.NamedFormat", equal, print};

/* name, function, size of the pattern. */
#define FORMATS(F) \
	F(dns1123Label, label, 30) \
	F(dns1123Subdomain, subdomain, 60) \
	F(dns1035Label, dns1035, 30) \
	F(qualifiedName, qualified, 60) \
	F(portName, port_name, 20) \
	F(dns1123LabelPrefix, label_prefix, 30) \
	F(dns1123SubdomainPrefix, subdomain_prefix, 60) \
	F(dns1035LabelPrefix, dns1035_prefix, 30) \
	F(labelValue, label_value, 40) \
	F(uri, uri, 1103) \
	F(uuid, uuid, 70) \
	F(byte, byte, 84) \
	F(date, date, 71) \
	F(datetime, datetime, 71)

#define AS_FORMAT(title, function, size) {{&format_class}, STR_INIT(#title), function, size},
static const struct named_format formats[] = {FORMATS(AS_FORMAT)};

#define AS_INDEX(title, function, size) FORMAT_##title,
enum { FORMATS(AS_INDEX) FORMAT_COUNT };

#define AS_CALL(title, function, size) \
	static struct value get_##title( \
		struct cel_run *run, const struct value *arguments, size_t count) \
	{ \
		(void)run, (void)arguments, (void)count; \
		return cel_opaque_value(&formats[FORMAT_##title].opaque); \
	}
FORMATS(AS_CALL)

static struct value named(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	for (size_t i = 0; i < FORMAT_COUNT; i++)
		if (str_equal(value_str(arguments), formats[i].name))
			return cel_some(run, cel_opaque_value(&formats[i].opaque));
	return cel_none();
}

static struct value validate(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	const struct named_format *format = arguments[0].pointer;
	struct arena *arena = cel_run_arena(run);
	const char *fault = format->fault(arena, value_str(&arguments[1]));
	if (!fault)
		return cel_none();
	struct value *phrase = arena_alloc(arena, sizeof(*phrase));
	*phrase = value_string(str_from(fault));
	return cel_some(run, value_list(phrase, 1));
}

static uint64_t cost_validate(
	const struct value *arguments, size_t count, const struct value *result)
{
	(void)count, (void)result;
	const struct named_format *format = arguments[0].pointer;
	return cel_cost_match_size(&arguments[1], format->pattern_size);
}

#define AS_ROW(title, function, size) \
	{"format." #title, "format." #title "() -> kubernetes.NamedFormat", get_##title, NULL, \
		KUBERNETES_SINCE(31)},

static const struct cel_overload_row rows[] = {
	{"format-named", "format.named(string) -> optional_type(kubernetes.NamedFormat)", named,
		NULL, KUBERNETES_SINCE(31)},
	{"format-validate",
		"kubernetes.NamedFormat.validate(string) -> optional_type(list(string))", validate,
		cost_validate, KUBERNETES_SINCE(31)},
	FORMATS(AS_ROW)};

CEL_LIBRARY(cel_lib_k8s_format, "format of Kubernetes", rows);
