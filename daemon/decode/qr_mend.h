#ifndef HOSO_DECODE_QR_MEND_H
#define HOSO_DECODE_QR_MEND_H

#include "decode/qr_layout.h"

/**
 * qr_mend() - what the code must have been, by its own correction.
 * @values: of each module, how light (above 0) or dark it looks, and how surely; replaced by 1 and -1, only on
 *          success.
 *
 * A reader that knows only light and dark can put right one byte for two of correction. Where it is known
 * which bytes are worth little, one is enough: so those are given up, the least sure first. Any bytes are a
 * code when enough of them are given up, so what is left must still say that this one was meant.
 */
bool qr_mend(const struct qr_layout *layout, float *values);

#endif
