#include "unit.h"

#include <string.h>

#include "base/uuid7.h"

static void ids_never_go_backwards(void **state)
{
	struct uuid last = uuid7_make(1000);

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct uuid next = uuid7_make(i % 3 ? 1000 : 999);
		assert_true(uuid7_compare(&last, &next) < 0);
		last = next;
	}
}

static void text_form_survives_the_round_trip(void **state)
{
	struct uuid made = uuid7_make(1700000000123);
	struct uuid read;
	char text[UUID_TEXT_SIZE];

	(void)state;
	uuid7_format(&made, text);
	assert_true(uuid7_parse(text, &read));
	assert_memory_equal(&made, &read, sizeof made);
	assert_int_equal(uuid7_time_ms(&read), 1700000000123);
}

static void only_version_7_is_taken(void **state)
{
	static const char *const bad[] = {
		"",
		"0192f3a0-0000-4000-8000-000000000000",
		"0192f3a0-0000-7000-c000-000000000000",
		"0192f3a000007000800000000000000000000",
		"0192f3a0-0000-7000-8000-00000000000g",
		"0192f3a0-0000-7000-8000-0000000000000",
		"{192f3a0-0000-7000-8000-000000000000",
	};
	struct uuid uuid;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(uuid7_parse(bad[i], &uuid));
	}
	assert_true(uuid7_parse("0192F3A0-0000-7000-8000-000000000000", &uuid));
}

/* A row may have been made by hand. That it is a uuid at all is asked all the same. */
static void what_is_looked_up_is_of_any_version(void **state)
{
	static const char *const bad[] = {
		"",
		"0192f3a000004000800000000000000000000",
		"0192f3a0-0000-4000-8000-00000000000g",
		"0192f3a0-0000-4000-8000-0000000000000",
	};
	struct uuid uuid;
	char text[UUID_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(uuid7_parse_any(bad[i], &uuid));
	}
	assert_true(uuid7_parse_any("0192F3A0-0000-4000-C000-00000000000A", &uuid));
	uuid7_format(&uuid, text);
	assert_string_equal(text, "0192f3a0-0000-4000-c000-00000000000a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_never_go_backwards),
		cmocka_unit_test(text_form_survives_the_round_trip),
		cmocka_unit_test(only_version_7_is_taken),
		cmocka_unit_test(what_is_looked_up_is_of_any_version),
	};

	return cmocka_run_group_tests_name("uuid7", tests, NULL, NULL);
}
