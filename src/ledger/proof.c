/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/proof.h"

#include "base/base64.h"
#include "base/number.h"

#define PROOF_HEADER STR("c2sp.org/tlog-proof@v1")

enum { PROOF_MAX_EXTRA = 65536 };

void proof_print(const struct proof_file *proof, struct buf *out)
{
	buf_put(out, PROOF_HEADER);
	if (proof->extra.len > 0) {
		buf_puts(out, "\nextra ");
		base64_put(out, proof->extra);
	}
	buf_puts(out, "\nindex ");
	buf_put_uint(out, proof->index);
	buf_put_char(out, '\n');
	for (size_t i = 0; i < proof->path.count; i++) {
		base64_put(out, ledger_hash_str(&proof->path.hashes[i]));
		buf_put_char(out, '\n');
	}
	buf_put_char(out, '\n');
	buf_put(out, proof->checkpoint);
}

static int malformed(struct error *err, uint32_t line, const char *expected)
{
	return ERROR_SET(
		err, ERROR_INPUT, ((struct origin){line, 1}), "a proof file lacks %s", expected);
}

static int parse_extra(
	struct arena *arena, struct str line, struct proof_file *ret_proof, struct error *err)
{
	struct str text = str_slice(line, STR("extra ").len, line.len);
	if (text.len > PROOF_MAX_EXTRA)
		return ERROR_SET(err, ERROR_LIMIT, ((struct origin){2, 1}),
			"the extra data of a proof is over %d bytes", PROOF_MAX_EXTRA);
	char *memory = arena_alloc(arena, base64_decoded_max(text.len));
	if (!base64_decode(text, memory, &ret_proof->extra.len))
		return malformed(err, 2, "valid base64 behind 'extra'");
	ret_proof->extra.data = memory;
	return 0;
}

static bool parse_index(struct str line, uint64_t *ret_index)
{
	struct str digits = str_slice(line, STR("index ").len, line.len);
	bool leading_zero = digits.len > 1 && digits.data[0] == '0';
	return str_starts_with(line, STR("index ")) && !leading_zero &&
	       number_parse_uint(digits, 10, ret_index);
}

static bool parse_hash(struct str line, struct ledger_path *path)
{
	char bytes[48];
	size_t len;
	if (path->count == LEDGER_MAX_PROOF || line.len != 44 ||
		!base64_decode(line, bytes, &len) || len != 32)
		return false;
	memcpy(path->hashes[path->count++].bytes, bytes, 32);
	return true;
}

int proof_parse(
	struct arena *arena, struct str text, struct proof_file *ret_proof, struct error *err)
{
	struct str rest = text, line;
	uint32_t number = 2;
	memset(ret_proof, 0, sizeof(*ret_proof));
	if (!str_next_part(&rest, '\n', &line) || !str_equal(line, PROOF_HEADER))
		return malformed(err, 1, "its first line, c2sp.org/tlog-proof@v1");
	if (!str_next_part(&rest, '\n', &line))
		return malformed(err, 2, "its index");
	if (str_starts_with(line, STR("extra "))) {
		if (parse_extra(arena, line, ret_proof, err) < 0)
			return -1;
		number++;
		if (!str_next_part(&rest, '\n', &line))
			return malformed(err, number, "its index");
	}
	if (!parse_index(line, &ret_proof->index))
		return malformed(err, number, "a line 'index <number>'");
	for (;;) {
		number++;
		if (!str_next_part(&rest, '\n', &line) || !rest.data)
			return malformed(err, number, "the empty line before its checkpoint");
		if (line.len == 0)
			break;
		if (!parse_hash(line, &ret_proof->path))
			return malformed(
				err, number, "the base64 of one hash (at most 64 of them)");
	}
	ret_proof->checkpoint = rest;
	return 0;
}

int proof_verify(struct arena *arena, const struct proof_file *proof, struct str entry,
	struct str origin, const struct note_key *key, struct checkpoint *ret_checkpoint,
	struct note *ret_note, struct error *err)
{
	if (checkpoint_open(arena, proof->checkpoint, origin, key, ret_checkpoint, ret_note, err) <
		0)
		return -1;
	struct ledger_hash leaf = ledger_leaf_hash(entry);
	if (!ledger_verify_inclusion(
		    &leaf, proof->index, ret_checkpoint->size, &proof->path, &ret_checkpoint->root))
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"the record is not number %llu of the log that the checkpoint speaks for",
			(unsigned long long)proof->index);
	return 0;
}
