#ifndef HOSO_DECODE_FINDS_H
#define HOSO_DECODE_FINDS_H

#include <stdbool.h>

#include "decode/barcode.h"

/*
 * What several attempts on one picture have seen, and which of it is believed. Limits were set on
 * the wrong reads of a thousand public pictures:
 *
 *   QR       has its own error correction: believed.
 *   Code 128 two scan lines agree: its check character lets one in a hundred misreads pass.
 *   Code 39  the same, and BARCODE_LENGTH_MIN characters.
 *   ITF      two attempts, and twenty lines, or eight and a right check digit: any even number of
 * its digits is a code.
 *   EAN-13   two attempts, twelve lines, and no rival at its place with a fifth of its lines: 1 and
 * 7, 2 and 8 look alike when blurred, and the check digit does not always tell.
 *
 * A bar code that is a piece of a longer one of its kind is a short read of it, and is dropped.
 */

#define FINDS_MAX (2 * PICTURE_CODES_MAX) /* candidates: the codes, and as many misreads */

struct find {
	struct barcode barcode;
	unsigned attempts;
	unsigned last_attempt;
};

/** struct finds - large (a megabyte): from the heap, zeroed. */
struct finds {
	unsigned attempt;
	unsigned count;
	struct find find[FINDS_MAX];
};

/** finds_begin_attempt() - what is added from now on comes from another attempt. */
void finds_begin_attempt(struct finds *finds);

/** finds_add() - one more sighting; the same text of the same symbology adds to the one before. */
void finds_add(struct finds *finds, const struct barcode *barcode);

/** finds_satisfy() - is one of the believed codes what the caller is after? */
bool finds_satisfy(const struct finds *finds, const struct barcode_wish *wish);

/** finds_any() - is anything believed? */
bool finds_any(const struct finds *finds);

/** finds_cover() - does a believed code's box hold this point? */
bool finds_cover(const struct finds *finds, double x, double y);

/** finds_believed() - copies out what is believed, in the order found, up to PICTURE_CODES_MAX. */
void finds_believed(const struct finds *finds, struct barcode_list *ret_list);

#endif
