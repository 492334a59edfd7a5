/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/note.h"

#include "base/base64.h"
#include "base/number.h"
#include "base/utf8.h"
#include "ledger/ed25519.h"
#include "ledger/hash.h"

#define SIGNATURE_PREFIX STR("\xE2\x80\x94 ") /* an em dash and a space */
#define PRIVATE_PREFIX   STR("PRIVATE+KEY+")

enum { KEY_ID_BYTES = 4, TIME_BYTES = 8 };

/* What is signed when a note is: the text itself, or a text that begins with a time. */
struct scheme {
	enum note_type type;
	size_t key_bytes;
	size_t signature_bytes;
	bool has_time;
};

static const struct scheme schemes[] = {
	{NOTE_ED25519, ED25519_KEY_BYTES, ED25519_SIGNATURE_BYTES, false},
	{NOTE_ED25519_COSIGNATURE, ED25519_KEY_BYTES, TIME_BYTES + ED25519_SIGNATURE_BYTES, true},
};

static const struct scheme *find_scheme(uint8_t type)
{
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (schemes[i].type == (enum note_type)type)
			return &schemes[i];
	return NULL;
}

static void put_be(unsigned char *bytes, uint64_t number, size_t count)
{
	for (size_t i = count; i-- > 0; number >>= 8)
		bytes[i] = (unsigned char)number;
}

static uint64_t get_be(struct str bytes)
{
	uint64_t number = 0;
	for (size_t i = 0; i < bytes.len; i++)
		number = number << 8 | (unsigned char)bytes.data[i];
	return number;
}

static const unsigned char *bytes_of(struct str s)
{
	return (const unsigned char *)s.data;
}

static struct str typed_key(struct arena *arena, uint8_t type, struct str key)
{
	char *memory = arena_alloc(arena, key.len + 1);
	memory[0] = (char)type;
	memcpy(memory + 1, key.data, key.len);
	return (struct str){memory, key.len + 1};
}

static uint32_t key_id(struct arena *arena, struct str name, struct str typed)
{
	struct str head = str_format(arena, "%.*s\n", STR_ARGS(name));
	struct ledger_hash hash = ledger_plain_hash(head, typed);
	return (uint32_t)get_be((struct str){(const char *)hash.bytes, KEY_ID_BYTES});
}

static bool is_key_name(struct str name)
{
	if (name.len == 0 || name.len > NOTE_MAX_NAME || utf8_find_invalid(name) != SIZE_MAX)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.data[i] <= ' ' || name.data[i] == '+' ||
			name.data[i] == 0x7F)
			return false;
	return true;
}

/* name+hex+base64, where the base64 is a type byte and a key; the name holds no '+'. */
static int parse_key_text(struct arena *arena, struct str text, struct str *ret_name,
	uint32_t *ret_id, struct str *ret_typed, struct error *err)
{
	struct str rest = text, hex;
	uint64_t id;
	bool whole =
		str_next_part(&rest, '+', ret_name) && str_next_part(&rest, '+', &hex) && rest.data;
	if (!whole || !is_key_name(*ret_name) || hex.len != 2 * KEY_ID_BYTES ||
		!number_parse_uint(hex, 16, &id))
		return ERROR_SET(
			err, ERROR_INPUT, NO_ORIGIN, "a key is not of the form name+hex+base64");
	char *memory = arena_alloc(arena, base64_decoded_max(rest.len));
	size_t len;
	if (!base64_decode(rest, memory, &len) || len < 2)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"the base64 of key '%.*s' is malformed", STR_ARGS(*ret_name));
	*ret_id = (uint32_t)id;
	*ret_typed = (struct str){memory, len};
	return 0;
}

static int check_scheme(struct str name, struct str typed, struct error *err)
{
	const struct scheme *scheme = find_scheme((uint8_t)typed.data[0]);
	if (!scheme)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"key '%.*s' is of type 0x%02x, which is not supported", STR_ARGS(name),
			(unsigned char)typed.data[0]);
	if (typed.len != scheme->key_bytes + 1)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"key '%.*s' has %zu bytes instead of %zu", STR_ARGS(name), typed.len - 1,
			scheme->key_bytes);
	return 0;
}

int note_key_parse(
	struct arena *arena, struct str text, struct note_key *ret_key, struct error *err)
{
	struct str name, typed;
	uint32_t id;
	if (parse_key_text(arena, text, &name, &id, &typed, err) < 0 ||
		check_scheme(name, typed, err) < 0)
		return -1;
	if (id != key_id(arena, name, typed))
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"the id of key '%.*s' is not that of its bytes", STR_ARGS(name));
	*ret_key = (struct note_key){.name = str_copy(arena, name),
		.id = id,
		.type = (uint8_t)typed.data[0],
		.public_key = str_slice(typed, 1, typed.len)};
	return 0;
}

int note_key_new(struct arena *arena, struct str name, enum note_type type, struct str public_key,
	struct note_key *ret_key, struct error *err)
{
	if (!is_key_name(name))
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"a key name is 1 to %d bytes of text without white space or '+'",
			NOTE_MAX_NAME);
	struct str typed = typed_key(arena, (uint8_t)type, public_key);
	if (check_scheme(name, typed, err) < 0)
		return -1;
	*ret_key = (struct note_key){.name = str_copy(arena, name),
		.id = key_id(arena, name, typed),
		.type = (uint8_t)type,
		.public_key = str_slice(typed, 1, typed.len)};
	return 0;
}

static int seed_sign(
	void *context, struct str message, unsigned char *ret_signature, struct error *err)
{
	if (!ed25519_sign(context, message, ret_signature))
		return ERROR_SET(
			err, ERROR_SYSTEM, NO_ORIGIN, "the crypto library refused to sign");
	return 0;
}

static void seed_release(void *context)
{
	explicit_bzero(context, ED25519_KEY_BYTES);
}

static const struct note_signer_ops seed_ops = {.sign = seed_sign, .release = seed_release};

int note_signer_new(struct arena *arena, struct str name, enum note_type type, struct str seed,
	struct note_signer *ret_signer, struct error *err)
{
	unsigned char public_key[ED25519_KEY_BYTES];
	if (seed.len != ED25519_KEY_BYTES)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "a signing seed has %d bytes",
			ED25519_KEY_BYTES);
	if (!ed25519_public_key(bytes_of(seed), public_key))
		return ERROR_SET(
			err, ERROR_SYSTEM, NO_ORIGIN, "the crypto library refused an Ed25519 key");
	if (note_key_new(arena, name, type,
		    (struct str){(const char *)public_key, sizeof(public_key)}, &ret_signer->key,
		    err) < 0)
		return -1;
	ret_signer->ops = &seed_ops;
	ret_signer->context = arena_alloc(arena, ED25519_KEY_BYTES);
	memcpy(ret_signer->context, seed.data, ED25519_KEY_BYTES);
	return 0;
}

void note_signer_release(struct note_signer *signer)
{
	signer->ops->release(signer->context);
}

int note_signer_parse(
	struct arena *arena, struct str text, struct note_signer *ret_signer, struct error *err)
{
	struct str name, typed;
	uint32_t id;
	if (!str_starts_with(text, PRIVATE_PREFIX))
		return ERROR_SET(
			err, ERROR_INPUT, NO_ORIGIN, "a signing key begins with PRIVATE+KEY+");
	text = str_slice(text, PRIVATE_PREFIX.len, text.len);
	if (parse_key_text(arena, text, &name, &id, &typed, err) < 0 ||
		check_scheme(name, typed, err) < 0)
		return -1;
	if (note_signer_new(arena, name, (enum note_type)typed.data[0],
		    str_slice(typed, 1, typed.len), ret_signer, err) < 0)
		return -1;
	if (ret_signer->key.id != id)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"the id of signing key '%.*s' is not that of its bytes", STR_ARGS(name));
	return 0;
}

static void put_key(const struct note_key *key, struct str bytes, struct buf *out)
{
	char memory[1 + ED25519_KEY_BYTES];
	memory[0] = (char)key->type;
	memcpy(memory + 1, bytes.data, ED25519_KEY_BYTES);
	buf_put(out, key->name);
	buf_printf(out, "+%08x+", key->id);
	base64_put(out, (struct str){memory, sizeof(memory)});
}

void note_key_print(const struct note_key *key, struct buf *out)
{
	put_key(key, key->public_key, out);
}

void note_signer_print(const struct note_signer *signer, struct buf *out)
{
	if (signer->ops != &seed_ops)
		return;
	buf_put(out, PRIVATE_PREFIX);
	put_key(&signer->key, (struct str){signer->context, ED25519_KEY_BYTES}, out);
}

static int parse_signature(
	struct arena *arena, struct str line, struct note_signature *ret, struct error *err)
{
	struct str rest = str_slice(line, SIGNATURE_PREFIX.len, line.len);
	bool whole = str_starts_with(line, SIGNATURE_PREFIX) &&
		     str_next_part(&rest, ' ', &ret->name) && rest.data && is_key_name(ret->name);
	char *memory = arena_alloc(arena, base64_decoded_max(rest.len));
	size_t len;
	if (!whole || !base64_decode(rest, memory, &len) || len <= KEY_ID_BYTES)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"a signature line is not of the form '— name base64'");
	struct str blob = {memory, len};
	ret->id = (uint32_t)get_be(str_slice(blob, 0, KEY_ID_BYTES));
	ret->bytes = str_slice(blob, KEY_ID_BYTES, len);
	return 0;
}

/* The last empty line divides text and signatures. */
static size_t find_division(struct str text)
{
	for (size_t at = text.len; at-- > 1;)
		if (text.data[at] == '\n' && text.data[at - 1] == '\n')
			return at;
	return SIZE_MAX;
}

static int check_note_bytes(struct str text, struct error *err)
{
	if (text.len > NOTE_MAX_BYTES)
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
			"a note has %zu bytes, at most %d are read", text.len, NOTE_MAX_BYTES);
	if (utf8_find_invalid(text) != SIZE_MAX)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "a note is not UTF-8");
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.data[i] < ' ' && text.data[i] != '\n')
			return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
				"a note holds the control character 0x%02x",
				(unsigned char)text.data[i]);
	return 0;
}

int note_parse(struct arena *arena, struct str text, struct note *ret_note, struct error *err)
{
	if (check_note_bytes(text, err) < 0)
		return -1;
	size_t division = find_division(text);
	if (division == SIZE_MAX || division + 1 == text.len || text.data[text.len - 1] != '\n')
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"a note does not end with an empty line and signature lines");
	ret_note->text = str_slice(text, 0, division);
	ret_note->count = 0;
	struct str rest = str_slice(text, division + 1, text.len - 1), line;
	while (str_next_part(&rest, '\n', &line)) {
		if (ret_note->count == NOTE_MAX_SIGNATURES)
			return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
				"a note has more than %d signatures", NOTE_MAX_SIGNATURES);
		if (parse_signature(arena, line, &ret_note->signatures[ret_note->count++], err) < 0)
			return -1;
	}
	return 0;
}

static struct str signed_message(
	struct arena *arena, const struct scheme *scheme, struct str text, uint64_t time_s)
{
	if (!scheme->has_time)
		return text;
	struct buf message;
	buf_init_arena(&message, arena, text.len + 48);
	buf_puts(&message, "cosignature/v1\ntime ");
	buf_put_uint(&message, time_s);
	buf_put_char(&message, '\n');
	buf_put(&message, text);
	return buf_str(&message);
}

int note_verify(struct arena *arena, const struct note *note, const struct note_key *key,
	uint64_t *ret_time_s, struct error *err)
{
	const struct scheme *scheme = find_scheme(key->type);
	int found = 0;
	for (size_t i = 0; i < note->count; i++) {
		const struct note_signature *signature = &note->signatures[i];
		if (signature->id != key->id || !str_equal(signature->name, key->name))
			continue;
		struct str bytes = signature->bytes;
		bool sized = bytes.len == scheme->signature_bytes;
		uint64_t time_s =
			sized && scheme->has_time ? get_be(str_slice(bytes, 0, TIME_BYTES)) : 0;
		if (sized && scheme->has_time)
			bytes = str_slice(bytes, TIME_BYTES, bytes.len);
		if (!sized ||
			!ed25519_verify(bytes_of(key->public_key),
				signed_message(arena, scheme, note->text, time_s), bytes_of(bytes)))
			return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
				"a signature by key '%.*s' does not verify", STR_ARGS(key->name));
		if (ret_time_s)
			*ret_time_s = time_s;
		found = 1;
	}
	return found;
}

int note_sign(struct arena *arena, const struct note_signer *signer, struct str text,
	uint64_t time_s, struct buf *out, struct error *err)
{
	const struct scheme *scheme = find_scheme(signer->key.type);
	unsigned char blob[KEY_ID_BYTES + TIME_BYTES + ED25519_SIGNATURE_BYTES];
	size_t len = KEY_ID_BYTES;
	put_be(blob, signer->key.id, KEY_ID_BYTES);
	if (scheme->has_time) {
		put_be(blob + len, time_s, TIME_BYTES);
		len += TIME_BYTES;
	}
	if (signer->ops->sign(signer->context, signed_message(arena, scheme, text, time_s),
		    blob + len, err) < 0)
		return -1;
	len += ED25519_SIGNATURE_BYTES;
	buf_put(out, SIGNATURE_PREFIX);
	buf_put(out, signer->key.name);
	buf_put_char(out, ' ');
	base64_put(out, (struct str){(const char *)blob, len});
	buf_put_char(out, '\n');
	return 0;
}

void note_signature_print(
	struct arena *arena, const struct note_signature *signature, struct buf *out)
{
	size_t len = signature->bytes.len;
	unsigned char *blob = arena_alloc(arena, KEY_ID_BYTES + len);
	put_be(blob, signature->id, KEY_ID_BYTES);
	memcpy(blob + KEY_ID_BYTES, signature->bytes.data, len);
	buf_put(out, SIGNATURE_PREFIX);
	buf_put(out, signature->name);
	buf_put_char(out, ' ');
	base64_put(out, (struct str){(const char *)blob, KEY_ID_BYTES + len});
	buf_put_char(out, '\n');
}
