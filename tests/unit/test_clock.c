#include "unit.h"

#include <poll.h>

#include "base/clock.h"

static void rfc3339_is_read_strictly(void **state)
{
	static const char *const bad[] = {
		"2026-11-23",
		"2026-11-23T10:00:00",
		"2026-11-23 10:00:00Z",
		"2026-W47-1T10:00:00Z",
		"2026-13-01T10:00:00Z",
		"2026-02-30T10:00:00Z",
		"2026-11-23T25:00:00Z",
		"1999-11-23T10:00:00Z",
		"2026-11-23T10:00:00+7",
		"2026-11-23T10:00:00+0700",
		"2026-11-23T10:00:00.Z",
		"",
		"2026-11-23T10:00:00Zx",
		"9999-11-23T10:00:00Z",
	};
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(clock_parse_rfc3339(bad[i], &ms));
	}
	assert_true(clock_parse_rfc3339("2026-11-23T10:00:00+07:00", &ms));
	assert_int_equal(ms, 1795402800000);
	assert_true(clock_parse_rfc3339("2026-11-23T03:00:00.250Z", &ms));
	assert_int_equal(ms, 1795402800250);
}

static void what_is_written_is_read_back(void **state)
{
	char text[CLOCK_RFC3339_SIZE];
	int64_t ms;

	(void)state;
	clock_format_rfc3339(1795402800007, text);
	assert_string_equal(text, "2026-11-23T03:00:00.007Z");
	assert_true(clock_parse_rfc3339(text, &ms));
	assert_int_equal(ms, 1795402800007);
}

static void local_day_turns_at_midnight_in_ho_chi_minh_city(void **state)
{
	char text[32];

	(void)state;
	/* 2026-11-30T16:59:59Z is 23:59:59 local; a second later the month has turned. */
	assert_int_equal(clock_local_day(1796057999000) + 1, clock_local_day(1796058000000));
	clock_format_local(1796057999000, "%Y%m%d%H%M%S", text, sizeof text);
	assert_string_equal(text, "20261130235959");
	clock_format_local(1796058000000, "%Y%m%d%H%M%S", text, sizeof text);
	assert_string_equal(text, "20261201000000");
}

static void any_number_has_a_local_day(void **state)
{
	(void)state;
	assert_true(clock_local_day(INT64_MAX) > clock_local_day(7258118400000));
	assert_true(clock_local_day(INT64_MIN) < clock_local_day(946684800000));
	assert_int_equal(clock_local_day(-25200001), -1);
	assert_int_equal(clock_local_day(-25200000), 0);
}

/* A budget of a processor is not used up by waiting for one. */
static void what_waits_has_nothing_of_the_processor(void **state)
{
	int64_t from_ms = clock_monotonic_ms(), cpu_ms = clock_cpu_ms();

	(void)state;
	while (clock_monotonic_ms() - from_ms < 50) {
		poll(NULL, 0, 50);
	}
	assert_in_range(clock_cpu_ms() - cpu_ms, 0, 25);
	while (clock_cpu_ms() - cpu_ms < 30 && clock_monotonic_ms() - from_ms < 20000) {
	}
	assert_true(clock_cpu_ms() - cpu_ms >= 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc3339_is_read_strictly),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(local_day_turns_at_midnight_in_ho_chi_minh_city),
		cmocka_unit_test(any_number_has_a_local_day),
		cmocka_unit_test(what_waits_has_nothing_of_the_processor),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
