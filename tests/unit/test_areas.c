#include "unit.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "decode/areas.h"

#define WIDTH 480
#define HEIGHT 360

/* Bars of 3 and 6 pixels across @angle in a rectangle about the middle, on white. */
static struct grey draw_bars(double angle, double across, double along)
{
	struct grey grey = grey_blank(WIDTH, HEIGHT);

	for (unsigned i = 0; i < WIDTH * HEIGHT; i++) {
		double x = i % WIDTH - WIDTH / 2.0, y = i / WIDTH - HEIGHT / 2.0;
		double u = x * cos(angle) + y * sin(angle), v = y * cos(angle) - x * sin(angle);
		bool is_dark = fabs(u) < across / 2 && fabs(v) < along / 2 && fmod(u + 500, 9) < 3;
		grey.pixels[i] = is_dark ? 30 : 220;
	}
	return grey;
}

static unsigned find(const struct grey *grey, struct areas *areas)
{
	areas_find(areas, grey, grey);
	return areas->stripes_count;
}

static void bars_are_found_as_they_lie(void **state)
{
	(void)state;
	for (int degrees = -80; degrees <= 90; degrees += 17) {
		struct grey grey = draw_bars(degrees * G_PI / 180, 200, 60);
		struct areas areas;
		assert_true(find(&grey, &areas) >= 1);
		assert_true(fabs(remainder(areas.stripes[0].angle - degrees * G_PI / 180, G_PI)) <
			    0.05);
		assert_true(hypot(areas.stripes[0].x - WIDTH / 2.0,
				    areas.stripes[0].y - HEIGHT / 2.0) < 10);
		assert_in_range((int)areas.stripes[0].across, 185, 235);
		assert_in_range((int)areas.stripes[0].along, 45, 85);
		grey_done(&grey);
	}
}

static void a_strip_has_the_bars_upright(void **state)
{
	struct grey grey = draw_bars(0.5, 200, 60), strip;
	struct areas areas;
	unsigned difference = 0;

	(void)state;
	assert_true(find(&grey, &areas) >= 1);
	strip = stripes_strip(&grey, &areas.stripes[0], 5, 2, 10);
	assert_int_equal(strip.height, 5);
	for (unsigned x = 60; x < strip.width - 60; x++) {
		difference += (unsigned)abs(grey_row(&strip, 1)[x] - grey_row(&strip, 3)[x]);
	}
	assert_true(difference < 45 * (strip.width - 120));
	grey_done(&strip);
	grey_done(&grey);
}

#define BEYOND 60

/* The same picture with its edge repeated all around. */
static struct grey widen(const struct grey *grey)
{
	struct grey wide = grey_blank(grey->width + 2 * BEYOND, grey->height + 2 * BEYOND);

	for (unsigned y = 0; y < wide.height; y++) {
		unsigned row = MIN(y - MIN(y, BEYOND), grey->height - 1);
		for (unsigned x = 0; x < wide.width; x++) {
			unsigned column = MIN(x - MIN(x, BEYOND), grey->width - 1);
			grey_row(&wide, y)[x] = grey_row(grey, row)[column];
		}
	}
	return wide;
}

static void a_strip_that_leaves_the_picture_repeats_its_edge(void **state)
{
	struct grey grey = draw_bars(0.3, 900, 700), wide = widen(&grey);
	struct stripes stripes = {
		.x = 90, .y = 70, .angle = 0.3, .slope = 0.1, .across = 200, .along = 80};
	struct grey strip = stripes_strip(&grey, &stripes, 8, 2, 0), same;

	(void)state;
	stripes.x += BEYOND;
	stripes.y += BEYOND;
	same = stripes_strip(&wide, &stripes, 8, 2, 0);
	assert_int_equal(strip.width, same.width);
	for (size_t i = 0; i < grey_area(&strip); i++) {
		assert_in_range(strip.pixels[i] + 1, same.pixels[i], same.pixels[i] + 2);
	}
	grey_done(&grey);
	grey_done(&wide);
	grey_done(&strip);
	grey_done(&same);
}

static void an_even_area_and_a_tiny_picture_have_none(void **state)
{
	struct grey grey = grey_blank(WIDTH, HEIGHT);
	struct grey tiny = grey_blank(9, 400);
	struct areas areas;

	(void)state;
	memset(grey.pixels, 200, grey_area(&grey));
	memset(tiny.pixels, 0, grey_area(&tiny));
	assert_int_equal(find(&grey, &areas), 0);
	assert_int_equal(areas.patches_count, 0);
	assert_int_equal(find(&tiny, &areas), 0);
	assert_true(areas_are_explained(&areas, NULL, true));
	grey_done(&grey);
	grey_done(&tiny);
}

static void a_square_full_of_contrast_is_a_patch(void **state)
{
	struct grey grey = grey_blank(WIDTH, HEIGHT);
	g_autoptr(GRand) random = g_rand_new_with_seed(5);
	struct areas areas;

	(void)state;
	memset(grey.pixels, 220, grey_area(&grey));
	for (unsigned block = 0; block < 30 * 30; block++) {
		if (g_rand_boolean(random)) {
			for (unsigned y = 0; y < 4; y++) {
				memset(grey_row(&grey, 100 + block / 30 * 4 + y) + 200 +
						block % 30 * 4,
					20, 4);
			}
		}
	}
	find(&grey, &areas);
	assert_int_equal(areas.patches_count, 1);
	assert_in_range(areas.patches[0].x, 170, 200);
	assert_in_range(areas.patches[0].y, 70, 100);
	assert_in_range(areas.patches[0].x + areas.patches[0].width, 320, 350);
	grey_done(&grey);
}

static void as_high_as_they_are_wide_bars_are_no_patch(void **state)
{
	(void)state;
	for (int degrees = 0; degrees < 180; degrees += 25) {
		struct grey grey = draw_bars(degrees * G_PI / 180, 150, 150);
		struct areas areas;
		assert_true(find(&grey, &areas) >= 1);
		assert_int_equal(areas.patches_count, 0);
		grey_done(&grey);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bars_are_found_as_they_lie),
		cmocka_unit_test(a_strip_has_the_bars_upright),
		cmocka_unit_test(a_strip_that_leaves_the_picture_repeats_its_edge),
		cmocka_unit_test(an_even_area_and_a_tiny_picture_have_none),
		cmocka_unit_test(a_square_full_of_contrast_is_a_patch),
		cmocka_unit_test(as_high_as_they_are_wide_bars_are_no_patch),
	};

	return cmocka_run_group_tests_name("areas", tests, NULL, NULL);
}
