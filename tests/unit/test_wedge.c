#include "unit.h"

#include <stdio.h>
#include <string.h>

#include <glib.h>

#include <hoso/item_code.h>

#include "wedge.h"

static enum hoso_error repair(const char *typed, struct item_code *ret_code)
{
	return wedge_repair(typed, strlen(typed), ret_code);
}

static void known_accidents_are_undone(void **state)
{
	static const struct {
		const char *typed;
		const char *meant;
	} accidents[] = {
		{"Ê123456785VN", "EE123456785VN"}, /* Telex: the letter twice */
		{"ê123456785vn", "EE123456785VN"}, /* with Caps Lock the other way round */
		{"Đ123456785VN", "DD123456785VN"}, {"Ă123456785VN", "AW123456785VN"},
		{"Ơ123456785VN", "OW123456785VN"}, {"É123456785VN", "ES123456785VN"},
		{"Ạ123456785VN", "AJ123456785VN"},
		{"CƯ123456785VN", "CW123456785VN"}, /* Telex: a W alone */
		{"CÁ23456785VN", "CA123456785VN"},  /* VNI: the first digit became a mark */
		{"RÉ23456785VN", "RE123456785VN"},
		{"A\xcc\x82"
		 "123456785VN",
			"AA123456785VN"}, /* decomposed */
	};

	(void)state;
	for (size_t i = 0; i < sizeof accidents / sizeof *accidents; i++) {
		struct item_code code;
		assert_int_equal(repair(accidents[i].typed, &code), HOSO_OK);
		assert_string_equal(code.text, accidents[i].meant);
	}
}

static void a_guess_without_a_check_digit_is_not_taken(void **state)
{
	static const char *const unclear[] = {
		"",
		"Ê123456784VN",
		"Ư123456785VN0",
		"Ế1234",
		"KHÁCH-2026-1",
		"Nguyễn Văn A",
		"\xff\xfe",
		"Ê",
		"Ê12345678901234567890123456789012345678901234567890",
		"Ñ123456785VN",
	};
	struct item_code code = {"UNTOUCHED1"};

	(void)state;
	for (size_t i = 0; i < sizeof unclear / sizeof *unclear; i++) {
		assert_int_equal(repair(unclear[i], &code), HOSO_BAD_ITEM_CODE);
	}
	assert_string_equal(code.text, "UNTOUCHED1");
}

static void the_shape_tells_which_keys_made_a_letter(void **state)
{
	struct item_code code;

	(void)state;
	/* UW and W both give Ư; the shape says which it was. */
	assert_int_equal(repair("Ư123456785VN", &code), HOSO_OK);
	assert_string_equal(code.text, "UW123456785VN");
	assert_int_equal(repair("CƯ123456785VN", &code), HOSO_OK);
	assert_string_equal(code.text, "CW123456785VN");
	/* Four letters in Telex, and two digits of no number in VNI. */
	assert_int_equal(repair("ÔÔ23456785VN", &code), HOSO_BAD_ITEM_CODE);
}

/* What Telex makes of the two letters in front of a number; NULL when it leaves them alone. */
static const char *telex(const char *letters)
{
	static const char *const pairs[][2] = {
		{"AA", "Â"},
		{"EE", "Ê"},
		{"OO", "Ô"},
		{"DD", "Đ"},
		{"AW", "Ă"},
		{"OW", "Ơ"},
		{"UW", "Ư"},
		{"AS", "Á"},
		{"AF", "À"},
		{"AR", "Ả"},
		{"AX", "Ã"},
		{"AJ", "Ạ"},
		{"ES", "É"},
		{"EF", "È"},
		{"ER", "Ẻ"},
		{"EX", "Ẽ"},
		{"EJ", "Ẹ"},
		{"IS", "Í"},
		{"IF", "Ì"},
		{"IR", "Ỉ"},
		{"IX", "Ĩ"},
		{"IJ", "Ị"},
		{"OS", "Ó"},
		{"OF", "Ò"},
		{"OR", "Ỏ"},
		{"OX", "Õ"},
		{"OJ", "Ọ"},
		{"US", "Ú"},
		{"UF", "Ù"},
		{"UR", "Ủ"},
		{"UX", "Ũ"},
		{"UJ", "Ụ"},
		{"YS", "Ý"},
		{"YF", "Ỳ"},
		{"YR", "Ỷ"},
		{"YX", "Ỹ"},
		{"YJ", "Ỵ"},
	};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		if (strcmp(pairs[i][0], letters) == 0) {
			return pairs[i][1];
		}
	}
	return NULL;
}

static void no_number_under_telex_comes_out_as_another(void **state)
{
	unsigned repaired = 0;

	(void)state;
	for (int pair = 0; pair < 26 * 26; pair++) {
		char letters[3] = {(char)('A' + pair / 26), (char)('A' + pair % 26), '\0'};
		const char *typed = telex(letters);
		for (int serial = 7; typed && serial < 100000000; serial += 1234567) {
			g_autofree char *digits = g_strdup_printf("%08d", serial);
			char check = item_code_check_digit(digits);
			g_autofree char *meant =
				g_strdup_printf("%s%s%cVN", letters, digits, check);
			g_autofree char *text = g_strdup_printf("%s%s%cVN", typed, digits, check);
			struct item_code code;
			if (!repair(text, &code)) {
				assert_string_equal(code.text, meant);
				repaired++;
			}
		}
	}
	assert_in_range(repaired, 37 * 81 - 100, 37 * 82);
}

/* What a keyboard of another layout writes for the keys of @code. */
static char *through_layout(const char *code, const char *const pairs[][2])
{
	GString *text = g_string_new(NULL);

	for (; *code; code++) {
		const char *written = NULL;
		for (size_t i = 0; pairs[i][0]; i++) {
			written = *pairs[i][0] == *code ? pairs[i][1] : written;
		}
		if (written) {
			g_string_append(text, written);
		} else {
			g_string_append_c(text, *code);
		}
	}
	return g_string_free(text, FALSE);
}

static const char *const shifted[][2] = {{"1", "!"}, {"2", "@"}, {"3", "#"}, {"4", "$"}, {"5", "%"},
	{"6", "^"}, {"7", "&"}, {"8", "*"}, {"9", "("}, {"0", ")"}, {NULL, NULL}};
static const char *const french[][2] = {{"1", "&"}, {"2", "é"}, {"3", "\""}, {"4", "'"}, {"5", "("},
	{"6", "-"}, {"7", "è"}, {"8", "_"}, {"9", "ç"}, {"0", "à"}, {"A", "Q"}, {"Q", "A"},
	{"W", "Z"}, {"Z", "W"}, {"M", "?"}, {NULL, NULL}};
static const char *const vietnamese[][2] = {{"1", "ă"}, {"2", "â"}, {"3", "ê"}, {"4", "ô"},
	{"5", "\u0300"}, {"6", "\u0309"}, {"7", "\u0303"}, {"8", "\u0301"}, {"9", "đ"}, {"0", "₫"},
	{NULL, NULL}};

/* Every two letters in front of numbers of all digits, through each layout: the number, or nothing. */
static void layouts_are_undone(void **state)
{
	static const char *const(*const layouts[])[2] = {shifted, french, vietnamese};
	unsigned repaired = 0;
	unsigned tried = 0;

	(void)state;
	for (int pair = 0; pair < 26 * 26 * 3; pair++) {
		int serial = (int)((unsigned)pair * 7654321u % 100000000u);
		g_autofree char *digits = g_strdup_printf("%08d", serial);
		g_autofree char *meant = g_strdup_printf("%c%c%s%cVN", 'A' + pair / 26 % 26,
			'A' + pair % 26, digits, item_code_check_digit(digits));
		g_autofree char *typed = through_layout(meant, layouts[pair % 3]);
		struct item_code code;
		tried++;
		if (!repair(typed, &code)) {
			assert_string_equal(code.text, meant);
			repaired++;
		}
	}
	assert_in_range(repaired, tried * 95 / 100, tried);
}

static void two_codes_that_fit_are_two(void **state)
{
	struct item_code codes[WEDGE_CANDIDATES_MAX];
	struct item_code code;
	const char *typed = "UƯ00000000TƯ";

	(void)state;
	/* U and Ư in front can only be U and W, or U, U, W; the shape decides. */
	assert_int_equal(repair("UƯ123456785TƯ", &code), HOSO_OK);
	assert_string_equal(code.text, "UW123456785TW");
	assert_int_equal(wedge_candidates(typed, strlen(typed), codes), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_accidents_are_undone),
		cmocka_unit_test(a_guess_without_a_check_digit_is_not_taken),
		cmocka_unit_test(the_shape_tells_which_keys_made_a_letter),
		cmocka_unit_test(layouts_are_undone),
		cmocka_unit_test(two_codes_that_fit_are_two),
		cmocka_unit_test(no_number_under_telex_comes_out_as_another),
	};

	return cmocka_run_group_tests_name("wedge", tests, NULL, NULL);
}
