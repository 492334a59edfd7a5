/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/text.h"

/* Services, each a document of a YAML stream: many small ones, as a cluster's inventory has. */
static inline struct str bench_services(struct arena *arena, int documents)
{
	struct buf out;
	buf_init_arena(&out, arena, (size_t)documents * 512);
	for (int i = 0; i < documents; i++)
		buf_printf(&out,
			"---\napiVersion: v1\nkind: Service\nmetadata:\n  name: service-%d\n"
			"  namespace: team-%d\n  labels:\n    app.kubernetes.io/name: service-%d\n"
			"    app.kubernetes.io/part-of: \"shop\"\n    tier: backend\nspec:\n"
			"  type: ClusterIP\n  selector:\n    app: service-%d\n  ports:\n"
			"    - name: http\n      port: 80\n      targetPort: 8080\n"
			"      protocol: TCP\n    - name: metrics\n      port: 9090\n"
			"      targetPort: metrics\n  sessionAffinity: None\n",
			i, i % 40, i, i);
	return buf_str(&out);
}
