#include "unit.h"

#include <string.h>

#include <hoso/limits.h>

#include "base/clock.h"
#include "model/device_clock.h"

#define NOW_MS 1795402800000LL /* 2026-11-23T03:00:00Z */
#define MINUTE_MS 60000LL
#define DAY_MS (1440 * MINUTE_MS)

static void what_a_device_says_is_compared_with_our_clock(void **state)
{
	static const struct {
		const char *said;
		int64_t offset_ms;
	} cases[] = {
		{"2026-11-23T03:00:00.000Z", 0},
		{"2026-11-23T10:00:00.000+07:00", 0},
		{"2026-11-23T03:07:00.250Z", 7 * MINUTE_MS + 250},
		{"2026-11-22T03:00:00Z", -DAY_MS},
		{"2031-11-23T03:00:00Z", 1826 * DAY_MS},
		{"2021-11-23T03:00:00Z", -1826 * DAY_MS},
		{"2000-01-01T00:00:00Z", 946684800000 - NOW_MS},
		{"2100-01-01T00:00:00Z", 4102444800000 - NOW_MS},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t offset_ms = 1;

		assert_true(device_clock_read(cases[i].said, NOW_MS, &offset_ms));
		assert_int_equal(offset_ms, cases[i].offset_ms);
	}
}

static void what_is_no_time_is_not_known(void **state)
{
	static const char *const cases[] = {
		"",
		" ",
		"now",
		"1795402800000",
		"2026-11-23",
		"2026-11-23T03:00:00",
		"2026-11-23T03:00:00.000Z ",
		"2026-11-23T03:00:00.0000000000Z",
		"2026-02-30T03:00:00Z",
		"1970-01-01T00:00:00Z",
		"9999-12-31T23:59:59Z",
		"-999999999-01-01T00:00:00Z",
		"Mon, 23 Nov 2026 03:00:00 GMT",
		"2026-11-23T03:00:00Z, 2026-11-23T03:00:00Z",
		"\xff\xfe",
	};
	char endless[8000];
	int64_t offset_ms = 77;

	(void)state;
	assert_false(device_clock_read(NULL, NOW_MS, &offset_ms));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_false(device_clock_read(cases[i], NOW_MS, &offset_ms));
	}
	memset(endless, '9', sizeof endless - 1);
	endless[sizeof endless - 1] = '\0';
	assert_false(device_clock_read(endless, NOW_MS, &offset_ms));
	memcpy(endless, "2026-11-23T03:00:00.", 20);
	assert_false(device_clock_read(endless, NOW_MS, &offset_ms));
	assert_int_equal(offset_ms, 77);
}

static void what_the_road_takes_is_no_news(void **state)
{
	(void)state;
	assert_false(device_clock_is_news(-40000, 0));
	assert_false(device_clock_is_news(7 * MINUTE_MS - 40000, 7 * MINUTE_MS));
	assert_true(device_clock_is_news(DEVICE_CLOCK_STEP_MS, 0));
	assert_true(device_clock_is_news(-DEVICE_CLOCK_STEP_MS, 0));
	assert_true(device_clock_is_news(0, -DAY_MS));
}

static void five_minutes_are_told_beyond(void **state)
{
	(void)state;
	assert_false(device_clock_is_off(0));
	assert_false(device_clock_is_off(5 * MINUTE_MS));
	assert_false(device_clock_is_off(-5 * MINUTE_MS));
	assert_true(device_clock_is_off(5 * MINUTE_MS + 1));
	assert_true(device_clock_is_off(-5 * MINUTE_MS - 1));
}

static void a_time_is_corrected_only_to_one_that_can_be(void **state)
{
	static const struct {
		const char *why;
		int64_t occurred_at_ms;
		int64_t offset_ms;
		bool can_be;
	} cases[] = {
		{"fast", NOW_MS + 4 * MINUTE_MS, 7 * MINUTE_MS, true},
		{"slow", NOW_MS - DAY_MS, -DAY_MS, true},
		{"a long road makes it look slower", NOW_MS - DAY_MS, -DAY_MS - 40000, true},
		{"put back a day after the event", NOW_MS - MINUTE_MS, -DAY_MS, false},
		{"began anew in 2000 after the event", NOW_MS - MINUTE_MS, 946684800000 - NOW_MS,
			false},
		{"put to 2100 after the event", NOW_MS - MINUTE_MS, 4102444800000 - NOW_MS, false},
		{"to the last day that may be", NOW_MS, SCAN_AGE_MAX_MS, true},
		{"before it", NOW_MS, SCAN_AGE_MAX_MS + 1, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t at_ms = 77;
		bool can_be = device_clock_correct(
			cases[i].occurred_at_ms, NOW_MS, cases[i].offset_ms, &at_ms);

		if (can_be != cases[i].can_be) {
			fail_msg("%s", cases[i].why);
		}
		assert_int_equal(at_ms, can_be ? cases[i].occurred_at_ms - cases[i].offset_ms : 77);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_device_says_is_compared_with_our_clock),
		cmocka_unit_test(what_is_no_time_is_not_known),
		cmocka_unit_test(what_the_road_takes_is_no_news),
		cmocka_unit_test(five_minutes_are_told_beyond),
		cmocka_unit_test(a_time_is_corrected_only_to_one_that_can_be),
	};

	return cmocka_run_group_tests_name("device_clock", tests, NULL, NULL);
}
