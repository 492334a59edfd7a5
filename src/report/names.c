/* SPDX-License-Identifier: Apache-2.0 */
#include "report/names.h"

/* An AA tree: a red-black tree in which only right children are red. Levels are heights in black
 * nodes, below 64 for any memory. */
struct names_node {
	struct str text;
	size_t number;
	unsigned level;
	struct names_node *left, *right;
};

static struct names_node *skew(struct names_node *node)
{
	struct names_node *left = node->left;
	if (!left || left->level != node->level)
		return node;
	node->left = left->right;
	left->right = node;
	return left;
}

static struct names_node *split(struct names_node *node)
{
	struct names_node *right = node->right;
	if (!right || !right->right || right->right->level != node->level)
		return node;
	node->right = right->left;
	right->left = node;
	right->level++;
	return right;
}

static struct names_node *insert(
	struct names *names, struct names_node *node, struct str text, struct names_node **ret_node)
{
	if (!node) {
		node = ARENA_NEW(names->arena, struct names_node);
		*node = (struct names_node){
			.text = str_copy(names->arena, text), .number = names->count++, .level = 1};
		*ret_node = node;
		return node;
	}
	int order = str_compare(text, node->text);
	if (order == 0) {
		*ret_node = node;
		return node;
	}
	struct names_node **side = order < 0 ? &node->left : &node->right;
	*side = insert(names, *side, text, ret_node);
	return split(skew(node));
}

size_t names_add(struct names *names, struct str text, bool *ret_is_new)
{
	size_t before = names->count;
	struct names_node *found = NULL;
	names->root = insert(names, names->root, text, &found);
	*ret_is_new = names->count > before;
	return found->number;
}

size_t names_find(const struct names *names, struct str text)
{
	const struct names_node *node = names->root;
	while (node) {
		int order = str_compare(text, node->text);
		if (order == 0)
			return node->number;
		node = order < 0 ? node->left : node->right;
	}
	return SIZE_MAX;
}

struct str names_keep(struct names *names, struct str text)
{
	struct names_node *found = NULL;
	names->root = insert(names, names->root, text, &found);
	return found->text;
}
