#include "unit.h"

#include <string.h>

#include "api/cursor.h"

static void a_cursor_comes_back_as_it_was(void **state)
{
	static const struct cursor cases[] = {
		{0, ""},
		{1, ""},
		{1795406218000, "01a206a7-a1b2-7c3d-8e4f-a5b6c7d8e9f0"},
		{INT64_MAX, "event:01a206a7-a1b2-7c3d-8e4f-a5b6c7d8e9f0"},
		{INT64_MAX, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char text[CURSOR_MAX + 1];
		struct cursor again;
		cursor_format('d', &cases[i], text);
		assert_true(strlen(text) <= CURSOR_MAX);
		assert_int_equal(cursor_parse('d', text, &again), HOSO_OK);
		assert_true(again.number == cases[i].number);
		assert_string_equal(again.text, cases[i].text);
		assert_int_equal(cursor_parse('e', text, &again), HOSO_BAD_CURSOR);
	}
}

static void what_was_not_made_here_is_refused(void **state)
{
	static const char *const cases[] = {
		"",
		"A",
		"ZDo1Og=", /* d:5: with padding */
		"ZDo1Og==",
		" ZDo1Og",
		"ZDo1Oh",                         /* the same bytes, other spare bits */
		"ZDowNTo",                        /* d:05: */
		"ZDotNTo",                        /* d:-5: */
		"ZDorNTo",                        /* d:+5: */
		"ZDogNTo",                        /* d: 5: */
		"ZDo1",                           /* d:5 */
		"ZDo6",                           /* d:: */
		"ZDo5MjIzMzcyMDM2ODU0Nzc1ODA4Og", /* d:9223372036854775808: */
		"ZDo1OkE",                        /* d:5:A */
		"ZDo1OgA",                        /* d:5:NUL */
		"ZDo1Oic",                        /* d:5:' */
		"//8",
		"ZDo1Ok-K\xc4\x91",
	};
	struct cursor cursor = {7, "untouched"};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(cursor_parse('d', cases[i], &cursor), HOSO_BAD_CURSOR);
		assert_true(cursor.number == 7);
		assert_string_equal(cursor.text, "untouched");
	}
	assert_int_equal(cursor_parse('d', "ZDo1Og", &cursor), HOSO_OK);
}

static void a_long_text_is_refused_before_it_is_decoded(void **state)
{
	char text[CURSOR_MAX + 2];
	struct cursor cursor;

	(void)state;
	memset(text, 'A', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	assert_int_equal(cursor_parse('d', text, &cursor), HOSO_BAD_CURSOR);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cursor_comes_back_as_it_was),
		cmocka_unit_test(what_was_not_made_here_is_refused),
		cmocka_unit_test(a_long_text_is_refused_before_it_is_decoded),
	};

	return cmocka_run_group_tests_name("cursor", tests, NULL, NULL);
}
