#include "unit.h"

#include <limits.h>

#include "base/backoff.h"

static const struct backoff backoff = {.first_ms = 100, .ceiling_ms = 5000};

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void each_wait_lies_around_twice_the_one_before(void **state)
{
	(void)state;
	for (unsigned attempt = 0; attempt < 20; attempt++) {
		int64_t base_ms =
			smaller(100LL << attempt, 6400); /* the first power over the ceiling */

		assert_int_equal(
			backoff_delay_ms(&backoff, attempt, 0), smaller(base_ms / 2, 5000));
		assert_int_equal(backoff_delay_ms(&backoff, attempt, UINT32_MAX),
			smaller(base_ms * 3 / 2, 5000));
		for (uint32_t random = 1; random < UINT32_MAX - 100000007; random += 100000007) {
			assert_in_range(backoff_delay_ms(&backoff, attempt, random),
				smaller(base_ms / 2, 5000), smaller(base_ms * 3 / 2, 5000));
		}
	}
}

static void no_number_of_tries_breaks_the_ceiling(void **state)
{
	static const unsigned attempts[] = {31, 32, 63, 64, 1000, UINT_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
		assert_int_equal(backoff_delay_ms(&backoff, attempts[i], UINT32_MAX), 5000);
		assert_in_range(backoff_delay_ms(&backoff, attempts[i], 0), 2500, 5000);
	}
}

static void a_larger_random_number_never_waits_shorter(void **state)
{
	int64_t before_ms = 0;

	(void)state;
	for (uint32_t random = 0; random < UINT32_MAX - 10000019; random += 10000019) {
		int64_t delay_ms = backoff_delay_ms(&backoff, 3, random);

		assert_true(delay_ms >= before_ms);
		assert_int_equal(delay_ms, backoff_delay_ms(&backoff, 3, random));
		before_ms = delay_ms;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_wait_lies_around_twice_the_one_before),
		cmocka_unit_test(no_number_of_tries_breaks_the_ceiling),
		cmocka_unit_test(a_larger_random_number_never_waits_shorter),
	};

	return cmocka_run_group_tests_name("backoff", tests, NULL, NULL);
}
