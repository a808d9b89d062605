#ifndef HOSO_DECODE_BARCODE_H
#define HOSO_DECODE_BARCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hoso/error.h>
#include <hoso/limits.h>

#include "base/attr.h"
#include "decode/grey.h"

/*
 * Barcodes of a picture. Only what is found on dossiers is looked for: what is not enabled cannot
 * be misread. The words are those that zbarimg prints.
 */
/* clang-format off */
#define HOSO_SYMBOLOGIES(X) \
	X(SYMBOLOGY_CODE_128, "CODE-128") \
	X(SYMBOLOGY_CODE_39, "CODE-39") \
	X(SYMBOLOGY_ITF, "I2/5") \
	X(SYMBOLOGY_EAN_13, "EAN-13") \
	X(SYMBOLOGY_QR, "QR-Code")
/* clang-format on */

enum symbology {
#define X(name, word) name,
	HOSO_SYMBOLOGIES(X)
#undef X
		SYMBOLOGY_COUNT
};

#define BARCODE_TEXT_MAX                                                                           \
	7089 /* bytes; digits of the largest QR code, more than any other content */
#define BARCODE_BUDGET_MS 1500 /* a person waits for the answer */
#define BARCODE_LENGTH_MIN                                                                         \
	6 /* characters of Code 39 and ITF; shorter ones are found in any texture */

/**
 * struct barcode - one code of a picture. Values only: a copy is an owner, and it may cross a pipe.
 * @quality: how many scan lines agreed, over all attempts; of a QR code, how many attempts.
 * @page: of a document, from 1 on; 1 in a picture.
 * @is_gs1:  it began with FNC1 (which is not in the text): its content is GS1's, not its maker's own.
 * @x, @y, @width, @height: the place in the picture as given, in pixels.
 * @length:  bytes of @text; a NUL follows them, and QR codes may hold NULs themselves.
 * @text:    of a QR code: UTF-8 in NFC, or, when it is not UTF-8, Latin-1 made UTF-8 (ISO 18004's
 * own default). Of the others: ASCII as printed, FNC1 as 0x1D.
 */
struct barcode {
	enum symbology symbology;
	uint32_t quality;
	uint32_t page;
	uint32_t is_gs1; /* 0 or 1 */
	uint32_t x, y, width, height;
	uint32_t length;
	char text[BARCODE_TEXT_MAX + 1];
};

/** struct barcode_list - large (half a megabyte): from the heap. */
struct barcode_list {
	unsigned count;
	struct barcode codes[PICTURE_CODES_MAX];
};

/**
 * struct barcode_wish - when may the search end?
 * @fits:      is this the code the caller is after? NULL: look for everything, to the end.
 * @context:   handed to @fits.
 * @budget_ms: of a processor, not of the clock: what is read of a picture does not depend on what else a machine has
 *             to do. No attempt is begun after so much; the first look for bars and for QR codes is always made.
 *
 * Stopping at any code whatever misses the wanted one beside it: labels carry several.
 */
struct barcode_wish {
	bool (*fits)(const struct barcode *barcode, void *context);
	void *context;
	int64_t budget_ms;
};

/** struct barcode_reader - ZBar and its memory. One per thread; costs little, is worth keeping. */
struct barcode_reader;

struct barcode_reader *barcode_reader_new(void);
void barcode_reader_free(struct barcode_reader *reader);

/**
 * barcode_read() - every barcode of one picture, by a ladder of attempts (ladder.h): the parts that
 * look like bars upright, averaged along the bars, and compared with what codes look like; the parts
 * that look like QR codes enlarged; then all of it, with the light evened out, sharpened and so on.
 * @ret_list: written only on success; in the order they were found.
 *
 * What is reported has passed the rules against misreads (finds.h). Time beyond the budget is
 * bounded by the last attempt's: some 0.3 s.
 *
 * Errors: HOSO_NO_CODE; HOSO_BAD_PICTURE when the picture is empty or over the PICTURE_* limits.
 */
_must_check_ enum hoso_error barcode_read(struct barcode_reader *reader, const struct grey *grey,
	const struct barcode_wish *wish, struct barcode_list *ret_list);

/**
 * barcode_read_frame() - one frame of a camera: the parts that look like codes, and, when that gives
 * nothing, one other attempt, another each time.
 *
 * For live pictures, where the next one comes at once. Errors as barcode_read().
 */
_must_check_ enum hoso_error barcode_read_frame(
	struct barcode_reader *reader, const struct grey *grey, struct barcode_list *ret_list);

/** symbology_word() - as zbarimg prints it; never NULL. */
const char *symbology_word(enum symbology symbology);

#endif
