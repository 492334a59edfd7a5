/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/types.h"

/*
 * The shapes of Kubernetes objects as static tables, so that a misspelt field is found when a
 * policy is loaded: every field of the API up to Kubernetes 1.37, also those that an older or newer
 * server lacks. Quantities and int-or-string values are dyn. Source: the API types of k8s.io/api.
 */

#define QUANTITIES(field) \
	{ \
		field, &kube_quantities \
	}

/* types_meta.c */
extern const struct cel_type kube_quantities, kube_object_meta, kube_label_selector, kube_reference,
	kube_secret_reference, kube_object_reference, kube_claim_spec, kube_claim_template,
	kube_claim_template_list, kube_field_selector, kube_resource_selector;
/* types_volume.c */
extern const struct cel_type kube_volume, kube_volume_list, kube_persistent_volume_spec;
/* types_pod.c */
extern const struct cel_type kube_container, kube_container_list, kube_pod_spec, kube_pod_template,
	kube_pod_part, kube_pod_part_list;
/* types_object.c: whole objects */
extern const struct cel_type kube_pod, kube_deployment, kube_replica_set, kube_stateful_set,
	kube_daemon_set, kube_job, kube_cron_job, kube_replication_controller,
	kube_pod_template_object, kube_service, kube_ingress, kube_network_policy, kube_role,
	kube_cluster_role, kube_binding, kube_service_account, kube_namespace, kube_config_map,
	kube_secret, kube_disruption_budget, kube_persistent_volume, kube_persistent_volume_claim,
	kube_webhook_configuration, kube_limit_range, kube_resource_quota;
