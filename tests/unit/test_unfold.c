#include "unit.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "decode/bars.h"
#include "decode/unfold.h"

#define WIDTH 400
#define HEIGHT 120
#define TOP 30
#define BOTTOM 90
#define EDGES 60

/* Bars and spaces of 3 to 9 pixels from x = 60 on; where edge @which is. */
static double edge_at(unsigned which)
{
	double at = 60;

	for (unsigned i = 0; i < which; i++) {
		at += 3 * (1 + (i * 7 + i / 3) % 3) * 0.8;
	}
	return at;
}

/* Two folds that run across the bars askew: what lies at @x is moved so far in line @y, up to 1.7 times the strength;
 * nothing on the average. */
static double moved(double x, double y, double strength)
{
	double phase = (y - TOP) * 2 * G_PI / (BOTTOM - TOP);

	return strength * (sin(x / 37 + 2 * phase) + 0.7 * sin(x / 23 - phase));
}

static struct grey draw(double strength)
{
	struct grey grey = grey_blank(WIDTH, HEIGHT);

	memset(grey.pixels, 220, grey_area(&grey));
	for (unsigned y = TOP; y < BOTTOM; y++) {
		for (unsigned i = 0; i + 1 < EDGES; i += 2) {
			double from = edge_at(i), to = edge_at(i + 1);
			from += moved(from, y, strength);
			to += moved(to, y, strength);
			for (unsigned x = (unsigned)from; x <= (unsigned)to; x++) {
				double dark = fmin(to, x + 1.0) - fmax(from, x);
				grey_row(&grey, y)[x] = (uint8_t)lround(220 - 190 * fmax(dark, 0));
			}
		}
	}
	return grey;
}

static const struct stripes whole = {.x = 195, .y = 60, .across = 300, .along = 40};

static void assert_unfolded(const struct unfolded *unfolded, double most)
{
	assert_int_equal(unfolded->count, EDGES);
	assert_true(unfolded->begins_dark);
	assert_true(
		unfolded->from < unfolded->at[0][0] && unfolded->at[0][EDGES - 1] < unfolded->to);
	for (unsigned row = 0; row < UNFOLD_ROWS; row++) {
		for (unsigned i = 0; i < EDGES; i++) {
			/* Pixels are counted by their middles. */
			assert_true(
				fabs(unfolded->at[row][i] + whole.x - (edge_at(i) - 0.5)) < most);
		}
	}
}

static void edges_are_found_where_they_were_printed(void **state)
{
	struct unfolded unfolded;

	(void)state;
	for (double strength = 0; strength <= 3; strength += 1) {
		struct grey grey = draw(strength);
		assert_true(unfold(&grey, &whole, &unfolded));
		assert_unfolded(&unfolded, 0.15 + 0.12 * strength);
		grey_done(&grey);
	}
}

/* Noise has edges everywhere, which can be followed anywhere: it is no code then. */
static void what_has_no_bars_is_not_read(void **state)
{
	struct grey grey = grey_blank(WIDTH, HEIGHT);
	struct bars *bars = bars_new();
	struct unfolded unfolded = {0};

	(void)state;
	memset(grey.pixels, 200, grey_area(&grey));
	assert_false(unfold(&grey, &whole, &unfolded));
	for (unsigned seed = 1; seed <= 5; seed++) {
		g_autoptr(GRand) random = g_rand_new_with_seed(seed);
		for (unsigned i = 0; i < WIDTH * HEIGHT; i++) {
			grey.pixels[i] = (uint8_t)g_rand_int_range(random, 0, 256);
		}
		bool is_unfolded = unfold(&grey, &whole, &unfolded);
		for (unsigned count = 20; is_unfolded && count <= unfolded.count; count += 7) {
			struct bars_read reads[BARS_READS_MAX];
			unsigned read_count = bars_read_edges(bars, unfolded.at[0], count, reads);
			for (unsigned i = 0; i < read_count; i++) {
				assert_true(reads[i].cost > 0.06F);
			}
		}
	}
	bars_free(bars);
	grey_done(&grey);
}

static void what_is_too_low_is_left(void **state)
{
	struct stripes low = whole;
	struct grey grey = draw(0);
	struct unfolded unfolded;

	(void)state;
	low.along = 4;
	assert_false(unfold(&grey, &low, &unfolded));
	grey_done(&grey);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edges_are_found_where_they_were_printed),
		cmocka_unit_test(what_has_no_bars_is_not_read),
		cmocka_unit_test(what_is_too_low_is_left),
	};

	return cmocka_run_group_tests_name("unfold", tests, NULL, NULL);
}
