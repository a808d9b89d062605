#ifndef HOSO_DECODE_MODULES_H
#define HOSO_DECODE_MODULES_H

#include "decode/finders.h"
#include "decode/qr_layout.h"

/*
 * The modules of a QR code, sampled one by one where they lie on bent or tilted paper, and drawn anew as
 * they should have been: then nothing is left to do but its error correction.
 */

/**
 * struct modules - @dimension modules a side.
 * @layout: of all codes of this size; owned.
 * @values: of each: above 0 light, below 0 dark, row after row; owned.
 * @likeness: of what every code has at its known places, -1 to 1.
 * @lie: how the code lies: a projection from modules to pixels, x and y over a common divisor.
 */
struct modules {
	unsigned dimension;
	struct qr_layout *layout;
	float *values;
	double likeness;
	double lie[8];
};

#define MODULES_LIKENESS_MIN 0.55   /* less is no code, or another way of lying */
#define MODULES_LIKENESS_SMALL 0.65 /* of the smallest: its error correction is the weakest */

/** modules_find() - how does the code lie? False when nothing like one lies between the corners. */
bool modules_find(
	const struct grey *grey, const struct corners *corners, struct modules *ret_modules);

/** modules_sample() - @is_bent: the paper is not flat; which way is found out. */
void modules_sample(const struct grey *grey, bool is_bent, struct modules *modules);

/** modules_place() - of a module, in pixels. */
void modules_place(const struct modules *modules, double u, double v, double *ret_x, double *ret_y);

void modules_done(struct modules *modules);

/** modules_draw() - black and white, with a quiet zone. */
struct grey modules_draw(const struct modules *modules);

#endif
