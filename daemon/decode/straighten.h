#ifndef HOSO_DECODE_STRAIGHTEN_H
#define HOSO_DECODE_STRAIGHTEN_H

#include "decode/stripes.h"

/*
 * How stripes lie is known from the angles of small blocks, to some degrees only. Rows that are means of many lines need
 * it to a tenth of that, for leaning bars run into each other there.
 */

/**
 * straighten() - measures in the picture how far the stripes move from row to row, and turns and spreads the area
 * (@angle, @slope, @fan) so that they do not any more. Where rows are not alike it stays as it is.
 */
void straighten(const struct grey *picture, struct stripes *stripes);

#endif
