#ifndef HOSO_FLOW_BOOKING_H
#define HOSO_FLOW_BOOKING_H

#include <stdbool.h>

#include <hoso/error.h>
#include <hoso/scan.h>

#include "base/attr.h"
#include "flow/judge.h"
#include "io/loop.h"
#include "io/pg_conn.h"
#include "model/actor.h"
#include "store/book.h"

/*
 * A booking is several scans and what goes with them, in one transaction: a hand-over with all its items, a
 * visit with the item it is for. It walks like a batch of the intake (asked, judged, kept), but whole or not at
 * all, and one booking at a time: they are few, and each may be large.
 */

struct booking;
struct bookings;

/**
 * struct booking_affair - what one kind of booking does beside its scans. Every member may be NULL.
 * @want:  before anything is asked: book_want…() on @book, for what are no scans
 * @ask:   adds statements behind the locks of the dossiers: lock your own row there (FOR UPDATE)
 * @learn: their answers are @trip->results[@first] and on. HOSO_OK: go on; an error: nothing is kept, and the
 *         booking ends with it. Sets @is_settled when this very booking was kept before (its COMMIT had arrived):
 *         nothing more is done, and the booking ends well. Here is the place to change @book beside the scans.
 * @judged: the scans have their answers. An error: nothing is kept. Without it the first answer with an error is it.
 * @keep:  adds statements before the COMMIT, at most BOOKING_KEEP_STEPS_MAX
 * @refused: the database refused it with @sqlstate: a constraint of yours has a name for people. HOSO_INTERNAL: none.
 *
 * Each may run several times for one booking: after a lost race or a lost session it all begins anew.
 */
struct booking_affair {
	void (*want)(struct booking *booking);
	void (*ask)(struct booking *booking, struct pg_trip *trip);
	enum hoso_error (*learn)(
		struct booking *booking, const struct pg_trip *trip, unsigned first);
	enum hoso_error (*judged)(struct booking *booking);
	void (*keep)(struct booking *booking, struct pg_trip *trip);
	enum hoso_error (*refused)(const struct booking *booking, const char *sqlstate);
};

#define BOOKING_KEEP_STEPS_MAX 8

typedef void (*booking_cb)(struct booking *booking, enum hoso_error error);

/**
 * struct booking - caller-owned, zero-initialised, lives until its callback ran.
 * @scans:   each has passed scan_check(); the caller's, as @answers, which has room for as many
 * @dossier_codes: dossiers that are locked and learned beside those of the scans; NULL-terminated, or NULL
 * @book:    in @want, and from @learn to @keep; the bookings' own
 * @now_ms:  the instant of recording; from @learn on
 */
struct booking {
	const struct booking_affair *affair;
	struct actor actor;
	const struct scan *scans;
	struct scan_answer *answers;
	unsigned count;
	const char *const *dossier_codes;
	struct book *book;
	int64_t now_ms;
	bool is_settled;
	/* the bookings' own */
	booking_cb done;
	int64_t deadline_ms; /* monotonic */
	bool was_sent;
};

/** struct bookings_config - as struct intake_config. */
struct bookings_config {
	struct pg_conn_config conn;
	bool optional_steps;
};

struct bookings *bookings_new(struct loop *loop, const struct bookings_config *config);

/**
 * bookings_submit() - in order of arrival.
 * @done: once, never inside this call, with HOSO_OK when all of it is kept; with what @learn or @judged said;
 *        HOSO_BUSY when others had its dossiers in hand all the time; HOSO_INTERNAL when the database refused it;
 *        HOSO_DATABASE_DOWN when it was not sent; HOSO_OUTCOME_UNKNOWN when it may be kept: the same booking
 *        again tells.
 *
 * Errors: HOSO_BUSY, BOOKINGS_WAITING_MAX wait already: nothing was queued and @done will not run.
 */
_must_check_ enum hoso_error bookings_submit(
	struct bookings *bookings, struct booking *booking, booking_cb done);

/** bookings_is_empty() - nothing waits and nothing is in the air: the daemon may stop. */
bool bookings_is_empty(const struct bookings *bookings);

/** bookings_free() - what is not decided is answered HOSO_OUTCOME_UNKNOWN or HOSO_DATABASE_DOWN. */
void bookings_free(struct bookings *bookings);

#endif
