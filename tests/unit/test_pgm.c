#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "decode/pgm.h"

static enum hoso_error read_text(const char *head, size_t pixels, struct grey *ret_grey)
{
	uint8_t bytes[256];
	size_t length = strlen(head);

	memcpy(bytes, head, length);
	for (size_t i = 0; i < pixels; i++) {
		bytes[length + i] = (uint8_t)(i * 10);
	}
	return pgm_read(bytes, length + pixels, ret_grey);
}

static void a_picture_is_read_row_by_row(void **state)
{
	struct grey grey = {0};

	(void)state;
	assert_int_equal(read_text("P5\n# a comment\n3 2\n255\n", 6, &grey), HOSO_OK);
	assert_int_equal(grey.width, 3);
	assert_int_equal(grey.height, 2);
	assert_int_equal(grey_row(&grey, 1)[2], 50);
	grey_done(&grey);
}

static void a_small_maximum_is_stretched_and_never_exceeded(void **state)
{
	struct grey grey = {0};

	(void)state;
	assert_int_equal(read_text("P5 3 1 10\n", 3, &grey), HOSO_OK);
	assert_int_equal(grey.pixels[0], 0);
	assert_int_equal(grey.pixels[1], 255);
	assert_int_equal(grey.pixels[2], 255);
	grey_done(&grey);
}

static void the_first_pixel_may_look_like_space(void **state)
{
	struct grey grey = {0};

	(void)state;
	assert_int_equal(pgm_read("P5 2 1 255\n\n ", 13, &grey), HOSO_OK);
	assert_int_equal(grey.pixels[0], '\n');
	assert_int_equal(grey.pixels[1], ' ');
	grey_done(&grey);
}

static void a_head_that_lies_is_refused(void **state)
{
	static const struct {
		const char *head;
		size_t pixels;
	} cases[] = {
		{"", 0},
		{"P", 0},
		{"P2\n2 2\n255\n", 4},
		{"P5\n2 2\n255\n", 3},
		{"P5\n2 2\n255", 0},
		{"P5\n2 2\n", 0},
		{"P5\n2 -2\n255\n", 4},
		{"P5\n0 2\n255\n", 4},
		{"P5\n2 0\n255\n", 4},
		{"P5\n2 2\n0\n", 4},
		{"P5\n2 2\n65535\n", 8},
		{"P5\n2 2\n255x", 4},
		{"P5\n9000 1\n255\n", 100},
		{"P5\n8192 8192\n255\n", 100},
		{"P5\n4294967297 4294967297\n255\n", 100},
		{"P5\n18446744073709551617 1\n255\n", 100},
		{"P5\n99999999999999999999999999999999 1\n255\n", 4},
		{"P5 # a comment without an end", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct grey grey = {0};
		if (read_text(cases[i].head, cases[i].pixels, &grey) != HOSO_BAD_PICTURE) {
			fail_msg("taken: %s", cases[i].head);
		}
		assert_null(grey.pixels);
	}
}

static void every_truncation_is_refused(void **state)
{
	static const char whole[] = "P5\n4 4\n255\n0123456789abcdef";
	struct grey grey = {0};

	(void)state;
	for (size_t length = 0; length < sizeof whole - 1; length++) {
		assert_int_equal(pgm_read(whole, length, &grey), HOSO_BAD_PICTURE);
	}
	assert_int_equal(pgm_read(whole, sizeof whole - 1, &grey), HOSO_OK);
	grey_done(&grey);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_picture_is_read_row_by_row),
		cmocka_unit_test(a_small_maximum_is_stretched_and_never_exceeded),
		cmocka_unit_test(the_first_pixel_may_look_like_space),
		cmocka_unit_test(a_head_that_lies_is_refused),
		cmocka_unit_test(every_truncation_is_refused),
	};

	return cmocka_run_group_tests_name("pgm", tests, NULL, NULL);
}
