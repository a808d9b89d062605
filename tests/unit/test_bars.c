#include "unit.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "decode/bars.h"

#define COLUMNS 1200
#define MODULE 4 /* columns */
#define EDGES_MAX 128

static struct bars *bars;

static int set_up(void **state)
{
	(void)state;
	bars = bars_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bars_free(bars);
	return 0;
}

/* The widths of bars and spaces, in modules, after a quiet zone; then a mean of @blur columns. */
static void draw(const char *widths, unsigned blur, uint8_t line[COLUMNS])
{
	uint8_t copy[COLUMNS];
	unsigned at = 12 * MODULE;

	memset(line, 225, COLUMNS);
	for (unsigned i = 0; widths[i]; i++) {
		unsigned count = (unsigned)(widths[i] - '0') * MODULE;
		if (i % 2 == 0) {
			memset(line + at, 25, count);
		}
		at += count;
	}
	memcpy(copy, line, COLUMNS);
	for (unsigned x = blur; x + blur < COLUMNS && blur > 0; x++) {
		unsigned sum = 0;
		for (unsigned i = 0; i < blur; i++) {
			sum += copy[x - blur / 2 + i];
		}
		line[x] = (uint8_t)(sum / blur);
	}
}

/* 8934563138165, as ISO/IEC 15420 has it. */
static const char ean[] = "111"
			  "3112"
			  "1141"
			  "1132"
			  "1321"
			  "4111"
			  "1411"
			  "11111"
			  "2221"
			  "1411"
			  "1213"
			  "2221"
			  "1114"
			  "1231"
			  "111";

static const struct bars_read *find(
	const struct bars_read *reads, unsigned count, enum symbology symbology)
{
	for (unsigned i = 0; i < count; i++) {
		if (reads[i].symbology == symbology) {
			return &reads[i];
		}
	}
	return NULL;
}

static void digits_of_an_ean_are_read_sharp_and_blurred(void **state)
{
	struct bars_read reads[BARS_READS_MAX];
	uint8_t line[COLUMNS];

	(void)state;
	for (unsigned blur = 0; blur <= 2; blur += 2) {
		const struct bars_read *read;
		draw(ean, blur, line);
		read = find(reads, bars_read_line(bars, line, COLUMNS, reads), SYMBOLOGY_EAN_13);
		assert_non_null(read);
		assert_string_equal(read->text, "8934563138165");
		assert_true(read->cost < 0.05F && read->lead > 0.1F);
	}
}

static void a_line_is_read_backwards_too(void **state)
{
	struct bars_read reads[BARS_READS_MAX], again[BARS_READS_MAX];
	uint8_t line[COLUMNS], turned[COLUMNS];
	const struct bars_read *forth, *back;

	(void)state;
	draw(ean, 0, line);
	for (unsigned x = 0; x < COLUMNS; x++) {
		turned[x] = line[COLUMNS - 1 - x];
	}
	forth = find(reads, bars_read_line(bars, line, COLUMNS, reads), SYMBOLOGY_EAN_13);
	back = find(again, bars_read_line(bars, turned, COLUMNS, again), SYMBOLOGY_EAN_13);
	assert_non_null(forth);
	assert_non_null(back);
	assert_string_equal(forth->text, back->text);
}

/* As on a label that goes away from the camera: modules are (1 + tilt) / (1 - tilt) as wide where it begins, and the
 * inverse where it ends. */
static void tilt_away(double tilt, uint8_t line[COLUMNS])
{
	const unsigned from = 12 * MODULE, count = 95 * MODULE;
	uint8_t flat[COLUMNS];

	memcpy(flat, line, COLUMNS);
	for (unsigned i = 0; i < count; i++) {
		double share = (i + 0.5) / count;
		line[from + i] = flat[from + (unsigned)(share * (1 - tilt) /
							(1 + tilt - 2 * tilt * share) * count)];
	}
}

static void an_ean_is_read_that_goes_away_from_the_camera(void **state)
{
	static const double tilts[] = {-0.14, -0.1, -0.07, 0.07, 0.1, 0.14};

	(void)state;
	for (unsigned i = 0; i < G_N_ELEMENTS(tilts); i++) {
		struct bars_read reads[BARS_READS_MAX];
		const struct bars_read *read;
		uint8_t line[COLUMNS];
		draw(ean, 2, line);
		tilt_away(tilts[i], line);
		read = find(reads, bars_read_line(bars, line, COLUMNS, reads), SYMBOLOGY_EAN_13);
		assert_non_null(read);
		assert_string_equal(read->text, "8934563138165");
		assert_true(read->cost < 0.07F && read->lead > 0.1F);
	}
}

/* Edges of the EAN, each module so many columns wide; @stretch: so much wider from one run to the next, to and fro. */
static unsigned edges_of(double stretch, bool backwards, float edges[EDGES_MAX])
{
	size_t runs = strlen(ean);
	double at = 40;

	edges[0] = (float)at;
	for (size_t i = 0; i < runs; i++) {
		double module = 4 * (1 + stretch * sin((double)i / 4));
		at += module * (ean[backwards ? runs - 1 - i : i] - '0');
		edges[i + 1] = (float)at;
	}
	return (unsigned)runs + 1;
}

static void edges_that_are_all_known_are_read_however_they_are_stretched(void **state)
{
	float edges[EDGES_MAX];

	(void)state;
	for (unsigned turn = 0; turn < 8; turn++) {
		struct bars_read reads[BARS_READS_MAX];
		unsigned edge_count = edges_of(0.1 * (turn / 2), turn % 2 == 1, edges);
		unsigned count = bars_read_edges(bars, edges, edge_count, reads);
		const struct bars_read *read = find(reads, count, SYMBOLOGY_EAN_13);
		assert_non_null(read);
		assert_string_equal(read->text, "8934563138165");
		assert_true(read->cost < 0.025F && read->lead > 0.1F);
		assert_true(read->from == edges[0] && read->to == edges[edge_count - 1]);
	}
}

static bool is_ean(const struct bars_read *read)
{
	return read->length == 13 && memcmp(read->text, "8934563138165", 13) == 0;
}

static void an_edge_that_is_lost_or_moved_makes_no_other_code(void **state)
{
	float edges[EDGES_MAX];
	unsigned count = edges_of(0, false, edges);

	(void)state;
	for (unsigned lost = 0; lost + 1 < count; lost++) {
		struct bars_read reads[BARS_READS_MAX];
		float fewer[EDGES_MAX];
		unsigned read_count;
		memcpy(fewer, edges, sizeof fewer);
		memmove(&fewer[lost], &fewer[lost + 2],
			(count - MIN(lost + 2, count)) * sizeof *fewer);
		read_count = bars_read_edges(bars, fewer, count - 2, reads);
		for (unsigned i = 0; i < read_count; i++) {
			assert_true(reads[i].cost > 0.06F);
		}
		memcpy(fewer, edges, sizeof fewer);
		fewer[lost] += 2.2F; /* half a module: as near to one letter as to another */
		read_count = bars_read_edges(bars, fewer, count, reads);
		for (unsigned i = 0; i < read_count; i++) {

			assert_true(is_ean(&reads[i]) || reads[i].worst > 0.1F ||
				    reads[i].lead < 0.02F);
		}
	}
}

static void nothing_close_is_read_from_random_lines(void **state)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(11);

	(void)state;
	for (unsigned turn = 0; turn < 200; turn++) {
		struct bars_read reads[BARS_READS_MAX];
		uint8_t line[COLUMNS];
		char widths[61] = "";
		unsigned count;
		for (unsigned i = 0; i < 59; i++) {
			widths[i] = (char)('1' + g_rand_int_range(random, 0, 4));
		}
		draw(widths, turn % 2 * 4, line);
		count = bars_read_line(bars, line, COLUMNS, reads);
		for (unsigned i = 0; i < count; i++) {
			assert_true(reads[i].cost > 0.045F || reads[i].worst > 0.19F ||
				    reads[i].lead < 0.1F);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digits_of_an_ean_are_read_sharp_and_blurred),
		cmocka_unit_test(a_line_is_read_backwards_too),
		cmocka_unit_test(an_ean_is_read_that_goes_away_from_the_camera),
		cmocka_unit_test(edges_that_are_all_known_are_read_however_they_are_stretched),
		cmocka_unit_test(an_edge_that_is_lost_or_moved_makes_no_other_code),
		cmocka_unit_test(nothing_close_is_read_from_random_lines),
	};

	return cmocka_run_group_tests_name("bars", tests, set_up, tear_down);
}
