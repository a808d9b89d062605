#ifndef HOSO_MODEL_SHAPE_H
#define HOSO_MODEL_SHAPE_H

#include <stddef.h>

/**
 * shape_span() - how many bytes at the start of @text fit @shape: all of the shape, or 0.
 * @shape: 'd' stands for a digit, 'A' for a capital letter, 'L' for the letter of a level-1 unit
 *         (A to Y); everything else stands for itself.
 */
size_t shape_span(const char *text, const char *shape);

#endif
