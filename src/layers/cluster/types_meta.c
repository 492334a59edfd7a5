/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/cluster/types.h"

/* clang-format off */

const struct cel_type kube_quantities = {
	.kind = CEL_TYPE_MAP, .parameters = {&cel_type_string, &cel_type_dyn}};

STRUCT(owner_reference, "OwnerReference",
	STRING("apiVersion"), STRING("kind"), STRING("name"), STRING("uid"), BOOL("controller"),
	BOOL("blockOwnerDeletion"));
static LIST_OF(owner_reference);

STRUCT(managed_fields, "ManagedFieldsEntry",
	STRING("manager"), STRING("operation"), STRING("apiVersion"), STRING("time"),
	STRING("fieldsType"), ANY("fieldsV1"), STRING("subresource"));
static LIST_OF(managed_fields);

SHARED_STRUCT(kube_object_meta, "ObjectMeta",
	STRING("name"), STRING("generateName"), STRING("namespace"), STRING("selfLink"),
	STRING("uid"), STRING("resourceVersion"), INT("generation"), STRING("creationTimestamp"),
	STRING("deletionTimestamp"), INT("deletionGracePeriodSeconds"), STRING_MAP("labels"),
	STRING_MAP("annotations"), LIST("ownerReferences", owner_reference),
	STRINGS("finalizers"), STRING("clusterName"), LIST("managedFields", managed_fields));

STRUCT(label_requirement, "LabelSelectorRequirement",
	STRING("key"), STRING("operator"), STRINGS("values"));
static LIST_OF(label_requirement);

SHARED_STRUCT(kube_label_selector, "LabelSelector",
	STRING_MAP("matchLabels"), LIST("matchExpressions", label_requirement));

SHARED_STRUCT(kube_reference, "LocalObjectReference",
	STRING("name"));

SHARED_STRUCT(kube_secret_reference, "SecretReference",
	STRING("name"), STRING("namespace"));

SHARED_STRUCT(kube_object_reference, "ObjectReference",
	STRING("kind"), STRING("namespace"), STRING("name"), STRING("uid"), STRING("apiVersion"),
	STRING("apiGroup"), STRING("resourceVersion"), STRING("fieldPath"));

STRUCT(claim_resources, "VolumeResourceRequirements",
	QUANTITIES("limits"), QUANTITIES("requests"));

SHARED_STRUCT(kube_claim_spec, "PersistentVolumeClaimSpec",
	STRINGS("accessModes"), ONE("selector", kube_label_selector),
	ONE("resources", claim_resources), STRING("volumeName"), STRING("storageClassName"),
	STRING("volumeMode"), ONE("dataSource", kube_object_reference),
	ONE("dataSourceRef", kube_object_reference), STRING("volumeAttributesClassName"));

SHARED_STRUCT(kube_claim_template, "PersistentVolumeClaimTemplate",
	STRING("apiVersion"), STRING("kind"), ONE("metadata", kube_object_meta),
	ONE("spec", kube_claim_spec), ANY("status"));
LIST_OF(kube_claim_template);

SHARED_STRUCT(kube_field_selector, "ObjectFieldSelector",
	STRING("apiVersion"), STRING("fieldPath"));

SHARED_STRUCT(kube_resource_selector, "ResourceFieldSelector",
	STRING("containerName"), STRING("resource"), ANY("divisor"));
