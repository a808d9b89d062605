#include "unit.h"

#include "model/workday.h"

#define MONDAY 20780 /* 2026-11-23 */

static const int32_t holidays[] = {MONDAY + 8, MONDAY + 2}; /* a Tuesday and a Wednesday */

static void monday_to_friday_are_working_days(void **state)
{
	(void)state;
	for (int day = 0; day < 7; day++) {
		assert_int_equal(workday_is(MONDAY + day, NULL, 0), day < 5);
		assert_int_equal(workday_is(MONDAY - 7 * 4000 + day, NULL, 0), day < 5);
	}
	assert_true(workday_is(0, NULL, 0)); /* 1970-01-01, a Thursday */
	assert_false(workday_is(-5, NULL, 0));
	assert_true(workday_is(-6, NULL, 0));
}

static void a_holiday_is_no_working_day(void **state)
{
	(void)state;
	assert_false(workday_is(MONDAY + 2, holidays, 2));
	assert_false(workday_is(MONDAY + 8, holidays, 2));
	assert_true(workday_is(MONDAY + 1, holidays, 2));
}

static void adding_days_skips_weekends_and_holidays(void **state)
{
	(void)state;
	assert_int_equal(workday_add(MONDAY, 0, holidays, 2), MONDAY);
	assert_int_equal(workday_add(MONDAY, 2, holidays, 2), MONDAY + 3);
	assert_int_equal(workday_add(MONDAY + 4, 1, holidays, 2), MONDAY + 7);
	assert_int_equal(workday_add(MONDAY + 4, 2, holidays, 2), MONDAY + 9);
	assert_int_equal(workday_add(MONDAY + 5, 1, holidays, 2), MONDAY + 7);
}

static void between_undoes_add(void **state)
{
	(void)state;
	for (int32_t day = MONDAY - 10; day < MONDAY + 10; day++) {
		for (unsigned count = 0; count < 30; count++) {
			int32_t later = workday_add(day, count, holidays, 2);
			assert_int_equal(workday_between(day, later, holidays, 2), count);
		}
	}
	assert_int_equal(workday_between(MONDAY, MONDAY, holidays, 2), 0);
	assert_int_equal(workday_between(MONDAY + 9, MONDAY, holidays, 2), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(monday_to_friday_are_working_days),
		cmocka_unit_test(a_holiday_is_no_working_day),
		cmocka_unit_test(adding_days_skips_weekends_and_holidays),
		cmocka_unit_test(between_undoes_add),
	};

	return cmocka_run_group_tests_name("workday", tests, NULL, NULL);
}
