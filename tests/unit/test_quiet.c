#include "unit.h"

#include <string.h>

#include <glib.h>

#include "decode/quiet.h"

#define MODULE 4
#define MARGIN 40

/* Bars and spaces in modules, light beside; bright where @widths is at its end. */
static struct grey draw(const char *widths, uint8_t beside, double box[4])
{
	struct grey grey = grey_blank(400, 3);
	unsigned at = MARGIN;

	memset(grey.pixels, 220, grey_area(&grey));
	for (unsigned i = 0; widths[i]; i++) {
		unsigned count = (unsigned)(widths[i] - '0') * MODULE;
		for (unsigned y = 0; y < 3 && i % 2 == 0; y++) {
			memset(grey_row(&grey, y) + at, 30, count);
		}
		at += count;
	}
	for (unsigned y = 0; y < 3; y++) {
		memset(grey_row(&grey, y) + at, beside, 2 * MODULE);
	}
	box[0] = MARGIN, box[2] = at, box[1] = 1, box[3] = 1;
	return grey;
}

/* ITF: 12 between its begin and its end; then the same cut off within the end, and before it. */
static const struct {
	const char *widths;
	unsigned modules;
	uint8_t beside;
	bool is_quiet, is_ended;
} cases[] = {
	{"11113113131311311", 29, 220, true, true},
	{"11113113131311311", 29, 60, false, true},
	{"111131131313113", 27, 220, true, false},
	{"11113113131311", 24, 220, true, false},
};

static void a_whole_itf_has_quiet_ends_of_its_own(void **state)
{
	(void)state;
	for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
		double box[4];
		struct grey grey = draw(cases[i].widths, cases[i].beside, box);
		assert_int_equal(
			quiet_is_beside(&grey, box, false, cases[i].modules), cases[i].is_quiet);
		if (cases[i].is_quiet) {
			assert_int_equal(quiet_ends_itf(&grey, box, false, cases[i].modules),
				cases[i].is_ended);
		}
		grey_done(&grey);
	}
}

static void what_the_picture_does_not_show_is_not_quiet(void **state)
{
	double box[4];
	struct grey grey = draw(cases[0].widths, 220, box);

	(void)state;
	box[0] = 0;
	assert_false(quiet_is_beside(&grey, box, false, 29));
	grey_done(&grey);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_itf_has_quiet_ends_of_its_own),
		cmocka_unit_test(what_the_picture_does_not_show_is_not_quiet),
	};

	return cmocka_run_group_tests_name("quiet", tests, NULL, NULL);
}
