#include "decode/stripes.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <glib.h>

#include "base/attr.h"

#define SAME_ANGLE (24 * G_PI / 180)
#define SAME_LINE (9 * G_PI / 180) /* of two areas that may be one */
#define ACROSS_MIN 28              /* pixels; less is no code */
#define LONG 4.0 /* an area is long when it spreads so much more across than along */
#define SLOPE_MAX 0.8
#define FAN_SPREAD_MAX 0.25 /* radians between the first and the last stripe, from the middle */
#define FAN_BLOCKS_MIN 40   /* few angles say little */
#define BLOCKS_MIN 6
#define AREAS_MAX 128
#define LINES_PER_ROW_MAX 24
#define COLUMNS_AT_ONCE 64

static bool same_angle(double a, double b, double most)
{
	return fabs(remainder(a - b, G_PI)) <= most;
}

/* Gives @number to all blocks that hang together with the block @seed; returns how many. */
static size_t flood(
	const struct field *field, size_t seed, uint16_t number, uint16_t *areas, size_t *stack)
{
	size_t count = 0;
	size_t depth = 0;

	stack[depth++] = seed;
	areas[seed] = number;
	while (depth > 0) {
		size_t at = stack[--depth];

		unsigned column = (unsigned)(at % field->columns);
		unsigned row = (unsigned)(at / field->columns);
		count++;
		for (unsigned y = row > 0 ? row - 1 : 0; y <= MIN(row + 1, field->rows - 1); y++) {
			for (unsigned x = column > 0 ? column - 1 : 0;
				x <= MIN(column + 1, field->columns - 1); x++) {
				size_t next = (size_t)y * field->columns + x;
				if (field->is_striped[next] && !areas[next] &&
					same_angle(field->angle[next], field->angle[seed],
						SAME_ANGLE)) {
					areas[next] = number;
					stack[depth++] = next;
				}
			}
		}
	}
	return count;
}

/* struct span - from where to where along one direction. */
struct span {
	double low, high;
};

static void widen(struct span *span, double at, double half)
{
	span->low = fmin(span->low, at - half);
	span->high = fmax(span->high, at + half);
}

/* Spans are counted from the picture's corner: across the stripes, and along them after the slope is
 * taken off. */
static struct stripes from_spans(double angle, double slope, const struct span *across,
	const struct span *along, double weight)
{
	double c = cos(angle), s = sin(angle);
	double u = (across->low + across->high) / 2;
	double v = (along->low + along->high) / 2 + slope * u;

	return (struct stripes){
		.x = u * c - v * s,
		.y = u * s + v * c,
		.angle = angle,
		.slope = slope,
		.across = across->high - across->low,
		.along = along->high - along->low,
		.weight = weight,
	};
}

static double angle_of(
	const struct field *field, const uint16_t *areas, uint16_t number, double *ret_weight)
{
	size_t count = (size_t)field->columns * field->rows;
	double cosine = 0, sine = 0;

	*ret_weight = 0;
	for (size_t at = 0; at < count; at++) {
		if (areas[at] == number) {
			const struct tensor *own = &field->sharp[at];
			cosine += own->xx - own->yy;
			sine += 2 * own->xy;
			*ret_weight += sqrt(own->xx + own->yy);
		}
	}
	return atan2(sine, cosine) / 2;
}

/* The line through the area's blocks; of an area that is not long there is none. */
static double slope_of(
	const struct field *field, const uint16_t *areas, uint16_t number, double angle)
{
	double n = 0, u1 = 0, v1 = 0, uu = 0, vv = 0, uv = 0;
	size_t count = (size_t)field->columns * field->rows;
	double c = cos(angle), s = sin(angle);

	for (size_t at = 0; at < count; at++) {
		if (areas[at] == number) {
			double x = field_middle(at % field->columns);
			double y = field_middle(at / field->columns);
			double u = x * c + y * s, v = y * c - x * s;
			n++;
			u1 += u;
			v1 += v;
			uu += u * u;
			vv += v * v;
			uv += u * v;
		}
	}
	uu -= u1 * u1 / n;
	vv -= v1 * v1 / n;
	uv -= u1 * v1 / n;
	return uu > LONG * (vv - uv * uv / fmax(uu, 1)) ? CLAMP(uv / uu, -SLOPE_MAX, SLOPE_MAX) : 0;
}

/* How the stripes' own angles change from one end to the other. */
static double fan_of(
	const struct field *field, const uint16_t *areas, uint16_t number, double angle)
{
	double n = 0, u1 = 0, a1 = 0, uu = 0, ua = 0, fan, reach;
	size_t count = (size_t)field->columns * field->rows;
	double c = cos(angle), s = sin(angle);

	for (size_t at = 0; at < count; at++) {
		if (areas[at] == number) {
			double u = field_middle(at % field->columns) * c +
				   field_middle(at / field->columns) * s;
			double off = remainder(field->angle[at] - angle, G_PI);
			n++;
			u1 += u;
			a1 += off;
			uu += u * u;
			ua += u * off;
		}
	}
	uu -= u1 * u1 / n;
	/* Turned by so much, a stripe goes against it along its own direction. */
	fan = -(ua - u1 * a1 / n) / fmax(uu, 1);
	reach = sqrt(12 * uu / n) / 2;
	return n < FAN_BLOCKS_MIN || fabs(fan) * reach > FAN_SPREAD_MAX ? 0 : fan;
}

static void measure_area(const struct field *field, const uint16_t *areas, uint16_t number,
	struct stripes *ret_stripes)
{
	struct span across = {INFINITY, -INFINITY}, along = {INFINITY, -INFINITY};
	double weight, angle = angle_of(field, areas, number, &weight);
	double slope = slope_of(field, areas, number, angle);
	double c = cos(angle), s = sin(angle), half = BLOCK_PIXELS / 2.0;
	size_t count = (size_t)field->columns * field->rows;

	for (size_t at = 0; at < count; at++) {
		if (areas[at] == number) {
			double x = field_middle(at % field->columns);
			double y = field_middle(at / field->columns);
			double u = x * c + y * s, v = y * c - x * s;
			widen(&across, u, half);
			widen(&along, v - slope * u, half);
		}
	}
	*ret_stripes = from_spans(angle, slope, &across, &along, weight);
	ret_stripes->fan = fan_of(field, areas, number, angle);
}

static int heavier_first(const void *a, const void *b)
{
	double left = ((const struct stripes *)a)->weight,
	       right = ((const struct stripes *)b)->weight;

	return left < right ? 1 : left > right ? -1 : 0;
}

static unsigned find_areas(const struct field *field, struct stripes ret_areas[AREAS_MAX])
{
	size_t blocks = (size_t)field->columns * field->rows;
	g_autofree size_t *stack = g_new(size_t, blocks);
	g_autofree uint16_t *areas = g_new0(uint16_t, blocks);
	uint16_t number = 0;
	unsigned count = 0;

	/* The letters of a text are small areas, and there may be thousands. */
	for (size_t at = 0; at < blocks && count < AREAS_MAX && number < UINT16_MAX; at++) {
		if (field->is_striped[at] && !areas[at] &&
			flood(field, at, ++number, areas, stack) >= BLOCKS_MIN) {
			measure_area(field, areas, number, &ret_areas[count++]);
		}
	}
	qsort(ret_areas, count, sizeof *ret_areas, heavier_first);
	return count;
}

/* Of stripes that fan out, those of the other area lie as this one's would so far away. */
static bool is_in_line(const struct stripes *a, const struct stripes *b, double du)
{
	return same_angle(a->angle, b->angle, SAME_LINE) ||
	       same_angle(a->angle - a->fan * du, b->angle, SAME_LINE);
}

/* Two areas in one line with a gap that is not larger than both: also one area. */
static bool join(const struct stripes *a, const struct stripes *b, struct stripes *ret_stripes)
{
	double c = cos(a->angle), s = sin(a->angle);
	double du = (b->x - a->x) * c + (b->y - a->y) * s;
	double dv = (b->y - a->y) * c - (b->x - a->x) * s - a->slope * du;
	double gap = fabs(du) - (a->across + b->across) / 2;
	struct span across, along;
	double u = a->x * c + a->y * s, v = a->y * c - a->x * s - a->slope * u;

	if (!is_in_line(a, b, du) || fabs(dv) > fmax(a->along, b->along) / 2 ||
		gap > a->across + b->across || gap < -fmin(a->across, b->across) / 2) {
		return false;
	}
	across = (struct span){u - a->across / 2, u + a->across / 2};
	along = (struct span){v - a->along / 2, v + a->along / 2};
	widen(&across, u + du, b->across / 2);
	*ret_stripes = from_spans(a->angle, a->slope, &across, &along, a->weight + b->weight);
	ret_stripes->fan = a->fan;
	return true;
}

static unsigned choose(struct stripes *areas, unsigned count, struct stripes *ret_stripes)
{
	struct stripes all[2 * STRIPES_MAX];
	unsigned kept = 0, chosen = 0;

	for (unsigned i = 0; i < count && kept < STRIPES_MAX; i++) {
		if (areas[i].across >= ACROSS_MIN / 3.0) {
			all[kept++] = areas[i];
		}
	}
	for (unsigned i = 0, single = kept; i < single; i++) {
		for (unsigned j = i + 1; j < single && kept < ARRAY_SIZE(all); j++) {
			kept += join(&all[i], &all[j], &all[kept]);
		}
	}
	qsort(all, kept, sizeof *all, heavier_first);
	for (unsigned i = 0; i < kept && chosen < STRIPES_MAX; i++) {
		if (all[i].across >= ACROSS_MIN) {
			ret_stripes[chosen++] = all[i];
		}
	}
	return chosen;
}

unsigned stripes_find(const struct field *field, struct stripes ret_stripes[STRIPES_MAX])
{
	struct stripes areas[AREAS_MAX];

	return choose(areas, find_areas(field, areas), ret_stripes);
}

/* struct walk - along a line, in 1/65536 of a pixel: where it is, and the step to the next column. */
struct walk {
	int64_t x, y;
	int64_t step_x, step_y;
};

/* Sixteen bits of two neighbours' mean, bilinear, in 1/256 pixel. */
static uint32_t light_at(const uint8_t *above, size_t width, uint32_t u, uint32_t v)
{
	const uint8_t *below = above + width;

	return (above[0] * (256 - u) + above[1] * u) * (256 - v) +
	       (below[0] * (256 - u) + below[1] * u) * v;
}

/* All of it within the picture: no column asks. */
static void add_within(
	const struct grey *in, const struct walk *walk, uint32_t *sums, unsigned count)
{
	const uint8_t *pixels = in->pixels;
	size_t width = in->width;
	int32_t x = (int32_t)walk->x, y = (int32_t)walk->y;
	int32_t step_x = (int32_t)walk->step_x, step_y = (int32_t)walk->step_y;

	for (unsigned i = 0; i < count; i++) {
		sums[i] += light_at(pixels + (size_t)(y >> 16) * width + (x >> 16), width,
			(uint32_t)(x >> 8) & 255, (uint32_t)(y >> 8) & 255);
		x += step_x;
		y += step_y;
	}
}

/* Outside the edge is repeated. */
static void add_anywhere(
	const struct grey *in, const struct walk *walk, uint32_t *sums, unsigned count)
{
	int64_t most_x = ((int64_t)in->width - 1) * 65536 - 1;
	int64_t most_y = ((int64_t)in->height - 1) * 65536 - 1;
	int64_t fine_x = walk->x, fine_y = walk->y;

	for (unsigned i = 0; i < count; i++) {
		int64_t x = CLAMP(fine_x, 0, most_x), y = CLAMP(fine_y, 0, most_y);
		sums[i] += light_at(grey_row(in, (unsigned)(y >> 16)) + (x >> 16), in->width,
			(uint32_t)(x >> 8) & 255, (uint32_t)(y >> 8) & 255);
		fine_x += walk->step_x;
		fine_y += walk->step_y;
	}
}

static bool is_within(const struct grey *in, int64_t x, int64_t y)
{
	return x >= 0 && y >= 0 && x < ((int64_t)in->width - 1) * 65536 &&
	       y < ((int64_t)in->height - 1) * 65536;
}

/* Adds @in along a line to @sums. */
static void add_line(const struct grey *in, double x, double y, double step_x, double step_y,
	uint32_t *sums, unsigned count)
{
	struct walk walk = {lround(x * 256) * 256, lround(y * 256) * 256, lround(step_x * 65536),
		lround(step_y * 65536)};

	for (unsigned first = 0; first < count; first += COLUMNS_AT_ONCE) {
		unsigned columns = MIN(count - first, COLUMNS_AT_ONCE);
		int64_t last_x = walk.x + walk.step_x * (columns - 1);
		int64_t last_y = walk.y + walk.step_y * (columns - 1);
		if (is_within(in, walk.x, walk.y) && is_within(in, last_x, last_y)) {
			add_within(in, &walk, sums + first, columns);
		} else {
			add_anywhere(in, &walk, sums + first, columns);
		}
		walk.x = last_x + walk.step_x;
		walk.y = last_y + walk.step_y;
	}
}

static void write_row(const uint32_t *sums, unsigned lines, uint8_t *row, unsigned count)
{
	uint64_t reciprocal = (UINT64_C(1) << 32) / lines;

	for (unsigned i = 0; i < count; i++) {
		row[i] = (uint8_t)((sums[i] * reciprocal + (UINT64_C(1) << 47)) >> 48);
	}
}

struct grey stripes_strip(const struct grey *in, const struct stripes *stripes, unsigned rows,
	double zoom, double margin)
{
	double c = cos(stripes->angle), s = sin(stripes->angle);
	unsigned count = (unsigned)ceil((stripes->across + 2 * margin) * zoom);
	struct grey out = grey_blank(MAX(count, 1), rows);
	g_autofree uint32_t *sums = g_new(uint32_t, out.width);
	double height = stripes->along / rows;
	unsigned lines = (unsigned)CLAMP(height, 1, LINES_PER_ROW_MAX);

	for (unsigned row = 0; row < rows; row++) {
		memset(sums, 0, out.width * sizeof *sums);
		for (unsigned line = 0; line < lines; line++) {
			double beside = height * (row + (line + 0.5) / lines) - stripes->along / 2;
			double spread = 1 + stripes->fan * beside;
			double u = (-stripes->across / 2 - margin) * spread;
			double v = stripes->slope * u + beside;
			add_line(in, stripes->x + u * c - v * s, stripes->y + u * s + v * c,
				(c - stripes->slope * s) * spread / zoom,
				(s + stripes->slope * c) * spread / zoom, sums, out.width);
		}
		write_row(sums, lines, grey_row(&out, row), out.width);
	}
	return out;
}

double stripes_likeness(const uint8_t *row, const uint8_t *other, unsigned count)
{
	int64_t square = 0, square_other = 0, product = 0;

	for (unsigned i = 0; i + 1 < count; i++) {
		int step = row[i + 1] - row[i], step_other = other[i + 1] - other[i];
		square += step * step;
		square_other += step_other * step_other;
		product += step * step_other;
	}
	return square && square_other
		       ? (double)product / sqrt((double)square * (double)square_other)
		       : 0;
}
