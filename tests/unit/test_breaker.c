#include "unit.h"

#include "flow/breaker.h"

#define SEED 20261123
#define DOSSIER 1000 /* the first of many */

static struct breaker closed(void)
{
	struct breaker breaker;

	breaker_init(&breaker, SEED);
	return breaker;
}

static struct breaker opened_by(enum hoso_error why, int64_t now_ms)
{
	struct breaker breaker = closed();

	for (int i = 0; i <= BREAKER_DOSSIERS_MAX && breaker.state == BREAKER_CLOSED; i++) {
		breaker_next(&breaker, why, DOSSIER + i, now_ms);
	}
	assert_int_equal(breaker.state, BREAKER_OPEN);
	assert_int_equal(breaker.opened_by, why);
	return breaker;
}

static void one_pause_shuts_the_road_at_once(void **state)
{
	struct breaker breaker = closed();

	(void)state;
	assert_true(breaker_may_send(&breaker, 0));
	assert_int_equal(
		breaker_next(&breaker, HOSO_PORTAL_PAUSED, DOSSIER, 0), HOSO_PORTAL_PAUSED);
	assert_false(breaker_may_send(&breaker, 0));
	assert_true(breaker_wait_ms(&breaker, 0) >= BREAKER_PROBE_FIRST_MS / 2);
}

static void the_same_failure_of_six_dossiers_shuts_it(void **state)
{
	static const enum hoso_error failures[] = {
		HOSO_PORTAL_LATER, HOSO_PORTAL_UNKNOWN, HOSO_PORTAL_NEVER};

	(void)state;
	for (unsigned kind = 0; kind < 3; kind++) {
		struct breaker breaker = closed();

		for (int i = 0; i < BREAKER_DOSSIERS_MAX; i++) {
			assert_int_equal(breaker_next(&breaker, failures[kind], DOSSIER + i, i),
				failures[kind]);
			assert_true(breaker_may_send(&breaker, i));
		}
		breaker_next(&breaker, failures[kind], DOSSIER + BREAKER_DOSSIERS_MAX, 10);
		assert_false(breaker_may_send(&breaker, 10));
	}
}

static void one_dossier_that_fails_often_does_not(void **state)
{
	struct breaker breaker = closed();

	(void)state;
	for (int i = 0; i < 100; i++) {
		breaker_next(&breaker, HOSO_PORTAL_LATER, DOSSIER + i % BREAKER_DOSSIERS_MAX, i);
		breaker_next(&breaker, HOSO_PORTAL_UNKNOWN, DOSSIER + i % BREAKER_DOSSIERS_MAX, i);
		breaker_next(&breaker, HOSO_PORTAL_NEVER, DOSSIER + i % BREAKER_DOSSIERS_MAX, i);
		assert_true(breaker_may_send(&breaker, i));
	}
}

static void failures_that_lie_far_apart_do_not(void **state)
{
	struct breaker breaker = closed();

	(void)state;
	for (int i = 0; i < 100; i++) {
		int64_t now_ms = (int64_t)i * BREAKER_WINDOW_MS / BREAKER_DOSSIERS_MAX;

		breaker_next(&breaker, HOSO_PORTAL_LATER, DOSSIER + i, now_ms);
		assert_true(breaker_may_send(&breaker, now_ms));
	}
}

static void a_success_between_them_clears_the_road(void **state)
{
	struct breaker breaker = closed();

	(void)state;
	for (int i = 0; i < 100; i++) {
		breaker_next(&breaker, HOSO_PORTAL_NEVER, DOSSIER + i, i);
		if (i % BREAKER_DOSSIERS_MAX == 0) {
			assert_int_equal(breaker_next(&breaker, HOSO_OK, 1, i), HOSO_OK);
		}
		assert_true(breaker_may_send(&breaker, i));
	}
}

static void exactly_one_probe_goes_out_when_it_is_due(void **state)
{
	struct breaker breaker = opened_by(HOSO_PORTAL_PAUSED, 0);
	int64_t due_ms = breaker_wait_ms(&breaker, 0);

	(void)state;
	assert_false(breaker_may_send(&breaker, due_ms - 1));
	assert_true(breaker_may_send(&breaker, due_ms));
	assert_false(breaker_may_send(&breaker, due_ms));
	assert_false(breaker_may_send(&breaker, due_ms + BREAKER_PROBE_CEILING_MS));
	breaker_next(&breaker, HOSO_OK, DOSSIER, due_ms);
	assert_int_equal(breaker.state, BREAKER_CLOSED);
	assert_int_equal(breaker.opened_by, HOSO_OK);
	assert_true(breaker_may_send(&breaker, due_ms));
	assert_true(breaker_may_send(&breaker, due_ms));
}

static void failed_probes_wait_longer_under_the_ceiling(void **state)
{
	struct breaker breaker = opened_by(HOSO_PORTAL_LATER, 0);
	int64_t now_ms = 0;
	int64_t longest_ms = 0;

	(void)state;
	for (int i = 0; i < 20; i++) {
		int64_t wait_ms = breaker_wait_ms(&breaker, now_ms);

		assert_in_range(wait_ms, BREAKER_PROBE_FIRST_MS / 2, BREAKER_PROBE_CEILING_MS);
		longest_ms = wait_ms > longest_ms ? wait_ms : longest_ms;
		now_ms += wait_ms;
		assert_true(breaker_may_send(&breaker, now_ms));
		breaker_next(&breaker, HOSO_PORTAL_LATER, DOSSIER, now_ms);
	}
	assert_true(longest_ms > BREAKER_PROBE_CEILING_MS / 2);
}

static void a_cancelled_probe_is_sent_anew_at_once(void **state)
{
	struct breaker breaker = opened_by(HOSO_PORTAL_PAUSED, 0);
	int64_t due_ms = breaker_wait_ms(&breaker, 0);

	(void)state;
	assert_true(breaker_may_send(&breaker, due_ms));
	assert_int_equal(breaker_next(&breaker, HOSO_CANCELED, DOSSIER, due_ms), HOSO_CANCELED);
	assert_true(breaker_may_send(&breaker, due_ms));
}

static void what_was_in_the_air_when_it_was_shut_changes_nothing(void **state)
{
	struct breaker breaker = opened_by(HOSO_PORTAL_PAUSED, 0);
	int64_t due_ms = breaker.probe_at_ms;

	(void)state;
	breaker_next(&breaker, HOSO_OK, DOSSIER + 50, 1);
	breaker_next(&breaker, HOSO_PORTAL_LATER, DOSSIER + 51, 2);
	breaker_next(&breaker, HOSO_PORTAL_PAUSED, DOSSIER + 52, 3);
	assert_int_equal(breaker.state, BREAKER_OPEN);
	assert_int_equal(breaker.probe_at_ms, due_ms);
}

static void refusals_of_everybody_are_no_dead_letters(void **state)
{
	struct breaker breaker = closed();
	int64_t wronged[BREAKER_MARKS_MAX];

	(void)state;
	for (int i = 0; i < BREAKER_DOSSIERS_MAX; i++) {
		assert_int_equal(breaker_next(&breaker, HOSO_PORTAL_NEVER, DOSSIER + i, i),
			HOSO_PORTAL_NEVER);
		assert_int_equal(breaker_wronged(&breaker, wronged), 0);
	}
	assert_int_equal(
		breaker_next(&breaker, HOSO_PORTAL_NEVER, DOSSIER + 5, 5), HOSO_PORTAL_LATER);
	assert_int_equal(breaker_wronged(&breaker, wronged), BREAKER_MARKS_MAX);
	for (int i = 0; i < BREAKER_MARKS_MAX; i++) {
		assert_int_equal(wronged[i], DOSSIER + i);
	}
	assert_int_equal(breaker_wronged(&breaker, wronged), 0);
	/* One that was still in the air, and the probe: no dead letters either. */
	assert_int_equal(
		breaker_next(&breaker, HOSO_PORTAL_NEVER, DOSSIER + 6, 6), HOSO_PORTAL_LATER);
	assert_true(breaker_may_send(&breaker, BREAKER_PROBE_CEILING_MS));
	assert_int_equal(
		breaker_next(&breaker, HOSO_PORTAL_NEVER, DOSSIER, BREAKER_PROBE_CEILING_MS),
		HOSO_PORTAL_LATER);
	assert_int_equal(breaker.state, BREAKER_OPEN);
}

static void a_refused_probe_shows_that_a_silent_portal_is_back(void **state)
{
	struct breaker breaker = opened_by(HOSO_PORTAL_LATER, 0);

	(void)state;
	assert_true(breaker_may_send(&breaker, BREAKER_PROBE_CEILING_MS));
	assert_int_equal(
		breaker_next(&breaker, HOSO_PORTAL_NEVER, DOSSIER, BREAKER_PROBE_CEILING_MS),
		HOSO_PORTAL_NEVER);
	assert_int_equal(breaker.state, BREAKER_CLOSED);
}

static void probes_of_two_daemons_do_not_go_in_step(void **state)
{
	struct breaker one;
	struct breaker two;

	(void)state;
	breaker_init(&one, SEED);
	breaker_init(&two, 0); /* no seed is a seed, too */
	breaker_next(&one, HOSO_PORTAL_PAUSED, DOSSIER, 0);
	breaker_next(&two, HOSO_PORTAL_PAUSED, DOSSIER, 0);
	assert_int_not_equal(one.probe_at_ms, two.probe_at_ms);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_pause_shuts_the_road_at_once),
		cmocka_unit_test(the_same_failure_of_six_dossiers_shuts_it),
		cmocka_unit_test(one_dossier_that_fails_often_does_not),
		cmocka_unit_test(failures_that_lie_far_apart_do_not),
		cmocka_unit_test(a_success_between_them_clears_the_road),
		cmocka_unit_test(exactly_one_probe_goes_out_when_it_is_due),
		cmocka_unit_test(failed_probes_wait_longer_under_the_ceiling),
		cmocka_unit_test(a_cancelled_probe_is_sent_anew_at_once),
		cmocka_unit_test(what_was_in_the_air_when_it_was_shut_changes_nothing),
		cmocka_unit_test(refusals_of_everybody_are_no_dead_letters),
		cmocka_unit_test(a_refused_probe_shows_that_a_silent_portal_is_back),
		cmocka_unit_test(probes_of_two_daemons_do_not_go_in_step),
	};

	return cmocka_run_group_tests_name("breaker", tests, NULL, NULL);
}
