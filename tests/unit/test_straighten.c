#include "unit.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "decode/straighten.h"

#define WIDTH 400
#define HEIGHT 300
#define MIDDLE_X 200.0
#define MIDDLE_Y 150.0
#define ACROSS 220.0
#define ALONG 110.0

/* How bars lie: their lean in the middle, how much more per pixel across, and how far their ends rise. */
struct shape {
	double lean, fan, level;
};

/* Bars of uneven widths, light around them. */
static struct grey draw(const struct shape *shape)
{
	struct grey grey = grey_blank(WIDTH, HEIGHT);

	for (unsigned y = 0; y < HEIGHT; y++) {
		for (unsigned x = 0; x < WIDTH; x++) {
			double v = y - MIDDLE_Y,
			       u = (x - MIDDLE_X - shape->lean * v) / (1 + shape->fan * v);
			bool is_inside =
				fabs(u) < ACROSS / 2 && fabs(v - shape->level * u) < ALONG / 2;
			bool is_bar = sin(u / 2.3) + sin(u / 5.1) + 0.5 * sin(u / 1.7 + 1) > 0;
			grey_row(&grey, y)[x] = is_inside && is_bar ? 40 : 210;
		}
	}
	return grey;
}

static struct stripes straightened(const struct shape *shape)
{
	struct stripes stripes = {
		.x = MIDDLE_X, .y = MIDDLE_Y, .across = ACROSS, .along = ALONG * 0.7};
	struct grey grey = draw(shape);

	straighten(&grey, &stripes);
	grey_done(&grey);
	return stripes;
}

static void bars_that_lean_stand_upright(void **state)
{
	(void)state;
	for (double lean = -0.2; lean <= 0.21; lean += 0.05) {
		struct stripes stripes = straightened(&(struct shape){.lean = lean});
		assert_true(fabs(stripes.angle + atan(lean)) < 0.01);
		/* Rows go on as they were. */
		assert_true(fabs(stripes.angle + atan(stripes.slope)) < 0.02);
	}
}

static void bars_that_fan_out_are_brought_together(void **state)
{
	(void)state;
	for (double fan = -0.0015; fan <= 0.0016; fan += 0.0005) {
		struct stripes stripes = straightened(&(struct shape){.fan = fan, .lean = 0.05});
		assert_true(fabs(stripes.fan - fan) < 0.0003);
		assert_true(fabs(stripes.angle + 0.05) < 0.015);
	}
}

static void rows_go_as_the_ends_of_the_bars_do(void **state)
{
	(void)state;
	for (double level = -0.3; level <= 0.31; level += 0.1) {
		struct stripes stripes = straightened(&(struct shape){.level = level});
		assert_true(fabs(stripes.slope - level) < 0.06);
		assert_true(fabs(stripes.along - ALONG) < 20);
	}
}

static void a_part_of_the_bars_grows_to_their_ends(void **state)
{
	const struct shape shape = {.lean = 0.05, .level = 0.05};
	struct grey grey = draw(&shape);

	(void)state;
	for (double part = -60; part <= 60; part += 30) {
		struct stripes stripes = {
			.x = MIDDLE_X + part, .y = MIDDLE_Y, .across = 80, .along = ALONG * 0.7};
		straighten(&grey, &stripes);
		/* To within the width of a few bars, at either end. */
		assert_true(fabs(stripes.across - ACROSS) < 50);
		assert_true(hypot(stripes.x - MIDDLE_X, stripes.y - MIDDLE_Y) < 25);
	}
	grey_done(&grey);
}

static void what_stands_beyond_a_quiet_zone_is_another_code(void **state)
{
	struct grey grey = draw(&(struct shape){0});
	struct stripes stripes = {.x = 130, .y = MIDDLE_Y, .across = 60, .along = ALONG * 0.7};

	(void)state;
	for (unsigned y = 0; y < HEIGHT; y++) {
		memset(grey_row(&grey, y) + 190, 210, 50);
	}
	straighten(&grey, &stripes);
	assert_true(stripes.x + stripes.across / 2 < 225);
	assert_true(stripes.x - stripes.across / 2 < 110);
	grey_done(&grey);
}

static void where_nothing_is_alike_all_stays(void **state)
{
	struct stripes stripes = {.x = MIDDLE_X,
		.y = MIDDLE_Y,
		.angle = 0.1,
		.across = ACROSS,
		.along = ALONG,
		.fan = 0.0002,
		.slope = 0.1};
	const struct stripes before = stripes;
	struct grey grey = grey_blank(WIDTH, HEIGHT);
	g_autoptr(GRand) random = g_rand_new_with_seed(9);

	(void)state;
	for (unsigned i = 0; i < WIDTH * HEIGHT; i++) {
		grey.pixels[i] = (uint8_t)g_rand_int_range(random, 0, 256);
	}
	straighten(&grey, &stripes);
	assert_memory_equal(&stripes, &before, sizeof stripes);
	memset(grey.pixels, 128, grey_area(&grey));
	straighten(&grey, &stripes);
	assert_memory_equal(&stripes, &before, sizeof stripes);
	grey_done(&grey);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bars_that_lean_stand_upright),
		cmocka_unit_test(bars_that_fan_out_are_brought_together),
		cmocka_unit_test(rows_go_as_the_ends_of_the_bars_do),
		cmocka_unit_test(a_part_of_the_bars_grows_to_their_ends),
		cmocka_unit_test(what_stands_beyond_a_quiet_zone_is_another_code),
		cmocka_unit_test(where_nothing_is_alike_all_stays),
	};

	return cmocka_run_group_tests_name("straighten", tests, NULL, NULL);
}
