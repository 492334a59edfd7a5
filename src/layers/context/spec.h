/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "data/value.h"
#include "layers/context/spec_linux.h"
#include "layers/context/spec_mount.h"
#include "layers/context/spec_process.h"
#include "layers/context/spec_seccomp.h"

/* When a hook runs, in the order of the specification. */
enum spec_hook_kind {
	SPEC_HOOK_PRESTART,
	SPEC_HOOK_CREATE_RUNTIME,
	SPEC_HOOK_CREATE_CONTAINER,
	SPEC_HOOK_START_CONTAINER,
	SPEC_HOOK_POSTSTART,
	SPEC_HOOK_POSTSTOP,
	SPEC_HOOKS,
};

/* A field that has no meaning here, or a name the specification lets us pass over. */
struct spec_unknown {
	const char *what; /* "linux.resources.foo", "the capability CAP_FOO" */
	struct origin origin;
};

/*
 * A configuration of the OCI runtime specification 1.0 to 1.3, for Linux: what "linux" holds stands
 * beside the rest. Pointers are NULL, lists are empty, where nothing was given.
 */
struct spec {
	struct spec_text oci_version;
	struct spec_root root;
	struct spec_mounts mounts;
	const struct spec_process *process;
	struct spec_text hostname, domainname;
	struct spec_hooks hooks[SPEC_HOOKS];
	struct spec_pairs annotations;

	struct spec_namespaces namespaces;
	uint64_t new_namespaces; /* CLONE_NEW* of those without a path */
	struct spec_id_mappings uids, gids;
	struct spec_time_offset monotonic, boottime;
	struct spec_devices devices;
	struct spec_net_devices net_devices;
	struct spec_text cgroups_path;
	const struct spec_resources *resources;
	unsigned long rootfs_propagation; /* MS_SHARED..., with MS_REC or not; 0: not given */
	const struct spec_seccomp *seccomp;
	struct spec_pairs sysctl;
	struct spec_texts masked_paths, readonly_paths;
	struct spec_text mount_label;
	const struct spec_personality *personality;
	const struct spec_intel_rdt *intel_rdt;
	const struct spec_memory_policy *memory_policy;

	const struct spec_unknown *unknown;
	size_t unknown_count;
};

/**
 * Read config.json into the arena. What the specification says to ignore is ignored, and listed in
 * unknown. Returns -1 with the place, the field, what is wrong and the remedy for JSON that is
 * malformed, a wrong type, a value out of range, a 0 byte in a text, something required that is
 * missing, or contradictions; jumps to the arena's recovery point at its cap. Pure. text must
 * outlive the spec. O(n).
 */
int spec_read(struct arena *arena, struct str text, struct spec *ret_spec, struct error *err);

/** The same from a document already read. */
int spec_from_value(struct arena *arena, const struct value *document, struct spec *ret_spec,
	struct error *err);

/** Read the document of `exec --process`: the value of "process" alone. */
int spec_read_process(
	struct arena *arena, struct str text, struct spec_process *ret_process, struct error *err);

/** Read the document of `update --resources`: the value of "linux.resources" alone. */
int spec_read_resources(struct arena *arena, struct str text, struct spec_resources *ret_resources,
	struct error *err);

/** The value of an annotation, or NULL. */
const char *spec_annotation(const struct spec *spec, const char *key);

/** The namespace of a type (CLONE_NEW*) as configured, or NULL when it is the runtime's own. */
const struct spec_namespace *spec_namespace_of(const struct spec *spec, uint64_t type);

/** The name of a capability without CAP_, or NULL beyond the last one known. */
const char *spec_capability_name(unsigned number);

/** The bit of a capability by its whole name, such as CAP_SYS_ADMIN; false when it is unknown. */
bool spec_capability_find(const char *name, uint64_t *ret_bit);

/** The name of a mount option that is no filesystem's own, or NULL beyond the last. */
const char *spec_mount_option_name(unsigned number);
