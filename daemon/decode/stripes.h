#ifndef HOSO_DECODE_STRIPES_H
#define HOSO_DECODE_STRIPES_H

#include "decode/field.h"

/*
 * Where in a picture may bars stand, and how do they lie? Bars have all their gradients along one
 * line over a wide area; text, edges and noise have not.
 */

#define STRIPES_MAX 6

/**
 * struct stripes - an area of parallel stripes: a rectangle that lies askew.
 * @x, @y:   its middle.
 * @angle:   across the stripes, in radians from the x axis towards growing y; (-pi/2, pi/2].
 * @slope:   how far its long sides rise along the stripes per pixel across them: seen from the side, a
 *           label's edges are not at right angles to its bars any more.
 * @fan:     how much the stripes spread, of their distance from the middle, per pixel along them: they meet
 *           somewhere when the label is seen askew.
 * @across:  its length along @angle, pixels.
 * @along:   its length along the stripes, pixels.
 * @weight:  how much contrast there is in it; the areas of a picture compare by it.
 */
struct stripes {
	double x, y;
	double angle;
	double slope;
	double fan;
	double across;
	double along;
	double weight;
};

/**
 * stripes_find() - the areas of stripes, the strongest first, up to STRIPES_MAX.
 *
 * Two areas in one line, as a reflection parts a code, are also given as one. Returns how many.
 */
unsigned stripes_find(const struct field *field, struct stripes ret_stripes[STRIPES_MAX]);

/**
 * stripes_strip() - the stripes as an upright picture of few rows, each the mean of many lines.
 * @rows:    how many rows; each stands for its own part of the stripes, so rows are independent.
 * @zoom:    columns per pixel.
 * @margin:  pixels beyond both ends: the quiet zones, and what the search may have cut off.
 */
struct grey stripes_strip(const struct grey *in, const struct stripes *stripes, unsigned rows,
	double zoom, double margin);

/**
 * stripes_likeness() - of two rows of a strip, @count columns of each: 1 is the same. By the steps from column to column: light
 * and shadow, and what stands beside, count little then.
 */
double stripes_likeness(const uint8_t *row, const uint8_t *other, unsigned count);

#endif
