#include "unit.h"

#include <stdio.h>
#include <string.h>

#include <hoso/item_code.h>

static enum hoso_error parse(const char *text)
{
	struct item_code code;

	return item_code_parse(text, strlen(text), &code);
}

static void known_s10_numbers_are_taken(void **state)
{
	static const char *const good[] = {
		"RR123456785VN",
		"RR473124829GB",
		"EB000717618HK",
		"RR000000155VN",
		"RR000000120VN",
		"RR000000005VN",
	};
	struct item_code code;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(item_code_parse(good[i], strlen(good[i]), &code), HOSO_OK);
		assert_string_equal(code.text, good[i]);
		assert_int_equal(item_code_is_s10(&code), 1);
	}
	assert_int_equal(item_code_check_digit("47312482"), '9');
	assert_int_equal(item_code_check_digit("00071761"), '8');
	assert_int_equal(item_code_check_digit("00000015"), '5');
	assert_int_equal(item_code_check_digit("00000012"), '0');
}

/* How many of the texts that differ from a right one in one digit are taken. */
static int wrong_digits_taken(const char *right)
{
	char text[14];
	int taken = 0;

	for (int at = 2; at < 11; at++) {
		memcpy(text, right, sizeof text);
		for (char digit = '0'; digit <= '9'; digit++) {
			text[at] = digit;
			taken += digit != right[at] && parse(text) == HOSO_OK;
		}
	}
	return taken;
}

static void every_single_wrong_digit_is_caught(void **state)
{
	char text[14];

	(void)state;
	for (int serial = 0; serial < 100000000; serial += 98765) {
		snprintf(text, sizeof text, "RR%08d%cVN", serial, '0');
		text[10] = item_code_check_digit(text + 2);
		assert_int_equal(parse(text), HOSO_OK);
		/* The remainders 0 and 6 are both written 5: the standard cannot tell those two
		 * apart. */
		if (text[10] != '5') {
			assert_int_equal(wrong_digits_taken(text), 0);
		}
	}
	assert_in_range(wrong_digits_taken("RR123456785VN"), 1, 8);
}

static void what_scanners_add_is_undone(void **state)
{
	static const char *const same[] = {
		"RR123456785VN\r\n",
		"]C0RR123456785VN",
		"]C1RR123456785VN",
		"]Q1RR123456785VN",
		" RR 123 456 785 VN ",
		"rr123456785vn",
		"]c0rr 123456785 vn\r",
		" ]C0RR123456785VN",
	};
	struct item_code code;

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		assert_int_equal(item_code_parse(same[i], strlen(same[i]), &code), HOSO_OK);
		assert_string_equal(code.text, "RR123456785VN");
	}
}

static void other_numbers_of_offices_are_taken(void **state)
{
	struct item_code code;

	(void)state;
	assert_int_equal(parse("KH-2026.0001"), HOSO_OK);
	assert_int_equal(parse("123456"), HOSO_OK);
	assert_int_equal(parse("1234567890123456789012345678901234567890"), HOSO_OK);
	assert_int_equal(item_code_parse("123456789", 9, &code), HOSO_OK);
	assert_int_equal(item_code_is_s10(&code), 0);
}

static void what_is_no_item_code_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"12345",
		"ABCDEF",
		"12345678901234567890123456789012345678901",
		"RR12345678_VN",
		"RR123456785VN\t",
		"'; DROP TABLE event;--1",
		"\x1b]52;c;123456",
		"RR1234\x7f"
		"6785",
		"=HYPERLINK(1)",
		"RR123456785VN\xe2\x80\xae",
		"Ê123456785VN",
		"\xff\xfe"
		"123456",
		"https://vnpost.vn/1",
		"]C0",
		"] RR123456785VN",
		"]RR123456785VN",
		"03706/2026/07906",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(parse(bad[i]), HOSO_BAD_ITEM_CODE);
	}
}

static void a_dossier_code_is_no_item_code(void **state)
{
	(void)state;
	assert_int_equal(parse("000.00.05.H06-210715-0001"), HOSO_BAD_ITEM_CODE);
	assert_int_equal(parse("G01.899.909-260916-890028"), HOSO_BAD_ITEM_CODE);
}

static void a_hidden_tail_and_a_failed_read_change_nothing(void **state)
{
	struct item_code code = {"UNTOUCHED1"};

	(void)state;
	assert_int_equal(item_code_parse("RR123456785VN\0X", 15, &code), HOSO_BAD_ITEM_CODE);
	assert_int_equal(item_code_parse("RR123456784VN", 13, &code), HOSO_BAD_CHECK_DIGIT);
	assert_string_equal(code.text, "UNTOUCHED1");
	assert_int_equal(item_code_parse("RR123456785VN and more", 13, &code), HOSO_OK);
	assert_string_equal(code.text, "RR123456785VN");
}

static void no_bytes_at_all_get_a_code_outside_the_alphabet(void **state)
{
	uint32_t random = 20261123;
	char text[64];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct item_code code;
		size_t length = (size_t)(round % (int)sizeof text);
		for (size_t i = 0; i < length; i++) {
			random = random * 1664525 + 1013904223;
			text[i] = round & 1 ? (char)(random >> 24)
					    : "AZaz09.- ]C\r"[(random >> 24) % 12];
		}
		if (!item_code_parse(text, length, &code)) {
			size_t size = strlen(code.text);
			assert_in_range(size, 6, ITEM_CODE_MAX);
			assert_int_equal(
				strspn(code.text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"), size);
			assert_int_equal(parse(code.text), HOSO_OK);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_s10_numbers_are_taken),
		cmocka_unit_test(every_single_wrong_digit_is_caught),
		cmocka_unit_test(what_scanners_add_is_undone),
		cmocka_unit_test(other_numbers_of_offices_are_taken),
		cmocka_unit_test(what_is_no_item_code_is_refused),
		cmocka_unit_test(a_dossier_code_is_no_item_code),
		cmocka_unit_test(a_hidden_tail_and_a_failed_read_change_nothing),
		cmocka_unit_test(no_bytes_at_all_get_a_code_outside_the_alphabet),
	};

	return cmocka_run_group_tests_name("item_code", tests, NULL, NULL);
}
