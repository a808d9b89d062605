#include "flow/judge_money.h"

#include <string.h>

#include "model/money.h"

const struct book_receipt *judge_money_receipt(
	const struct book *book, const struct scan *scan, const struct actor *actor)
{
	const struct book_receipt *receipt;

	if (!money_has_receipt(scan)) {
		return NULL;
	}
	receipt = book_receipt(book, actor->office, money_receipt_year(scan), scan->receipt);
	return receipt && strcmp(receipt->item_code, scan->code.text) != 0 ? receipt : NULL;
}

static void add_move(struct book *book, const struct scan *scan, const struct actor *actor,
	const struct book_dossier *dossier, const struct book_event *event,
	const struct money_move *move)
{
	struct book_money money = {.event_id = event->id,
		.dossier_id = event->dossier_id,
		.leg_id = event->leg_id,
		.item_code = event->item_code,
		.kind = money_kind_wire(move->kind),
		.is_out = move->is_out,
		.amount_vnd = move->amount_vnd,
		.payment = scan->payment[0] ? book_text(book, scan->payment) : "cash",
		.held_by = money_holder_wire(move->holder),
		.receipt = book_text(book, scan->receipt),
		.office = actor->office,
		.account = actor->account,
		.agency = move->kind == MONEY_POSTAGE ? 0 : dossier->agency_id,
		.occurred_at_ms = scan->occurred_at_ms};

	book_add_money(book, &money);
}

/* An officer holds nothing of the post's; and what is known of no dossier belongs to no agency. */
void judge_money_take(struct book *book, const struct scan *scan, const struct actor *actor,
	const struct book_dossier *dossier, const struct book_event *event)
{
	struct money_move moves[MONEY_MOVES_MAX];
	unsigned count = money_moves(scan, moves);

	if (scan->kind == EVENT_VOID) {
		book_reverse_money(book, &scan->target, event);
	}
	if (actor->office == 0 || dossier->stub) {
		return;
	}
	for (unsigned i = 0; i < count; i++) {
		add_move(book, scan, actor, dossier, event, &moves[i]);
	}
	if (money_has_receipt(scan)) {
		book_add_receipt(
			book, actor->office, money_receipt_year(scan), scan->receipt, event);
	}
}
