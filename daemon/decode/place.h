#ifndef HOSO_DECODE_PLACE_H
#define HOSO_DECODE_PLACE_H

#include <stdbool.h>

/*
 * Where bars stand in a picture, as they lie. An upright box around askew bars holds much that is not
 * theirs, and the box of the lines that were read may be a single point.
 */

/**
 * struct place - a parallelogram, pixels: its middle, and half of its two sides.
 * @across_x, @across_y: half a side across the bars; @along_x, @along_y: along them.
 * @is_measured: the sides are those of the bars; else they are rows or columns of the picture, or only
 *           one end of the bars is known.
 */
struct place {
	double x, y;
	double across_x, across_y;
	double along_x, along_y;
	bool is_measured;
};

/** place_is_same() - do both hold the same bars, for the most part across them and somewhere along? */
bool place_is_same(const struct place *a, const struct place *b);

/** place_is_next() - or may they, when one is only a few lines of its bars? */
bool place_is_next(const struct place *a, const struct place *b);

/** place_holds() - does the point lie in it, or up to @margin pixels beside it along the bars? */
bool place_holds(const struct place *place, double x, double y, double margin);

/** place_widen() - so that it holds @other too, in its own directions. */
void place_widen(struct place *place, const struct place *other);

#endif
