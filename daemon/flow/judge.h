#ifndef HOSO_FLOW_JUDGE_H
#define HOSO_FLOW_JUDGE_H

#include <hoso/scan.h>

#include "model/actor.h"
#include "model/delivery.h"
#include "store/book.h"

/**
 * struct scan_answer - what became of one scan.
 * @error:       HOSO_OK: it is recorded and @verdict says what the rules made of it. Otherwise nothing was
 *               recorded, and the rest is empty.
 * @why:         for a verdict that is not plain: the reason
 * @replayed:    the id was known: this is the answer it got then
 * @recorded_by, @recorded_at_ms: on a duplicate, who had recorded it before
 * @next:        what is to be done with the item now, also when @replayed; DELIVERY_NONE for most kinds
 */
struct scan_answer {
	enum hoso_error error;
	enum verdict verdict;
	enum hoso_error why;
	enum leg_state leg_state;
	int32_t dseq;
	bool gap;
	bool replayed;
	char recorded_by[WORD_MAX + 1];
	int64_t recorded_at_ms;
	struct delivery_step next;
};

/**
 * judge_scan() - what the rules make of one scan, written into the book. No I/O, no clock.
 * @book:      has learned everything about the scan's codes
 * @optional_steps: the portal is told the steps on the way too, not only the hand-overs
 */
struct scan_answer judge_scan(struct book *book, const struct scan *scan, const struct actor *actor,
	int64_t now_ms, bool optional_steps);

#endif
