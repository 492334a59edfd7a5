/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/cluster/types.h"

/* clang-format off */

/* Containers. */
STRUCT(port, "ContainerPort",
	STRING("name"), INT("hostPort"), INT("containerPort"), STRING("protocol"),
	STRING("hostIP"));
static LIST_OF(port);

STRUCT(key_selector, "KeySelector", STRING("name"), STRING("key"), BOOL("optional"));
STRUCT(file_selector, "FileKeySelector",
	STRING("volumeName"), STRING("path"), STRING("key"), BOOL("optional"));
STRUCT(env_source, "EnvVarSource",
	ONE("fieldRef", kube_field_selector), ONE("resourceFieldRef", kube_resource_selector),
	ONE("configMapKeyRef", key_selector), ONE("secretKeyRef", key_selector),
	ONE("fileKeyRef", file_selector));
STRUCT(env, "EnvVar", STRING("name"), STRING("value"), ONE("valueFrom", env_source));
static LIST_OF(env);
STRUCT(optional_reference, "OptionalReference", STRING("name"), BOOL("optional"));
STRUCT(env_from, "EnvFromSource",
	STRING("prefix"), ONE("configMapRef", optional_reference),
	ONE("secretRef", optional_reference));
static LIST_OF(env_from);

STRUCT(resource_claim, "ResourceClaim", STRING("name"), STRING("request"));
static LIST_OF(resource_claim);
STRUCT(resources, "ResourceRequirements",
	QUANTITIES("limits"), QUANTITIES("requests"), LIST("claims", resource_claim));
STRUCT(resize_policy, "ContainerResizePolicy",
	STRING("resourceName"), STRING("restartPolicy"));
static LIST_OF(resize_policy);

STRUCT(exit_codes, "ContainerRestartRuleOnExitCodes", STRING("operator"), INTS("values"));
STRUCT(restart_rule, "ContainerRestartRule", STRING("action"), ONE("exitCodes", exit_codes));
static LIST_OF(restart_rule);

STRUCT(volume_mount, "VolumeMount",
	STRING("name"), BOOL("readOnly"), STRING("recursiveReadOnly"), STRING("mountPath"),
	STRING("subPath"), STRING("mountPropagation"), STRING("subPathExpr"));
static LIST_OF(volume_mount);
STRUCT(volume_device, "VolumeDevice", STRING("name"), STRING("devicePath"));
static LIST_OF(volume_device);

STRUCT(exec_action, "ExecAction", STRINGS("command"));
STRUCT(http_header, "HTTPHeader", STRING("name"), STRING("value"));
static LIST_OF(http_header);
STRUCT(http_action, "HTTPGetAction",
	STRING("path"), ANY("port"), STRING("host"), STRING("scheme"),
	LIST("httpHeaders", http_header));
STRUCT(tcp_action, "TCPSocketAction", ANY("port"), STRING("host"));
STRUCT(grpc_action, "GRPCAction", INT("port"), STRING("service"));
STRUCT(sleep_action, "SleepAction", INT("seconds"));
STRUCT(probe, "Probe",
	ONE("exec", exec_action), ONE("httpGet", http_action), ONE("tcpSocket", tcp_action),
	ONE("grpc", grpc_action), INT("initialDelaySeconds"), INT("timeoutSeconds"),
	INT("periodSeconds"), INT("successThreshold"), INT("failureThreshold"),
	INT("terminationGracePeriodSeconds"));
STRUCT(lifecycle_handler, "LifecycleHandler",
	ONE("exec", exec_action), ONE("httpGet", http_action), ONE("tcpSocket", tcp_action),
	ONE("sleep", sleep_action));
STRUCT(lifecycle, "Lifecycle",
	ONE("postStart", lifecycle_handler), ONE("preStop", lifecycle_handler),
	STRING("stopSignal"));

STRUCT(capabilities, "Capabilities", STRINGS("add"), STRINGS("drop"));
STRUCT(se_linux, "SELinuxOptions",
	STRING("user"), STRING("role"), STRING("type"), STRING("level"));
STRUCT(windows, "WindowsSecurityContextOptions",
	STRING("gmsaCredentialSpecName"), STRING("gmsaCredentialSpec"), STRING("runAsUserName"),
	BOOL("hostProcess"));
STRUCT(seccomp, "SeccompProfile", STRING("type"), STRING("localhostProfile"));
STRUCT(app_armor, "AppArmorProfile", STRING("type"), STRING("localhostProfile"));
STRUCT(security_context, "SecurityContext",
	ONE("capabilities", capabilities), BOOL("privileged"), ONE("seLinuxOptions", se_linux),
	ONE("windowsOptions", windows), INT("runAsUser"), INT("runAsGroup"),
	BOOL("runAsNonRoot"), BOOL("readOnlyRootFilesystem"), BOOL("allowPrivilegeEscalation"),
	STRING("procMount"), ONE("seccompProfile", seccomp), ONE("appArmorProfile", app_armor));

/* Of all three lists; targetContainerName only in ephemeral containers. */
SHARED_STRUCT(kube_container, "Container",
	STRING("name"), STRING("image"), STRINGS("command"), STRINGS("args"),
	STRING("workingDir"), LIST("ports", port), LIST("envFrom", env_from), LIST("env", env),
	ONE("resources", resources), LIST("resizePolicy", resize_policy),
	STRING("restartPolicy"), LIST("restartPolicyRules", restart_rule),
	LIST("volumeMounts", volume_mount), LIST("volumeDevices", volume_device),
	ONE("livenessProbe", probe), ONE("readinessProbe", probe), ONE("startupProbe", probe),
	ONE("lifecycle", lifecycle), STRING("terminationMessagePath"),
	STRING("terminationMessagePolicy"), STRING("imagePullPolicy"),
	ONE("securityContext", security_context), BOOL("stdin"), BOOL("stdinOnce"), BOOL("tty"),
	STRING("targetContainerName"));
LIST_OF(kube_container);

/* Scheduling. */
STRUCT(node_requirement, "NodeSelectorRequirement",
	STRING("key"), STRING("operator"), STRINGS("values"));
static LIST_OF(node_requirement);
STRUCT(node_term, "NodeSelectorTerm",
	LIST("matchExpressions", node_requirement), LIST("matchFields", node_requirement));
static LIST_OF(node_term);
STRUCT(node_selector, "NodeSelector", LIST("nodeSelectorTerms", node_term));
STRUCT(preferred_node, "PreferredSchedulingTerm", INT("weight"), ONE("preference", node_term));
static LIST_OF(preferred_node);
STRUCT(node_affinity, "NodeAffinity",
	ONE("requiredDuringSchedulingIgnoredDuringExecution", node_selector),
	LIST("preferredDuringSchedulingIgnoredDuringExecution", preferred_node));
STRUCT(pod_term, "PodAffinityTerm",
	ONE("labelSelector", kube_label_selector), STRINGS("namespaces"), STRING("topologyKey"),
	ONE("namespaceSelector", kube_label_selector), STRINGS("matchLabelKeys"),
	STRINGS("mismatchLabelKeys"));
static LIST_OF(pod_term);
STRUCT(weighted_pod_term, "WeightedPodAffinityTerm",
	INT("weight"), ONE("podAffinityTerm", pod_term));
static LIST_OF(weighted_pod_term);
STRUCT(pod_affinity, "PodAffinity",
	LIST("requiredDuringSchedulingIgnoredDuringExecution", pod_term),
	LIST("preferredDuringSchedulingIgnoredDuringExecution", weighted_pod_term));
STRUCT(affinity, "Affinity",
	ONE("nodeAffinity", node_affinity), ONE("podAffinity", pod_affinity),
	ONE("podAntiAffinity", pod_affinity));
STRUCT(toleration, "Toleration",
	STRING("key"), STRING("operator"), STRING("value"), STRING("effect"),
	INT("tolerationSeconds"));
static LIST_OF(toleration);
STRUCT(topology_spread, "TopologySpreadConstraint",
	INT("maxSkew"), STRING("topologyKey"), STRING("whenUnsatisfiable"),
	ONE("labelSelector", kube_label_selector), INT("minDomains"),
	STRING("nodeAffinityPolicy"), STRING("nodeTaintsPolicy"), STRINGS("matchLabelKeys"));
static LIST_OF(topology_spread);
STRUCT(scheduling_gate, "PodSchedulingGate", STRING("name"));
static LIST_OF(scheduling_gate);
STRUCT(pod_os, "PodOS", STRING("name"));
STRUCT(workload_reference, "WorkloadReference",
	STRING("name"), STRING("podGroup"), STRING("podGroupReplicaKey"));
STRUCT(scheduling_group, "PodSchedulingGroup", STRING("podGroupName"));

/* Pods. */
STRUCT(sysctl, "Sysctl", STRING("name"), STRING("value"));
static LIST_OF(sysctl);
STRUCT(pod_security_context, "PodSecurityContext",
	ONE("seLinuxOptions", se_linux), ONE("windowsOptions", windows), INT("runAsUser"),
	INT("runAsGroup"), BOOL("runAsNonRoot"), INTS("supplementalGroups"),
	STRING("supplementalGroupsPolicy"), INT("fsGroup"), LIST("sysctls", sysctl),
	STRING("fsGroupChangePolicy"), ONE("seccompProfile", seccomp),
	ONE("appArmorProfile", app_armor), STRING("seLinuxChangePolicy"));
STRUCT(host_alias, "HostAlias", STRING("ip"), STRINGS("hostnames"));
static LIST_OF(host_alias);
STRUCT(dns_option, "PodDNSConfigOption", STRING("name"), STRING("value"));
static LIST_OF(dns_option);
STRUCT(dns_config, "PodDNSConfig",
	STRINGS("nameservers"), STRINGS("searches"), LIST("options", dns_option));
STRUCT(readiness_gate, "PodReadinessGate", STRING("conditionType"));
static LIST_OF(readiness_gate);
STRUCT(pod_claim_source, "ClaimSource",
	STRING("resourceClaimName"), STRING("resourceClaimTemplateName"));
STRUCT(pod_claim, "PodResourceClaim",
	STRING("name"), ONE("source", pod_claim_source), STRING("resourceClaimName"),
	STRING("resourceClaimTemplateName"));
static LIST_OF(pod_claim);
static LIST_OF(kube_reference);

SHARED_STRUCT(kube_pod_spec, "PodSpec",
	LIST("volumes", kube_volume), LIST("initContainers", kube_container),
	LIST("containers", kube_container), LIST("ephemeralContainers", kube_container),
	STRING("restartPolicy"), INT("terminationGracePeriodSeconds"),
	INT("activeDeadlineSeconds"), STRING("dnsPolicy"), STRING_MAP("nodeSelector"),
	STRING("serviceAccountName"), STRING("serviceAccount"),
	BOOL("automountServiceAccountToken"), STRING("nodeName"), BOOL("hostNetwork"),
	BOOL("hostPID"), BOOL("hostIPC"), BOOL("shareProcessNamespace"),
	ONE("securityContext", pod_security_context), LIST("imagePullSecrets", kube_reference),
	STRING("hostname"), STRING("subdomain"), ONE("affinity", affinity),
	STRING("schedulerName"), LIST("tolerations", toleration),
	LIST("hostAliases", host_alias), STRING("priorityClassName"), INT("priority"),
	ONE("dnsConfig", dns_config), LIST("readinessGates", readiness_gate),
	STRING("runtimeClassName"), BOOL("enableServiceLinks"), STRING("preemptionPolicy"),
	QUANTITIES("overhead"), LIST("topologySpreadConstraints", topology_spread),
	BOOL("setHostnameAsFQDN"), ONE("os", pod_os), BOOL("hostUsers"),
	LIST("schedulingGates", scheduling_gate), LIST("resourceClaims", pod_claim),
	ONE("resources", resources), STRING("hostnameOverride"),
	ONE("workloadRef", workload_reference), ONE("schedulingGroup", scheduling_group));

/* What a pod and its containers may both say. */
STRUCT(part_security_context, "PartSecurityContext",
	ONE("seLinuxOptions", se_linux), ONE("windowsOptions", windows), INT("runAsUser"),
	INT("runAsGroup"), BOOL("runAsNonRoot"), ONE("seccompProfile", seccomp),
	ONE("appArmorProfile", app_armor));
SHARED_STRUCT(kube_pod_part, "PodPart",
	BOOL("isPod"), STRING("name"), ONE("securityContext", part_security_context));
LIST_OF(kube_pod_part);

SHARED_STRUCT(kube_pod_template, "PodTemplateSpec",
	ONE("metadata", kube_object_meta), ONE("spec", kube_pod_spec));
