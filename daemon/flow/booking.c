#include "flow/booking.h"

#include <glib.h>

#include "base/clock.h"
#include "base/crash.h"
#include "base/log.h"
#include "flow/intake_policy.h"

_Static_assert(
	BOOK_WRITE_STEPS_MAX + BOOKING_KEEP_STEPS_MAX + 1 <= PG_TRIP_STEPS_MAX, "and the COMMIT");

#define TICK_MS 200 /* how late a deadline may be noticed */

/*
 *            a booking waits and the session is idle
 *   RESTING ───────────────────────────────────────► ASKING ──learned, judged──► KEEPING ──committed──► done
 *      ▲                                               │                            │
 *      ├── the session is lost, or a race: from the start, until its deadline ──────┤
 *      └──────────────────────── UNDOING ◄── it may not be, or others have its dossiers in hand
 */
enum bookings_state { BOOKINGS_RESTING, BOOKINGS_ASKING, BOOKINGS_KEEPING, BOOKINGS_UNDOING };

/**
 * @waiting: the head is worked on; it stays the head until it is answered
 * @first:   the affair's first step of the trip that asks
 * @verdict: while undoing: what the booking ends with; HOSO_BUSY is tried again
 */
struct bookings {
	struct loop *loop;
	struct pg_conn *conn;
	bool optional_steps;
	enum bookings_state state;
	GQueue waiting;
	struct pg_trip trip;
	struct book *book;
	unsigned first;
	unsigned tries;
	enum hoso_error verdict;
	struct loop_task depart;
	struct loop_task tick;
};

static void bookings_enter(struct bookings *bookings, enum bookings_state state);

static struct booking *head(const struct bookings *bookings)
{
	return g_queue_peek_head((GQueue *)&bookings->waiting);
}

static void wake(void *arg)
{
	struct bookings *bookings = arg;

	if (bookings->state == BOOKINGS_RESTING && head(bookings) && !bookings->depart.waits &&
		pg_conn_is_idle(bookings->conn)) {
		bookings_enter(bookings, BOOKINGS_ASKING);
	}
}

static void depart_due(struct loop_task *task)
{
	wake(container_of(task, struct bookings, depart));
}

static void depart_after(struct bookings *bookings, int64_t pause_ms)
{
	loop_after(bookings->loop, &bookings->depart, pause_ms, depart_due);
}

/* It is over for the head; what comes back for it later finds another booking, or none. */
static void answer(struct bookings *bookings, struct booking *booking, enum hoso_error error)
{
	g_queue_remove(&bookings->waiting, booking);
	booking->book = NULL;
	bookings->tries = 0;
	booking->done(booking, error);
	CRASH_POINT(BOOKING_ANSWERED);
}

static enum hoso_error overdue_error(const struct bookings *bookings, const struct booking *booking)
{
	const char *why;

	if (booking->was_sent) {
		return HOSO_OUTCOME_UNKNOWN;
	}
	return pg_conn_error(bookings->conn, &why) ? HOSO_DATABASE_DOWN : HOSO_BUSY;
}

/* The one in the air is not taken away from under its trip: that comes back by the session's own deadline. */
static void look_at_deadlines(struct loop_task *task)
{
	struct bookings *bookings = container_of(task, struct bookings, tick);
	bool in_the_air = bookings->state != BOOKINGS_RESTING;
	int64_t now_ms = clock_monotonic_ms();
	struct booking *booking;

	loop_after(bookings->loop, &bookings->tick, TICK_MS, look_at_deadlines);
	for (;;) {
		booking = g_queue_peek_nth(&bookings->waiting, in_the_air);
		if (!booking || booking->deadline_ms > now_ms) {
			return;
		}
		answer(bookings, booking, overdue_error(bookings, booking));
	}
}

static bool is_busy(const struct bookings *bookings, const struct booking *booking)
{
	for (unsigned i = 0; i < booking->count; i++) {
		if (book_is_busy(bookings->book, &booking->scans[i])) {
			return true;
		}
	}
	for (const char *const *code = booking->dossier_codes; code && *code; code++) {
		if (book_is_code_busy(bookings->book, *code)) {
			return true;
		}
	}
	return false;
}

static enum hoso_error first_error(const struct booking *booking)
{
	for (unsigned i = 0; i < booking->count; i++) {
		if (booking->answers[i].error) {
			return booking->answers[i].error;
		}
	}
	return HOSO_OK;
}

/* HOSO_BUSY: others have a dossier in hand, for a moment. */
static enum hoso_error judge(struct bookings *bookings, struct booking *booking)
{
	const struct booking_affair *affair = booking->affair;
	enum hoso_error error = HOSO_OK;

	booking->is_settled = false;
	booking->now_ms = clock_now_ms();
	booking->book = bookings->book;
	if (is_busy(bookings, booking)) {
		return HOSO_BUSY;
	}
	if (affair->learn) {
		error = affair->learn(booking, &bookings->trip, bookings->first);
	}
	if (error || booking->is_settled) {
		return error;
	}
	for (unsigned i = 0; i < booking->count; i++) {
		booking->answers[i] = judge_scan(bookings->book, &booking->scans[i],
			&booking->actor, booking->now_ms, bookings->optional_steps);
	}
	return affair->judged ? affair->judged(booking) : first_error(booking);
}

static void learned(struct bookings *bookings)
{
	struct booking *booking = head(bookings);

	CRASH_POINT(BOOKING_LEARNED);
	book_learn(bookings->book, &bookings->trip);
	bookings->verdict = judge(bookings, booking);
	pg_trip_clear(&bookings->trip);
	CRASH_POINT(BOOKING_JUDGED);
	bookings_enter(bookings,
		bookings->verdict || booking->is_settled ? BOOKINGS_UNDOING : BOOKINGS_KEEPING);
}

static void undone(struct bookings *bookings)
{
	struct booking *booking = head(bookings);
	enum hoso_error verdict = bookings->verdict;

	bookings_enter(bookings, BOOKINGS_RESTING);
	if (verdict == HOSO_BUSY && clock_monotonic_ms() < booking->deadline_ms) {
		depart_after(bookings, INTAKE_POSTPONED_MS);
		return;
	}
	answer(bookings, booking, verdict);
}

/* The same policy as the intake's for a scan that is alone. */
static void refused(struct bookings *bookings, const char *sqlstate)
{
	struct booking *booking = head(bookings);
	enum hoso_error error = booking->affair->refused
					? booking->affair->refused(booking, sqlstate)
					: HOSO_INTERNAL;

	if (error == HOSO_INTERNAL) {
		log_err("sqlstate=%s: a booking was refused by the database", sqlstate);
	}
	bookings_enter(bookings, BOOKINGS_RESTING);
	answer(bookings, booking, error);
}

static void go_on(struct bookings *bookings)
{
	switch (bookings->state) {
	case BOOKINGS_ASKING:
		learned(bookings);
		break;
	case BOOKINGS_KEEPING:
		CRASH_POINT(BOOKING_COMMITTED);
		bookings_enter(bookings, BOOKINGS_RESTING);
		answer(bookings, head(bookings), HOSO_OK);
		break;
	case BOOKINGS_UNDOING:
		undone(bookings);
		break;
	case BOOKINGS_RESTING:
		g_assert_not_reached();
	}
}

/* From the start, when the session is there again; who has waited too long is told. */
static void begin_anew(struct bookings *bookings)
{
	struct booking *booking = head(bookings);

	CRASH_POINT(BOOKING_AGAIN);
	bookings_enter(bookings, BOOKINGS_RESTING);
	if (clock_monotonic_ms() >= booking->deadline_ms) {
		answer(bookings, booking, overdue_error(bookings, booking));
	}
	depart_after(bookings, 0);
}

static void take_step(struct bookings *bookings, enum intake_step step, const char *sqlstate)
{
	switch (step) {
	case INTAKE_STEP_GO_ON:
		go_on(bookings);
		break;
	case INTAKE_STEP_AGAIN:
		bookings->tries++;
		begin_anew(bookings);
		break;
	case INTAKE_STEP_PARK:
		if (pg_conn_is_idle(bookings->conn)) {
			pg_conn_drop(bookings->conn);
		}
		begin_anew(bookings);
		break;
	case INTAKE_STEP_SPLIT:
	case INTAKE_STEP_SHELVE:
		refused(bookings, sqlstate);
		break;
	}
}

static void trip_came_back(struct pg_trip *trip, enum hoso_error error)
{
	struct bookings *bookings = container_of(trip, struct bookings, trip);
	char sqlstate[sizeof trip->sqlstate];
	struct intake_outcome outcome = {
		.error = error,
		.sqlstate = sqlstate,
		.commits = bookings->state == BOOKINGS_KEEPING,
		.committed = trip->committed,
		.warned = trip->warned,
		.scans = 1,
		.tries = bookings->tries,
	};

	g_strlcpy(sqlstate, trip->sqlstate, sizeof sqlstate);
	if (error == HOSO_CANCELED) {
		return;
	}
	if (error || bookings->state != BOOKINGS_ASKING) {
		pg_trip_clear(trip);
	}
	take_step(bookings, intake_policy_next(&outcome), sqlstate);
}

static void ask(struct bookings *bookings)
{
	struct booking *booking = head(bookings);

	book_free(bookings->book);
	bookings->book = book_new();
	for (unsigned i = 0; i < booking->count; i++) {
		book_want(bookings->book, &booking->scans[i], booking->actor.office);
	}
	for (const char *const *code = booking->dossier_codes; code && *code; code++) {
		book_want_dossier(bookings->book, *code);
	}
	if (booking->affair->want) {
		booking->book = bookings->book;
		booking->affair->want(booking);
	}
	book_ask(bookings->book, &bookings->trip);
	bookings->first = bookings->trip.count;
	if (booking->affair->ask) {
		booking->affair->ask(booking, &bookings->trip);
	}
}

static void keep(struct bookings *bookings)
{
	struct booking *booking = head(bookings);

	book_write(bookings->book, &bookings->trip);
	if (booking->affair->keep) {
		booking->affair->keep(booking, &bookings->trip);
	}
	pg_trip_add(&bookings->trip, &pg_commit);
	booking->was_sent = true;
}

static void bookings_enter(struct bookings *bookings, enum bookings_state state)
{
	bookings->state = state;
	switch (state) {
	case BOOKINGS_RESTING:
		/* The session tells when it is idle; wake() goes on from there. */
		return;
	case BOOKINGS_ASKING:
		ask(bookings);
		break;
	case BOOKINGS_KEEPING:
		keep(bookings);
		break;
	case BOOKINGS_UNDOING:
		pg_trip_add(&bookings->trip, &pg_rollback);
		break;
	}
	pg_conn_run(bookings->conn, &bookings->trip, trip_came_back);
	if (state == BOOKINGS_ASKING) {
		CRASH_POINT(BOOKING_ASKED);
	} else if (state == BOOKINGS_KEEPING) {
		CRASH_POINT(BOOKING_KEEP_SENT);
	} else {
		CRASH_POINT(BOOKING_UNDOING);
	}
}

struct bookings *bookings_new(struct loop *loop, const struct bookings_config *config)
{
	struct bookings *bookings = g_new0(struct bookings, 1);
	struct pg_conn_config conn = config->conn;

	conn.changed = wake;
	conn.arg = bookings;
	bookings->loop = loop;
	bookings->optional_steps = config->optional_steps;
	g_queue_init(&bookings->waiting);
	bookings->conn = pg_conn_new(loop, &conn);
	loop_after(loop, &bookings->tick, TICK_MS, look_at_deadlines);
	return bookings;
}

enum hoso_error bookings_submit(struct bookings *bookings, struct booking *booking, booking_cb done)
{
	if (g_queue_get_length(&bookings->waiting) >= BOOKINGS_WAITING_MAX) {
		return HOSO_BUSY;
	}
	booking->done = done;
	booking->was_sent = false;
	booking->deadline_ms = clock_monotonic_ms() + INTAKE_DEADLINE_MS;
	g_queue_push_tail(&bookings->waiting, booking);
	depart_after(bookings, 0);
	return HOSO_OK;
}

bool bookings_is_empty(const struct bookings *bookings)
{
	return g_queue_is_empty((GQueue *)&bookings->waiting);
}

void bookings_free(struct bookings *bookings)
{
	struct booking *booking;

	if (!bookings) {
		return;
	}
	loop_cancel(&bookings->tick);
	loop_cancel(&bookings->depart);
	pg_conn_free(bookings->conn);
	pg_trip_clear(&bookings->trip);
	while ((booking = head(bookings))) {
		answer(bookings, booking,
			booking->was_sent ? HOSO_OUTCOME_UNKNOWN : HOSO_DATABASE_DOWN);
	}
	book_free(bookings->book);
	g_free(bookings);
}
