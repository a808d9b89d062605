#ifndef HOSO_DECODE_PATCHES_H
#define HOSO_DECODE_PATCHES_H

#include "decode/field.h"

/*
 * Where in a picture may QR codes stand? They are full of contrast in all directions, about as wide
 * as high, with a quiet zone around.
 */

#define PATCHES_MAX 3

/** struct patch - an upright box, pixels; @weight: how much contrast is in it. */
struct patch {
	unsigned x, y, width, height;
	double weight;
};

/** patches_find() - the strongest first. Returns how many. */
unsigned patches_find(
	const struct field *field, const struct grey *in, struct patch ret_patches[PATCHES_MAX]);

#endif
