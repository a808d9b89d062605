#include "flow/manifest_close.h"

#include <string.h>

#include <glib.h>

#include "base/attr.h"
#include "store/book_money.h"

static void ask(struct booking *booking, struct pg_trip *trip)
{
	struct manifest_closing *closing = container_of(booking, struct manifest_closing, booking);

	manifest_lock_ask(trip, &booking->actor, &closing->close.id);
}

static enum hoso_error learn(struct booking *booking, const struct pg_trip *trip, unsigned first)
{
	struct manifest_closing *closing = container_of(booking, struct manifest_closing, booking);
	struct manifest_lock lock;

	if (!manifest_lock_at(trip->results[first], &lock)) {
		return HOSO_NOT_FOUND;
	}
	if (!(manifest_kind_roles(lock.kind) & ROLE_BIT(booking->actor.role))) {
		return manifest_kind_refusal(lock.kind);
	}
	if (strcmp(lock.state, "closed") == 0 &&
		memcmp(lock.close_content.bytes, closing->close.content.bytes,
			sizeof lock.close_content.bytes) == 0) {
		booking->is_settled = true;
		return HOSO_OK;
	}
	if (strcmp(lock.state, "open") != 0) {
		return HOSO_MANIFEST_CLOSED;
	}
	return lock.revision == closing->revision ? HOSO_OK : HOSO_MANIFEST_CHANGED;
}

/*
 * What the rules refuse stays on the manifest as refused: the papers did change hands, and a person has to look at why.
 * So it is with an id that somebody used for something else before.
 */
static enum hoso_error judged(struct booking *booking)
{
	struct manifest_closing *closing = container_of(booking, struct manifest_closing, booking);

	for (unsigned i = 0; i < booking->count; i++) {
		const struct scan_answer *answer = &booking->answers[i];
		if (answer->error && answer->error != HOSO_KEY_REUSE &&
			answer->error != HOSO_NOT_FOUND) {
			return answer->error;
		}
		closing->lines[i].verdict = answer->error ? VERDICT_REFUSED : answer->verdict;
		closing->lines[i].why = answer->error ? answer->error : answer->why;
	}
	book_stamp_money(
		booking->book, &closing->close.id, closing->seal.kind == MANIFEST_REMITTANCE);
	closing->close.hash = manifest_seal(&closing->seal, closing->lines, booking->count);
	return HOSO_OK;
}

static void keep(struct booking *booking, struct pg_trip *trip)
{
	struct manifest_closing *closing = container_of(booking, struct manifest_closing, booking);
	g_autofree struct manifest_line_result *results =
		g_new0(struct manifest_line_result, booking->count);

	for (unsigned i = 0; i < booking->count; i++) {
		results[i] = (struct manifest_line_result){
			closing->lines[i].id, closing->lines[i].verdict, closing->lines[i].why};
	}
	manifest_close_keep(
		trip, &booking->actor, &closing->close, results, booking->count, booking->now_ms);
}

static enum hoso_error refused(const struct booking *booking, const char *sqlstate)
{
	const struct manifest_closing *closing =
		container_of(booking, struct manifest_closing, booking);

	if (strcmp(sqlstate, BOOK_MONEY_SHORT) != 0) {
		return HOSO_INTERNAL;
	}
	return closing->seal.kind == MANIFEST_REMITTANCE ? HOSO_SAFE_SHORT : HOSO_NOT_HELD;
}

static const struct booking_affair affair = {
	.ask = ask, .learn = learn, .judged = judged, .keep = keep, .refused = refused};

enum hoso_error manifest_closing_submit(
	struct bookings *bookings, struct manifest_closing *closing, booking_cb done)
{
	closing->booking.affair = &affair;
	return bookings_submit(bookings, &closing->booking, done);
}
