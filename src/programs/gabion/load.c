/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/load.h"

#include "base/arena.h"
#include "base/embed.h"
#include "base/limits.h"
#include "base/number.h"
#include "flow/flow.h"
#include "programs/gabion/console.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/zones.h"

/* Made by tools/embed from the folder catalogue/, without tests. */
extern const struct embedded embedded_catalogue;

static const char *const endings[] = {".yaml", ".yml", ".json", NULL};

struct loader {
	struct invocation *invocation;
	struct loaded *loaded;
	size_t capacity;
	size_t errors;
	bool unreadable;
	bool with_tests;
	bool always; /* of the sources added now */
	catalogue_problem *problem;
	void *context; /* of problem */
};

/* A copy of a built-in file, as when the catalogue's own folder is linted, is that file. */
static bool replace_builtin(struct loaded *loaded, struct policy_source copy)
{
	for (size_t i = 0; i < loaded->count; i++) {
		struct policy_source *source = &loaded->sources[i];
		if (str_starts_with(source->path, STR("<built-in>/")) &&
			str_equal(source->text, copy.text)) {
			*source = copy;
			return true;
		}
	}
	return false;
}

static void add_source(struct loader *loader, struct str path, struct str text)
{
	struct loaded *loaded = loader->loaded;
	struct policy_source added = {.path = path, .text = text, .always = loader->always};
	if (!str_starts_with(path, STR("<built-in>/")) && replace_builtin(loaded, added))
		return;
	if (loaded->count == loader->capacity)
		loaded->sources = arena_grow(loader->invocation->arena, loaded->sources,
			loaded->count, &loader->capacity, sizeof(*loaded->sources));
	loaded->sources[loaded->count++] = added;
}

static void add_builtin(struct loader *loader)
{
	for (size_t i = 0; i < embedded_catalogue.count; i++) {
		const struct embedded_file *file = &embedded_catalogue.files[i];
		add_source(loader,
			str_format(
				loader->invocation->arena, "<built-in>/%.*s", STR_ARGS(file->path)),
			file->content);
	}
}

static void tell_unreadable(struct loader *loader, const struct error *err)
{
	console_tell(loader->invocation->console, "error", err, STR(""));
	loader->unreadable = true;
}

static void add_file(struct loader *loader, const struct file_source *source)
{
	struct error err = {0};
	struct str text;
	struct arena *arena = loader->invocation->arena;
	if (file_read(arena, source, LIMIT_INPUT_BYTES, &text, &err) < 0)
		tell_unreadable(loader, &err);
	else
		add_source(loader, str_from(source->name), text);
}

static bool is_test(struct str path)
{
	return str_ends_with(path, STR(".test.yaml")) || str_ends_with(path, STR(".test.yml"));
}

static void add_folder(struct loader *loader, struct str path)
{
	struct error err = {0};
	struct file_entry *entries;
	size_t count;
	if (file_walk(loader->invocation->arena, path, endings, &entries, &count, &err) < 0) {
		tell_unreadable(loader, &err);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		struct file_source source = {
			path.data, entries[i].relative.data, entries[i].path.data};
		if (loader->with_tests || !is_test(entries[i].path))
			add_file(loader, &source);
	}
}

static void add_path(struct loader *loader, struct str path)
{
	struct file_source source = {NULL, path.data, path.data};
	if (file_is_folder(path.data))
		add_folder(loader, path);
	else
		add_file(loader, &source);
}

static void tell_problem(void *context, const struct error *err, enum problem_level level)
{
	static const char *const words[] = {[PROBLEM_ERROR] = "error",
		[PROBLEM_WARNING] = "warning",
		[PROBLEM_NOTICE] = "notice"};
	const struct loader *loader = context;
	console_tell(loader->invocation->console, words[level], err,
		load_text(loader->loaded, err->file));
}

static void count_problem(void *context, const struct error *err, enum problem_level level)
{
	struct loader *loader = context;
	loader->errors += level == PROBLEM_ERROR;
	loader->problem(loader->context, err, level);
}

static int version_error(struct loader *loader, struct str text)
{
	struct error err = {0};
	ERROR_SET(&err, ERROR_POLICY, NO_ORIGIN, "--k8s does not know the version '%.*s'",
		STR_ARGS(text));
	error_set_remedy(
		&err, "write one of 1.%d to 1.%d, or latest", KUBERNETES_OLDEST, KUBERNETES_NEWEST);
	console_tell(loader->invocation->console, "error", &err, STR(""));
	return EXIT_INVALID;
}

bool load_version(struct str text, unsigned *ret_minor)
{
	uint64_t minor, patch;
	struct str part;
	*ret_minor = KUBERNETES_NEWEST;
	if (str_equal(text, STR("latest")))
		return true;
	if (str_starts_with(text, STR("v")))
		text = str_slice(text, 1, text.len);
	/* Distributions append a patch level and more: 1.31.4-gke.100, 1.31.4+k3s1. */
	if (!str_next_part(&text, '.', &part) || !str_equal(part, STR("1")) ||
		!str_next_part(&text, '.', &part) || !number_parse_uint(part, 10, &minor) ||
		minor > KUBERNETES_NEWEST)
		return false;
	*ret_minor = (unsigned)minor;
	if (!text.data)
		return true;
	size_t digits = 0;
	while (digits < text.len && text.data[digits] >= '0' && text.data[digits] <= '9')
		digits++;
	return number_parse_uint(str_slice(text, 0, digits), 10, &patch) &&
	       (digits == text.len || text.data[digits] == '-' || text.data[digits] == '+');
}

static int compile(struct loader *loader)
{
	struct invocation *invocation = loader->invocation;
	struct str version = invocation_value(invocation, OPTION_KUBERNETES, STR("latest"));
	if (!load_version(version, &loader->loaded->kubernetes_minor))
		return version_error(loader, version);
	struct zones *zones = ARENA_NEW(invocation->arena, struct zones);
	zones->arena = invocation->arena;
	struct catalogue_options compile_options = {
		.profile = invocation_value(invocation, OPTION_PROFILE, STR("")),
		.kubernetes_minor = loader->loaded->kubernetes_minor,
		.load_zone = zones_load,
		.zone_context = zones,
	};
	loader->loaded->catalogue = catalogue_load(invocation->arena, loader->loaded->sources,
		loader->loaded->count, flow_schemas, &compile_options, count_problem, loader);
	if (!loader->loaded->catalogue || loader->errors > 0)
		return EXIT_INVALID;
	catalogue_check_waivers(loader->loaded->catalogue, clock_now_s(), count_problem, loader);
	return EXIT_ALLOWED;
}

static int load(struct loader *loader, const struct str *paths, size_t count)
{
	if (!invocation_has(loader->invocation, OPTION_NO_BUILTIN))
		add_builtin(loader);
	loader->always = true;
	for (size_t i = 0; i < count; i++)
		add_path(loader, paths[i]);
	int code = compile(loader);
	return loader->unreadable && code != EXIT_INVALID ? EXIT_UNDECIDED : code;
}

int load_catalogue(struct invocation *invocation, struct loaded *ret_loaded)
{
	*ret_loaded = (struct loaded){0};
	struct loader loader = {
		.invocation = invocation, .loaded = ret_loaded, .problem = tell_problem};
	loader.context = &loader;
	const struct option_use *use = &invocation->options[OPTION_POLICY];
	return load(&loader, use->values, use->count);
}

int load_arguments(struct invocation *invocation, struct loaded *ret_loaded,
	catalogue_problem *problem, void *context)
{
	*ret_loaded = (struct loaded){0};
	struct loader loader = {.invocation = invocation,
		.loaded = ret_loaded,
		.with_tests = true,
		.problem = problem ? problem : tell_problem,
		.context = context};
	if (!problem)
		loader.context = &loader;
	return load(&loader, invocation->arguments, invocation->argument_count);
}

static void ignore_problem(void *context, const struct error *err, enum problem_level level)
{
	(void)context;
	(void)err;
	(void)level;
}

const struct catalogue *load_builtin(struct arena *arena)
{
	struct policy_source *sources =
		ARENA_NEW_ARRAY(arena, struct policy_source, embedded_catalogue.count);
	for (size_t i = 0; i < embedded_catalogue.count; i++)
		sources[i] = (struct policy_source){.path = embedded_catalogue.files[i].path,
			.text = embedded_catalogue.files[i].content};
	struct catalogue_options compile_options = {
		.profile = STR("all"), .kubernetes_minor = KUBERNETES_NEWEST};
	return catalogue_load(arena, sources, embedded_catalogue.count, flow_schemas,
		&compile_options, ignore_problem, NULL);
}

bool load_is_users(const struct loaded *loaded, struct str path)
{
	for (size_t i = 0; i < loaded->count; i++)
		if (str_equal(loaded->sources[i].path, path))
			return loaded->sources[i].always;
	return false;
}

struct str load_text(const struct loaded *loaded, struct str path)
{
	for (size_t i = 0; i < loaded->count; i++)
		if (str_equal(loaded->sources[i].path, path))
			return loaded->sources[i].text;
	return STR("");
}
