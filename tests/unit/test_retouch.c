#include "unit.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "decode/retouch.h"

static struct grey noise(unsigned width, unsigned height)
{
	struct grey grey = grey_blank(width, height);
	g_autoptr(GRand) random = g_rand_new_with_seed(3);

	for (size_t i = 0; i < grey_area(&grey); i++) {
		grey.pixels[i] = (uint8_t)g_rand_int(random);
	}
	return grey;
}

/* The definition, one window at a time. */
static int plain_mean(const struct grey *grey, int x, int y, int half_width, int half_height)
{
	unsigned sum = 0, count = 0;

	for (int v = MAX(y - half_height, 0); v <= MIN(y + half_height, (int)grey->height - 1);
		v++) {
		for (int u = MAX(x - half_width, 0); u <= MIN(x + half_width, (int)grey->width - 1);
			u++) {
			sum += grey_row(grey, (unsigned)v)[u];
			count++;
		}
	}
	return (int)lround((double)sum / count);
}

static void the_fast_mean_is_the_mean(void **state)
{
	static const unsigned windows[][2] = {{1, 1}, {3, 3}, {1, 15}, {61, 61}, {7, 1}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(windows); i++) {
		struct grey grey = noise(40, 23);
		struct grey mean = retouch_mean(&grey, windows[i][0], windows[i][1]);
		for (unsigned y = 0; y < grey.height; y++) {
			for (unsigned x = 0; x < grey.width; x++) {
				int expected = plain_mean(&grey, (int)x, (int)y,
					(int)windows[i][0] / 2, (int)windows[i][1] / 2);
				assert_in_range(grey_row(&mean, y)[x] + 1, expected, expected + 2);
			}
		}
		grey_done(&grey);
		grey_done(&mean);
	}
}

static void four_quarter_turns_bring_back_the_picture(void **state)
{
	struct grey grey = noise(5, 3);
	struct grey once = retouch_quarter_turns(&grey, 1);
	struct grey back = retouch_quarter_turns(&once, 3);

	(void)state;
	assert_int_equal(once.width, 3);
	assert_int_equal(once.height, 5);
	assert_int_equal(grey_row(&once, 0)[2], grey_row(&grey, 0)[0]);
	assert_memory_equal(back.pixels, grey.pixels, grey_area(&grey));
	grey_done(&grey);
	grey_done(&once);
	grey_done(&back);
}

static void shrinking_keeps_the_brightness(void **state)
{
	struct grey grey = noise(100, 50);
	struct grey small = retouch_shrink(&grey, 33);
	unsigned before = 0, after = 0;

	(void)state;
	assert_int_equal(small.width, 33);
	assert_int_equal(small.height, 16);
	for (size_t i = 0; i < grey_area(&grey); i++) {
		before += grey.pixels[i];
	}
	for (size_t i = 0; i < grey_area(&small); i++) {
		after += small.pixels[i];
	}
	assert_true(fabs(before / 5000.0 - after / (33.0 * 16)) < 2);
	grey_done(&grey);
	grey_done(&small);
}

static void doubling_keeps_a_plain_area_plain(void **state)
{
	struct grey grey = grey_blank(9, 4);
	struct grey large;

	(void)state;
	memset(grey.pixels, 77, grey_area(&grey));
	large = retouch_double(&grey);
	assert_int_equal(large.width, 18);
	assert_int_equal(large.height, 8);
	for (size_t i = 0; i < grey_area(&large); i++) {
		assert_int_equal(large.pixels[i], 77);
	}
	grey_done(&grey);
	grey_done(&large);
}

/* The definition along one line, a pixel at a time; beyond the edge the last one is repeated. */
static int plain_quarter(const int *line, int count, int at, int towards)
{
	int behind = line[CLAMP(at - towards, 0, count - 1)];
	int near = line[CLAMP(at + towards, 0, count - 1)];
	int far = line[CLAMP(at + 2 * towards, 0, count - 1)];

	return CLAMP((-9 * behind + 111 * line[at] + 29 * near - 3 * far + 64) / 128, 0, 255);
}

static int plain_doubled(const struct grey *grey, int x, int y)
{
	int row[64], column[64];

	for (int v = 0; v < (int)grey->height; v++) {
		for (int u = 0; u < (int)grey->width; u++) {
			row[u] = grey_row(grey, (unsigned)v)[u];
		}
		column[v] = plain_quarter(row, (int)grey->width, x / 2, x % 2 ? 1 : -1);
	}
	return plain_quarter(column, (int)grey->height, y / 2, y % 2 ? 1 : -1);
}

static void the_fast_doubling_is_the_doubling(void **state)
{
	static const unsigned sizes[][2] = {{1, 1}, {2, 1}, {1, 3}, {3, 2}, {5, 4}, {47, 33}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct grey grey = noise(sizes[i][0], sizes[i][1]), large;
		/* As steep as can be: that is where it is cut off at black and white. */
		for (size_t at = 0; at < grey_area(&grey); at += 3) {
			grey.pixels[at] = at % 2 ? 255 : 0;
		}
		large = retouch_double(&grey);
		for (unsigned y = 0; y < large.height; y++) {
			for (unsigned x = 0; x < large.width; x++) {
				assert_int_equal(grey_row(&large, y)[x],
					plain_doubled(&grey, (int)x, (int)y));
			}
		}
		grey_done(&grey);
		grey_done(&large);
	}
}

/* Stripes whose brightness changes along @angle. */
static struct grey stripes(double angle)
{
	struct grey grey = grey_blank(200, 150);

	for (unsigned i = 0; i < grey_area(&grey); i++) {
		double along = i % 200 * cos(angle) + i / 200 * sin(angle);
		grey.pixels[i] = (uint8_t)(128 + 100 * sin(along * 0.4));
	}
	return grey;
}

static void the_direction_of_stripes_is_found(void **state)
{
	(void)state;
	for (int degrees = -85; degrees <= 90; degrees += 5) {
		double angles[RETOUCH_DIRECTIONS_MAX];
		struct grey grey = stripes(degrees * G_PI / 180);
		assert_true(retouch_directions(&grey, angles) >= 1);
		assert_true(fabs(remainder(angles[0] - degrees * G_PI / 180, G_PI)) < 0.02);
		grey_done(&grey);
	}
}

static void a_plain_picture_has_no_direction(void **state)
{
	double angles[RETOUCH_DIRECTIONS_MAX];
	struct grey grey = grey_blank(100, 100);

	(void)state;
	memset(grey.pixels, 200, grey_area(&grey));
	assert_int_equal(retouch_directions(&grey, angles), 0);
	grey.width = 5;
	assert_int_equal(retouch_directions(&grey, angles), 0);
	grey_done(&grey);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fast_mean_is_the_mean),
		cmocka_unit_test(four_quarter_turns_bring_back_the_picture),
		cmocka_unit_test(shrinking_keeps_the_brightness),
		cmocka_unit_test(doubling_keeps_a_plain_area_plain),
		cmocka_unit_test(the_fast_doubling_is_the_doubling),
		cmocka_unit_test(the_direction_of_stripes_is_found),
		cmocka_unit_test(a_plain_picture_has_no_direction),
	};

	return cmocka_run_group_tests_name("retouch", tests, NULL, NULL);
}
