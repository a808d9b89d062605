#include "unit.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "base/clock.h"
#include "decode/barcode.h"

#define S10 "RR123456785VN"
#define CANVAS 480

/* Widths of bars and spaces of the values 0 to 105, and the stop (ISO/IEC 15417, table 1). */
static const char *const code_128[] = {"212222", "222122", "222221", "121223", "121322", "131222",
	"122213", "122312", "132212", "221213", "221312", "231212", "112232", "122132", "122231",
	"113222", "123122", "123221", "223211", "221132", "221231", "213212", "223112", "312131",
	"311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321", "232121",
	"111323", "131123", "131321", "112313", "132113", "132311", "211313", "231113", "231311",
	"112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331", "231131",
	"213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
	"314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221",
	"112214", "112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111",
	"241112", "134111", "111242", "121142", "121241", "114212", "124112", "124211", "411212",
	"421112", "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113",
	"114311", "411113", "411311", "113141", "114131", "311141", "411131", "211412", "211214",
	"211232", "2331112"};

/* The same code as version 1 at level L (ISO/IEC 18004), as zint draws it. */
static const char *const qr_s10[] = {"#######.###...#######", "#.....#.#.###.#.....#",
	"#.###.#.##....#.###.#", "#.###.#.##.#..#.###.#", "#.###.#.##....#.###.#",
	"#.....#..###..#.....#", "#######.#.#.#.#######", "........#...#........",
	".##.#.##.#....#.#####", ".#.##..###.###.###.##", ".#..#.######..#.#.#..",
	"#.......##.###..#....", "#.#...#.###.#.#.####.", "........#...####..##.",
	"#######.##...#.##..#.", "#.....#....####..#.##", "#.###.#.###...#....##",
	"#.###.#...##.#..##.#.", "#.###.#.####..#.#...#", "#.....#.######..#.###",
	"#######..###..###.#.#"};

#define QR_PIXELS 5 /* per module */

#define START_B 104
#define STOP 106
#define MODULES_MAX 512

/* struct label - the modules of one Code 128, and how it lies on the canvas. */
struct label {
	char modules[MODULES_MAX]; /* 1 is black */
	unsigned module_count;
	double module_pixels;
	double height_pixels;
	double x, y; /* its middle, from the canvas's middle */
	double angle;
	int black, white, noise;
};

static void add_symbol(struct label *label, unsigned value)
{
	for (unsigned i = 0; code_128[value][i]; i++) {
		for (char width = '0'; width < code_128[value][i]; width++) {
			label->modules[label->module_count++] = i % 2 == 0;
		}
	}
}

static struct label make_label(const char *text)
{
	struct label label = {.module_pixels = 2.5, .height_pixels = 80, .black = 20, .white = 235};
	unsigned sum = START_B;

	add_symbol(&label, START_B);
	for (unsigned i = 0; text[i]; i++) {
		unsigned value = (unsigned)text[i] - 32;
		add_symbol(&label, value);
		sum += (i + 1) * value;
	}
	add_symbol(&label, sum % 103);
	add_symbol(&label, STOP);
	return label;
}

static int is_black(const struct label *label, double x, double y)
{
	double c = cos(label->angle), s = sin(label->angle);
	double u = ((x - label->x) * c + (y - label->y) * s) / label->module_pixels +
		   label->module_count / 2.0;
	double v = (y - label->y) * c - (x - label->x) * s;

	return u >= 0 && u < label->module_count && fabs(v) < label->height_pixels / 2 &&
	       label->modules[(unsigned)u];
}

/* Each pixel is the mean of nine points, as a camera's would be; noise is the same in every run.
 */
static struct grey draw(const struct label *label)
{
	struct grey grey = grey_blank(CANVAS, CANVAS);
	g_autoptr(GRand) random = g_rand_new_with_seed(20261123);

	for (unsigned i = 0; i < CANVAS * CANVAS; i++) {
		double x = i % CANVAS - CANVAS / 2.0, y = i / CANVAS - CANVAS / 2.0;
		int black = 0, value;
		for (unsigned part = 0; part < 9; part++) {
			black += is_black(label, x + part % 3 / 3.0, y + part / 3 / 3.0);
		}
		value = label->white + (label->black - label->white) * black / 9;
		if (label->noise) {
			value += g_rand_int_range(random, -label->noise, label->noise + 1);
		}
		grey.pixels[i] = (uint8_t)CLAMP(value, 0, 255);
	}
	return grey;
}

/* Below the label, in the middle. */
static void draw_qr(struct grey *grey, const struct label *label)
{
	unsigned modules = G_N_ELEMENTS(qr_s10);
	unsigned left = (CANVAS - modules * QR_PIXELS) / 2;
	unsigned top = CANVAS / 2 + (unsigned)label->height_pixels;

	for (unsigned y = 0; y < modules * QR_PIXELS; y++) {
		for (unsigned x = 0; x < modules * QR_PIXELS; x++) {
			bool is_set = qr_s10[y / QR_PIXELS][x / QR_PIXELS] == '#';
			grey_row(grey, top + y)[left + x] =
				(uint8_t)(is_set ? label->black : label->white);
		}
	}
}

static bool is_s10(const struct barcode *barcode, void *context)
{
	(void)context;
	return strcmp(barcode->text, S10) == 0;
}

static const struct barcode_wish wish = {.fits = is_s10, .budget_ms = 20000};

static struct barcode_list *list;
static struct barcode_reader *reader;

static int set_up(void **state)
{
	(void)state;
	list = g_new0(struct barcode_list, 1);
	reader = barcode_reader_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	g_free(list);
	barcode_reader_free(reader);
	return 0;
}

static void assert_read(const struct label *label)
{
	struct grey grey = draw(label);
	enum hoso_error error = barcode_read(reader, &grey, &wish, list);

	grey_done(&grey);
	if (error || list->count != 1 || strcmp(list->codes[0].text, S10) != 0) {
		fail_msg("angle=%.0f noise=%d contrast=%d: %s, %u codes", label->angle * 180 / G_PI,
			label->noise, label->white - label->black, error_wire(error), list->count);
	}
	assert_int_equal(list->codes[0].symbology, SYMBOLOGY_CODE_128);
	assert_int_equal(list->codes[0].length, strlen(S10));
	assert_true(list->codes[0].quality >= 2);
}

static void a_label_is_read_at_any_angle(void **state)
{
	struct label label = make_label(S10);

	(void)state;
	for (int degrees = 0; degrees < 360; degrees += 17) {
		label.angle = degrees * G_PI / 180;
		assert_read(&label);
	}
}

static void noise_and_faint_print_are_read(void **state)
{
	struct label label = make_label(S10);

	(void)state;
	label.noise = 60;
	assert_read(&label);
	label.angle = 0.5;
	assert_read(&label);
	label.noise = 0;
	label.black = 170;
	label.white = 200;
	assert_read(&label);
}

static void light_on_dark_is_read(void **state)
{
	struct label label = make_label(S10);

	(void)state;
	label.black = 230;
	label.white = 10;
	assert_read(&label);
}

static void the_place_is_where_the_label_is(void **state)
{
	struct label label = make_label(S10);
	double side = label.module_count * 1.8 * sqrt(0.5);

	(void)state;
	label.module_pixels = 1.8;
	label.height_pixels = 40;
	label.angle = G_PI / 4;
	label.x = 60;
	label.y = -70;
	assert_read(&label);
	assert_in_range(
		list->codes[0].x + list->codes[0].width / 2, CANVAS / 2 + 45, CANVAS / 2 + 75);
	assert_in_range(
		list->codes[0].y + list->codes[0].height / 2, CANVAS / 2 - 85, CANVAS / 2 - 55);
	assert_in_range(list->codes[0].width, side - 10, side + 60);
	assert_in_range(list->codes[0].height, side - 10, side + 60);
}

static void what_has_no_code_gives_none(void **state)
{
	struct grey grey = grey_blank(CANVAS, CANVAS);
	g_autoptr(GRand) random = g_rand_new_with_seed(7);

	(void)state;
	list->count = 77;
	memset(grey.pixels, 255, grey_area(&grey));
	assert_int_equal(barcode_read(reader, &grey, &wish, list), HOSO_NO_CODE);
	memset(grey.pixels, 0, grey_area(&grey));
	assert_int_equal(barcode_read(reader, &grey, &wish, list), HOSO_NO_CODE);
	for (size_t i = 0; i < grey_area(&grey); i++) {
		grey.pixels[i] = (uint8_t)g_rand_int(random);
	}
	assert_int_equal(barcode_read(reader, &grey, &wish, list), HOSO_NO_CODE);
	assert_int_equal(list->count, 77);
	grey_done(&grey);
}

static void sizes_that_are_none_or_too_much_are_refused(void **state)
{
	uint8_t pixel = 0;
	const struct grey bad[] = {
		{0, 0, NULL},
		{0, 5, &pixel},
		{5, 0, &pixel},
		{5, 5, NULL},
		{PICTURE_SIDE_MAX + 1, 1, &pixel},
		{PICTURE_SIDE_MAX, PICTURE_SIDE_MAX, &pixel},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(barcode_read(reader, &bad[i], &wish, list), HOSO_BAD_PICTURE);
		assert_int_equal(barcode_read_frame(reader, &bad[i], list), HOSO_BAD_PICTURE);
	}
}

static void thin_and_tiny_pictures_do_no_harm(void **state)
{
	static const unsigned sizes[][2] = {
		{1, 1}, {1, 700}, {700, 1}, {2, 2}, {17, 19}, {8192, 3}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct grey grey = grey_blank(sizes[i][0], sizes[i][1]);
		memset(grey.pixels, 255, grey_area(&grey));
		grey.pixels[0] = 0;
		assert_int_equal(barcode_read(reader, &grey, &wish, list), HOSO_NO_CODE);
		grey_done(&grey);
	}
}

static void without_time_a_slip_is_still_looked_at_for_both_its_codes(void **state)
{
	static const struct barcode_wish hurry = {.budget_ms = 0};
	struct label label = make_label(S10);
	struct grey grey = draw(&label);

	(void)state;
	draw_qr(&grey, &label);
	assert_int_equal(barcode_read(reader, &grey, &hurry, list), HOSO_OK);
	assert_int_equal(list->count, 2);
	assert_int_equal(list->codes[0].symbology, SYMBOLOGY_CODE_128);
	assert_string_equal(list->codes[0].text, S10);
	assert_int_equal(list->codes[1].symbology, SYMBOLOGY_QR);
	assert_string_equal(list->codes[1].text, S10);
	grey_done(&grey);
}

static void a_tilted_label_is_read_within_a_few_frames(void **state)
{
	struct label label = make_label(S10);
	struct grey grey;
	unsigned frames = 0;

	(void)state;
	label.angle = 0.6;
	grey = draw(&label);
	while (barcode_read_frame(reader, &grey, list) && frames < 20) {
		frames++;
	}
	assert_true(frames < 20);
	assert_string_equal(list->codes[0].text, S10);
	grey_done(&grey);
}

/* More scans than one ZBar is used for: the change to a new one must not be noticed. */
static void the_reader_can_be_kept_for_ever(void **state)
{
	struct grey grey = grey_blank(8, 8);
	struct label label = make_label(S10);

	(void)state;
	memset(grey.pixels, 255, grey_area(&grey));
	for (unsigned i = 0; i < 600; i++) {
		assert_int_equal(barcode_read_frame(reader, &grey, list), HOSO_NO_CODE);
	}
	grey_done(&grey);
	assert_read(&label);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_label_is_read_at_any_angle),
		cmocka_unit_test(noise_and_faint_print_are_read),
		cmocka_unit_test(light_on_dark_is_read),
		cmocka_unit_test(the_place_is_where_the_label_is),
		cmocka_unit_test(what_has_no_code_gives_none),
		cmocka_unit_test(sizes_that_are_none_or_too_much_are_refused),
		cmocka_unit_test(thin_and_tiny_pictures_do_no_harm),
		cmocka_unit_test(without_time_a_slip_is_still_looked_at_for_both_its_codes),
		cmocka_unit_test(a_tilted_label_is_read_within_a_few_frames),
		cmocka_unit_test(the_reader_can_be_kept_for_ever),
	};

	return cmocka_run_group_tests_name("barcode", tests, set_up, tear_down);
}
