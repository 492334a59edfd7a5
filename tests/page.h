/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unit.h"

#include <stdio.h>

enum { PAGE_BYTES = 256 << 10 };

/* A generated page of docs/reference, which GABION_UPDATE=1 writes anew; GABION_DOCS is docs/. */
static inline void check_page(const char *name, struct str page)
{
	static char found[PAGE_BYTES], path[512];
	const char *docs = getenv("GABION_DOCS");
	ck_assert_ptr_nonnull(docs);
	snprintf(path, sizeof(path), "%s/reference/%s", docs, name);
	if (getenv("GABION_UPDATE")) {
		FILE *file = fopen(path, "w");
		ck_assert_ptr_nonnull(file);
		fwrite(page.data, 1, page.len, file);
		ck_assert(fclose(file) == 0);
	}
	FILE *file = fopen(path, "r");
	ck_assert_msg(file, "%s is missing", path);
	size_t length = fread(found, 1, sizeof(found), file);
	fclose(file);
	ck_assert_msg(str_equal(page, (struct str){found, length}),
		"%s is out of date: run this test with GABION_UPDATE=1", path);
}
