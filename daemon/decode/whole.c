#include "decode/whole.h"

#include <assert.h>
#include <math.h>

#include <glib.h>
#include <zbar.h>

#include "decode/spelling.h"

#define EAN_MODULES 95.0
#define DIGIT_MODULES 7.0
#define LINES_MAX 16      /* that are looked at */
#define EDGE_MODULES 0.6  /* so far two alike edges may be off, as ZBar bears it */
#define UNEVEN_SHARE 0.35 /* so much a digit may be wider or narrower than the mean one */
#define GUARD_SHARE 0.5   /* a guard is short: blur and ink take their part of it */

/* struct runs - the widths of a line's dark and light parts, by turns. */
struct runs {
	unsigned count;
	unsigned *width;
};

static double sum_of(const unsigned *widths, unsigned count)
{
	double sum = 0;

	for (unsigned i = 0; i < count; i++) {
		sum += widths[i];
	}
	return sum;
}

/* From one edge to the next of its kind: ink that spreads, and a threshold that is off, move both alike. */
static bool is_digit(const unsigned *widths, const double *wanted, double module)
{
	double sum = sum_of(widths, EAN_DIGIT_RUNS);

	if (fabs(sum / (DIGIT_MODULES * module) - 1) > UNEVEN_SHARE) {
		return false;
	}
	for (unsigned i = 0; i < 2; i++) {
		double edges = (widths[i] + widths[i + 1]) * DIGIT_MODULES / sum;
		if (fabs(edges - wanted[i] - wanted[i + 1]) > EDGE_MODULES) {
			return false;
		}
	}
	return true;
}

static bool is_guard(const unsigned *widths, unsigned count, double module)
{
	return fabs(sum_of(widths, count) / (count * module) - 1) <= GUARD_SHARE;
}

static bool matches(const unsigned *widths, const double wanted[EAN_RUNS])
{
	const unsigned middle = EAN_OUTER_RUNS + EAN_HALF * EAN_DIGIT_RUNS,
		       last = EAN_RUNS - EAN_OUTER_RUNS;
	double module = sum_of(widths, EAN_RUNS) / EAN_MODULES;

	if (!is_guard(widths, EAN_OUTER_RUNS, module) ||
		!is_guard(widths + middle, EAN_MIDDLE_RUNS, module) ||
		!is_guard(widths + last, EAN_OUTER_RUNS, module)) {
		return false;
	}
	for (unsigned run = EAN_OUTER_RUNS; run < last; run += EAN_DIGIT_RUNS) {
		if (run == middle) {
			run += EAN_MIDDLE_RUNS;
		}
		if (!is_digit(widths + run, wanted + run, module)) {
			return false;
		}
	}
	return true;
}

/* Edges where ZBar sees them. */
static void find_runs(zbar_scanner_t *scanner, const struct grey *grey, bool is_upright,
	unsigned line, struct runs *ret_runs)
{
	size_t step = is_upright ? grey->width : 1;
	unsigned count = is_upright ? grey->height : grey->width;
	const uint8_t *pixel = grey->pixels + (is_upright ? line : line * (size_t)grey->width);

	ret_runs->count = 0;
	zbar_scanner_new_scan(scanner);
	for (unsigned i = 0; i < count; i++, pixel += step) {
		if (zbar_scan_y(scanner, *pixel) != ZBAR_NONE) {
			ret_runs->width[ret_runs->count++] = zbar_scanner_get_width(scanner);
		}
	}
	for (unsigned i = 0; i < 2; i++) {
		if (zbar_scanner_flush(scanner) != ZBAR_NONE) {
			ret_runs->width[ret_runs->count++] = zbar_scanner_get_width(scanner);
		}
	}
}

static bool has_ean(
	const struct runs *runs, const double wanted[EAN_RUNS], const double backwards[EAN_RUNS])
{
	for (unsigned from = 0; from + EAN_RUNS <= runs->count; from++) {
		if (matches(runs->width + from, wanted) || matches(runs->width + from, backwards)) {
			return true;
		}
	}
	return false;
}

bool whole_ean(const struct grey *grey, const double box[4], bool is_upright, const char *text)
{
	unsigned last = (is_upright ? grey->width : grey->height) - 1;
	unsigned from = (unsigned)CLAMP(is_upright ? box[0] : box[1], 0, last);
	unsigned to = (unsigned)CLAMP(is_upright ? box[2] : box[3], from, last);
	unsigned lines = MIN(to - from + 1, LINES_MAX);
	g_autofree unsigned *widths =
		g_new(unsigned, (is_upright ? grey->height : grey->width) + 2);
	struct runs runs = {.width = widths};
	zbar_scanner_t *scanner = zbar_scanner_create(NULL);
	double wanted[EAN_RUNS], backwards[EAN_RUNS];
	bool is_whole = false;

	assert(scanner);
	spelling_ean_runs(text, wanted);
	for (unsigned i = 0; i < EAN_RUNS; i++) {
		backwards[i] = wanted[EAN_RUNS - 1 - i];
	}
	for (unsigned i = 0; i < lines && !is_whole; i++) {
		unsigned line = from + (2 * i + 1) * (to - from + 1) / (2 * lines);
		find_runs(scanner, grey, is_upright, MIN(line, to), &runs);
		is_whole = has_ean(&runs, wanted, backwards);
	}
	zbar_scanner_destroy(scanner);
	return is_whole;
}
