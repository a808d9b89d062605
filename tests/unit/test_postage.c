#include "unit.h"

#include <stddef.h>

#include "model/postage.h"

static void the_lowest_step_that_holds_the_weight_counts(void **state)
{
	/* in no order, as a file may have them */
	static const struct postage_step steps[] = {{500, 30550}, {100, 26500}, {2000, 50000}};
	static const struct {
		int64_t grams, amount_vnd;
	} cases[] = {{1, 26500}, {100, 26500}, {101, 30550}, {500, 30550}, {501, 50000},
		{2000, 50000}, {2001, -1}, {0, -1}, {-5, -1}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(postage_of(steps, 3, cases[i].grams), cases[i].amount_vnd);
	}
	assert_int_equal(postage_of(steps, 0, 100), -1);
	assert_int_equal(postage_of(NULL, 0, 100), -1);
}

static void a_concession_is_rounded_down_to_whole_hundreds(void **state)
{
	static const struct {
		int64_t amount_vnd;
		int percent;
		int64_t left_vnd;
	} cases[] = {
		{30550, 0, 30550}, /* nothing is reduced: the table's own figure */
		{30550, 50, 15200},
		{26500, 50, 13200},
		{26500, 30, 18500},
		{26500, 100, 0},
		{26500, 1, 26200},
		{100, 1, 0},
		{0, 50, 0},
		{MONEY_MAX_VND, 1, 9900000000},
		{MONEY_MAX_VND, 99, 100000000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(
			postage_reduced(cases[i].amount_vnd, cases[i].percent), cases[i].left_vnd);
	}
}

static void nobody_pays_more_than_the_percentage_says(void **state)
{
	(void)state;
	for (int64_t amount = 0; amount < 50000; amount += 137) {
		for (int percent = 1; percent <= 100; percent++) {
			int64_t left = postage_reduced(amount, percent);
			assert_true(left >= 0 && left * 100 <= amount * (100 - percent));
			assert_true(amount * (100 - percent) / 100 - left < POSTAGE_ROUND_VND);
			assert_int_equal(left % POSTAGE_ROUND_VND, 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_lowest_step_that_holds_the_weight_counts),
		cmocka_unit_test(a_concession_is_rounded_down_to_whole_hundreds),
		cmocka_unit_test(nobody_pays_more_than_the_percentage_says),
	};

	return cmocka_run_group_tests_name("postage", tests, NULL, NULL);
}
