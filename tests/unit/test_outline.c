#include "unit.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "decode/outline.h"
#include "decode/retouch.h"

#define SIDE 240
#define MODULE 6

static struct grey paper(unsigned side)
{
	struct grey grey = grey_blank(side, side);

	memset(grey.pixels, 220, grey_area(&grey));
	return grey;
}

static void darken(struct grey *grey, unsigned left, unsigned top, unsigned width, unsigned height)
{
	for (unsigned y = top; y < top + height; y++) {
		memset(grey_row(grey, y) + left, 40, width);
	}
}

/* Half of its modules, and three whole corners of it, as a QR code has. */
static void draw_code(struct grey *grey, unsigned left, unsigned top, unsigned modules)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(5);
	unsigned far = (modules - 7) * MODULE;

	for (unsigned i = 0; i < modules * modules; i++) {
		if (g_rand_boolean(random)) {
			darken(grey, left + i % modules * MODULE, top + i / modules * MODULE,
				MODULE, MODULE);
		}
	}
	darken(grey, left, top, 7 * MODULE, 7 * MODULE);
	darken(grey, left + far, top, 7 * MODULE, 7 * MODULE);
	darken(grey, left, top + far, 7 * MODULE, 7 * MODULE);
}

/* How far the farthest corner of the nearest outline is from a square's, pixels. */
static double miss_of(
	const struct outline *outlines, unsigned count, const double x[4], const double y[4])
{
	double least = INFINITY;

	for (unsigned i = 0; i < count * 4; i++) {
		const struct outline *own = &outlines[i / 4];
		double most = 0;
		for (unsigned corner = 0; corner < 4; corner++) {
			unsigned at = (corner + i) % 4;
			most = fmax(most, hypot(own->x[at] - x[corner], own->y[at] - y[corner]));
		}
		least = fmin(least, most);
	}
	return least;
}

static void a_code_has_four_corners_however_it_is_turned(void **state)
{
	const double half = 21 * MODULE / 2.0;
	struct grey grey = paper(SIDE);

	(void)state;
	draw_code(&grey, SIDE / 2 - 21 * MODULE / 2, SIDE / 2 - 21 * MODULE / 2, 21);
	for (double angle = 0; angle < 6.2; angle += 0.31) {
		struct grey turned = retouch_turn(&grey, angle);
		struct outline outlines[OUTLINES_MAX];
		double x[4], y[4], c = cos(angle), s = sin(angle);
		unsigned count;
		for (unsigned corner = 0; corner < 4; corner++) {
			double u = corner == 0 || corner == 3 ? -half : half;
			double v = corner < 2 ? -half : half;
			x[corner] = turned.width / 2.0 + u * c + v * s;
			y[corner] = turned.height / 2.0 - u * s + v * c;
		}
		count = outlines_find(&turned, outlines);
		assert_true(count >= 1);
		assert_true(miss_of(outlines, count, x, y) < MODULE * 0.8);
		grey_done(&turned);
	}
	grey_done(&grey);
}

/* A label's frame, and words, hang together with nothing of the code. */
static void what_stands_beside_a_code_is_not_in_its_outline(void **state)
{
	const double left = 140, right = left + 21 * MODULE;
	const double x[4] = {left, right, right, left}, y[4] = {left, left, right, right};
	struct grey grey = paper(2 * SIDE);
	struct outline outlines[OUTLINES_MAX];
	unsigned count;

	(void)state;
	draw_code(&grey, (unsigned)left, (unsigned)left, 21);
	darken(&grey, 20, 20, 420, 4);
	darken(&grey, 20, 440, 424, 4);
	darken(&grey, 20, 20, 4, 420);
	darken(&grey, 440, 20, 4, 420);
	for (unsigned word = 0; word < 6; word++) {
		darken(&grey, 60 + word * 60, 60, 40, 20);
	}
	count = outlines_find(&grey, outlines);
	assert_true(count >= 1);
	assert_true(miss_of(outlines, count, x, y) < MODULE * 0.8);
	grey_done(&grey);
}

static void an_empty_paper_has_no_outline(void **state)
{
	static const unsigned sides[] = {1, 2, 7, SIDE};
	struct outline outlines[OUTLINES_MAX];

	(void)state;
	for (unsigned i = 0; i < G_N_ELEMENTS(sides); i++) {
		struct grey grey = paper(sides[i]);
		assert_int_equal(outlines_find(&grey, outlines), 0);
		grey_done(&grey);
	}
}

/* Whatever there is: no more than there is room for, and all of it numbers. */
static void noise_has_outlines_that_are_numbers(void **state)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(11);

	(void)state;
	for (unsigned turn = 0; turn < 60; turn++) {
		struct grey grey = grey_blank((unsigned)g_rand_int_range(random, 1, 120),
			(unsigned)g_rand_int_range(random, 1, 120));
		unsigned share = (unsigned)g_rand_int_range(random, 1, 40);
		struct outline outlines[OUTLINES_MAX];
		unsigned count;
		memset(grey.pixels, 220, grey_area(&grey));
		for (size_t i = 0; i < grey_area(&grey); i++) {
			if (g_rand_int_range(random, 0, (int)share) == 0) {
				grey.pixels[i] = 0;
			}
		}
		count = outlines_find(&grey, outlines);
		assert_true(count <= OUTLINES_MAX);
		for (unsigned i = 0; i < 4 * count; i++) {
			assert_true(isfinite(outlines[i / 4].x[i % 4]));
			assert_true(isfinite(outlines[i / 4].y[i % 4]));
		}
		grey_done(&grey);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_has_four_corners_however_it_is_turned),
		cmocka_unit_test(what_stands_beside_a_code_is_not_in_its_outline),
		cmocka_unit_test(an_empty_paper_has_no_outline),
		cmocka_unit_test(noise_has_outlines_that_are_numbers),
	};

	return cmocka_run_group_tests_name("outline", tests, NULL, NULL);
}
