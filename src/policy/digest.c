/* SPDX-License-Identifier: Apache-2.0 */
/* The one-block interface of OpenSSL needs no start of the library, which takes longer than this.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "data/canonical.h"
#include "policy/load.h"

#include <openssl/sha.h>
#include <stdlib.h>

struct sha256 {
	unsigned char bytes[SHA256_DIGEST_LENGTH];
};

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, SHA256_DIGEST_LENGTH);
}

static struct sha256 hash_text(struct str text)
{
	struct sha256 hash;
	SHA256_CTX context;
	SHA256_Init(&context);
	SHA256_Update(&context, text.data, text.len);
	SHA256_Final(hash.bytes, &context);
	return hash;
}

static bool hash_document(
	struct loader *loader, const struct catalogue_document *document, struct sha256 *ret_hash)
{
	struct arena_mark mark = arena_mark(loader->arena);
	struct error err = {0};
	struct buf buf;
	buf_init_arena(&buf, loader->arena, 4096);
	bool valid = canonical_put(loader->arena, document->root, &buf, &err) == 0;
	if (valid)
		*ret_hash = hash_text(buf_str(&buf));
	arena_rewind(loader->arena, mark);
	if (valid)
		return true;
	load_begin(loader, document);
	problem_tell(&loader->problems, &err);
	return false;
}

/* One line for the options that change what policies say; the ids in force follow it. */
static struct str options_text(const struct loader *loader)
{
	const struct catalogue *catalogue = loader->catalogue;
	struct str profile = catalogue->profile ? catalogue->profile->id : STR("");
	return str_format(loader->arena, "gabion.dev/v1 profile=%.*s kubernetes=1.%u\n",
		STR_ARGS(profile), loader->options->kubernetes_minor);
}

void load_digest(struct loader *loader)
{
	static const char digits[] = "0123456789abcdef";
	struct sha256 *hashes = ARENA_NEW_ARRAY(loader->arena, struct sha256, loader->count + 1);
	size_t count = 0;
	for (size_t i = 0; i < loader->count; i++)
		if (loader->documents[i].kind != KIND_TEST)
			count += hash_document(loader, &loader->documents[i], &hashes[count]);
	if (count > 0)
		qsort(hashes, count, sizeof(*hashes), by_bytes);
	SHA256_CTX context;
	struct sha256 sum;
	struct str options = options_text(loader);
	SHA256_Init(&context);
	SHA256_Update(&context, options.data, options.len);
	for (size_t i = 0; i < loader->catalogue->in_force_count; i++) {
		struct str id = loader->catalogue->in_force[i]->id;
		SHA256_Update(&context, id.data, id.len);
		SHA256_Update(&context, "\n", 1);
	}
	SHA256_Update(&context, hashes, count * sizeof(*hashes));
	SHA256_Final(sum.bytes, &context);
	for (size_t i = 0; i < sizeof(sum.bytes); i++) {
		loader->catalogue->digest[2 * i] = digits[sum.bytes[i] >> 4];
		loader->catalogue->digest[2 * i + 1] = digits[sum.bytes[i] & 15];
	}
}
