/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/cluster/types.h"

/* clang-format off */

STRUCT(key_path, "KeyToPath", STRING("key"), STRING("path"), INT("mode"));
static LIST_OF(key_path);

STRUCT(downward_file, "DownwardAPIVolumeFile",
	STRING("path"), ONE("fieldRef", kube_field_selector),
	ONE("resourceFieldRef", kube_resource_selector), INT("mode"));
static LIST_OF(downward_file);

STRUCT(host_path, "HostPathVolumeSource", STRING("path"), STRING("type"));
STRUCT(empty_dir, "EmptyDirVolumeSource", STRING("medium"), ANY("sizeLimit"));
STRUCT(gce_disk, "GCEPersistentDiskVolumeSource",
	STRING("pdName"), STRING("fsType"), INT("partition"), BOOL("readOnly"));
STRUCT(aws_disk, "AWSElasticBlockStoreVolumeSource",
	STRING("volumeID"), STRING("fsType"), INT("partition"), BOOL("readOnly"));
STRUCT(git_repo, "GitRepoVolumeSource",
	STRING("repository"), STRING("revision"), STRING("directory"));
STRUCT(secret_volume, "SecretVolumeSource",
	STRING("secretName"), LIST("items", key_path), INT("defaultMode"), BOOL("optional"));
STRUCT(nfs, "NFSVolumeSource", STRING("server"), STRING("path"), BOOL("readOnly"));
STRUCT(iscsi, "ISCSIVolumeSource",
	STRING("targetPortal"), STRING("iqn"), INT("lun"), STRING("iscsiInterface"),
	STRING("fsType"), BOOL("readOnly"), STRINGS("portals"), BOOL("chapAuthDiscovery"),
	BOOL("chapAuthSession"), ONE("secretRef", kube_secret_reference),
	STRING("initiatorName"));
STRUCT(glusterfs, "GlusterfsVolumeSource",
	STRING("endpoints"), STRING("path"), BOOL("readOnly"), STRING("endpointsNamespace"));
STRUCT(claim, "PersistentVolumeClaimVolumeSource", STRING("claimName"), BOOL("readOnly"));
STRUCT(rbd, "RBDVolumeSource",
	STRINGS("monitors"), STRING("image"), STRING("fsType"), STRING("pool"), STRING("user"),
	STRING("keyring"), ONE("secretRef", kube_secret_reference), BOOL("readOnly"));
STRUCT(flex_volume, "FlexVolumeSource",
	STRING("driver"), STRING("fsType"), ONE("secretRef", kube_secret_reference),
	BOOL("readOnly"), STRING_MAP("options"));
STRUCT(cinder, "CinderVolumeSource",
	STRING("volumeID"), STRING("fsType"), BOOL("readOnly"),
	ONE("secretRef", kube_secret_reference));
STRUCT(cephfs, "CephFSVolumeSource",
	STRINGS("monitors"), STRING("path"), STRING("user"), STRING("secretFile"),
	ONE("secretRef", kube_secret_reference), BOOL("readOnly"));
STRUCT(flocker, "FlockerVolumeSource", STRING("datasetName"), STRING("datasetUUID"));
STRUCT(downward_volume, "DownwardAPIVolumeSource",
	LIST("items", downward_file), INT("defaultMode"));
STRUCT(fibre_channel, "FCVolumeSource",
	STRINGS("targetWWNs"), INT("lun"), STRING("fsType"), BOOL("readOnly"), STRINGS("wwids"));
STRUCT(azure_file, "AzureFileVolumeSource",
	STRING("secretName"), STRING("shareName"), BOOL("readOnly"), STRING("secretNamespace"));
STRUCT(config_map_volume, "ConfigMapVolumeSource",
	STRING("name"), LIST("items", key_path), INT("defaultMode"), BOOL("optional"));
STRUCT(vsphere, "VsphereVirtualDiskVolumeSource",
	STRING("volumePath"), STRING("fsType"), STRING("storagePolicyName"),
	STRING("storagePolicyID"));
STRUCT(quobyte, "QuobyteVolumeSource",
	STRING("registry"), STRING("volume"), BOOL("readOnly"), STRING("user"), STRING("group"),
	STRING("tenant"));
STRUCT(azure_disk, "AzureDiskVolumeSource",
	STRING("diskName"), STRING("diskURI"), STRING("cachingMode"), STRING("fsType"),
	BOOL("readOnly"), STRING("kind"));
STRUCT(photon, "PhotonPersistentDiskVolumeSource", STRING("pdID"), STRING("fsType"));
STRUCT(portworx, "PortworxVolumeSource",
	STRING("volumeID"), STRING("fsType"), BOOL("readOnly"));
STRUCT(scale_io, "ScaleIOVolumeSource",
	STRING("gateway"), STRING("system"), ONE("secretRef", kube_secret_reference),
	BOOL("sslEnabled"), STRING("protectionDomain"), STRING("storagePool"),
	STRING("storageMode"), STRING("volumeName"), STRING("fsType"), BOOL("readOnly"));
STRUCT(storage_os, "StorageOSVolumeSource",
	STRING("volumeName"), STRING("volumeNamespace"), STRING("fsType"), BOOL("readOnly"),
	ONE("secretRef", kube_object_reference));
STRUCT(csi_volume, "CSIVolumeSource",
	STRING("driver"), BOOL("readOnly"), STRING("fsType"), STRING_MAP("volumeAttributes"),
	ONE("nodePublishSecretRef", kube_reference));
STRUCT(ephemeral_volume, "EphemeralVolumeSource",
	ONE("volumeClaimTemplate", kube_claim_template));
STRUCT(image_volume, "ImageVolumeSource", STRING("reference"), STRING("pullPolicy"));

STRUCT(secret_projection, "SecretProjection",
	STRING("name"), LIST("items", key_path), BOOL("optional"));
STRUCT(downward_projection, "DownwardAPIProjection", LIST("items", downward_file));
STRUCT(token_projection, "ServiceAccountTokenProjection",
	STRING("audience"), INT("expirationSeconds"), STRING("path"));
STRUCT(trust_projection, "ClusterTrustBundleProjection",
	STRING("name"), STRING("signerName"), ONE("labelSelector", kube_label_selector),
	BOOL("optional"), STRING("path"));
STRUCT(certificate_projection, "PodCertificateProjection",
	STRING("signerName"), STRING("keyType"), INT("maxExpirationSeconds"),
	STRING("credentialBundlePath"), STRING("keyPath"), STRING("certificateChainPath"),
	STRING_MAP("userAnnotations"));
STRUCT(projection, "VolumeProjection",
	ONE("secret", secret_projection), ONE("downwardAPI", downward_projection),
	ONE("configMap", secret_projection), ONE("serviceAccountToken", token_projection),
	ONE("clusterTrustBundle", trust_projection),
	ONE("podCertificate", certificate_projection));
static LIST_OF(projection);
STRUCT(projected, "ProjectedVolumeSource", LIST("sources", projection), INT("defaultMode"));

SHARED_STRUCT(kube_volume, "Volume",
	STRING("name"), ONE("hostPath", host_path), ONE("emptyDir", empty_dir),
	ONE("gcePersistentDisk", gce_disk), ONE("awsElasticBlockStore", aws_disk),
	ONE("gitRepo", git_repo), ONE("secret", secret_volume), ONE("nfs", nfs),
	ONE("iscsi", iscsi), ONE("glusterfs", glusterfs), ONE("persistentVolumeClaim", claim),
	ONE("rbd", rbd), ONE("flexVolume", flex_volume), ONE("cinder", cinder),
	ONE("cephfs", cephfs), ONE("flocker", flocker), ONE("downwardAPI", downward_volume),
	ONE("fc", fibre_channel), ONE("azureFile", azure_file),
	ONE("configMap", config_map_volume), ONE("vsphereVolume", vsphere),
	ONE("quobyte", quobyte), ONE("azureDisk", azure_disk),
	ONE("photonPersistentDisk", photon), ONE("projected", projected),
	ONE("portworxVolume", portworx), ONE("scaleIO", scale_io), ONE("storageos", storage_os),
	ONE("csi", csi_volume), ONE("ephemeral", ephemeral_volume), ONE("image", image_volume));
LIST_OF(kube_volume);

STRUCT(local_volume, "LocalVolumeSource", STRING("path"), STRING("fsType"));
STRUCT(csi_persistent, "CSIPersistentVolumeSource",
	STRING("driver"), STRING("volumeHandle"), BOOL("readOnly"), STRING("fsType"),
	STRING_MAP("volumeAttributes"), ONE("controllerPublishSecretRef", kube_secret_reference),
	ONE("nodeStageSecretRef", kube_secret_reference),
	ONE("nodePublishSecretRef", kube_secret_reference),
	ONE("controllerExpandSecretRef", kube_secret_reference),
	ONE("nodeExpandSecretRef", kube_secret_reference));

SHARED_STRUCT(kube_persistent_volume_spec, "PersistentVolumeSpec",
	QUANTITIES("capacity"), STRINGS("accessModes"), ONE("claimRef", kube_object_reference),
	STRING("persistentVolumeReclaimPolicy"), STRING("storageClassName"),
	STRINGS("mountOptions"), STRING("volumeMode"), ANY("nodeAffinity"),
	STRING("volumeAttributesClassName"), ONE("hostPath", host_path),
	ONE("gcePersistentDisk", gce_disk), ONE("awsElasticBlockStore", aws_disk),
	ONE("nfs", nfs), ONE("iscsi", iscsi), ONE("glusterfs", glusterfs), ONE("rbd", rbd),
	ONE("flexVolume", flex_volume), ONE("cinder", cinder), ONE("cephfs", cephfs),
	ONE("flocker", flocker), ONE("fc", fibre_channel), ONE("azureFile", azure_file),
	ONE("vsphereVolume", vsphere), ONE("quobyte", quobyte), ONE("azureDisk", azure_disk),
	ONE("photonPersistentDisk", photon), ONE("portworxVolume", portworx),
	ONE("scaleIO", scale_io), ONE("local", local_volume), ONE("storageos", storage_os),
	ONE("csi", csi_persistent));
