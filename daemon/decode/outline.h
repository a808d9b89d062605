#ifndef HOSO_DECODE_OUTLINE_H
#define HOSO_DECODE_OUTLINE_H

#include "decode/grey.h"

/** struct outline - four corners, in pixels, one after the other clockwise. */
struct outline {
	double x[4], y[4];
};

#define OUTLINES_MAX 4

/**
 * outlines_find() - the quadrangles around what is dark and hangs together, the largest first; returns how many.
 *
 * Where blur or a tilt takes the squares of a QR code, it leaves where the code ends.
 */
unsigned outlines_find(const struct grey *grey, struct outline ret_outlines[OUTLINES_MAX]);

#endif
