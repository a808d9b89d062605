#include "unit.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "decode/equalize.h"
#include "decode/finders.h"
#include "decode/modules.h"
#include "decode/qr_mend.h"
#include "decode/retouch.h"

#define SIDE 33
#define PIXELS 5

static bool in_finder(unsigned x, unsigned y, bool *ret_dark)
{
	unsigned left = x < 8 ? 0 : x >= SIDE - 8 ? SIDE - 7 : SIDE;
	unsigned top = y < 8 ? 0 : y >= SIDE - 8 ? SIDE - 7 : SIDE;
	int far = MAX(ABS((int)x - (int)left - 3), ABS((int)y - (int)top - 3));

	if (left == SIDE || top == SIDE || (left > 0 && top > 0)) {
		return false;
	}
	*ret_dark = far == 3 || far < 2;
	return true;
}

/* Squares, timing, the small square and the one dark module as in a code of version 4; the rest by chance. */
static void make_code(bool dark[SIDE][SIDE])
{
	g_autoptr(GRand) random = g_rand_new_with_seed(3);

	for (unsigned y = 0; y < SIDE; y++) {
		for (unsigned x = 0; x < SIDE; x++) {
			int far = MAX(ABS((int)x - SIDE + 7), ABS((int)y - SIDE + 7));
			dark[y][x] = g_rand_boolean(random);
			if (!in_finder(x, y, &dark[y][x])) {
				if (far <= 2) {
					dark[y][x] = far != 1;
				} else if (x == 6 || y == 6) {
					dark[y][x] = (x + y) % 2 == 0;
				}
			}
		}
	}
	dark[SIDE - 8][8] = true;
}

static struct grey draw_code(bool dark[SIDE][SIDE], double angle)
{
	struct grey grey = grey_blank((SIDE + 16) * PIXELS, (SIDE + 16) * PIXELS);
	struct grey turned;

	memset(grey.pixels, 220, grey_area(&grey));
	for (unsigned y = 0; y < SIDE * PIXELS; y++) {
		for (unsigned x = 0; x < SIDE * PIXELS; x++) {
			if (dark[y / PIXELS][x / PIXELS]) {
				grey_row(&grey, y + 8 * PIXELS)[x + 8 * PIXELS] = 40;
			}
		}
	}
	turned = retouch_turn(&grey, angle);
	grey_done(&grey);
	return turned;
}

static unsigned find(const struct grey *grey, struct corners corners[CORNERS_MAX])
{
	struct finders finders = {0};
	struct grey black = retouch_threshold(grey, 61);

	finders_search(&finders, &black);
	grey_done(&black);
	return finders_match(&finders, corners);
}

static void the_modules_of_a_turned_code_are_what_they_were(void **state)
{
	bool dark[SIDE][SIDE] = {0};

	(void)state;
	make_code(dark);
	for (double angle = 0; angle < 6.2; angle += 0.45) {
		struct grey grey = draw_code(dark, angle);
		struct corners corners[CORNERS_MAX];
		struct modules modules;
		unsigned count = find(&grey, corners);
		assert_true(count >= 1);
		assert_true(modules_find(&grey, corners, count, &modules));
		assert_int_equal(modules.dimension, SIDE);
		assert_true(modules.likeness > 0.8);
		for (unsigned bent = 0; bent < 2; bent++) {
			unsigned wrong = 0;
			modules_sample(&grey, bent == 1, &modules);
			for (unsigned i = 0; i < SIDE * SIDE; i++) {
				wrong += (modules.values[i] < 0) != dark[i / SIDE][i % SIDE];
			}
			/* Where folds are looked for, some are found. */
			assert_true(wrong <= 5 * bent);
		}
		modules_done(&modules);
		grey_done(&grey);
	}
}

static void a_drawn_code_has_its_modules_and_a_quiet_zone(void **state)
{
	bool dark[SIDE][SIDE] = {0};
	struct corners corners[CORNERS_MAX];
	struct modules modules;
	struct grey grey, drawn;
	unsigned count;

	(void)state;
	make_code(dark);
	grey = draw_code(dark, 0);
	count = find(&grey, corners);
	assert_true(count >= 1);
	assert_true(modules_find(&grey, corners, count, &modules));
	modules_sample(&grey, false, &modules);
	drawn = modules_draw(&modules);
	assert_int_equal(drawn.width, (SIDE + 8) * 4);
	assert_int_equal(drawn.pixels[0], 255);
	for (unsigned i = 0; i < SIDE * SIDE; i++) {
		uint8_t value = grey_row(&drawn, (i / SIDE + 4) * 4 + 2)[(i % SIDE + 4) * 4 + 2];
		assert_int_equal(value == 0, dark[i / SIDE][i % SIDE]);
	}
	grey_done(&drawn);
	modules_done(&modules);
	grey_done(&grey);
}

static void no_code_is_found_in_noise(void **state)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(9);

	(void)state;
	for (unsigned turn = 0; turn < 20; turn++) {
		struct grey grey = grey_blank(200, 200), calm;
		struct corners corners[CORNERS_MAX];
		struct modules modules;
		unsigned count;
		for (unsigned i = 0; i < grey_area(&grey); i++) {
			grey.pixels[i] = (uint8_t)g_rand_int_range(random, 0, 256);
		}
		calm = retouch_mean(&grey, 5, 5);
		count = find(&calm, corners);
		/* Something may look a little like squares; but no code comes of it. */
		if (modules_find(&calm, corners, count, &modules)) {
			modules_sample(&calm, false, &modules);
			assert_false(qr_mend(modules.layout, modules.values));
			modules_done(&modules);
		}
		grey_done(&calm);
		grey_done(&grey);
	}
}

/* A mean over three by three leaves no sign of a module alone. */
static void what_neighbours_have_spilled_is_taken_off(void **state)
{
	bool dark[SIDE][SIDE] = {0};
	float values[SIDE * SIDE];
	int8_t known[SIDE * SIDE] = {0};
	unsigned wrong_before = 0, wrong = 0;

	(void)state;
	make_code(dark);
	for (int i = 0; i < SIDE * SIDE; i++) {
		float sum = 0;
		for (int j = 0; j < 9; j++) {
			int x = CLAMP(i % SIDE + j % 3 - 1, 0, SIDE - 1);
			int y = CLAMP(i / SIDE + j / 3 - 1, 0, SIDE - 1);
			sum += (dark[y][x] ? 40.0F : 220.0F) * (j == 4 ? 4 : 1);
		}
		values[i] = sum / 12 + (float)(i % SIDE) * 2;
		known[i] = i / SIDE < 8 ? (dark[i / SIDE][i % SIDE] ? -1 : 1) : 0;
		wrong_before += (values[i] < 160) != dark[i / SIDE][i % SIDE];
	}
	equalize(values, known, SIDE);
	for (unsigned i = 0; i < SIDE * SIDE; i++) {
		wrong += (values[i] < 0) != dark[i / SIDE][i % SIDE];
	}
	assert_true(wrong_before > 50);
	assert_true(wrong < wrong_before / 4);
}

/* One square is under dirt: where the paper is flat it must be there. */
static void two_squares_are_enough(void **state)
{
	bool dark[SIDE][SIDE] = {0};

	(void)state;
	make_code(dark);
	for (unsigned corner = 0; corner < 3; corner++) {
		unsigned left = corner == 1 ? SIDE - 7 : 0, top = corner == 2 ? SIDE - 7 : 0;
		struct corners corners[CORNERS_MAX];
		struct modules modules;
		struct grey grey;
		unsigned wrong = 0, count;
		bool bright[SIDE][SIDE];
		memcpy(bright, dark, sizeof bright);
		for (unsigned i = 0; i < 49; i++) {
			bright[top + i / 7][left + i % 7] = false;
		}
		grey = draw_code(bright, 0.3);
		count = find(&grey, corners);
		assert_true(modules_find(&grey, corners, count, &modules));
		assert_int_equal(modules.dimension, SIDE);
		modules_sample(&grey, false, &modules);
		for (unsigned i = 0; i < SIDE * SIDE; i++) {
			wrong += (modules.values[i] < 0) != bright[i / SIDE][i % SIDE];
		}
		assert_true(wrong < SIDE * SIDE / 50);
		modules_done(&modules);
		grey_done(&grey);
	}
}

/* Moved by nearly two modules while the picture was taken: nothing is left of the squares but where they end. */
static void where_squares_are_smeared_the_outline_is_enough(void **state)
{
	bool dark[SIDE][SIDE] = {0};

	(void)state;
	make_code(dark);
	for (unsigned is_upright = 0; is_upright < 2; is_upright++) {
		struct grey grey = draw_code(dark, 0.2);
		struct grey moved = retouch_mean(&grey, is_upright ? 1 : 9, is_upright ? 9 : 1);
		struct modules modules;
		unsigned wrong = 0;
		assert_true(modules_find(&moved, NULL, 0, &modules));
		assert_int_equal(modules.dimension, SIDE);
		modules_sample(&moved, false, &modules);
		for (unsigned i = 0; i < SIDE * SIDE; i++) {
			wrong += (modules.values[i] < 0) != dark[i / SIDE][i % SIDE];
		}
		assert_true(wrong < SIDE * SIDE / 50);
		modules_done(&modules);
		grey_done(&moved);
		grey_done(&grey);
	}
}

/* Blurred by 0.7 of a module: no sharpening brings the single ones back, but that there is nothing between light
 * and dark does. */
static void what_is_nearly_gone_is_made_out(void **state)
{
	bool dark[SIDE][SIDE] = {0};
	float values[SIDE * SIDE];
	int8_t known[SIDE * SIDE] = {0};
	unsigned wrong = 0;

	(void)state;
	make_code(dark);
	for (int i = 0; i < SIDE * SIDE; i++) {
		float sum = 0;
		for (int j = 0; j < 9; j++) {
			int x = i % SIDE + j % 3 - 1, y = i / SIDE + j / 3 - 1;
			bool is_dark = x >= 0 && y >= 0 && x < SIDE && y < SIDE && dark[y][x];
			sum += (is_dark ? 40.0F : 220.0F) * (j % 3 == 1 ? 3 : 1) *
			       (j / 3 == 1 ? 3 : 1);
		}
		values[i] = sum / 25 + (float)(i % SIDE) * 2;
		known[i] = i / SIDE < 8 ? (dark[i / SIDE][i % SIDE] ? -1 : 1) : 0;
	}
	equalize(values, known, SIDE);
	for (unsigned i = 0; i < SIDE * SIDE; i++) {
		wrong += (values[i] < 0) != dark[i / SIDE][i % SIDE];
	}
	assert_true(wrong <= 2);
}

/* A lamp's reflection takes a corner away: what is made out there may be anything, and says so. Milky tape over the
 * same corner leaves as little between light and dark, but what it leaves can be seen. */
static void what_is_washed_out_is_not_sure(void **state)
{
	bool dark[SIDE][SIDE] = {0};

	(void)state;
	make_code(dark);
	for (unsigned tape = 0; tape < 2; tape++) {
		float values[SIDE * SIDE];
		int8_t known[SIDE * SIDE] = {0};
		float least_beside = INFINITY, most = 0;
		for (int i = 0; i < SIDE * SIDE; i++) {
			bool is_taken = i % SIDE > SIDE / 2 && i / SIDE > SIDE / 2;
			float light = dark[i / SIDE][i % SIDE] ? 60.0F : 210.0F;
			values[i] = !is_taken ? light
				    : tape    ? 150 + light / 20
					      : fminf(255, light + 190);
			known[i] = i / SIDE < 8 ? (dark[i / SIDE][i % SIDE] ? -1 : 1) : 0;
		}
		equalize(values, known, SIDE);
		for (int i = 0; i < SIDE * SIDE; i++) {
			bool is_inside = i % SIDE > SIDE / 2 + 4 && i / SIDE > SIDE / 2 + 4;
			bool is_beside = i % SIDE < SIDE / 2 - 2;
			most = is_inside ? fmaxf(most, fabsf(values[i])) : most;
			least_beside =
				is_beside ? fminf(least_beside, fabsf(values[i])) : least_beside;
		}
		assert_true(least_beside > 0.4F);
		assert_true(tape ? most > 0.4F : most < 0.01F);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_modules_of_a_turned_code_are_what_they_were),
		cmocka_unit_test(a_drawn_code_has_its_modules_and_a_quiet_zone),
		cmocka_unit_test(no_code_is_found_in_noise),
		cmocka_unit_test(what_neighbours_have_spilled_is_taken_off),
		cmocka_unit_test(two_squares_are_enough),
		cmocka_unit_test(where_squares_are_smeared_the_outline_is_enough),
		cmocka_unit_test(what_is_nearly_gone_is_made_out),
		cmocka_unit_test(what_is_washed_out_is_not_sure),
	};

	return cmocka_run_group_tests_name("modules", tests, NULL, NULL);
}
