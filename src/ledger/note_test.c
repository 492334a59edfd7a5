/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "unit.h"

static struct arena arena;

static void setup(void)
{
	arena_init(&arena, 1 << 20);
}

/* The example key of the Go implementation of signed notes. */
#define PETER_VKEY STR("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
#define PETER_SKEY \
	STR("PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")
#define PETER_NOTE \
	STR("If you think cryptography is the answer to your problem,\n" \
	    "then you don't know what your problem is.\n\n" \
	    "\xE2\x80\x94 PeterNeumann " \
	    "x08go/ZJkuBS9UG/" \
	    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n")

START_TEST(a_note_signed_elsewhere_verifies)
{
	setup();
	struct error err = {0};
	struct note_key key;
	struct note note;
	ck_assert_int_eq(note_key_parse(&arena, PETER_VKEY, &key, &err), 0);
	ck_assert_int_eq(note_parse(&arena, PETER_NOTE, &note, &err), 0);
	ck_assert_int_eq(note_verify(&arena, &note, &key, NULL, &err), 1);
}
END_TEST

START_TEST(signing_gives_the_bytes_that_others_give)
{
	setup();
	struct error err = {0};
	struct note_signer signer;
	struct buf out;
	buf_init_arena(&out, &arena, 512);
	ck_assert_int_eq(note_signer_parse(&arena, PETER_SKEY, &signer, &err), 0);
	struct str whole = PETER_NOTE;
	struct str text = str_slice(whole, 0, str_find(whole, STR("\n\n"), 0) + 1);
	ck_assert_int_eq(note_sign(&arena, &signer, text, 0, &out, &err), 0);
	ASSERT_STR(buf_str(&out), str_slice(whole, text.len + 1, whole.len));
	struct buf keys;
	buf_init_arena(&keys, &arena, 512);
	note_key_print(&signer.key, &keys);
	ASSERT_STR(buf_str(&keys), PETER_VKEY);
	keys.len = 0;
	note_signer_print(&signer, &keys);
	ASSERT_STR(buf_str(&keys), PETER_SKEY);
}
END_TEST

START_TEST(every_flipped_bit_of_a_note_is_noticed)
{
	setup();
	struct error err = {0};
	struct note_key key;
	ck_assert_int_eq(note_key_parse(&arena, PETER_VKEY, &key, &err), 0);
	struct str whole = str_copy(&arena, PETER_NOTE);
	char *bytes = arena_alloc(&arena, whole.len);
	for (size_t bit = 0; bit < whole.len * 8; bit++) {
		struct arena_mark mark = arena_mark(&arena);
		struct note note;
		memcpy(bytes, whole.data, whole.len);
		bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
		err = (struct error){0};
		int parsed = note_parse(&arena, (struct str){bytes, whole.len}, &note, &err);
		ck_assert_int_ne(
			parsed == 0 ? note_verify(&arena, &note, &key, NULL, &err) : -1, 1);
		arena_rewind(&arena, mark);
	}
}
END_TEST

START_TEST(malformed_notes_and_keys_are_refused)
{
	setup();
	static const struct str notes[] = {STR_INIT(""), STR_INIT("\n"), STR_INIT("text\n"),
		STR_INIT("text\n\n"), STR_INIT("text\n\n— name AAAAAAA=\nno line feed"),
		STR_INIT("text\n\n- name AAAAAAA=\n"), STR_INIT("text\n\n— name AAAAAAA\n"),
		STR_INIT("text\n\n— na+me AAAAAAA=\n"), STR_INIT("te\txt\n\n— name AAAAAAA=\n"),
		STR_INIT("te\xFFxt\n\n— name AAAAAAA=\n"), STR_INIT("text\n\n— name AAAA\n")};
	static const struct str keys[] = {STR_INIT(""), STR_INIT("a+b"),
		STR_INIT("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"),
		STR_INIT("PeterNeumann+c74f20a3+AxRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T"),
		STR_INIT("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")};
	struct note note;
	struct note_key key;
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
		struct error err = {0};
		ck_assert_msg(note_parse(&arena, notes[i], &note, &err) < 0, "read note %zu", i);
		ck_assert_int_ne(err.message[0], 0);
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct error err = {0};
		ck_assert_msg(note_key_parse(&arena, keys[i], &key, &err) < 0, "read key %zu", i);
	}
}
END_TEST

START_TEST(a_cosignature_carries_its_time)
{
	setup();
	struct error err = {0};
	char seed[32] = "witness seed for tests, 32 bytes";
	struct note_signer signer;
	ck_assert_int_eq(note_signer_new(&arena, STR("witness.example/w1"),
				 NOTE_ED25519_COSIGNATURE, (struct str){seed, 32}, &signer, &err),
		0);
	struct buf out;
	buf_init_arena(&out, &arena, 512);
	struct str text = STR("log.example\n1\nbaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
	buf_put(&out, text);
	buf_put_char(&out, '\n');
	ck_assert_int_eq(note_sign(&arena, &signer, text, 1700000000, &out, &err), 0);
	struct note note;
	uint64_t time_s = 0;
	ck_assert_int_eq(note_parse(&arena, buf_str(&out), &note, &err), 0);
	ck_assert_int_eq(note_verify(&arena, &note, &signer.key, &time_s, &err), 1);
	ck_assert_uint_eq(time_s, 1700000000);
}
END_TEST

START_TEST(a_checkpoint_opens_only_for_its_origin_and_key)
{
	setup();
	struct error err = {0};
	char seed[32] = "log signing seed for the tests 1";
	struct note_signer signer, other;
	ck_assert_int_eq(note_signer_new(&arena, STR("gabion.test/log"), NOTE_ED25519,
				 (struct str){seed, 32}, &signer, &err),
		0);
	seed[31] = '2';
	ck_assert_int_eq(note_signer_new(&arena, STR("gabion.test/log"), NOTE_ED25519,
				 (struct str){seed, 32}, &other, &err),
		0);
	struct checkpoint checkpoint = {.origin = STR("gabion.test/log"),
				  .size = 7,
				  .root = ledger_empty_root()},
			  read;
	struct buf out;
	buf_init_arena(&out, &arena, 512);
	ck_assert_int_eq(checkpoint_sign(&arena, &checkpoint, &signer, &out, &err), 0);
	struct note note;
	ck_assert_int_eq(checkpoint_open(&arena, buf_str(&out), checkpoint.origin, &signer.key,
				 &read, &note, &err),
		0);
	ck_assert_uint_eq(read.size, 7);
	ck_assert_int_lt(checkpoint_open(&arena, buf_str(&out), checkpoint.origin, &other.key,
				 &read, &note, &err),
		0);
	ck_assert_str_eq(err.message, "the checkpoint is not signed by key 'gabion.test/log'");
	err = (struct error){0};
	ck_assert_int_lt(checkpoint_open(&arena, buf_str(&out), STR("other"), &signer.key, &read,
				 &note, &err),
		0);
	ck_assert_str_eq(
		err.message, "the checkpoint is of log 'gabion.test/log', expected 'other'");
}
END_TEST

/* A device that keeps its key: it signs, counts, and can fail. */
struct device {
	struct note_signer inside;
	unsigned signatures, releases;
	bool broken;
};

static int device_sign(
	void *context, struct str message, unsigned char *ret_signature, struct error *err)
{
	struct device *device = context;
	if (device->broken)
		return ERROR_SET(err, ERROR_SYSTEM, NO_ORIGIN, "the device does not answer");
	device->signatures++;
	return device->inside.ops->sign(device->inside.context, message, ret_signature, err);
}

static void device_release(void *context)
{
	struct device *device = context;
	device->releases++;
}

START_TEST(a_device_that_keeps_its_key_can_be_a_signer)
{
	static const struct note_signer_ops ops = {.sign = device_sign, .release = device_release};
	struct device device = {.broken = false};
	struct checkpoint checkpoint = {.origin = STR("gabion.test/log"), .size = 3}, read;
	struct error err = {0};
	struct buf out;
	setup();
	buf_init_arena(&out, &arena, 512);
	ck_assert_int_eq(note_signer_new(&arena, STR("gabion.test/log"), NOTE_ED25519,
				 STR("0123456789abcdef0123456789abcdef"), &device.inside, &err),
		0);
	struct note_signer signer = {.ops = &ops, .context = &device};
	ck_assert_int_eq(note_key_new(&arena, STR("gabion.test/log"), NOTE_ED25519,
				 device.inside.key.public_key, &signer.key, &err),
		0);
	ck_assert_uint_eq(signer.key.id, device.inside.key.id);
	note_signer_print(&signer, &out);
	ck_assert_uint_eq(out.len, 0);
	ck_assert_int_eq(checkpoint_sign(&arena, &checkpoint, &signer, &out, &err), 0);
	struct note *note = ARENA_NEW(&arena, struct note);
	ck_assert_int_eq(checkpoint_open(&arena, buf_str(&out), STR("gabion.test/log"), &signer.key,
				 &read, note, &err),
		0);
	device.broken = true;
	ck_assert_int_eq(checkpoint_sign(&arena, &checkpoint, &signer, &out, &err), -1);
	ck_assert_str_eq(err.message, "the device does not answer");
	note_signer_release(&signer);
	ck_assert(device.signatures == 1 && device.releases == 1);
}
END_TEST

START_TEST(a_released_seed_is_gone)
{
	struct note_signer signer;
	struct error err = {0};
	setup();
	ck_assert_int_eq(note_signer_new(&arena, STR("x"), NOTE_ED25519,
				 STR("0123456789abcdef0123456789abcdef"), &signer, &err),
		0);
	note_signer_release(&signer);
	for (size_t i = 0; i < 32; i++)
		ck_assert_int_eq(((const char *)signer.context)[i], 0);
}
END_TEST

START_TEST(a_key_of_the_wrong_size_or_name_is_none)
{
	struct note_key key;
	struct error err = {0};
	setup();
	ck_assert_int_lt(note_key_new(&arena, STR("x"), NOTE_ED25519, STR("short"), &key, &err), 0);
	err = (struct error){0};
	ck_assert_int_lt(note_key_new(&arena, STR("a name"), NOTE_ED25519,
				 STR("0123456789abcdef0123456789abcdef"), &key, &err),
		0);
}
END_TEST

UNIT_TESTS("note", a_device_that_keeps_its_key_can_be_a_signer, a_released_seed_is_gone,
	a_key_of_the_wrong_size_or_name_is_none, a_note_signed_elsewhere_verifies,
	signing_gives_the_bytes_that_others_give, every_flipped_bit_of_a_note_is_noticed,
	malformed_notes_and_keys_are_refused, a_cosignature_carries_its_time,
	a_checkpoint_opens_only_for_its_origin_and_key)
