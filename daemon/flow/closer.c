#include "flow/closer.h"

#include <string.h>

#include <glib.h>

#include "base/attr.h"
#include "base/backoff.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/uuid7.h"
#include "flow/judge_step.h"
#include "store/closing.h"

#define CLOSE_EVERY_MS (3600LL * 1000)
#define FIRST_LOOK_MS 500 /* the sessions are there by then */
#define PAGE_DOSSIERS 500 /* looked at in one statement */
#define ACTOR_NAME "Hệ thống bưu điện"

/*
 *             an hour is over            a page is there
 *   RESTING ─────────────────► ASKING ───────────────────► CLOSING ──┐
 *      ▲                         ▲   the page is through   │    ▲    │ the next one
 *      │                         └─────────────────────────┤    └────┘
 *      └──────────── it was the last, or one failed ───────┘
 *
 * @codes:  of a page, those that were due when it was asked for, from @next on not closed yet
 * @at:     how far it has come among all; after the last page it begins anew
 * @is_last: there is no page behind this one
 * @failed: one could not be closed, or not asked for: all are looked at again, soon at first
 */
struct closer {
	struct loop *loop;
	struct pg_pool *pool;
	struct bookings *bookings;
	struct pg_trip trip;
	struct loop_task turn;
	GPtrArray *codes;
	guint next;
	struct closing_place at;
	bool is_last;
	struct booking booking;
	struct step step;
	const char *wanted[2];
	bool in_air;
	bool failed;
	unsigned failures; /* walks in a row with one */
	bool stopped;
	bool freed;
};

static void look(struct loop_task *task);

static void want(struct booking *booking)
{
	const struct closer *closer = container_of(booking, struct closer, booking);

	book_want_step(booking->book, &closer->step);
}

static void ask(struct booking *booking, struct pg_trip *trip)
{
	const struct closer *closer = container_of(booking, struct closer, booking);

	closing_is_due_ask(trip, closer->step.dossier_code.text);
}

/* Under the dossier's lock: another daemon, or a scan, may have been first. */
static enum hoso_error learn(struct booking *booking, const struct pg_trip *trip, unsigned first)
{
	const struct closer *closer = container_of(booking, struct closer, booking);

	if (!closing_is_due(trip->results[first])) {
		booking->is_settled = true;
		return HOSO_OK;
	}
	return judge_step(booking->book, &closer->step, &booking->actor, booking->now_ms).error;
}

static const struct booking_affair affair = {.want = want, .ask = ask, .learn = learn};

static void rest(struct closer *closer)
{
	static const struct backoff backoff = {.first_ms = 10000, .ceiling_ms = CLOSE_EVERY_MS};
	int64_t pause_ms = CLOSE_EVERY_MS;

	if (closer->failed) {
		pause_ms = backoff_delay_ms(&backoff, closer->failures, g_random_int());
	}
	closer->failures = closer->failed ? closer->failures + 1 : 0;
	closer->at = (struct closing_place){0};
	closer->failed = false;
	if (!closer->stopped) {
		loop_after(closer->loop, &closer->turn, pause_ms, look);
	}
}

/* In a turn of its own: a page that nothing is due of must not hold up the loop. */
static void page_is_through(struct closer *closer)
{
	if (closer->stopped || closer->is_last) {
		rest(closer);
	} else {
		loop_defer(closer->loop, &closer->turn, look);
	}
}

static void close_next(struct closer *closer);

static void was_closed(struct booking *booking, enum hoso_error error)
{
	struct closer *closer = container_of(booking, struct closer, booking);
	const char *code = closer->step.dossier_code.text;

	if (error) {
		closer->failed = true;
		log_notice("dossier=%s error=%s: it is over and was not closed", code,
			error_wire(error));
	} else if (!booking->is_settled) {
		log_info("dossier=%s: closed, it is over", code);
	}
	close_next(closer);
}

static void close_next(struct closer *closer)
{
	int64_t now_ms = clock_now_ms();
	const char *code;

	if (closer->stopped || closer->next == closer->codes->len) {
		page_is_through(closer);
		return;
	}
	code = g_ptr_array_index(closer->codes, closer->next++);
	closer->step = (struct step){
		.event_id = uuid7_make(now_ms), .occurred_at_ms = now_ms, .kind = EVENT_CLOSED};
	g_strlcpy(closer->step.dossier_code.text, code, sizeof closer->step.dossier_code.text);
	g_strlcpy(closer->step.data, "{}", sizeof closer->step.data);
	closer->step.data_bytes = 2;
	closer->wanted[0] = closer->step.dossier_code.text;
	closer->booking = (struct booking){.affair = &affair,
		.actor = {.role = ROLE_SYSTEM, .name = ACTOR_NAME},
		.dossier_codes = closer->wanted};
	if (bookings_submit(closer->bookings, &closer->booking, was_closed)) {
		closer->failed = true;
		rest(closer);
	}
}

static void looked(struct pg_trip *trip, enum hoso_error error)
{
	struct closer *closer = container_of(trip, struct closer, trip);

	closer->in_air = false;
	g_ptr_array_set_size(closer->codes, 0);
	closer->next = 0;
	closer->failed |= error != HOSO_OK;
	closer->is_last = error || pg_rows(trip->results[0]) < PAGE_DOSSIERS;
	for (int row = 0; !error && row < pg_rows(trip->results[0]); row++) {
		const char *code = closing_page_at(trip->results[0], row, &closer->at);
		if (code) {
			g_ptr_array_add(closer->codes, g_strdup(code));
		}
	}
	pg_trip_clear(trip);
	if (closer->freed) {
		closer_free(closer);
		return;
	}
	close_next(closer);
}

static void look(struct loop_task *task)
{
	struct closer *closer = container_of(task, struct closer, turn);

	closing_page_ask(&closer->trip, &closer->at, PAGE_DOSSIERS);
	closer->in_air = pg_pool_run(closer->pool, &closer->trip, looked) == HOSO_OK;
	if (!closer->in_air) {
		pg_trip_clear(&closer->trip);
		closer->failed = true;
		rest(closer);
	}
}

struct closer *closer_new(struct loop *loop, struct pg_pool *pool, struct bookings *bookings)
{
	struct closer *closer = g_new0(struct closer, 1);

	closer->loop = loop;
	closer->pool = pool;
	closer->bookings = bookings;
	closer->codes = g_ptr_array_new_with_free_func(g_free);
	loop_after(loop, &closer->turn, FIRST_LOOK_MS, look);
	return closer;
}

void closer_stop(struct closer *closer)
{
	closer->stopped = true;
	loop_cancel(&closer->turn);
}

void closer_free(struct closer *closer)
{
	if (!closer) {
		return;
	}
	closer_stop(closer);
	closer->freed = true;
	if (!closer->in_air) {
		g_ptr_array_unref(closer->codes);
		g_free(closer);
	}
}
