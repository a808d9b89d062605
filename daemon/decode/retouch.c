#include "decode/retouch.h"

#include <math.h>
#include <string.h>

#include <glib.h>

static uint8_t clamp_grey(int value)
{
	return (uint8_t)CLAMP(value, 0, 255);
}

/* One division per window size instead of one per pixel. */
static uint64_t reciprocal_of(unsigned count, unsigned rows)
{
	return (UINT64_C(1) << 32) / ((uint64_t)count * rows);
}

static uint8_t mean_of(uint64_t sum, uint64_t reciprocal)
{
	return (uint8_t)((sum * reciprocal + (UINT64_C(1) << 31)) >> 32);
}

/* The mean of one row's windows, from the sums of its columns; @rows is the height of the window. */
static void mean_row(
	const uint32_t *columns, unsigned width, unsigned half, unsigned rows, uint8_t *ret_row)
{
	uint64_t sum = 0, reciprocal = reciprocal_of(2 * half + 1, rows);
	unsigned count = MIN(half, width), x = 0;

	for (unsigned i = 0; i < count; i++) {
		sum += columns[i];
	}
	/* Windows that are cut off on the left, and perhaps on the right, too. */
	for (; x < MIN(half + 1, width); x++) {
		if (x + half < width) {
			sum += columns[x + half];
			count++;
		}
		ret_row[x] = mean_of(sum, reciprocal_of(count, rows));
	}
	/* Whole ones, without a question: this is the hot loop. */
	for (; x + half < width; x++) {
		sum += columns[x + half] - (uint64_t)columns[x - half - 1];
		ret_row[x] = mean_of(sum, reciprocal);
	}
	for (; x < width; x++) {
		sum -= columns[x - half - 1];
		ret_row[x] =
			mean_of(sum, reciprocal_of(MIN(x + half + 1, width) - (x - half), rows));
	}
}

static void add_row(const uint8_t *restrict row, unsigned width, uint32_t *restrict columns)
{
	for (unsigned x = 0; x < width; x++) {
		columns[x] += row[x];
	}
}

static void take_row_off(const uint8_t *restrict row, unsigned width, uint32_t *restrict columns)
{
	for (unsigned x = 0; x < width; x++) {
		columns[x] -= row[x];
	}
}

struct grey retouch_mean(const struct grey *in, unsigned window_width, unsigned window_height)
{
	struct grey out = grey_blank(in->width, in->height);
	g_autofree uint32_t *columns = g_new0(uint32_t, in->width);
	unsigned half = window_height / 2;
	unsigned rows = 0;

	for (unsigned next = 0; next < in->height + half; next++) {
		if (next < in->height) {
			add_row(grey_row(in, next), in->width, columns);
			rows++;
		}
		if (next > 2 * half) {
			take_row_off(grey_row(in, next - 2 * half - 1), in->width, columns);
			rows--;
		}
		if (next >= half) {
			mean_row(columns, in->width, window_width / 2, rows,
				grey_row(&out, next - half));
		}
	}
	return out;
}

struct grey retouch_even_light(const struct grey *in, unsigned window)
{
	struct grey out = retouch_mean(in, window, window);
	const uint8_t *from = in->pixels;
	uint8_t *to = out.pixels;
	size_t count = grey_area(in);

	for (size_t i = 0; i < count; i++) {
		to[i] = clamp_grey(128 + 4 * ((int)from[i] - to[i]));
	}
	return out;
}

static struct grey sharpen(const struct grey *in, unsigned window_width, unsigned window_height)
{
	struct grey once = retouch_mean(in, window_width, window_height);
	struct grey out = retouch_mean(&once, window_width, window_height);
	const uint8_t *from = in->pixels;
	uint8_t *to = out.pixels;
	size_t count = grey_area(in);

	for (size_t i = 0; i < count; i++) {
		int detail = (int)from[i] - to[i];
		to[i] = clamp_grey(from[i] + detail * 3 / 2);
	}
	grey_done(&once);
	return out;
}

struct grey retouch_sharpen(const struct grey *in, unsigned window)
{
	return sharpen(in, window, window);
}

struct grey retouch_sharpen_rows(const struct grey *in, unsigned window)
{
	return sharpen(in, window, 1);
}

struct grey retouch_threshold(const struct grey *in, unsigned window)
{
	struct grey out = retouch_mean(in, window, window);
	const uint8_t *from = in->pixels;
	uint8_t *to = out.pixels;
	size_t count = grey_area(in);

	for (size_t i = 0; i < count; i++) {
		to[i] = from[i] < to[i] ? 0 : 255;
	}
	return out;
}

struct grey retouch_invert(const struct grey *in)
{
	struct grey out = grey_blank(in->width, in->height);
	const uint8_t *from = in->pixels;
	uint8_t *to = out.pixels;
	size_t count = grey_area(in);

	for (size_t i = 0; i < count; i++) {
		to[i] = (uint8_t)(255 - from[i]);
	}
	return out;
}

/* Each output pixel is the mean of its area, pixels on the border counted by their share. */
static void shrink_row(const uint8_t *row, unsigned width, uint8_t *ret_row, unsigned ret_width)
{
	/* In units where an input pixel is @ret_width wide and an output pixel @width. */
	unsigned pixel = 0, left = ret_width;

	for (unsigned i = 0; i < ret_width; i++) {
		unsigned sum = 0, need = width;
		while (need > 0) {
			unsigned share = MIN(need, left);
			sum += share * row[pixel];
			need -= share;
			left -= share;
			if (left == 0) {
				pixel++;
				left = ret_width;
			}
		}
		ret_row[i] = (uint8_t)((sum + width / 2) / width);
	}
}

static void add_share(
	const uint8_t *restrict row, unsigned width, unsigned share, unsigned *restrict sums)
{
	for (unsigned x = 0; x < width; x++) {
		sums[x] += share * row[x];
	}
}

/* The same from row to row: whole rows at once, as columns lie all over the memory. */
static void shrink_columns(const struct grey *in, const struct grey *out)
{
	g_autofree unsigned *sums = g_new(unsigned, out->width);
	unsigned row = 0, left = out->height;

	for (unsigned y = 0; y < out->height; y++) {
		unsigned need = in->height;
		memset(sums, 0, out->width * sizeof *sums);
		while (need > 0) {
			unsigned share = MIN(need, left);
			add_share(grey_row(in, row), out->width, share, sums);
			need -= share;
			left -= share;
			if (left == 0) {
				row++;
				left = out->height;
			}
		}
		for (unsigned x = 0; x < out->width; x++) {
			grey_row(out, y)[x] = (uint8_t)((sums[x] + in->height / 2) / in->height);
		}
	}
}

struct grey retouch_shrink(const struct grey *in, unsigned side_max)
{
	unsigned side = MAX(in->width, in->height);
	struct grey wide, out;

	if (side <= side_max) {
		return grey_copy(in);
	}
	out = grey_blank((unsigned)MAX((uint64_t)in->width * side_max / side, 1),
		(unsigned)MAX((uint64_t)in->height * side_max / side, 1));
	wide = grey_blank(out.width, in->height);
	for (unsigned y = 0; y < in->height; y++) {
		shrink_row(grey_row(in, y), in->width, grey_row(&wide, y), out.width);
	}
	shrink_columns(&wide, &out);
	grey_done(&wide);
	return out;
}

/* Catmull-Rom a quarter of a pixel beside @own, towards @near. In 16 bits, so that eight fit into one vector. */
static inline uint8_t quarter_beside(uint8_t behind, uint8_t own, uint8_t near, uint8_t far)
{
	int16_t rest = (int16_t)(-9 * behind - 17 * own + 29 * near - 3 * far + 64);
	int16_t value = (int16_t)(own + (rest >> 7));

	return (uint8_t)CLAMP(value, 0, 255);
}

static void rows_between(const uint8_t *behind, const uint8_t *own, const uint8_t *near,
	const uint8_t *far, unsigned width, uint8_t *restrict ret_row)
{
	for (unsigned x = 0; x < width; x++) {
		ret_row[x] = quarter_beside(behind[x], own[x], near[x], far[x]);
	}
}

static void take_turns(const uint8_t *restrict first, const uint8_t *restrict second,
	unsigned count, uint8_t *restrict ret_row)
{
	for (unsigned x = 0; x < count; x++) {
		ret_row[2 * x] = first[x];
		ret_row[2 * x + 1] = second[x];
	}
}

#define BESIDE 2 /* pixels to each side that a pixel between depends on */

/* @scratch: three rows and what is beside them. */
static void double_row(const uint8_t *row, unsigned width, uint8_t *scratch, uint8_t *ret_row)
{
	uint8_t *own = scratch + BESIDE, *left = own + width + BESIDE, *right = left + width;

	/* Beyond the edge the last pixel is repeated. */
	memset(scratch, row[0], BESIDE);
	memcpy(own, row, width);
	memset(own + width, row[width - 1], BESIDE);
	rows_between(own + 1, own, own - 1, own - 2, width, left);
	rows_between(own - 1, own, own + 1, own + 2, width, right);
	take_turns(left, right, width, ret_row);
}

/* Rows first, then columns: two passes of one dimension instead of one of two. */
struct grey retouch_double(const struct grey *in)
{
	struct grey wide = grey_blank(2 * in->width, in->height);
	struct grey out = grey_blank(2 * in->width, 2 * in->height);
	g_autofree uint8_t *scratch = g_malloc(3 * (size_t)in->width + 2 * BESIDE);
	unsigned last = in->height - 1;

	for (unsigned y = 0; y < in->height; y++) {
		double_row(grey_row(in, y), in->width, scratch, grey_row(&wide, y));
	}
	for (unsigned y = 0; y < in->height; y++) {
		const uint8_t *before = grey_row(&wide, y > 1 ? y - 2 : 0);
		const uint8_t *above = grey_row(&wide, y > 0 ? y - 1 : 0);
		const uint8_t *own = grey_row(&wide, y), *below = grey_row(&wide, MIN(y + 1, last));
		const uint8_t *after = grey_row(&wide, MIN(y + 2, last));
		rows_between(below, own, above, before, wide.width, grey_row(&out, 2 * y));
		rows_between(above, own, below, after, wide.width, grey_row(&out, 2 * y + 1));
	}
	grey_done(&wide);
	return out;
}

/* Bilinear, in 1/256 of a pixel; white outside. */
static uint8_t sample(const struct grey *in, int64_t x256, int64_t y256)
{
	int64_t x = x256 >> 8;
	int64_t y = y256 >> 8;
	int64_t dx = x256 & 255;
	int64_t dy = y256 & 255;
	const uint8_t *above, *below;

	if (x < 0 || y < 0 || x + 1 >= (int64_t)in->width || y + 1 >= (int64_t)in->height) {
		return 255;
	}
	above = grey_row(in, (unsigned)y) + x;
	below = above + in->width;
	return (uint8_t)(((above[0] * (256 - dx) + above[1] * dx) * (256 - dy) +
				 (below[0] * (256 - dx) + below[1] * dx) * dy + 32768) >>
			 16);
}

/* The whole number that is not above it; floor() is a call for each pixel. */
static int64_t below(double value)
{
	int64_t whole = (int64_t)value;

	return whole - (value < (double)whole);
}

struct grey retouch_turn(const struct grey *in, double angle)
{
	double c = cos(angle), s = sin(angle);
	unsigned width = (unsigned)ceil(in->width * fabs(c) + in->height * fabs(s));
	unsigned height = (unsigned)ceil(in->width * fabs(s) + in->height * fabs(c));
	struct grey out = grey_blank(MAX(width, 1), MAX(height, 1));

	for (unsigned y = 0; y < out.height; y++) {
		double v = y - (out.height - 1) / 2.0;
		double u = -(out.width - 1.0) / 2;
		double x0 = (in->width - 1) / 2.0 + u * c - v * s;
		double y0 = (in->height - 1) / 2.0 + u * s + v * c;
		uint8_t *row = grey_row(&out, y);
		for (unsigned x = 0; x < out.width; x++) {
			row[x] = sample(in, below((x0 + x * c) * 256), below((y0 + x * s) * 256));
		}
	}
	return out;
}

struct grey retouch_crop(
	const struct grey *in, unsigned x, unsigned y, unsigned width, unsigned height)
{
	struct grey out = grey_blank(width, height);

	for (unsigned row = 0; row < height; row++) {
		memcpy(grey_row(&out, row), grey_row(in, y + row) + x, width);
	}
	return out;
}

static struct grey quarter_turn(const struct grey *in)
{
	struct grey out = grey_blank(in->height, in->width);

	for (unsigned y = 0; y < in->height; y++) {
		for (unsigned x = 0; x < in->width; x++) {
			grey_row(&out, x)[in->height - 1 - y] = grey_row(in, y)[x];
		}
	}
	return out;
}

struct grey retouch_quarter_turns(const struct grey *in, unsigned quarters)
{
	struct grey out = grey_copy(in);

	for (unsigned i = 0; i < quarters % 4; i++) {
		struct grey turned = quarter_turn(&out);
		grey_done(&out);
		out = turned;
	}
	return out;
}

struct grey retouch_mirror(const struct grey *in)
{
	struct grey out = grey_blank(in->width, in->height);

	for (unsigned y = 0; y < in->height; y++) {
		for (unsigned x = 0; x < in->width; x++) {
			grey_row(&out, y)[in->width - 1 - x] = grey_row(in, y)[x];
		}
	}
	return out;
}

#define BLOCK_PIXELS 16
#define ANGLE_BINS 36
#define COHERENCE_MIN 0.5

/* struct angle_bin - the blocks whose angle fell in here: their weight, and it as a double-angle
 * vector. */
struct angle_bin {
	double weight;
	double cosine;
	double sine;
};

/* The structure tensor of one block: bars have all their gradients along one line, text has not. */
static void weigh_block(
	const struct grey *in, unsigned left, unsigned top, struct angle_bin bins[ANGLE_BINS])
{
	double xx = 0, yy = 0, xy = 0;
	double stretch, coherence, angle;
	unsigned bin;

	for (unsigned y = top; y < top + BLOCK_PIXELS; y++) {
		const uint8_t *row = grey_row(in, y);
		for (unsigned x = left; x < left + BLOCK_PIXELS; x++) {
			int dx = row[x + 1] - row[x - 1];
			int dy = row[x + in->width] - *(row + x - in->width);
			xx += dx * dx;
			yy += dy * dy;
			xy += dx * dy;
		}
	}
	stretch = hypot(xx - yy, 2 * xy);
	coherence = stretch / (xx + yy + 1);
	if (coherence < COHERENCE_MIN) {
		return;
	}
	angle = atan2(2 * xy, xx - yy);
	bin = (unsigned)((angle + G_PI) / (2 * G_PI) * ANGLE_BINS) % ANGLE_BINS;
	bins[bin].weight += sqrt(stretch) * coherence;
	bins[bin].cosine += sqrt(stretch) * coherence * cos(angle);
	bins[bin].sine += sqrt(stretch) * coherence * sin(angle);
}

/* Takes the heaviest bin and its neighbours out of the histogram; 0 when nothing is left. */
static double take_peak(struct angle_bin bins[ANGLE_BINS], double *ret_angle)
{
	double heaviest = 0;
	unsigned peak = 0;
	struct angle_bin sum = {0};

	for (unsigned i = 0; i < ANGLE_BINS; i++) {
		double weight = bins[(i + ANGLE_BINS - 1) % ANGLE_BINS].weight + bins[i].weight +
				bins[(i + 1) % ANGLE_BINS].weight;
		if (weight > heaviest) {
			heaviest = weight;
			peak = i;
		}
	}
	for (unsigned i = 0; i < 3; i++) {
		struct angle_bin *bin = &bins[(peak + ANGLE_BINS - 1 + i) % ANGLE_BINS];
		sum.cosine += bin->cosine;
		sum.sine += bin->sine;
		*bin = (struct angle_bin){0};
	}
	*ret_angle = atan2(sum.sine, sum.cosine) / 2;
	return heaviest;
}

unsigned retouch_directions(const struct grey *in, double ret_angles[RETOUCH_DIRECTIONS_MAX])
{
	struct angle_bin bins[ANGLE_BINS] = {0};
	struct grey calm;
	unsigned count = 0;

	if (in->width < BLOCK_PIXELS + 2 || in->height < BLOCK_PIXELS + 2) {
		return 0;
	}
	/* Noise has gradients in all directions; a small mean leaves those of the bars. */
	calm = retouch_mean(in, 3, 3);
	for (unsigned y = 1; y + BLOCK_PIXELS < in->height; y += BLOCK_PIXELS) {
		for (unsigned x = 1; x + BLOCK_PIXELS < in->width; x += BLOCK_PIXELS) {
			weigh_block(&calm, x, y, bins);
		}
	}
	grey_done(&calm);
	while (count < RETOUCH_DIRECTIONS_MAX && take_peak(bins, &ret_angles[count]) > 0) {
		count++;
	}
	return count;
}
