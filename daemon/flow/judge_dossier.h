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
 * judge_dossier_admits() - does the dossier's status let the item of this acceptance set out? HOSO_OK for every other
 * scan, and for an item that is on its way already. What an offline device sends late is judged by what was then, too.
 */
enum hoso_error judge_dossier_admits(
	const struct book *book, const struct book_leg *leg, const struct scan *scan);

/**
 * struct judge_announced - what the agency wants of the citizen for the result that it announced last.
 * @ready_at_ms: 0: none was announced
 * @reclaim: names of papers, a line each; the book's
 */
struct judge_announced {
	int64_t ready_at_ms;
	int64_t collect_vnd;
	const char *reclaim;
};

/** judge_dossier_announced() - by what had happened up to and with @until_ms; DOSSIER_FOLD_ALL: by all. */
struct judge_announced judge_dossier_announced(
	const struct book *book, struct book_dossier *dossier, int64_t until_ms);

/** judge_dossier_for() - of it what goes with @leg, as it is accepted: nothing that another envelope with a part of the
 * same result brings. */
struct judge_announced judge_dossier_for(struct book *book, const struct book_leg *leg);

/**
 * judge_dossier_carry() - an envelope that is under way gets what the agency says only now, and loses what it takes back.
 * @before: what it wanted before the step that was just taken
 *
 * Not one that the clerk gave something else to collect or to reclaim.
 */
void judge_dossier_carry(
	struct book *book, struct book_dossier *dossier, const struct judge_announced *before);

/** judge_dossier_note() - a scan that was taken: what it tells of the dossier's code and dates is kept beside it. */
void judge_dossier_note(struct book *book, struct book_dossier *dossier, const struct scan *scan,
	const struct actor *actor);

/** judge_dossier_append() - dossier_append() on the book's dossier. */
struct dossier_ruling judge_dossier_append(
	struct book *book, struct book_dossier *dossier, const struct dossier_step *step);

/** judge_dossier_date() - "2026-12-31" as 20261231; 0 for "". */
int32_t judge_dossier_date(const char *text);

#endif
