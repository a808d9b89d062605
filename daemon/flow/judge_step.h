#ifndef HOSO_FLOW_JUDGE_STEP_H
#define HOSO_FLOW_JUDGE_STEP_H

#include <hoso/dossier_status.h>
#include <hoso/step.h>

#include "model/actor.h"
#include "store/book.h"

/**
 * struct step_answer - what became of one step of a dossier.
 * @error:    HOSO_OK: it is recorded; otherwise nothing was, and the rest is empty
 * @verdict:  recorded, late, or duplicate: it was so already
 * @status:   the dossier's after it
 * @replayed: the id was known: this is the answer it got then
 */
struct step_answer {
	enum hoso_error error;
	enum verdict verdict;
	enum dossier_status status;
	int32_t dseq;
	bool replayed;
	int64_t recorded_at_ms;
};

/**
 * judge_step() - what the rules make of a step of a dossier, written into the book. No I/O, no clock.
 * @book: has learned everything about the step (book_want_step()).
 *
 * An officer and the province's system speak of the dossiers of their own agency; others' are not there for them.
 * A result that is ready makes a dossier known which the post has never seen, when the step says of whom and of what.
 * What the rules refuse is not recorded: nothing has happened to anything in the post's hands.
 */
struct step_answer judge_step(
	struct book *book, const struct step *step, const struct actor *actor, int64_t now_ms);

#endif
