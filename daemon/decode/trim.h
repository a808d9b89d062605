#ifndef HOSO_DECODE_TRIM_H
#define HOSO_DECODE_TRIM_H

#include "decode/stripes.h"

/**
 * trim() - to the rows of the bars. Text above and below them is striped too, but its rows are not alike: what is kept is the
 * run of rows that are most like their neighbours.
 */
void trim(const struct grey *picture, struct stripes *stripes);

#endif
