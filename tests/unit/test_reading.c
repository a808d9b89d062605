#include "unit.h"

#include <string.h>

#include <glib.h>

#include "burst.h"
#include "reading.h"

static struct reading read_typed(const char *bytes, size_t typed)
{
	struct source_text text = {
		.bytes = bytes, .length = strlen(bytes), .symbology = "", .typed = typed};
	struct reading reading;

	reading_of(&text, &reading);
	return reading;
}

static void a_scan_behind_begun_typing_is_the_scan(void **state)
{
	struct reading reading = read_typed("RR12EE123456785VN", 4);

	(void)state;
	assert_int_equal(reading.count, 1);
	assert_string_equal(reading.codes[0].text, "EE123456785VN");
	assert_int_equal(reading.left_out, 4);
	assert_false(reading.repaired);
	reading = read_typed("RR12Ê123456785VN", 4); /* and through an input method */
	assert_int_equal(reading.count, 1);
	assert_string_equal(reading.codes[0].text, "EE123456785VN");
	assert_true(reading.repaired);
}

/* A slow line that comes in two lumps: the check digit says that they belong together. */
static void a_whole_code_is_not_taken_apart(void **state)
{
	struct reading reading = read_typed("EE123456785VN", 5);

	(void)state;
	assert_int_equal(reading.count, 1);
	assert_string_equal(reading.codes[0].text, "EE123456785VN");
	assert_int_equal(reading.left_out, 0);
}

static void without_a_check_digit_both_may_be_meant(void **state)
{
	struct reading reading = read_typed("1KH-2026-0001", 1);

	(void)state;
	assert_int_equal(reading.count, 2);
	assert_string_equal(reading.codes[0].text, "1KH-2026-0001");
	assert_string_equal(reading.codes[1].text, "KH-2026-0001");
	assert_int_equal(read_typed("  KH-2026-0001", 2).count, 1); /* blanks are none */
}

static void a_misread_stays_a_misread(void **state)
{
	(void)state;
	assert_int_equal(read_typed("EE123456784VN", 0).count, 0);
	assert_int_equal(read_typed("EE123456784VN", 0).error, HOSO_BAD_CHECK_DIGIT);
	assert_int_equal(
		read_typed("xEE123456784VN", 1).count, 1); /* taken as another shape, whole */
	assert_int_equal(read_typed("ê123456784vn", 0).count, 0);
}

static void a_scanned_text_is_not_repaired(void **state)
{
	struct source_text text = {.bytes = "Ê123456785VN", .length = 13, .symbology = "CODE-128"};
	struct reading reading;

	(void)state;
	reading_of(&text, &reading);
	assert_int_equal(reading.count, 0);
	assert_int_equal(reading.error, HOSO_BAD_ITEM_CODE);
}

/* Keys at these times: where does the scanner begin? */
static void bursts_are_told_from_hands(void **state)
{
	static const struct {
		const char *gaps; /* before each key: 's'low, 'f'ast */
		size_t typed;
	} lines[] = {
		{"sfffffffffffff", 0}, /* a scanner alone */
		{"ssssssssss", 0},     /* a hand alone */
		{"ssssffff", 0},       /* a short fast end is a hand's luck */
		{"sssssffffff",
			4}, /* six fast keys are a scanner's: the first of them came after a pause */
		{"sffffffffsffffffff", 9},
		{"", 0},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		struct burst burst = {0};
		size_t length = strlen(lines[i].gaps);
		int64_t now_ms = 1000;
		for (size_t k = 0; k < length; k++) {
			now_ms += lines[i].gaps[k] == 's' ? BURST_GAP_MS + 1 : BURST_GAP_MS;
			burst_key(&burst, k, now_ms);
		}
		assert_int_equal(burst_typed(&burst, length), lines[i].typed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scan_behind_begun_typing_is_the_scan),
		cmocka_unit_test(a_whole_code_is_not_taken_apart),
		cmocka_unit_test(without_a_check_digit_both_may_be_meant),
		cmocka_unit_test(a_misread_stays_a_misread),
		cmocka_unit_test(a_scanned_text_is_not_repaired),
		cmocka_unit_test(bursts_are_told_from_hands),
	};

	return cmocka_run_group_tests_name("reading", tests, NULL, NULL);
}
