#include "unit.h"

#include <math.h>

#include "sheet/sheet.h"

static void a_module_is_whole_dots(void **state)
{
	/* dots to the inch, modules, room, least, wanted; then how many dots: 0 is none */
	static const struct {
		unsigned dpi, modules;
		double room_mm, least_mm, wanted_mm;
		unsigned dots;
	} cases[] = {
		{203, 176, 99, 0.25, 0.385, 3},
		{203, 176, 60, 0.25, 0.385, 2},
		{203, 176, 44.1, 0.25, 0.385, 2}, /* 176 * 2 dots are 44.04 mm */
		{203, 176, 44.0, 0.25, 0.385, 0},
		{300, 176, 99, 0.25, 0.385, 4},
		{300, 176, 99, 0.33, 0.335, 0}, /* 3 dots are too fine, 4 too wide */
		{600, 176, 99, 0.33, 0.43, 10},
		{100, 29, 20, 0.37, 0.76, 2},
		{100, 29, 14, 0.37, 0.76, 0},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct sheet sheet;
		double module_mm;
		sheet_init(&sheet, 105, 148, cases[i].dpi);
		module_mm = sheet_module_mm(&sheet, cases[i].modules, cases[i].room_mm,
			cases[i].least_mm, cases[i].wanted_mm);
		assert_true(fabs(module_mm - cases[i].dots * 25.4 / cases[i].dpi) < 1e-9);
		sheet_done(&sheet);
	}
}

static void bars_begin_on_a_dot_and_not_before_their_place(void **state)
{
	struct sheet sheet;
	struct symbol symbol = {0};

	(void)state;
	assert_int_equal(symbol_encode(SYMBOLOGY_CODE_128, "RR123456785VN", &symbol), HOSO_OK);
	sheet_init(&sheet, 105, 148, 203);
	sheet_page(&sheet);
	for (unsigned i = 0; i < 100; i++) {
		double x_mm = 3 + i * 0.0137;
		const struct mark *mark;
		double dots;
		sheet_symbol(&sheet, &symbol, "RR123456785VN", x_mm, 1, 10, 0.375);
		mark = &g_array_index(sheet.marks, struct mark, i);
		dots = mark->x_mm / sheet.dot_mm;
		assert_true(fabs(dots - round(dots)) < 1e-6);
		assert_true(mark->x_mm > x_mm - 1e-4 && mark->x_mm < x_mm + sheet.dot_mm);
	}
	sheet_done(&sheet);
	symbol_done(&symbol);
}

static void the_first_error_stays(void **state)
{
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet, 105, 148, 203);
	sheet_fail(&sheet, HOSO_TOO_LARGE);
	sheet_fail(&sheet, HOSO_TOO_MANY);
	assert_int_equal(sheet.error, HOSO_TOO_LARGE);
	sheet_done(&sheet);
}

static void pages_have_an_end(void **state)
{
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet, 105, 148, 203);
	for (unsigned i = 0; i < SHEET_PAGES_MAX; i++) {
		sheet_page(&sheet);
	}
	assert_int_equal(sheet.error, HOSO_OK);
	sheet_page(&sheet);
	assert_int_equal(sheet.error, HOSO_TOO_MANY);
	assert_int_equal(sheet.pages, SHEET_PAGES_MAX);
	sheet_done(&sheet);
}

static void only_printable_ascii_becomes_bars(void **state)
{
	static const char *const bad[] = {"", "Ổ1", "A\n", "A\x7f", "\x1b"};
	struct symbol symbol = {0};
	g_autofree char *longest = g_strnfill(SYMBOL_TEXT_MAX, 'A');
	g_autofree char *longer = g_strnfill(SYMBOL_TEXT_MAX + 1, 'A');

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		assert_int_equal(symbol_encode(SYMBOLOGY_QR, bad[i], &symbol), HOSO_BAD_MEMBER);
	}
	assert_int_equal(symbol_encode(SYMBOLOGY_CODE_128, longer, &symbol), HOSO_BAD_MEMBER);
	assert_int_equal(symbol_encode(SYMBOLOGY_CODE_128, longest, &symbol), HOSO_OK);
	symbol_done(&symbol);
}

/* Start, letters, figures in pairs, check character, stop: counted by hand. */
static void code_128_has_the_length_that_the_standard_says(void **state)
{
	struct symbol symbol = {0};
	unsigned black = 0;

	(void)state;
	assert_int_equal(symbol_encode(SYMBOLOGY_CODE_128, "RR123456785VN", &symbol), HOSO_OK);
	/* start B, R, R, 1, to C, 23 45 67 85, to B, V, N, check: 13 of 11 modules; stop: 13 */
	assert_int_equal(symbol.width, 13 * 11 + 13);
	assert_int_equal(symbol.count, 13 * 3 + 4);
	for (unsigned i = 0; i < symbol.count; i++) {
		assert_true(symbol.bars[i].x + symbol.bars[i].width <= symbol.width);
		assert_true(symbol.bars[i].width >= 1 && symbol.bars[i].width <= 4);
		black += symbol.bars[i].width;
	}
	assert_true(black % 2 == 0); /* every character has an even number of black modules */
	symbol_done(&symbol);
	assert_int_equal(symbol_encode(SYMBOLOGY_QR, "RR123456785VN", &symbol), HOSO_OK);
	assert_int_equal(symbol.width, 21);
	assert_int_equal(symbol.height, 21);
	symbol_done(&symbol);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_module_is_whole_dots),
		cmocka_unit_test(bars_begin_on_a_dot_and_not_before_their_place),
		cmocka_unit_test(the_first_error_stays),
		cmocka_unit_test(pages_have_an_end),
		cmocka_unit_test(only_printable_ascii_becomes_bars),
		cmocka_unit_test(code_128_has_the_length_that_the_standard_says),
	};

	return cmocka_run_group_tests_name("sheet", tests, NULL, NULL);
}
