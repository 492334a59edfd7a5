/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/cluster/types.h"

/* clang-format off */

#define OBJECT(id, title, ...) \
	SHARED_STRUCT(id, title, STRING("apiVersion"), STRING("kind"), \
		ONE("metadata", kube_object_meta), __VA_ARGS__)
#define OBJECT_WITH_SPEC(id, title, spec) OBJECT(id, title, ONE("spec", spec), ANY("status"))

/* Workloads. */
STRUCT(rolling_update, "RollingUpdate", ANY("maxUnavailable"), ANY("maxSurge"), INT("partition"));
STRUCT(strategy, "UpdateStrategy", STRING("type"), ONE("rollingUpdate", rolling_update));
STRUCT(deployment_spec, "DeploymentSpec",
	INT("replicas"), ONE("selector", kube_label_selector), ONE("template", kube_pod_template),
	ONE("strategy", strategy), INT("minReadySeconds"), INT("revisionHistoryLimit"),
	BOOL("paused"), INT("progressDeadlineSeconds"), ANY("rollbackTo"));
STRUCT(replica_set_spec, "ReplicaSetSpec",
	INT("replicas"), INT("minReadySeconds"), ONE("selector", kube_label_selector),
	ONE("template", kube_pod_template));
STRUCT(retention, "StatefulSetPersistentVolumeClaimRetentionPolicy",
	STRING("whenDeleted"), STRING("whenScaled"));
STRUCT(ordinals, "StatefulSetOrdinals", INT("start"));
STRUCT(stateful_set_spec, "StatefulSetSpec",
	INT("replicas"), ONE("selector", kube_label_selector), ONE("template", kube_pod_template),
	LIST("volumeClaimTemplates", kube_claim_template), STRING("serviceName"),
	STRING("podManagementPolicy"), ONE("updateStrategy", strategy),
	INT("revisionHistoryLimit"), INT("minReadySeconds"),
	ONE("persistentVolumeClaimRetentionPolicy", retention), ONE("ordinals", ordinals));
STRUCT(daemon_set_spec, "DaemonSetSpec",
	ONE("selector", kube_label_selector), ONE("template", kube_pod_template),
	ONE("updateStrategy", strategy), INT("minReadySeconds"), INT("revisionHistoryLimit"),
	INT("templateGeneration"));
STRUCT(job_spec, "JobSpec",
	INT("parallelism"), INT("completions"), INT("activeDeadlineSeconds"),
	ANY("podFailurePolicy"), ANY("successPolicy"), INT("backoffLimit"),
	INT("backoffLimitPerIndex"), INT("maxFailedIndexes"),
	ONE("selector", kube_label_selector), BOOL("manualSelector"),
	ONE("template", kube_pod_template), INT("ttlSecondsAfterFinished"),
	STRING("completionMode"), BOOL("suspend"), STRING("podReplacementPolicy"),
	STRING("managedBy"));
STRUCT(job_template, "JobTemplateSpec",
	ONE("metadata", kube_object_meta), ONE("spec", job_spec));
STRUCT(cron_job_spec, "CronJobSpec",
	STRING("schedule"), STRING("timeZone"), INT("startingDeadlineSeconds"),
	STRING("concurrencyPolicy"), BOOL("suspend"), ONE("jobTemplate", job_template),
	INT("successfulJobsHistoryLimit"), INT("failedJobsHistoryLimit"));
STRUCT(replication_controller_spec, "ReplicationControllerSpec",
	INT("replicas"), INT("minReadySeconds"), STRING_MAP("selector"),
	ONE("template", kube_pod_template));
OBJECT_WITH_SPEC(kube_pod, "Pod", kube_pod_spec);
OBJECT_WITH_SPEC(kube_deployment, "Deployment", deployment_spec);
OBJECT_WITH_SPEC(kube_replica_set, "ReplicaSet", replica_set_spec);
OBJECT_WITH_SPEC(kube_stateful_set, "StatefulSet", stateful_set_spec);
OBJECT_WITH_SPEC(kube_daemon_set, "DaemonSet", daemon_set_spec);
OBJECT_WITH_SPEC(kube_job, "Job", job_spec);
OBJECT_WITH_SPEC(kube_cron_job, "CronJob", cron_job_spec);
OBJECT_WITH_SPEC(
	kube_replication_controller, "ReplicationController", replication_controller_spec);
OBJECT(kube_pod_template_object, "PodTemplate", ONE("template", kube_pod_template));

/* The network. */
STRUCT(service_port, "ServicePort",
	STRING("name"), STRING("protocol"), STRING("appProtocol"), INT("port"), ANY("targetPort"),
	INT("nodePort"));
static LIST_OF(service_port);
STRUCT(service_spec, "ServiceSpec",
	LIST("ports", service_port), STRING_MAP("selector"), STRING("clusterIP"),
	STRINGS("clusterIPs"), STRING("type"), STRINGS("externalIPs"), STRING("sessionAffinity"),
	STRING("loadBalancerIP"), STRINGS("loadBalancerSourceRanges"), STRING("externalName"),
	STRING("externalTrafficPolicy"), INT("healthCheckNodePort"),
	BOOL("publishNotReadyAddresses"), ANY("sessionAffinityConfig"), STRINGS("ipFamilies"),
	STRING("ipFamily"), STRING("ipFamilyPolicy"), BOOL("allocateLoadBalancerNodePorts"),
	STRING("loadBalancerClass"), STRING("internalTrafficPolicy"), STRINGS("topologyKeys"),
	STRING("trafficDistribution"));
OBJECT_WITH_SPEC(kube_service, "Service", service_spec);

STRUCT(backend_port, "ServiceBackendPort", STRING("name"), INT("number"));
STRUCT(backend_service, "IngressServiceBackend", STRING("name"), ONE("port", backend_port));
STRUCT(backend, "IngressBackend",
	ONE("service", backend_service), ONE("resource", kube_object_reference),
	STRING("serviceName"), ANY("servicePort"));
STRUCT(http_path, "HTTPIngressPath",
	STRING("path"), STRING("pathType"), ONE("backend", backend));
static LIST_OF(http_path);
STRUCT(http_rule, "HTTPIngressRuleValue", LIST("paths", http_path));
STRUCT(ingress_rule, "IngressRule", STRING("host"), ONE("http", http_rule));
static LIST_OF(ingress_rule);
STRUCT(ingress_tls, "IngressTLS", STRINGS("hosts"), STRING("secretName"));
static LIST_OF(ingress_tls);
STRUCT(ingress_spec, "IngressSpec",
	STRING("ingressClassName"), ONE("defaultBackend", backend), ONE("backend", backend),
	LIST("tls", ingress_tls), LIST("rules", ingress_rule));
OBJECT_WITH_SPEC(kube_ingress, "Ingress", ingress_spec);

STRUCT(ip_block, "IPBlock", STRING("cidr"), STRINGS("except"));
STRUCT(peer, "NetworkPolicyPeer",
	ONE("podSelector", kube_label_selector), ONE("namespaceSelector", kube_label_selector),
	ONE("ipBlock", ip_block));
static LIST_OF(peer);
STRUCT(policy_port, "NetworkPolicyPort", STRING("protocol"), ANY("port"), INT("endPort"));
static LIST_OF(policy_port);
STRUCT(ingress_peers, "NetworkPolicyIngressRule", LIST("ports", policy_port), LIST("from", peer));
static LIST_OF(ingress_peers);
STRUCT(egress_peers, "NetworkPolicyEgressRule", LIST("ports", policy_port), LIST("to", peer));
static LIST_OF(egress_peers);
STRUCT(network_policy_spec, "NetworkPolicySpec",
	ONE("podSelector", kube_label_selector), LIST("ingress", ingress_peers),
	LIST("egress", egress_peers), STRINGS("policyTypes"));
OBJECT_WITH_SPEC(kube_network_policy, "NetworkPolicy", network_policy_spec);

/* Rights. */
STRUCT(policy_rule, "PolicyRule",
	STRINGS("verbs"), STRINGS("apiGroups"), STRINGS("resources"), STRINGS("resourceNames"),
	STRINGS("nonResourceURLs"));
static LIST_OF(policy_rule);
static LIST_OF(kube_label_selector);
STRUCT(aggregation_rule, "AggregationRule", LIST("clusterRoleSelectors", kube_label_selector));
STRUCT(rbac_subject, "Subject",
	STRING("kind"), STRING("apiGroup"), STRING("apiVersion"), STRING("name"),
	STRING("namespace"));
static LIST_OF(rbac_subject);
STRUCT(role_reference, "RoleRef", STRING("apiGroup"), STRING("kind"), STRING("name"));
OBJECT(kube_role, "Role", LIST("rules", policy_rule));
OBJECT(kube_cluster_role, "ClusterRole",
	LIST("rules", policy_rule), ONE("aggregationRule", aggregation_rule));
OBJECT(kube_binding, "Binding", LIST("subjects", rbac_subject), ONE("roleRef", role_reference));

static LIST_OF(kube_reference);
static LIST_OF(kube_object_reference);
OBJECT(kube_service_account, "ServiceAccount",
	LIST("secrets", kube_object_reference), LIST("imagePullSecrets", kube_reference),
	BOOL("automountServiceAccountToken"));

/* Everything else. */
STRUCT(namespace_spec, "NamespaceSpec", STRINGS("finalizers"));
OBJECT_WITH_SPEC(kube_namespace, "Namespace", namespace_spec);
OBJECT(kube_config_map, "ConfigMap",
	STRING_MAP("data"), STRING_MAP("binaryData"), BOOL("immutable"));
OBJECT(kube_secret, "Secret",
	STRING_MAP("data"), STRING_MAP("stringData"), STRING("type"), BOOL("immutable"));
STRUCT(disruption_spec, "PodDisruptionBudgetSpec",
	ANY("minAvailable"), ANY("maxUnavailable"), ONE("selector", kube_label_selector),
	STRING("unhealthyPodEvictionPolicy"));
OBJECT_WITH_SPEC(kube_disruption_budget, "PodDisruptionBudget", disruption_spec);
OBJECT_WITH_SPEC(kube_persistent_volume, "PersistentVolume", kube_persistent_volume_spec);
OBJECT_WITH_SPEC(kube_persistent_volume_claim, "PersistentVolumeClaim", kube_claim_spec);

STRUCT(webhook_service, "ServiceReference",
	STRING("namespace"), STRING("name"), STRING("path"), INT("port"));
STRUCT(webhook_client, "WebhookClientConfig",
	STRING("url"), ONE("service", webhook_service), STRING("caBundle"));
STRUCT(webhook_rule, "RuleWithOperations",
	STRINGS("operations"), STRINGS("apiGroups"), STRINGS("apiVersions"), STRINGS("resources"),
	STRING("scope"));
static LIST_OF(webhook_rule);
STRUCT(match_condition, "MatchCondition", STRING("name"), STRING("expression"));
static LIST_OF(match_condition);
STRUCT(webhook, "Webhook",
	STRING("name"), ONE("clientConfig", webhook_client), LIST("rules", webhook_rule),
	STRING("failurePolicy"), STRING("matchPolicy"),
	ONE("namespaceSelector", kube_label_selector), ONE("objectSelector", kube_label_selector),
	STRING("sideEffects"), INT("timeoutSeconds"), STRINGS("admissionReviewVersions"),
	STRING("reinvocationPolicy"), LIST("matchConditions", match_condition));
static LIST_OF(webhook);
OBJECT(kube_webhook_configuration, "WebhookConfiguration", LIST("webhooks", webhook));

STRUCT(limit, "LimitRangeItem",
	STRING("type"), QUANTITIES("max"), QUANTITIES("min"), QUANTITIES("default"),
	QUANTITIES("defaultRequest"), QUANTITIES("maxLimitRequestRatio"));
static LIST_OF(limit);
STRUCT(limit_range_spec, "LimitRangeSpec", LIST("limits", limit));
OBJECT_WITH_SPEC(kube_limit_range, "LimitRange", limit_range_spec);
STRUCT(quota_spec, "ResourceQuotaSpec",
	QUANTITIES("hard"), STRINGS("scopes"), ANY("scopeSelector"));
OBJECT_WITH_SPEC(kube_resource_quota, "ResourceQuota", quota_spec);
