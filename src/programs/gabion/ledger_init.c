/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/writer.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/ledger.h"
#include "report/escape.h"

#include <unistd.h>

static void put_result(
	struct invocation *invocation, const struct note_signer *signer, struct str key_path)
{
	struct buf *out = &invocation->console->out.buf;
	buf_puts(out, "made the ledger ");
	escape_put(out, MEDIUM_TERMINAL, str_from(ledger_folder(invocation)));
	buf_puts(out, "\nsigning key, for the notary alone: ");
	escape_put(out, MEDIUM_TERMINAL, key_path);
	buf_puts(out, "\nverifier key, for everyone, to be kept somewhere else than here:\n");
	note_key_print(&signer->key, out);
	buf_puts(out, "\n");
}

int command_ledger_init(struct invocation *invocation)
{
	struct error err = {0};
	struct note_signer signer;
	struct str origin = invocation_value(invocation, OPTION_ORIGIN, STR(""));
	struct str key_path = invocation_value(invocation, OPTION_KEY, STR(""));
	if (origin.len == 0 || key_path.len == 0) {
		ERROR_SET(&err, ERROR_POLICY, NO_ORIGIN,
			"a ledger needs a name and a place for its key");
		error_set_remedy(&err,
			"name them with --origin and --key, as in --origin example.com/prod "
			"--key /etc/gabion/ledger.key");
		return ledger_tell(invocation, &err);
	}
	/* The key first: a ledger whose key was never written could not be written to. */
	if (ledger_make_signer(invocation->arena, origin, NOTE_ED25519, &signer, &err) < 0 ||
		ledger_write_key(key_path.data, &signer, &err) < 0)
		return ledger_tell(invocation, &err);
	if (log_create(ledger_folder(invocation), &signer, invocation->arena, &err) < 0) {
		(void)unlink(key_path.data);
		return ledger_tell(invocation, &err);
	}
	put_result(invocation, &signer, key_path);
	return EXIT_ALLOWED;
}
