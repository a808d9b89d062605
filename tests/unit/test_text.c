#include "unit.h"

#include <string.h>

#include <glib.h>

#include "base/text.h"

static void names_come_out_in_nfc(void **state)
{
	char clean[64];

	(void)state;
	assert_int_equal(text_clean("Nguye\xcc\x82\xcc\x83n", 10, clean, sizeof clean), HOSO_OK);
	assert_string_equal(clean, "Nguyễn");
}

static void what_could_lie_on_a_screen_is_refused(void **state)
{
	char clean[64];

	(void)state;
	assert_int_equal(text_clean("a\x1b[2J", 5, clean, sizeof clean), HOSO_BAD_MEMBER);
	assert_int_equal(text_clean("a\0b", 3, clean, sizeof clean), HOSO_BAD_MEMBER);
	assert_int_equal(text_clean("a\xe2\x80\xae"
				    "b",
				 5, clean, sizeof clean),
		HOSO_BAD_MEMBER);
	assert_int_equal(text_clean("\xc0\xaf", 2, clean, sizeof clean), HOSO_BAD_UTF8);
	assert_int_equal(text_clean("\xed\xa0\x80", 3, clean, sizeof clean), HOSO_BAD_UTF8);
	assert_int_equal(text_clean("abcd", 4, clean, 4), HOSO_BAD_MEMBER);
}

static void a_log_line_cannot_be_forged(void **state)
{
	g_autofree char *safe = text_escape("a\nerr b\x1b]52;\xe2\x80\xa8\xff"
					    "đ");

	(void)state;
	assert_string_equal(safe, "a\\x0aerr b\\x1b]52;\\xe2\\x80\\xa8\\xff"
				  "đ");
}

static void search_finds_names_without_marks(void **state)
{
	g_autofree char *folded = text_fold("ĐẶNG Thị Ưởng");

	(void)state;
	assert_string_equal(folded, "dang thi uong");
}

static void digest_is_sha256(void **state)
{
	struct digest digest = text_digest("a", 1, "bc", 2);
	char hex[DIGEST_TEXT_SIZE];

	(void)state;
	text_hex(digest.bytes, sizeof digest.bytes, hex);
	assert_string_equal(
		hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

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
		g_autofree char *said = text_dong(cases[i].amount_vnd);
		assert_string_equal(said, cases[i].said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_come_out_in_nfc),
		cmocka_unit_test(what_could_lie_on_a_screen_is_refused),
		cmocka_unit_test(a_log_line_cannot_be_forged),
		cmocka_unit_test(search_finds_names_without_marks),
		cmocka_unit_test(an_amount_is_grouped_as_vietnamese_does),
		cmocka_unit_test(digest_is_sha256),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
