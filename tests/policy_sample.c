/* SPDX-License-Identifier: Apache-2.0 */
#include "policy_sample.h"

#include "data/document.h"
#include "data/map.h"
#include "unit.h"

static const struct cel_type labels_type = {
	.kind = CEL_TYPE_MAP, .parameters = {&cel_type_string, &cel_type_string}};

static const struct cel_field metadata_fields[] = {{"name", &cel_type_string},
	{"namespace", &cel_type_string}, {"labels", &labels_type}, {NULL, NULL}};
static const struct cel_type metadata_type = {
	.kind = CEL_TYPE_STRUCT, .name = "Metadata", .fields = metadata_fields};

static const struct cel_field security_fields[] = {
	{"privileged", &cel_type_bool}, {"runAsUser", &cel_type_int}, {NULL, NULL}};
static const struct cel_type security_type = {
	.kind = CEL_TYPE_STRUCT, .name = "SecurityContext", .fields = security_fields};

static const struct cel_field port_fields[] = {
	{"hostPort", &cel_type_int}, {"name", &cel_type_string}, {NULL, NULL}};
static const struct cel_type port_type = {
	.kind = CEL_TYPE_STRUCT, .name = "Port", .fields = port_fields};
static const struct cel_type ports_type = {.kind = CEL_TYPE_LIST, .parameters = {&port_type}};

static const struct cel_field container_fields[] = {{"name", &cel_type_string},
	{"image", &cel_type_string}, {"securityContext", &security_type}, {"ports", &ports_type},
	{NULL, NULL}};
static const struct cel_type container_type = {
	.kind = CEL_TYPE_STRUCT, .name = "Container", .fields = container_fields};
static const struct cel_type containers_type = {
	.kind = CEL_TYPE_LIST, .parameters = {&container_type}};

static const struct cel_field spec_fields[] = {{"hostNetwork", &cel_type_bool},
	{"hostPID", &cel_type_bool}, {"securityContext", &security_type},
	{"containers", &containers_type}, {NULL, NULL}};
static const struct cel_type spec_type = {
	.kind = CEL_TYPE_STRUCT, .name = "PodSpec", .fields = spec_fields};

static const struct cel_field pod_fields[] = {{"metadata", &metadata_type}, {"spec", &spec_type},
	{"containers", &containers_type}, {NULL, NULL}};
static const struct cel_type pod_type = {
	.kind = CEL_TYPE_STRUCT, .name = "Pod", .fields = pod_fields};

static const struct cel_field version_fields[] = {{"minor", &cel_type_int}, {NULL, NULL}};
static const struct cel_type version_type = {
	.kind = CEL_TYPE_STRUCT, .name = "Kubernetes", .fields = version_fields};

enum { ROOT_OBJECT, ROOT_KUBERNETES, ROOT_POD, ROOTS };
enum { KIND_OBJECT, KIND_POD };

static const struct policy_subject_kind kinds[] = {
	{.name = "object",
		.meaning = "Any object.",
		.roots = {{"object", &cel_type_dyn, "The object."},
			{"kubernetes", &version_type, "The version."}}},
	{.name = "pod",
		.meaning = "A pod.",
		.also = &kinds[KIND_OBJECT],
		.roots = {{"object", &cel_type_dyn, "The object."},
			{"kubernetes", &version_type, "The version."},
			{"pod", &pod_type, "The pod."}}},
	{.name = NULL},
};

static const struct policy_opt_in opt_ins[] = {
	{"capability", "its name", "A capability."},
	{"host-network", NULL, "The network of the host."},
	{NULL, NULL, NULL},
};

const struct policy_schema sample_schema = {.layer = "cluster", .kinds = kinds, .opt_ins = opt_ins};
const struct policy_schema *const sample_schemas[] = {&sample_schema, NULL};

void sample_init(struct sample *sample)
{
	memset(sample, 0, sizeof(*sample));
	arena_init(&sample->arena, 64 << 20);
	sample->options.kubernetes_minor = 30;
	buf_init_fixed(&sample->told, sample->text, sizeof(sample->text) - 1);
}

void sample_release(struct sample *sample)
{
	arena_release(&sample->arena);
}

void sample_tell(void *context, const struct error *err, enum problem_level level)
{
	static const char *const levels[] = {"error", "warning", "notice"};
	struct sample *sample = context;
	sample->problems++;
	buf_printf(&sample->told, "%s %.*s:%u:%u: %s", levels[level], STR_ARGS(err->file),
		err->origin.line, err->origin.column, err->message);
	if (err->remedy[0] != '\0')
		buf_printf(&sample->told, "; %s", err->remedy);
	buf_puts(&sample->told, "\n");
}

const struct catalogue *sample_load_all(
	struct sample *sample, const struct policy_source *sources, size_t count)
{
	return catalogue_load(&sample->arena, sources, count, sample_schemas, &sample->options,
		sample_tell, sample);
}

const struct catalogue *sample_load(struct sample *sample, const char *text)
{
	struct policy_source *source = ARENA_NEW(&sample->arena, struct policy_source);
	*source = (struct policy_source){.path = STR("p.yaml"), .text = str_from(text)};
	return sample_load_all(sample, source, 1);
}

const struct catalogue *sample_catalogue(struct sample *sample, const char *text)
{
	const struct catalogue *catalogue = sample_load(sample, text);
	ck_assert_msg(catalogue != NULL, "%.*s", STR_ARGS(buf_str(&sample->told)));
	return catalogue;
}

static struct value map_of(struct arena *arena, const struct value_entry *entries, size_t count)
{
	struct value map;
	struct error err = {0};
	struct value_entry *copy = map_entries_new(arena, count);
	memcpy(copy, entries, count * sizeof(*copy));
	ck_assert(map_make(copy, count, &map, &err) == 0);
	return map;
}

static struct value make_pod(struct arena *arena, const struct value *root)
{
	struct value_entry entries[3];
	size_t count = 0;
	const struct value *spec = map_get_str(root, STR("spec"));
	const struct value *metadata = map_get_str(root, STR("metadata"));
	const struct value *containers = map_get_str(spec, STR("containers"));
	if (metadata)
		entries[count++] = (struct value_entry){value_ascii(STR("metadata")), *metadata};
	if (spec)
		entries[count++] = (struct value_entry){value_ascii(STR("spec")), *spec};
	entries[count++] = (struct value_entry){
		value_ascii(STR("containers")), containers ? *containers : value_list(NULL, 0)};
	return map_of(arena, entries, count);
}

static struct str text_of(const struct value *map, const char *key)
{
	const struct value *text = map_get_str(map, str_from(key));
	return value_is(text, VALUE_STRING) ? value_str(text) : STR("");
}

struct subject sample_subject(struct arena *arena, const struct value *root, unsigned minor)
{
	const struct value *metadata = map_get_str(root, STR("metadata"));
	struct value *roots = ARENA_NEW_ARRAY(arena, struct value, ROOTS);
	struct value_entry version = {value_ascii(STR("minor")), value_int(minor)};
	bool pod = str_equal(text_of(root, "kind"), STR("Pod"));
	roots[ROOT_OBJECT] = *root;
	roots[ROOT_KUBERNETES] = map_of(arena, &version, 1);
	if (pod)
		roots[ROOT_POD] = make_pod(arena, root);
	return (struct subject){.schema = &sample_schema,
		.kind = &kinds[pod ? KIND_POD : KIND_OBJECT],
		.file = STR("s.yaml"),
		.origin = root->origin,
		.object_kind = text_of(root, "kind"),
		.namespace = text_of(metadata, "namespace"),
		.name = text_of(metadata, "name"),
		.root = *root,
		.roots = roots};
}

struct subject sample_read(struct sample *sample, const char *text)
{
	struct documents documents;
	struct error err = {0};
	struct value *root = ARENA_NEW(&sample->arena, struct value);
	documents_init(
		&documents, str_from(text), STR("s.yaml"), DOCUMENT_DETECT, DOCUMENT_KUBERNETES);
	ck_assert_msg(
		documents_next(&documents, &sample->arena, root, &err) == 1, "%s", err.message);
	documents_release(&documents);
	return sample_subject(&sample->arena, root, 30);
}
