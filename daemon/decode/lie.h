#ifndef HOSO_DECODE_LIE_H
#define HOSO_DECODE_LIE_H

#include <stdbool.h>

#include <glib.h>

#include "decode/finders.h"
#include "decode/outline.h"
#include "decode/qr_layout.h"

/** struct lie - how a QR code lies: a projection from modules to pixels, x and y over a common divisor. */
struct lie {
	double a, b, c, d, e, f, g, h;
};

/* These two stand here to become part of the loops that ask them a million times for a picture. */

/** lie_place() - of a point among the modules, in pixels. */
static inline void lie_place(
	const struct lie *lie, double u, double v, double *ret_x, double *ret_y)
{
	double share = 1 / (lie->g * u + lie->h * v + 1);

	*ret_x = (lie->a * u + lie->b * v + lie->c) * share;
	*ret_y = (lie->d * u + lie->e * v + lie->f) * share;
}

/** lie_light() - at a point between pixels; outside the edge is repeated. */
static inline float lie_light(const struct grey *grey, double x, double y)
{
	double right = grey->width - 1.001, bottom = grey->height - 1.001;
	/* In this order what is no number is 0, too. */
	double left = x > 0 ? MIN(x, right) : 0, top = y > 0 ? MIN(y, bottom) : 0;
	int column = (int)left, row = (int)top;
	float u = (float)(left - column), v = (float)(top - row);
	const uint8_t *above = grey_row(grey, (unsigned)row) + column, *below = above + grey->width;

	return (above[0] * (1 - u) + above[1] * u) * (1 - v) +
	       (below[0] * (1 - u) + below[1] * u) * v;
}

/**
 * lie_find() - which of the corners or outlines are those of a code, how large is it, and how does it lie?
 * @grey: its light evened out.
 * @ret_layout: of the code's size.
 * @ret_likeness: of what every code has at its known places, -1 to 1.
 *
 * False when nothing like a code lies between any of the corners, or inside an outline.
 */
bool lie_find(const struct grey *grey, const struct corners *corners, unsigned count,
	const struct outline *outlines, unsigned outline_count, struct lie *ret_lie,
	struct qr_layout *ret_layout, double *ret_likeness);

#endif
