#include "unit.h"

#include <glib.h>

#define print_error client_print_error /* cmocka has one of this name */
#include "print.h"

static void an_amount_is_grouped_as_vietnamese_does(void **state)
{
	static const struct {
		int64_t amount_vnd;
		const char *said;
	} cases[] = {
		{0, "0 đ"},
		{7, "7 đ"},
		{999, "999 đ"},
		{1000, "1.000 đ"},
		{12345, "12.345 đ"},
		{999999, "999.999 đ"},
		{1234567, "1.234.567 đ"},
		{10000000000, "10.000.000.000 đ"},
		{-5, "-5 đ"},
		{-500, "-500 đ"},
		{-1000, "-1.000 đ"},
		{-123456, "-123.456 đ"},
		{INT64_MAX, "9.223.372.036.854.775.807 đ"},
		{INT64_MIN, "-9.223.372.036.854.775.808 đ"},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *said = print_amount(cases[i].amount_vnd);
		assert_string_equal(said, cases[i].said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_amount_is_grouped_as_vietnamese_does),
	};

	return cmocka_run_group_tests_name("print", tests, NULL, NULL);
}
