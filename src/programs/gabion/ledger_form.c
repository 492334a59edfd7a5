/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/ledger_form.h"

#include "data/pick.h"
#include "ledger/proof.h"
#include "policy/date.h"
#include "report/json.h"
#include "report/tar.h"

/* The bytes that were signed, wherever they fit on a line of JSON. */
static int put_jsonl(const struct ledger_item *item, struct buf *out, struct error *err)
{
	const struct record_view *view = &item->view;
	struct json json = {.out = out};
	(void)err;
	if (view->record && str_find_char(view->entry, '\n') == SIZE_MAX) {
		buf_puts(out, "{\"number\":");
		buf_put_uint(out, view->number);
		buf_puts(out, ",\"record\":");
		buf_put(out, view->entry);
		buf_puts(out, "}\n");
		return 0;
	}
	json_open(&json, "", '{');
	json_uint(&json, "number", view->number);
	json_str(&json, "bytes", view->entry);
	json_close(&json, '}');
	buf_puts(out, "\n");
	return 0;
}

static int put_ocsf(const struct ledger_item *item, struct buf *out, struct error *err)
{
	(void)err;
	record_put_ocsf(&item->view, item->scratch, out);
	return 0;
}

static void begin_csv(const struct ledger_item *item, struct buf *out)
{
	(void)item;
	record_put_csv_head(out);
}

static int put_csv(const struct ledger_item *item, struct buf *out, struct error *err)
{
	(void)err;
	record_put_csv(&item->view, item->scratch, out);
	return 0;
}

static const char bundle_readme[] =
	"Records of a transparency log, each with an offline proof (https://c2sp.org/tlog-proof).\n"
	"\n"
	"  checkpoint                  size and root of the log, signed "
	"(https://c2sp.org/tlog-checkpoint)\n"
	"  verifier.key                the key that signed it; compare it with the one you were "
	"given\n"
	"  records/<number>.json       the bytes of a record as they are in the log\n"
	"  records/<number>.tlog-proof the proof of that record; contains the checkpoint\n"
	"\n"
	"A record is proven when SHA-256(0x00 || its bytes), led along the hashes of its proof\n"
	"(RFC 9162, section 2.1.3.2), gives the root in the checkpoint, and the signature of the\n"
	"checkpoint is that of the key you trust. Any program that reads these formats can do it;\n"
	"one is: gabion ledger verify --proof FILE --record FILE --trust KEY\n"
	"\n"
	"The bundle holds the records that were asked for. That there are no others is not "
	"proven.\n";

static void begin_bundle(const struct ledger_item *item, struct buf *out)
{
	struct buf key;
	buf_init_arena(&key, item->scratch, 256);
	note_key_print(&item->log->reader->key, &key);
	buf_puts(&key, "\n");
	tar_put(out, STR("README"), str_from(bundle_readme), 0);
	tar_put(out, STR("checkpoint"), item->log->reader->checkpoint_text, 0);
	tar_put(out, STR("verifier.key"), buf_str(&key), 0);
}

static int put_bundle(const struct ledger_item *item, struct buf *out, struct error *err)
{
	const struct record_view *view = &item->view;
	struct proof_file proof = {
		.index = view->number, .checkpoint = item->log->reader->checkpoint_text};
	struct buf text;
	int64_t time_s = 0;
	if (log_prove_proven(item->log, view->number, &proof.path, err) < 0)
		return -1;
	if (!date_parse_end(pick_text(view->record, "time"), &time_s))
		time_s = 0;
	buf_init_arena(&text, item->scratch, 4096);
	proof_print(&proof, &text);
	tar_put(out,
		str_format(item->scratch, "records/%012llu.json", (unsigned long long)view->number),
		view->entry, time_s);
	tar_put(out,
		str_format(item->scratch, "records/%012llu.tlog-proof",
			(unsigned long long)view->number),
		buf_str(&text), time_s);
	return 0;
}

static void end_bundle(const struct ledger_item *item, struct buf *out)
{
	(void)item;
	tar_put_end(out);
}

const struct ledger_form ledger_forms[] = {
	{NULL, put_jsonl, NULL, true},
	{NULL, put_ocsf, NULL, true},
	{begin_csv, put_csv, NULL, true},
	{begin_bundle, put_bundle, end_bundle, false},
};
