/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/checkpoint.h"

#include "base/base64.h"
#include "base/number.h"

void checkpoint_print(const struct checkpoint *checkpoint, struct buf *out)
{
	buf_put(out, checkpoint->origin);
	buf_put_char(out, '\n');
	buf_put_uint(out, checkpoint->size);
	buf_put_char(out, '\n');
	base64_put(out, ledger_hash_str(&checkpoint->root));
	buf_put_char(out, '\n');
}

static bool parse_size(struct str line, uint64_t *ret_size)
{
	bool leading_zero = line.len > 1 && line.data[0] == '0';
	return !leading_zero && number_parse_uint(line, 10, ret_size) && *ret_size <= INT64_MAX;
}

static bool parse_root(struct str line, struct ledger_hash *ret_root)
{
	char bytes[48];
	size_t len;
	if (line.len != 44 || !base64_decode(line, bytes, &len) || len != sizeof(ret_root->bytes))
		return false;
	memcpy(ret_root->bytes, bytes, sizeof(ret_root->bytes));
	return true;
}

int checkpoint_parse(struct str body, struct checkpoint *ret_checkpoint, struct error *err)
{
	struct str rest = body, size, root;
	if (body.len == 0 || body.data[body.len - 1] != '\n')
		return ERROR_SET(
			err, ERROR_INPUT, NO_ORIGIN, "a checkpoint does not end with a line feed");
	bool three_lines = str_next_part(&rest, '\n', &ret_checkpoint->origin) && rest.data &&
			   str_next_part(&rest, '\n', &size) && rest.data &&
			   str_next_part(&rest, '\n', &root) && rest.data;
	if (!three_lines || ret_checkpoint->origin.len == 0)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"a checkpoint is not three lines: origin, size, root");
	if (!parse_size(size, &ret_checkpoint->size))
		return ERROR_SET(err, ERROR_INPUT, ((struct origin){2, 1}),
			"the size of a checkpoint is malformed");
	if (!parse_root(root, &ret_checkpoint->root))
		return ERROR_SET(err, ERROR_INPUT, ((struct origin){3, 1}),
			"the root of a checkpoint is malformed");
	return 0;
}

int checkpoint_sign(struct arena *arena, const struct checkpoint *checkpoint,
	const struct note_signer *signer, struct buf *out, struct error *err)
{
	struct buf body;
	buf_init_arena(&body, arena, 256);
	checkpoint_print(checkpoint, &body);
	buf_put(out, buf_str(&body));
	buf_put_char(out, '\n');
	return note_sign(arena, signer, buf_str(&body), 0, out, err);
}

int checkpoint_open(struct arena *arena, struct str text, struct str origin,
	const struct note_key *key, struct checkpoint *ret_checkpoint, struct note *ret_note,
	struct error *err)
{
	if (note_parse(arena, text, ret_note, err) < 0)
		return -1;
	int verified = note_verify(arena, ret_note, key, NULL, err);
	if (verified < 0)
		return -1;
	if (verified == 0)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"the checkpoint is not signed by key '%.*s'", STR_ARGS(key->name));
	if (checkpoint_parse(ret_note->text, ret_checkpoint, err) < 0)
		return -1;
	if (!str_equal(ret_checkpoint->origin, origin))
		return ERROR_SET(err, ERROR_INPUT, ((struct origin){1, 1}),
			"the checkpoint is of log '%.*s', expected '%.*s'",
			STR_ARGS(ret_checkpoint->origin), STR_ARGS(origin));
	return 0;
}
