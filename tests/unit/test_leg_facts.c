#include "unit.h"

#include <string.h>

#include <glib.h>

#include <hoso/leg.h>

/* What a track amounts to for lists and reports: acceptance, first attempt, end. */

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

static struct leg_step append(struct leg_track *track, struct leg_event event, struct leg *ret_leg)
{
	return leg_append(track, &event, ret_leg);
}

static void the_facts_are_the_first_acceptance_the_first_attempt_and_the_end(void **state)
{
	static const struct {
		enum event_kind kind;
		enum event_kind voided;   /* of these steps; the first of its kind */
		int64_t attempted_minute; /* -1: none */
		int64_t ended_minute;
	} steps[] = {
		{EVENT_ACCEPTED, EVENT_KIND_COUNT, -1, -1},
		{EVENT_OUT_FOR_DELIVERY, EVENT_KIND_COUNT, -1, -1},
		{EVENT_DELIVERY_FAILED, EVENT_KIND_COUNT, 2, -1},
		{EVENT_INVITED, EVENT_KIND_COUNT, 2, -1},
		{EVENT_DELIVERED, EVENT_KIND_COUNT, 2, 4},
		{EVENT_NOTE, EVENT_KIND_COUNT, 2, 4},
		{EVENT_VOID, EVENT_DELIVERY_FAILED, 4,
			4}, /* then nobody could be invited: out for delivery */
		{EVENT_VOID, EVENT_DELIVERED, -1, -1},
		{EVENT_LOST, EVENT_KIND_COUNT, -1, 8},
		{EVENT_FOUND, EVENT_KIND_COUNT, -1, -1},
		{EVENT_DELIVERED, EVENT_KIND_COUNT, 10, 10},
	};
	struct leg_track track = {0};

	(void)state;
	for (unsigned i = 0; i < G_N_ELEMENTS(steps); i++) {
		struct leg_event event = event_at(i, steps[i].kind, i);
		struct leg leg;

		for (unsigned n = 0; steps[i].kind == EVENT_VOID && n < i; n++) {
			if (steps[n].kind == steps[i].voided) {
				event.target = id_of(n);
				break;
			}
		}
		event.account = i + 100;
		assert_int_not_equal(append(&track, event, &leg).verdict, VERDICT_REFUSED);
		assert_int_equal(leg.accepted_at_ms, MONDAY_MS);
		assert_int_equal(leg.accepted_account, 100);
		assert_int_equal(leg.accepted_office, 7);
		assert_int_equal(leg.attempted_at_ms,
			steps[i].attempted_minute < 0
				? 0
				: MONDAY_MS + steps[i].attempted_minute * MINUTE_MS);
		assert_int_equal(leg.ended_at_ms,
			steps[i].ended_minute < 0 ? 0
						  : MONDAY_MS + steps[i].ended_minute * MINUTE_MS);
		assert_int_equal(leg.ended_account,
			steps[i].ended_minute < 0 ? 0 : 100 + steps[i].ended_minute);
		assert_int_equal(leg.ended_office, steps[i].ended_minute < 0 ? 0 : 7);
	}
}

static void a_late_acceptance_and_a_late_attempt_become_the_facts(void **state)
{
	struct leg_track track = {0};
	struct leg_event earlier = event_at(9, EVENT_DELIVERY_FAILED, 20);
	struct leg leg;

	(void)state;
	append(&track, event_at(2, EVENT_DELIVERED, 30), &leg);
	assert_int_equal(leg.attempted_at_ms, 0); /* of an unknown item nothing is a fact */
	assert_int_equal(leg.ended_at_ms, 0);
	append(&track, event_at(1, EVENT_ACCEPTED, 0), &leg);
	assert_int_equal(leg.accepted_at_ms, MONDAY_MS);
	assert_int_equal(leg.attempted_at_ms, MONDAY_MS + 30 * MINUTE_MS);
	assert_int_equal(leg.ended_at_ms, MONDAY_MS + 30 * MINUTE_MS);
	earlier.account = OTHER_CLERK;
	append(&track, earlier, &leg);
	assert_int_equal(leg.attempted_at_ms, MONDAY_MS + 20 * MINUTE_MS);
	assert_int_equal(leg.ended_account, CLERK);
}

static void before_an_event_is_what_stands_before_it(void **state)
{
	static const enum event_kind kinds[] = {
		EVENT_ACCEPTED, EVENT_OUT_FOR_DELIVERY, EVENT_DELIVERY_FAILED, EVENT_INVITED};
	struct leg_track track = {0};
	struct leg leg;

	(void)state;
	for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
		append(&track, event_at(i, kinds[i], 10 * i), &leg);
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
		struct leg_event late = event_at(99, EVENT_RETURNING, 10 * i + 5);
		struct leg_event same = event_at(i, kinds[i], 10 * i);
		struct leg_track part = {.count = i + 1};
		struct leg whole;

		memcpy(part.events, track.events, (i + 1) * sizeof *part.events);
		whole = leg_fold(&part);
		leg = leg_before(&track, &late);
		assert_int_equal(leg.state, whole.state);
		assert_false(leg_facts_differ(&leg, &whole));
		leg = leg_before(&track, &same);
		assert_int_equal(leg.state == LEG_NEW, i == 0);
		assert_int_equal(leg.invitations, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_facts_are_the_first_acceptance_the_first_attempt_and_the_end),
		cmocka_unit_test(before_an_event_is_what_stands_before_it),
		cmocka_unit_test(a_late_acceptance_and_a_late_attempt_become_the_facts),
	};

	return cmocka_run_group_tests_name("leg_facts", tests, NULL, NULL);
}
