#include <hoso/leg.h>

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/uuid7.h"

#define INVITATIONS_MIN 2     /* QĐ 45/2016; TT 17/2017 Điều 5.2.h */
#define INVITATION_DAYS_MIN 2 /* two working days apart are two days apart at least */

/* clang-format off */
static const struct { const char *wire; bool to_agency; const char *label; } kinds[] = {
#define X(name, wire, to_agency, vi) [name] = {wire, to_agency, vi},
	HOSO_LEG_KINDS(X)
#undef X
};

static const struct { const char *wire; bool terminal; const char *label; } states[] = {
#define X(name, wire, terminal, vi) [name] = {wire, terminal, vi},
	HOSO_LEG_STATES(X)
#undef X
};

#define S(state) (1u << (state))
#define OPEN (S(LEG_REQUESTED) | S(LEG_ASSIGNED) | S(LEG_PICKUP_FAILED) | CARRIED)
#define CARRIED (S(LEG_ACCEPTED) | S(LEG_IN_TRANSIT) | S(LEG_ARRIVED) | S(LEG_OUT_FOR_DELIVERY) | \
	S(LEG_ATTEMPT_FAILED) | S(LEG_HELD) | S(LEG_RETURNING))
#define KNOWN (OPEN | S(LEG_DELIVERED) | S(LEG_RETURNED) | S(LEG_CANCELLED) | S(LEG_LOST))

#define CLERKS (ROLE_BIT(ROLE_CLERK) | ROLE_BIT(ROLE_SUPERVISOR))
#define POSTMEN (CLERKS | ROLE_BIT(ROLE_COURIER))
#define HANDS (POSTMEN | ROLE_BIT(ROLE_AGENCY))
#define SYSTEM ROLE_BIT(ROLE_SYSTEM)

/*
 * What each kind does. Source: domain 5.3.
 * from: the states it leaves for @to.  skip: the same, but a hand-over was not scanned; inside one office
 * that is no gap.  stay: the states that it is recorded in without a move.
 */
static const struct move {
	unsigned roles;
	unsigned from;
	unsigned skip;
	unsigned stay;
	enum leg_state to;
} moves[EVENT_KIND_COUNT] = {
	[EVENT_REQUESTED] = {CLERKS | SYSTEM, S(LEG_NEW), 0, 0, LEG_REQUESTED},
	[EVENT_ASSIGNED] = {CLERKS, S(LEG_REQUESTED) | S(LEG_PICKUP_FAILED), 0, 0, LEG_ASSIGNED},
	[EVENT_PICKUP_FAILED] = {POSTMEN, S(LEG_ASSIGNED), S(LEG_REQUESTED), 0, LEG_PICKUP_FAILED},
	[EVENT_ACCEPTED] = {HANDS, S(LEG_NEW) | S(LEG_REQUESTED) | S(LEG_ASSIGNED), S(LEG_PICKUP_FAILED), 0,
		LEG_ACCEPTED},
	[EVENT_DISPATCHED] = {CLERKS, S(LEG_ACCEPTED) | S(LEG_ARRIVED), S(LEG_IN_TRANSIT),
		S(LEG_ATTEMPT_FAILED) | S(LEG_HELD) | S(LEG_RETURNING), LEG_IN_TRANSIT},
	[EVENT_ARRIVED] = {CLERKS, S(LEG_IN_TRANSIT), S(LEG_ACCEPTED) | S(LEG_ARRIVED),
		S(LEG_ATTEMPT_FAILED) | S(LEG_HELD) | S(LEG_RETURNING), LEG_ARRIVED},
	[EVENT_OUT_FOR_DELIVERY] = {POSTMEN, S(LEG_ARRIVED) | S(LEG_ATTEMPT_FAILED) | S(LEG_HELD),
		S(LEG_ACCEPTED) | S(LEG_IN_TRANSIT), S(LEG_RETURNING), LEG_OUT_FOR_DELIVERY},
	[EVENT_DELIVERED] = {HANDS, S(LEG_OUT_FOR_DELIVERY) | S(LEG_HELD) | S(LEG_ARRIVED),
		S(LEG_ACCEPTED) | S(LEG_IN_TRANSIT) | S(LEG_ATTEMPT_FAILED), 0, LEG_DELIVERED},
	[EVENT_DELIVERY_FAILED] = {POSTMEN, S(LEG_OUT_FOR_DELIVERY),
		S(LEG_ACCEPTED) | S(LEG_IN_TRANSIT) | S(LEG_ARRIVED) | S(LEG_HELD) | S(LEG_ATTEMPT_FAILED), 0,
		LEG_ATTEMPT_FAILED},
	[EVENT_INVITED] = {CLERKS | SYSTEM, S(LEG_ATTEMPT_FAILED) | S(LEG_HELD), S(LEG_ARRIVED), 0, LEG_HELD},
	[EVENT_HELD] = {CLERKS, S(LEG_ATTEMPT_FAILED) | S(LEG_ARRIVED), S(LEG_ACCEPTED) | S(LEG_IN_TRANSIT), 0, LEG_HELD},
	[EVENT_REDIRECTED] = {CLERKS, 0, 0, OPEN, LEG_NEW},
	[EVENT_RETURNING] = {ROLE_BIT(ROLE_SUPERVISOR), CARRIED & ~S(LEG_RETURNING), 0, 0, LEG_RETURNING},
	[EVENT_RETURNED] = {HANDS, S(LEG_RETURNING), 0, 0, LEG_RETURNED},
	[EVENT_CANCELLED] = {CLERKS | SYSTEM, S(LEG_NEW) | S(LEG_REQUESTED) | S(LEG_ASSIGNED) | S(LEG_PICKUP_FAILED), 0, 0,
		LEG_CANCELLED},
	[EVENT_LOST] = {ROLE_BIT(ROLE_SUPERVISOR), CARRIED, 0, 0, LEG_LOST},
	[EVENT_DAMAGED] = {POSTMEN, 0, 0, CARRIED, LEG_NEW},
	[EVENT_FOUND] = {ROLE_BIT(ROLE_SUPERVISOR), S(LEG_LOST), 0, 0, LEG_ARRIVED},
	[EVENT_FEE] = {POSTMEN, 0, 0, KNOWN, LEG_NEW},
	[EVENT_NOTE] = {HANDS | SYSTEM, 0, 0, KNOWN, LEG_NEW},
	[EVENT_BOUND] = {CLERKS | ROLE_BIT(ROLE_AGENCY) | SYSTEM, 0, 0, KNOWN, LEG_NEW},
	[EVENT_VOID] = {HANDS, 0, 0, KNOWN | S(LEG_NEW), LEG_NEW},
};
/* clang-format on */

const char *leg_kind_wire(enum leg_kind kind)
{
	return kinds[kind].wire;
}

const char *leg_kind_label(enum leg_kind kind)
{
	return kinds[kind].label;
}

bool leg_kind_to_agency(enum leg_kind kind)
{
	return kinds[kind].to_agency;
}

enum leg_kind leg_kind_from_wire(const char *wire)
{
	int kind = 0;

	while (kind < LEG_KIND_COUNT && strcmp(kinds[kind].wire, wire) != 0) {
		kind++;
	}
	return (enum leg_kind)kind;
}

const char *leg_state_wire(enum leg_state state)
{
	return states[state].wire;
}

const char *leg_state_label(enum leg_state state)
{
	return states[state].label;
}

bool leg_state_is_terminal(enum leg_state state)
{
	return states[state].terminal;
}

enum leg_state leg_state_from_wire(const char *wire)
{
	int state = 0;

	while (state < LEG_STATE_COUNT && strcmp(states[state].wire, wire) != 0) {
		state++;
	}
	return (enum leg_state)state;
}

static struct leg_step took(bool gap)
{
	return (struct leg_step){.verdict = VERDICT_RECORDED, .gap = gap};
}

static struct leg_step declined(enum verdict verdict, enum hoso_error why)
{
	return (struct leg_step){.verdict = verdict, .why = why};
}

static bool same_day(int64_t a_ms, int64_t b_ms)
{
	return clock_local_day(a_ms) == clock_local_day(b_ms);
}

/* A second scan of what is already so: the same hand-over scanned twice, not a second hand-over. */
static bool is_duplicate(const struct leg *leg, const struct leg_event *event)
{
	const struct move *move = &moves[event->kind];

	if (event->kind == EVENT_INVITED) {
		return leg->state == LEG_HELD && leg->invitations > 0 &&
		       same_day(leg->last_invited_at_ms, event->occurred_at_ms);
	}
	if (event->kind == EVENT_DELIVERY_FAILED) {
		return leg->state == LEG_ATTEMPT_FAILED &&
		       same_day(leg->state_at_ms, event->occurred_at_ms);
	}
	return (move->from | move->skip) != 0 && leg->state == move->to &&
	       leg->state_office == event->office;
}

/*
 * The fold has no calendar, so that it is the same for ever: that the days between are working days is asked by
 * who takes the scan in (model/deadline), with the calendar of that day.
 */
static bool may_go_back(const struct leg *leg, const struct leg_event *event)
{
	bool carried_on = leg->state != LEG_ATTEMPT_FAILED && leg->state != LEG_HELD;
	int32_t first_day = clock_local_day(leg->first_invited_at_ms);
	int32_t last_day = clock_local_day(leg->last_invited_at_ms);

	if (reason_lets_back(event->reason)) {
		return true;
	}
	return !carried_on && leg->invitations >= INVITATIONS_MIN &&
	       last_day - first_day >= INVITATION_DAYS_MIN;
}

/* What the state alone does not say: HOSO_OK, or why the rules forbid it. */
static enum hoso_error forbidden_by_rule(const struct leg *leg, const struct leg_event *event)
{
	if (!(moves[event->kind].roles & ROLE_BIT(event->role))) {
		return HOSO_WRONG_ROLE;
	}
	if (leg->state == LEG_NEW) {
		return HOSO_OK;
	}
	if (event->kind == EVENT_DELIVERED) {
		unsigned needed =
			leg_kind_to_agency(leg->kind) ? LEG_TO_AGENCY_DATA : LEG_TO_CITIZEN_DATA;
		return event->enough & needed ? HOSO_OK : HOSO_MISSING_DATA;
	}
	if (event->kind == EVENT_RETURNING && (S(leg->state) & moves[EVENT_RETURNING].from)) {
		return may_go_back(leg, event) ? HOSO_OK : HOSO_TOO_EARLY;
	}
	return HOSO_OK;
}

static void count_invitation(struct leg *leg, const struct leg_event *event)
{
	if (leg->invitations == 0) {
		leg->first_invited_at_ms = event->occurred_at_ms;
	}
	leg->last_invited_at_ms = event->occurred_at_ms;
	leg->invitations++;
}

/* An end that is taken back (found) leaves nothing. */
static void note_end(struct leg *leg, const struct leg_event *event)
{
	bool ends = states[moves[event->kind].to].terminal;

	leg->ended_at_ms = ends ? event->occurred_at_ms : 0;
	leg->ended_office = ends ? event->office : 0;
	leg->ended_account = ends ? event->account : 0;
}

static void note_facts(struct leg *leg, const struct leg_event *event)
{
	bool attempt = event->kind == EVENT_DELIVERED || event->kind == EVENT_DELIVERY_FAILED ||
		       event->kind == EVENT_INVITED;

	if (event->kind == EVENT_ACCEPTED) {
		leg->accepted_at_ms = event->occurred_at_ms;
		leg->accepted_office = event->office;
		leg->accepted_account = event->account;
	}
	if (attempt && leg->attempted_at_ms == 0) {
		leg->attempted_at_ms = event->occurred_at_ms;
	}
	note_end(leg, event);
}

static void move_leg(struct leg *leg, const struct leg_event *event)
{
	note_facts(leg, event);
	if (event->kind == EVENT_ACCEPTED || event->kind == EVENT_REQUESTED) {
		leg->kind = event->leg_kind;
	} else if (event->kind == EVENT_INVITED) {
		count_invitation(leg, event);
	} else if (event->kind == EVENT_DELIVERY_FAILED) {
		leg->attempts++;
	}
	leg->state = moves[event->kind].to;
	leg->state_at_ms = event->occurred_at_ms;
	leg->state_office = event->office;
}

struct leg_step leg_apply(struct leg *leg, const struct leg_event *event)
{
	const struct move *move = &moves[event->kind];
	unsigned here = S(leg->state);
	enum hoso_error forbidden = forbidden_by_rule(leg, event);

	if (forbidden) {
		return declined(VERDICT_REFUSED, forbidden);
	}
	if (is_duplicate(leg, event)) {
		return declined(VERDICT_DUPLICATE, HOSO_OK);
	}
	if (here & move->stay) {
		return took(false);
	}
	if (here & (move->from | move->skip)) {
		bool gap = (here & move->skip) && leg->state_office != event->office;
		leg->gaps += gap;
		move_leg(leg, event);
		return took(gap);
	}
	leg->conflicts++;
	return leg->state == LEG_NEW ? declined(VERDICT_UNKNOWN_ITEM, HOSO_NOT_ACCEPTED)
				     : declined(VERDICT_CONFLICT, HOSO_WRONG_STATE);
}

static int compare_events(const void *a, const void *b)
{
	const struct leg_event *first = *(const struct leg_event *const *)a;
	const struct leg_event *second = *(const struct leg_event *const *)b;

	if (first->occurred_at_ms != second->occurred_at_ms) {
		return first->occurred_at_ms < second->occurred_at_ms ? -1 : 1;
	}
	return uuid7_compare(&first->id, &second->id);
}

static bool is_voided(const struct leg_track *track, const struct leg_event *event)
{
	for (unsigned i = 0; i < track->count; i++) {
		const struct leg_event *other = &track->events[i];
		if (other->kind == EVENT_VOID && uuid7_compare(&other->target, &event->id) == 0) {
			return true;
		}
	}
	return false;
}

/*
 * Fold the track, up to @until (or NULL); @probe is the event whose step is wanted (or NULL). It is LATE when it was taken
 * although events that lie after it had been taken before it came.
 */
static struct leg fold(const struct leg_track *track, const struct leg_event *until,
	const struct leg_event *probe, struct leg_step *ret_step)
{
	const struct leg_event *order[LEG_EVENTS_MAX];
	struct leg leg = {.state = LEG_NEW};
	bool seen = false;
	unsigned count = 0;

	for (unsigned i = 0; i < track->count; i++) {
		const struct leg_event *event = &track->events[i];
		bool counts = event->kind != EVENT_VOID && !is_voided(track, event);
		if (counts && (!until || compare_events(&event, &until) < 0)) {
			order[count++] = event;
		}
	}
	qsort(order, count, sizeof *order, compare_events);
	for (unsigned i = 0; i < count; i++) {
		struct leg_step step = leg_apply(&leg, order[i]);
		bool moves_leg = (moves[order[i]->kind].from | moves[order[i]->kind].skip) != 0;

		/* What was taken once and is not allowed any more in the new order is a conflict to look at. */
		leg.conflicts += step.verdict == VERDICT_REFUSED;
		if (order[i] == probe) {
			seen = true;
			*ret_step = step;
		} else if (seen && moves_leg && ret_step->verdict == VERDICT_RECORDED &&
			   (moves[probe->kind].from | moves[probe->kind].skip) != 0) {
			ret_step->verdict = VERDICT_LATE;
		}
	}
	return leg;
}

struct leg leg_fold(const struct leg_track *track)
{
	return fold(track, NULL, NULL, NULL);
}

struct leg leg_before(const struct leg_track *track, const struct leg_event *event)
{
	return fold(track, event, NULL, NULL);
}

bool leg_facts_differ(const struct leg *a, const struct leg *b)
{
	return a->accepted_at_ms != b->accepted_at_ms || a->accepted_office != b->accepted_office ||
	       a->accepted_account != b->accepted_account ||
	       a->attempted_at_ms != b->attempted_at_ms ||
	       a->first_invited_at_ms != b->first_invited_at_ms ||
	       a->last_invited_at_ms != b->last_invited_at_ms || a->ended_at_ms != b->ended_at_ms ||
	       a->ended_office != b->ended_office || a->ended_account != b->ended_account;
}

static const struct leg_event *find_event(const struct leg_track *track, const struct uuid *id)
{
	for (unsigned i = 0; i < track->count; i++) {
		if (uuid7_compare(&track->events[i].id, id) == 0) {
			return &track->events[i];
		}
	}
	return NULL;
}

static struct leg_step judge_void(const struct leg_track *track, const struct leg_event *event)
{
	const struct leg_event *target = find_event(track, &event->target);
	int64_t age_ms = target ? event->occurred_at_ms - target->occurred_at_ms : 0;

	if (!(moves[EVENT_VOID].roles & ROLE_BIT(event->role))) {
		return declined(VERDICT_REFUSED, HOSO_WRONG_ROLE);
	}
	if (!target) {
		return declined(VERDICT_REFUSED, HOSO_NOT_FOUND);
	}
	if (target->kind == EVENT_VOID) {
		return declined(VERDICT_REFUSED, HOSO_WRONG_STATE);
	}
	if (event->role != ROLE_SUPERVISOR &&
		(event->account != target->account || age_ms < 0 || age_ms > VOID_GRACE_MS)) {
		return declined(VERDICT_REFUSED, HOSO_WRONG_ROLE);
	}
	if (is_voided(track, target)) {
		return declined(VERDICT_DUPLICATE, HOSO_OK);
	}
	return took(false);
}

struct leg_step leg_append(
	struct leg_track *track, const struct leg_event *event, struct leg *ret_leg)
{
	struct leg_step step;

	if (track->count == LEG_EVENTS_MAX) {
		*ret_leg = leg_fold(track);
		return declined(VERDICT_REFUSED, HOSO_LEG_FULL);
	}
	if (event->kind == EVENT_VOID) {
		step = judge_void(track, event);
		if (step.verdict != VERDICT_REFUSED) {
			track->events[track->count++] = *event;
		}
		*ret_leg = leg_fold(track);
		return step;
	}
	track->events[track->count++] = *event;
	*ret_leg = fold(track, NULL, &track->events[track->count - 1], &step);
	if (step.verdict == VERDICT_REFUSED) {
		track->count--;
		*ret_leg = leg_fold(track);
	}
	return step;
}
