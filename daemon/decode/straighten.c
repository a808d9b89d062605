#include "decode/straighten.h"

#include <math.h>

#include <glib.h>

#define ROW_PIXELS 5.0 /* of the height of a row: bars that lean by ten degrees move one pixel */
#define ROW_PIXELS_MIN 1.5 /* where only a narrow strip of the bars is left … */
#define ROWS_WANTED 10     /* … they are so many if they can be */
#define ROWS_MIN 4
#define ROWS_MAX 32
#define ZOOM 2.0 /* columns per pixel */
#define COLUMNS_MAX 2400.0
#define WINDOW_PIXELS 40.0 /* a few bars; the stripes of one window move alike */
#define WINDOWS_MIN 3
#define WINDOWS_MAX 16
#define REACH 3          /* columns to both sides of what is expected */
#define LIKENESS_MIN 0.3 /* correlation of what is not noise */
#define LEAN_MAX 0.35    /* pixels per pixel; blocks are not wrong by more */
#define SPREAD_MAX 0.35  /* of the lean between the middle and an end */
#define SLOPE_MAX 1.2    /* of the rows, and of their angle */
#define TURNS 2
#define REACH_ROWS 2
#define REACH_RUNS 4.5 /* mean bars or spaces: wider than the widest, narrower than a quiet zone */
#define REACH_MOST 300.0 /* pixels */
#define REACH_SHARE 0.25 /* of the strength within */
#define SEEN_SHARE 2.2   /* of the area's own height: bars may go on beyond it */
#define LEVEL_ROWS_MAX 60
#define SAME_BARS 0.5 /* correlation with the middle row's */
#define ROWS_UNLIKE 2 /* so many that are not alike end it */
/* Between the directions of both ends: seen askew they are not parallel. */
#define LEVEL_APART_MAX 0.5
#define LEVEL_OFF_MAX                                                                              \
	1.5 /* rows; of two codes that are nearly the same some windows end with both */

#define SHIFTS (2 * REACH + 1)

/* struct lean - how far stripes move across, per pixel along them: @middle, and so much more per pixel across. */
struct lean {
	double middle;
	double fan;
};

static int step_at(const uint8_t *row, int column)
{
	return row[column + 1] - row[column];
}

/* struct likeness - of what two rows have in one window, for each shift: products, and both squares. */
struct likeness {
	double products[SHIFTS];
	double squares[SHIFTS];
	double square;
};

static void compare_rows(const uint8_t *row, const uint8_t *other, int first, int last, int shift,
	struct likeness *likeness)
{
	for (int i = 0; i < SHIFTS; i++) {
		int64_t product = 0, square = 0;
		for (int column = first; column < last; column++) {
			int step = step_at(other, column + shift + i - REACH);
			product += step_at(row, column) * step;
			square += step * step;
		}
		likeness->products[i] += (double)product;
		likeness->squares[i] += (double)square;
	}
	for (int column = first; column < last; column++) {
		likeness->square += step_at(row, column) * step_at(row, column);
	}
}

/* The shift at which both are most alike, in columns from the expected one; how much alike, 0 when that is at the brink. */
static double peak_of(const struct likeness *likeness, double *ret_shift)
{
	double alike[SHIFTS];
	int best = 0;

	for (int i = 0; i < SHIFTS; i++) {
		double both = likeness->squares[i] * likeness->square;
		alike[i] = both > 0 ? likeness->products[i] / sqrt(both) : 0;
		best = alike[i] > alike[best] ? i : best;
	}
	if (best == 0 || best == SHIFTS - 1) {
		return 0;
	}
	double bend = alike[best - 1] - 2 * alike[best] + alike[best + 1];
	*ret_shift =
		best - REACH + (bend < 0 ? (alike[best - 1] - alike[best + 1]) / (2 * bend) : 0);
	return alike[best];
}

/* A line through the windows' shifts, weighted. */
struct sums {
	unsigned windows;
	double n, u, uu, d, ud, dd;
};

static void add_window(struct sums *sums, double weight, double u, double d)
{
	sums->windows++;
	sums->n += weight;
	sums->u += weight * u;
	sums->uu += weight * u * u;
	sums->d += weight * d;
	sums->ud += weight * u * d;
	sums->dd += weight * d * d;
}

static bool line_of(const struct sums *sums, struct lean *ret_lean)
{
	double spread = sums->n > 0 ? sums->uu - sums->u * sums->u / sums->n : 0;

	if (sums->windows < WINDOWS_MIN || spread <= 0) {
		return false;
	}
	ret_lean->fan = (sums->ud - sums->u * sums->d / sums->n) / spread;
	ret_lean->middle = (sums->d - ret_lean->fan * sums->u) / sums->n;
	return true;
}

/* How far the windows are from their line, in the mean. */
static double off_line(const struct sums *sums, const struct lean *line)
{
	double spread = sums->dd - sums->d * sums->d / sums->n;
	double told = line->fan * (sums->ud - sums->u * sums->d / sums->n);

	return sqrt(fmax(spread - told, 0) / sums->n);
}

/* struct frame - of the strip: @zoom columns per pixel, rows so many pixels high. */
struct frame {
	struct grey strip;
	double zoom;
	double height;
	double across;
};

/* What rows that lie @apart rows apart say of the lean, beside what is expected; false when they are not alike. */
static bool measure(const struct frame *frame, unsigned apart, const struct lean *expected,
	struct lean *ret_lean)
{
	int windows = (int)CLAMP(frame->across / WINDOW_PIXELS, WINDOWS_MIN, WINDOWS_MAX);
	int width = (int)frame->strip.width - 1;
	struct sums sums = {0};

	for (int window = 0; window < windows; window++) {
		int first = width * window / windows, last = width * (window + 1) / windows;
		double u = (first + last) / 2.0 / frame->zoom - frame->across / 2;
		double pixels = frame->height * apart;
		int shift =
			(int)lround((expected->middle + expected->fan * u) * pixels * frame->zoom);
		struct likeness likeness = {0};
		double alike, found = 0;
		first = MAX(first, REACH - shift);
		last = MIN(last, width - REACH - shift);
		for (unsigned row = 0; row + apart < frame->strip.height; row++) {
			compare_rows(grey_row(&frame->strip, row),
				grey_row(&frame->strip, row + apart), first, last, shift,
				&likeness);
		}
		alike = peak_of(&likeness, &found);
		if (alike >= LIKENESS_MIN) {
			add_window(&sums, alike * alike, u, (shift + found) / frame->zoom / pixels);
		}
	}
	return line_of(&sums, ret_lean);
}

static bool is_possible(const struct lean *lean, double across)
{
	return fabs(lean->middle) <= LEAN_MAX && fabs(lean->fan) * across / 2 <= SPREAD_MAX;
}

static unsigned rows_of(const struct stripes *stripes, unsigned most)
{
	double height = CLAMP(stripes->along / ROWS_WANTED, ROW_PIXELS_MIN, ROW_PIXELS);

	return (unsigned)CLAMP(stripes->along / height, 1, most);
}

static struct frame frame_of(
	const struct grey *picture, const struct stripes *stripes, unsigned rows)
{
	double zoom = fmin(ZOOM, COLUMNS_MAX / stripes->across);

	return (struct frame){
		.strip = stripes_strip(picture, stripes, rows, zoom, 0),
		.zoom = zoom,
		.height = stripes->along / rows,
		.across = stripes->across,
	};
}

/* Several turns, each within its bounds, must not end along the bars. */
static double bounded(double slope)
{
	return CLAMP(slope, -SLOPE_MAX, SLOPE_MAX);
}

/* From neighbours on, which cannot be mistaken by a bar, to rows far apart, which tell it exactly. */
static void set_upright(const struct grey *picture, struct stripes *stripes, unsigned rows)
{
	struct frame frame = frame_of(picture, stripes, rows);
	struct lean lean = {0};

	for (unsigned apart = 1; apart <= rows / 2; apart *= 2) {
		struct lean found;
		if (!measure(&frame, apart, &lean, &found) ||
			!is_possible(&found, stripes->across)) {
			break;
		}
		lean = found;
	}
	grey_done(&frame.strip);
	stripes->angle -= atan(lean.middle);
	stripes->slope = bounded(tan(bounded(atan(stripes->slope) + atan(lean.middle))));
	stripes->fan += lean.fan;
}

/* In the columns from @first to @last. */
static double likeness_of(const struct grey *strip, int row, int other, int first, int last)
{
	return stripes_likeness(grey_row(strip, (unsigned)row) + first,
		grey_row(strip, (unsigned)other) + first, (unsigned)MAX(last - first, 0) + 1);
}

/* From the middle on, as far as the same bars go in these columns: the last row, or the strip's own when it ends first. */
static int end_of(const struct grey *strip, int first, int last, int way)
{
	int middle = (int)strip->height / 2, end = middle;

	for (int row = middle + way;
		row >= 0 && row < (int)strip->height && abs(row - end) <= ROWS_UNLIKE; row += way) {
		if (likeness_of(strip, middle, row, first, last) >= SAME_BARS) {
			end = row;
		}
	}
	return end;
}

/* The rows' own direction: where the bars of each window end, above and below. */
static void set_level(const struct grey *picture, struct stripes *stripes)
{
	struct stripes seen = *stripes;
	unsigned rows;
	struct sums above = {0}, below = {0};
	struct lean top, bottom;

	seen.along *= SEEN_SHARE;
	rows = rows_of(&seen, LEVEL_ROWS_MAX);
	struct frame frame = frame_of(picture, &seen, rows);
	int windows = (int)CLAMP(frame.across / WINDOW_PIXELS, WINDOWS_MIN, WINDOWS_MAX);
	int width = (int)frame.strip.width - 1;

	for (int window = 0; window < windows; window++) {
		int first = width * window / windows, last = width * (window + 1) / windows;
		double u = (first + last) / 2.0 / frame.zoom - frame.across / 2;
		int high = end_of(&frame.strip, first, last, -1),
		    low = end_of(&frame.strip, first, last, 1);
		double weight = low - high;
		if (high > 0 && weight >= ROWS_MIN) {
			add_window(&above, weight, u, (high - (double)rows / 2) * frame.height);
		}
		if (low + 1 < (int)rows && weight >= ROWS_MIN) {
			add_window(&below, weight, u, (low + 1 - (double)rows / 2) * frame.height);
		}
	}
	grey_done(&frame.strip);
	if (!line_of(&above, &top) || !line_of(&below, &bottom) ||
		fabs(top.fan - bottom.fan) > LEVEL_APART_MAX ||
		off_line(&above, &top) > LEVEL_OFF_MAX * frame.height ||
		off_line(&below, &bottom) > LEVEL_OFF_MAX * frame.height ||
		bottom.middle - top.middle < frame.height * 2) {
		return;
	}
	double shift = (top.middle + bottom.middle) / 2;
	stripes->slope = bounded(stripes->slope + (top.fan + bottom.fan) / 2);
	stripes->along = bottom.middle - top.middle;
	stripes->x -= shift * sin(stripes->angle);
	stripes->y += shift * cos(stripes->angle);
}

/* struct bars_within - @strength: mean square of the steps from column to column; @run: columns of a bar or space. */
struct bars_within {
	double strength;
	double run;
};

static struct bars_within bars_within(const uint8_t *row, int first, int last)
{
	double square = 0;
	int runs = 1, sign = 0;

	for (int column = first; column < last; column++) {
		square += (double)step_at(row, column) * step_at(row, column) / (last - first);
	}
	for (int column = first; column < last; column++) {
		int step = step_at(row, column);
		if (step * step > square && (step > 0) != (sign > 0)) {
			sign = step > 0 ? 1 : -1;
			runs++;
		}
	}
	return (struct bars_within){square, (double)(last - first) / runs};
}

/* Are there bars in these columns, about as strong as those within? */
static bool has_bars(const struct grey *strip, int first, int last, double strength)
{
	int middle = (int)strip->height / 2;
	double alike = 0;

	for (int row = middle - REACH_ROWS; row < middle + REACH_ROWS; row++) {
		alike += likeness_of(strip, row, row + 1, first, last) / (2 * REACH_ROWS);
	}
	return alike >= SAME_BARS &&
	       bars_within(grey_row(strip, (unsigned)middle), first, last).strength >=
		       strength * REACH_SHARE;
}

/* Beyond the picture its edge is repeated, which looks like stripes. */
static bool is_inside(const struct grey *picture, const struct stripes *seen, double u)
{
	double c = cos(seen->angle), s = sin(seen->angle), v = seen->slope * u;
	double x = seen->x + u * c - v * s, y = seen->y + u * s + v * c;

	return grey_holds(picture, x, y);
}

/* Columns from @from on to one side, until there are no bars any more. */
static int columns_beyond(const struct grey *picture, const struct stripes *seen,
	const struct frame *frame, int from, int way, const struct bars_within *within)
{
	int window = (int)(within->run * REACH_RUNS), columns = 0;

	for (;;) {
		int first = way > 0 ? from + columns : from - columns - window;
		int end = way > 0 ? first + window : first;
		if (first < 0 || first + window >= (int)frame->strip.width ||
			!is_inside(picture, seen, end / frame->zoom - seen->across / 2) ||
			!has_bars(&frame->strip, first, first + window, within->strength)) {
			return columns;
		}
		columns += window;
	}
}

/*
 * The search may have found only a part of bars, as of those that are low: what goes on like it belongs to it. Returns
 * whether something does.
 */
static bool reach_out(const struct grey *picture, struct stripes *stripes)
{
	struct stripes seen = *stripes;
	unsigned rows = rows_of(stripes, ROWS_MAX);
	double beyond = fmin(stripes->across, REACH_MOST), left, right, u, v;

	if (rows < 2 * REACH_ROWS + 1) {
		return false;
	}
	seen.across += 2 * beyond;
	struct frame frame = frame_of(picture, &seen, rows);
	int first = (int)(beyond * frame.zoom), last = (int)frame.strip.width - 1 - first;
	struct bars_within within = bars_within(grey_row(&frame.strip, rows / 2), first, last);
	left = columns_beyond(picture, &seen, &frame, first, -1, &within) / frame.zoom;
	right = columns_beyond(picture, &seen, &frame, last, 1, &within) / frame.zoom;
	grey_done(&frame.strip);
	u = (right - left) / 2;
	v = stripes->slope * u;
	stripes->across += left + right;
	stripes->x += u * cos(stripes->angle) - v * sin(stripes->angle);
	stripes->y += u * sin(stripes->angle) + v * cos(stripes->angle);
	return left + right > 0;
}

void straighten(const struct grey *picture, struct stripes *stripes)
{
	unsigned rows = rows_of(stripes, ROWS_MAX);

	if (rows < ROWS_MIN) {
		return;
	}
	set_upright(picture, stripes, rows);
	set_level(picture, stripes);
	/* What is longer tells better how it lies, and may then be seen to be longer still. */
	for (unsigned turn = 0; turn < TURNS && reach_out(picture, stripes); turn++) {
		set_upright(picture, stripes, rows_of(stripes, ROWS_MAX));
		set_level(picture, stripes);
	}
}
