#include "unit.h"

#include <string.h>

#include <glib.h>

#include "decode/finds.h"

static struct finds *finds;
static struct barcode_list *list;

static int set_up(void **state)
{
	(void)state;
	finds = g_new0(struct finds, 1);
	list = g_new0(struct barcode_list, 1);
	finds_begin_attempt(finds);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	g_free(finds);
	g_free(list);
	return 0;
}

static void see(enum symbology symbology, const char *text, unsigned quality)
{
	struct barcode barcode = {
		.symbology = symbology, .quality = quality, .width = 100, .height = 50};

	barcode.length = (uint32_t)strlen(text);
	memcpy(barcode.text, text, barcode.length);
	finds_add(finds, &barcode);
}

static unsigned believed(void)
{
	finds_believed(finds, list);
	return list->count;
}

static void one_line_is_not_believed_two_are(void **state)
{
	(void)state;
	see(SYMBOLOGY_CODE_128, "RR123456785VN", 1);
	see(SYMBOLOGY_CODE_39, "H06-12345", 1);
	assert_int_equal(believed(), 0);
	see(SYMBOLOGY_CODE_128, "RR123456785VN", 1);
	see(SYMBOLOGY_CODE_39, "H06-12345", 1);
	assert_int_equal(believed(), 2);
}

static void a_qr_code_is_believed_at_once(void **state)
{
	(void)state;
	see(SYMBOLOGY_QR, "x", 1);
	assert_int_equal(believed(), 1);
}

static void short_itf_and_code_39_are_never_believed(void **state)
{
	(void)state;
	see(SYMBOLOGY_CODE_39, "T", 100);
	see(SYMBOLOGY_ITF, "1234", 100);
	assert_int_equal(believed(), 0);
}

static void itf_needs_more_lines_without_a_check_digit(void **state)
{
	(void)state;
	see(SYMBOLOGY_ITF, "00012345678905", 8);
	assert_int_equal(believed(), 0);
	finds_begin_attempt(finds);
	see(SYMBOLOGY_ITF, "00012345678905", 1);
	assert_int_equal(believed(), 1);
	see(SYMBOLOGY_ITF, "21673616", 18);
	finds_begin_attempt(finds);
	see(SYMBOLOGY_ITF, "21673616", 1);
	assert_int_equal(believed(), 1);
	see(SYMBOLOGY_ITF, "21673616", 1);
	assert_int_equal(believed(), 2);
}

static void what_is_mostly_the_same_at_the_same_place_is_outvoted(void **state)
{
	(void)state;
	see(SYMBOLOGY_CODE_128, "H06-220424-1824", 3);
	see(SYMBOLOGY_CODE_128, "H06-220424-.2", 2);
	assert_int_equal(believed(), 1);
	assert_string_equal(list->codes[0].text, "H06-220424-1824");
	see(SYMBOLOGY_CODE_128, "RR123456785VN", 2);
	assert_int_equal(believed(), 2);
}

static void a_short_read_is_dropped_beside_the_whole(void **state)
{
	(void)state;
	see(SYMBOLOGY_ITF, "216736", 50);
	see(SYMBOLOGY_ITF, "2167361334", 8);
	finds_begin_attempt(finds);
	see(SYMBOLOGY_ITF, "216736", 1);
	assert_int_equal(believed(), 1);
	see(SYMBOLOGY_ITF, "2167361334", 12);
	assert_int_equal(believed(), 1);
	assert_string_equal(list->codes[0].text, "2167361334");
}

static void ean_needs_two_attempts_and_no_rival(void **state)
{
	(void)state;
	see(SYMBOLOGY_EAN_13, "8934563138165", 30);
	assert_int_equal(believed(), 0);
	finds_begin_attempt(finds);
	see(SYMBOLOGY_EAN_13, "8934563138165", 30);
	assert_int_equal(believed(), 1);
	see(SYMBOLOGY_EAN_13, "8934563738169", 13);
	assert_int_equal(believed(), 0);
}

static bool is_wanted(const struct barcode *barcode, void *context)
{
	return strcmp(barcode->text, context) == 0;
}

static void only_a_believed_code_ends_the_search(void **state)
{
	char wanted[] = "RR123456785VN";
	struct barcode_wish wish = {.fits = is_wanted, .context = wanted};
	struct barcode_wish everything = {0};

	(void)state;
	see(SYMBOLOGY_CODE_128, "OTHER-1", 9);
	see(SYMBOLOGY_CODE_128, wanted, 1);
	assert_false(finds_satisfy(finds, &wish));
	see(SYMBOLOGY_CODE_128, wanted, 1);
	assert_true(finds_satisfy(finds, &wish));
	assert_false(finds_satisfy(finds, &everything));
}

static void too_many_candidates_are_cut_off(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2 * FINDS_MAX; i++) {
		char text[16];
		g_snprintf(text, sizeof text, "CODE-%05u", i);
		see(SYMBOLOGY_CODE_128, text, 5);
	}
	assert_int_equal(believed(), PICTURE_CODES_MAX);
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(one_line_is_not_believed_two_are),
		FRESH(a_qr_code_is_believed_at_once),
		FRESH(short_itf_and_code_39_are_never_believed),
		FRESH(itf_needs_more_lines_without_a_check_digit),
		FRESH(what_is_mostly_the_same_at_the_same_place_is_outvoted),
		FRESH(a_short_read_is_dropped_beside_the_whole),
		FRESH(ean_needs_two_attempts_and_no_rival),
		FRESH(only_a_believed_code_ends_the_search),
		FRESH(too_many_candidates_are_cut_off),
	};

	return cmocka_run_group_tests_name("finds", tests, NULL, NULL);
}
