#ifndef HOSO_FLOW_OUTBOX_LEDGER_H
#define HOSO_FLOW_OUTBOX_LEDGER_H

#include "io/pg_pool.h"
#include "store/outbox.h"

/*
 * The ledger writes down what became of claimed rows. One transaction is in the air, the next one fills: a
 * lone row goes at once, a busy portal's rows share their COMMITs.
 */
struct ledger;

/**
 * struct ledger_entry - one row's end. Caller-owned, lives until @done.
 * @row:           the row, its fencing token, and what is to be written
 * @lease_over_ms: monotonic: until then it is tried again; after that somebody else may have the row
 * @done:          once, never inside ledger_write(). Not written down, the row stays in doubt, and the portal is
 *                 asked before anything is sent again.
 */
struct ledger_entry {
	struct outbox_settled row;
	int64_t lease_over_ms;
	void (*done)(struct ledger_entry *entry);
};

struct ledger *ledger_new(struct loop *loop, struct pg_pool *pool);

void ledger_write(struct ledger *ledger, struct ledger_entry *entry);

/** ledger_free() - after pg_pool_free(); entries that still wait are done. */
void ledger_free(struct ledger *ledger);

#endif
