/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-notary/key.h"

#include "sys/secret.h"

#include <stdio.h>
#include <stdlib.h>

enum { KEY_FILE_BYTES = 4096 };

static int credential_path(char *ret_path, size_t size, struct error *err)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	if (!folder) {
		ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "no signing key was given");
		error_set_remedy(err,
			"name it with --key, or hand it over as the systemd credential ledger-key");
		return -1;
	}
	int len = snprintf(ret_path, size, "%s/ledger-key", folder);
	return len < 0 || (size_t)len >= size
		       ? ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN, "the credential's path is too long")
		       : 0;
}

int key_load(
	struct arena *arena, const char *path, struct note_signer *ret_signer, struct error *err)
{
	char credential[512], memory[KEY_FILE_BYTES];
	size_t len;
	if (!path && credential_path(credential, sizeof(credential), err) < 0)
		return -1;
	if (secret_read(path ? SECRET_FILE : SECRET_CREDENTIAL, path ? path : credential, memory,
		    sizeof(memory), &len, err) < 0)
		return -1;
	int result = note_signer_parse(arena, str_trim((struct str){memory, len}), ret_signer, err);
	explicit_bzero(memory, sizeof(memory));
	return result;
}
