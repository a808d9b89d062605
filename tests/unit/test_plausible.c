#include "unit.h"

#include <string.h>

#include "decode/plausible.h"

static struct barcode *code_of(const char *text)
{
	static struct barcode barcode;

	barcode.length = (uint32_t)strlen(text);
	memcpy(barcode.text, text, barcode.length + 1);
	return &barcode;
}

static void item_and_dossier_codes_are_known(void **state)
{
	(void)state;
	assert_true(plausible_is_known(code_of("RR123456785VN")));
	assert_true(plausible_is_known(code_of("000.72.59.H06-240615-6644")));
	assert_false(plausible_is_known(code_of("RR123456784VN")));
	assert_false(plausible_is_known(code_of("RR123456785V1")));
	assert_false(plausible_is_known(code_of("00&.72.59.H06-240615-6605")));
	assert_false(plausible_is_known(code_of("")));
}

static void a_check_digit_is_of_digits(void **state)
{
	(void)state;
	assert_true(plausible_has_check_digit(code_of("00012345678905")));
	assert_false(plausible_has_check_digit(code_of("00012345678906")));
	assert_false(plausible_has_check_digit(code_of("0001234567890A")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(item_and_dossier_codes_are_known),
		cmocka_unit_test(a_check_digit_is_of_digits),
	};

	return cmocka_run_group_tests_name("plausible", tests, NULL, NULL);
}
