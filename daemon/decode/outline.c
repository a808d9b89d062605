#include "decode/outline.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <glib.h>

#include "decode/retouch.h"

#define CALM_PIXELS 7 /* about a module: takes the noise */
#define LEVELS 256
#define END_SHARE                                                                                  \
	20 /* one pixel in so many is darker than what counts as dark, and lighter than light */
#define DARK_SHARE 0.35 /* of the way from light to dark */
#define SPAN_MIN 24     /* grey steps from dark to light; less is an empty place */
#define CELLS_COARSE 44 /* along the longer side of a code alone: one is about a module … */
#define CELLS_FINE 110  /* … and of a whole label */
#define CELLS_MIN 36
#define PARTS_MAX 64
#define PARTS_TRIED 6
#define TURN_MIN 64  /* square pixels, twice: a corner that is flatter is none */
#define FILL_MIN 0.5 /* of the quadrangle; a frame around all has less */

/* struct point - pixels. */
struct point {
	double x, y;
};

/* How light it is where one pixel in END_SHARE is darker, or lighter. */
static void find_span(const struct grey *grey, unsigned *ret_dark, unsigned *ret_light)
{
	size_t counts[LEVELS] = {0}, few = grey_area(grey) / END_SHARE, sum = 0;
	unsigned level;

	for (size_t i = 0; i < grey_area(grey); i++) {
		counts[grey->pixels[i]]++;
	}
	for (level = 0; level < LEVELS - 1 && (sum += counts[level]) <= few; level++) {
	}
	*ret_dark = level;
	for (level = LEVELS - 1, sum = 0; level > 0 && (sum += counts[level]) <= few; level--) {
	}
	*ret_light = level;
}

/* Twice the area from @a over @b to @c; above 0 when it turns clockwise. */
static double turn_of(const struct point *a, const struct point *b, const struct point *c)
{
	return (b->x - a->x) * (c->y - a->y) - (b->y - a->y) * (c->x - a->x);
}

static unsigned add_to_hull(struct point *hull, unsigned count, unsigned least, struct point point)
{
	while (count > least && turn_of(&hull[count - 2], &hull[count - 1], &point) <= 0) {
		count--;
	}
	hull[count] = point;
	return count + 1;
}

/* struct span - of what is dark in a row. */
struct span {
	int left, right;
};

/* Down the right ends, and up the left ones. */
static unsigned find_hull(const struct span *spans, unsigned rows, struct point *ret_hull)
{
	unsigned count = 0, turned;

	for (unsigned y = 0; y < rows; y++) {
		if (spans[y].right >= 0) {
			count = add_to_hull(
				ret_hull, count, 1, (struct point){spans[y].right + 0.5, y});
		}
	}
	turned = count + 1;
	for (unsigned y = rows; y-- > 0;) {
		if (spans[y].right >= 0) {
			count = add_to_hull(
				ret_hull, count, turned, (struct point){spans[y].left - 0.5, y});
		}
	}
	return count;
}

/* Where the sides before and after the side from @b to @c meet, and what that adds; INFINITY when nowhere. */
static double meet(const struct point *a, const struct point *b, const struct point *c,
	const struct point *d, struct point *ret_point)
{
	double ux = b->x - a->x, uy = b->y - a->y, vx = c->x - d->x, vy = c->y - d->y;
	double determinant = ux * vy - uy * vx, times;

	/* They must come together beyond the side, not before it. */
	if (determinant >= -1e-9) {
		return INFINITY;
	}
	times = ((c->x - b->x) * vy - (c->y - b->y) * vx) / determinant;
	*ret_point = (struct point){b->x + times * ux, b->y + times * uy};
	return times < 0 ? INFINITY : fabs(turn_of(b, ret_point, c));
}

/* The side is left out that adds least, until four are left. */
static bool leave_four(struct point *hull, unsigned count)
{
	while (count > 4) {
		double least = INFINITY;
		unsigned best = 0;
		struct point best_point = {0}, point = {0};
		for (unsigned i = 0; i < count; i++) {
			double added = meet(&hull[(i + count - 1) % count], &hull[i],
				&hull[(i + 1) % count], &hull[(i + 2) % count], &point);
			if (added < least) {
				least = added;
				best = i;
				best_point = point;
			}
		}
		if (least == INFINITY) {
			return false;
		}
		hull[best] = best_point;
		best = (best + 1) % count;
		memmove(&hull[best], &hull[best + 1], (count - best - 1) * sizeof *hull);
		count--;
	}
	return count == 4;
}

/*
 * struct cells - the picture by squares of @size pixels. @kinds: CELL_EMPTY, CELL_DARK, or the number of the part
 * that hangs together; of it, @sizes.
 */
struct cells {
	unsigned size, columns, rows, parts;
	uint8_t *kinds;
	unsigned sizes[PARTS_MAX];
};

enum { CELL_EMPTY, CELL_DARK, CELL_PART };

static void flood(struct cells *cells, size_t seed, size_t *stack)
{
	size_t depth = 0;
	uint8_t own = (uint8_t)(CELL_PART + cells->parts);

	stack[depth++] = seed;
	cells->kinds[seed] = own;
	while (depth > 0) {
		size_t cell = stack[--depth];
		unsigned column = (unsigned)(cell % cells->columns);
		unsigned row = (unsigned)(cell / cells->columns);
		cells->sizes[cells->parts]++;
		for (unsigned y = row - (row > 0); y <= MIN(row + 1, cells->rows - 1); y++) {
			for (unsigned x = column - (column > 0);
				x <= MIN(column + 1, cells->columns - 1); x++) {
				size_t next = (size_t)y * cells->columns + x;
				if (cells->kinds[next] == CELL_DARK) {
					cells->kinds[next] = own;
					stack[depth++] = next;
				}
			}
		}
	}
	cells->parts++;
}

static size_t cell_width(const struct grey *black, const struct cells *cells, unsigned column)
{
	return MIN(cells->size, black->width - column * cells->size);
}

/* The first dark pixel of a cell in row @y, below 0: none. */
static int first_dark(
	const struct grey *black, const struct cells *cells, unsigned y, unsigned column)
{
	const uint8_t *row = grey_row(black, y), *cell = row + (size_t)column * cells->size;
	const uint8_t *dark = memchr(cell, 0, cell_width(black, cells, column));

	return dark ? (int)(dark - row) : -1;
}

static int last_dark(
	const struct grey *black, const struct cells *cells, unsigned y, unsigned column)
{
	const uint8_t *row = grey_row(black, y), *cell = row + (size_t)column * cells->size;
	const uint8_t *dark = memrchr(cell, 0, cell_width(black, cells, column));

	return dark ? (int)(dark - row) : -1;
}

static void find_parts(const struct grey *black, struct cells *cells)
{
	size_t count;
	g_autofree size_t *stack = NULL;

	cells->columns = (black->width - 1) / cells->size + 1;
	cells->rows = (black->height - 1) / cells->size + 1;
	count = (size_t)cells->columns * cells->rows;
	cells->kinds = g_new0(uint8_t, count);
	stack = g_new(size_t, count);
	for (unsigned y = 0; y < black->height; y++) {
		uint8_t *kinds = cells->kinds + (size_t)(y / cells->size) * cells->columns;
		for (unsigned column = 0; column < cells->columns; column++) {
			if (kinds[column] == CELL_EMPTY &&
				first_dark(black, cells, y, column) >= 0) {
				kinds[column] = CELL_DARK;
			}
		}
	}
	for (size_t i = 0; i < count && cells->parts < PARTS_MAX; i++) {
		if (cells->kinds[i] == CELL_DARK) {
			flood(cells, i, stack);
		}
	}
}

/* Is it a quadrangle, and does what is dark fill enough of it? */
static bool is_filled(const struct point *corners, double dark_area)
{
	double area = 0;

	for (unsigned i = 0; i < 4; i++) {
		double turn = turn_of(&corners[i], &corners[(i + 1) % 4], &corners[(i + 2) % 4]);
		if (turn < TURN_MIN) {
			return false;
		}
		area += turn / 4;
	}
	return area * FILL_MIN <= dark_area;
}

/* From the first dark pixel of the part to its last one. */
static struct span span_of(
	const struct grey *black, const struct cells *cells, unsigned part, unsigned y)
{
	const uint8_t *kinds = cells->kinds + (size_t)(y / cells->size) * cells->columns;
	struct span span = {-1, -1};

	for (unsigned column = 0; column < cells->columns && span.left < 0; column++) {
		if (kinds[column] == CELL_PART + part) {
			span.left = first_dark(black, cells, y, column);
		}
	}
	for (unsigned column = cells->columns; column-- > 0 && span.right < span.left;) {
		if (kinds[column] == CELL_PART + part) {
			span.right = last_dark(black, cells, y, column);
		}
	}
	return span;
}

static bool outline_part(const struct grey *black, const struct cells *cells, unsigned part,
	struct outline *ret_outline)
{
	g_autofree struct span *spans = g_new(struct span, black->height);
	g_autofree struct point *hull = g_new(struct point, 2 * (size_t)black->height + 1);

	for (unsigned y = 0; y < black->height; y++) {
		spans[y] = span_of(black, cells, part, y);
	}
	if (!leave_four(hull, find_hull(spans, black->height, hull)) ||
		!is_filled(hull, (double)cells->sizes[part] * cells->size * cells->size)) {
		return false;
	}
	for (unsigned i = 0; i < 4; i++) {
		ret_outline->x[i] = hull[i].x;
		ret_outline->y[i] = hull[i].y;
	}
	return true;
}

/* Black where it is clearly darker than the light around. */
static struct grey blacken(const struct grey *grey)
{
	struct grey calm = retouch_mean(grey, CALM_PIXELS, CALM_PIXELS);
	unsigned dark, light, level;

	find_span(&calm, &dark, &light);
	level = light < dark + SPAN_MIN ? 0 : (unsigned)(light - (light - dark) * DARK_SHARE);
	for (size_t i = 0; i < grey_area(&calm); i++) {
		calm.pixels[i] = calm.pixels[i] < level ? 0 : 255;
	}
	return calm;
}

static unsigned outline_parts(
	const struct grey *black, unsigned across, unsigned room, struct outline *ret_outlines)
{
	struct cells cells = {.size = MAX(MAX(black->width, black->height) / across, 2)};
	unsigned count = 0;

	find_parts(black, &cells);
	for (unsigned tries = 0; tries < PARTS_TRIED && count < room; tries++) {
		unsigned largest = 0;
		for (unsigned part = 1; part < cells.parts; part++) {
			largest = cells.sizes[part] > cells.sizes[largest] ? part : largest;
		}
		if (cells.sizes[largest] < CELLS_MIN) {
			break;
		}
		count += outline_part(black, &cells, largest, &ret_outlines[count]);
		cells.sizes[largest] = 0;
	}
	g_free(cells.kinds);
	return count;
}

unsigned outlines_find(const struct grey *grey, struct outline ret_outlines[OUTLINES_MAX])
{
	static const unsigned across[] = {CELLS_COARSE, CELLS_FINE};
	struct grey black = blacken(grey);
	unsigned count = 0;

	for (unsigned i = 0; i < G_N_ELEMENTS(across); i++) {
		count += outline_parts(&black, across[i], OUTLINES_MAX / 2, &ret_outlines[count]);
	}
	grey_done(&black);
	return count;
}
