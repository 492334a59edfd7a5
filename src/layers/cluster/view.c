/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/cluster/view.h"

#include "data/fields.h"
#include "data/map.h"
#include "layers/cluster/shape.h"

enum { PATH_PARTS = 8 }; /* the longest is spec.jobTemplate.spec.template */

/* The pod while it is being looked at. */
struct pod {
	struct arena *arena;
	struct shape_path parts[PATH_PARTS];
	const struct shape_path *path; /* of template; NULL: the document */
	const struct value *template;
	struct value metadata;
	const struct value *spec;
	struct value app, init, sidecars, ephemeral, all, volumes;
	struct value os;
	bool user_namespace;
};

static int find_template(
	struct pod *pod, const struct value *document, const char *path, struct error *err)
{
	/* The names must end in 0 for struct shape_path, so each part is copied. */
	struct str rest = str_from(path), part;
	pod->template = document;
	pod->path = NULL;
	for (size_t i = 0; rest.len > 0 && str_next_part(&rest, '.', &part); i++) {
		const char *name = str_copy(pod->arena, part).data;
		const struct value *inner;
		if (shape_field(pod->template, pod->path, name, VALUE_MAP, &inner, err) < 0)
			return -1;
		if (!inner)
			return ERROR_SET(err, ERROR_INPUT, pod->template->origin,
				"there is no pod to judge: %s is missing", path);
		pod->parts[i] = (struct shape_path){pod->path, name, 0};
		pod->path = &pod->parts[i];
		pod->template = inner;
	}
	return 0;
}

static int find_spec(struct pod *pod, struct error *err)
{
	const struct value *metadata;
	if (shape_field(pod->template, pod->path, "metadata", VALUE_MAP, &metadata, err) < 0 ||
		shape_field(pod->template, pod->path, "spec", VALUE_MAP, &pod->spec, err) < 0)
		return -1;
	if (!pod->spec)
		return ERROR_SET(err, ERROR_INPUT, pod->template->origin,
			"there is no pod to judge: spec is missing");
	struct value none = {.kind = VALUE_MAP, .origin = pod->template->origin};
	pod->metadata = metadata ? *metadata : none;
	struct shape_path here = {pod->path, "metadata", 0};
	const struct value *texts;
	return shape_field(&pod->metadata, &here, "annotations", VALUE_MAP, &texts, err) < 0 ||
			       shape_field(
				       &pod->metadata, &here, "labels", VALUE_MAP, &texts, err) < 0
		       ? -1
		       : 0;
}

static int check_container(
	const struct value *container, const struct shape_path *path, struct error *err)
{
	const struct value *field;
	if (shape_field(container, path, "name", VALUE_STRING, &field, err) < 0 ||
		shape_field(container, path, "restartPolicy", VALUE_STRING, &field, err) < 0)
		return -1;
	return shape_field(container, path, "securityContext", VALUE_MAP, &field, err) < 0 ? -1 : 0;
}

/* A list of maps of the pod's spec; empty when it is absent. */
static int find_list(struct pod *pod, const struct shape_path *spec, const char *name,
	struct value *ret_list, struct error *err)
{
	const struct value *list;
	struct shape_path here = {spec, name, 0};
	*ret_list = value_at(value_list(NULL, 0), pod->spec->origin);
	int found = shape_field(pod->spec, spec, name, VALUE_LIST, &list, err);
	if (found <= 0)
		return found;
	*ret_list = *list;
	return shape_list_of_maps(list, &here, err);
}

static int find_containers(struct pod *pod, const struct shape_path *spec, const char *name,
	struct value *ret_list, struct error *err)
{
	if (find_list(pod, spec, name, ret_list, err) < 0)
		return -1;
	struct shape_path list = {spec, name, 0};
	for (uint32_t i = 0; i < ret_list->count; i++) {
		struct shape_path here = {&list, NULL, i};
		if (check_container(&ret_list->items[i], &here, err) < 0)
			return -1;
	}
	return 0;
}

/* An init container that is restarted always runs beside the others. */
static bool is_sidecar(const struct value *container)
{
	const struct value *policy = map_get_str(container, STR("restartPolicy"));
	return value_is(policy, VALUE_STRING) && str_equal(value_str(policy), STR("Always"));
}

static void split_sidecars(struct pod *pod, const struct value *both)
{
	size_t sidecars = 0, init = 0;
	for (uint32_t i = 0; i < both->count; i++)
		sidecars += is_sidecar(&both->items[i]);
	if (sidecars == 0) {
		pod->init = *both;
		pod->sidecars = value_at(value_list(NULL, 0), both->origin);
		return;
	}
	struct value *items = ARENA_NEW_ARRAY(pod->arena, struct value, both->count);
	size_t rest = both->count - sidecars, next = rest;
	for (uint32_t i = 0; i < both->count; i++)
		items[is_sidecar(&both->items[i]) ? next++ : init++] = both->items[i];
	pod->init = value_at(value_list(items, rest), both->origin);
	pod->sidecars = value_at(value_list(items + rest, sidecars), both->origin);
}

static struct value join(struct arena *arena, const struct value *const *lists, size_t count)
{
	size_t total = 0;
	for (size_t i = 0; i < count; i++)
		total += lists[i]->count;
	for (size_t i = 0; i < count; i++)
		if (lists[i]->count == total)
			return *lists[i];
	struct value *items = ARENA_NEW_ARRAY(arena, struct value, total);
	for (size_t i = 0, next = 0; i < count; next += lists[i++]->count)
		if (lists[i]->count > 0)
			memcpy(items + next, lists[i]->items, lists[i]->count * sizeof(*items));
	return value_at(value_list(items, total), lists[0]->origin);
}

static int find_lists(struct pod *pod, const struct shape_path *spec, struct error *err)
{
	struct value both;
	if (find_containers(pod, spec, "containers", &pod->app, err) < 0 ||
		find_containers(pod, spec, "initContainers", &both, err) < 0 ||
		find_containers(pod, spec, "ephemeralContainers", &pod->ephemeral, err) < 0 ||
		find_list(pod, spec, "volumes", &pod->volumes, err) < 0)
		return -1;
	split_sidecars(pod, &both);
	const struct value *lists[] = {&both, &pod->app, &pod->ephemeral};
	pod->all = join(pod->arena, lists, 3);
	return 0;
}

static int find_settings(struct pod *pod, const struct shape_path *spec, struct error *err)
{
	const struct value *context, *os, *name = NULL, *host_users;
	struct shape_path here = {spec, "os", 0};
	if (shape_field(pod->spec, spec, "securityContext", VALUE_MAP, &context, err) < 0 ||
		shape_field(pod->spec, spec, "hostUsers", VALUE_BOOL, &host_users, err) < 0 ||
		shape_field(pod->spec, spec, "os", VALUE_MAP, &os, err) < 0)
		return -1;
	if (os && shape_field(os, &here, "name", VALUE_STRING, &name, err) < 0)
		return -1;
	pod->os = name ? *name : value_at(value_ascii(STR("")), pod->spec->origin);
	pod->user_namespace = host_users && !host_users->boolean;
	return 0;
}

/* What may have a securityContext: map is the pod's spec or a container. */
static struct value new_part(struct pod *pod, const struct value *map, bool is_pod)
{
	const struct value *name = is_pod ? NULL : map_get_str(map, STR("name"));
	const struct value *context = map_get_str(map, STR("securityContext"));
	struct fields part = fields_begin(pod->arena, 3);
	fields_add(&part, "isPod", value_at(value_bool(is_pod), map->origin));
	fields_add(&part, "name", name ? *name : value_at(value_ascii(STR("")), map->origin));
	if (context)
		fields_add(&part, "securityContext", *context);
	return value_at(fields_end(&part), map->origin);
}

static struct value parts_of(struct pod *pod)
{
	size_t count = pod->all.count + (size_t)1;
	struct value *items = ARENA_NEW_ARRAY(pod->arena, struct value, count);
	items[0] = new_part(pod, pod->spec, true);
	for (size_t i = 1; i < count; i++)
		items[i] = new_part(pod, &pod->all.items[i - 1], false);
	return value_at(value_list(items, count), pod->spec->origin);
}

static struct value view_of(struct pod *pod, const struct cluster_kind *kind)
{
	struct origin at = pod->template->origin;
	struct fields view = fields_begin(pod->arena, 13);
	fields_add(&view, "kind", value_at(value_ascii(str_from(kind->name)), at));
	fields_add(&view, "path", value_at(value_ascii(str_from(kind->pod_path)), at));
	fields_add(&view, "metadata", pod->metadata);
	fields_add(&view, "spec", *pod->spec);
	fields_add(&view, "containers", pod->all);
	fields_add(&view, "appContainers", pod->app);
	fields_add(&view, "initContainers", pod->init);
	fields_add(&view, "sidecars", pod->sidecars);
	fields_add(&view, "ephemeralContainers", pod->ephemeral);
	fields_add(&view, "parts", parts_of(pod));
	fields_add(&view, "volumes", pod->volumes);
	fields_add(&view, "os", pod->os);
	fields_add(&view, "userNamespace", value_at(value_bool(pod->user_namespace), at));
	return value_at(fields_end(&view), at);
}

int cluster_pod_view(struct arena *arena, const struct cluster_kind *kind,
	const struct value *document, struct value *ret_pod, struct error *err)
{
	struct pod pod = {.arena = arena};
	if (find_template(&pod, document, kind->pod_path, err) < 0 || find_spec(&pod, err) < 0)
		return -1;
	struct shape_path spec = {pod.path, "spec", 0};
	if (find_lists(&pod, &spec, err) < 0 || find_settings(&pod, &spec, err) < 0)
		return -1;
	*ret_pod = view_of(&pod, kind);
	return 0;
}
