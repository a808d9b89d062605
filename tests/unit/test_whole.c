#include "unit.h"

#include <string.h>

#include <glib.h>

#include "decode/barcode.h"
#include "decode/whole.h"

#define MODULE 3
#define MARGIN 60
#define COLUMNS 500
#define ROWS 120

/* Two labels' digits as widths, and the code that is half of either: its check digit is right. */
#define FIRST "8931643511726"
#define FIRST_LEFT "311211412221411123111411"
#define FIRST_RIGHT "123122212221131221221114"
#define OTHER_RIGHT "141122211312123111323211"
#define MADE_UP "8931643317540"

#define OUTER "111"
#define MIDDLE "11111"
#define MIDDLE_BARS "1111" /* without the space that it begins with */
#define GAP "19"           /* a bar, and light */

/* Bars, spaces, bars … in modules, from @x on; @ink: pixels that each bar spreads. */
static void draw_runs(struct grey *grey, const char *widths, unsigned x, unsigned top,
	unsigned bottom, unsigned ink)
{
	for (unsigned i = 0; widths[i]; i++) {
		unsigned count = (unsigned)(widths[i] - '0') * MODULE;
		for (unsigned y = top; y < bottom && i % 2 == 0; y++) {
			memset(grey_row(grey, y) + x, 30, count + ink);
		}
		x += count;
	}
}

static struct grey blank(void)
{
	struct grey grey = grey_blank(COLUMNS, ROWS);

	memset(grey.pixels, 220, grey_area(&grey));
	return grey;
}

static struct grey draw(const char *widths, unsigned ink)
{
	struct grey grey = blank();

	draw_runs(&grey, widths, MARGIN, 0, ROWS, ink);
	return grey;
}

static bool is_whole(struct grey grey, const char *text)
{
	const double box[4] = {MARGIN, 10, COLUMNS - MARGIN, ROWS - 10};
	bool is = whole_ean(&grey, box, false, text);

	grey_done(&grey);
	return is;
}

static void all_of_it_on_one_line_is_whole(void **state)
{
	g_autofree char *back = g_strdup(OUTER FIRST_LEFT MIDDLE FIRST_RIGHT OUTER);

	(void)state;
	assert_true(is_whole(draw(OUTER FIRST_LEFT MIDDLE FIRST_RIGHT OUTER, 0), FIRST));
	assert_true(is_whole(draw(OUTER FIRST_LEFT MIDDLE FIRST_RIGHT OUTER, 1), FIRST));
	assert_true(is_whole(draw(g_strreverse(back), 0), FIRST));
	assert_false(is_whole(draw(OUTER FIRST_LEFT MIDDLE FIRST_RIGHT OUTER, 0), MADE_UP));
	assert_false(is_whole(blank(), FIRST));
}

static void columns_are_lines_too(void **state)
{
	struct grey grey = draw(OUTER FIRST_LEFT MIDDLE FIRST_RIGHT OUTER, 0);
	struct grey turned = grey_blank(ROWS, COLUMNS);
	const double box[4] = {10, MARGIN, ROWS - 10, COLUMNS - MARGIN};

	(void)state;
	for (unsigned i = 0; i < COLUMNS * ROWS; i++) {
		turned.pixels[i % COLUMNS * ROWS + i / COLUMNS] = grey.pixels[i];
	}
	assert_true(whole_ean(&turned, box, true, FIRST));
	assert_false(whole_ean(&turned, box, false, FIRST));
	grey_done(&grey);
	grey_done(&turned);
}

static void two_halves_are_not_a_whole(void **state)
{
	struct grey grey = blank();

	(void)state;
	assert_false(is_whole(
		draw(OUTER FIRST_LEFT MIDDLE GAP MIDDLE_BARS OTHER_RIGHT OUTER, 0), MADE_UP));
	draw_runs(&grey, OUTER FIRST_LEFT MIDDLE, MARGIN, 0, ROWS / 2, 0);
	draw_runs(&grey, MIDDLE_BARS OTHER_RIGHT OUTER, MARGIN, ROWS / 2, ROWS, 0);
	assert_false(is_whole(grey, MADE_UP));
}

/* What the reader makes of @top over @bottom; "" for nothing. */
static const char *read_two(struct barcode_reader *reader, struct barcode_list *list,
	const char *top, const char *bottom)
{
	const struct barcode_wish wish = {.budget_ms = 20000};
	struct grey grey = blank();
	enum hoso_error error;

	draw_runs(&grey, top, MARGIN, 10, ROWS / 2 - 5, 0);
	draw_runs(&grey, bottom, MARGIN, ROWS / 2 + 5, ROWS - 10, 0);
	list->count = 0;
	error = barcode_read(reader, &grey, &wish, list);
	grey_done(&grey);
	return error ? "" : list->codes[0].text;
}

static void no_code_is_made_of_two_labels(void **state)
{
	struct barcode_reader *reader = barcode_reader_new();
	g_autofree struct barcode_list *list = g_new0(struct barcode_list, 1);

	(void)state;
	assert_string_equal(
		read_two(reader, list, OUTER FIRST_LEFT MIDDLE FIRST_RIGHT OUTER, ""), FIRST);
	assert_string_equal(
		read_two(reader, list, OUTER FIRST_LEFT MIDDLE, MIDDLE_BARS OTHER_RIGHT OUTER), "");
	/* Nor of this picture's label and the one before. */
	assert_string_equal(read_two(reader, list, OUTER FIRST_LEFT MIDDLE, ""), "");
	assert_string_equal(read_two(reader, list, "", MIDDLE_BARS OTHER_RIGHT OUTER), "");
	barcode_reader_free(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it_on_one_line_is_whole),
		cmocka_unit_test(columns_are_lines_too),
		cmocka_unit_test(two_halves_are_not_a_whole),
		cmocka_unit_test(no_code_is_made_of_two_labels),
	};

	return cmocka_run_group_tests_name("whole", tests, NULL, NULL);
}
