#ifndef HOSO_DECODE_EQUALIZE_H
#define HOSO_DECODE_EQUALIZE_H

#include <stdint.h>

/**
 * equalize() - takes off each value what its neighbours have spilled into it.
 * @values: side * side; replaced by what they should be: above 0 light, below 0 dark.
 * @known:  of each value, 1: it is light, -1: dark, 0: not known.
 *
 * How light spills, blurred or moved, is learned from the values that are known, and then from all, as far
 * as they were made out: the same for all of them. The light need not be even; where it washes out everything,
 * values are near 0: not sure.
 */
void equalize(float *values, const int8_t *known, unsigned side);

#endif
