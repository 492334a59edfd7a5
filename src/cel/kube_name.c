/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/kube_name.h"

#include "base/arena.h"

enum { LABEL_BYTES = 63, SUBDOMAIN_BYTES = 253, PORT_BYTES = 15 };

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_lower_or_digit(char c)
{
	return is_lower(c) || (c >= '0' && c <= '9');
}

static bool is_alphanumeric(char c)
{
	return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z');
}

/* Alphanumeric at both ends, of those characters and extra ones in between. */
static bool is_made_of(struct str text, bool (*is_end)(char c), const char *extra)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		bool inner = i > 0 && i + 1 < text.len && c != '\0' && strchr(extra, c);
		if (!is_end(c) && !inner)
			return false;
	}
	return text.len > 0;
}

static bool is_subdomain(struct str name)
{
	struct str label;
	bool good = name.len > 0;
	while (good && str_next_part(&name, '.', &label))
		good = is_made_of(label, is_lower_or_digit, "-");
	return good;
}

const char *kube_name_label_fault(struct str name)
{
	if (name.len > LABEL_BYTES)
		return "it must have at most 63 characters";
	if (is_made_of(name, is_lower_or_digit, "-"))
		return NULL;
	if (is_subdomain(name))
		return "it must be one label, without dots";
	return "it must be an RFC 1123 label: lower-case letters, digits and '-', with a letter or "
	       "digit at both ends";
}

const char *kube_name_subdomain_fault(struct str name)
{
	if (name.len > SUBDOMAIN_BYTES)
		return "it must have at most 253 characters";
	return is_subdomain(name)
		       ? NULL
		       : "it must be an RFC 1123 subdomain: lower-case letters, digits, '-' "
			 "and '.', with a letter or digit at both ends of each part";
}

const char *kube_name_dns1035_fault(struct str name)
{
	if (name.len > LABEL_BYTES)
		return "it must have at most 63 characters";
	if (is_made_of(name, is_lower_or_digit, "-") && is_lower(name.data[0]))
		return NULL;
	return "it must be an RFC 1035 label: lower-case letters, digits and '-', a letter in "
	       "front "
	       "and a letter or digit at the end";
}

static const char *name_part_fault(struct str name)
{
	if (name.len == 0)
		return "the part that names it must not be empty";
	if (name.len > LABEL_BYTES)
		return "the part that names it must have at most 63 characters";
	return is_made_of(name, is_alphanumeric, "-_.")
		       ? NULL
		       : "the part that names it must be of letters, digits, '-', '_' and '.', "
			 "with a "
			 "letter or digit at both ends";
}

const char *kube_name_qualified_fault(struct str name)
{
	size_t slash = str_find_char(name, '/');
	if (slash == SIZE_MAX)
		return name_part_fault(name);
	struct str rest = str_slice(name, slash + 1, name.len);
	if (str_find_char(rest, '/') != SIZE_MAX)
		return "it must have at most one '/', between a DNS subdomain and a name";
	if (slash == 0)
		return "its prefix must not be empty";
	if (kube_name_subdomain_fault(str_slice(name, 0, slash)))
		return "its prefix must be a DNS subdomain";
	return name_part_fault(rest);
}

const char *kube_name_port_fault(struct str name)
{
	bool has_letter = false;
	for (size_t i = 0; i < name.len; i++)
		has_letter |= is_lower(name.data[i]);
	if (name.len > PORT_BYTES)
		return "it must have at most 15 characters";
	if (!is_made_of(name, is_lower_or_digit, "-") || !has_letter ||
		str_find(name, STR("--"), 0) != SIZE_MAX)
		return "it must be of lower-case letters, at least one of them, digits and single "
		       "'-' in between";
	return NULL;
}

const char *kube_name_label_value_fault(struct str text)
{
	if (text.len > LABEL_BYTES)
		return "it must have at most 63 characters";
	if (text.len == 0 || is_made_of(text, is_alphanumeric, "-_."))
		return NULL;
	return "it must be empty, or of letters, digits, '-', '_' and '.', with a letter or digit "
	       "at both ends";
}

/* The API server puts one letter in place of the last two characters. */
struct str kube_name_of_prefix(struct arena *arena, struct str prefix)
{
	if (prefix.len < 2 || !str_ends_with(prefix, STR("-")))
		return prefix;
	char *name = arena_alloc(arena, prefix.len - 1);
	memcpy(name, prefix.data, prefix.len - 2);
	name[prefix.len - 2] = 'a';
	return (struct str){name, prefix.len - 1};
}
