#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include <hoso/leg.h>

#include "base/uuid7.h"

/* Tracks as a whole: late scans, voids, and what holds for whatever order the scans come in. */

#define SEED 20261123
#define TRACKS 20000
#define MINUTE_MS 60000LL
#define MONDAY_MS 1795402800000LL /* 2026-11-23, 10:00 in Viet Nam */
#define CLERK 1
#define OTHER_CLERK 2

static struct uuid id_of(unsigned number)
{
	struct uuid id = {{0x01, 0x93}};

	id.bytes[6] = 0x70;
	id.bytes[8] = 0x80;
	id.bytes[14] = (uint8_t)(number >> 8);
	id.bytes[15] = (uint8_t)number;
	return id;
}

static struct leg_event event_at(unsigned number, enum event_kind kind, int64_t minute)
{
	return (struct leg_event){.id = id_of(number),
		.kind = kind,
		.occurred_at_ms = MONDAY_MS + minute * MINUTE_MS,
		.account = CLERK,
		.office = 7,
		.role = ROLE_SUPERVISOR,
		.reason = REASON_A5,
		.enough = LEG_TO_AGENCY_DATA | LEG_TO_CITIZEN_DATA};
}

static struct leg_event void_of(unsigned number, unsigned target, int64_t minute, enum role role)
{
	struct leg_event event = event_at(number, EVENT_VOID, minute);

	event.target = id_of(target);
	event.role = role;
	return event;
}

static struct leg_step append(struct leg_track *track, struct leg_event event, struct leg *ret_leg)
{
	return leg_append(track, &event, ret_leg);
}

/* Accepted at minute 0 as event 1, delivered at minute 30 as event 2. */
static struct leg_track delivered_track(void)
{
	struct leg_track track = {.count = 2};

	track.events[0] = event_at(1, EVENT_ACCEPTED, 0);
	track.events[1] = event_at(2, EVENT_DELIVERED, 30);
	return track;
}

static void a_late_scan_does_not_move_the_leg_back(void **state)
{
	struct leg_track track = delivered_track();
	struct leg leg;
	struct leg_step step = append(&track, event_at(3, EVENT_OUT_FOR_DELIVERY, 10), &leg);

	(void)state;
	assert_int_equal(step.verdict, VERDICT_LATE);
	assert_int_equal(step.why, HOSO_OK);
	assert_int_equal(leg.state, LEG_DELIVERED);
	assert_int_equal(leg.conflicts, 0);
	assert_int_equal(track.count, 3);
}

static void a_late_acceptance_makes_an_unknown_item_known(void **state)
{
	struct leg_track track = {0};
	struct leg leg;

	(void)state;
	assert_int_equal(append(&track, event_at(2, EVENT_DELIVERED, 30), &leg).verdict,
		VERDICT_UNKNOWN_ITEM);
	assert_int_equal(leg.state, LEG_NEW);
	assert_int_equal(
		append(&track, event_at(1, EVENT_ACCEPTED, 0), &leg).verdict, VERDICT_LATE);
	assert_int_equal(leg.state, LEG_DELIVERED);
	assert_int_equal(leg.conflicts, 0);
}

static void a_late_note_is_simply_recorded(void **state)
{
	struct leg_track track = delivered_track();
	struct leg leg;

	(void)state;
	assert_int_equal(
		append(&track, event_at(3, EVENT_NOTE, 10), &leg).verdict, VERDICT_RECORDED);
	assert_int_equal(leg.state, LEG_DELIVERED);
}

static void a_late_scan_that_spoils_a_later_one_is_a_conflict_to_look_at(void **state)
{
	struct leg_track track = delivered_track();
	struct leg leg;

	(void)state;
	assert_int_equal(append(&track, event_at(3, EVENT_LOST, 10), &leg).verdict, VERDICT_LATE);
	assert_int_equal(leg.state, LEG_LOST);
	assert_int_equal(leg.conflicts, 1);
}

static void a_gap_is_counted_between_offices_only(void **state)
{
	struct leg_track track = {0};
	struct leg_event away = event_at(2, EVENT_ARRIVED, 10);
	struct leg leg;

	(void)state;
	append(&track, event_at(1, EVENT_ACCEPTED, 0), &leg);
	away.office = 8;
	assert_true(append(&track, away, &leg).gap);
	assert_int_equal(leg.gaps, 1);
	/* The dispatch that was missing comes in late: then nothing is missing. */
	assert_int_equal(
		append(&track, event_at(3, EVENT_DISPATCHED, 5), &leg).verdict, VERDICT_LATE);
	assert_int_equal(leg.gaps, 0);
	track.count = 1;
	assert_false(append(&track, event_at(2, EVENT_ARRIVED, 10), &leg).gap);
	assert_int_equal(leg.gaps, 0);
}

static void a_void_takes_the_leg_back(void **state)
{
	struct leg_track track = delivered_track();
	struct leg leg;

	(void)state;
	assert_int_equal(
		append(&track, void_of(3, 2, 40, ROLE_SUPERVISOR), &leg).verdict, VERDICT_RECORDED);
	assert_int_equal(leg.state, LEG_ACCEPTED);
	assert_int_equal(
		append(&track, void_of(4, 1, 41, ROLE_SUPERVISOR), &leg).verdict, VERDICT_RECORDED);
	assert_int_equal(leg.state, LEG_NEW);
	assert_int_equal(track.count, 4);
}

static void the_author_may_void_within_a_quarter_of_an_hour(void **state)
{
	static const struct {
		int64_t after_ms;
		int64_t account;
		enum role role;
		enum hoso_error why;
	} cases[] = {
		{0, CLERK, ROLE_CLERK, HOSO_OK},
		{VOID_GRACE_MS, CLERK, ROLE_CLERK, HOSO_OK},
		{VOID_GRACE_MS, CLERK, ROLE_COURIER, HOSO_OK},
		{VOID_GRACE_MS + 1, CLERK, ROLE_CLERK, HOSO_WRONG_ROLE},
		{-1, CLERK, ROLE_CLERK, HOSO_WRONG_ROLE},
		{MINUTE_MS, OTHER_CLERK, ROLE_CLERK, HOSO_WRONG_ROLE},
		{MINUTE_MS, OTHER_CLERK, ROLE_SUPERVISOR, HOSO_OK},
		{VOID_GRACE_MS * 1000, OTHER_CLERK, ROLE_SUPERVISOR, HOSO_OK},
		{MINUTE_MS, CLERK, ROLE_SYSTEM, HOSO_WRONG_ROLE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct leg_track track = delivered_track();
		struct leg_event event = void_of(3, 2, 30, cases[i].role);
		struct leg leg;
		struct leg_step step;

		event.occurred_at_ms += cases[i].after_ms;
		event.account = cases[i].account;
		step = append(&track, event, &leg);
		assert_int_equal(step.why, cases[i].why);
		assert_int_equal(step.verdict, cases[i].why ? VERDICT_REFUSED : VERDICT_RECORDED);
		assert_int_equal(leg.state, cases[i].why ? LEG_DELIVERED : LEG_ACCEPTED);
		assert_int_equal(track.count, cases[i].why ? 2 : 3);
	}
}

static void a_void_of_nothing_and_a_void_of_a_void_are_refused(void **state)
{
	struct leg_track track = delivered_track();
	struct leg leg;
	struct leg_step step;

	(void)state;
	step = append(&track, void_of(3, 9, 40, ROLE_SUPERVISOR), &leg);
	assert_int_equal(step.verdict, VERDICT_REFUSED);
	assert_int_equal(step.why, HOSO_NOT_FOUND);
	append(&track, void_of(3, 2, 40, ROLE_SUPERVISOR), &leg);
	step = append(&track, void_of(4, 3, 41, ROLE_SUPERVISOR), &leg);
	assert_int_equal(step.verdict, VERDICT_REFUSED);
	assert_int_equal(step.why, HOSO_WRONG_STATE);
	assert_int_equal(leg.state, LEG_ACCEPTED);
	assert_int_equal(track.count, 3);
}

static void a_second_void_of_the_same_event_is_a_duplicate_and_kept(void **state)
{
	struct leg_track track = delivered_track();
	struct leg leg;

	(void)state;
	append(&track, void_of(3, 2, 40, ROLE_SUPERVISOR), &leg);
	assert_int_equal(append(&track, void_of(4, 2, 41, ROLE_SUPERVISOR), &leg).verdict,
		VERDICT_DUPLICATE);
	assert_int_equal(leg.state, LEG_ACCEPTED);
	assert_int_equal(track.count, 4);
}

/* The return stands on two invitations; without one of them it would have been too early. */
static void a_void_that_takes_the_ground_away_leaves_a_conflict_to_look_at(void **state)
{
	static const struct {
		enum event_kind kind;
		int64_t day;
	} steps[] = {{EVENT_ACCEPTED, 0}, {EVENT_HELD, 0}, {EVENT_INVITED, 1}, {EVENT_INVITED, 3},
		{EVENT_RETURNING, 4}};
	struct leg_track track = {0};
	struct leg leg;

	(void)state;
	for (unsigned i = 0; i < G_N_ELEMENTS(steps); i++) {
		struct leg_event event = event_at(i, steps[i].kind, steps[i].day * 24 * 60 + i);

		event.reason = REASON_A4;
		assert_int_equal(append(&track, event, &leg).verdict, VERDICT_RECORDED);
	}
	assert_int_equal(leg.state, LEG_RETURNING);
	assert_int_equal(leg.conflicts, 0);
	append(&track, void_of(9, 2, 5 * 24 * 60, ROLE_SUPERVISOR), &leg);
	assert_int_equal(leg.state, LEG_HELD);
	assert_int_equal(leg.conflicts, 1);
}

static void a_full_track_takes_nothing_more(void **state)
{
	static struct leg_track track;
	struct leg leg;
	struct leg_step step;

	(void)state;
	track.count = 0;
	append(&track, event_at(0, EVENT_ACCEPTED, 0), &leg);
	for (unsigned i = 1; i < LEG_EVENTS_MAX; i++) {
		assert_int_equal(
			append(&track, event_at(i, EVENT_NOTE, i), &leg).verdict, VERDICT_RECORDED);
	}
	step = append(&track, event_at(LEG_EVENTS_MAX, EVENT_DELIVERED, LEG_EVENTS_MAX), &leg);
	assert_int_equal(step.verdict, VERDICT_REFUSED);
	assert_int_equal(step.why, HOSO_LEG_FULL);
	assert_int_equal(track.count, LEG_EVENTS_MAX);
	assert_int_equal(leg.state, LEG_ACCEPTED);
}

static enum role random_role(GRand *random, enum event_kind kind)
{
	/* Mostly somebody who may; a refusal ends the interesting part early. */
	return kind == EVENT_VOID || g_rand_int_range(random, 0, 10)
		       ? ROLE_SUPERVISOR
		       : (enum role)g_rand_int_range(random, 0, ROLE_COUNT);
}

static struct leg_event random_event(GRand *random, unsigned number)
{
	enum event_kind kind = (enum event_kind)g_rand_int_range(random, 0, EVENT_SCAN_COUNT);
	/* Few instants, so that many scans share one; three hours apart, so that days change. */
	struct leg_event event = event_at(number, kind, 180 * g_rand_int_range(random, 0, 30));

	event.role = random_role(random, kind);
	event.office = g_rand_int_range(random, 1, 4);
	event.account = g_rand_int_range(random, 1, 3);
	event.reason = (enum reason)g_rand_int_range(random, 0, REASON_COUNT);
	event.leg_kind = (enum leg_kind)g_rand_int_range(random, 0, LEG_KIND_COUNT);
	event.enough = (unsigned)g_rand_int_range(random, 0, 4);
	if (kind == EVENT_VOID) {
		event.target = id_of((unsigned)g_rand_int_range(random, 0, 24));
	}
	return event;
}

/* Half of the tracks begin as real ones do, so that the later states are reached, too. */
static void make_random_track(GRand *random, struct leg_track *ret_track)
{
	static const enum event_kind usual[] = {EVENT_ACCEPTED, EVENT_DISPATCHED, EVENT_ARRIVED,
		EVENT_OUT_FOR_DELIVERY, EVENT_DELIVERY_FAILED, EVENT_INVITED, EVENT_RETURNING};
	unsigned known = g_rand_boolean(random) ? (unsigned)g_rand_int_range(random, 0, 8) : 0;

	ret_track->count = (unsigned)g_rand_int_range(random, 1, 24);
	for (unsigned i = 0; i < ret_track->count; i++) {
		struct leg_event *event = &ret_track->events[i];
		*event = random_event(random, i);
		if (i < known && i < G_N_ELEMENTS(usual)) {
			event->kind = usual[i];
			event->role = ROLE_SUPERVISOR;
			event->occurred_at_ms = MONDAY_MS + (int64_t)i * 180 * MINUTE_MS;
		}
	}
}

static void shuffle(GRand *random, struct leg_track *track)
{
	for (unsigned i = track->count; i > 1; i--) {
		unsigned other = (unsigned)g_rand_int_range(random, 0, (gint32)i);
		struct leg_event kept = track->events[i - 1];

		track->events[i - 1] = track->events[other];
		track->events[other] = kept;
	}
}

static void assert_same_leg(const struct leg *a, const struct leg *b)
{
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->state_at_ms, b->state_at_ms);
	assert_int_equal(a->state_office, b->state_office);
	assert_int_equal(a->gaps, b->gaps);
	assert_int_equal(a->conflicts, b->conflicts);
	assert_int_equal(a->attempts, b->attempts);
	assert_int_equal(a->invitations, b->invitations);
	assert_int_equal(a->first_invited_at_ms, b->first_invited_at_ms);
	assert_int_equal(a->last_invited_at_ms, b->last_invited_at_ms);
	assert_false(leg_facts_differ(a, b));
}

static void any_order_of_the_same_events_folds_to_the_same_leg(void **state)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(SEED);
	static struct leg_track track;
	unsigned reached = 0;

	(void)state;
	for (int i = 0; i < TRACKS; i++) {
		struct leg leg;

		make_random_track(random, &track);
		leg = leg_fold(&track);
		assert_true(leg.state >= LEG_NEW && leg.state < LEG_STATE_COUNT);
		assert_true(leg.kind >= 0 && leg.kind < LEG_KIND_COUNT);
		reached |= 1u << leg.state;
		for (int again = 0; again < 3; again++) {
			struct leg other;
			shuffle(random, &track);
			other = leg_fold(&track);
			assert_same_leg(&leg, &other);
		}
	}
	/* The tracks are worth something: every state was the end of one. */
	assert_int_equal(reached, (1u << LEG_STATE_COUNT) - 1);
}

/* One by one; true when nothing was refused. The track must hold what was not refused, in order,
 * once. */
static bool append_all(const struct leg_track *events, struct leg *ret_leg)
{
	static struct leg_track track;
	unsigned kept = 0;

	track.count = 0;
	*ret_leg = (struct leg){0};
	for (unsigned i = 0; i < events->count; i++) {
		struct leg_step step = leg_append(&track, &events->events[i], ret_leg);
		struct leg folded = leg_fold(&track);

		kept += step.verdict != VERDICT_REFUSED;
		assert_true(step.verdict < VERDICT_COUNT);
		assert_int_equal(step.why != HOSO_OK, step.verdict == VERDICT_REFUSED ||
							      step.verdict == VERDICT_CONFLICT ||
							      step.verdict == VERDICT_UNKNOWN_ITEM);
		assert_int_equal(track.count, kept);
		assert_same_leg(&folded, ret_leg);
		if (step.verdict != VERDICT_REFUSED) {
			assert_memory_equal(&track.events[kept - 1], &events->events[i],
				sizeof(struct leg_event));
		}
	}
	return kept == events->count;
}

static void events_may_come_in_any_order_and_none_is_lost(void **state)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(SEED + 1);
	static struct leg_track events;
	int compared = 0;

	(void)state;
	for (int i = 0; i < TRACKS; i++) {
		struct leg first;
		struct leg second;

		make_random_track(random, &events);
		if (append_all(&events, &first)) {
			struct leg folded = leg_fold(&events);
			assert_same_leg(&folded, &first);
			shuffle(random, &events);
			if (append_all(&events, &second)) {
				assert_same_leg(&first, &second);
				compared++;
			}
		}
	}
	assert_true(compared > TRACKS / 20);
}

static void nothing_leaves_a_terminal_state_but_a_find_of_what_was_lost(void **state)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(SEED + 2);
	int finds = 0;

	(void)state;
	for (int i = 0; i < TRACKS; i++) {
		struct leg leg = {.state = LEG_NEW};

		for (unsigned n = 0; n < 24; n++) {
			struct leg_event event = random_event(random, n);
			enum leg_state before = leg.state;
			struct leg_step step = leg_apply(&leg, &event);

			assert_true(leg.state >= LEG_NEW && leg.state < LEG_STATE_COUNT);
			assert_int_not_equal(step.verdict, VERDICT_LATE);
			if (leg_state_is_terminal(before) && leg.state != before) {
				assert_int_equal(before, LEG_LOST);
				assert_int_equal(event.kind, EVENT_FOUND);
				assert_int_equal(leg.state, LEG_ARRIVED);
				finds++;
			}
			if (step.verdict != VERDICT_RECORDED) {
				assert_int_equal(leg.state, before);
			}
		}
	}
	assert_true(finds > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_late_scan_does_not_move_the_leg_back),
		cmocka_unit_test(a_late_acceptance_makes_an_unknown_item_known),
		cmocka_unit_test(a_late_note_is_simply_recorded),
		cmocka_unit_test(a_late_scan_that_spoils_a_later_one_is_a_conflict_to_look_at),
		cmocka_unit_test(a_gap_is_counted_between_offices_only),
		cmocka_unit_test(a_void_takes_the_leg_back),
		cmocka_unit_test(the_author_may_void_within_a_quarter_of_an_hour),
		cmocka_unit_test(a_void_of_nothing_and_a_void_of_a_void_are_refused),
		cmocka_unit_test(a_second_void_of_the_same_event_is_a_duplicate_and_kept),
		cmocka_unit_test(a_void_that_takes_the_ground_away_leaves_a_conflict_to_look_at),
		cmocka_unit_test(a_full_track_takes_nothing_more),
		cmocka_unit_test(any_order_of_the_same_events_folds_to_the_same_leg),
		cmocka_unit_test(events_may_come_in_any_order_and_none_is_lost),
		cmocka_unit_test(nothing_leaves_a_terminal_state_but_a_find_of_what_was_lost),
	};

	return cmocka_run_group_tests_name("leg_fold", tests, NULL, NULL);
}
