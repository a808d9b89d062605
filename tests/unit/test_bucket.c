#include "unit.h"

#include "model/bucket.h"

static int taken(struct bucket *bucket, int64_t now_ms, int tries)
{
	int count = 0;

	for (int i = 0; i < tries; i++) {
		count += bucket_take(bucket, now_ms, 10, 5);
	}
	return count;
}

static void it_holds_a_burst_and_refills_by_the_second(void **state)
{
	struct bucket bucket = {0};

	(void)state;
	assert_int_equal(taken(&bucket, 1000, 100), 5);
	assert_int_equal(taken(&bucket, 1099, 100), 0);
	assert_int_equal(taken(&bucket, 1100, 100), 1);
	assert_int_equal(taken(&bucket, 1400, 100), 3);
	assert_int_equal(taken(&bucket, 1500, 1), 1);
	assert_int_equal(taken(&bucket, INT64_MAX, 100), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_holds_a_burst_and_refills_by_the_second),
	};

	return cmocka_run_group_tests_name("bucket", tests, NULL, NULL);
}
