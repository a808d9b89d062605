#ifndef HOSO_FLOW_VISITING_H
#define HOSO_FLOW_VISITING_H

#include "flow/booking.h"
#include "store/visit_book.h"

/* One change of a visit, with what it means for its items, in one transaction. */

struct visiting;
typedef void (*visiting_cb)(struct visiting *visiting, enum hoso_error error);

/**
 * struct visiting - caller-owned, zero-initialised, lives until its callback ran.
 * @act:     what is wished; @scans: with the events of its items, each has passed scan_check()
 * @answers: the caller's too, as many
 * @member:  after an error, which member it is about, or NULL
 */
struct visiting {
	struct booking booking;
	struct visit_act act;
	struct scan *scans;
	struct scan_answer *answers;
	unsigned scan_count;
	const char *member;
	/* its own */
	visiting_cb done;
	struct visit_row row;
};

/**
 * visiting_submit() - decide and keep it.
 * @done: once, never inside this call. HOSO_OK: it is kept, or was already. The errors of visit_next(),
 *        visit_window_check() and visit_look(); HOSO_NOT_FOUND, HOSO_BAD_COURIER, HOSO_COURIER_BUSY,
 *        HOSO_UNKNOWN_PROCEDURE, HOSO_KEY_REUSE; why an item's event was not taken; what bookings_submit() has.
 *        After any of them nothing is changed.
 *
 * Errors: HOSO_BUSY, nothing was queued and @done will not run.
 */
_must_check_ enum hoso_error visiting_submit(struct bookings *bookings, struct visiting *visiting,
	const struct actor *actor, visiting_cb done);

#endif
