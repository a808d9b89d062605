#ifndef HOSO_SHEET_SYMBOL_H
#define HOSO_SHEET_SYMBOL_H

#include <stdint.h>

#include <glib.h>

#include <hoso/error.h>

#include "base/attr.h"
#include "decode/barcode.h"

/*
 * A text as bars: Code 128 or QR, in modules (of the finest bar's width). Only ASCII goes into ours: every scanner
 * and every keyboard layout understands it.
 */

#define SYMBOL_TEXT_MAX                                                                            \
	60 /* characters; no code is longer, and the library takes no more for Code 128 */
#define SYMBOL_QUIET_BARS 10 /* modules of white at both ends of Code 128; ISO 15417 */
#define SYMBOL_QUIET_QR 4    /* modules of white around a QR code; ISO 18004 */

/** struct bar - one black place, in modules from the upper left corner. */
struct bar {
	uint16_t x, y, width, height;
};

/**
 * struct symbol - what is black of a barcode, without its quiet zone.
 * @height: 1 of Code 128, whose bars are as high as one likes.
 * @bars:   owned.
 */
struct symbol {
	enum symbology symbology;
	unsigned width, height;
	unsigned count;
	struct bar *bars;
};

/**
 * symbol_encode() - @text as bars. symbol_done() ends what it has written.
 * @symbology: SYMBOLOGY_CODE_128 or SYMBOLOGY_QR.
 *
 * Errors: HOSO_BAD_MEMBER: empty, longer than SYMBOL_TEXT_MAX, or not printable ASCII.
 */
_must_check_ enum hoso_error symbol_encode(
	enum symbology symbology, const char *text, struct symbol *ret_symbol);
void symbol_done(struct symbol *symbol);

/** symbol_quiet() - how many modules of white it needs at each side. */
unsigned symbol_quiet(const struct symbol *symbol);

#endif
