#ifndef HOSO_DECODE_FINDERS_H
#define HOSO_DECODE_FINDERS_H

#include <stdbool.h>

#include "decode/grey.h"

/*
 * The three squares in the corners of a QR code, found by their 1:1:3:1:1, which any line through their
 * middle has, at any angle.
 */

#define FINDERS_MAX 64
#define CORNERS_MAX 208 /* threes of squares that may belong together */

/** struct finder - @module: pixels, more or less; @lines: that have crossed it. */
struct finder {
	double x, y;
	double module;
	unsigned lines;
};

/** struct finders - seen in several pictures of the same size; begins all zero. */
struct finders {
	unsigned count;
	struct finder finder[FINDERS_MAX];
};

/** struct corners - squares that lie as those of one code: the middle one, to its right, and below. One of
 * them may not have been seen (it has no lines) and be where it is when the paper is flat. */
struct corners {
	struct finder corner, right, below;
};

/** finders_search() - adds those of one more picture, in which black is 0. */
void finders_search(struct finders *finders, const struct grey *black);

/** finders_match() - which may belong together? The most likely threes first, then twos; returns how many. */
unsigned finders_match(struct finders *finders, struct corners ret_corners[CORNERS_MAX]);

#endif
