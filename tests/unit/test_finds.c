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

/* Bars of 100 by @height pixels, @y down from the corner. */
static void see_at(
	enum symbology symbology, const char *text, unsigned quality, double y, double height)
{
	struct place place = {.x = 50,
		.y = y + height / 2,
		.across_x = 50,
		.along_y = height / 2,
		.is_measured = true};
	struct evidence evidence = {.lines = quality, .is_ended = true, .place = &place};
	struct barcode barcode = {
		.symbology = symbology, .quality = quality, .width = 100, .height = 50};

	barcode.length = (uint32_t)strlen(text);
	memcpy(barcode.text, text, barcode.length);
	finds_add(finds, &barcode, &evidence);
}

/* Each at a place of its own. */
static void see(enum symbology symbology, const char *text, unsigned quality)
{
	see_at(symbology, text, quality, 1000.0 * (double)(g_str_hash(text) % 1000), 40);
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

static void the_same_bars_have_one_text_or_none(void **state)
{
	(void)state;
	see_at(SYMBOLOGY_CODE_128, "H06-220424-1824", 6, 0, 40);
	see_at(SYMBOLOGY_CODE_128, "H06-220424-1.24", 2, 10, 5);
	assert_int_equal(believed(), 1);
	assert_string_equal(list->codes[0].text, "H06-220424-1824");
	see_at(SYMBOLOGY_CODE_128, "H06-220424-1.24", 2, 20, 5);
	assert_int_equal(believed(), 0);
	see_at(SYMBOLOGY_CODE_39, "ANOTHER-1", 20, 10, 5);
	assert_int_equal(believed(), 1);
	assert_string_equal(list->codes[0].text, "ANOTHER-1");
}

static void of_two_with_like_evidence_the_item_code_is_believed(void **state)
{
	(void)state;
	see_at(SYMBOLOGY_CODE_128, "RR123456785VN", 3, 0, 40);
	see_at(SYMBOLOGY_CODE_128, "RR123&5b785VN", 4, 0, 40);
	assert_int_equal(believed(), 1);
	assert_string_equal(list->codes[0].text, "RR123456785VN");
	see_at(SYMBOLOGY_CODE_128, "RR473124829VN", 4, 10, 10);
	assert_int_equal(believed(), 0);
}

static void a_few_odd_lines_beside_the_bars_are_a_misread_of_them(void **state)
{
	(void)state;
	see_at(SYMBOLOGY_CODE_128, "000.72.59.H06-240615-6644", 24, 35, 45);
	see_at(SYMBOLOGY_CODE_128, "00&.72.59.H06-240615-6605", 3, 28, 5);
	assert_int_equal(believed(), 1);
	assert_string_equal(list->codes[0].text, "000.72.59.H06-240615-6644");
}

static void two_codes_under_each_other_are_two(void **state)
{
	(void)state;
	see_at(SYMBOLOGY_CODE_128, "RR123456785VN", 10, 0, 40);
	see_at(SYMBOLOGY_CODE_128, "RR123456799VN", 5, 42, 20);
	assert_int_equal(believed(), 2);
}

static void what_is_vetoed_is_not_believed_there(void **state)
{
	struct place place = {.x = 50, .y = 10, .across_x = 40, .along_y = 2};

	(void)state;
	see_at(SYMBOLOGY_CODE_128, "ssss1234", 50, 0, 40);
	see_at(SYMBOLOGY_CODE_128, "OTHER-1", 5, 60, 40);
	finds_veto(finds, &place);
	assert_int_equal(believed(), 1);
	assert_string_equal(list->codes[0].text, "OTHER-1");
}

static void one_attempt_is_enough_for_an_itf_with_much_evidence(void **state)
{
	(void)state;
	see(SYMBOLOGY_ITF, "21673616", 50);
	assert_int_equal(believed(), 0);
	see(SYMBOLOGY_ITF, "00012345678905", 19);
	assert_int_equal(believed(), 0);
	see(SYMBOLOGY_ITF, "00012345678905", 1);
	assert_int_equal(believed(), 1);
}

static void an_itf_whose_ends_were_not_seen_is_not_believed(void **state)
{
	struct evidence evidence = {.lines = 30};
	struct barcode barcode = {
		.symbology = SYMBOLOGY_ITF, .quality = 30, .length = 14, .text = "00012345678905"};

	(void)state;
	finds_add(finds, &barcode, &evidence);
	finds_begin_attempt(finds);
	finds_add(finds, &barcode, &evidence);
	assert_int_equal(believed(), 0);
	evidence.is_ended = true;
	finds_add(finds, &barcode, &evidence);
	assert_int_equal(believed(), 1);
}

static void a_short_read_is_dropped_beside_the_whole(void **state)
{
	(void)state;
	see(SYMBOLOGY_ITF, "216736", 50);
	finds_begin_attempt(finds);
	see(SYMBOLOGY_ITF, "216736", 1);
	assert_int_equal(believed(), 1);
	see(SYMBOLOGY_ITF, "2167361334", 8);
	assert_int_equal(believed(), 0);
	finds_begin_attempt(finds);
	see(SYMBOLOGY_ITF, "2167361334", 12);
	assert_int_equal(believed(), 1);
	assert_string_equal(list->codes[0].text, "2167361334");
}

static void ean_needs_two_attempts_and_no_rival(void **state)
{
	(void)state;
	see_at(SYMBOLOGY_EAN_13, "8934563138165", 30, 0, 40);
	assert_int_equal(believed(), 0);
	finds_begin_attempt(finds);
	see_at(SYMBOLOGY_EAN_13, "8934563138165", 30, 0, 40);
	assert_int_equal(believed(), 1);
	see_at(SYMBOLOGY_EAN_13, "8934563738169", 13, 10, 10);
	assert_int_equal(believed(), 0);
}

static void ean_is_believed_when_a_line_had_all_of_it(void **state)
{
	struct evidence evidence = {.lines = 30};
	struct barcode barcode = {.symbology = SYMBOLOGY_EAN_13, .quality = 30, .length = 13};

	(void)state;
	memcpy(barcode.text, "8934563138165", barcode.length);
	for (unsigned attempt = 0; attempt < 3; attempt++) {
		finds_begin_attempt(finds);
		finds_add(finds, &barcode, &evidence);
	}
	assert_int_equal(believed(), 0);
	evidence.is_ended = true;
	finds_add(finds, &barcode, &evidence);
	assert_int_equal(believed(), 1);
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
		FRESH(one_attempt_is_enough_for_an_itf_with_much_evidence),
		FRESH(the_same_bars_have_one_text_or_none),
		FRESH(of_two_with_like_evidence_the_item_code_is_believed),
		FRESH(a_few_odd_lines_beside_the_bars_are_a_misread_of_them),
		FRESH(two_codes_under_each_other_are_two),
		FRESH(what_is_vetoed_is_not_believed_there),
		FRESH(an_itf_whose_ends_were_not_seen_is_not_believed),
		FRESH(a_short_read_is_dropped_beside_the_whole),
		FRESH(ean_needs_two_attempts_and_no_rival),
		FRESH(ean_is_believed_when_a_line_had_all_of_it),
		FRESH(only_a_believed_code_ends_the_search),
		FRESH(too_many_candidates_are_cut_off),
	};

	return cmocka_run_group_tests_name("finds", tests, NULL, NULL);
}
