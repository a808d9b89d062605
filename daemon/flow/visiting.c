#include "flow/visiting.h"

#include <string.h>

#include "base/uuid7.h"

#define MINUTE_MS (60LL * 1000)

static struct visiting *visiting_of(const struct booking *booking)
{
	return container_of(booking, struct visiting, booking);
}

static void ask(struct booking *booking, struct pg_trip *trip)
{
	visit_book_ask(trip, &booking->actor, &visiting_of(booking)->act);
}

/* The window that is wished has a seat, or why not. */
static enum hoso_error take_window(
	struct visiting *visiting, const struct visit_found *found, struct visit_row *row)
{
	const struct visit_act *act = &visiting->act;
	struct visit_slot slot = {0};
	enum hoso_error error =
		visit_window_check(act->from_ms, act->to_ms, visiting->booking.now_ms);

	visiting->member = "window_from";
	if (error) {
		return error;
	}
	if (!found->office) {
		return HOSO_VISIT_CLOSED;
	}
	error = visit_look(&found->offer.plan, act->from_ms, act->to_ms, &slot);
	if (error) {
		return error;
	}
	row->from_ms = act->from_ms;
	row->to_ms = act->to_ms;
	row->missed_at_ms = act->to_ms + found->offer.grace_minutes * MINUTE_MS;
	row->out_of_hours = slot.out_of_hours;
	row->seat = slot.seat;
	row->courier = 0; /* who could come then may not be able to come now */
	visiting->member = NULL;
	return HOSO_OK;
}

static enum hoso_error take_courier(
	struct visiting *visiting, const struct visit_found *found, struct visit_row *row)
{
	visiting->member = "courier";
	if (!found->new_courier) {
		return HOSO_BAD_COURIER;
	}
	if (found->courier_is_busy) {
		return HOSO_COURIER_BUSY;
	}
	row->courier = found->new_courier;
	visiting->member = NULL;
	return HOSO_OK;
}

static enum hoso_error check_named(struct visiting *visiting, const struct visit_found *found)
{
	visiting->member = found->unknown;
	if (!found->unknown) {
		return HOSO_OK;
	}
	if (strcmp(found->unknown, "items") == 0) {
		return HOSO_WRONG_STATE;
	}
	return strcmp(found->unknown, "procedures") == 0 ? HOSO_UNKNOWN_PROCEDURE : HOSO_NOT_FOUND;
}

static struct visit_row row_before(const struct visit_found *found)
{
	return (struct visit_row){
		.office = found->office,
		.from_ms = found->from_ms,
		.to_ms = found->to_ms,
		.missed_at_ms = found->missed_at_ms,
		.out_of_hours = found->out_of_hours,
		.seat = found->seat,
		.courier = found->courier,
		.attempts = found->attempts,
		.changes = found->changes + 1,
	};
}

static enum hoso_error decide(
	struct visiting *visiting, const struct visit_found *found, struct visit_row *ret_row)
{
	const struct visit_act *act = &visiting->act;
	const struct actor *actor = &visiting->booking.actor;
	struct visit_step step = {.action = act->action,
		.role = actor->role,
		.is_own = found->courier == actor->account,
		.has_window = act->from_ms != 0,
		.has_courier = act->courier[0] != '\0'};
	struct visit_row row = row_before(found);
	enum hoso_error error = check_named(visiting, found);

	if (!error) {
		error = visit_next(found->state, &step, &row.state);
	}
	if (!error && step.has_window) {
		error = take_window(visiting, found, &row);
	}
	if (!error && step.has_courier) {
		error = take_courier(visiting, found, &row);
	}
	row.attempts += act->action == VISIT_FAIL;
	if (row.state == VISIT_CANCELLED) {
		row.seat = 0;
	}
	*ret_row = row;
	return error;
}

static enum hoso_error learn(struct booking *booking, const struct pg_trip *trip, unsigned first)
{
	struct visiting *visiting = visiting_of(booking);
	const struct visit_act *act = &visiting->act;
	struct visit_found found;
	enum hoso_error error = HOSO_OK;

	visiting->member = NULL;
	visit_book_learn(trip, first, &found);
	if (found.is_known) {
		booking->is_settled = memcmp(found.known_content.bytes, act->content.bytes,
					      sizeof act->content.bytes) == 0;
		error = booking->is_settled ? HOSO_OK : HOSO_KEY_REUSE;
		visiting->member = error ? "id" : NULL;
	} else if (act->action != VISIT_BOOK && !found.is_there) {
		error = HOSO_NOT_FOUND;
	} else {
		error = decide(visiting, &found, &visiting->row);
	}
	if (!error && !booking->is_settled && act->action == VISIT_BOOK) {
		visiting->row.person = uuid7_make(booking->now_ms);
		book_add_person(booking->book, &visiting->row.person, &act->person);
	}
	visit_found_clear(&found);
	return error;
}

/* Whole or not at all: a label that is somebody else's already ends the booking, and leaves no trace. */
static enum hoso_error judged(struct booking *booking)
{
	for (unsigned i = 0; i < booking->count; i++) {
		const struct scan_answer *answer = &booking->answers[i];
		bool taken = answer->verdict == VERDICT_RECORDED ||
			     answer->verdict == VERDICT_LATE ||
			     answer->verdict == VERDICT_DUPLICATE;
		if (answer->error || !taken) {
			visiting_of(booking)->member = "items";
			return answer->error ? answer->error
			       : answer->why ? answer->why
					     : HOSO_WRONG_STATE;
		}
	}
	return HOSO_OK;
}

static void keep(struct booking *booking, struct pg_trip *trip)
{
	struct visiting *visiting = visiting_of(booking);

	visit_book_keep(trip, &booking->actor, &visiting->act, &visiting->row, booking->now_ms);
}

/* A seat or a courier went to somebody who did not ask for the office's row first. */
static enum hoso_error refused(const struct booking *booking, const char *sqlstate)
{
	(void)booking;
	return strcmp(sqlstate, "23P01") == 0 ? HOSO_CONFLICT : HOSO_INTERNAL;
}

static const struct booking_affair affair = {
	.ask = ask, .learn = learn, .judged = judged, .keep = keep, .refused = refused};

static void booking_is_done(struct booking *booking, enum hoso_error error)
{
	struct visiting *visiting = visiting_of(booking);

	visiting->done(visiting, error);
}

enum hoso_error visiting_submit(struct bookings *bookings, struct visiting *visiting,
	const struct actor *actor, visiting_cb done)
{
	visiting->done = done;
	visiting->booking = (struct booking){
		.affair = &affair,
		.actor = *actor,
		.scans = visiting->scans,
		.answers = visiting->answers,
		.count = visiting->scan_count,
	};
	return bookings_submit(bookings, &visiting->booking, booking_is_done);
}
