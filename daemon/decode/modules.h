#ifndef HOSO_DECODE_MODULES_H
#define HOSO_DECODE_MODULES_H

#include "decode/lie.h"

/*
 * The modules of a QR code, sampled one by one where they lie on bent or tilted paper, and drawn anew as
 * they should have been: then nothing is left to do but its error correction.
 */

/**
 * struct modules - @dimension modules a side.
 * @layout: of all codes of this size; owned.
 * @values: of each: above 0 light, below 0 dark, row after row; owned.
 * @likeness: of what every code has at its known places, -1 to 1.
 */
struct modules {
	unsigned dimension;
	struct qr_layout *layout;
	float *values;
	double likeness;
	struct lie lie;
};

/** modules_find() - is there a code between any of the corners? */
bool modules_find(const struct grey *grey, const struct corners *corners, unsigned count,
	struct modules *ret_modules);

/** modules_sample() - @is_bent: the paper is not flat; which way is found out. */
void modules_sample(const struct grey *grey, bool is_bent, struct modules *modules);

void modules_done(struct modules *modules);

/** modules_draw() - black and white, with a quiet zone. */
struct grey modules_draw(const struct modules *modules);

#endif
