/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Where containers are started: a folder and mount namespaces that are gone with this process. */
struct place {
	char folder[64];
	char bundle[96], waiting[96]; /* to run `stamp`, to run `stamp wait` */
	int hidden;  /* a mount namespace without cgroup v2, for runtimes that refuse a hybrid host;
		     * -1 where it is not mounted beside v1 */
	int crowded; /* one with 2,000 mounts more */
};

/** Make them in a mount namespace of our own; or say why not and exit. */
void place_make(struct place *ret_place);

/** Remove the folder. */
void place_remove(const struct place *place);
