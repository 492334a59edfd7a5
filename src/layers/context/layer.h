/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/layer.h"

extern const struct layer context_layer;
