/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-notary/key.h"

#include "sys/durable.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_FILE_BYTES = 4096 };

static int check_owner(int fd, const char *path, struct error *err)
{
	struct stat status;
	if (fstat(fd, &status) < 0)
		return durable_fail(err, "look at", path);
	bool private = S_ISREG(status.st_mode) && (status.st_mode & 0177) == 0 &&
		       (status.st_uid == geteuid() || status.st_uid == 0);
	if (private)
		return 0;
	ERROR_SET(err, ERROR_DENIED, NO_ORIGIN,
		"the key file '%s' can be read or changed by others than its owner", path);
	error_set_remedy(err, "chown it to the notary's user and chmod 0400 it");
	return -1;
}

static int read_key(const char *path, char *memory, size_t *ret_len, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return durable_fail(err, "open the key file", path);
	ssize_t len = -1;
	int result = check_owner(fd, path, err);
	if (result == 0) {
		len = read(fd, memory, KEY_FILE_BYTES);
		result = len < 0 ? durable_fail(err, "read the key file", path) : 0;
	}
	close(fd);
	*ret_len = len < 0 ? 0 : (size_t)len;
	return result;
}

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
	if (read_key(path ? path : credential, memory, &len, err) < 0)
		return -1;
	int result = note_signer_parse(arena, str_trim((struct str){memory, len}), ret_signer, err);
	explicit_bzero(memory, sizeof(memory));
	return result;
}
