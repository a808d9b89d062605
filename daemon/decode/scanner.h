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
 * @left, @top, @right, @bottom: where, in pixels of the picture scanned.
 */
struct sighting {
	enum symbology symbology;
	const char *bytes;
	size_t length;
	unsigned quality;
	int left, top, right, bottom;
};

typedef void (*scanner_saw)(const struct sighting *sighting, void *context);

struct scanner;

struct scanner *scanner_new(void);
void scanner_free(struct scanner *scanner);

/**
 * scanner_scan() - one pass over @grey; @saw is called for each symbol, inside this call.
 * @with_qr: false leaves QR codes out, for pictures made for bars.
 */
void scanner_scan(struct scanner *scanner, const struct grey *grey, bool with_qr, scanner_saw saw,
	void *context);

#endif
