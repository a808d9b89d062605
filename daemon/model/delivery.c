#include "model/delivery.h"

#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/uuid7.h"
#include "model/deadline.h"

/* clang-format off */
static const struct { const char *wire; const char *label; } actions[] = {
#define X(name, wire, vi) [name] = {wire, vi},
	HOSO_DELIVERY_ACTIONS(X)
#undef X
};

/*
 * What each reason leads to, best first. DELIVERY_NONE ends the list. Invitations and returns are put in their place
 * by what was done already. Source: domain 5.5.
 */
static const enum delivery_action advice[REASON_COUNT][DELIVERY_STEPS_MAX] = {
	[REASON_NONE] = {DELIVERY_AGAIN, DELIVERY_INVITE},
	[REASON_A1] = {DELIVERY_CALL, DELIVERY_REDIRECT, DELIVERY_RETURN},
	[REASON_A2] = {DELIVERY_REDIRECT, DELIVERY_RETURN},
	[REASON_A3] = {DELIVERY_INVITE, DELIVERY_REDIRECT},
	[REASON_A4] = {DELIVERY_RETURN},
	[REASON_A5] = {DELIVERY_RETURN},
	[REASON_B1] = {DELIVERY_AGAIN, DELIVERY_INVITE},
	[REASON_B2] = {DELIVERY_INVITE, DELIVERY_AGAIN},
	[REASON_B3] = {DELIVERY_AGAIN, DELIVERY_INVITE},
	[REASON_B4] = {DELIVERY_AGAIN, DELIVERY_INVITE},
	[REASON_B5] = {DELIVERY_ASK, DELIVERY_AGAIN},
	[REASON_B6] = {DELIVERY_AGAIN},
	[REASON_B7] = {DELIVERY_AGAIN},
	[REASON_B8] = {DELIVERY_RETURN, DELIVERY_ASK},
	[REASON_RC] = {DELIVERY_RETURN},
	[REASON_OT] = {DELIVERY_CALL, DELIVERY_AGAIN, DELIVERY_INVITE},
};
/* clang-format on */

#define ATTEMPTS_ENOUGH 2 /* then inviting is better than going once more */

const char *delivery_action_wire(enum delivery_action action)
{
	return actions[action].wire;
}

const char *delivery_action_label(enum delivery_action action)
{
	return actions[action].label;
}

enum delivery_action delivery_action_from_wire(const char *wire)
{
	int action = 0;

	while (action < DELIVERY_ACTION_COUNT && strcmp(actions[action].wire, wire) != 0) {
		action++;
	}
	return (enum delivery_action)action;
}

/* @day itself when it is a working day. */
static int32_t workday_from(const struct calendar *calendar, int32_t day)
{
	return workday_is(day, calendar) ? day : workday_add(day, 1, calendar);
}

static int32_t later(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/* When the next invitation may be: two working days after the last one. */
static int32_t invitation_day(const struct leg *leg, int32_t today, const struct calendar *calendar)
{
	int32_t first = workday_from(calendar, today);

	if (leg->invitations == 0) {
		return first;
	}
	return later(first, workday_add(clock_local_day(leg->last_invited_at_ms),
				    DEADLINE_INVITATION_WORKDAYS, calendar));
}

static struct delivery_step step_of(enum delivery_action action, const struct leg *leg,
	int32_t today, const struct calendar *calendar)
{
	int32_t from = workday_from(calendar, today);

	if (action == DELIVERY_AGAIN) {
		from = later(from, workday_add(clock_local_day(leg->state_at_ms), 1, calendar));
	} else if (action == DELIVERY_INVITE) {
		from = invitation_day(leg, today, calendar);
	} else if (action == DELIVERY_RETURN || action == DELIVERY_HAND_BACK) {
		return (struct delivery_step){action, from, 0};
	}
	return (struct delivery_step){action, from, workday_add(from, 1, calendar)};
}

/* Who was invited often enough is not invited again: it may go back. */
static enum delivery_action in_its_place(
	enum delivery_action action, const struct leg *leg, const struct calendar *calendar)
{
	if (action == DELIVERY_INVITE && leg_kind_to_agency(leg->kind)) {
		return DELIVERY_AGAIN;
	}
	return action == DELIVERY_INVITE && deadline_invited_apart(leg, calendar) ? DELIVERY_RETURN
										  : action;
}

static unsigned add_step(struct delivery_step *steps, unsigned count, enum delivery_action action,
	const struct leg *leg, int32_t today, const struct calendar *calendar)
{
	action = in_its_place(action, leg, calendar);
	for (unsigned i = 0; i < count; i++) {
		if (steps[i].action == action) {
			return count;
		}
	}
	steps[count] = step_of(action, leg, today, calendar);
	return count + 1;
}

static unsigned steps_after_failure(const struct leg *leg, enum reason reason, int32_t today,
	const struct calendar *calendar, struct delivery_step *ret_steps)
{
	unsigned count = 0;

	if (leg->attempts >= ATTEMPTS_ENOUGH && advice[reason][0] == DELIVERY_AGAIN &&
		advice[reason][1] == DELIVERY_INVITE) {
		count = add_step(ret_steps, count, DELIVERY_INVITE, leg, today, calendar);
	}
	for (unsigned i = 0;
		i < DELIVERY_STEPS_MAX && advice[reason][i] && count < DELIVERY_STEPS_MAX; i++) {
		count = add_step(ret_steps, count, advice[reason][i], leg, today, calendar);
	}
	return count;
}

static unsigned steps_while_held(const struct leg *leg, int32_t today,
	const struct calendar *calendar, struct delivery_step *ret_steps)
{
	int32_t day = invitation_day(leg, today, calendar);

	if (leg_kind_to_agency(leg->kind)) {
		return add_step(ret_steps, 0, DELIVERY_AGAIN, leg, today, calendar);
	}
	if (leg->invitations == 0 || day <= today || deadline_invited_apart(leg, calendar)) {
		return add_step(ret_steps, 0, DELIVERY_INVITE, leg, today, calendar);
	}
	ret_steps[0] = (struct delivery_step){DELIVERY_WAIT, today, day};
	return add_step(ret_steps, 1, DELIVERY_INVITE, leg, today, calendar);
}

unsigned delivery_steps(const struct leg *leg, enum reason reason, int32_t today,
	const struct calendar *calendar, struct delivery_step ret_steps[DELIVERY_STEPS_MAX])
{
	switch ((int)leg->state) {
	case LEG_ARRIVED:
	case LEG_OUT_FOR_DELIVERY:
		return add_step(ret_steps, 0, DELIVERY_DELIVER, leg, today, calendar);
	case LEG_ATTEMPT_FAILED:
		return steps_after_failure(leg, reason, today, calendar, ret_steps);
	case LEG_HELD:
		return steps_while_held(leg, today, calendar, ret_steps);
	case LEG_RETURNING:
		return add_step(ret_steps, 0, DELIVERY_HAND_BACK, leg, today, calendar);
	default:
		return 0;
	}
}

int32_t delivery_return_day(
	const struct leg *leg, enum reason reason, int32_t today, const struct calendar *calendar)
{
	int32_t first = leg->invitations > 0 ? clock_local_day(leg->first_invited_at_ms)
					     : workday_from(calendar, today);

	if (reason_lets_back(reason) || deadline_invited_apart(leg, calendar)) {
		return today;
	}
	return later(today, workday_add(first, DEADLINE_INVITATION_WORKDAYS, calendar));
}

enum hoso_error delivery_return_why(const struct leg *leg)
{
	if (leg->invitations == 0) {
		return HOSO_RETURN_UNINVITED;
	}
	return leg->invitations < DEADLINE_INVITATIONS_MIN ? HOSO_RETURN_INVITED_ONCE
							   : HOSO_TOO_EARLY;
}

enum hoso_error delivery_check_reason(
	const struct leg *leg, enum reason reason, const struct calendar *calendar)
{
	if ((reason == REASON_B7 || reason == REASON_B8) && !leg_kind_to_agency(leg->kind)) {
		return HOSO_REASON_AGENCY_ONLY;
	}
	return reason == REASON_A4 && !deadline_invited_apart(leg, calendar) ? HOSO_REASON_UNINVITED
									     : HOSO_OK;
}

enum hoso_error delivery_check_next(int32_t next_day, int32_t day, const struct calendar *calendar)
{
	if (next_day < day) {
		return HOSO_NEXT_ON_PAST;
	}
	return workday_is(next_day, calendar) ? HOSO_OK : HOSO_NEXT_ON_HOLIDAY;
}

static bool are_apart(int32_t a, int32_t b, const struct calendar *calendar)
{
	return workday_between(a < b ? a : b, later(a, b), calendar) >=
	       DEADLINE_INVITATION_WORKDAYS;
}

enum hoso_error delivery_check_invitation(
	const struct leg *leg, int32_t day, const struct calendar *calendar)
{
	if (leg->invitations == 0) {
		return HOSO_OK;
	}
	return are_apart(clock_local_day(leg->first_invited_at_ms), day, calendar) &&
			       are_apart(clock_local_day(leg->last_invited_at_ms), day, calendar)
		       ? HOSO_OK
		       : HOSO_INVITED_EARLY;
}

/* Is @name, @length bytes, one of the lines of @list? */
static bool has_line(const char *list, const char *name, size_t length)
{
	while (*list) {
		size_t line = strcspn(list, "\n");
		if (line == length && memcmp(list, name, length) == 0) {
			return true;
		}
		list += line + (list[line] == '\n');
	}
	return false;
}

static bool accounts_for_all(const char *due, const char *said)
{
	while (*due) {
		size_t line = strcspn(due, "\n");
		if (!has_line(said, due, line)) {
			return false;
		}
		due += line + (due[line] == '\n');
	}
	return true;
}

static enum hoso_error check_pin(const struct delivery_claim *claim)
{
	switch (claim->pin) {
	case PIN_WRONG:
		return HOSO_PIN_WRONG;
	case PIN_LOCKED:
		return claim->overrides ? HOSO_OK : HOSO_PIN_LOCKED;
	case PIN_ABSENT:
		return claim->overrides ? HOSO_OK : HOSO_PIN_NEEDED;
	case PIN_RIGHT:
	case PIN_UNUSED:
		break;
	}
	return HOSO_OK;
}

enum hoso_error delivery_check(const struct delivery_claim *claim)
{
	bool proven = claim->has_proof || claim->pin == PIN_RIGHT || claim->overrides;
	enum hoso_error error = check_pin(claim);

	if (error) {
		return error;
	}
	if (claim->wants_proof && !proven) {
		return HOSO_PROOF_NEEDED;
	}
	if (claim->collected_vnd != claim->collect_vnd && !claim->has_note) {
		return HOSO_COLLECT_DIFFERS;
	}
	return claim->in_words || accounts_for_all(claim->reclaim, claim->reclaimed)
		       ? HOSO_OK
		       : HOSO_RECLAIM_OPEN;
}

static bool is_voided(const struct leg_track *track, const struct leg_event *event)
{
	for (unsigned i = 0; i < track->count; i++) {
		if (track->events[i].kind == EVENT_VOID &&
			uuid7_compare(&track->events[i].target, &event->id) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_before(const struct leg_event *event, const struct leg_event *other)
{
	return event->occurred_at_ms != other->occurred_at_ms
		       ? event->occurred_at_ms < other->occurred_at_ms
		       : uuid7_compare(&event->id, &other->id) < 0;
}

/* Did the leg, as it was then, take it? */
static bool was_taken(const struct leg_track *track, const struct leg_event *event)
{
	struct leg_track past;
	struct leg leg;

	past.count = 0;
	for (unsigned i = 0; i < track->count; i++) {
		const struct leg_event *other = &track->events[i];
		if (other->kind == EVENT_VOID || is_before(other, event)) {
			past.events[past.count++] = *other;
		}
	}
	leg = leg_fold(&past);
	return leg_apply(&leg, event).verdict == VERDICT_RECORDED;
}

/* The last of @kind that counts; NULL when there is none. */
static const struct leg_event *last_of(const struct leg_track *track, enum event_kind kind)
{
	const struct leg_event *last = NULL;

	for (unsigned i = 0; i < track->count; i++) {
		const struct leg_event *event = &track->events[i];
		if (event->kind == kind && (!last || is_before(last, event)) &&
			!is_voided(track, event) && was_taken(track, event)) {
			last = event;
		}
	}
	return last;
}

enum reason delivery_last_reason(const struct leg_track *track)
{
	const struct leg_event *last = last_of(track, EVENT_DELIVERY_FAILED);

	return last ? last->reason : REASON_NONE;
}

struct uuid delivery_redirect(const struct leg_track *track)
{
	const struct leg_event *last = last_of(track, EVENT_REDIRECTED);

	return last ? last->id : (struct uuid){0};
}
