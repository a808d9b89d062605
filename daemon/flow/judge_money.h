#ifndef HOSO_FLOW_JUDGE_MONEY_H
#define HOSO_FLOW_JUDGE_MONEY_H

#include <hoso/scan.h>

#include "model/actor.h"
#include "store/book_money.h"

/* The money of a scan: part of judging it. No I/O, no clock. */

/** judge_money_receipt() - to what the number of the scan's receipt was given, if that is another item; else NULL. */
const struct book_receipt *judge_money_receipt(
	const struct book *book, const struct scan *scan, const struct actor *actor);

/** judge_money_take() - the scan was taken, and recorded as @event: write down what it moves, or takes back. */
void judge_money_take(struct book *book, const struct scan *scan, const struct actor *actor,
	const struct book_dossier *dossier, const struct book_event *event);

#endif
