#ifndef HOSO_FLOW_JUDGE_DOSSIER_H
#define HOSO_FLOW_JUDGE_DOSSIER_H

#include <hoso/scan.h>
#include <hoso/step.h>

#include "model/actor.h"
#include "store/book.h"

/* What the two judgements (of a scan, of a step) share about the dossier itself. No I/O, no clock. */

/** judge_dossier_refold() - the dossier's status and dates are what its legs and steps amount to now. */
void judge_dossier_refold(struct book *book, struct book_dossier *dossier);

/**
 * judge_dossier_opens() - may a leg of @kind set out now, or might it at @at_ms? What an offline device sends late is
 * judged by what was then.
 */
enum hoso_error judge_dossier_opens(const struct book *book, struct book_dossier *dossier,
	enum leg_kind kind, int64_t at_ms);

/** judge_dossier_note() - a scan that was taken: what it tells of the dossier's code and dates is kept beside it. */
void judge_dossier_note(struct book *book, struct book_dossier *dossier, const struct scan *scan,
	const struct actor *actor);

/** judge_dossier_append() - dossier_append() on the book's dossier. */
struct dossier_ruling judge_dossier_append(
	struct book *book, struct book_dossier *dossier, const struct dossier_step *step);

/** judge_dossier_date() - "2026-12-31" as 20261231; 0 for "". */
int32_t judge_dossier_date(const char *text);

#endif
