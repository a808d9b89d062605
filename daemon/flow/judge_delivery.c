#include "flow/judge_delivery.h"

#include <string.h>

#include <sodium.h>

#include "base/clock.h"
#include "base/uuid7.h"
#include "flow/judge_dossier.h"
#include "store/book_care.h"

static bool has(const struct scan *scan, enum scan_field field)
{
	return scan->present & FIELD_BIT(field);
}

static enum delivery_pin judge_pin(const struct scan *scan, struct book_care *care)
{
	if (!care->has_pin) {
		return PIN_UNUSED;
	}
	if (care->pin_wrong >= PIN_TRIES_MAX) {
		return PIN_LOCKED;
	}
	if (!has(scan, FIELD_PIN)) {
		return PIN_ABSENT;
	}
	if (sodium_memcmp(scan->pin.bytes, care->pin.bytes, sizeof care->pin.bytes) == 0) {
		return PIN_RIGHT;
	}
	care->pin_wrong++;
	care->changed = true;
	return PIN_WRONG;
}

/*
 * What was due when it was handed over: an agency that says so only afterwards, while a courier without a network is on
 * the way, does not make it wrong.
 */
static void look_back(struct book *book, const struct scan *scan, const struct book_leg *leg,
	struct delivery_claim *claim)
{
	struct judge_announced now, then;

	if (leg->leg.kind != LEG_RESULT ||
		leg->dossier->result_ready_at_ms <= scan->occurred_at_ms) {
		return;
	}
	now = judge_dossier_announced(book, leg->dossier, DOSSIER_FOLD_ALL);
	then = judge_dossier_announced(book, leg->dossier, scan->occurred_at_ms);
	if (claim->collect_vnd == now.collect_vnd) {
		claim->collect_vnd = then.collect_vnd;
	}
	if (strcmp(claim->reclaim, now.reclaim) == 0) {
		claim->reclaim = then.reclaim;
	}
}

static enum hoso_error check_handed_over(struct book *book, const struct scan *scan,
	const struct actor *actor, const struct book_leg *leg)
{
	struct book_care *care = book_care(book, leg);
	struct delivery_claim claim = {
		.collect_vnd = leg->collect_vnd,
		.collected_vnd = scan->collected_vnd,
		.reclaim = care->reclaim,
		.reclaimed = scan->reclaim,
		.in_words = scan->reclaim_in_words,
		.has_note = has(scan, FIELD_NOTE),
		.has_proof = has(scan, FIELD_SIGNATURE) || has(scan, FIELD_PHOTO),
		.wants_proof = scan->wants_proof,
		.overrides = actor->role == ROLE_SUPERVISOR && has(scan, FIELD_NOTE),
		.pin = judge_pin(scan, care),
	};

	look_back(book, scan, leg, &claim);
	return delivery_check(&claim);
}

static enum hoso_error check_failure(
	const struct book *book, const struct scan *scan, const struct leg *before)
{
	const struct calendar *calendar = book_calendar(book);
	int32_t day = clock_local_day(scan->occurred_at_ms);
	enum hoso_error error = delivery_check_reason(before, scan->reason, calendar);

	if (error || !has(scan, FIELD_NEXT_ON)) {
		return error;
	}
	return delivery_check_next(scan->next_day, day, calendar);
}

enum hoso_error judge_delivery_forbids(struct book *book, const struct scan *scan,
	const struct actor *actor, const struct book_leg *leg, const struct leg *before)
{
	switch ((int)scan->kind) {
	case EVENT_DELIVERED:
		return leg_kind_to_agency(leg->leg.kind)
			       ? HOSO_OK
			       : check_handed_over(book, scan, actor, leg);
	case EVENT_DELIVERY_FAILED:
	case EVENT_RETURNING:
		return check_failure(book, scan, before);
	case EVENT_INVITED:
		return delivery_check_invitation(
			before, clock_local_day(scan->occurred_at_ms), book_calendar(book));
	default:
		return HOSO_OK;
	}
}

/* Whoever an item is redirected to has the event's own id, so that a void finds the one before. */
static void redirect(
	struct book *book, const struct scan *scan, const struct book_leg *leg, bool is_taken)
{
	struct book_care *care = book_care(book, leg);
	struct uuid receiver;

	if (scan->kind == EVENT_REDIRECTED) {
		book_add_person(book, &scan->event_id, &scan->receiver);
	}
	if (!is_taken) {
		return;
	}
	receiver = delivery_redirect(&leg->track);
	if (uuid7_compare(&receiver, &care->receiver) != 0) {
		care->receiver = receiver;
		care->changed = true;
	}
}

/* What the clerk says of it, or else what the agency announced. */
static void keep_reclaim(struct book *book, const struct scan *scan, const struct book_leg *leg)
{
	const char *reclaim = has(scan, FIELD_RECLAIM) ? book_text(book, scan->reclaim)
						       : judge_dossier_for(book, leg).reclaim;
	struct book_care *care;

	if (!has(scan, FIELD_RECLAIM) && leg->leg.kind != LEG_RESULT) {
		return; /* its care was not read */
	}
	care = book_care(book, leg);
	care->changed = care->changed || strcmp(care->reclaim, reclaim) != 0;
	care->reclaim = reclaim;
}

void judge_delivery_recorded(struct book *book, const struct scan *scan, const struct book_leg *leg,
	const struct book_event *event, enum verdict verdict)
{
	bool is_taken = verdict == VERDICT_RECORDED || verdict == VERDICT_LATE;

	if (has(scan, FIELD_SIGNATURE)) {
		book_add_proof(book, event, "signature", &scan->signature);
	}
	if (has(scan, FIELD_PHOTO)) {
		book_add_proof(book, event, "photo", &scan->photo);
	}
	if (scan->kind == EVENT_ACCEPTED && is_taken) {
		keep_reclaim(book, scan, leg);
	}
	if (verdict != VERDICT_REFUSED &&
		(scan->kind == EVENT_REDIRECTED || scan->kind == EVENT_VOID)) {
		redirect(book, scan, leg, is_taken);
	}
}

/* The step that the scan asked for too soon, or else the best one. */
static struct delivery_step choose_step(
	const struct delivery_step *steps, unsigned count, enum delivery_action wanted)
{
	for (unsigned i = 0; i < count; i++) {
		if (steps[i].action == wanted) {
			return steps[i];
		}
	}
	return count > 0 ? steps[0] : (struct delivery_step){DELIVERY_NONE, 0, 0};
}

struct delivery_step judge_delivery_next(struct book *book, const struct scan *scan,
	const struct book_leg *leg, enum hoso_error why, int64_t now_ms)
{
	const struct calendar *calendar = book_calendar(book);
	int32_t today = clock_local_day(now_ms);
	struct delivery_step steps[DELIVERY_STEPS_MAX];
	struct delivery_step step;
	enum reason reason;
	unsigned count;

	if (scan->kind != EVENT_DELIVERY_FAILED && scan->kind != EVENT_INVITED &&
		scan->kind != EVENT_RETURNING) {
		return (struct delivery_step){DELIVERY_NONE, 0, 0};
	}
	reason = delivery_last_reason(&leg->track);
	if (scan->kind == EVENT_RETURNING && why) {
		return (struct delivery_step){DELIVERY_RETURN,
			delivery_return_day(&leg->leg, scan->reason, today, calendar), 0};
	}
	count = delivery_steps(&leg->leg, reason, today, calendar, steps);
	step = choose_step(
		steps, count, why == HOSO_INVITED_EARLY ? DELIVERY_INVITE : DELIVERY_ACTION_COUNT);
	if (step.action == DELIVERY_AGAIN && !why && has(scan, FIELD_NEXT_ON)) {
		step.from_day = step.until_day = scan->next_day;
	}
	return step;
}
