#include "unit.h"

#include "model/workday.h"

#define MONDAY 20780 /* 2026-11-23 */

/* A Tuesday and a Wednesday off; the Saturday between them is worked. */
static const struct calendar calendar = {
	.count = 3, .days = {{MONDAY + 8, false}, {MONDAY + 2, false}, {MONDAY + 5, true}}};

static void monday_to_friday_are_working_days(void **state)
{
	(void)state;
	for (int day = 0; day < 7; day++) {
		assert_int_equal(workday_is(MONDAY + day, NULL), day < 5);
		assert_int_equal(workday_is(MONDAY - 7 * 2000 + day, NULL), day < 5);
	}
	assert_true(workday_is(0, NULL)); /* 1970-01-01, a Thursday */
	assert_false(workday_is(-5, NULL));
	assert_true(workday_is(-6, NULL));
}

static void a_holiday_is_none_and_a_swapped_saturday_is_one(void **state)
{
	(void)state;
	assert_false(workday_is(MONDAY + 2, &calendar));
	assert_false(workday_is(MONDAY + 8, &calendar));
	assert_true(workday_is(MONDAY + 1, &calendar));
	assert_true(workday_is(MONDAY + 5, &calendar));
	assert_false(workday_is(MONDAY + 6, &calendar));
}

static void adding_days_follows_the_calendar(void **state)
{
	(void)state;
	assert_int_equal(workday_add(MONDAY, 0, &calendar), MONDAY);
	assert_int_equal(workday_add(MONDAY, 2, &calendar), MONDAY + 3);
	assert_int_equal(workday_add(MONDAY + 4, 1, &calendar), MONDAY + 5);
	assert_int_equal(workday_add(MONDAY + 4, 2, &calendar), MONDAY + 7);
	assert_int_equal(workday_add(MONDAY + 5, 1, &calendar), MONDAY + 7);
	assert_int_equal(workday_add(MONDAY + 7, 1, &calendar), MONDAY + 9);
}

static void between_undoes_add(void **state)
{
	(void)state;
	for (int32_t day = MONDAY - 10; day < MONDAY + 10; day++) {
		for (unsigned count = 0; count < 30; count++) {
			int32_t later = workday_add(day, count, &calendar);
			assert_int_equal(workday_between(day, later, &calendar), count);
		}
	}
	assert_int_equal(workday_between(MONDAY, MONDAY, &calendar), 0);
	assert_int_equal(workday_between(MONDAY + 9, MONDAY, &calendar), 0);
}

static void back_is_the_last_day_from_which_one_gets_there(void **state)
{
	(void)state;
	for (int32_t day = MONDAY - 10; day < MONDAY + 20; day++) {
		for (unsigned count = 0; count < 20; count++) {
			int32_t earlier = workday_back(day, count, &calendar);
			assert_true(workday_add(earlier, count, &calendar) <= day);
			assert_true(workday_add(earlier + 1, count, &calendar) > day);
		}
	}
}

static void days_are_written_and_read(void **state)
{
	static const struct {
		int32_t day;
		const char *text;
	} cases[] = {{0, "1970-01-01"}, {MONDAY, "2026-11-23"}, {19782, "2024-02-29"},
		{19783, "2024-03-01"}, {20818, "2026-12-31"}, {20819, "2027-01-01"}};
	static const char *const wrong[] = {"", "2026-11-2", "2026-11-231", "2026-02-29",
		"2026-13-01", "2026-00-01", "2026-01-00", "1969-12-31", "2026/11/23", "2026-11-2x",
		" 2026-11-23"};
	char text[WORKDAY_TEXT_SIZE];
	int32_t day;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		workday_format(cases[i].day, text);
		assert_string_equal(text, cases[i].text);
		assert_true(workday_parse(cases[i].text, &day));
		assert_int_equal(day, cases[i].day);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_false(workday_parse(wrong[i], &day));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(monday_to_friday_are_working_days),
		cmocka_unit_test(a_holiday_is_none_and_a_swapped_saturday_is_one),
		cmocka_unit_test(adding_days_follows_the_calendar),
		cmocka_unit_test(between_undoes_add),
		cmocka_unit_test(back_is_the_last_day_from_which_one_gets_there),
		cmocka_unit_test(days_are_written_and_read),
	};

	return cmocka_run_group_tests_name("workday", tests, NULL, NULL);
}
