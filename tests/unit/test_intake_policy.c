#include "unit.h"

#include <hoso/limits.h>

#include <glib.h>

#include "flow/intake_policy.h"
#include "io/pg_conn.h"

/* What an SQLSTATE is to the intake. Source: promises, appendix A. */
enum nature {
	RACE,   /* somebody was first: again, at once */
	UNIQUE, /* a race as long as trying again may help; then a scan that cannot be recorded */
	SERVER, /* not the scan's fault: the batch waits */
	POISON  /* one of the scans */
};

static const struct {
	const char *sqlstate;
	enum nature nature;
} states[] = {{"40001", RACE}, {"40P01", RACE}, {"55P03", RACE}, {"23505", UNIQUE},
	{"40003", SERVER}, {"08000", SERVER}, {"08003", SERVER}, {"08006", SERVER},
	{"08P01", SERVER}, {"0A000", SERVER}, {"25006", SERVER}, {"25P02", SERVER},
	{"26000", SERVER}, {"28000", SERVER}, {"28P01", SERVER}, {"3D000", SERVER},
	{"42501", SERVER}, {"42P01", SERVER}, {"42703", SERVER}, {"53100", SERVER},
	{"53200", SERVER}, {"53300", SERVER}, {"53400", SERVER}, {"57014", SERVER},
	{"57P01", SERVER}, {"57P02", SERVER}, {"57P03", SERVER}, {"57P05", SERVER},
	{"58000", SERVER}, {"58030", SERVER}, {"F0000", SERVER}, {"XX000", SERVER},
	{"XX001", SERVER}, {"XX002", SERVER}, {"", SERVER}, {"22001", POISON}, {"22003", POISON},
	{"22008", POISON}, {"22021", POISON}, {"22P02", POISON}, {"22P05", POISON},
	{"23502", POISON}, {"23503", POISON}, {"23514", POISON}, {"54000", POISON},
	{"54001", POISON}, {"P0001", POISON}};

static enum intake_step expected(enum nature nature, unsigned scans, unsigned tries)
{
	/* Lock time-outs before it do not make a unique violation final. */
	bool may_try = tries < (nature == UNIQUE ? 2 * INTAKE_RETRIES_MAX : INTAKE_RETRIES_MAX);

	if (nature == SERVER || (nature == RACE && !may_try)) {
		return INTAKE_STEP_PARK;
	}
	if (nature == RACE || (nature == UNIQUE && may_try)) {
		return INTAKE_STEP_AGAIN;
	}
	return scans > 1 ? INTAKE_STEP_SPLIT : INTAKE_STEP_SHELVE;
}

/* As the connection gives it to who waits; an answer without a state is not the server's word on a statement. */
static enum hoso_error error_of(const char *sqlstate)
{
	struct pg_trip trip = {0};

	g_strlcpy(trip.sqlstate, sqlstate, sizeof trip.sqlstate);
	return sqlstate[0] ? pg_trip_error(&trip) : HOSO_INTERNAL;
}

static void every_sqlstate_has_its_step(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		for (unsigned scans = 1; scans <= INTAKE_BATCH_MAX; scans++) {
			for (unsigned tries = 0; tries <= 2 * INTAKE_RETRIES_MAX + 1; tries++) {
				struct intake_outcome outcome = {
					.error = error_of(states[i].sqlstate),
					.sqlstate = states[i].sqlstate,
					.scans = scans,
					.tries = tries};
				enum intake_step step = expected(states[i].nature, scans, tries);

				assert_int_equal(intake_policy_next(&outcome), step);
				/* Where it failed, and what came with it, is no excuse. */
				outcome.commits = true;
				outcome.warned = true;
				assert_int_equal(intake_policy_next(&outcome), step);
			}
		}
	}
}

static void whatever_is_not_the_servers_word_on_a_scan_parks_the_batch(void **state)
{
	(void)state;
	for (int error = HOSO_OK + 1; error < HOSO_ERROR_COUNT; error++) {
		static const char *const sqlstates[] = {"", "57P01", "23514", "40001"};

		for (size_t i = 0; i < 4 && error != HOSO_INTERNAL; i++) {
			struct intake_outcome outcome = {.error = (enum hoso_error)error,
				.sqlstate = sqlstates[i],
				.commits = true,
				.committed = true,
				.scans = 1};
			assert_int_equal(intake_policy_next(&outcome), INTAKE_STEP_PARK);
		}
	}
}

static void only_a_commit_that_says_commit_and_does_not_warn_is_one(void **state)
{
	(void)state;
	for (unsigned bits = 0; bits < 8; bits++) {
		struct intake_outcome outcome = {.error = HOSO_OK,
			.sqlstate = "",
			.commits = bits & 1,
			.committed = bits & 2,
			.warned = bits & 4,
			.scans = 5};
		bool kept = outcome.committed && !outcome.warned;

		assert_int_equal(intake_policy_next(&outcome),
			outcome.commits && !kept ? INTAKE_STEP_PARK : INTAKE_STEP_GO_ON);
	}
}

/* However a batch is halved: it ends, and only single scans are put away. */
static void a_batch_of_any_size_is_worked_off_in_bounded_steps(void **state)
{
	(void)state;
	for (unsigned scans = 1; scans <= INTAKE_BATCH_MAX; scans++) {
		struct intake_outcome outcome = {
			.error = HOSO_INTERNAL, .sqlstate = "23514", .scans = scans};
		unsigned steps = 0;

		while (intake_policy_next(&outcome) == INTAKE_STEP_SPLIT) {
			outcome.scans -= outcome.scans / 2;
			steps++;
		}
		assert_int_equal(outcome.scans, 1);
		assert_true(steps <= 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sqlstate_has_its_step),
		cmocka_unit_test(whatever_is_not_the_servers_word_on_a_scan_parks_the_batch),
		cmocka_unit_test(only_a_commit_that_says_commit_and_does_not_warn_is_one),
		cmocka_unit_test(a_batch_of_any_size_is_worked_off_in_bounded_steps),
	};

	return cmocka_run_group_tests_name("intake_policy", tests, NULL, NULL);
}
