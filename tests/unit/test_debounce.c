#include "unit.h"

#include <hoso/limits.h>

#include "debounce.h"

static enum debounce_verdict see(struct debounce *debounce, const char *code, const char *from,
	int64_t at_ms, unsigned frame)
{
	return debounce_judge(debounce, &(struct sight){code, from, at_ms, frame});
}

static void each_sight_begins_the_time_anew(void **state)
{
	struct debounce debounce;

	(void)state;
	debounce_init(&debounce);
	assert_int_equal(see(&debounce, "A", "-", 0, 0), DEBOUNCE_NEW);
	assert_int_equal(see(&debounce, "A", "-", DEBOUNCE_MS - 1, 0), DEBOUNCE_REPEAT);
	assert_int_equal(see(&debounce, "A", "-", 2 * (DEBOUNCE_MS - 1), 0), DEBOUNCE_STILL_THERE);
	assert_int_equal(see(&debounce, "A", "-", 3 * DEBOUNCE_MS, 0), DEBOUNCE_NEW);
	assert_int_equal(see(&debounce, "A", "-", 3 * DEBOUNCE_MS, 0), DEBOUNCE_REPEAT);
	debounce_done(&debounce);
}

static void another_code_and_another_device_are_new(void **state)
{
	struct debounce debounce;

	(void)state;
	debounce_init(&debounce);
	assert_int_equal(see(&debounce, "A", "one", 0, 0), DEBOUNCE_NEW);
	assert_int_equal(see(&debounce, "B", "one", 0, 0), DEBOUNCE_NEW);
	assert_int_equal(see(&debounce, "A", "two", 0, 0), DEBOUNCE_NEW);
	debounce_forget(&debounce, "A", "one");
	assert_int_equal(see(&debounce, "A", "one", 1, 0), DEBOUNCE_NEW);
	assert_int_equal(see(&debounce, "A", "two", 1, 0), DEBOUNCE_REPEAT);
	debounce_forget(&debounce, "A", NULL);
	assert_int_equal(see(&debounce, "A", "one", 2, 0), DEBOUNCE_NEW);
	assert_int_equal(see(&debounce, "A", "two", 2, 0), DEBOUNCE_NEW);
	assert_int_equal(see(&debounce, "B", "one", 2, 0), DEBOUNCE_REPEAT);
	debounce_done(&debounce);
}

/* An old PC looks at one frame in several seconds: a label that is in each of them never went away. */
static void a_slow_camera_sees_a_held_label_once(void **state)
{
	int64_t at_ms = 0;
	struct debounce debounce;

	(void)state;
	debounce_init(&debounce);
	assert_int_equal(see(&debounce, "A", "cam", at_ms, 1), DEBOUNCE_NEW);
	assert_int_equal(see(&debounce, "A", "cam", at_ms += 5000, 2), DEBOUNCE_REPEAT);
	at_ms += DEBOUNCE_FRAMES * 5000; /* not read in some of them */
	assert_int_equal(
		see(&debounce, "A", "cam", at_ms, 2 + DEBOUNCE_FRAMES), DEBOUNCE_STILL_THERE);
	at_ms += (DEBOUNCE_FRAMES + 1) * 5000;
	assert_int_equal(see(&debounce, "A", "cam", at_ms, 3 + 2 * DEBOUNCE_FRAMES), DEBOUNCE_NEW);
	debounce_done(&debounce);
}

/* A fast one misses a label for many frames within a moment. */
static void a_fast_camera_goes_by_the_clock(void **state)
{
	struct debounce debounce;

	(void)state;
	debounce_init(&debounce);
	assert_int_equal(see(&debounce, "A", "cam", 0, 1), DEBOUNCE_NEW);
	assert_int_equal(see(&debounce, "A", "cam", DEBOUNCE_MS - 1, 60), DEBOUNCE_REPEAT);
	assert_int_equal(see(&debounce, "A", "cam", 2 * DEBOUNCE_MS - 1, 120), DEBOUNCE_NEW);
	debounce_done(&debounce);
}

static void memory_is_bounded(void **state)
{
	struct debounce debounce;

	(void)state;
	debounce_init(&debounce);
	for (unsigned i = 0; i <= 2 * DEBOUNCE_CODES_MAX; i++) {
		g_autofree char *code = g_strdup_printf("%u", i);

		assert_int_equal(see(&debounce, code, "-", 0, 0), DEBOUNCE_NEW);
		assert_true(g_hash_table_size(debounce.seen) <= DEBOUNCE_CODES_MAX);
	}
	debounce_done(&debounce);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_sight_begins_the_time_anew),
		cmocka_unit_test(another_code_and_another_device_are_new),
		cmocka_unit_test(a_slow_camera_sees_a_held_label_once),
		cmocka_unit_test(a_fast_camera_goes_by_the_clock),
		cmocka_unit_test(memory_is_bounded),
	};

	return cmocka_run_group_tests_name("debounce", tests, NULL, NULL);
}
