/* SPDX-License-Identifier: Apache-2.0 */
#include "base/embed.h"

const struct embedded_file *embedded_find(const struct embedded *folder, struct str path)
{
	size_t low = 0, high = folder->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_compare(path, folder->files[middle].path);
		if (order == 0)
			return &folder->files[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
