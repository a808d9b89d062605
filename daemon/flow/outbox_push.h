#ifndef HOSO_FLOW_OUTBOX_PUSH_H
#define HOSO_FLOW_OUTBOX_PUSH_H

#include "flow/breaker.h"
#include "flow/outbox_ledger.h"
#include "portal/portal.h"
#include "store/outbox.h"

/*
 *   SENDING ──the portal's word──► SETTLING ──the ledger has it, or the lease is over──► done
 */
enum push_state { PUSH_SENDING, PUSH_SETTLING };

/** struct push - one claimed row on its way. Begun by outbox_push_begin(), freed by the owner in @done. */
struct push {
	enum push_state state;
	struct loop *loop;
	struct ledger *ledger;
	struct breaker *breaker;
	int64_t id;
	int64_t attempt;
	int64_t failures;
	int64_t age_ms;
	int64_t breaker_id;
	bool was_in_doubt;
	struct dossier_code dossier_code;
	struct portal_line line;
	struct portal_push_req req;
	struct ledger_entry entry;
	struct loop_task again;
	enum hoso_error outcome;
	void (*done)(struct push *push);
	void *owner;
};

/**
 * outbox_push_begin() - send one claimed row and write down what became of it.
 * @done: once, never inside this call, with @push->outcome.
 */
void outbox_push_begin(struct push *push, struct portal *portal, const struct outbox_row *row,
	void (*done)(struct push *));

#endif
