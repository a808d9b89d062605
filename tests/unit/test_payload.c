#include "unit.h"

#include <string.h>

#include "decode/payload.h"

static char text[64];

static void vietnamese_stays_and_is_composed(void **state)
{
	(void)state;
	assert_int_equal(payload_text("Bùi Hữu Tú", strlen("Bùi Hữu Tú"), text, sizeof text),
		strlen("Bùi Hữu Tú"));
	assert_string_equal(text, "Bùi Hữu Tú");
	assert_int_equal(payload_text("Nguye\xcc\x82\xcc\x83n", 10, text, sizeof text), 8);
	assert_string_equal(text, "Nguyễn");
}

/* NFKC would make x2 of it: a text is what is printed, not what it may mean. */
static void only_the_canonical_form_is_changed(void **state)
{
	(void)state;
	payload_text("x²", strlen("x²"), text, sizeof text);
	assert_string_equal(text, "x²");
}

static void what_is_not_utf8_is_latin_1(void **state)
{
	(void)state;
	assert_int_equal(payload_text("caf\xe9", 4, text, sizeof text), 5);
	assert_string_equal(text, "café");
	assert_int_equal(payload_text("\xc0\xaf", 2, text, sizeof text), 4);
}

static void nul_bytes_are_kept(void **state)
{
	(void)state;
	assert_int_equal(payload_text("a\0\0b\0", 5, text, sizeof text), 5);
	assert_memory_equal(text, "a\0\0b\0", 6);
	assert_int_equal(payload_text("a\0\xff", 3, text, sizeof text), 4);
	assert_memory_equal(text, "a\0\xc3\xbf", 5);
}

static void what_does_not_fit_is_nothing(void **state)
{
	(void)state;
	assert_int_equal(payload_text("abcd", 4, text, 4), 0);
	assert_int_equal(payload_text("abc", 3, text, 4), 3);
	assert_int_equal(payload_text("\xff\xff", 2, text, 4), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vietnamese_stays_and_is_composed),
		cmocka_unit_test(only_the_canonical_form_is_changed),
		cmocka_unit_test(what_is_not_utf8_is_latin_1),
		cmocka_unit_test(nul_bytes_are_kept),
		cmocka_unit_test(what_does_not_fit_is_nothing),
	};

	return cmocka_run_group_tests_name("payload", tests, NULL, NULL);
}
