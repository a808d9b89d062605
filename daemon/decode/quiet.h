#ifndef HOSO_DECODE_QUIET_H
#define HOSO_DECODE_QUIET_H

#include <stdbool.h>

#include "decode/grey.h"

/**
 * quiet_is_beside() - is it light beside both ends of bars, as far as a quiet zone should reach?
 * @box:        of what was read of them: left, top, right, bottom; both ends must be known.
 * @is_upright: columns cross them, not rows.
 * @modules:    the narrowest bars that the code is wide.
 *
 * A code without an end of its own, read in part, has bars there. What the picture does not show is
 * not quiet.
 */
bool quiet_is_beside(const struct grey *grey, const double box[4], bool is_upright, double modules);

/** quiet_ends_itf() - and are the outermost bars those of an ITF: narrow, but for the last but one? */
bool quiet_ends_itf(const struct grey *grey, const double box[4], bool is_upright, double modules);

#endif
