#include "unit.h"

#include <string.h>

#include "api/board_json.h"
#include "base/uuid7.h"

static void a_place_comes_back_as_it_was(void **state)
{
	static const int64_t transactions[] = {0, 1, 4711, INT64_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof transactions / sizeof transactions[0]; i++) {
		struct feed_place place = {
			.txid = transactions[i], .id = uuid7_make(1795406218000)};
		struct feed_place again;
		char text[BOARD_PLACE_SIZE];
		board_json_place(&place, text);
		assert_true(board_json_read_place(text, &again));
		assert_int_equal(board_place_compare(&place, &again), 0);
	}
}

static void what_is_no_place_is_refused(void **state)
{
	static const char *const cases[] = {"", "-", "1", "1-",
		"x-01a206a7-a1b2-7c3d-8e4f-a5b6c7d8e9f0", "-1-01a206a7-a1b2-7c3d-8e4f-a5b6c7d8e9f0",
		"9223372036854775808-01a206a7-a1b2-7c3d-8e4f-a5b6c7d8e9f0",
		"1-01a206a7-a1b2-7c3d-8e4f-a5b6c7d8e9f", "1-01a206a7-a1b2-7c3d-8e4f-a5b6c7d8e9f0x",
		" 1-01a206a7-a1b2-7c3d-8e4f-a5b6c7d8e9f0"};
	struct feed_place place = {.txid = 5};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_false(board_json_read_place(cases[i], &place));
		assert_int_equal(place.txid, 5);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_place_comes_back_as_it_was),
		cmocka_unit_test(what_is_no_place_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
