/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/glob.h"

#include "base/limits.h"

bool glob_match(struct str glob, struct str text)
{
	size_t g = 0, t = 0, star = SIZE_MAX, resume = 0;
	while (t < text.len) {
		if (g < glob.len && glob.data[g] == '*') {
			star = g++;
			resume = t;
		} else if (g < glob.len && (glob.data[g] == '?' || glob.data[g] == text.data[t])) {
			g++;
			t++;
		} else if (star != SIZE_MAX) {
			g = star + 1;
			t = ++resume;
		} else {
			return false;
		}
	}
	while (g < glob.len && glob.data[g] == '*')
		g++;
	return g == glob.len;
}

size_t glob_weight(struct str glob)
{
	size_t plain = 0;
	for (size_t i = 0; i < glob.len; i++)
		plain += glob.data[i] != '*' && glob.data[i] != '?';
	return plain == glob.len ? GLOB_EXACT : plain;
}

/* Whether one byte can stand at a of one pattern and at b of the other. */
static bool same_byte(char a, char b)
{
	return a == b || a == '?' || b == '?';
}

/*
 * above[j] and row[j]: whether some text is matched by the first i - 1, and i, bytes of a and by
 * the first j bytes of b.
 */
bool glob_overlap(struct str a, struct str b)
{
	bool rows[2][LIMIT_GLOB_BYTES + 1] = {{false}};
	if (a.len > LIMIT_GLOB_BYTES || b.len > LIMIT_GLOB_BYTES)
		return true;
	bool *above = rows[0], *row = rows[1];
	for (size_t i = 0; i <= a.len; i++) {
		bool star_a = i > 0 && a.data[i - 1] == '*';
		for (size_t j = 0; j <= b.len; j++) {
			bool star_b = j > 0 && b.data[j - 1] == '*';
			row[j] = i == 0 && j == 0;
			row[j] |= star_a && (above[j] || (j > 0 && row[j - 1]));
			row[j] |= star_b && (row[j - 1] || (i > 0 && above[j]));
			row[j] |= i > 0 && j > 0 && !star_a && !star_b && above[j - 1] &&
				  same_byte(a.data[i - 1], b.data[j - 1]);
		}
		bool *done = above;
		above = row;
		row = done;
	}
	return above[b.len];
}

bool globs_match(const struct globs *globs, struct str text, size_t *ret_weight)
{
	bool matched = globs->count == 0;
	*ret_weight = 0;
	for (size_t i = 0; i < globs->count; i++) {
		if (!glob_match(globs->items[i], text))
			continue;
		size_t weight = glob_weight(globs->items[i]);
		*ret_weight = weight > *ret_weight ? weight : *ret_weight;
		matched = true;
	}
	return matched;
}
