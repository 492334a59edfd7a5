/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "logstore/proven.h"
#include "report/record_view.h"

/* One record on its way, and what a form may need to say about it. */
struct ledger_item {
	struct record_view view;
	struct log_proven *log;
	struct arena *scratch; /* reset after each record */
};

/* How records are written; the rows are in the order of the words of --output. */
struct ledger_form {
	/* NULL: nothing to do; view.record and the number are not set. */
	void (*begin)(const struct ledger_item *item, struct buf *out);
	int (*put)(const struct ledger_item *item, struct buf *out, struct error *err);
	void (*end)(const struct ledger_item *item, struct buf *out);
	bool is_text;
};

extern const struct ledger_form ledger_forms[];
