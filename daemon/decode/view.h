#ifndef HOSO_DECODE_VIEW_H
#define HOSO_DECODE_VIEW_H

#include "decode/finds.h"
#include "decode/scanner.h"

/**
 * struct view - a picture made from the original, and the way back: its pixel (u, v) lies at
 * (x + u * ux + v * vx, y + u * uy + v * vy) of the original.
 * @weight: how many lines of the original one of its lines stands for, as far as they are evidence.
 */
struct view {
	struct grey grey;
	double x, y;
	double ux, uy;
	double vx, vy;
	unsigned weight;
	struct scan_way way;
};

/**
 * view_scan() - scan it, as an attempt of its own.
 * @view:     its pixels are freed.
 * @original: what places are given in.
 */
void view_scan(struct view *view, const struct grey *original, struct finds *finds);

/** view_place() - the upright box of the original around a box of the view. */
void view_place(const struct view *view, const struct grey *original, const double box[4],
	struct barcode *barcode);

/**
 * view_bars() - the place of bars in the original.
 * @box:        of what was read of them, pixels of the view: left, top, right, bottom.
 * @is_upright: the view's columns cross them, not its rows.
 * @length:     of their text: how far they may reach when only one end is known.
 */
struct place view_bars(
	const struct view *view, const double box[4], bool is_upright, unsigned length);

#endif
