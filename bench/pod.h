/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/* A Pod as an API server sends it to a webhook, about 10 KB of compact JSON: four containers with
 * environment, probes, resources and mounts. */
static inline void bench_put_container(struct buf *out, int i)
{
	buf_printf(out,
		"{\"name\":\"worker-%d\",\"image\":\"registry.example.com/shop/worker-%d:1.4.%d"
		"@sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945\","
		"\"imagePullPolicy\":\"IfNotPresent\",\"command\":[\"/usr/local/bin/worker\"],"
		"\"args\":[\"--listen=0.0.0.0:80%d0\",\"--log-format=json\",\"--zone=eu-west-1\"],",
		i, i, i, i);
	buf_printf(out,
		"\"ports\":[{\"name\":\"http\",\"containerPort\":80%d0,\"protocol\":\"TCP\"},"
		"{\"name\":\"metrics\",\"containerPort\":909%d,\"protocol\":\"TCP\"}],\"env\":[",
		i, i);
	static const char *const names[] = {"POSTGRES_HOST", "POSTGRES_PORT", "REDIS_ADDRESS",
		"OTEL_EXPORTER_OTLP_ENDPOINT", "FEATURE_NEW_CHECKOUT", "GOMAXPROCS", "TZ"};
	for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++)
		buf_printf(out,
			"{\"name\":\"%s\",\"value\":\"value-%zu.orders.svc.cluster.local\"},",
			names[n], n);
	buf_puts(out,
		"{\"name\":\"POD_IP\",\"valueFrom\":{\"fieldRef\":{\"apiVersion\":\"v1\","
		"\"fieldPath\":\"status.podIP\"}}}],\"resources\":{\"limits\":{\"cpu\":\"2\","
		"\"memory\":\"512Mi\"},\"requests\":{\"cpu\":\"250m\",\"memory\":\"256Mi\"}},");
	for (int probe = 0; probe < 2; probe++)
		buf_printf(out,
			"\"%s\":{\"httpGet\":{\"path\":\"/healthz\",\"port\":\"http\",\"scheme\":"
			"\"HTTP\"},\"initialDelaySeconds\":5,\"timeoutSeconds\":1,"
			"\"periodSeconds\":10,"
			"\"successThreshold\":1,\"failureThreshold\":3},",
			probe ? "readinessProbe" : "livenessProbe");
	buf_puts(out,
		"\"volumeMounts\":[{\"name\":\"config\",\"readOnly\":true,\"mountPath\":"
		"\"/etc/worker\"},{\"name\":\"cache\",\"mountPath\":\"/var/cache/worker\"},"
		"{\"name\":\"kube-api-access-x7k2p\",\"readOnly\":true,\"mountPath\":"
		"\"/var/run/secrets/kubernetes.io/serviceaccount\"}],\"securityContext\":"
		"{\"capabilities\":{\"drop\":[\"ALL\"]},\"privileged\":false,\"runAsNonRoot\":true,"
		"\"readOnlyRootFilesystem\":true,\"allowPrivilegeEscalation\":false},"
		"\"terminationMessagePath\":\"/dev/termination-log\","
		"\"terminationMessagePolicy\":\"File\"}");
}

static inline void bench_put_pod(struct buf *out)
{
	buf_puts(out,
		"{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"orders-api-7c9\","
		"\"generateName\":\"orders-api-\",\"namespace\":\"shop\",\"uid\":"
		"\"6e1b9a0e-7f57-4c0e-9f0b-0a4f6b1f3c11\",\"creationTimestamp\":"
		"\"2026-03-01T10:00:00Z\",\"labels\":{\"app.kubernetes.io/name\":\"orders-api\","
		"\"app.kubernetes.io/part-of\":\"shop\",\"pod-template-hash\":\"7c9d8f\",\"tier\":"
		"\"backend\"},\"annotations\":{\"prometheus.io/scrape\":\"true\","
		"\"prometheus.io/port\":\"9090\",\"checksum/config\":"
		"\"9b74c9897bac770ffc029102a200c5de\"},\"ownerReferences\":[{\"apiVersion\":"
		"\"apps/v1\",\"kind\":\"ReplicaSet\",\"name\":\"orders-api-7c9d8f\",\"uid\":"
		"\"0f7dd1a8-3f5e-4c43-8a39-2a8a4a7a9c55\",\"controller\":true}]");
	buf_puts(out,
		",\"managedFields\":[{\"manager\":\"kube-controller-manager\",\"operation\":"
		"\"Update\",\"apiVersion\":\"v1\",\"time\":\"2026-03-01T10:00:00Z\",\"fieldsType\":"
		"\"FieldsV1\",\"fieldsV1\":{\"f:metadata\":{\"f:annotations\":{\".\":{},"
		"\"f:prometheus.io/scrape\":{},\"f:prometheus.io/port\":{},\"f:checksum/"
		"config\":{}},"
		"\"f:generateName\":{},\"f:labels\":{\".\":{},\"f:app.kubernetes.io/name\":{},"
		"\"f:app.kubernetes.io/part-of\":{},\"f:pod-template-hash\":{},\"f:tier\":{}},"
		"\"f:ownerReferences\":{\".\":{},\"k:{\\\"uid\\\":\\\"0f7dd1a8-3f5e\\\"}\":{}}},"
		"\"f:spec\":{\"f:containers\":{\"k:{\\\"name\\\":\\\"worker-0\\\"}\":{\".\":{},"
		"\"f:args\":{},\"f:command\":{},\"f:env\":{},\"f:image\":{},\"f:imagePullPolicy\":{"
		"},"
		"\"f:livenessProbe\":{},\"f:name\":{},\"f:ports\":{},\"f:readinessProbe\":{},"
		"\"f:resources\":{},\"f:securityContext\":{},\"f:volumeMounts\":{}}},"
		"\"f:dnsPolicy\":{},\"f:enableServiceLinks\":{},\"f:restartPolicy\":{},"
		"\"f:schedulerName\":{},\"f:terminationGracePeriodSeconds\":{},\"f:volumes\":{}}}}"
		"]");
	buf_puts(out,
		"},\"spec\":{"
		"\"volumes\":[{\"name\":\"config\",\"configMap\":{\"name\":\"orders-config\","
		"\"defaultMode\":420}},{\"name\":\"cache\",\"emptyDir\":{\"sizeLimit\":\"1Gi\"}},"
		"{\"name\":\"kube-api-access-x7k2p\",\"projected\":{\"sources\":["
		"{\"serviceAccountToken\":{\"expirationSeconds\":3607,\"path\":\"token\"}},"
		"{\"configMap\":{\"name\":\"kube-root-ca.crt\",\"items\":[{\"key\":\"ca.crt\","
		"\"path\":\"ca.crt\"}]}}],\"defaultMode\":420}}],\"containers\":[");
	for (int i = 0; i < 4; i++) {
		if (i > 0)
			buf_puts(out, ",");
		bench_put_container(out, i);
	}
	buf_puts(out,
		"],\"restartPolicy\":\"Always\",\"terminationGracePeriodSeconds\":30,"
		"\"dnsPolicy\":\"ClusterFirst\",\"serviceAccountName\":\"orders\",\"nodeName\":"
		"\"node-12\",\"securityContext\":{\"runAsUser\":10001,\"fsGroup\":10001,"
		"\"seccompProfile\":{\"type\":\"RuntimeDefault\"}},\"schedulerName\":"
		"\"default-scheduler\",\"tolerations\":[{\"key\":\"node.kubernetes.io/not-ready\","
		"\"operator\":\"Exists\",\"effect\":\"NoExecute\",\"tolerationSeconds\":300}],"
		"\"priority\":0,\"enableServiceLinks\":true},\"status\":{\"phase\":\"Pending\","
		"\"qosClass\":\"Burstable\"}}");
}
