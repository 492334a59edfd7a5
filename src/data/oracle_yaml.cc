/* SPDX-License-Identifier: Apache-2.0 */
/* In C++ because libfyaml's header names functions that are banned from our C. */
#include "data/oracle_yaml.h"

#include <libfyaml.h>

namespace
{

struct walk {
	oracle_visit *visit;
	void *context;
};

void walk_node(const walk &to, struct fy_node *node)
{
	void *state = nullptr;
	size_t len = 0;
	if (node && fy_node_is_mapping(node)) {
		to.visit(to.context, '{', "", 0);
		while (struct fy_node_pair *pair = fy_node_mapping_iterate(node, &state)) {
			walk_node(to, fy_node_pair_key(pair));
			walk_node(to, fy_node_pair_value(pair));
		}
		to.visit(to.context, '}', "", 0);
	} else if (node && fy_node_is_sequence(node)) {
		to.visit(to.context, '[', "", 0);
		while (struct fy_node *item = fy_node_sequence_iterate(node, &state))
			walk_node(to, item);
		to.visit(to.context, ']', "", 0);
	} else {
		const char *text = node ? fy_node_get_scalar(node, &len) : nullptr;
		bool plain = !node || fy_node_get_style(node) == FYNS_PLAIN || !text;
		to.visit(to.context, plain ? 'p' : 'q', text ? text : "", len);
	}
}

} // namespace

int oracle_yaml(const char *text, size_t len, oracle_visit *visit, void *context)
{
	struct fy_parse_cfg config = {};
	config.flags = static_cast<enum fy_parse_cfg_flags>(
		FYPCF_QUIET | FYPCF_DISABLE_RECYCLING | FYPCF_RESOLVE_DOCUMENT);
	struct fy_parser *parser = fy_parser_create(&config);
	int count = 0;
	fy_parser_set_string(parser, text, len);
	while (struct fy_document *document = fy_parse_load_document(parser)) {
		visit(context, 'd', "", 0);
		walk_node(walk{visit, context}, fy_document_root(document));
		fy_parse_document_destroy(parser, document);
		count++;
	}
	if (fy_parser_get_stream_error(parser))
		count = -1;
	fy_parser_destroy(parser);
	return count;
}
