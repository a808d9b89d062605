#ifndef HOSO_DECODE_WHOLE_H
#define HOSO_DECODE_WHOLE_H

#include <stdbool.h>

#include "decode/grey.h"

/**
 * whole_ean() - is there a line that has all of this EAN, from guard to guard without a gap?
 * @box:        of what was read of it: left, top, right, bottom.
 * @is_upright: columns cross the bars, not rows.
 * @text:       its 13 digits.
 *
 * ZBar puts an EAN together from two halves, wherever it saw them: of two labels that are cut off it makes a third code, and
 * one time in ten its check digit is right.
 */
bool whole_ean(const struct grey *grey, const double box[4], bool is_upright, const char *text);

#endif
