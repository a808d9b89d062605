#ifndef HOSO_DECODE_SCANNER_H
#define HOSO_DECODE_SCANNER_H

#include <stdbool.h>
#include <stddef.h>

#include "decode/barcode.h"

/*
 * ZBar, behind what hoso needs of it: one picture in, what it believes to see out. It believes too
 * much (see finds.h), and it looks along rows and columns only (see ladder.h).
 */

/**
 * struct sighting - one symbol in one pass.
 * @bytes:   @length bytes as the symbol has them; valid during the callback.
 * @quality: scan lines that agreed; 1 for QR.
 * @is_gs1:  it began with FNC1, which is not in @bytes.
 * @is_upright: its bars were crossed along a column, not a row.
 * @left, @top, @right, @bottom: where, in pixels of the picture scanned; of bars that were crossed one
 *           way only, the end where they were left.
 */
struct sighting {
	enum symbology symbology;
	const char *bytes;
	size_t length;
	unsigned quality;
	bool is_gs1;
	bool is_upright;
	int left, top, right, bottom;
};

/**
 * struct scan_way - how ZBar looks at a picture.
 * @bars, @qr:  what for.
 * @rows_only:  along rows only, for pictures made so that all bars stand upright.
 * @density:    every so many lines are looked at.
 */
struct scan_way {
	bool bars;
	bool qr;
	bool rows_only;
	unsigned density;
};

typedef void (*scanner_saw)(const struct sighting *sighting, void *context);

/** scanner_scan() - one pass over @grey; @saw is called for each symbol, inside this call. */
void scanner_scan(
	const struct grey *grey, const struct scan_way *way, scanner_saw saw, void *context);

#endif
