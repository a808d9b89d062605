#include "decode/finders.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include <glib.h>

#define MODULES 7.0
#define NARROW_SLACK 0.75 /* modules: blurred, the light ring is thin and the dark ones are thick */
#define WIDE_SLACK 1.3
#define SAME_MODULES 3.0 /* two middles as near as that are one */
#define MODULE_RATIO 2.2
#define LEG_RATIO 2.5
#define CORNER_COSINE 0.65 /* of the angle between the legs */
#define LEG_MODULES_MIN 10
#define LEG_MODULES_MAX 180
#define MATCHED_MAX 14 /* that most lines have crossed */
#define PAIRED_MAX 8   /* the same, where one of three was not seen */
#define THREES_MAX (CORNERS_MAX - PAIRED_MAX * (PAIRED_MAX - 1) * 3)

/* struct line - a row or column. */
struct line {
	const uint8_t *pixels;
	size_t step;
	int count;
};

static struct line row_of(const struct grey *black, unsigned y)
{
	return (struct line){grey_row(black, y), 1, (int)black->width};
}

static struct line column_of(const struct grey *black, unsigned x)
{
	return (struct line){black->pixels + x, black->width, (int)black->height};
}

static bool is_dark(const struct line *line, int at)
{
	return line->pixels[(size_t)at * line->step] == 0;
}

static bool is_finder(const int runs[5], double *ret_module)
{
	double sum = runs[0] + runs[1] + runs[2] + runs[3] + runs[4];
	double module = sum / MODULES;

	*ret_module = module;
	return sum >= MODULES && fabs(runs[0] - module) <= module * NARROW_SLACK &&
	       fabs(runs[1] - module) <= module * NARROW_SLACK &&
	       fabs(runs[2] - 3 * module) <= module * WIDE_SLACK &&
	       fabs(runs[3] - module) <= module * NARROW_SLACK &&
	       fabs(runs[4] - module) <= module * NARROW_SLACK;
}

/* From within the middle square outwards; the middle of it. */
static bool cross(const struct line *line, int at, double *ret_middle, double *ret_module)
{
	int runs[5] = {0};
	int left = at, right = at;

	if (at < 0 || at >= line->count || !is_dark(line, at)) {
		return false;
	}
	for (int ring = 2; ring >= 0; ring--) {
		for (; left >= 0 && is_dark(line, left) == (ring % 2 == 0); left--) {
			runs[ring]++;
		}
	}
	right++;
	for (int ring = 2; ring < 5; ring++) {
		for (; right < line->count && is_dark(line, right) == (ring % 2 == 0); right++) {
			runs[ring]++;
		}
	}
	*ret_middle = left + 1 + runs[0] + runs[1] + runs[2] / 2.0 - 0.5;
	return is_finder(runs, ret_module);
}

static void keep(struct finders *finders, const struct finder *finder)
{
	for (unsigned i = 0; i < finders->count; i++) {
		struct finder *own = &finders->finder[i];
		if (hypot(own->x - finder->x, own->y - finder->y) < own->module * SAME_MODULES) {
			double old = own->lines, all = old + 1;
			own->x = (own->x * old + finder->x) / all;
			own->y = (own->y * old + finder->y) / all;
			own->module = (own->module * old + finder->module) / all;
			own->lines++;
			return;
		}
	}
	if (finders->count < FINDERS_MAX) {
		finders->finder[finders->count++] = *finder;
	}
}

static void check_middle(const struct grey *black, double x, unsigned y, struct finders *finders)
{
	struct line column = column_of(black, (unsigned)x), row;
	struct finder finder = {.lines = 1};
	double module;

	if (!cross(&column, (int)y, &finder.y, &module) || finder.y < 0) {
		return;
	}
	row = row_of(black, MIN((unsigned)(finder.y + 0.5), black->height - 1));
	if (cross(&row, (int)x, &finder.x, &finder.module) &&
		finder.module < module * MODULE_RATIO && module < finder.module * MODULE_RATIO) {
		finder.module = (finder.module + module) / 2;
		keep(finders, &finder);
	}
}

static void search_row(const struct grey *black, unsigned y, struct finders *finders)
{
	struct line line = row_of(black, y);
	int runs[5] = {0};
	unsigned filled = 0;
	int begin = 0;

	/* runs[4] is the one that has just ended; they begin and end with a dark one. */
	for (int x = 1; x <= line.count; x++) {
		double module;
		if (x < line.count && is_dark(&line, x) == is_dark(&line, x - 1)) {
			continue;
		}
		for (unsigned i = 0; i < 4; i++) {
			runs[i] = runs[i + 1];
		}
		runs[4] = x - begin;
		begin = x;
		filled++;
		if (filled >= 5 && is_dark(&line, x - 1) && is_finder(runs, &module)) {
			check_middle(black, x - runs[4] - runs[3] - runs[2] / 2.0, y, finders);
		}
	}
}

static int more_lines_first(const void *a, const void *b)
{
	const struct finder *left = a, *right = b;

	return left->lines < right->lines ? 1 : left->lines > right->lines ? -1 : 0;
}

/* Do they lie as the squares of a code, @corner between the others? How badly, in @ret_cost. */
static bool match(const struct finder *corner, const struct finder *one, const struct finder *other,
	struct corners *ret_corners, double *ret_cost)
{
	double ux = one->x - corner->x, uy = one->y - corner->y;
	double vx = other->x - corner->x, vy = other->y - corner->y;
	double u = hypot(ux, uy), v = hypot(vx, vy);
	double cosine = fabs(ux * vx + uy * vy) / (u * v + 1e-9);
	double least = fmin(corner->module, fmin(one->module, other->module));
	double most = fmax(corner->module, fmax(one->module, other->module));
	double leg_ratio = fmax(u, v) / (fmin(u, v) + 1e-9), module_ratio = most / least;

	if (cosine > CORNER_COSINE || leg_ratio > LEG_RATIO || module_ratio > MODULE_RATIO ||
		fmin(u, v) < LEG_MODULES_MIN * least || fmax(u, v) > LEG_MODULES_MAX * most) {
		return false;
	}
	*ret_corners = ux * vy - uy * vx > 0 ? (struct corners){*corner, *one, *other}
					     : (struct corners){*corner, *other, *one};
	*ret_cost = cosine + (leg_ratio - 1) + (module_ratio - 1) +
		    2.0 / MIN(corner->lines, MIN(one->lines, other->lines));
	return true;
}

static void keep_corners(struct corners corners[CORNERS_MAX], double costs[THREES_MAX],
	unsigned *count, const struct corners *next, double cost)
{
	unsigned i = *count;

	if (i == THREES_MAX && costs[--i] <= cost) {
		return;
	}
	for (; i > 0 && costs[i - 1] > cost; i--) {
		corners[i] = corners[i - 1];
		costs[i] = costs[i - 1];
	}
	corners[i] = *next;
	costs[i] = cost;
	*count = MIN(*count + 1, THREES_MAX);
}

/* A square that was not seen, from @at so far as (dx, dy). */
static struct finder unseen(const struct finder *at, double dx, double dy)
{
	return (struct finder){.x = at->x + dx, .y = at->y + dy, .module = at->module};
}

/* Two squares may be those of the upper side, of the left one, or those opposite to each other. */
static void add_pair(const struct finder *one, const struct finder *other,
	struct corners corners[CORNERS_MAX], unsigned *count)
{
	double dx = other->x - one->x, dy = other->y - one->y, length = hypot(dx, dy);
	double least = fmin(one->module, other->module), most = fmax(one->module, other->module);

	if (most > least * MODULE_RATIO || length < LEG_MODULES_MIN * least ||
		length > LEG_MODULES_MAX * most) {
		return;
	}
	corners[(*count)++] = (struct corners){*one, *other, unseen(one, -dy, dx)};
	corners[(*count)++] = (struct corners){*one, unseen(one, dy, -dx), *other};
	corners[(*count)++] =
		(struct corners){unseen(one, (dx + dy) / 2, (dy - dx) / 2), *other, *one};
}

void finders_search(struct finders *finders, const struct grey *black)
{
	for (unsigned y = 0; y < black->height; y++) {
		search_row(black, y, finders);
	}
}

unsigned finders_match(struct finders *finders, struct corners ret_corners[CORNERS_MAX])
{
	struct finder *finder = finders->finder;
	unsigned count = MIN(finders->count, MATCHED_MAX), found = 0;
	double costs[THREES_MAX], cost;
	struct corners corners;

	qsort(finder, finders->count, sizeof *finder, more_lines_first);
	for (unsigned i = 0; i < count; i++) {
		for (unsigned j = 0; j < count; j++) {
			for (unsigned k = j + 1; k < count; k++) {
				if (i != j && i != k &&
					match(&finder[i], &finder[j], &finder[k], &corners,
						&cost)) {
					keep_corners(ret_corners, costs, &found, &corners, cost);
				}
			}
		}
	}
	count = MIN(count, PAIRED_MAX);
	for (unsigned i = 0; i < count; i++) {
		for (unsigned j = 0; j < count; j++) {
			if (i != j) {
				add_pair(&finder[i], &finder[j], ret_corners, &found);
			}
		}
	}
	return found;
}
