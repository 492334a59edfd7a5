/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/cluster/kinds.h"
#include "layers/cluster/types.h"

/* clang-format off */

STRUCT(kubernetes, "Kubernetes", INT("minor"));

STRUCT(pod_view, "PodView",
	STRING("kind"), STRING("path"), ONE("metadata", kube_object_meta),
	ONE("spec", kube_pod_spec), LIST("containers", kube_container),
	LIST("appContainers", kube_container), LIST("initContainers", kube_container),
	LIST("sidecars", kube_container), LIST("ephemeralContainers", kube_container),
	LIST("parts", kube_pod_part), LIST("volumes", kube_volume), STRING("os"),
	BOOL("userNamespace"));

/* What all objects have; the rest depends on the kind and is not known here. */
static const struct cel_field any_object_fields[] = {STRING("apiVersion"), STRING("kind"),
	ONE("metadata", kube_object_meta), {NULL, NULL}};
static const struct cel_type any_object = {
	.kind = CEL_TYPE_STRUCT, .name = "Object", .fields = any_object_fields, .open = true};

#define CLUSTER \
	{"kubernetes", &kubernetes, "The version of the cluster the object is meant for."}
#define DOCUMENT(type) {"object", &(type), "The whole document."}
#define POD {"pod", &pod_view, "The pod, wherever in the document it is written."}

/* id, type, name, groups, where its pod is, meaning; or: id, what it also is, type, ... */
#define WORKLOADS(row) \
	row(POD, kube_pod, "Pod", "", "", "A pod on its own.") \
	row(DEPLOYMENT, kube_deployment, "Deployment", "apps extensions", "spec.template", \
		"Interchangeable pods that are replaced step by step.") \
	row(REPLICA_SET, kube_replica_set, "ReplicaSet", "apps extensions", "spec.template", \
		"A number of interchangeable pods.") \
	row(STATEFUL_SET, kube_stateful_set, "StatefulSet", "apps", "spec.template", \
		"Pods with a name and storage of their own.") \
	row(DAEMON_SET, kube_daemon_set, "DaemonSet", "apps extensions", "spec.template", \
		"A pod on every node.") \
	row(JOB, kube_job, "Job", "batch", "spec.template", "Pods that run to completion.") \
	row(CRON_JOB, kube_cron_job, "CronJob", "batch", "spec.jobTemplate.spec.template", \
		"Jobs by the clock.") \
	row(REPLICATION_CONTROLLER, kube_replication_controller, "ReplicationController", "", \
		"spec.template", "The predecessor of ReplicaSet.") \
	row(POD_TEMPLATE, kube_pod_template_object, "PodTemplate", "", "template", \
		"A pod template on its own.")
#define RBAC "rbac.authorization.k8s.io"
#define NETWORK "networking.k8s.io extensions"
#define WEBHOOKS "admissionregistration.k8s.io"
#define OBJECTS(row) \
	row(SERVICE, OF_OBJECT, kube_service, "Service", "", "A name and address for pods.") \
	row(INGRESS, OF_OBJECT, kube_ingress, "Ingress", NETWORK, \
		"Routes from outside to services.") \
	row(NETWORK_POLICY, OF_OBJECT, kube_network_policy, "NetworkPolicy", NETWORK, \
		"Who may talk to whom.") \
	row(ROLE, OF_ROLES, kube_role, "Role", RBAC, "Rights in one namespace.") \
	row(CLUSTER_ROLE, OF_ROLES, kube_cluster_role, "ClusterRole", RBAC, \
		"Rights in all namespaces or outside of them.") \
	row(ROLE_BINDING, OF_BINDINGS, kube_binding, "RoleBinding", RBAC, \
		"Who has the rights of a role in one namespace.") \
	row(CLUSTER_ROLE_BINDING, OF_BINDINGS, kube_binding, "ClusterRoleBinding", RBAC, \
		"Who has the rights of a role everywhere.") \
	row(SERVICE_ACCOUNT, OF_OBJECT, kube_service_account, "ServiceAccount", "", \
		"The identity of pods.") \
	row(NAMESPACE, OF_OBJECT, kube_namespace, "Namespace", "", \
		"A scope of names and rights.") \
	row(CONFIG_MAP, OF_OBJECT, kube_config_map, "ConfigMap", "", "Settings for pods.") \
	row(SECRET, OF_OBJECT, kube_secret, "Secret", "", "Secrets for pods.") \
	row(DISRUPTION_BUDGET, OF_OBJECT, kube_disruption_budget, "PodDisruptionBudget", "policy", \
		"How many pods may be away at once.") \
	row(PERSISTENT_VOLUME, OF_OBJECT, kube_persistent_volume, "PersistentVolume", "", \
		"Storage.") \
	row(PERSISTENT_VOLUME_CLAIM, OF_OBJECT, kube_persistent_volume_claim, \
		"PersistentVolumeClaim", "", \
		"A claim to storage.") \
	row(VALIDATING_WEBHOOKS, OF_OBJECT, kube_webhook_configuration, \
		"ValidatingWebhookConfiguration", WEBHOOKS, \
		"Who is asked before an object is admitted.") \
	row(MUTATING_WEBHOOKS, OF_OBJECT, kube_webhook_configuration, \
		"MutatingWebhookConfiguration", WEBHOOKS, \
		"Who may change an object before it is admitted.") \
	row(LIMIT_RANGE, OF_OBJECT, kube_limit_range, "LimitRange", "", \
		"Defaults and bounds of resources in a namespace.") \
	row(RESOURCE_QUOTA, OF_OBJECT, kube_resource_quota, "ResourceQuota", "", \
		"What a namespace may use in all.")

#define WORKLOAD_ID(id, type, name, groups, path, meaning) KIND_##id,
#define OBJECT_ID(id, also, type, name, groups, meaning) KIND_##id,
enum { WORKLOADS(WORKLOAD_ID) OBJECTS(OBJECT_ID) KIND_OF_POD, KIND_OF_ROLES,
	KIND_OF_BINDINGS, KIND_OF_OBJECT, KIND_END };

/* clang-format on */

static const struct policy_subject_kind subjects[KIND_END + 1];

/* clang-format off */
#define WORKLOAD_SUBJECT(id, type, name, groups, path, meaning) \
	[KIND_##id] = {name, meaning, &subjects[KIND_OF_POD], {CLUSTER, DOCUMENT(type), POD}},
#define OBJECT_SUBJECT(id, also, type, name, groups, meaning) \
	[KIND_##id] = {name, meaning, &subjects[KIND_##also], {CLUSTER, DOCUMENT(type)}},
static const struct policy_subject_kind subjects[KIND_END + 1] = {
	WORKLOADS(WORKLOAD_SUBJECT)
	OBJECTS(OBJECT_SUBJECT)
	[KIND_OF_POD] = {"pod", "A Pod, or any object that has a pod template.",
		&subjects[KIND_OF_OBJECT], {CLUSTER, DOCUMENT(any_object), POD}},
	[KIND_OF_ROLES] = {"any-role", "A Role or a ClusterRole.", &subjects[KIND_OF_OBJECT],
		{CLUSTER, DOCUMENT(kube_cluster_role)}},
	[KIND_OF_BINDINGS] = {"any-binding", "A RoleBinding or a ClusterRoleBinding.",
		&subjects[KIND_OF_OBJECT], {CLUSTER, DOCUMENT(kube_binding)}},
	[KIND_OF_OBJECT] = {"object", "Any Kubernetes object.", NULL,
		{CLUSTER, DOCUMENT(any_object)}},
	[KIND_END] = {NULL, NULL, NULL, {{NULL, NULL, NULL}}},
};

#define WORKLOAD_ROW(id, type, name, groups, path, meaning) \
	{name, groups, path, &subjects[KIND_##id]},
#define OBJECT_ROW(id, also, type, name, groups, meaning) \
	{name, groups, NULL, &subjects[KIND_##id]},
static const struct cluster_kind kinds[] = {WORKLOADS(WORKLOAD_ROW) OBJECTS(OBJECT_ROW)};
/* clang-format on */

const struct policy_subject_kind *const cluster_any_object = &subjects[KIND_OF_OBJECT];

const struct policy_schema cluster_schema = {.layer = "cluster", .kinds = subjects};

static bool has_group(const char *groups, struct str group)
{
	struct str rest = str_from(groups), part;
	if (rest.len == 0)
		return group.len == 0;
	while (str_next_part(&rest, ' ', &part))
		if (str_equal(part, group))
			return true;
	return false;
}

const struct cluster_kind *cluster_kind_find(struct str group, struct str name)
{
	const struct cluster_kind *kind = cluster_kind_named(name);
	return kind && has_group(kind->groups, group) ? kind : NULL;
}

const struct cluster_kind *cluster_kind_named(struct str name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_equal(str_from(kinds[i].name), name))
			return &kinds[i];
	return NULL;
}
