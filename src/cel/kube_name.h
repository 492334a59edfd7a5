/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/*
 * Names as Kubernetes admits them. Each function returns NULL for a good name, or a phrase that
 * says what a good one looks like. Source: k8s.io/apimachinery/pkg/util/validation.
 */
const char *kube_name_label_fault(struct str name);       /* RFC 1123 label, at most 63 bytes */
const char *kube_name_subdomain_fault(struct str name);   /* labels with dots, at most 253 */
const char *kube_name_dns1035_fault(struct str name);     /* a label that begins with a letter */
const char *kube_name_qualified_fault(struct str name);   /* [subdomain/]name, as keys of labels */
const char *kube_name_port_fault(struct str name);        /* IANA service name, at most 15 */
const char *kube_name_label_value_fault(struct str text); /* the value of a label */

/** The prefix of a generated name, made into the shortest name it can begin. */
struct str kube_name_of_prefix(struct arena *arena, struct str prefix);
