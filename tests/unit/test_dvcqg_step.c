#include "unit.h"

#include <stdbool.h>

#include "portal/dvcqg_step.h"

#define SAID_COUNT (DVCQG_SAID_NO + 1)
#define ANSWERS_MAX 7

static const enum hoso_error errors[] = {
	HOSO_OK, HOSO_PORTAL_LATER, HOSO_PORTAL_UNKNOWN, HOSO_PORTAL_NEVER, HOSO_PORTAL_PAUSED};
#define ERRORS_COUNT (sizeof errors / sizeof errors[0])

static struct dvcqg_state after(bool in_doubt, enum dvcqg_step step)
{
	struct dvcqg_state state = dvcqg_step_first(in_doubt);

	state.step = step;
	return state;
}

static void a_plain_push_signs_in_and_tells(void **state)
{
	struct dvcqg_state at = dvcqg_step_first(false);

	(void)state;
	assert_int_equal(at.step, DVCQG_SIGNING_IN);
	at = dvcqg_step_next(at, DVCQG_SAID_YES, HOSO_OK);
	assert_int_equal(at.step, DVCQG_TELLING);
	at = dvcqg_step_next(at, DVCQG_SAID_YES, HOSO_OK);
	assert_int_equal(at.step, DVCQG_FINISHED);
	assert_int_equal(at.outcome, HOSO_OK);
}

static void in_doubt_it_asks_first_and_does_not_tell_twice(void **state)
{
	struct dvcqg_state at = dvcqg_step_next(dvcqg_step_first(true), DVCQG_SAID_YES, HOSO_OK);

	(void)state;
	assert_int_equal(at.step, DVCQG_ASKING);
	at = dvcqg_step_next(at, DVCQG_SAID_YES, HOSO_OK);
	assert_int_equal(at.step, DVCQG_FINISHED);
	assert_int_equal(at.outcome, HOSO_OK);
}

static void what_is_not_there_is_told(void **state)
{
	struct dvcqg_state at = after(true, DVCQG_ASKING);

	(void)state;
	assert_int_equal(dvcqg_step_next(at, DVCQG_SAID_LINE_MISSING, HOSO_OK).step, DVCQG_TELLING);
	assert_int_equal(
		dvcqg_step_next(at, DVCQG_SAID_NO_DOSSIER, HOSO_PORTAL_NEVER).step, DVCQG_TELLING);
}

static void a_question_without_answer_leaves_the_doubt(void **state)
{
	(void)state;
	for (int said = 0; said < (int)SAID_COUNT; said++) {
		for (int step = DVCQG_SIGNING_IN; step <= DVCQG_ASKING; step++) {
			struct dvcqg_state at = dvcqg_step_next(after(true, (enum dvcqg_step)step),
				(enum dvcqg_said)said, HOSO_PORTAL_LATER);

			assert_int_equal(at.step, DVCQG_FINISHED);
			assert_int_equal(at.outcome, HOSO_PORTAL_UNKNOWN);
		}
	}
}

static void the_session_is_renewed_once_and_then_the_road_pauses(void **state)
{
	struct dvcqg_state at = after(false, DVCQG_TELLING);

	(void)state;
	at = dvcqg_step_next(at, DVCQG_SAID_NO_SESSION, HOSO_PORTAL_PAUSED);
	assert_int_equal(at.step, DVCQG_SIGNING_IN);
	at = dvcqg_step_next(at, DVCQG_SAID_YES, HOSO_OK);
	assert_int_equal(at.step, DVCQG_TELLING);
	at = dvcqg_step_next(at, DVCQG_SAID_NO_SESSION, HOSO_PORTAL_NEVER);
	assert_int_equal(at.step, DVCQG_FINISHED);
	assert_int_equal(at.outcome, HOSO_PORTAL_PAUSED);
}

static void a_refused_login_blames_the_road(void **state)
{
	(void)state;
	assert_int_equal(
		dvcqg_step_next(dvcqg_step_first(false), DVCQG_SAID_NO, HOSO_PORTAL_NEVER).outcome,
		HOSO_PORTAL_PAUSED);
	assert_int_equal(
		dvcqg_step_next(dvcqg_step_first(false), DVCQG_SAID_NO, HOSO_PORTAL_UNKNOWN)
			.outcome,
		HOSO_PORTAL_LATER);
}

static void an_unknown_dossier_is_made_known_once(void **state)
{
	struct dvcqg_state at = after(false, DVCQG_TELLING);

	(void)state;
	at = dvcqg_step_next(at, DVCQG_SAID_NO_DOSSIER, HOSO_PORTAL_NEVER);
	assert_int_equal(at.step, DVCQG_SYNCING);
	assert_int_equal(dvcqg_step_next(at, DVCQG_SAID_NOTHING, HOSO_PORTAL_UNKNOWN).outcome,
		HOSO_PORTAL_LATER);
	at = dvcqg_step_next(at, DVCQG_SAID_YES, HOSO_OK);
	assert_int_equal(at.step, DVCQG_TELLING);
	at = dvcqg_step_next(at, DVCQG_SAID_NO_DOSSIER, HOSO_PORTAL_NEVER);
	assert_int_equal(at.step, DVCQG_FINISHED);
	assert_int_equal(at.outcome, HOSO_PORTAL_NEVER);
}

/*
 * Walk every road there is from @at. The line may only be done after TELLING, or after ASKING that
 * found it; and a road has an end. Returns the longest.
 */
static unsigned walk(struct dvcqg_state at, unsigned answers)
{
	unsigned longest = answers;

	assert_true(answers <= ANSWERS_MAX);
	for (unsigned i = 0; i < SAID_COUNT * ERRORS_COUNT; i++) {
		enum dvcqg_said said = (enum dvcqg_said)(i / ERRORS_COUNT);
		enum hoso_error error = errors[i % ERRORS_COUNT];
		struct dvcqg_state next = dvcqg_step_next(at, said, error);

		if (next.step == DVCQG_FINISHED) {
			bool told = at.step == DVCQG_TELLING ||
				    (at.step == DVCQG_ASKING && said == DVCQG_SAID_YES);

			assert_true(next.outcome != HOSO_OK || (told && error == HOSO_OK));
			assert_false(next.in_doubt && next.outcome == HOSO_PORTAL_LATER);
		} else {
			unsigned length = walk(next, answers + 1);

			longest = length > longest ? length : longest;
		}
	}
	return longest;
}

static void every_road_ends_and_none_ends_well_without_proof(void **state)
{
	(void)state;
	assert_int_equal(walk(dvcqg_step_first(true), 1), ANSWERS_MAX);
	assert_int_equal(walk(dvcqg_step_first(false), 1), ANSWERS_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_push_signs_in_and_tells),
		cmocka_unit_test(in_doubt_it_asks_first_and_does_not_tell_twice),
		cmocka_unit_test(what_is_not_there_is_told),
		cmocka_unit_test(a_question_without_answer_leaves_the_doubt),
		cmocka_unit_test(the_session_is_renewed_once_and_then_the_road_pauses),
		cmocka_unit_test(a_refused_login_blames_the_road),
		cmocka_unit_test(an_unknown_dossier_is_made_known_once),
		cmocka_unit_test(every_road_ends_and_none_ends_well_without_proof),
	};

	return cmocka_run_group_tests_name("dvcqg_step", tests, NULL, NULL);
}
