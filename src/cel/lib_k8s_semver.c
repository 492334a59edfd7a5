/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "cel/library.h"
#include "cel/semver.h"

/* Kubernetes' semver library: the type kubernetes.Semver. */

struct semver_value {
	struct cel_opaque opaque;
	struct semver version;
};

static const struct semver *version_of(const struct cel_opaque *opaque)
{
	return &((const struct semver_value *)opaque)->version;
}

static bool equal(const struct cel_opaque *a, const struct cel_opaque *b)
{
	return semver_compare(version_of(a), version_of(b)) == 0;
}

static void print(const struct cel_opaque *opaque, struct buf *out)
{
	semver_print(version_of(opaque), out);
}

static const struct cel_opaque_class semver_class = {"kubernetes.Semver", equal, print};

/* The second argument, if there is one, says whether to read loosely. */
static const char *parse(struct cel_run *run, const struct value *arguments, size_t count,
	struct semver *ret_version)
{
	struct str text = value_str(arguments);
	if (count > 1 && arguments[1].boolean)
		return semver_parse_loosely(cel_run_arena(run), text, ret_version);
	return semver_parse(text, ret_version);
}

static struct value semver(struct cel_run *run, const struct value *arguments, size_t count)
{
	struct semver_value *made = ARENA_NEW(cel_run_arena(run), struct semver_value);
	const char *fault = parse(run, arguments, count, &made->version);
	if (fault)
		return cel_fail_at(run, arguments, "'%.*s' is no semantic version: %s",
			arguments->count > 64 ? 64 : (int)arguments->count, arguments->text, fault);
	made->opaque.class = &semver_class;
	return value_at(cel_opaque_value(&made->opaque), arguments->origin);
}

static struct value is_semver(struct cel_run *run, const struct value *arguments, size_t count)
{
	struct semver unused;
	return value_bool(!parse(run, arguments, count, &unused));
}

static struct value number(struct cel_run *run, const struct value *version, uint64_t number)
{
	if (number > INT64_MAX)
		return cel_fail_at(run, version, "the number of the version is no int");
	return value_int((int64_t)number);
}

static struct value major_of(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	return number(run, arguments, version_of(arguments->pointer)->major);
}

static struct value minor_of(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	return number(run, arguments, version_of(arguments->pointer)->minor);
}

static struct value patch_of(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	return number(run, arguments, version_of(arguments->pointer)->patch);
}

static int order_of(const struct value *arguments)
{
	return semver_compare(version_of(arguments[0].pointer), version_of(arguments[1].pointer));
}

static struct value compare(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return value_int(order_of(arguments));
}

static struct value is_greater(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return value_bool(order_of(arguments) > 0);
}

static struct value is_less(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return value_bool(order_of(arguments) < 0);
}

#define V "kubernetes.Semver"
#define ROW(id, signature, call, cost) \
	{ \
		id, signature, call, cost, KUBERNETES_SINCE(33) \
	}

static const struct cel_overload_row rows[] = {
	ROW("string_to_semver", "semver(string) -> " V, semver, cel_cost_read),
	ROW("string_bool_to_semver", "semver(string, bool) -> " V, semver, cel_cost_read),
	ROW("is_semver_string", "isSemver(string) -> bool", is_semver, cel_cost_read),
	ROW("is_semver_string_bool", "isSemver(string, bool) -> bool", is_semver, cel_cost_read),
	ROW("semver_major", V ".major() -> int", major_of, NULL),
	ROW("semver_minor", V ".minor() -> int", minor_of, NULL),
	ROW("semver_patch", V ".patch() -> int", patch_of, NULL),
	ROW("semver_compare_to", V ".compareTo(" V ") -> int", compare, NULL),
	ROW("semver_is_greater_than", V ".isGreaterThan(" V ") -> bool", is_greater, NULL),
	ROW("semver_is_less_than", V ".isLessThan(" V ") -> bool", is_less, NULL),
};

CEL_LIBRARY(cel_lib_k8s_semver, "semver of Kubernetes", rows);
