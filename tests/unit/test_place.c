#include "unit.h"

#include <math.h>

#include <glib.h>

#include "decode/place.h"

static struct place lie(double x, double y, double across, double along, double angle)
{
	return (struct place){
		.x = x,
		.y = y,
		.across_x = across / 2 * cos(angle),
		.across_y = across / 2 * sin(angle),
		.along_x = -along / 2 * sin(angle),
		.along_y = along / 2 * cos(angle),
		.is_measured = true,
	};
}

static void askew_neighbours_are_apart_though_their_boxes_overlap(void **state)
{
	struct place one = lie(100, 100, 200, 40, G_PI / 4);
	struct place under =
		lie(100 - 42 * sin(G_PI / 4), 100 + 42 * cos(G_PI / 4), 200, 40, G_PI / 4);
	struct place beside =
		lie(100 + 180 * cos(G_PI / 4), 100 + 180 * sin(G_PI / 4), 200, 40, G_PI / 4);

	(void)state;
	assert_false(place_is_same(&one, &under));
	assert_true(place_is_next(&one, &under));
	assert_false(place_is_same(&one, &beside));
	assert_false(place_is_next(&one, &beside));
	assert_true(place_is_same(&one, &one));
}

static void a_line_within_the_bars_is_of_them_at_any_angle(void **state)
{
	(void)state;
	for (int degrees = -90; degrees <= 90; degrees += 15) {
		struct place bars = lie(0, 0, 200, 60, degrees * G_PI / 180);
		struct place line = lie(5, 5, 190, 2, degrees * G_PI / 180 + 0.05);
		assert_true(place_is_same(&bars, &line));
		assert_true(place_is_same(&line, &bars));
	}
}

static void widened_it_holds_both(void **state)
{
	struct place place = lie(0, 0, 200, 10, 0.3);
	struct place lower = lie(-30 * sin(0.3), 30 * cos(0.3), 200, 10, 0.3);
	struct place none = {0};

	(void)state;
	assert_false(place_holds(&place, lower.x, lower.y, 0));
	place_widen(&place, &lower);
	assert_true(place_holds(&place, lower.x, lower.y, 0));
	assert_true(place_holds(&place, 0, 0, 0));
	assert_float_equal(hypot(place.across_x, place.across_y), 100, 0.5);
	assert_float_equal(hypot(place.along_x, place.along_y), 20, 0.5);
	place_widen(&none, &lower);
	assert_true(place_holds(&none, lower.x, lower.y, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(askew_neighbours_are_apart_though_their_boxes_overlap),
		cmocka_unit_test(a_line_within_the_bars_is_of_them_at_any_angle),
		cmocka_unit_test(widened_it_holds_both),
	};

	return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
