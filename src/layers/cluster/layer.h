/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/layer.h"

/* Kubernetes manifests: one subject per object, for every workload with its pod. */
extern const struct layer cluster_layer;
