#ifndef HOSO_DECODE_GREY_H
#define HOSO_DECODE_GREY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hoso/error.h>

#include "base/attr.h"

/**
 * struct grey - a picture of 8-bit grey values: 0 is black, 255 white.
 * @pixels: width * height bytes, row after row, no padding; owned.
 *
 * All zero is "no picture". A struct is moved by copying it; only one copy may be ended.
 */
struct grey {
	unsigned width;
	unsigned height;
	uint8_t *pixels;
};

/**
 * grey_init() - room for a picture from outside; the pixels are not set.
 *
 * Errors: HOSO_BAD_PICTURE when a side is 0 or over PICTURE_SIDE_MAX, or the area is over
 * PICTURE_PIXELS_MAX: then nothing was allocated. So it may be given whatever a file claims.
 */
_must_check_ enum hoso_error grey_init(struct grey *grey, uint64_t width, uint64_t height);

/** grey_blank() - room for a derived picture; the caller has derived its size from a bounded one.
 */
struct grey grey_blank(unsigned width, unsigned height);

/** grey_copy() - the same pixels, owned by the caller. */
struct grey grey_copy(const struct grey *grey);

/** grey_done() - frees the pixels; harmless on a struct that is all zero, or ended before. */
void grey_done(struct grey *grey);

/** grey_area() - number of pixels. */
static inline size_t grey_area(const struct grey *grey)
{
	return (size_t)grey->width * grey->height;
}

/** grey_holds() - does the point lie on it? */
static inline bool grey_holds(const struct grey *grey, double x, double y)
{
	return x >= 0 && y >= 0 && x <= grey->width - 1.0 && y <= grey->height - 1.0;
}

/** grey_row() - the first pixel of row @y. */
static inline uint8_t *grey_row(const struct grey *grey, unsigned y)
{
	return grey->pixels + (size_t)y * grey->width;
}

#endif
