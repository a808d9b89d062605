#include "unit.h"

#include <string.h>

#include <glib.h>

#include "preview.h"

static struct grey half_and_half(unsigned width, unsigned height)
{
	struct grey grey = grey_blank(width, height);

	for (unsigned y = 0; y < height; y++) {
		memset(grey_row(&grey, y), 0, width / 2);
		memset(grey_row(&grey, y) + width / 2, 255, width - width / 2);
	}
	return grey;
}

static void black_and_white_are_the_ends_of_the_greys(void **state)
{
	struct grey grey = half_and_half(640, 480);
	g_autoptr(GString) picture = preview_draw(&grey, 4, 2, true);

	(void)state;
	assert_string_equal(picture->str,
		"\033[38;5;232;48;5;232m▀▀\033[38;5;255;48;5;255m▀▀\033[0m\r\n"
		"\033[38;5;232;48;5;232m▀▀\033[38;5;255;48;5;255m▀▀\033[0m");
	grey_done(&grey);
}

static void without_colour_there_are_letters(void **state)
{
	struct grey grey = half_and_half(640, 480);
	g_autoptr(GString) picture = preview_draw(&grey, 6, 2, false);

	(void)state;
	assert_string_equal(picture->str, "   @@@\r\n   @@@");
	grey_done(&grey);
}

/* More cells than pixels: every cell still has a pixel to show. */
static void a_tiny_picture_is_drawn_too(void **state)
{
	struct grey grey = half_and_half(2, 1);
	g_autoptr(GString) picture = preview_draw(&grey, 8, 3, false);

	(void)state;
	assert_string_equal(picture->str, "    @@@@\r\n    @@@@\r\n    @@@@");
	grey_done(&grey);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(black_and_white_are_the_ends_of_the_greys),
		cmocka_unit_test(without_colour_there_are_letters),
		cmocka_unit_test(a_tiny_picture_is_drawn_too),
	};

	return cmocka_run_group_tests_name("preview", tests, NULL, NULL);
}
