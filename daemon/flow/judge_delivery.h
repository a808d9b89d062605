#ifndef HOSO_FLOW_JUDGE_DELIVERY_H
#define HOSO_FLOW_JUDGE_DELIVERY_H

#include <hoso/leg.h>
#include <hoso/scan.h>

#include "model/actor.h"
#include "model/delivery.h"
#include "store/book.h"

/* What judge_scan() asks of a delivery, its failure, an invitation and a return, once the leg itself has taken it. */

/**
 * judge_delivery_forbids() - HOSO_OK, or which rule it breaks: the leg then gives it back.
 * @before: the leg without it
 *
 * A wrong PIN is counted here.
 */
enum hoso_error judge_delivery_forbids(struct book *book, const struct scan *scan,
	const struct actor *actor, const struct book_leg *leg, const struct leg *before);

/** judge_delivery_recorded() - what the recorded scan changes beside the leg: papers to reclaim, receiver, proofs. */
void judge_delivery_recorded(struct book *book, const struct scan *scan, const struct book_leg *leg,
	const struct book_event *event, enum verdict verdict);

/**
 * judge_delivery_next() - what to do now; DELIVERY_NONE for scans that lead to nothing of the kind.
 * @why: of the scan's verdict: a refusal says from when it would not be one
 */
struct delivery_step judge_delivery_next(struct book *book, const struct scan *scan,
	const struct book_leg *leg, enum hoso_error why, int64_t now_ms);

#endif
