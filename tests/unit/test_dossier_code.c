#include "unit.h"

#include <string.h>

#include <hoso/dossier_code.h>

static void every_generation_is_told_apart(void **state)
{
	static const struct {
		const char *text;
		enum dossier_code_shape shape;
	} codes[] = {
		{"000.00.05.H06-210715-0001", DOSSIER_CODE_UNIT_LAST},
		{"000.00.06.H56-231027-0361", DOSSIER_CODE_UNIT_LAST},
		{"000.17.22.H56-210531-12345", DOSSIER_CODE_UNIT_LAST},
		{"G01.899.909-260916-890028", DOSSIER_CODE_UNIT_FIRST},
		{"G01.899.108.000-260916-1234", DOSSIER_CODE_UNIT_FIRST},
		{"H29-260916-0001", DOSSIER_CODE_UNIT_FIRST},
		{"03706/2026/07906", DOSSIER_CODE_INSURANCE},
		{"HS-123/UBND", DOSSIER_CODE_OTHER},
		{"000.00.05.H06-210715-001", DOSSIER_CODE_OTHER},
		{"000.00.05.H06-210715-1234567", DOSSIER_CODE_OTHER},
		{"000.00.05.Z06-210715-0001", DOSSIER_CODE_OTHER},
		{"03706/2026/079061", DOSSIER_CODE_OTHER},
	};
	struct dossier_code code;

	(void)state;
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		assert_int_equal(
			dossier_code_parse(codes[i].text, strlen(codes[i].text), &code), HOSO_OK);
		assert_string_equal(code.text, codes[i].text);
		assert_int_equal(dossier_code_shape(&code), codes[i].shape);
	}
}

static void space_around_and_letter_case_are_undone(void **state)
{
	struct dossier_code code;

	(void)state;
	assert_int_equal(dossier_code_parse(" \th29-260916-0001\r\n", 19, &code), HOSO_OK);
	assert_string_equal(code.text, "H29-260916-0001");
}

static void what_is_no_dossier_code_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"A1B2",
		"ABCDE",
		".1234",
		"-1234",
		"/1234",
		"H29 260916",
		"H29_260916",
		"Đ1234",
		"RR123456785VN",
		"RR123456784VN",
		"H29-260916-0001\n2",
		"1234567890123456789012345678901234567890123456789012345678901",
	};
	struct dossier_code code = {"UNTOUCHED"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(
			dossier_code_parse(bad[i], strlen(bad[i]), &code), HOSO_BAD_DOSSIER_CODE);
	}
	assert_int_equal(dossier_code_parse("H29-260916\0-0001", 16, &code), HOSO_BAD_DOSSIER_CODE);
	assert_string_equal(code.text, "UNTOUCHED");
}

static void a_code_is_found_inside_a_text(void **state)
{
	static const struct {
		const char *text;
		const char *code;
	} texts[] = {
		{"https://dvc.example.vn/tra-cuu?ma=000.00.05.H06-210715-0001&x=1",
			"000.00.05.H06-210715-0001"},
		{"https://dvc.example.vn/hs/G01.899.909-260916-890028",
			"G01.899.909-260916-890028"},
		{"https://dvc.example.vn/?so=03706%2F2026%2F07906", "03706/2026/07906"},
		{"https://dvc.example.vn/hs/03706/2026/07906/xem", "03706/2026/07906"},
		{"Mã hồ sơ: h29-260916-0001.", "H29-260916-0001"},
		{"100% H29-260916-0001", "H29-260916-0001"},
		{"H29-260916-0001", "H29-260916-0001"},
	};
	struct dossier_code code;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		assert_int_equal(
			dossier_code_find(texts[i].text, strlen(texts[i].text), &code), HOSO_OK);
		assert_string_equal(code.text, texts[i].code);
	}
}

static void a_part_of_something_longer_is_not_found(void **state)
{
	static const char *const none[] = {
		"",
		"https://dvc.example.vn/",
		"1000.00.05.H06-210715-0001",
		"00.00.05.H06-210715-0001",
		"000.00.05.H06-210715-0001234",
		"H29-260916-0001-2",
		"XH29-260916-0001",
		"HS-123/UBND",
		"H29-260916-0001A",
		"RR123456785VN",
		"079123456789|123456789|A|01011990|Nam|B|01012021",
	};
	struct dossier_code code = {"UNTOUCHED"};

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		assert_int_equal(
			dossier_code_find(none[i], strlen(none[i]), &code), HOSO_BAD_DOSSIER_CODE);
	}
	assert_string_equal(code.text, "UNTOUCHED");
}

static void hostile_bytes_do_no_harm(void **state)
{
	uint32_t random = 20261123;
	char text[200];

	(void)state;
	for (int round = 0; round < 5000; round++) {
		struct dossier_code code;
		for (size_t i = 0; i < sizeof text; i++) {
			random = random * 1664525 + 1013904223;
			text[i] =
				round & 1 ? (char)(random >> 24) : "H0.-/%2F9"[(random >> 24) % 9];
		}
		if (!dossier_code_find(text, sizeof text, &code)) {
			assert_int_not_equal(dossier_code_shape(&code), DOSSIER_CODE_OTHER);
		}
		(void)dossier_code_parse(text, sizeof text, &code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_generation_is_told_apart),
		cmocka_unit_test(space_around_and_letter_case_are_undone),
		cmocka_unit_test(what_is_no_dossier_code_is_refused),
		cmocka_unit_test(a_code_is_found_inside_a_text),
		cmocka_unit_test(a_part_of_something_longer_is_not_found),
		cmocka_unit_test(hostile_bytes_do_no_harm),
	};

	return cmocka_run_group_tests_name("dossier_code", tests, NULL, NULL);
}
