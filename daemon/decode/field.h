#ifndef HOSO_DECODE_FIELD_H
#define HOSO_DECODE_FIELD_H

#include <stdbool.h>

#include "decode/grey.h"

#define BLOCK_PIXELS 8

/** struct tensor - gradients of a block: sums of their squares and products. */
struct tensor {
	float xx, yy, xy;
};

/**
 * struct field - what kind of texture is where in a picture, by blocks of BLOCK_PIXELS; the first
 * one begins at pixel (1, 1).
 * @sharp:      of each block alone; @smooth: with its neighbours'.
 * @angle:      across its stripes, if it has any.
 * @is_striped: its gradients lie along one line.
 */
struct field {
	unsigned columns, rows;
	struct tensor *sharp;
	struct tensor *smooth;
	float *angle;
	uint8_t *is_striped;
};

/** field_init() - false when the picture is too small to have a block. */
bool field_init(struct field *field, const struct grey *in);
void field_done(struct field *field);

/** field_middle() - of a block, in pixels. */
static inline double field_middle(size_t block)
{
	return 1 + BLOCK_PIXELS * (double)block + BLOCK_PIXELS / 2.0;
}

#endif
