#include "unit.h"

#include <string.h>

#include <hoso/limits.h>

#include "flow/outbox_policy.h"

/* Source: promises 2.2.11. The first try goes out at once, so the first wait is the one after it. */
static const int64_t schedule_ms[] = {
	500, 5000, 30000, 120000, 600000, 1800000, 7200000, 18000000, 21600000, 21600000, 21600000};

static const enum hoso_error portal_errors[] = {HOSO_PORTAL_LATER, HOSO_PORTAL_UNKNOWN,
	HOSO_PORTAL_NEVER, HOSO_PORTAL_PAUSED, HOSO_CANCELED};

static struct push_outcome outcome_of(enum hoso_error error)
{
	return (struct push_outcome){.error = error, .random = UINT32_MAX / 2};
}

static void the_waits_grow_as_promised_within_a_quarter(void **state)
{
	static const enum hoso_error errors[] = {
		HOSO_PORTAL_LATER, HOSO_PORTAL_UNKNOWN, HOSO_INTERNAL};

	(void)state;
	for (size_t kind = 0; kind < 3; kind++) {
		for (size_t i = 0; i < sizeof schedule_ms / sizeof *schedule_ms; i++) {
			struct push_outcome outcome = outcome_of(errors[kind]);

			outcome.failures = (int64_t)i;
			outcome.random = 0;
			assert_int_equal(
				outbox_policy_settle(&outcome).delay_ms, schedule_ms[i] * 3 / 4);
			outcome.random = UINT32_MAX;
			assert_int_equal(
				outbox_policy_settle(&outcome).delay_ms, schedule_ms[i] * 5 / 4);
			outcome.random = 12345678;
			assert_in_range(outbox_policy_settle(&outcome).delay_ms,
				schedule_ms[i] * 3 / 4, schedule_ms[i] * 5 / 4);
			assert_string_equal(outbox_policy_settle(&outcome).state, "ready");
			assert_true(outbox_policy_settle(&outcome).counted);
			assert_int_equal(outbox_policy_settle(&outcome).error, errors[kind]);
		}
	}
}

static void a_thousand_failures_wait_no_longer_than_ten(void **state)
{
	struct push_outcome outcome = outcome_of(HOSO_PORTAL_LATER);

	(void)state;
	outcome.failures = 1000;
	outcome.random = UINT32_MAX;
	assert_int_equal(outbox_policy_settle(&outcome).delay_ms, 21600000 * 5 / 4);
}

/* A fast portal is kept busy; before a slow one, little more waits than it can be sent. */
static void what_is_in_the_air_grows_and_shrinks_with_the_portal(void **state)
{
	struct outbox_width width = outbox_policy_width(16);

	(void)state;
	assert_int_equal(width.now, 64);
	assert_int_equal(outbox_policy_width(1).now, OUTBOX_IN_AIR_MIN);
	assert_int_equal(outbox_policy_width(1000).now, OUTBOX_IN_AIR_MAX);
	outbox_policy_widen(&width, 0, false);
	assert_int_equal(width.now, 64);
	outbox_policy_widen(&width, 16, true);
	assert_int_equal(width.now, 128);
	outbox_policy_widen(&width, 33, true);
	assert_int_equal(width.now, 128);
	for (int i = 0; i < 9; i++) {
		outbox_policy_widen(&width, 0, true);
		assert_in_range(width.now, 128, OUTBOX_IN_AIR_MAX);
	}
	assert_int_equal(width.now, OUTBOX_IN_AIR_MAX);
	for (int i = 0; i < 9; i++) {
		outbox_policy_widen(&width, width.now * 3 / 4, true);
		assert_in_range(width.now, 64, OUTBOX_IN_AIR_MAX / 2);
	}
	assert_int_equal(width.now, 64);
}

static void the_portals_own_wish_is_obeyed_on_a_closed_road_too(void **state)
{
	struct push_outcome outcome = outcome_of(HOSO_PORTAL_UNKNOWN);

	(void)state;
	outcome.road_closed = true;
	assert_int_equal(outbox_policy_settle(&outcome).delay_ms, 1000);
	outcome.retry_after_ms = 10000;
	assert_int_equal(outbox_policy_settle(&outcome).delay_ms, 10000);
	assert_false(outbox_policy_settle(&outcome).counted);
}

static void the_portals_own_wish_is_obeyed_when_it_is_longer(void **state)
{
	struct push_outcome outcome = outcome_of(HOSO_PORTAL_LATER);

	(void)state;
	outcome.retry_after_ms = RETRY_AFTER_MAX_MS;
	assert_int_equal(outbox_policy_settle(&outcome).delay_ms, RETRY_AFTER_MAX_MS);
	outcome.retry_after_ms = 1;
	assert_in_range(outbox_policy_settle(&outcome).delay_ms, 375, 625);
}

static void what_was_proved_is_done(void **state)
{
	(void)state;
	for (unsigned bits = 0; bits < 4; bits++) {
		struct push_outcome outcome = outcome_of(HOSO_OK);
		struct outbox_settlement settled;

		outcome.road_closed = bits & 1;
		outcome.was_in_doubt = bits & 2;
		outcome.age_ms = OUTBOX_AGE_MAX_MS * 2;
		settled = outbox_policy_settle(&outcome);
		assert_string_equal(settled.state, "done");
		assert_false(settled.in_doubt);
		assert_false(settled.counted);
		assert_int_equal(settled.error, HOSO_OK);
	}
}

/* The portal is down, or we are stopping: no row is the worse for it, however old it is. */
static void a_closed_road_costs_a_row_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof portal_errors / sizeof *portal_errors; i++) {
		for (int closed = 0; closed < 2; closed++) {
			struct push_outcome outcome = outcome_of(portal_errors[i]);
			struct outbox_settlement settled;

			outcome.road_closed = closed;
			outcome.age_ms = OUTBOX_AGE_MAX_MS * 10;
			outcome.failures = 50;
			settled = outbox_policy_settle(&outcome);
			if (closed || outcome.error == HOSO_PORTAL_PAUSED ||
				outcome.error == HOSO_CANCELED) {
				assert_string_equal(settled.state, "ready");
				assert_false(settled.counted);
				assert_in_range(settled.delay_ms, 1, 5000);
			} else {
				assert_string_equal(settled.state, "dead");
				assert_true(settled.counted);
			}
		}
	}
}

static void a_refusal_is_a_dead_letter_at_once(void **state)
{
	struct push_outcome outcome = outcome_of(HOSO_PORTAL_NEVER);

	(void)state;
	assert_string_equal(outbox_policy_settle(&outcome).state, "dead");
	assert_int_equal(outbox_policy_settle(&outcome).error, HOSO_PORTAL_NEVER);
}

static void a_row_dies_of_age_after_a_week_and_not_before(void **state)
{
	struct push_outcome outcome = outcome_of(HOSO_PORTAL_LATER);

	(void)state;
	outcome.age_ms = OUTBOX_AGE_MAX_MS;
	assert_string_equal(outbox_policy_settle(&outcome).state, "ready");
	outcome.age_ms++;
	assert_string_equal(outbox_policy_settle(&outcome).state, "dead");
	outcome.error = HOSO_PORTAL_UNKNOWN;
	assert_string_equal(outbox_policy_settle(&outcome).state, "dead");
	assert_true(outbox_policy_settle(&outcome).in_doubt);
}

/* A doubt ends only when the portal has spoken about the line itself: done, or a try that surely failed. */
static void a_doubt_is_kept_until_it_is_cleared(void **state)
{
	static const struct {
		enum hoso_error error;
		bool after_none, after_doubt;
	} cases[] = {{HOSO_PORTAL_UNKNOWN, true, true}, {HOSO_PORTAL_LATER, false, false},
		{HOSO_PORTAL_NEVER, false, true}, {HOSO_PORTAL_PAUSED, false, true},
		{HOSO_CANCELED, false, true}, {HOSO_INTERNAL, false, true}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct push_outcome outcome = outcome_of(cases[i].error);

		assert_int_equal(outbox_policy_settle(&outcome).in_doubt, cases[i].after_none);
		outcome.was_in_doubt = true;
		assert_int_equal(outbox_policy_settle(&outcome).in_doubt, cases[i].after_doubt);
	}
}

static void a_closed_road_does_not_clear_a_doubt_it_made(void **state)
{
	struct push_outcome outcome = outcome_of(HOSO_PORTAL_UNKNOWN);

	(void)state;
	outcome.road_closed = true;
	assert_true(outbox_policy_settle(&outcome).in_doubt);
}

/* The breaker says "later" of what the portal refused to everybody: that clears nothing. */
static void a_closed_road_does_not_clear_a_doubt_it_found(void **state)
{
	struct push_outcome outcome = outcome_of(HOSO_PORTAL_LATER);

	(void)state;
	outcome.road_closed = true;
	outcome.was_in_doubt = true;
	assert_true(outbox_policy_settle(&outcome).in_doubt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_waits_grow_as_promised_within_a_quarter),
		cmocka_unit_test(a_thousand_failures_wait_no_longer_than_ten),
		cmocka_unit_test(what_is_in_the_air_grows_and_shrinks_with_the_portal),
		cmocka_unit_test(the_portals_own_wish_is_obeyed_when_it_is_longer),
		cmocka_unit_test(the_portals_own_wish_is_obeyed_on_a_closed_road_too),
		cmocka_unit_test(what_was_proved_is_done),
		cmocka_unit_test(a_closed_road_costs_a_row_nothing),
		cmocka_unit_test(a_refusal_is_a_dead_letter_at_once),
		cmocka_unit_test(a_row_dies_of_age_after_a_week_and_not_before),
		cmocka_unit_test(a_doubt_is_kept_until_it_is_cleared),
		cmocka_unit_test(a_closed_road_does_not_clear_a_doubt_it_made),
		cmocka_unit_test(a_closed_road_does_not_clear_a_doubt_it_found),
	};

	return cmocka_run_group_tests_name("outbox_policy", tests, NULL, NULL);
}
