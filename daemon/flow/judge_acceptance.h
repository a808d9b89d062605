#ifndef HOSO_FLOW_JUDGE_ACCEPTANCE_H
#define HOSO_FLOW_JUDGE_ACCEPTANCE_H

#include <hoso/scan.h>

#include "store/book.h"

/*
 * What an acceptance needs from the catalogue and the calendar. The catalogue is that of the day on which it
 * happened: a courier's acceptance may come in after it changed. No I/O, no clock.
 */

/* The one that the scan names; NULL when there is none. */
const struct book_agency *judge_acceptance_agency(const struct book *book, const struct scan *scan);
const struct book_procedure *judge_acceptance_procedure(
	const struct book *book, const struct scan *scan);

/**
 * judge_acceptance_check() - less is asked when @dossier is no stub: it is known already.
 *
 * Errors: HOSO_UNKNOWN_CONCESSION, HOSO_NOT_FOUND (a stub, and no agency is named), HOSO_UNKNOWN_AGENCY,
 * HOSO_UNKNOWN_PROCEDURE, HOSO_SEND_NOT_BY_POST, HOSO_RETURN_NOT_BY_POST.
 */
enum hoso_error judge_acceptance_check(
	const struct book *book, const struct scan *scan, const struct book_dossier *dossier);

/** judge_acceptance_promise() - "YYYY-MM-DD", the book's; NULL when nothing can be promised. */
const char *judge_acceptance_promise(
	struct book *book, const struct scan *scan, enum leg_kind kind);

#endif
