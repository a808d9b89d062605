#ifndef HOSO_FLOW_JUDGE_LINE_H
#define HOSO_FLOW_JUDGE_LINE_H

#include <hoso/event.h>
#include <hoso/scan.h>

#include "model/actor.h"
#include "store/book.h"

/* What a judged scan tells the portal, frozen when it is recorded. No I/O, no clock. */

/** judge_line_words() - the catalogue's words of this day: a dossier keeps the version it was taken in under. */
const char *judge_line_words(struct book *book, const struct scan *scan, int64_t recorded_at_ms,
	const struct book_agency *agency, const struct book_procedure *procedure);

/** judge_line_is_told() - does the portal hear of this scan? What is not known of its dossier yet cannot be told. */
bool judge_line_is_told(const struct scan *scan, const struct book_leg *leg, enum verdict verdict,
	bool optional_steps);

/** judge_line_freeze() - the line of @event; without the dossier's code it waits for that. */
void judge_line_freeze(struct book *book, const struct scan *scan, const struct actor *actor,
	const struct book_leg *leg, struct book_event *event);

#endif
